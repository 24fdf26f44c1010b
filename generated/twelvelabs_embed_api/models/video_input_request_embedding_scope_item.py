# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

VideoInputRequestEmbeddingScopeItem: TypeAlias = Literal["asset", "clip"] | str

VIDEO_INPUT_REQUEST_EMBEDDING_SCOPE_ITEM_VALUES: set[VideoInputRequestEmbeddingScopeItem] = {
    "asset",
    "clip",
}


def check_video_input_request_embedding_scope_item(
    value: VideoInputRequestEmbeddingScopeItem,
) -> VideoInputRequestEmbeddingScopeItem:
    """Return the value as it came, also one that the contract does not list."""
    return value
