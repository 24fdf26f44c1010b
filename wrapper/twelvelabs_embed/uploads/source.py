"""Sources of uploads: a file or bytes, with the name, kind and MIME type that the service gets."""

from __future__ import annotations

import json
import mimetypes
from hashlib import blake2b
from pathlib import Path
from typing import Literal, TypeAlias

from attrs import frozen

from twelvelabs_embed._text import size_words
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs.faults import fault_violation
from twelvelabs_embed.inputs.media import Media, read_head, reading
from twelvelabs_embed.limits import DEFAULT_MODEL, find_limit, upload_limit
from twelvelabs_embed.limits.file_signatures import Format, sniff

__all__ = ["Kind", "UploadSource", "check_size", "fit_filename", "inspect_source"]

Kind: TypeAlias = Literal["image", "audio", "video", "document"]
_MAX_FILENAME = 255  # characters, by the contract


@frozen
class UploadSource:
    """A file or bytes, as they were when the upload started.

    Attributes:
        media: where the content is
        path: of the file, or the address of an object in a store; None for bytes
        modified_ns: when it was changed last; 0 for bytes
        size_bytes: its length
        kind: what it is uploaded as
        filename: what the asset is called
        mime_type: by its content, otherwise by its name
    """

    media: Media
    path: str | None
    modified_ns: int
    size_bytes: int
    kind: Kind
    filename: str
    mime_type: str

    def key(self, base_url: str) -> str:
        """Compute the key of the upload: the same for the same content to the same service."""
        parts = [base_url, self.filename, self.size_bytes, self.path, self.modified_ns]
        digest = blake2b(json.dumps(parts).encode(), digest_size=16)
        if isinstance(self.media.value, bytes):
            digest.update(self.media.value)
        return digest.hexdigest()

    def check_unchanged(self) -> None:
        """Raise InvalidInputError when the file was changed."""
        if _stat(self.media) != (self.size_bytes, self.modified_ns):
            value = f"{self.media.label} changed while it was uploaded"
            limit = "a file has to stay the same until it is there"
            hint = "Upload it again when nothing writes to it"
            raise InvalidInputError([Violation("media", value, limit, hint)])


def inspect_source(media: Media, filename: str | None) -> UploadSource:
    """Find out what is uploaded: size, kind, filename and MIME type.

    Raises:
        InvalidInputError: the file is empty or cannot be read
    """
    form = sniff(read_head(media))
    size_bytes, modified_ns = _stat(media)
    if size_bytes == 0:
        raise InvalidInputError([fault_violation(media.label, "empty")])
    path = media.value if isinstance(media.value, Path) else None
    suffix, mime_type = _TYPES.get(form.name if form else "", ("bin", ""))
    stored = media.stored
    name = stored.name if stored else path.name if path else media.filename
    named = filename or name or f"media.{suffix}"
    place = stored.address if stored else str(path.resolve()) if path else None
    return UploadSource(
        media=media,
        path=place,
        modified_ns=modified_ns,
        size_bytes=size_bytes,
        kind=_kind(form),
        filename=fit_filename(named),
        mime_type=mime_type or mimetypes.guess_type(named)[0] or "application/octet-stream",
    )


def _stat(media: Media) -> tuple[int, int]:
    """Read the size in bytes, and when it was changed last, in nanoseconds."""
    if (stored := media.stored) is not None:
        modified_sec = stored.stat().modified_at.timestamp()
        return media.size_bytes, round(modified_sec * 1e9)
    if not isinstance(media.value, Path):
        return media.size_bytes, 0
    with reading(media):
        found = media.value.stat()
    return found.st_size, found.st_mtime_ns


def _kind(form: Format | None) -> Kind:
    # What may be a video is uploaded as one, since that may be larger; the service decides.
    if form is not None and form.name in _DOCUMENTS:
        return "document"
    if form is None or form.may_hold_video or form.kind == "other":
        return "video"
    return form.kind


def check_size(source: UploadSource) -> None:
    """Raise InvalidInputError when the service takes no upload of that size."""
    limit = upload_limit(source.kind, DEFAULT_MODEL)
    if limit is not None and source.size_bytes > limit.value:
        value = f"{source.media.label} has {size_words(source.size_bytes)}"
        allowed = f"at most {size_words(limit.value)} of {source.kind} can be uploaded"
        raise InvalidInputError([Violation("media", value, allowed, _hint(source))])


def _hint(source: UploadSource) -> str:
    """Say what to do with a file that is too large: the service fetches larger ones by a link."""
    shrink = "Split it" if source.kind == "document" else "Cut or compress it"
    fetched = find_limit("max_size_bytes", source.kind, endpoint="asset", via="url")
    if fetched is None or source.size_bytes > fetched.value:
        return shrink
    return f"Give a link to it (the service fetches up to {size_words(fetched.value)})"


def fit_filename(name: str) -> str:
    """Shorten a name to what the service takes: the middle of a long one is cut out."""
    name = name.encode(errors="replace").decode()  # of a file system that knows no Unicode
    half = _MAX_FILENAME // 2
    return name if len(name) <= _MAX_FILENAME else f"{name[:half]}…{name[-half:]}"


# Suffix and MIME type of the formats by their names in `limits.file_signatures.FORMATS`.
_TYPES = {
    "jpeg": ("jpg", "image/jpeg"),
    "png": ("png", "image/png"),
    "gif": ("gif", "image/gif"),
    "webp": ("webp", "image/webp"),
    "bmp": ("bmp", "image/bmp"),
    "tiff": ("tiff", "image/tiff"),
    "heif": ("heic", "image/heif"),
    "svg": ("svg", "image/svg+xml"),
    "wav": ("wav", "audio/wav"),
    "mp3": ("mp3", "audio/mpeg"),
    "flac": ("flac", "audio/flac"),
    "aac": ("aac", "audio/aac"),
    "aiff": ("aiff", "audio/aiff"),
    "amr": ("amr", "audio/amr"),
    "m4a": ("m4a", "audio/mp4"),
    "ogg": ("ogg", "audio/ogg"),
    "mp4": ("mp4", "video/mp4"),
    "mov": ("mov", "video/quicktime"),
    "matroska": ("mkv", "video/x-matroska"),
    "webm": ("webm", "video/webm"),
    "avi": ("avi", "video/x-msvideo"),
    "asf": ("wmv", "video/x-ms-wmv"),
    "flv": ("flv", "video/x-flv"),
    "mpegts": ("ts", "video/mp2t"),
    "mpegps": ("mpg", "video/mpeg"),
    "mpegvideo": ("mpg", "video/mpeg"),
    "mxf": ("mxf", "application/mxf"),
    "ogv": ("ogv", "video/ogg"),
    "pdf": ("pdf", "application/pdf"),
    "text": ("txt", ""),  # by its name: Markdown is text, too
}
_DOCUMENTS = ("pdf", "text")
