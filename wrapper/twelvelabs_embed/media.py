"""Media from anywhere: a file, bytes, a link, an asset, a PIL image; what it is, how to read it.

    Media.file("dog.jpg")   Media.bytes(data)   Media.url("https://…")   Media.asset("6298…")

`sniff` tells a format by its first bytes; `probe` finds out what can be known of local media before
it is sent. Pillow and PyAV, the extra `[media]`, are imported only when something is probed.
"""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Protocol, TypeAlias, cast

from attrs import evolve, field, frozen

from twelvelabs_embed.errors import InvalidInputError, Problem
from twelvelabs_embed.limits import InputType, Route

if TYPE_CHECKING:
    from fractions import Fraction

    from av.container import InputContainer
    from av.stream import Stream

__all__ = [
    "FORMATS",
    "Fault",
    "Format",
    "Media",
    "MediaFacts",
    "MediaLike",
    "MediaSourceKind",
    "PilImage",
    "ReadableFile",
    "as_media",
    "fault_problem",
    "probe",
    "read_head",
    "sniff",
]

MediaSourceKind: TypeAlias = Literal["file", "bytes", "url", "asset"]
_Bytes: TypeAlias = bytes  # inside Media, `bytes` is the constructor

_LONGEST_SHOWN = 80  # characters of a path or link in messages and repr


class ReadableFile(Protocol):
    """A file object that is open for reading bytes."""

    def read(self, /) -> bytes: ...


class PilImage(Protocol):
    """What is needed of a `PIL.Image.Image`; Pillow itself need not be installed."""

    @property
    def mode(self) -> str: ...
    @property
    def size(self) -> tuple[int, int]: ...
    def convert(self, mode: str) -> PilImage: ...
    def save(self, fp: BinaryIO, format: str, **params: Any) -> None: ...


# ------------------------------------------------------------------------------------------ Media


