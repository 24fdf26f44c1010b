"""The vendor SDK's `environment`: the addresses of the API by name."""

from enum import Enum

__all__ = ["TwelveLabsEnvironment"]


class TwelveLabsEnvironment(Enum):
    """Where the API is."""

    DEFAULT = "https://api.twelvelabs.io/v1.3"
