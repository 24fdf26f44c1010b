"""Embedding of one item of a run: asks for the version of its link, and collects a running task."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from attrs import define, evolve, field
from msgspec.structs import replace

from twelvelabs_embed._http.effects import Flow, RunBlocking
from twelvelabs_embed.bulk.checkpoint import Checkpoint
from twelvelabs_embed.bulk.link_versions import LinkVersions
from twelvelabs_embed.bulk.report import Current
from twelvelabs_embed.bulk.selection import UnchangedError, Work
from twelvelabs_embed.embed import EmbedFlows
from twelvelabs_embed.errors import NotFoundError, is_gone
from twelvelabs_embed.results.embeddings import Embeddings
from twelvelabs_embed.sending import EmbedOptions
from twelvelabs_embed.uploads.progress import Progress


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