@frozen(repr=False)
class Media:
    """One image, audio or video, from exactly one source. Made by its four constructors.

    Nothing is opened when one is made: a file may still be missing then.

    Attributes:
        kind: the source: `file`, `bytes`, `url` or `asset`
        value: the path, the bytes, the link or the id
        filename: what messages call bytes; it is not sent and does not count in `==`
    """

    kind: MediaSourceKind
    value: Path | bytes | str
    filename: str | None = field(default=None, eq=False)

    @classmethod
    def file(cls, path: str | os.PathLike[str]) -> Media:
        """A file on this machine; `~` is the home directory. It is read when it is sent.

        Raises:
            InvalidInputError: the path is empty.
        """
        _check_type(path, (str, os.PathLike), "a path is a str or a pathlib.Path")
        text = os.fspath(path)
        if not text:
            raise _refusal("'' is no path", "a file has a name", "Give the path of a file")
        return cls("file", _expand(text))

    @classmethod
    def bytes(cls, data: _Bytes | bytearray | memoryview, filename: str | None = None) -> Media:
        """The content of a file, in memory. `filename` is for messages only."""
        _check_type(data, (bytes, bytearray, memoryview), "the content of a file is bytes")
        return cls("bytes", _Bytes(data), filename)

    @classmethod
    def url(cls, url: str) -> Media:
        """A public, direct link to a file, which the service fetches itself.

        Raises:
            InvalidInputError: not http or https, or without a host.

        Source: `MediaSource.url` of the contract. Pages of video hosts and links for sharing do not
        work; presigned links do.
        """
        _check_type(url, str, "a link is a str")
        if any(sign < " " or sign == "\x7f" for sign in url):
            raise _refusal(
                f"{_shorten(repr(_show_link(url)))} holds a control character",
                "a link has none",
                "Remove it: often it is the end of the line, and strip() will do",
            )
        if not _is_link(url) or not _split_host(url):
            raise _refusal(
                f"{_shorten(_show_link(url))!r} is no link",
                "a link begins with http:// or https:// and a host",
                "Give a direct link to the file, or Media.file(path) for a file on this machine",
            )
        return cls("url", url)

    @classmethod
    def asset(cls, asset_id: str) -> Media:
        """A file that was uploaded before and whose asset is ready.

        Raises:
            InvalidInputError: the id is empty.
        """
        _check_type(asset_id, str, "an asset's id is a str")
        if not asset_id.strip():
            raise _refusal(f"{asset_id!r} is no id", "an asset has an id", "Give the asset's id")
        return cls("asset", asset_id)

    @property
    def is_local(self) -> bool:
        """Whether the content is here, so that it can be checked and is sent inside the request."""
        return self.kind in ("file", "bytes")

    @property
    def size_bytes(self) -> int:
        """The size of a file or of bytes, now.

        Raises:
            InvalidInputError: the file cannot be read.
            ValueError: a link or an asset, whose size is not known here.
        """
        if isinstance(self.value, Path):
            with _reading(self):
                return self.value.stat().st_size
        if isinstance(self.value, str):
            raise ValueError(f"the size of {self!r} is not known here")
        return len(self.value)

    def open(self) -> BinaryIO:
        """The content, opened anew for reading bytes.

        Raises:
            InvalidInputError: the file cannot be read.
            ValueError: a link or an asset, whose content is not here.
        """
        if isinstance(self.value, Path):
            with _reading(self):
                return self.value.open("rb")
        if isinstance(self.value, str):
            raise ValueError(f"the content of {self!r} is not here")
        return io.BytesIO(self.value)

    def iter_chunks(self, chunk_bytes: int, *, size_bytes: int | None = None) -> Iterator[_Bytes]:
        """The content in pieces, each `chunk_bytes` long but for the last, read anew at each call.

        Args:
            chunk_bytes: the length of a piece
            size_bytes: what the size was when the length of the body was told; otherwise the size
                when reading begins

        Raises:
            InvalidInputError: the file cannot be read, or is not `size_bytes` long to its end.
                Never more than `size_bytes` bytes are given.
        """
        with self.open() as file:
            expected_bytes = self.size_bytes if size_bytes is None else size_bytes
            left_bytes = expected_bytes
            with _reading(self):
                chunk = file.read(chunk_bytes)
            while chunk:
                left_bytes -= len(chunk)
                if left_bytes < 0:
                    raise _changed(self, expected_bytes, "grew")
                yield chunk
                with _reading(self):
                    chunk = file.read(chunk_bytes)
            if left_bytes:
                raise _changed(self, expected_bytes, "shrank")

    @property
    def label(self) -> str:
        """What messages call it: the file's name, the link without its query, or the asset's id."""
        match self.kind:
            case "file":
                label = cast(Path, self.value).name or str(self.value)
            case "bytes":
                label = self.filename or "the data"
            case "url":
                label = _show_link(cast(str, self.value))
            case "asset":
                label = f"asset {self.value!s}"
        # Names may hold anything, even what moves a terminal's cursor.
        return _shorten(label if label.isprintable() else repr(label))

    def __repr__(self) -> str:
        # Neither megabytes nor the signature of a presigned link.
        if self.kind == "bytes":
            name = f", filename={self.filename!r}" if self.filename else ""
            return f"Media.bytes(<{self.size_bytes} bytes>{name})"
        text = str(self.value)
        return f"Media.{self.kind}({_shorten(_show_link(text) if self.kind == 'url' else text)!r})"


MediaLike: TypeAlias = (
    Media | str | os.PathLike[str] | bytes | bytearray | memoryview | PilImage | ReadableFile
)
"""What a builder takes for its media; `as_media` says how each is read."""


