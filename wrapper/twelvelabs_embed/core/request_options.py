"""The vendor SDK's `core.request_options`."""

from twelvelabs_embed._http.request import RequestOptions

__all__ = ["RequestOptions"]
