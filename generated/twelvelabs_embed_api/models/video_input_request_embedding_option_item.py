# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

VideoInputRequestEmbeddingOptionItem: TypeAlias = Literal["audio", "transcription", "visual"] | str

VIDEO_INPUT_REQUEST_EMBEDDING_OPTION_ITEM_VALUES: set[VideoInputRequestEmbeddingOptionItem] = {
    "audio",
    "transcription",
    "visual",
}


def check_video_input_request_embedding_option_item(
    value: VideoInputRequestEmbeddingOptionItem,
) -> VideoInputRequestEmbeddingOptionItem:
    """Return the value as it came, also one that the contract does not list."""
    return value