def as_media(value: MediaLike) -> Media:
    """Read a value that is given where media is wanted.

    A `str` that begins with `http://` or `https://` is a link, any other `str` is a path. A file
    object is read at once, from where it stands to its end. A PIL image is encoded as PNG, or as
    JPEG when the PNG would be larger than 5 MB. Its pixels are sent as they are: metadata is left
    out, even that which says how a camera was held.

    Raises:
        InvalidInputError: none of these, or it cannot be read.
    """
    if isinstance(value, Media):
        return value
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return Media.bytes(value)
    if _is_pil_image(value):
        return Media.bytes(_encode_image(cast(PilImage, value)))
    if isinstance(value, os.PathLike):
        return Media.file(value)
    if hasattr(value, "read"):
        return _from_file_object(cast(ReadableFile, value))
    raise _refusal(
        f"{_shorten(repr(value))} is of type {type(value).__name__}",
        "media is a path, a link, bytes, a file object, a PIL image or Media",
        "Convert it to one of these",
    )


def _check_type(value: object, types: type | tuple[type, ...], limit: str) -> None:
    if not isinstance(value, types):
        given = f"{_shorten(repr(value))} is of type {type(value).__name__}"
        raise _refusal(given, limit, "See the four constructors of Media")


def _from_text(text: str) -> Media:
    if _is_link(text):
        return Media.url(text)
    scheme, separator, _ = text.partition("://")
    if separator and scheme.isalnum():
        raise _refusal(
            f"{_shorten(_show_link(text))!r} begins with {scheme}://",
            "the service fetches only http:// and https:// links",
            "Give a link of that kind (object stores make presigned ones), or a path",
        )
    if text.startswith("data:"):
        raise _refusal(
            "a data: link",
            "the service fetches only http:// and https:// links",
            "Decode what follows 'base64,' and give the bytes",
        )
    return Media.file(text)


def _from_file_object(file: ReadableFile) -> Media:
    name = getattr(file, "name", None)
    filename = os.path.basename(name) if isinstance(name, str) else None
    try:
        data = cast(object, file.read())
    except (OSError, ValueError) as error:
        raise _refusal(
            f"the file object {_shorten(repr(file))} cannot be read ({error})",
            "it has to be open for reading bytes",
            "Open it with open(path, 'rb'), or give the path",
        ) from error
    if not isinstance(data, bytes):  # opened as text
        raise _refusal(
            f"the file object {filename or ''} gives {type(data).__name__}",
            "media is bytes",
            "Open it with open(path, 'rb'), or give the path",
        )
    return Media.bytes(data, filename)


def _is_pil_image(value: object) -> bool:
    # Whoever holds a PIL image has imported Pillow.
    pillow = sys.modules.get("PIL.Image")
    return pillow is not None and isinstance(value, pillow.Image)


# A PNG of these is read again with the same pixels; other modes have none.
_PNG_MODES = ("1", "L", "LA", "I;16", "P", "RGB", "RGBA")
_JPEG_FROM_BYTES = 5_000_000  # under the limit whichever way MB is read


def _encode_image(image: PilImage) -> bytes:
    try:
        png = io.BytesIO()
        kept = image if image.mode in _PNG_MODES else image.convert("RGB")
        # A colour profile may be one of the mode that the image had before.
        kept.save(png, format="PNG", icc_profile=None)
        if png.tell() <= _JPEG_FROM_BYTES:
            return png.getvalue()
        jpeg = io.BytesIO()
        image.convert("RGB").save(jpeg, format="JPEG", quality=90)
        return jpeg.getvalue()
    except (OSError, ValueError, SyntaxError) as error:
        raise _refusal(
            f"the PIL image cannot be encoded ({error})",
            "its pixels have to be readable",
            "Call its load() to see why",
        ) from error


def _expand(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:  # no such user: then it is a name that begins with ~
        return Path(path)


def _is_link(text: str) -> bool:
    return text[:8].lower().startswith(("http://", "https://"))


def _split_host(url: str) -> str:
    from urllib.parse import urlsplit

    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _show_link(url: str) -> str:
    """A link without what may be secret: user, password, query and fragment."""
    bare = url.partition("#")[0].partition("?")[0]
    scheme, separator, rest = bare.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}"


def _shorten(text: str) -> str:
    """The middle is left out of a long text: a path's end says most."""
    half = _LONGEST_SHOWN // 2
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:half]}…{text[-half:]}"


