# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class VideoStream(OpenModel):
    """One video stream of a file.

    Attributes:
        index (int | None): Which stream of the file, from 0.
        codec (str | None): The codec.
        width (int | None): The width in pixels.
        height (int | None): The height in pixels.
        fps (float | None): The nominal frames per second.
        avg_fps (float | None): The frames per second on average.
        duration_seconds (float | None): The length in seconds.
        bitrate_bps (int | None): The bits per second.
        rotation (int | None): How far the picture is turned, in degrees.
        pixel_aspect_ratio (str | None): The shape of a pixel.
        display_aspect_ratio (str | None): The shape of the picture.
        scan_type (str | None): Whether frames are whole or interlaced.
        pixel_format (str | None): How pixels are stored.
        bit_depth (int | None): The bits of each part of a colour.
        color_range (str | None): The range of the colours.
        color_transfer (str | None): How light becomes numbers.
        color_space (str | None): How colours become numbers.
        color_primaries (str | None): Which colours the others are mixed from.
    """

    index: int | None = None
    codec: str | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    avg_fps: float | None = None
    duration_seconds: float | None = None
    bitrate_bps: int | None = None
    rotation: int | None = None
    pixel_aspect_ratio: str | None = None
    display_aspect_ratio: str | None = None
    scan_type: str | None = None
    pixel_format: str | None = None
    bit_depth: int | None = None
    color_range: str | None = None
    color_transfer: str | None = None
    color_space: str | None = None
    color_primaries: str | None = None
