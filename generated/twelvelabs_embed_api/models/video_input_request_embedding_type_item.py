# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

VideoInputRequestEmbeddingTypeItem: TypeAlias = (
    Literal["fused_embedding", "separate_embedding"] | str
)

VIDEO_INPUT_REQUEST_EMBEDDING_TYPE_ITEM_VALUES: set[VideoInputRequestEmbeddingTypeItem] = {
    "fused_embedding",
    "separate_embedding",
}


def check_video_input_request_embedding_type_item(
    value: VideoInputRequestEmbeddingTypeItem,
) -> VideoInputRequestEmbeddingTypeItem:
    """Return the value as it came, also one that the contract does not list."""
    return value