# ---------------------------------------------------------------------------------- file problems

Fault: TypeAlias = Literal["missing", "directory", "unreadable", "empty", "broken", "truncated"]
"""Why media cannot be embedded, whatever its format."""


@contextmanager
def _reading(media: Media) -> Generator[None]:
    """Turn the errors of reading a file into `InvalidInputError`."""
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: a path that holds a zero byte
        if isinstance(error, InvalidInputError):
            raise
        raise InvalidInputError([fault_problem(media.label, *_explain(error))]) from error


def _explain(error: OSError | ValueError) -> tuple[Fault, str]:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return "missing", _shorten(str(error.filename or ""))
        case IsADirectoryError():
            return "directory", ""
        case OSError():
            return "unreadable", error.strerror or type(error).__name__
        case _:
            return "unreadable", str(error)


def fault_problem(label: str, fault: Fault, detail: str = "") -> Problem:
    """The problem of media that cannot be embedded, whatever its format."""
    because = f" ({detail})" if detail else ""
    value, limit, way_out = {
        "missing": (
            f"there is no file {detail or label!r}",
            "a path leads to a file",
            "Check the path; a relative one starts from the working directory",
        ),
        "directory": (f"{label} is a directory", "one file is embedded", "Name a file in it"),
        "unreadable": (
            f"{label} cannot be read{because}",
            "it is read to be sent",
            "Check that it is a file and that you may read it",
        ),
        "empty": (
            f"{label} is empty",
            "there must be something to embed",
            "Get it again; a file object is read from where it stands: seek(0) first",
        ),
        "truncated": (
            f"{label} is cut off{because}",
            "a file has to be whole",
            "Copy, download or export it again",
        ),
        "broken": (
            f"{label} is broken or no media file{because}",
            "it has to be readable",
            "See whether a player opens it; convert it or export it again",
        ),
    }[fault]
    return Problem("media", value, limit, way_out)


def _changed(media: Media, expected_bytes: int, how: str) -> InvalidInputError:
    return _refusal(
        f"{media.label} {how} while it was sent; it was {expected_bytes} bytes long",
        "a file has to stay the same until it is sent",
        "Send it again when nothing writes to it",
    )


def _refusal(value: str, limit: str, way_out: str) -> InvalidInputError:
    return InvalidInputError([Problem("media", value, limit, way_out)])


# --------------------------------------------------------------------------------------- sniffing

FormatKind: TypeAlias = Literal["image", "audio", "video", "other"]
_HEAD_BYTES = 4096


@frozen
class Format:
    """A file format.

    Attributes:
        name: as `limits` names it
        title: as people call it
        kind: what it holds, as a rule
        may_hold_video: whether only a closer look tells that no video is in it
    """

    name: str
    title: str
    kind: FormatKind
    may_hold_video: bool = False


FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        Format("jpeg", "JPEG", "image"),
        Format("png", "PNG", "image"),
        Format("gif", "GIF", "image", may_hold_video=True),
        Format("webp", "WebP", "image", may_hold_video=True),
        Format("bmp", "BMP", "image"),
        Format("tiff", "TIFF", "image"),
        Format("heif", "HEIC or AVIF", "image"),
        Format("svg", "SVG", "image"),
        Format("wav", "WAV", "audio"),
        Format("mp3", "MP3", "audio"),
        Format("flac", "FLAC", "audio"),
        Format("aac", "AAC", "audio"),
        Format("aiff", "AIFF", "audio"),
        Format("amr", "AMR", "audio"),
        Format("m4a", "M4A", "audio", may_hold_video=True),
        Format("ogg", "Ogg", "audio", may_hold_video=True),
        Format("mp4", "MP4", "video", may_hold_video=True),
        Format("mov", "QuickTime", "video", may_hold_video=True),
        Format("matroska", "Matroska", "video", may_hold_video=True),
        Format("webm", "WebM", "video", may_hold_video=True),
        Format("avi", "AVI", "video", may_hold_video=True),
        Format("asf", "Windows Media", "video", may_hold_video=True),
        Format("flv", "Flash Video", "video", may_hold_video=True),
        Format("mpegts", "MPEG transport stream", "video", may_hold_video=True),
        Format("mpegps", "MPEG program stream", "video", may_hold_video=True),
        Format("mpegvideo", "MPEG video", "video", may_hold_video=True),
        Format("mxf", "MXF", "video", may_hold_video=True),
        Format("y4m", "YUV4MPEG2", "video", may_hold_video=True),
        Format("ogv", "Ogg video", "video", may_hold_video=True),
        Format("pdf", "PDF", "other"),
        Format("zip", "a ZIP archive", "other"),
        Format("gzip", "a gzip archive", "other"),
        Format("html", "an HTML page", "other"),
        Format("text", "plain text", "other"),
    )
}

