# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

AsyncVideoInputRequestEmbeddingOptionItem: TypeAlias = (
    Literal["audio", "transcription", "visual"] | str
)

ASYNC_VIDEO_INPUT_REQUEST_EMBEDDING_OPTION_ITEM_VALUES: set[
    AsyncVideoInputRequestEmbeddingOptionItem
] = {
    "audio",
    "transcription",
    "visual",
}


def check_async_video_input_request_embedding_option_item(
    value: AsyncVideoInputRequestEmbeddingOptionItem,
) -> AsyncVideoInputRequestEmbeddingOptionItem:
    """Return the value as it came, also one that the contract does not list."""
    return value
