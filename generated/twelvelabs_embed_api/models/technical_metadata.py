# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from attrs import frozen as _attrs_frozen

from ..model import OpenModel

if TYPE_CHECKING:
    from ..models.audio_stream import AudioStream
    from ..models.video_stream import VideoStream


@_attrs_frozen(kw_only=True)
class TechnicalMetadata(OpenModel):
    """What the service read from the file, not while it is processing, and perhaps in part when it failed.

    Attributes:
        file_size_bytes (int | None): The length of the file in bytes.
        file_mime_type (str | None): The kind of the file, as a MIME type.
        file_container_format (str | None): The container; several names are set apart by commas.
        container_creation_time (datetime.datetime | None): When the container says that it was made.
        video_streams (list[VideoStream] | None): All video streams.
        video_codec (str | None): The codec of the main video stream.
        video_width (int | None): The width of the main video stream in pixels.
        video_height (int | None): The height of the main video stream in pixels.
        video_fps (float | None): The frames per second of the main video stream.
        video_duration_seconds (float | None): The length of the main video stream in seconds.
        video_bitrate_bps (int | None): The bits per second of the main video stream.
        audio_streams (list[AudioStream] | None): All audio streams.
        audio_codec (str | None): The codec of the main audio stream.
        audio_sample_rate (int | None): The samples per second of the main audio stream.
        audio_channels (int | None): How many channels the main audio stream has.
        audio_duration_seconds (float | None): The length of the main audio stream in seconds.
        start_timecode (str | None): The SMPTE timecode at the start.
        timecode_source (str | None): Where that timecode was found.
        drop_frame (bool | None): Whether that timecode drops frames.
        image_width (int | None): The width of the image in pixels.
        image_height (int | None): The height of the image in pixels.
        image_format (str | None): The format of the image.
        image_orientation (int | None): How the image is turned, as a number of EXIF.
        image_color_space (str | None): The colour space of the image.
        image_bit_depth (int | None): The bits of each channel of the image.
        is_hdr (bool | None): Whether the range of brightness is a high one.
        has_audio (bool | None): Whether there is an audio stream.
        has_alpha (bool | None): Whether the image has transparent parts.
        is_animated (bool | None): Whether the image moves.
        total_video_streams (int | None): How many video streams there are.
        total_audio_streams (int | None): How many audio streams there are.
        storage_aspect_ratio (float | None): The width in pixels divided by the height.
        geospatial_latitude (float | None): Where it was made, in degrees north.
        geospatial_longitude (float | None): Where it was made, in degrees east.
        geospatial_altitude_meters (float | None): Where it was made, in metres above the sea.
        document_page_count (int | None): How many pages the PDF has.
        document_pdf_version (None | str): The version of the PDF format.
        document_page_width_pt (float | None): The width of the first page in points.
        document_page_height_pt (float | None): The height of the first page in points.
        document_is_tagged (bool | None): Whether the PDF is tagged for accessibility.
        document_is_encrypted (bool | None): Whether the PDF is encrypted.
        document_language (None | str): The language that the PDF names.
        document_title (None | str): The title that the PDF names.
        document_author (None | str): The author that the PDF names.
        document_subject (None | str): The subject that the PDF names.
        document_keywords (None | str): The keywords that the PDF names.
        document_creator_tool (None | str): The program that the document was written with.
        document_producer (None | str): The program that made the PDF.
        document_creation_date (datetime.datetime | None): When the document was made.
        document_modification_date (datetime.datetime | None): When the document was changed last.
    """

    file_size_bytes: int | None = None
    file_mime_type: str | None = None
    file_container_format: str | None = None
    container_creation_time: datetime.datetime | None = None
    video_streams: list[VideoStream] | None = None
    video_codec: str | None = None
    video_width: int | None = None
    video_height: int | None = None
    video_fps: float | None = None
    video_duration_seconds: float | None = None
    video_bitrate_bps: int | None = None
    audio_streams: list[AudioStream] | None = None
    audio_codec: str | None = None
    audio_sample_rate: int | None = None
    audio_channels: int | None = None
    audio_duration_seconds: float | None = None
    start_timecode: str | None = None
    timecode_source: str | None = None
    drop_frame: bool | None = None
    image_width: int | None = None
    image_height: int | None = None
    image_format: str | None = None
    image_orientation: int | None = None
    image_color_space: str | None = None
    image_bit_depth: int | None = None
    is_hdr: bool | None = None
    has_audio: bool | None = None
    has_alpha: bool | None = None
    is_animated: bool | None = None
    total_video_streams: int | None = None
    total_audio_streams: int | None = None
    storage_aspect_ratio: float | None = None
    geospatial_latitude: float | None = None
    geospatial_longitude: float | None = None
    geospatial_altitude_meters: float | None = None
    document_page_count: int | None = None
    document_pdf_version: None | str = None
    document_page_width_pt: float | None = None
    document_page_height_pt: float | None = None
    document_is_tagged: bool | None = None
    document_is_encrypted: bool | None = None
    document_language: None | str = None
    document_title: None | str = None
    document_author: None | str = None
    document_subject: None | str = None
    document_keywords: None | str = None
    document_creator_tool: None | str = None
    document_producer: None | str = None
    document_creation_date: datetime.datetime | None = None
    document_modification_date: datetime.datetime | None = None
