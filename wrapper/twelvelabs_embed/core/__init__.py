"""The vendor SDK's `core`: errors, pagers and options of requests, where its users find them."""

from twelvelabs_embed._http.pagination import AsyncPager, Pager as SyncPager
from twelvelabs_embed._http.request import RequestOptions
from twelvelabs_embed.errors import ApiError

__all__ = ["ApiError", "AsyncPager", "RequestOptions", "SyncPager"]
