"""Objects in stores: `s3://bucket/key`, `gs://bucket/key`, `az://container/key`.

    found = StoredObject.parse("s3://media/film.mp4")
    found.stat().size_bytes    found.open()    found.link()    list_objects("s3", "media", "raw/")

Keys are literal: `%20`, `?` and `#` are characters like others. Credentials, regions and endpoints
are those of the environment, as obstore, of the extra `[stores]`, reads them.
"""

from __future__ import annotations

import errno
import io
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

from attrs import field, frozen

from twelvelabs_embed._text import shorten_middle
from twelvelabs_embed.errors import ApiConnectionError, InvalidInputError, Violation
from twelvelabs_embed.inputs.faults import StoreError
from twelvelabs_embed.inputs.store_access import (
    UnreadableKeyError,
    obstore,
    open_store,
    translating,
)
from twelvelabs_embed.limits import LinkHost

__all__ = [
    "ObjectStat",
    "StoredObject",
    "host_kind",
    "list_objects",
    "split_address",
]

LINK_LIFETIME = timedelta(hours=6)
"""How long a presigned link is valid: a task may be queued for hours before its media is read."""

# What is kept of an object: most headers. A smaller one is read once, to be checked and to be sent.
_HEAD_BYTES = 256 << 10
_WHOLE_BYTES = 1 << 20
# Twice as much each time that reading continues from there.
_FIRST_READ_BYTES = 64 << 10
_MAX_READ_BYTES = 8 << 20
_ADDRESS = re.compile(r"(s3|gs|az)://([^/]*)/?(.*)", re.IGNORECASE | re.DOTALL)
_BUCKET = re.compile(r"[a-z0-9$](?:[a-z0-9._-]*[a-z0-9])?")


@frozen
class ObjectStat:
    """What a store says of an object.

    Attributes:
        size_bytes: how many bytes it has
        modified_at: when it was written
        etag: changes with its content, if the store gives one
    """

    size_bytes: int
    modified_at: datetime
    etag: str | None


@frozen
class StoredObject:
    """An object in a store. Nothing is requested when one is made.

    Attributes:
        scheme: `s3`, `gs` or `az`
        bucket: the bucket; with `az` the container
        key: its name in the bucket
        stat: what a listing said of it, if it was listed; in a list, which is filled when needed
    """

    scheme: str
    bucket: str
    key: str
    _stat: list[ObjectStat] = field(factory=list, eq=False, repr=False, alias="stat")
    _head: list[bytes] = field(factory=list, eq=False, repr=False, init=False)

    @classmethod
    def parse(cls, address: str) -> StoredObject:
        """Return the object of an address.

        Raises:
            InvalidInputError: it is no address of an object
        """
        scheme, bucket, key = split_address(address)
        if reason := _rejected_key(key):
            raise _invalid(f"{shorten_middle(address)!r} {reason}", "an object has another key")
        return cls(scheme, bucket, key)

    @property
    def address(self) -> str:
        """`SCHEME://BUCKET/KEY`, as it was given."""
        return f"{self.scheme}://{self.bucket}/{self.key}"

    @property
    def name(self) -> str:
        """The last segment of its key."""
        return self.key.rpartition("/")[2]

    def __str__(self) -> str:
        return self.address

    def stat(self) -> ObjectStat:
        """Ask the store for its size and version, unless they are known.

        Raises:
            StoreError: there is no such object, or it may not be read
            ApiConnectionError: the store cannot be reached
        """
        if not self._stat:
            with translating(self.address):
                self._stat.append(_as_stat(obstore().head(self._store(), self.key)))
        return self._stat[0]

    def open(self) -> BinaryIO:
        """Open it for reading by ranges, all of them of the same version.

        Raises:
            StoreError, ApiConnectionError: as `stat`
        """
        return cast(BinaryIO, io.BufferedReader(_RangeReader(self), _FIRST_READ_BYTES))

    @property
    def head(self) -> bytes:
        """Its beginning, or all of a small one; read once."""
        if not self._head:
            size_bytes = self.stat().size_bytes
            length = size_bytes if size_bytes <= _WHOLE_BYTES else _HEAD_BYTES
            self._head.append(self.read_range(0, length) if length else b"")
        return self._head[0]

    def read_range(self, start: int, length: int) -> bytes:
        """Read a part of it."""
        options: dict[str, Any] = {"range": (start, start + length)}
        if self.stat().etag:
            options["if_match"] = self.stat().etag
        with translating(self.address):
            return bytes(obstore().get(self._store(), self.key, options=options).bytes())

    def link(self) -> str | None:
        """Sign a link to it, which is a secret; None when the credentials cannot sign."""
        try:
            return cast(str, obstore().sign(self._store(), "GET", self.key, LINK_LIFETIME))
        except (ApiConnectionError, InvalidInputError):
            raise
        except Exception:  # anonymous access, tokens that sign nothing
            return None

    def link_host(self) -> LinkHost | None:
        """Return where a link to it leads; None when there can be none."""
        if (self.scheme, self.bucket) in _unfetchable:
            return "private"
        link = self.link()
        return None if link is None else host_kind(link)

    def mark_unfetchable(self) -> None:
        """Remember that the service cannot fetch what is in this bucket."""
        _unfetchable.add((self.scheme, self.bucket))

    def _store(self) -> Any:
        return open_store(self.scheme, self.bucket)


