# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class AudioStream(OpenModel):
    """One audio stream of a file.

    Attributes:
        index (int | None): Which stream of the file, from 0.
        codec (str | None): The codec.
        codec_long (str | None): The codec in words.
        sample_rate (int | None): The samples per second.
        bit_depth (int | None): The bits of a sample.
        channels (int | None): How many channels there are.
        channel_layout (str | None): Which channels there are.
        bitrate_bps (int | None): The bits per second.
        language (str | None): The language.
        duration_seconds (float | None): The length in seconds.
    """

    index: int | None = None
    codec: str | None = None
    codec_long: str | None = None
    sample_rate: int | None = None
    bit_depth: int | None = None
    channels: int | None = None
    channel_layout: str | None = None
    bitrate_bps: int | None = None
    language: str | None = None
    duration_seconds: float | None = None
