"""Sending of planned requests: at once, after an upload, or by a task."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypedDict

from msgspec import Struct
from msgspec.structs import replace

from twelvelabs_embed._http.effects import Flow, RunBlocking
from twelvelabs_embed._http.operation import EMBED_PATH, Operation
from twelvelabs_embed._http.redaction import Secret
from twelvelabs_embed._http.request import Connection, RequestOptions, call
from twelvelabs_embed._http.telemetry import EmbeddingSpan
from twelvelabs_embed._immutable import copy_with
from twelvelabs_embed.errors import (
    BadRequestError,
    NotFoundError,
    OutcomeUnknownError,
    TaskFailedError,
    TwelveLabsError,
    WaitTimeoutError,
    is_gone,
)
from twelvelabs_embed.validation.options import Dimension
from twelvelabs_embed.validation.planning import PlanOptions, RequestPlan
from twelvelabs_embed.validation.routing import Route, RouteName

if TYPE_CHECKING:
    import httpx

    from twelvelabs_embed.api.assets import AssetsFlows
    from twelvelabs_embed.results.embeddings import Embeddings
    from twelvelabs_embed.uploads.progress import Phase, Progress
    from twelvelabs_embed.uploads.resume_store import ResumeStore
    from twelvelabs_embed.validation.media_facts import MediaFacts

_log = logging.getLogger("twelvelabs_embed")

DEFAULT_WAIT_SEC = 7200.0
"""How long uploads and tasks are waited for unless you say otherwise."""


class EmbedOptions(PlanOptions, frozen=True, kw_only=True):
    """Options of one `embed`: those of its plan, and how it is carried out.

    Attributes:
        keep_asset: whether to keep what is uploaded; otherwise it is deleted afterwards
        wait_sec: how long to wait for a task, and for an upload to be ready; None waits for ever
        progress: is called with how far uploading and waiting are
        request_options: options of each call
    """

    keep_asset: bool = False
    wait_sec: float | None = DEFAULT_WAIT_SEC
    progress: Callable[[Progress], object] | None = None
    request_options: RequestOptions | None = None


class ItemArguments(TypedDict, total=False):
    """Keyword arguments for each item of a run: `EmbedOptions`, but for `progress`."""

    model: str
    dimension: Dimension | None
    uncertainty: bool
    auto_truncate: bool
    check: bool
    route: RouteName | None
    keep_asset: bool
    wait_sec: float | None
    request_options: RequestOptions | None


class EmbedArguments(ItemArguments, total=False):
    """Keyword arguments of `client.embed` and `many`: `EmbedOptions`, each with a default."""

    progress: Callable[[Progress], object] | None


def embed_options(arguments: ItemArguments) -> EmbedOptions:
    """Make the options of keyword arguments.

    Raises:
        TypeError: there is no such argument
    """
    try:
        return EmbedOptions(**arguments)
    except TypeError:
        known = EmbedOptions.__struct_fields__
        unknown = next(name for name in arguments if name not in known)
    from twelvelabs_embed._text import closest_match
    from twelvelabs_embed._vendor_names import EMBED_ARGUMENTS

    message = f"client.embed has no argument {unknown!r}"
    if instead := EMBED_ARGUMENTS.get(unknown):
        raise TypeError(f"{message}; write {instead}") from None
    near = closest_match(unknown, known)
    raise TypeError(f"{message}; did you mean {near!r}?" if near else message) from None


class Job(Struct, eq=False):
    """What is known of an input while it is sent.

    Attributes:
        is_task_open: whether a task was created that is not known to be over
    """

    label: str
    options: EmbedOptions
    span: EmbeddingSpan
    is_task_open: bool = False

    def report(self, phase: Phase, id: str, connection: Connection) -> Callable[[object], None]:
        """Make a callback for waiting that reports the progress."""
        from twelvelabs_embed.uploads.progress import Progress

        started_sec = connection.clock.monotonic()

        def report(found: object) -> None:
            if self.options.progress is not None:
                elapsed_sec = connection.clock.monotonic() - started_sec
                self.options.progress(Progress(phase, self.label, 0, 0, elapsed_sec, id))

        return report


class Sender:
    """Sends planned requests by their routes, and collects tasks."""

    def __init__(
        self,
        connection: Connection,
        assets: Callable[[], AssetsFlows],
        resume_store: Callable[[], ResumeStore],
    ) -> None:
        self.connection = connection
        self._assets = assets
        self._resume_store = resume_store

    def send_link(self, plan: RequestPlan, facts: MediaFacts, job: Job) -> Flow[Embeddings]:
        """Send a link. The content of an object in a store is sent if its link is rejected."""
        stored = plan.media.stored
        if stored is None:
            return (yield from self.send(plan, job))
        link: str | None = yield RunBlocking(stored.link)
        rejection: BadRequestError | None = None
        if link is not None:
            try:
                result = yield from self.send(plan.with_link(Secret(link)), job)
                return _without_link(result, stored.address)
            except BadRequestError as error:
                # A code that speaks of the content shows that it was fetched.
                is_fetched = (error.code or "").startswith("video_")
                if is_fetched or job.options.route is not None:
                    raise
                rejection = error
        instead = plan.without_link(facts)
        if instead.violations and rejection is not None:
            raise rejection
        instead.raise_if_invalid()
        _log.info("the service cannot fetch %s by a link: its content is sent", job.label)
        send = self.send_uploaded if instead.is_uploaded else self.send
        result = yield from send(instead, job)
        stored.mark_unfetchable()
        return result

    def send(self, plan: RequestPlan, job: Job) -> Flow[Embeddings]:
        """Send what needs no upload, or is uploaded already."""
        job.span.route = plan.route
        job.span.log("%s is sent by route %s", job.label, plan.route)
        if plan.route.name == "task":
            return (yield from self._send_task(plan, job))
        read = partial(_decode, plan.input.input_type, plan.options.model, plan.route)
        operation = Operation(
            "embed", "POST", EMBED_PATH, read, plan.payload, media_sec=plan.media_sec
        )
        try:
            return (yield from call(operation, self.connection, job.options.request_options)).data
        except BadRequestError as error:
            # Only the service can know how long the media behind a link is.
            is_too_long = error.code == "video_duration_too_long"
            may_use_task = job.options.route is None and plan.input.input_type in ("audio", "video")
            if not (is_too_long and may_use_task):
                raise
            why = f"the service says: {error.message}"
        return (yield from self.send(plan.as_task(why), job))

    def send_uploaded(self, plan: RequestPlan, job: Job) -> Flow[Embeddings]:
        """Upload the media, embed it, delete it."""
        options = job.options
        job.span.route = plan.route
        job.span.log("%s is uploaded: %s", job.label, plan.route.why)
        asset = yield from self._assets().upload(
            plan.media,
            timeout=0,
            progress=options.progress,
            request_options=options.request_options,
        )
        asset_id = asset.id

        def embed() -> Flow[Embeddings]:
            yield from self._assets().wait_until_ready(
                asset_id,
                label=job.label,
                timeout=options.wait_sec,
                callback=job.report("processing", asset_id, self.connection),
                request_options=options.request_options,
            )
            return (yield from self.send(plan.with_asset(asset_id), job))

        return (yield from self.delete_afterwards(asset_id, embed, job))

    def delete_afterwards(
        self, asset_id: str, work: Callable[[], Flow[Embeddings]], job: Job
    ) -> Flow[Embeddings]:
        """Do the work, then delete the asset, also when it failed."""
        try:
            result = yield from work()
        except TwelveLabsError as error:
            if job.is_task_open or isinstance(error, (WaitTimeoutError, OutcomeUnknownError)):
                # A task may still need it, and you may want to wait longer.
                _log.warning("asset %s is kept: it may still be needed", asset_id)
                raise
            yield from self._delete(asset_id, job)
            raise
        yield from self._delete(asset_id, job)
        return result

    def _delete(self, asset_id: str, job: Job) -> Flow[None]:
        if job.options.keep_asset:
            return
        try:
            yield from self._assets().delete(asset_id, request_options=job.options.request_options)
        except TwelveLabsError as error:
            # The vectors are there, or another error says why they are not.
            _log.warning("asset %s could not be deleted (%s)", asset_id, error)

    def _send_task(self, plan: RequestPlan, job: Job) -> Flow[Embeddings]:
        """Create a task, remember it, and collect its vectors."""
        from twelvelabs_embed_api.models import CreateAsyncEmbeddingRequest

        from twelvelabs_embed._http import endpoints
        from twelvelabs_embed.uploads.resume_store import PendingTask

        input_type, route = plan.input.input_type, plan.route
        request = CreateAsyncEmbeddingRequest.from_dict(plan.payload)
        operation = replace(endpoints.create_task("embed", request), media_sec=plan.media_sec)
        created = (yield from call(operation, self.connection, job.options.request_options)).data
        job.is_task_open = True
        job.span.log("task %s embeds %s", created.id, job.label)
        pending = PendingTask(
            created.id,
            base_url=self.connection.base_url,
            model=plan.options.model,
            input_type=input_type,
            label=job.label,
            asset_id=None if job.options.keep_asset else route.asset_id,
            created_at=self.connection.clock.now(),
        )
        yield RunBlocking(partial(self._resume_store().save_task, pending))
        route = replace(route, task_id=created.id)
        return (yield from self.collect_task(created.id, input_type, route, job))

    def collect_task(
        self, task_id: str, input_type: str, route: Route, job: Job
    ) -> Flow[Embeddings]:
        """Wait for a task and decode its vectors."""
        from twelvelabs_embed._http import endpoints
        from twelvelabs_embed.api.polling import has_ended, wait_until
        from twelvelabs_embed.api.tasks import WAIT_AGAIN_HINT

        options = job.options

        def look(connection: Connection) -> Flow[_TaskState]:
            read = partial(_decode_task, task_id, input_type, options.model, route)
            operation = endpoints.retrieve_task("embed", task_id, read)
            return (yield from call(operation, connection, options.request_options)).data

        job.is_task_open = True
        report = job.report("embedding", task_id, self.connection)
        report(None)  # at once, so that the caller knows the id
        try:
            state = yield from wait_until(
                look,
                lambda state: has_ended(state.status),
                connection=self.connection,
                kind="task",
                id=task_id,
                hint=WAIT_AGAIN_HINT,
                timeout_sec=options.wait_sec,
                callback=report,
            )
        except NotFoundError as error:
            job.is_task_open = not is_gone(error)
            raise
        job.is_task_open = False
        yield RunBlocking(partial(self._resume_store().drop_task, task_id))
        if state.embeddings is None:
            raise TaskFailedError(task_id, state.message)
        return state.embeddings


def _without_link(embeddings: Embeddings, address: str) -> Embeddings:
    """Replace a presigned link that the service repeats by the address of the object."""
    if not embeddings.metadata or "input_url" not in embeddings.metadata:
        return embeddings
    return copy_with(embeddings, metadata={**embeddings.metadata, "input_url": address})


class _TaskState(Struct):
    """What is known of a task."""

    status: str
    message: str | None
    embeddings: Embeddings | None


def _decode(input_type: str, model: str, route: Route, response: httpx.Response) -> Embeddings:
    # numpy and msgspec are not needed before the first response.
    import twelvelabs_embed._http.decoding as decoding

    return decoding.decode_embeddings(
        response.content, model=model, input_type=input_type, route=route
    )


def _decode_task(
    task_id: str, input_type: str, model: str, route: Route, response: httpx.Response
) -> _TaskState:
    from twelvelabs_embed._http.decoding import DecodeError, read_task_state

    state = read_task_state(response.content)
    if state.status == "failed" and state.id != task_id:  # after which its media is deleted
        raise DecodeError("_id: a failure, but not of this task")
    if state.status != "ready":
        return _TaskState(state.status, state.message, None)
    embeddings = _decode(input_type, model, route, response)
    if not input_type:  # of a task that another machine created
        found = (embeddings.metadata or {}).get("input_type", "")
        embeddings = copy_with(embeddings, input_type=found)
    return _TaskState(state.status, None, embeddings)