_unfetchable: set[tuple[str, str]] = set()


def split_address(address: str) -> tuple[str, str, str]:
    """Return scheme, bucket and key of an address; the key may be empty.

    Raises:
        InvalidInputError: it has no bucket
    """
    match = _ADDRESS.fullmatch(address)
    if match is None or not _BUCKET.fullmatch(match[2]):
        # Not the address itself: what stands before an @ may be a key.
        scheme = address.partition(":")[0]
        raise _invalid(
            f"{scheme}://… names no bucket",
            "it is s3://BUCKET/KEY, gs://BUCKET/KEY or az://CONTAINER/KEY",
            "Give credentials by the environment, not in the address",
        )
    return match[1].lower(), match[2], match[3]


def _rejected_key(key: str) -> str:
    """Say why obstore cannot name a key; empty if it can."""
    segments = key.split("/")
    if not key or key.endswith("/"):
        return "names no object"
    if "" in segments:
        return "has an empty segment (//) in its key, which obstore cannot read"
    if "." in segments or ".." in segments:
        return "has a segment of dots in its key, which obstore cannot read"
    if any(sign < " " or sign == "\x7f" for sign in key):
        return "has a control character in its key, which obstore cannot read"
    return ""


def host_kind(link: str) -> LinkHost:
    """Return whether the host of a link is in the internet, as far as its name says."""
    host = urlsplit(link).hostname or ""
    try:
        return "public" if ip_address(host).is_global else "private"
    except ValueError:
        is_local = "." not in host or host.endswith((".local", ".internal", ".localhost", ".lan"))
        return "private" if is_local else "public"


def _invalid(
    value: str, allowed: str, hint: str = "Check the bucket and the key"
) -> InvalidInputError:
    return InvalidInputError([Violation("media", value, allowed, hint, code="media.invalid")])


# --- listing --------------------------------------------------------------------------------------


def list_objects(scheme: str, bucket: str, prefix: str = "") -> Iterator[StoredObject | StoreError]:
    """Yield the objects below a prefix, which ends with `/` or is empty, in the order of keys.

    What lies in a folder with a key that obstore cannot read is one error.

    Raises:
        StoreError: the bucket does not exist, or may not be listed
        ApiConnectionError: the store cannot be reached
    """
    store, place = open_store(scheme, bucket), f"{scheme}://{bucket}/{prefix}"
    last: str | None = None
    try:
        with translating(place):
            for batch in obstore().list(store, prefix=prefix or None, chunk_size=1000):
                for one in batch:
                    yield _listed(scheme, bucket, one)
                    last = one["path"]
            return
    except UnreadableKeyError:
        pass
    for found in _list_by_folder(scheme, bucket, prefix):
        if isinstance(found, StoreError) or last is None or found.key > last:
            yield found


def _list_by_folder(scheme: str, bucket: str, prefix: str) -> Iterator[StoredObject | StoreError]:
    place = f"{scheme}://{bucket}/{prefix}"
    try:
        with translating(place):
            found = obstore().list_with_delimiter(open_store(scheme, bucket), prefix=prefix or None)
    except UnreadableKeyError as error:
        yield StoreError("object_unreadable", f"{place} cannot be listed ({error.strerror})", place)
        return
    entries: list[tuple[str, Mapping[str, Any] | None]] = [
        *((one["path"], one) for one in found["objects"]),
        *((f"{folder}/", None) for folder in found["common_prefixes"]),
    ]
    for path, one in sorted(entries, key=lambda entry: entry[0]):
        if one is not None:
            yield _listed(scheme, bucket, one)
        else:
            yield from _list_by_folder(scheme, bucket, path)


def _listed(scheme: str, bucket: str, one: Mapping[str, Any]) -> StoredObject:
    return StoredObject(scheme, bucket, one["path"], stat=[_as_stat(one)])


def _as_stat(one: Mapping[str, Any]) -> ObjectStat:
    return ObjectStat(one["size"], one["last_modified"], one.get("e_tag"))


# --- reading --------------------------------------------------------------------------------------


class _RangeReader(io.RawIOBase):
    """Reads an object by ranges, which grow while reading continues without a gap."""

    def __init__(self, stored: StoredObject) -> None:
        self._object = stored
        self._size_bytes = stored.stat().size_bytes
        self._position = 0
        self._block, self._block_start = b"", 0
        self._read_bytes = _FIRST_READ_BYTES

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        length = min(len(view), self._size_bytes - self._position)
        if length <= 0:
            return 0
        offset = self._position - self._block_start
        if not 0 <= offset < len(self._block):
            self._load()
            offset = self._position - self._block_start
        data = self._block[offset : offset + length]
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def _load(self) -> None:
        if self._position < len(head := self._object.head):
            self._block, self._block_start = head, 0
            return
        end = self._block_start + len(self._block)
        is_next = bool(self._block) and self._position == end
        more_bytes = min(2 * self._read_bytes, _MAX_READ_BYTES)
        self._read_bytes = more_bytes if is_next else _FIRST_READ_BYTES
        length = min(self._read_bytes, self._size_bytes - self._position)
        self._block = self._object.read_range(self._position, length)
        self._block_start = self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size_bytes}
        if base[whence] + offset < 0:
            raise OSError(errno.EINVAL, "a position before the start")
        self._position = base[whence] + offset
        return self._position

    def tell(self) -> int:
        return self._position
