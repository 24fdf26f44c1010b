"""Media sources: base64, URLs and assets become files that can be opened."""

import base64
import io
import time
import zlib
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from threading import Lock
from typing import IO, TYPE_CHECKING, BinaryIO, TypeAlias
from urllib.parse import unquote, urlsplit

from twelvelabs_embed_emulator.contract.errors import bad_request, not_found
from twelvelabs_embed_emulator.contract.limits import SizeLimit

if TYPE_CHECKING:
    import httpx
    from _typeshed import WriteableBuffer

_URL_MAX_CHARACTERS = 8192
_READ_TIMEOUT_SEC = 30.0
_DOWNLOAD_TIMEOUT_SEC = 600.0  # of a whole one; the largest file at 7 MB a second
_MAX_REDIRECTS = 5
_SPOOL_BYTES = 8 * 1024 * 1024  # of a download in memory; a larger one is on the disk
_BUFFER_BYTES = 256 * 1024


@dataclass(frozen=True)
class Media:
    """A file: its size, its origin, and how to open it.

    Attributes:
        size_bytes: the length of the file.
        open: returns a new reader that starts at byte 0, can seek, and shares no position with
            other readers. The caller closes it.
        url: the URL that it was fetched from.
        filename: its name there.
    """

    size_bytes: int
    open: Callable[[], BinaryIO]
    url: str | None = None
    filename: str | None = None


AssetLookup: TypeAlias = Callable[[str, str], Media]
"""Finds the file of an asset by its id. The second argument is the name of the field, for the
`ApiError` that it raises when there is no such asset, or none that is ready."""


def no_assets(asset_id: str, field: str) -> Media:
    """Reject every asset: there are none."""
    raise not_found(field, f"there is no asset {asset_id}")


@contextmanager
def load(
    source: Mapping[str, str],
    *,
    field: str,
    inline: SizeLimit,
    remote: SizeLimit,
    allow_hosts: Collection[str] = (),
    assets: AssetLookup = no_assets,
) -> Generator[Media, None, None]:
    """Return the file that `source` names, which exists as long as the `with` block.

    URLs are fetched from this machine only, and from `allow_hosts` (`*` for any).

    Args:
        source: a `MediaSource` with one of `base64_string`, `url`, `asset_id`.
        field: the name of `source` in the request, for messages.
        inline: the maximum size of base64, decoded.
        remote: the maximum size of a URL or an asset.
        allow_hosts: the hosts of URLs, besides this machine.
        assets: finds the file of an asset.

    Raises:
        ApiError: the base64 is invalid, the file is too large or cannot be fetched, or there is no
            such asset.
    """
    if "base64_string" in source:
        yield in_memory(_decode(source["base64_string"], f"{field}.base64_string", inline))
    elif "url" in source:
        with download(source["url"], f"{field}.url", remote, allow_hosts) as media:
            yield media
    elif "asset_id" in source:
        asset = assets(source["asset_id"], f"{field}.asset_id")
        remote.check(f"{field}.asset_id", asset.size_bytes)
        yield asset
    else:
        kinds = ", ".join(name for name in source if name not in ("name", "media_type"))
        raise bad_request(field, f"{kinds} is in the contract, but not in this emulator")


def in_memory(data: bytes) -> Media:
    """Return the file whose content is `data`."""
    return Media(len(data), lambda: io.BytesIO(data))  # which shares the bytes


def _decode(text: str, field: str, limit: SizeLimit) -> bytes:
    size_bytes = len(text) // 4 * 3 - text[-2:].count("=")
    limit.check(field, size_bytes)  # before the work of decoding
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        hint = "; send the bare base64, without a data: prefix" if text[:5] == "data:" else ""
        raise bad_request(field, f"not base64 ({error}){hint}") from None
    if len(data) != size_bytes:  # which Python accepts
        raise bad_request(field, "not base64 (more padding than there may be)")
    return data


# --------------------------------------------------------------------------------------- downloads


@contextmanager
def download(
    url: str, field: str, limit: SizeLimit, allow_hosts: Collection[str]
) -> Generator[Media, None, None]:
    """Fetch the file at `url` into memory or, if large, into a temporary file.

    Raises:
        ApiError: it is too large or cannot be fetched.
    """
    lock = Lock()  # readers may be in several threads, and the file has one position
    with SpooledTemporaryFile(max_size=_SPOOL_BYTES) as file:
        size_bytes = _fetch(url, field, limit, allow_hosts, file)

        def read_at(offset: int, count: int) -> bytes:
            with lock:
                file.seek(offset)
                return file.read(count)

        yield Media(size_bytes, lambda: reader(size_bytes, read_at), url, filename_of(url))