# What stands at the very beginning.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"fLaC", "flac"),
    (b"#!AMR", "amr"),
    (b"0&\xb2u\x8ef\xcf\x11", "asf"),
    (b"FLV\x01", "flv"),
    (b"\x00\x00\x01\xba", "mpegps"),
    (b"\x00\x00\x01\xb3", "mpegvideo"),
    (b"\x06\x0e+4\x02\x05\x01\x01", "mxf"),
    (b"YUV4MPEG2 ", "y4m"),
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"\x1f\x8b\x08", "gzip"),
)
_RIFF_FORMS = {b"WAVE": "wav", b"AVI ": "avi", b"WEBP": "webp"}
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis")
_M4A_BRANDS = (b"M4A ", b"M4B ", b"M4P ")
_MOV_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")  # of files without `ftyp`


def sniff(head: bytes) -> Format | None:
    """The format of a file that begins with `head`, by content alone.

    Args:
        head: the first bytes; 4096 are enough, fewer tell less

    Returns:
        None when nothing certain can be said.
    """
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return FORMATS[name]
    found = (
        _sniff_container(head)
        or _sniff_mpeg_audio(head)
        or _sniff_transport_stream(head)
        or _sniff_text(head)
    )
    return FORMATS[found] if found else None


def read_head(media: Media) -> bytes:
    """The first bytes of a file or of bytes, for `sniff`.

    Raises:
        InvalidInputError: the file cannot be read.
    """
    with media.open() as file, _reading(media):
        return file.read(_HEAD_BYTES)


def _sniff_container(head: bytes) -> str | None:
    if head[:4] in (b"RIFF", b"RF64", b"RIFX", b"BW64"):
        return _RIFF_FORMS.get(head[8:12])
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if head[4:8] == b"ftyp":
        return _sniff_brand(head[8:12])
    if head[4:8] in _MOV_ATOMS and head[0] < 0x20:  # a length, and not "The free lunch"
        return "mov"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "webm" if b"webm" in head[:64] else "matroska"
    if head.startswith(b"OggS"):
        return "ogv" if b"theora" in head[:256] else "ogg"
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return "bmp"
    return None


def _sniff_brand(brand: bytes) -> str:
    if brand in _HEIF_BRANDS:
        return "heif"
    if brand in _M4A_BRANDS:
        return "m4a"
    return "mov" if brand == b"qt  " else "mp4"


def _sniff_mpeg_audio(head: bytes) -> str | None:
    if head.startswith(b"ID3") and len(head) >= 10:
        size = 0
        for byte in head[6:10]:  # seven bits of each
            size = size << 7 | byte & 0x7F
        after = head[10 + size :]
        # A cover picture may be longer than the head; nearly all such files are MP3.
        found = sniff(after)
        return found.name if found else "mp3"
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if layer == 0 and head[1] & 0xF0 == 0xF0:
        return "aac"
    bit_rate, sample_rate = head[2] >> 4, head[2] >> 2 & 3
    is_frame = version != 1 and layer == 1 and bit_rate not in (0, 15) and sample_rate != 3
    return "mp3" if is_frame else None


