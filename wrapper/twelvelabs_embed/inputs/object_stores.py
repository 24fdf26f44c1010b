"""Objects in stores: `s3://bucket/key`, `gs://bucket/key`, `az://container/key`.

    found = StoredObject.parse("s3://media/film.mp4")
    found.stat().size_bytes    found.open()    found.link()    list_objects("s3", "media", "raw/")

Keys are literal: `%20`, `?` and `#` are characters like others. Credentials, regions and endpoints
are those of the environment, as obstore, of the extra `[stores]`, reads them.
"""

from __future__ import annotations

import errno
import io
import os
import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Any, BinaryIO, Literal, TypeAlias, cast
from urllib.parse import urlsplit

from attrs import field, frozen

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._text import shorten_middle
from twelvelabs_embed.errors import ApiConnectionError, InvalidInputError, Violation
from twelvelabs_embed.inputs.faults import StoreError

__all__ = [
    "LinkHost",
    "ObjectStat",
    "StoredObject",
    "host_kind",
    "list_objects",
    "split_address",
]

LINK_LIFETIME = timedelta(hours=6)
"""How long a presigned link is valid: a task may be queued for hours before its media is read."""

LinkHost: TypeAlias = Literal["public", "private"]
"""Whether a link leads to the internet, or to a host that the service cannot reach."""

# What is kept of an object: most headers. A smaller one is read once, to be checked and to be sent.
_HEAD_BYTES = 256 << 10
_WHOLE_BYTES = 1 << 20
# Twice as much each time that reading continues from there.
_FIRST_READ_BYTES = 64 << 10
_MAX_READ_BYTES = 8 << 20
_RETRIES: Mapping[str, Any] = {"max_retries": 4, "retry_timeout": timedelta(seconds=60)}
_SETTINGS = ("AWS_", "AZURE_", "GOOGLE_", "GCS_")
_ADDRESS = re.compile(r"(s3|gs|az)://([^/]*)/?(.*)", re.IGNORECASE | re.DOTALL)
_STATUS = re.compile(r"status code: (\d{3})")
_MACHINE = "169.254.169.254"  # asked for credentials where there are no others
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
        reason = _rejected_key(key)
        if reason:
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
            with _translating(self.address):
                self._stat.append(_as_stat(_obstore().head(self._store(), self.key)))
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
        with _translating(self.address):
            return bytes(_obstore().get(self._store(), self.key, options=options).bytes())

    def link(self) -> str | None:
        """Sign a link to it, which is a secret; None when the credentials cannot sign."""
        try:
            return cast(str, _obstore().sign(self._store(), "GET", self.key, LINK_LIFETIME))
        except (ApiConnectionError, InvalidInputError):
            raise
        except Exception:  # anonymous access, tokens that sign nothing
            return None

    def link_host(self) -> LinkHost | None:
        """Return where a link to it leads; None when there can be none."""
        if _is_unfetchable(self.scheme, self.bucket):
            return "private"
        link = self.link()
        return None if link is None else host_kind(link)

    def mark_unfetchable(self) -> None:
        """Remember that the service cannot fetch what is in this bucket."""
        _unfetchable.add((self.scheme, self.bucket))

    def _store(self) -> Any:
        return _store_of(self.scheme, self.bucket)


_unfetchable: set[tuple[str, str]] = set()


def _is_unfetchable(scheme: str, bucket: str) -> bool:
    return (scheme, bucket) in _unfetchable


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


# ----------------------------------------------------------------------------------------- listing


def list_objects(scheme: str, bucket: str, prefix: str = "") -> Iterator[StoredObject | StoreError]:
    """Yield the objects below a prefix, which ends with `/` or is empty, in the order of keys.

    What lies in a folder with a key that obstore cannot read is one error.

    Raises:
        StoreError: the bucket does not exist, or may not be listed
        ApiConnectionError: the store cannot be reached
    """
    store, place = _store_of(scheme, bucket), f"{scheme}://{bucket}/{prefix}"
    last: str | None = None
    try:
        with _translating(place):
            for batch in _obstore().list(store, prefix=prefix or None, chunk_size=1000):
                for one in batch:
                    yield _listed(scheme, bucket, one)
                    last = one["path"]
            return
    except _UnreadableKeyError:
        pass
    for found in _list_by_folder(scheme, bucket, prefix):
        if isinstance(found, StoreError) or last is None or found.key > last:
            yield found


