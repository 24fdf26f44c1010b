"""Media metadata: the MIME type and technical data of a file, and its subtitles."""

import struct
from collections.abc import Collection
from contextlib import suppress
from functools import partial
from io import BytesIO
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream
from PIL import Image

from twelvelabs_embed_emulator.contract.errors import bad_request
from twelvelabs_embed_emulator.contract.limits import IMAGE_MAX_PIXELS, IMAGE_SIZE
from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.media.av_files import Cue, read_cues
from twelvelabs_embed_emulator.media.containers import (
    is_cover,
    is_picture,
    open_container,
    photo_subtype,
    readable,
    seconds,
)
from twelvelabs_embed_emulator.media.documents import open_document
from twelvelabs_embed_emulator.media.images import is_jpeg_or_png, open_picture, with_pillow
from twelvelabs_embed_emulator.media.sources import Media

# Formats: FFmpeg's name, and the MIME subtype.
_FORMATS = {
    "jpeg_pipe": "jpeg",
    "png_pipe": "png",
    "j2k_pipe": "jp2",
    "jpegxl_pipe": "jxl",
    "mov": "mp4",
    "matroska": "x-matroska",
    "avi": "x-msvideo",
    "mpegts": "mp2t",
    "mp3": "mpeg",
}
_DOCUMENT_TYPES = {".pdf": "application/pdf", ".txt": "text/plain", ".md": "text/markdown"}

_PNG_SIDE_DATA = (b"eXIf", b"tRNS")  # they stand for orientation and alpha
_BITS = {"1": 1, "I;16": 16, "I": 32, "F": 32}  # of modes of Pillow; all others have 8


def describe(media: Media, filename: str) -> tuple[str, Json]:
    """Return the MIME type of a file and its technical metadata.

    A document is recognised by its suffix, which must match its content (documented); media by its
    content alone.

    Raises:
        ApiError: the file is neither a document nor readable media.
    """
    suffix = "." + filename.rpartition(".")[2].lower()
    if suffix in _DOCUMENT_TYPES:
        mime_type, data = _DOCUMENT_TYPES[suffix], _document(media, is_pdf=suffix == ".pdf")
    else:
        with open_container(media, "file") as container:
            mime_type = _type(container)
            kind = mime_type.partition("/")[0]
            data = {} if kind == "image" else _av(container)
        if kind == "image":
            data = _image(media)
    common = {"file_size_bytes": media.size_bytes, "file_mime_type": mime_type}
    return mime_type, common | data


def cues(media: Media) -> list[Cue]:
    """Return the subtitles of a file: those of its first track with text."""
    with open_container(media, "file") as container:
        return read_cues(container, media, "file")


def _type(container: InputContainer) -> str:
    form = container.format.name
    name = form.partition(",")[0]  # mov,mp4,m4a,3gp,3g2,mj2
    subtype = _FORMATS.get(name, name)
    if is_picture(container):
        return f"image/{photo_subtype(container) or subtype.removesuffix('_pipe')}"
    if not all(map(is_cover, container.streams.video)):
        return f"video/{subtype}"
    if container.streams.audio:
        return f"audio/{subtype}"
    raise bad_request("file", f"has neither pictures nor sound; it is {form}")


def _document(media: Media, *, is_pdf: bool) -> Json:
    document = open_document(media, "file")
    if document.is_pdf != is_pdf:
        kind = "a PDF" if document.is_pdf else "a text"
        raise bad_request("filename", f"its end does not go with the content, which is {kind}")
    if not is_pdf:
        return {}
    pages = {"document_page_count": len(document.pages), "document_is_encrypted": False}
    return pages | {"document_pdf_version": document.version}


def _image(media: Media) -> Json:
    if media.size_bytes > IMAGE_SIZE.max_bytes:
        return {}  # it will be rejected
    with media.open() as file:
        data = file.read()
    for side_data in (_PNG_SIDE_DATA, ()):  # which may be invalid
        with suppress(OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError):
            return with_pillow(partial(_describe_image, data, side_data))
    return {}  # FFmpeg could read it, so it is an image


def _describe_image(data: bytes, side_data: Collection[bytes]) -> Json:
    is_plain = is_jpeg_or_png(data)
    with open_picture(data, side_data) if is_plain else Image.open(BytesIO(data)) as image:
        if image.width * image.height > IMAGE_MAX_PIXELS:
            return {}  # it will be rejected; `getexif` would decode a PNG
        return {
            "image_width": image.width,
            "image_height": image.height,
            "image_format": image.format,
            "image_orientation": image.getexif().get(0x0112, 1),
            "image_bit_depth": _BITS.get(image.mode, 8),
            "has_alpha": image.has_transparency_data,
            "is_animated": getattr(image, "is_animated", False),
        }


def _av(container: InputContainer) -> Json:
    videos = [_video(one) for one in readable(container.streams.video) if not is_cover(one)]
    audios = [_audio(one) for one in readable(container.streams.audio)]
    length_sec = (container.duration or 0) / av.time_base
    for stream in (*videos, *audios):
        stream.setdefault("duration_seconds", length_sec)
    data: Json = {
        "file_container_format": container.format.name,
        "video_streams": videos,
        "audio_streams": audios,
        "total_video_streams": len(videos),
        "total_audio_streams": len(audios),
        "has_audio": bool(audios),
    }
    if videos:
        first = videos[0]
        data |= {f"video_{name}": first[name] for name in _MAIN_VIDEO if name in first}
    if audios:
        first = audios[0]
        data |= {f"audio_{name}": first[name] for name in _MAIN_AUDIO if name in first}
    return data


_MAIN_VIDEO = ("codec", "width", "height", "fps", "duration_seconds", "bitrate_bps")
_MAIN_AUDIO = ("codec", "sample_rate", "channels", "duration_seconds")


def _video(stream: VideoStream) -> Json:
    context = stream.codec_context
    return _present(
        index=stream.index,
        codec=context.name,
        width=context.width,
        height=context.height,
        fps=float(stream.average_rate) if stream.average_rate else None,
        duration_seconds=seconds(stream.duration, stream) or None,
        bitrate_bps=stream.bit_rate,
        pixel_format=context.pix_fmt,
    )


def _audio(stream: AudioStream) -> Json:
    context = stream.codec_context
    return _present(
        index=stream.index,
        codec=context.name,
        sample_rate=context.sample_rate,
        channels=context.layout.nb_channels,
        channel_layout=context.layout.name,
        duration_seconds=seconds(stream.duration, stream) or None,
        bitrate_bps=stream.bit_rate,
    )


def _present(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
