"""Versions of links: the `ETag` or `Last-Modified` that their servers give."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from twelvelabs_embed.bulk.fingerprints import stat_object
from twelvelabs_embed.bulk.rows import clean
from twelvelabs_embed.errors import TwelveLabsError
from twelvelabs_embed.inputs.faults import StoreError
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.inputs.object_stores import StoredObject

if TYPE_CHECKING:
    import httpx

_TIMEOUT_SEC = 5.0
_MAX_FAILURES = 3
_MAX_CHARACTERS = 200


class LinkVersions:
    """Asks servers for the versions of links. Several threads may use it.

    A server gets no key and no cookie, and only the headers of its response are read. One that does
    not respond is not asked again.
    """

    def __init__(self) -> None:
        self._http: httpx.Client | None = None
        self._failures: Counter[str] = Counter()
        self._lock = Lock()

    def ask(self, link: str, media: Media | None = None) -> str | None:
        """Return the version of a link or of an object; None where there is none, or no response.

        An object is asked through the media of its item, which remembers what its store says.
        """
        if media is not None and media.stored is not None:
            return _version_of_object(media.stored)
        try:
            host = urlsplit(link).netloc
        except ValueError:
            return None
        if self._failures[host] >= _MAX_FAILURES:
            return None
        try:
            return self._ask(link)
        except Exception:  # whatever prevents it, the service is asked for the content in any case
            with self._lock:
                self._failures[host] += 1
            return None

    def _ask(self, link: str) -> str | None:
        # Links that are signed for GET reject HEAD.
        ranges = {"Range": "bytes=0-0"}
        http = self._client()
        for method, headers in (("HEAD", {}), ("GET", ranges)):
            with http.stream(method, link, headers=headers) as response:
                if response.is_success:
                    return _version(response.headers)
        return None

    def _client(self) -> httpx.Client:
        import httpx

        with self._lock:
            if self._http is None:
                self._http = httpx.Client(
                    timeout=_TIMEOUT_SEC, follow_redirects=True, max_redirects=5
                )
            return self._http

    def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            self._http.close()


def _version_of_object(stored: StoredObject) -> str | None:
    try:
        return stat_object(stored)[2]
    except (StoreError, TwelveLabsError):  # it is reported when the item is sent
        return None


def _version(headers: object) -> str | None:
    get = headers.get  # type: ignore[attr-defined]
    for name in ("etag", "last-modified"):
        if value := get(name):
            return f"{name}:{clean(value)[:_MAX_CHARACTERS]}"
    return None