def _sniff_transport_stream(head: bytes) -> str | None:
    for start, step in ((0, 188), (4, 192)):
        syncs = head[start : start + 3 * step : step]
        if syncs == b"GGG":
            return "mpegts"
    return None


def _sniff_text(head: bytes) -> str | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # otherwise the head ends within a character
            return None
        text = head[: error.start].decode("utf-8-sig")
    if not text or any(ord(sign) < 32 and sign not in "\t\n\r\f\x1b" for sign in text):
        return None
    start = text.lstrip()[:200].lower()
    if start.startswith(("<!doctype html", "<html")):
        return "html"
    return "svg" if "<svg" in start else "text"


# ---------------------------------------------------------------------------------------- probing

_WHOLE_SCAN_BYTES = 64 << 20  # larger files are refused for their size: their header will do
_MOST_PIXELS = 100_000_000  # decoding more takes too much memory for a check
_SAME_DURATION_SEC = 0.25  # encoders put less silence than this around sound
# How much of what the header tells may be missing: the service's own measure is not known.
_MISSING_SEC = 1.0
_MISSING_PART = 0.05
_NO_OTHER_FILES = {"protocol_whitelist": "none"}  # a playlist must not make FFmpeg open things
_TELLS_DURATION = ("mov", "matroska", "avi", "flac")  # formats whose header says it reliably


@frozen(kw_only=True)
class MediaFacts:
    """What is known of media before it is sent. None stands for not known.

    Attributes:
        route: how it reaches the service: `inline`, `url` or `asset`
        label: what messages call it
        size_bytes: the size of the file
        format: the format, by content
        fault: why it cannot be embedded at all
        fault_detail: more about that, for the message
        width_px: the width of the pictures as they are stored
        height_px: their height
        pixel_aspect_ratio: the width of a pixel by its height
        duration_sec: how long it is
        has_video: whether it has moving pictures; a cover picture is none
        has_audio: whether it has sound
        notes: what could not be found out, and why
    """

    route: Route = "inline"
    label: str = "the data"
    size_bytes: int | None = None
    format: Format | None = None
    fault: Fault | None = None
    fault_detail: str = ""
    width_px: int | None = None
    height_px: int | None = None
    pixel_aspect_ratio: float = 1.0
    duration_sec: float | None = None
    has_video: bool | None = None
    has_audio: bool | None = None
    notes: tuple[str, ...] = ()


def probe(media: Media, input_type: InputType | None = None) -> MediaFacts:
    """Find out what can be known of media without sending it. Faults are facts, not errors.

    Images are decoded; audio and video are read through to their end but not decoded. Links and
    assets are left alone. Without the extra `[media]`, size and format are what is known.

    Args:
        media: what to look at
        input_type: what it is to be embedded as; the format decides when left out
    """
    if media.kind == "url":
        note = f"{media.label} was not downloaded: nothing is known of the file"
        return MediaFacts(route="url", label=media.label, notes=(note,))
    if media.kind == "asset":
        note = f"{media.label} was not looked up: nothing is known of the file"
        return MediaFacts(route="asset", label=media.label, notes=(note,))
    facts = _probe_file(media)
    if facts.fault:
        return facts
    form = facts.format
    if input_type in ("audio", "video"):
        return _probe_recording(media, facts)
    if form is not None and form.name in ("jpeg", "png"):
        return _probe_image(media, facts)
    if input_type is None and (form is None or form.kind in ("audio", "video")):
        return _probe_recording(media, facts)
    return facts