def _list_by_folder(scheme: str, bucket: str, prefix: str) -> Iterator[StoredObject | StoreError]:
    place = f"{scheme}://{bucket}/{prefix}"
    try:
        with _translating(place):
            found = _obstore().list_with_delimiter(_store_of(scheme, bucket), prefix=prefix or None)
    except _UnreadableKeyError as error:
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


# ----------------------------------------------------------------------------------------- reading


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


# ---------------------------------------------------------------------------------------- obstore


def _store_of(scheme: str, bucket: str) -> Any:
    """Return obstore's store of a bucket, by the settings of the environment."""
    settings = {name: text for name, text in os.environ.items() if name.startswith(_SETTINGS)}
    return _open_store(scheme, bucket, frozenset(settings.items()))


@lru_cache(maxsize=64)
def _open_store(scheme: str, bucket: str, settings: frozenset[tuple[str, str]]) -> Any:
    stores = import_extra("obstore.store", "stores")
    environment = dict(settings)
    options: dict[str, Any] = {"retry_config": dict(_RETRIES)}
    endpoint = environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL") or ""
    with _translating(f"{scheme}://{bucket}"):
        if scheme == "gs":
            return stores.GCSStore(bucket, **options)
        if scheme == "az":
            return stores.AzureStore(bucket, **options)
        if endpoint:
            options["endpoint"] = endpoint
            options["client_options"] = {"allow_http": endpoint.lower().startswith("http://")}
        return stores.S3Store(bucket, **options, **_from_profile(environment))


def _from_profile(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return credentials by boto3, where it is installed: obstore reads no profiles of AWS."""
    is_given = "AWS_ACCESS_KEY_ID" in environment or "AWS_SKIP_SIGNATURE" in environment
    if is_given or find_spec("boto3") is None:
        return {}
    providers = import_extra("obstore.auth.boto3", "stores")
    try:
        return {"credential_provider": providers.Boto3CredentialProvider()}
    except ValueError:  # it finds none; obstore asks the machine's own role
        return {}


def _obstore() -> Any:
    return import_extra("obstore", "stores")


class _UnreadableKeyError(OSError):
    """A listing has a key that obstore cannot name."""


@contextmanager
def _translating(address: str) -> Generator[None]:
    """Turn the errors of obstore into those of files; its texts hold responses and stacks."""
    try:
        yield
    except (StoreError, ApiConnectionError, InvalidInputError):
        raise
    except Exception as error:
        translated = _translate(address, error)
        raise translated from None


def _translate(address: str, error: Exception) -> Exception:
    name, text = type(error).__name__, _first_line(error)
    shown = shorten_middle(address)
    status = _STATUS.search(str(error))
    code = int(status[1]) if status else None
    if isinstance(error, FileNotFoundError) or code == 404:
        return StoreError("object_missing", f"there is nothing at {shown}")
    if name == "InvalidPathError":
        return _UnreadableKeyError(errno.EINVAL, text)
    if code in (401, 403) and _MACHINE not in text:
        what = f"access to {shown} is denied"
    elif name == "PreconditionError":
        what = f"{shown} changed while it was read"
    elif "redirect" in text:
        what = f"{shown} is in another region: set AWS_REGION"
    elif _MACHINE in text or "must be specified" in text:
        what = f"there are no credentials for {shown}: set them in the environment"
    elif isinstance(error, (ValueError, TypeError)):
        what = f"{shown} cannot be opened ({text})"
    else:
        return ApiConnectionError(f"{shown} cannot be read ({text})")
    return StoreError("object_unreadable", what)


def _first_line(error: Exception) -> str:
    """Return the beginning of a message, without what may sign a request."""
    line = re.sub(r"\?[^\s'\"<>)]*", "", str(error).partition("\n")[0])
    return shorten_middle(" ".join(line.split()), 200)


def _invalid(
    value: str, allowed: str, hint: str = "Check the bucket and the key"
) -> InvalidInputError:
    return InvalidInputError([Violation("media", value, allowed, hint, code="media.invalid")])
