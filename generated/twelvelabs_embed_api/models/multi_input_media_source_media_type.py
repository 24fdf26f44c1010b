# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

MultiInputMediaSourceMediaType: TypeAlias = Literal["audio", "document", "image", "video"] | str

MULTI_INPUT_MEDIA_SOURCE_MEDIA_TYPE_VALUES: set[MultiInputMediaSourceMediaType] = {
    "audio",
    "document",
    "image",
    "video",
}


def check_multi_input_media_source_media_type(
    value: MultiInputMediaSourceMediaType,
) -> MultiInputMediaSourceMediaType:
    """Return the value as it came, also one that the contract does not list."""
    return value