def _probe_file(media: Media) -> MediaFacts:
    facts = MediaFacts(label=media.label)
    try:
        if isinstance(media.value, Path):
            mode = media.value.stat().st_mode
            if stat.S_ISDIR(mode):
                return evolve(facts, fault="directory")
            if not stat.S_ISREG(mode):
                # Pipes and devices have no size to tell before they are read, and are read once.
                return evolve(facts, fault="unreadable", fault_detail="not a regular file")
        size_bytes = media.size_bytes
        if not size_bytes:
            return evolve(facts, size_bytes=0, fault="empty")
        return evolve(facts, size_bytes=size_bytes, format=sniff(read_head(media)))
    except InvalidInputError as error:
        cause = error.__cause__
    except (OSError, ValueError) as error:
        cause = error
    fault, detail = _explain(cast(OSError, cause))
    return evolve(facts, fault=fault, fault_detail=detail)


def _probe_image(media: Media, facts: MediaFacts) -> MediaFacts:
    try:
        from PIL import Image
    except ImportError:
        note = f"{media.label}: the pixels were not looked at; install twelvelabs-embed[media]"
        return evolve(facts, notes=(*facts.notes, note))
    try:
        with media.open() as file, Image.open(file, formats=("JPEG", "PNG")) as image:
            width_px, height_px = image.size
            facts = evolve(facts, width_px=width_px, height_px=height_px)
            if width_px * height_px > _MOST_PIXELS:
                note = f"{media.label} is too large to be decoded for a check"
                return evolve(facts, notes=(*facts.notes, note))
            image.draft("L", (64, 64))  # JPEG: eight times less work, and as much of the file
            image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        note = f"{media.label} has too many pixels to be looked at"
        return evolve(facts, notes=(*facts.notes, note))
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        if "too large" in str(error):  # Pillow's guard against texts inside a PNG that unfold
            note = f"{media.label} has more metadata than is looked at"
            return evolve(facts, notes=(*facts.notes, note))
        fault: Fault = "truncated" if "truncated" in str(error) else "broken"
        return evolve(facts, fault=fault, fault_detail=str(error))
    return facts


def _probe_recording(media: Media, facts: MediaFacts) -> MediaFacts:
    try:
        import av
        from av.error import FFmpegError
    except ImportError:
        note = f"{media.label}: only size and format are known; install twelvelabs-embed[media]"
        return evolve(facts, notes=(*facts.notes, note))
    try:
        with (
            media.open() as file,
            # Titles and names may be in any encoding; they are of no account here.
            av.open(file, "r", options=_NO_OTHER_FILES, metadata_errors="replace") as container,
        ):
            return _measure(container, facts)
    except FFmpegError as error:
        if _is_cut_off(media, facts):
            return evolve(facts, fault="truncated", fault_detail="its last part is missing")
        return evolve(facts, fault="broken", fault_detail=error.strerror or type(error).__name__)
    except (OSError, ValueError) as error:  # reading; a stream that changes its form on the way
        return evolve(facts, fault="broken", fault_detail=str(error))


def _is_cut_off(media: Media, facts: MediaFacts) -> bool:
    """Whether the last box of an MP4 file is longer than the file. Why so many cannot be opened."""
    if facts.format is None or facts.format.name not in ("mp4", "mov", "m4a"):
        return False
    position, size_bytes = 0, facts.size_bytes or 0
    with media.open() as file:
        while position < size_bytes:
            file.seek(position)
            header = file.read(16)
            length_bytes = int.from_bytes(header[:4])
            if length_bytes == 1:  # the length is too large for four bytes, and stands behind
                length_bytes = int.from_bytes(header[8:])
            if length_bytes < 8:  # 0 means: to the end of the file
                return False
            position += length_bytes
    return position > size_bytes


def _measure(container: InputContainer, facts: MediaFacts) -> MediaFacts:
    is_still = container.format.name == "image2" or container.format.name.endswith("_pipe")
    pictures = [s for s in container.streams.video if not _is_cover(s) and not is_still]
    video = next(filter(_is_known, pictures), None)
    audio = next(filter(_is_known, container.streams.audio), None)
    facts = evolve(
        facts,
        # Another FFmpeg may know what this one does not.
        has_video=True if video else None if pictures else False,
        has_audio=True if audio else None if container.streams.audio else False,
        format=_format_of(container, facts.format, audio.codec_context.name if audio else "no"),
    )
    if facts.has_video is None or facts.has_audio is None:
        note = f"{facts.label} has streams of a kind that is not known here"
        facts = evolve(facts, notes=(*facts.notes, note))
    if video:
        facts = evolve(
            facts,
            width_px=video.codec_context.width or None,
            height_px=video.codec_context.height or None,
            pixel_aspect_ratio=float(video.sample_aspect_ratio or 1),
        )
    stream = video or audio
    return _measure_duration(container, stream, facts) if stream else facts


