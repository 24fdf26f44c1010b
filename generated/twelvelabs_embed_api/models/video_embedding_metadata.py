# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class VideoEmbeddingMetadata(OpenModel):
    """What the task list says of a video.

    Attributes:
        input_url (str | None): Where the file came from, when it was given as a URL.
        input_filename (str | None): The name of the file, when it has one.
        video_clip_length (float | None): The length of a segment in seconds, for fixed segments.
        video_embedding_scope (list[str] | None): The scopes that were asked for.
        duration (float | None): The length of the file in seconds.
        video_embedding_option (list[str] | None): The options that were asked for.
    """

    input_url: str | None = None
    input_filename: str | None = None
    video_clip_length: float | None = None
    video_embedding_scope: list[str] | None = None
    duration: float | None = None
    video_embedding_option: list[str] | None = None
