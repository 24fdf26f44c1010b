"""Embedding of one item of a run: asks for the version of its link, and collects a running task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from attrs import define, evolve, field
from msgspec.structs import replace

from twelvelabs_embed._http.effects import Flow, RunBlocking
from twelvelabs_embed.bulk.checkpoint import Checkpoint
from twelvelabs_embed.bulk.fingerprints import stat_object
from twelvelabs_embed.bulk.report import Current
from twelvelabs_embed.bulk.rows import clean
from twelvelabs_embed.bulk.selection import UnchangedError, Work
from twelvelabs_embed.embed import EmbedFlows
from twelvelabs_embed.errors import NotFoundError, TwelveLabsError, is_gone
from twelvelabs_embed.inputs.faults import StoreError
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.inputs.object_stores import StoredObject
from twelvelabs_embed.results.embeddings import Embeddings
from twelvelabs_embed.sending import EmbedOptions
from twelvelabs_embed.uploads.progress import Progress

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


@define(eq=False)
class ItemEmbedder:
    """Embeds items; any number of them concurrently.

    Args:
        flows: embeds
        options: what each item is embedded with
        checkpoint: remembers the tasks
        now_sec: returns the seconds since the start of the run

    Attributes:
        current: the items in progress, by id
    """

    _flows: EmbedFlows
    _options: EmbedOptions
    _checkpoint: Checkpoint
    _now_sec: Callable[[], float]
    _links: LinkVersions = field(factory=LinkVersions, init=False)
    current: dict[str, Current] = field(factory=dict[str, Current], init=False)

    def embed(self, work: Work) -> Flow[Embeddings]:
        """Embed an item, or collect the task that was created for it before.

        A link whose vectors are of what its server has raises `UnchangedError`.
        """
        item = work.item
        self.current[item.id] = Current(item.id, "sending", self._now_sec())
        if work.link is not None:
            media = getattr(item.input, "media", None)
            version = yield RunBlocking(partial(self._links.ask, work.link, media))
            work.found = evolve(work.found, version=version)
            if work.is_unchanged():
                raise UnchangedError
        options = replace(self._options, progress=partial(self._track, work))
        task_id = self._checkpoint.tasks.get(item.id, work.found)
        if task_id is not None:
            try:
                return (yield from self._resume(task_id, options))
            except NotFoundError as error:  # it is kept for seven days
                if not is_gone(error):
                    raise
                yield RunBlocking(partial(self._checkpoint.save_task, item.id, None))
        return (yield from self._flows._embed(item.input, options=options))

    def _resume(self, task_id: str, options: EmbedOptions) -> Flow[Embeddings]:
        return self._flows.resume(
            task_id,
            model=options.model,
            keep_asset=options.keep_asset,
            wait_sec=options.wait_sec,
            progress=options.progress,
            request_options=options.request_options,
        )

    def _track(self, work: Work, progress: Progress) -> None:
        """Record the progress of an item, and its task immediately."""
        id = work.item.id
        if progress.phase == "embedding" and progress.id is not None:
            self._checkpoint.save_task(id, progress.id, work.found)
        if (current := self.current.get(id)) is not None:
            self.current[id] = evolve(
                current,
                phase=progress.phase,
                done_bytes=progress.done_bytes,
                total_bytes=progress.total_bytes,
            )

    def close(self) -> None:
        """Close the connections to the servers of links."""
        self._links.close()