def _is_cover(stream: Stream) -> bool:
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)


def _is_known(stream: Stream) -> bool:
    # PyAV gives no context to a stream that FFmpeg has no decoder for, whatever its types say.
    return getattr(stream, "codec_context", None) is not None


def _format_of(container: InputContainer, sniffed: Format | None, codec: str) -> Format:
    """The format as FFmpeg sees it, which looks closer; its other names are lists of several."""
    name = container.format.name
    if name == "wav" and not codec.startswith("pcm_"):
        return Format("wav-compressed", f"WAV with {codec} sound", "audio")
    if name == "mp3" and not codec.startswith("mp3"):
        return Format("mpeg-audio", f"MPEG audio with {codec} sound", "audio")
    kind: FormatKind = "video" if container.streams.video else "audio"
    other = Format(name, container.format.long_name, kind, may_hold_video=True)
    return FORMATS.get(name) or sniffed or other


def _measure_duration(container: InputContainer, stream: Stream, facts: MediaFacts) -> MediaFacts:
    """Add the duration, and whether the file was cut off.

    Headers may be missing or wrong, so the packets are gone through.
    """
    declared_sec = None if container.duration is None else container.duration / 1_000_000
    if facts.size_bytes is not None and facts.size_bytes > _WHOLE_SCAN_BYTES:
        note = f"{facts.label} was not read to its end, because it is large"
        return evolve(facts, duration_sec=declared_sec, notes=(*facts.notes, note))
    spans = _read_spans(container)
    if stream.index not in spans:
        return evolve(facts, fault="broken", fault_detail="it has no content")
    missing_sec = (declared_sec or 0.0) - max(end for _, end in spans.values())
    is_told = container.format.name.startswith(_TELLS_DURATION)
    if is_told and missing_sec > max(_MISSING_SEC, _MISSING_PART * (declared_sec or 0.0)):
        detail = f"of {declared_sec:.1f} s, {missing_sec:.1f} s are missing"
        return evolve(facts, fault="truncated", fault_detail=detail)
    start_sec, end_sec = spans[stream.index]
    length_sec = end_sec - start_sec
    if stream.type == "audio":
        # The silence that encoders put around sound is in the packets, but does not count.
        told = (declared_sec, _to_sec(stream.duration, stream.time_base))
        near = [sec for sec in told if sec and 0 <= length_sec - sec < _SAME_DURATION_SEC]
        length_sec = min([length_sec, *near])
    return evolve(facts, duration_sec=round(length_sec, 3) or None)


def _read_spans(container: InputContainer) -> dict[int, tuple[float, float]]:
    """When each stream that has packets begins and ends, in seconds of the file's clock."""
    spans: dict[int, tuple[float, float]] = {}
    for packet in container.demux():
        if not packet.size:
            continue  # PyAV's own, after the last one
        first_sec, last_sec = spans.get(packet.stream_index, (None, 0.0))
        told_sec = _to_sec(packet.dts if packet.pts is None else packet.pts, packet.time_base)
        start_sec = last_sec if told_sec is None else told_sec  # raw streams have no clock
        end_sec = start_sec + (_to_sec(packet.duration, packet.time_base) or 0.0)
        first_sec = start_sec if first_sec is None else min(first_sec, start_sec)
        spans[packet.stream_index] = first_sec, max(last_sec, end_sec)
    return spans


def _to_sec(ticks: int | None, time_base: Fraction | None) -> float | None:
    return None if ticks is None or time_base is None else float(ticks * time_base)
