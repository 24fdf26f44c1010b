# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import Model
from ..models.create_asset_request_method import (
    CreateAssetRequestMethod,
)
from ..types import File


@_attrs_frozen(kw_only=True)
class CreateAssetRequest(Model):
    """A file, or where to fetch it. The property that the method needs is required.

    Attributes:
        method (CreateAssetRequestMethod): The file is sent along (direct), or fetched from a link (url).
        file (File | None): The file, at most 200 MB, when the method is direct.
        url (str | None): A public, direct link to a file of at most 4 GB, or to an HLS playlist, when the method is
            url.
        filename (str | None): What the asset is called. The file's own name when absent.
        enable_hls (bool | None): Whether to prepare audio or video for streaming, yes when absent.
        enable_thumbnail (bool | None): Whether to make a small picture of it, yes when absent.
        user_metadata (str | None): What you note on the asset, as a text that is JSON. UserMetadata says what it may
            hold.
    """

    method: CreateAssetRequestMethod
    file: File | None = None
    url: str | None = None
    filename: str | None = None
    enable_hls: bool | None = None
    enable_thumbnail: bool | None = None
    user_metadata: str | None = None