def filename_of(url: str) -> str | None:
    """Return the last segment of the URL's path; None when there is none."""
    return unquote(PurePosixPath(urlsplit(url).path).name) or None


def check_url(url: str, field: str, allow_hosts: Collection[str]) -> str:
    """Check that the emulator may fetch `url`, and return its host.

    Raises:
        ApiError: it may not, or it is no URL.
    """
    import httpx

    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise bad_request(field, f"is no URL: {error}") from None
    _check_host(address, field, allow_hosts)
    return address.host


def _check_host(url: "httpx.URL", field: str, allow_hosts: Collection[str]) -> None:
    """Raise `ApiError` if the emulator must not fetch `url`."""
    if url.scheme not in ("http", "https"):
        raise bad_request(field, f"the scheme {url.scheme!r} is not http or https")
    if not (_is_loopback(url.host) or "*" in allow_hosts or url.host in allow_hosts):
        reason = f"the emulator fetches from this machine only, not from {url.host!r}"
        raise bad_request(field, f"{reason}, unless started with allow_hosts (--allow-host)")


def _fetch(
    url: str, field: str, limit: SizeLimit, allow_hosts: Collection[str], file: IO[bytes]
) -> int:
    """Download `url` into `file` and return its size; each redirect is checked, too."""
    if len(url) > _URL_MAX_CHARACTERS:
        reason = f"{len(url)} characters are more than the {_URL_MAX_CHARACTERS} it may have"
        raise bad_request(field, reason)
    import httpx  # not before it is needed: it takes long

    deadline = time.monotonic() + _DOWNLOAD_TIMEOUT_SEC
    try:
        # No proxy settings from the environment: they would lead loopback addresses astray.
        # Media is compressed already: a content coding is not asked for.
        headers = {"accept-encoding": "identity"}
        with httpx.Client(timeout=_READ_TIMEOUT_SEC, trust_env=False, headers=headers) as client:
            location = httpx.URL(url)
            for _ in range(1 + _MAX_REDIRECTS):
                _check_host(location, field, allow_hosts)
                with client.stream("GET", location) as response:
                    if response.next_request is None:
                        return _copy(response, field, limit, deadline, file)
                    location = response.next_request.url
    except (httpx.HTTPError, httpx.InvalidURL, zlib.error) as error:
        raise bad_request(field, f"cannot be fetched: {error or type(error).__name__}") from error
    raise bad_request(field, f"leads to more than {_MAX_REDIRECTS} redirects")


def _copy(
    response: "httpx.Response", field: str, limit: SizeLimit, deadline: float, file: IO[bytes]
) -> int:
    if response.status_code != 200:
        raise bad_request(field, f"cannot be fetched: its server responds {response.status_code}")
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip"):
        reason = f"its server sends it encoded as {coding[:40]}, and the emulator reads gzip alone"
        raise bad_request(field, f"cannot be fetched: {reason}")
    chunks = response.iter_raw()
    size_bytes = 0
    for chunk in _gunzipped(chunks) if coding == "gzip" else chunks:
        size_bytes += file.write(chunk)
        limit.check(field, size_bytes)
        if time.monotonic() > deadline:
            raise bad_request(field, f"cannot be fetched within {_DOWNLOAD_TIMEOUT_SEC:g} s")
    return size_bytes


def _gunzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the content of a gzip in chunks of bounded size: a small one can hold gigabytes."""
    decompressor = zlib.decompressobj(16 + zlib.MAX_WBITS)
    for chunk in chunks:
        while chunk:
            yield decompressor.decompress(chunk, _BUFFER_BYTES)
            chunk = decompressor.unconsumed_tail
    yield decompressor.flush()
    if not decompressor.eof:
        raise zlib.error("the gzip ends early")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


# ----------------------------------------------------------------------------------------- readers


def reader(size_bytes: int, read_at: Callable[[int, int], bytes]) -> BinaryIO:
    """Return a file object of `size_bytes` whose content comes from `read_at(offset, count)`.

    `read_at` may return fewer bytes than requested; none at all are the end of the file.
    """
    return io.BufferedReader(_Reader(size_bytes, read_at), _BUFFER_BYTES)


class _Reader(io.RawIOBase):
    def __init__(self, size_bytes: int, read_at: Callable[[int, int], bytes]) -> None:
        self._size_bytes = size_bytes
        self._read_at = read_at
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        data = self._read_at(self._position, len(view))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size_bytes}
        self._position = max(0, base[whence] + offset)
        return self._position
