# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class AudioEmbeddingMetadata(OpenModel):
    """What the task list says of an audio file.

    Attributes:
        input_url (str | None): Where the file came from, when it was given as a URL.
        input_filename (str | None): The name of the file, when it has one.
        duration (float | None): The length of the file in seconds.
        start_offset_sec (float | None): Where the embedded part starts, in seconds.
        end_offset_sec (float | None): Where the embedded part ends, in seconds.
        audio_embedding_option (list[str] | None): The options that were asked for.
        audio_embedding_scope (list[str] | None): The scopes that were asked for.
    """

    input_url: str | None = None
    input_filename: str | None = None
    duration: float | None = None
    start_offset_sec: float | None = None
    end_offset_sec: float | None = None
    audio_embedding_option: list[str] | None = None
    audio_embedding_scope: list[str] | None = None
