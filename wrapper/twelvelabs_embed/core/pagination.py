"""The vendor SDK's `core.pagination`."""

from twelvelabs_embed._http.pagination import AsyncPager, Pager as SyncPager

__all__ = ["AsyncPager", "SyncPager"]
