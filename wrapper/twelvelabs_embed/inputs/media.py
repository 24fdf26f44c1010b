"""Media from anywhere: a file, bytes, a link, an asset, a PIL image.

Media.file("dog.jpg")   Media.bytes(data)   Media.url("https://…")   Media.asset("6298…")
Media.object("s3://bucket/dog.jpg")
"""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, TypeAlias, cast

from attrs import field, frozen

from twelvelabs_embed._text import shorten_middle, value_words
from twelvelabs_embed.errors import InvalidInputError, Violation, files_exhausted
from twelvelabs_embed.inputs.faults import fault_of, fault_violation
from twelvelabs_embed.limits.file_signatures import HEAD_BYTES

if TYPE_CHECKING:
    from twelvelabs_embed.inputs.object_stores import StoredObject

__all__ = [
    "Media",
    "MediaSourceKind",
    "is_link",
    "is_store_address",
    "media_error",
    "read_head",
    "reading",
    "show_link",
]

MediaSourceKind: TypeAlias = Literal["file", "bytes", "url", "asset", "object"]

_Bytes: TypeAlias = bytes  # inside Media, `bytes` is the constructor


# ------------------------------------------------------------------------------------------ Media


@frozen(repr=False)
class Media:
    """One image, audio or video, from exactly one source. Made by its five constructors.

    Nothing is opened when one is made: a file may still be missing then.

    Attributes:
        kind: the source: `file`, `bytes`, `url`, `asset` or `object`
        value: the path, the bytes, the link, the id or the object in a store
        filename: what messages call bytes; it is not sent and does not count in `==`
    """

    kind: MediaSourceKind
    value: Path | bytes | str | StoredObject
    filename: str | None = field(default=None, eq=False)

    @classmethod
    def file(cls, path: str | os.PathLike[str]) -> Media:
        """Return media in a file on this machine; `~` is the home directory. It is read when sent.

        Raises:
            InvalidInputError: the path is empty.
        """
        _check_type(path, (str, os.PathLike), "a path is a str or a pathlib.Path")
        try:
            text = os.fsdecode(path)
        except Exception as error:  # its own `__fspath__` may raise anything
            what = f"the path of type {type(path).__name__} cannot be read"
            because = str(error) or type(error).__name__
            raise media_error(
                f"{what} ({because})", "a path is text", "Give it as a str"
            ) from error
        if not text:
            raise media_error("'' is no path", "a file has a name", "Give the path of a file")
        return cls("file", _expand(text))

    @classmethod
    def bytes(cls, data: _Bytes | bytearray | memoryview, filename: str | None = None) -> Media:
        """Return media in memory: the content of a file. `filename` is for messages only."""
        _check_type(data, (bytes, bytearray, memoryview), "the content of a file is bytes")
        return cls("bytes", _Bytes(data), filename)

    @classmethod
    def url(cls, url: str) -> Media:
        """Return media behind a public, direct link, which the service fetches itself.

        Raises:
            InvalidInputError: not http or https, or without a host.

        Source: `MediaSource.url` of the contract. Pages of video hosts and links for sharing do not
        work; presigned links do.
        """
        _check_type(url, str, "a link is a str")
        if any(sign < " " or sign == "\x7f" for sign in url):
            raise media_error(
                f"{shorten_middle(repr(show_link(url)))} holds a control character",
                "a link has none",
                "Remove it: often it is the end of the line, and strip() will do",
            )
        if not is_link(url) or not _split_host(url):
            raise media_error(
                f"{shorten_middle(show_link(url))!r} is no link",
                "a link begins with http:// or https:// and a host",
                "Give a direct link to the file; a file on this machine is given by its path",
            )
        return cls("url", url)

    @classmethod
    def asset(cls, asset_id: str) -> Media:
        """Return media that was uploaded before and whose asset is ready.

        Raises:
            InvalidInputError: the id is empty.
        """
        _check_type(asset_id, str, "an asset's id is a str")
        if not asset_id.strip():
            raise media_error(f"{asset_id!r} is no id", "an asset has an id", "Give the asset's id")
        return cls("asset", asset_id)

    @classmethod
    def object(cls, address: str) -> Media:
        """Return media in an object store: `s3://bucket/key`, `gs://…` or `az://container/key`.

        The service gets a presigned link to it, where it can fetch that; otherwise the content is
        read and sent. Credentials are those of the environment. It needs the extra `[stores]`.

        Raises:
            InvalidInputError: it is no address of an object.
        """
        _check_type(address, str, "the address of an object is a str")
        from twelvelabs_embed.inputs.object_stores import StoredObject  # most media is elsewhere

        return cls("object", StoredObject.parse(address))

    @property
    def stored(self) -> StoredObject | None:
        """The object in a store; None when it is from another source."""
        return cast("StoredObject", self.value) if self.kind == "object" else None

    @property
    def is_readable(self) -> bool:
        """Whether the content can be read here, so that it can be checked and sent."""
        return self.kind in ("file", "bytes", "object")

    @property
    def size_bytes(self) -> int:
        """The size of a file, of bytes or of an object, now.

        Raises:
            InvalidInputError: the file cannot be read.
            ValueError: a link or an asset, whose size is not known here.
        """
        with reading(self):
            if isinstance(self.value, Path):
                return self.value.stat().st_size
            if (stored := self.stored) is not None:
                return stored.stat().size_bytes
        if isinstance(self.value, str):
            raise ValueError(f"the size of {self!r} is not known here")
        return len(cast(bytes, self.value))

    def open(self) -> BinaryIO:
        """Open the content anew for reading bytes.

        Raises:
            InvalidInputError: the file cannot be read.
            ValueError: a link or an asset, whose content is not here.
        """
        with reading(self):
            if isinstance(self.value, Path):
                _check_kind(self.value)
                return self.value.open("rb")
            if (stored := self.stored) is not None:
                return stored.open()
        if isinstance(self.value, str):
            raise ValueError(f"the content of {self!r} is not here")
        return io.BytesIO(cast(bytes, self.value))

    def iter_chunks(self, chunk_bytes: int, *, size_bytes: int | None = None) -> Iterator[_Bytes]:
        """Read the content in chunks of `chunk_bytes`, anew at each call; the last may be shorter.

        Args:
            chunk_bytes: the length of a chunk
            size_bytes: the size that was declared as the length of the body; otherwise the size
                when reading begins

        Raises:
            InvalidInputError: the file cannot be read, or is not `size_bytes` long to its end.
                Never more than `size_bytes` bytes are given.
        """
        with self.open() as file, reading(self):
            expected_bytes = self.size_bytes if size_bytes is None else size_bytes
            left_bytes = expected_bytes
            while chunk := file.read(chunk_bytes):
                left_bytes -= len(chunk)
                if left_bytes < 0:
                    raise _changed(self, expected_bytes, "grew")
                yield chunk
            if left_bytes:
                raise _changed(self, expected_bytes, "shrank")

    def iter_range(
        self, offset_bytes: int, length_bytes: int, chunk_bytes: int
    ) -> Iterator[_Bytes]:
        """Read a part of the content in chunks of at most `chunk_bytes`, anew at each call.

        Raises:
            InvalidInputError: the file cannot be read, or ends before the part does.
        """
        left_bytes = length_bytes
        with self.open() as file, reading(self):
            file.seek(offset_bytes)
            while left_bytes:
                chunk = file.read(min(chunk_bytes, left_bytes))
                if not chunk:
                    raise _changed(self, offset_bytes + length_bytes, "shrank")
                left_bytes -= len(chunk)
                yield chunk

    @property
    def label(self) -> str:
        """What messages call it: the file's name, the link without its query, or the asset's id."""
        match self.kind:
            case "file":
                label = cast(Path, self.value).name or str(self.value)
            case "bytes":
                label = self.filename or "the data"
            case "url":
                label = show_link(cast(str, self.value))
            case "asset":
                label = f"asset {self.value!s}"
            case "object":
                label = str(self.value)
        # Names may hold anything, even what moves a terminal's cursor.
        return shorten_middle(label if label.isprintable() else repr(label))

    def __repr__(self) -> str:
        # Neither megabytes nor the signature of a presigned link.
        if self.kind == "bytes":
            name = f", filename={self.filename!r}" if self.filename else ""
            return f"Media.bytes(<{self.size_bytes} bytes>{name})"
        text = show_link(str(self.value)) if self.kind == "url" else str(self.value)
        return f"Media.{self.kind}({shorten_middle(text)!r})"


