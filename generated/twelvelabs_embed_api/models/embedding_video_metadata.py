# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import Literal

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class EmbeddingVideoMetadata(OpenModel):
    """What the service says of a video.

    Attributes:
        input_type (Literal['video']):
        embedding_options (list[str]): The options that were asked for.
        embedding_scopes (list[str]): The scopes that were asked for.
        duration (float): The length of the file in seconds.
        input_url (str | None): Where the file came from, when it was given as a URL.
        input_filename (str | None): The name of the file, when it has one.
        clip_length (int | None): The length of a segment in seconds, for fixed segments.
        start_offset_sec (float | None): Where the embedded part starts, in seconds.
        end_offset_sec (float | None): Where the embedded part ends, in seconds.
        embedding_dimension (int | None): How many numbers a vector has. Only of marengo3.5.
    """

    input_type: Literal["video"] = "video"
    embedding_options: list[str]
    embedding_scopes: list[str]
    duration: float
    input_url: str | None = None
    input_filename: str | None = None
    clip_length: int | None = None
    start_offset_sec: float | None = None
    end_offset_sec: float | None = None
    embedding_dimension: int | None = None
