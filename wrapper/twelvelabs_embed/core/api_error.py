"""The vendor SDK's `core.api_error`."""

from twelvelabs_embed.errors import ApiError

__all__ = ["ApiError"]
