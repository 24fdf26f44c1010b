"""`client.embed(...)`: any input in, vectors out, by whichever route is needed."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from twelvelabs_embed._http.effects import Flow, RunBlocking
from twelvelabs_embed._http.request import Connection, RequestOptions, call
from twelvelabs_embed._http.runners import (
    AsyncResource,
    Plan,
    Resource,
    async_method,
    async_results,
    sync_method,
    sync_results,
)
from twelvelabs_embed._http.telemetry import EmbeddingSpan
from twelvelabs_embed.errors import (
    BadRequestError,
    ConfigurationError,
    OutcomeUnknownError,
    TaskFailedError,
    TwelveLabsError,
    WaitTimeoutError,
)
from twelvelabs_embed.inputs.builders import (
    Audio,
    EmbedInput,
    Input,
    MultiInput,
    Text,
    Video,
    coerce,
)
from twelvelabs_embed.limits.tables import DEFAULT_MODEL, Via
from twelvelabs_embed.validation.media_probe import NO_MEDIA, MediaFacts, inspect_media
from twelvelabs_embed.validation.planning import PlanOptions, RequestPlan, plan_request
from twelvelabs_embed.validation.routing import Route, RouteName

if TYPE_CHECKING:
    import httpx

    from twelvelabs_embed.api.assets import AssetsFlows
    from twelvelabs_embed.api.v2 import AsyncV2Client, V2Client
    from twelvelabs_embed.batch.rate_limiter import RateLimiter
    from twelvelabs_embed.batch.worker_pool import BatchResult
    from twelvelabs_embed.results.embeddings import Embeddings
    from twelvelabs_embed.uploads.progress import Phase, Progress
    from twelvelabs_embed.uploads.resume_store import PendingTask, ResumeStore

__all__ = ["AsyncEmbed", "Embed"]

_log = logging.getLogger("twelvelabs_embed")

DEFAULT_WAIT_SEC = 7200.0
"""How long uploads and tasks are waited for unless you say otherwise."""


@frozen(kw_only=True)
class EmbedOptions(PlanOptions):
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


class EmbedFlows:
    """What `Embed` and `AsyncEmbed` do, written once."""

    def __init__(
        self,
        connection: Connection,
        assets: Callable[[], AssetsFlows],
        resume_store: Callable[[], ResumeStore],
    ) -> None:
        self.connection = connection
        self._assets = assets
        self._resume_store = resume_store

    def __call__(
        self,
        input: EmbedInput,
        *,
        model: str = DEFAULT_MODEL,
        dimension: int | None = None,
        uncertainty: bool = False,
        auto_truncate: bool = False,
        check: bool = True,
        route: RouteName | None = None,
        keep_asset: bool = False,
        wait_sec: float | None = DEFAULT_WAIT_SEC,
        progress: Callable[[Progress], object] | None = None,
        request_options: RequestOptions | None = None,
    ) -> Flow[Embeddings]:
        """Embed one input.

        Media is sent inside the request when it fits, is uploaded when it is too large for that,
        and is embedded by a task when it is too long for the sync endpoint. `Embeddings.route` says
        which route was taken, and why.

        Args:
            input: `Text`, `Image`, `TextImage`, `Audio`, `Video`, `Document` or `MultiInput`. A
                `str` is a text; a `pathlib.Path`, a `Media` or a PIL image becomes what its content
                is.
            model: the model's name. What differs on the wire between models is done for you:
                `marengo3.5` gets texts, images and short recordings as a `multi_input`
            dimension: how many numbers a vector shall have, with `marengo3.5`
            uncertainty: ask how uncertain each number is, with `marengo3.5`
            auto_truncate: have a text that is too long truncated, not rejected, with `marengo3.5`
            check: find out before sending whether the API would reject the input
            route: the route to take, `inline`, `url`, `asset` or `task`, instead of the chosen one
            keep_asset: keep what is uploaded; otherwise it is deleted afterwards
            wait_sec: how long to wait for a task, and for an upload to be ready, in seconds; None
                waits for ever
            progress: is called with how far uploading and waiting are, from the thread that sends
            request_options: options of each call

        Returns:
            `vectors`, shape (N, D), float32, one row for each segment, option and scope;
            texts and images have one row, and a `vector`, shape (D,). D is 512 unless
            `dimension` says otherwise.

        Raises:
            InvalidInputError: the input is not valid, or `route` is not possible; nothing was sent
            ApiError: the service answered with an error
            ApiConnectionError: the service could not be reached
            InvalidResponseError: the response is not what the contract promises
            TaskFailedError, AssetFailedError: the service could not use the media
            WaitTimeoutError: a task or an upload is not done yet; `resume` collects a task
            OutcomeUnknownError: a task or an asset may have been created; it is not created again

        Source: `POST /embed-v2`, `POST /embed-v2/tasks`, `POST /assets` of the contract.
        """
        options = EmbedOptions(
            model=model,
            dimension=dimension,
            uncertainty=uncertainty,
            auto_truncate=auto_truncate,
            check=check,
            route=route,
            keep_asset=keep_asset,
            wait_sec=wait_sec,
            progress=progress,
            request_options=request_options,
        )
        return self._embed(input, options=options)

    def _embed(self, input: EmbedInput, *, options: EmbedOptions) -> Flow[Embeddings]:
        with self._span(options.model) as span:
            coerced = coerce(input)
            span.input_type = coerced.input_type
            facts = yield from _inspect(coerced, options.check)
            plan = plan_request(coerced, facts, options)
            plan.raise_if_invalid()
            for warning in plan.warnings:
                _log.info("%s", warning)
            job = _Job(coerced.label, options, span)
            send = self._send_uploaded if plan.is_uploaded else self._send
            return span.found((yield from send(plan, job)))

    def _span(self, model: str) -> EmbeddingSpan:
        return EmbeddingSpan(model, self.connection.base_url, self.connection.clock)

    def many(
        self,
        inputs: Iterable[EmbedInput] | AsyncIterable[EmbedInput],
        *,
        concurrency: int = 16,
        in_order: bool = False,
        rpm: float | None = None,
        tpm: float | None = None,
        max_in_flight_bytes: int = 256 << 20,
        rate_limiter: RateLimiter | None = None,
        model: str = DEFAULT_MODEL,
        dimension: int | None = None,
        uncertainty: bool = False,
        auto_truncate: bool = False,
        check: bool = True,
        route: RouteName | None = None,
        keep_asset: bool = False,
        wait_sec: float | None = DEFAULT_WAIT_SEC,
        progress: Callable[[Progress], object] | None = None,
        request_options: RequestOptions | None = None,
    ) -> Plan[BatchResult]:
        """Embed many inputs, and iterate the results. One that fails does not stop the others.

        Inputs are read while others are embedded, so there may be any number of them: at most
        twice `concurrency` are started and not yet taken by you. An iterable that may block, such
        as a generator, is read in a thread, at most `concurrency` items ahead. Ending the iteration
        early (`break`, an exception, cancellation, `close()`) cancels what is in flight.

        Args:
            inputs: what `client.embed` takes; an iterable or an async iterable
            concurrency: how many are in flight at most. One that waits before another attempt is
                not: others are sent in its place
            in_order: yield results in the order of the inputs, and not as they finish
            rpm: requests a minute at most, in every minute and counting retries. Without it, the
                quota that the service reports applies
            tpm: tokens of text a minute at most. They are counted by an upper bound, a token for a
                byte, because the tokenizer is not public
            max_in_flight_bytes: bytes that are being sent at a time; a larger body is sent alone
            rate_limiter: a `RateLimiter` that several runs share, instead of `rpm` and `tpm`
            model, dimension, uncertainty, auto_truncate, check, route, keep_asset, wait_sec,
                progress, request_options: as for one input

        Returns:
            an iterator of `BatchResult`: `input`, `embeddings` or `error`, `attempts`, `seconds`
            and `route`

        Raises:
            ConfigurationError: a number below 1, or both `rate_limiter` and a quota
            Exception: what reading the inputs raised, after the last result
        """
        from twelvelabs_embed.batch.rate_limiter import RateLimiter
        from twelvelabs_embed.batch.worker_pool import ConcurrencyConfig, plan_inputs

        if rate_limiter is not None and (rpm, tpm) != (None, None):
            raise ConfigurationError(
                "rate_limiter and rpm or tpm are given, but a rate limiter has its own quota"
            )
        config = ConcurrencyConfig(
            concurrency=concurrency,
            in_order=in_order,
            max_in_flight_bytes=max_in_flight_bytes,
            rate_limiter=rate_limiter or RateLimiter(rpm, tpm),
        )
        options = EmbedOptions(
            model=model,
            dimension=dimension,
            uncertainty=uncertainty,
            auto_truncate=auto_truncate,
            check=check,
            route=route,
            keep_asset=keep_asset,
            wait_sec=wait_sec,
            progress=progress,
            request_options=request_options,
        )
        embed = partial(self._embed, options=options)
        return plan_inputs(self.connection, inputs, embed, model, config)

    def resume(
        self,
        task_id: str,
        *,
        model: str | None = None,
        keep_asset: bool = False,
        wait_sec: float | None = DEFAULT_WAIT_SEC,
        progress: Callable[[Progress], object] | None = None,
        request_options: RequestOptions | None = None,
    ) -> Flow[Embeddings]:
        """Collect the vectors of a task that was created before, perhaps by a process that died.

        Args:
            task_id: the task; the log has it, `WaitTimeoutError.id`, and `v_2.tasks.list()`
            model: the model that embeds it, when another machine created the task; otherwise it
                is known
            keep_asset: keep what was uploaded for it; otherwise it is deleted afterwards
            wait_sec: how long to wait, in seconds; None waits for ever
            progress: is called with how long it has waited
            request_options: options of each call

        Raises:
            TaskFailedError: the service could not embed the media
            WaitTimeoutError: the task is not done yet
            NotFoundError: there is no such task, or not any more: the service keeps vectors for
                seven days

        Source: `GET /embed-v2/tasks/{task_id}` of the contract.
        """
        kept: PendingTask | None = yield RunBlocking(
            partial(self._resume_store().find_task, task_id)
        )
        options = EmbedOptions(
            model=model or (kept.model if kept else DEFAULT_MODEL),
            keep_asset=keep_asset,
            wait_sec=wait_sec,
            progress=progress,
            request_options=request_options,
        )
        label, input_type = (kept.label, kept.input_type) if kept else ("", "")
        asset_id = kept.asset_id if kept else None
        via: Via = "asset" if asset_id else "inline"
        route = Route("task", "it was resumed", via, asset_id=asset_id, task_id=task_id)
        with self._span(options.model) as span:
            span.input_type, span.route = input_type, route
            job = _Job(label, options, span)
            collect = partial(self._collect_task, task_id, input_type, route, job)
            if asset_id is None:
                return span.found((yield from collect()))
            return span.found((yield from self._delete_afterwards(asset_id, collect, job)))

    # --- sending by a route -----------------------------------------------------------------------

    def _send(self, plan: RequestPlan, job: _Job) -> Flow[Embeddings]:
        """Send what needs no upload, or is uploaded already."""
        job.span.route = plan.route
        job.span.tell("%s is sent by route %s", job.label, plan.route)
        if plan.route.name == "task":
            return (yield from self._send_task(plan, job))
        try:
            return (yield from self._send_sync(plan, job))
        except BadRequestError as error:
            # Only the service can know how long the media behind a link is.
            is_too_long = error.code == "video_duration_too_long"
            may_use_task = job.options.route is None and isinstance(plan.input, (Audio, Video))
            if not (is_too_long and may_use_task):
                raise
            why = f"the service says: {error.message}"
        return (yield from self._send(plan.as_task(why), job))

    def _send_sync(self, plan: RequestPlan, job: _Job) -> Flow[Embeddings]:
        # Not `from twelvelabs_embed...`, which looks for it anew with each call.
        import twelvelabs_embed._http.endpoints as endpoints

        read = partial(_decode, plan.input.input_type, plan.options.model, plan.route)
        operation = endpoints.embed("embed", plan.payload, read)
        return (yield from call(operation, self.connection, job.options.request_options)).data

    def _send_uploaded(self, plan: RequestPlan, job: _Job) -> Flow[Embeddings]:
        """Upload the media, embed it, delete it."""
        assert not isinstance(plan.input, (Text, MultiInput))
        options = job.options
        job.span.route = plan.route
        job.span.tell("%s is uploaded: %s", job.label, plan.route.why)
        asset = yield from self._assets().upload(
            plan.input.media,
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
            return (yield from self._send(plan.with_asset(asset_id), job))

        return (yield from self._delete_afterwards(asset_id, embed, job))

    def _delete_afterwards(
        self, asset_id: str, work: Callable[[], Flow[Embeddings]], job: _Job
    ) -> Flow[Embeddings]:
        """Do the work, then delete the asset, also when it failed."""
        try:
            result = yield from work()
        except (WaitTimeoutError, OutcomeUnknownError):
            # A task may still need it, and you may want to wait longer.
            _log.warning("asset %s is kept: it may still be needed", asset_id)
            raise
        except TwelveLabsError:
            yield from self._delete(asset_id, job)
            raise
        yield from self._delete(asset_id, job)
        return result

    def _delete(self, asset_id: str, job: _Job) -> Flow[None]:
        if job.options.keep_asset:
            return
        try:
            yield from self._assets().delete(asset_id, request_options=job.options.request_options)
        except TwelveLabsError as error:
            # The vectors are there, or another error says why they are not.
            _log.warning("asset %s could not be deleted (%s)", asset_id, error)

    def _send_task(self, plan: RequestPlan, job: _Job) -> Flow[Embeddings]:
        """Create a task, remember it, and collect its vectors."""
        from twelvelabs_embed_api.models import CreateAsyncEmbeddingRequest

        from twelvelabs_embed._http import endpoints

        input_type, route = plan.input.input_type, plan.route
        request = CreateAsyncEmbeddingRequest.from_dict(plan.payload)
        operation = endpoints.create_task("embed", request)
        created = (yield from call(operation, self.connection, job.options.request_options)).data
        job.span.tell("task %s embeds %s", created.id, job.label)
        yield RunBlocking(
            partial(
                self._resume_store().save_task,
                created.id,
                base_url=self.connection.base_url,
                model=plan.options.model,
                input_type=input_type,
                label=job.label,
                asset_id=None if job.options.keep_asset else route.asset_id,
                created_at=self.connection.clock.now(),
            )
        )
        route = evolve(route, task_id=created.id)
        return (yield from self._collect_task(created.id, input_type, route, job))

    def _collect_task(
        self, task_id: str, input_type: str, route: Route, job: _Job
    ) -> Flow[Embeddings]:
        """Wait for a task and decode its vectors."""
        from twelvelabs_embed._http import endpoints
        from twelvelabs_embed.api.polling import wait_until
        from twelvelabs_embed.api.tasks import HOW_TO_GO_ON

        options = job.options

        def look(connection: Connection) -> Flow[_TaskState]:
            read = partial(_decode_task, input_type, options.model, route)
            operation = endpoints.retrieve_task("embed", task_id, read)
            return (yield from call(operation, connection, options.request_options)).data

        report = job.report("embedding", task_id, self.connection)
        report(None)  # at once, so that the caller knows the id
        state = yield from wait_until(
            look,
            lambda state: state.status != "processing",
            connection=self.connection,
            kind="task",
            id=task_id,
            hint=HOW_TO_GO_ON,
            timeout_sec=options.wait_sec,
            callback=report,
        )
        yield RunBlocking(partial(self._resume_store().drop_task, task_id))
        if state.embeddings is None:
            raise TaskFailedError(task_id, state.message)
        return state.embeddings


@frozen
class _Job:
    """What stays the same while an input is sent."""

    label: str
    options: EmbedOptions
    span: EmbeddingSpan

    def report(self, phase: Phase, id: str, connection: Connection) -> Callable[[object], None]:
        """Make a callback for waiting that reports the progress."""
        from twelvelabs_embed.uploads.progress import Progress

        started_sec = connection.clock.monotonic()

        def report(found: object) -> None:
            if self.options.progress is not None:
                elapsed_sec = connection.clock.monotonic() - started_sec
                self.options.progress(Progress(phase, self.label, 0, 0, elapsed_sec, id))

        return report


@frozen
class _TaskState:
    """What is known of a task."""

    status: str
    message: str | None
    embeddings: Embeddings | None


def _inspect(input: Input, check: bool) -> Flow[MediaFacts]:
    """Inspect the media; without checks only its size, which decides whether it is uploaded."""
    if isinstance(input, Text):
        return NO_MEDIA
    if check:
        facts: MediaFacts = yield RunBlocking(partial(inspect_media, input))
        return facts
    if isinstance(input, MultiInput):
        return NO_MEDIA
    if input.media.is_local:
        return MediaFacts(label=input.media.label, size_bytes=input.media.size_bytes)
    return inspect_media(input)


def _decode(input_type: str, model: str, route: Route, response: httpx.Response) -> Embeddings:
    # numpy and msgspec are not needed before the first response.
    import twelvelabs_embed._http.decoding as decoding
    import twelvelabs_embed.results.embeddings as embeddings

    decoded = decoding.decode_embeddings(response.content)
    return embeddings.Embeddings(
        vectors=decoded.vectors,
        segments=decoded.segments,
        model=model,
        input_type=input_type,
        metadata=decoded.metadata,
        route=route,
        usage=decoded.usage,
        uncertainties=decoded.uncertainties,
    )


def _decode_task(input_type: str, model: str, route: Route, response: httpx.Response) -> _TaskState:
    from twelvelabs_embed._http.decoding import read_task_state

    state = read_task_state(response.content)
    if state.status != "ready":
        return _TaskState(state.status, state.error.message if state.error else None, None)
    embeddings = _decode(input_type, model, route, response)
    if not input_type:  # of a task that another machine created
        found = (embeddings.metadata or {}).get("input_type", "")
        embeddings = evolve(embeddings, input_type=found)
    return _TaskState(state.status, None, embeddings)


class Embed(Resource[EmbedFlows]):
    """`client.embed`: call it with an input. `client.embed.v_2` has the vendor SDK's style."""

    __call__ = sync_method(EmbedFlows.__call__)
    many = sync_results(EmbedFlows.many)
    resume = sync_method(EmbedFlows.resume)

    @property
    def v_2(self) -> V2Client:
        """The vendor SDK's calling style."""
        from twelvelabs_embed.api.v2 import V2Client, V2Flows  # not needed before its first call

        return V2Client(V2Flows(self._flows.connection), self._runner)


class AsyncEmbed(AsyncResource[EmbedFlows]):
    """`client.embed`, awaited."""

    __call__ = async_method(EmbedFlows.__call__)
    many = async_results(EmbedFlows.many)
    resume = async_method(EmbedFlows.resume)

    @property
    def v_2(self) -> AsyncV2Client:
        """The vendor SDK's calling style, awaited."""
        from twelvelabs_embed.api.v2 import (
            AsyncV2Client,
            V2Flows,
        )  # not needed before its first call

        return AsyncV2Client(V2Flows(self._flows.connection), self._runner)
