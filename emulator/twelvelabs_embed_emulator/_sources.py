"""From a media source (base64, URL or asset) to the bytes of the file."""

import base64
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import PurePosixPath
from urllib.parse import unquote

import httpx

from ._errors import ApiError, refuse
from ._rules import SizeLimit

_LONGEST_URL = 8192  # characters
_TIMEOUT_SEC = 30.0  # of a whole download
_MAX_REDIRECTS = 5


@dataclass(frozen=True)
class Media:
    """A file, and where it came from."""

    data: bytes
    url: str | None = None

    @property
    def filename(self) -> str | None:
        """The last part of the URL's path, when there is one."""
        path = httpx.URL(self.url).path if self.url else ""
        return unquote(PurePosixPath(path).name) or None


def load(
    source: Mapping[str, str],
    *,
    field: str,
    inline: SizeLimit,
    remote: SizeLimit,
    allow_hosts: Collection[str],
) -> Media:
    """Return the file that `source` (a `MediaSource` of the contract) names.

    URLs are fetched from this machine only, and from `allow_hosts` (`*` for any).

    Raises:
        ApiError: it is not base64, too large, cannot be fetched, or is an asset (there are none).
    """
    if "base64_string" in source:
        return Media(_decode(source["base64_string"], f"{field}.base64_string", inline))
    if "url" in source:
        url = source["url"]
        return Media(_fetch(url, f"{field}.url", remote, allow_hosts), url)
    asset_id = source["asset_id"]
    raise ApiError(404, "resource_not_exist", f"{field}.asset_id: there is no asset {asset_id}")


def _decode(text: str, field: str, limit: SizeLimit) -> bytes:
    size_bytes = len(text) // 4 * 3 - text[-2:].count("=")
    limit.check(field, size_bytes)  # before the work of decoding
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        hint = "; send the bare base64, without a data: prefix" if text[:5] == "data:" else ""
        raise refuse(field, f"not base64 ({error}){hint}") from None
    if len(data) != size_bytes:  # which Python lets pass
        raise refuse(field, "not base64 (more padding than there may be)")
    return data


def _fetch(url: str, field: str, limit: SizeLimit, allow_hosts: Collection[str]) -> bytes:
    """Download `url`; each hop of a redirect must itself be allowed."""
    if len(url) > _LONGEST_URL:
        raise refuse(field, f"{len(url)} characters are more than the {_LONGEST_URL} it may have")
    deadline = time.monotonic() + _TIMEOUT_SEC
    try:
        # No proxy settings from the environment: they would lead loopback addresses astray.
        with httpx.Client(timeout=_TIMEOUT_SEC, trust_env=False) as client:
            location = httpx.URL(url)
            for _ in range(1 + _MAX_REDIRECTS):
                _check_host(location, field, allow_hosts)
                with client.stream("GET", location) as response:
                    if response.next_request is None:
                        return _read(response, field, limit, deadline)
                    location = response.next_request.url
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise refuse(field, f"cannot be fetched: {error or type(error).__name__}") from error
    raise refuse(field, f"leads to more than {_MAX_REDIRECTS} redirects")


def _check_host(url: httpx.URL, field: str, allow_hosts: Collection[str]) -> None:
    if url.scheme not in ("http", "https"):
        raise refuse(field, f"the scheme {url.scheme!r} is not http or https")
    if not (_is_loopback(url.host) or "*" in allow_hosts or url.host in allow_hosts):
        problem = f"the emulator fetches from this machine only, not from {url.host!r}"
        raise refuse(field, f"{problem}, unless started with allow_hosts (--allow-host)")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _read(response: httpx.Response, field: str, limit: SizeLimit, deadline: float) -> bytes:
    if response.status_code != 200:
        raise refuse(field, f"cannot be fetched: its server answers {response.status_code}")
    data = bytearray()
    for chunk in response.iter_bytes():
        data += chunk
        limit.check(field, len(data))
        if time.monotonic() > deadline:
            raise refuse(field, f"cannot be fetched within {_TIMEOUT_SEC:g} s")
    return bytes(data)