def _check_type(value: object, types: type | tuple[type, ...], allowed: str) -> None:
    if not isinstance(value, types):
        raise media_error(value_words(value), allowed, "See the five constructors of Media")


def _expand(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except (RuntimeError, ValueError):  # no such user: then it is a name that begins with ~
        return Path(path)


def is_store_address(text: str) -> bool:
    """Return whether a text begins with `s3://`, `gs://` or `az://`."""
    return text[:5].lower() in ("s3://", "gs://", "az://")


def is_link(text: str) -> bool:
    """Return whether a text begins with `http://` or `https://`."""
    return text[:8].lower().startswith(("http://", "https://"))


def _split_host(url: str) -> str:
    from urllib.parse import urlsplit

    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def show_link(url: str) -> str:
    """Return a link without what may be secret: user, password, query and fragment."""
    bare = url.partition("#")[0].partition("?")[0]
    scheme, separator, rest = bare.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}"


def read_head(media: Media) -> bytes:
    """Read the first bytes of a file or of bytes, for `sniff`.

    Raises:
        InvalidInputError: the file cannot be read.
    """
    with media.open() as file, reading(media):
        return file.read(HEAD_BYTES)


# ----------------------------------------------------------------------------------- file errors


@contextmanager
def reading(media: Media) -> Generator[None]:
    """Turn the errors of reading a file into those of this library."""
    try:
        yield
    except InvalidInputError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a path that holds a zero byte
        invalid = InvalidInputError([fault_violation(media.label, *fault_of(error))])
        raise files_exhausted(error) or invalid from error


def _check_kind(path: Path) -> None:
    # Opening a pipe waits for its writer, and a device may never end.
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise OSError(errno.EINVAL, "not a regular file")


def _changed(media: Media, expected_bytes: int, how: str) -> InvalidInputError:
    return media_error(
        f"{media.label} {how} while it was sent; it was {expected_bytes} bytes long",
        "a file has to stay the same until it is sent",
        "Send it again when nothing writes to it",
        code="media.changed",
    )


def media_error(
    value: str, allowed: str, hint: str, code: str = "media.invalid"
) -> InvalidInputError:
    """Make the error of a value that is not, or is no longer, the media that is wanted."""
    return InvalidInputError([Violation("media", value, allowed, hint, code=code)])
