"""`client.embed(...)`: any input in, vectors out, whichever way they have to go."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

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
    InvalidInputError,
    OutcomeUnknownError,
    TaskFailedError,
    TwelveLabsError,
    WaitTimeoutError,
)
from twelvelabs_embed.inputs.builders import (
    Audio,
    EmbedInput,
    Image,
    Input,
    MultiInput,
    Text,
    TextImage,
    Video,
    coerce,
)
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.limits.tables import DEFAULT_MODEL, find_shape
from twelvelabs_embed.validation.media_probe import NO_MEDIA, MediaFacts
from twelvelabs_embed.validation.routing import Route, RouteName, find_route
from twelvelabs_embed.validation.vector_options import ModelSettings

if TYPE_CHECKING:
    import httpx

    from twelvelabs_embed.api.assets import AssetsFlows
    from twelvelabs_embed.api.v2 import AsyncV2Client, V2Client
    from twelvelabs_embed.batch.jobs import BatchResult
    from twelvelabs_embed.batch.rate_limiter import RateLimiter
    from twelvelabs_embed.results.embeddings import Embeddings
    from twelvelabs_embed.uploads.progress import Phase, Progress
    from twelvelabs_embed.uploads.resume_store import PendingTask, ResumeStore

__all__ = ["AsyncEmbed", "Embed"]

_log = logging.getLogger("twelvelabs_embed")

DEFAULT_WAIT_SEC = 7200.0
"""How long uploads and tasks are waited for unless you say otherwise."""


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

        Media goes inside the request when it fits, is uploaded when it is too large for that, and
        is embedded by a task when it is too long for the sync endpoint. `Embeddings.route` says
        which way it went, and why.

        Args:
            input: `Text`, `Image`, `TextImage`, `Audio`, `Video`, `Document` or `MultiInput`. A
                `str` is a text; a `pathlib.Path`, a `Media` or a PIL image becomes what its content
                is.
            model: the model's name. What differs on the wire between models is done for you:
                `marengo3.5` gets texts, images and short recordings as a `multi_input`
            dimension: how many numbers a vector shall have, with `marengo3.5`
            uncertainty: ask how uncertain each number is, with `marengo3.5`
            auto_truncate: have a text that is too long cut, and not refused, with `marengo3.5`
            check: find out before sending whether the API would refuse the input
            route: the way to go, `inline`, `url`, `asset` or `task`, instead of the one found
            keep_asset: keep what is uploaded on the way; otherwise it is deleted afterwards
            wait_sec: how long to wait for a task, and for an upload to be ready, in seconds; None
                waits for ever
            progress: is told how far uploading and waiting are, from whichever thread sends
            request_options: settings of each call

        Returns:
            `vectors`, shape (N, D), float32, one row for each segment, option and scope;
            texts and images have one row, with its `vector`, shape (D,). D is 512 unless
            `dimension` says otherwise.

        Raises:
            InvalidInputError: the input cannot be, a check refused it, or it cannot go by `route`;
                nothing was sent
            ApiError: the service answered with an error
            ApiConnectionError: the service could not be reached
            InvalidResponseError: the answer is not what the contract promises
            TaskFailedError, AssetFailedError: the service could not use the media
            WaitTimeoutError: a task or an upload is not done yet; `resume` collects a task
            OutcomeUnknownError: a task or an asset may have been created; it is not created again

        Source: `POST /embed-v2`, `POST /embed-v2/tasks`, `POST /assets` of the contract.
        """
        # Here and below not `from twelvelabs_embed...`, which looks for it anew with each call.
        import twelvelabs_embed.validation.rules as rules

        with self._watch(model) as span:
            coerced = coerce(input)
            span.input_type = coerced.input_type
            facts = yield from _examine(coerced, check)
            route_taken = span.route = find_route(coerced, facts, model=model, route=route)
            settings = ModelSettings(dimension, uncertainty, auto_truncate)
            if check:
                _check(coerced, facts, model, route, settings)
            # What cannot even be written down is refused without checks, too.
            elif found := rules.form_violations(coerced, model, route_taken):
                raise InvalidInputError(found)
            options = request_options
            embed_call = _EmbedCall(
                _label(coerced), model, settings, keep_asset, wait_sec, progress, options, span
            )
            is_uploaded = route_taken.via == "asset" and not _is_asset(coerced)
            go = self._send_uploaded if is_uploaded else self._send_by_route
            return span.found(
                (yield from go(coerced, route_taken, embed_call, is_free=route is None))
            )

    def _watch(self, model: str) -> EmbeddingSpan:
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
        """Embed many inputs, and iterate what comes of each. One that fails stops no other.

        Inputs are read while others are embedded, so there may be any number of them: at most
        twice `concurrency` are begun and not yet taken by you. An iterable that may block, such as
        a generator, is read in a thread, at most `concurrency` items ahead. Ending the iteration
        early (`break`, an exception, cancellation, `close()`) cancels what is under way.

        Args:
            inputs: what `client.embed` takes; an iterable or an async iterable
            concurrency: how many are under way at most. One that waits before another attempt is
                not: others go on in its place
            in_order: yield outcomes in the order of the inputs, and not as they finish
            rpm: requests a minute at most, in every minute and counting retries. Without it, what
                the service says of its quota counts
            tpm: tokens of text a minute at most. They are counted by an upper bound, a token for a
                byte, because the tokenizer is not public
            max_in_flight_bytes: bytes that are being sent at a time; a larger body goes alone
            rate_limiter: a `RateLimiter` that several runs share, instead of `rpm` and `tpm`
            model, dimension, uncertainty, auto_truncate, check, route, keep_asset, wait_sec,
                progress, request_options: as for one input

        Returns:
            an iterator of `BatchResult`: `input`, `embeddings` or `error`, `attempts`, `seconds`
            and `route`

        Raises:
            ConfigurationError: a number below 1, or both `rate_limiter` and a quota
            Exception: what reading the inputs raised, after the last outcome
        """
        from twelvelabs_embed.batch.jobs import ConcurrencyConfig
        from twelvelabs_embed.batch.plan import plan_inputs
        from twelvelabs_embed.batch.rate_limiter import RateLimiter

        if rate_limiter is not None and (rpm, tpm) != (None, None):
            raise ConfigurationError(
                "rate_limiter and rpm or tpm are given, but a rate limiter has its own quota"
            )
        pace = ConcurrencyConfig(
            concurrency=concurrency,
            in_order=in_order,
            max_in_flight_bytes=max_in_flight_bytes,
            rate_limiter=rate_limiter or RateLimiter(rpm, tpm),
        )
        embed = partial(
            self.__call__,
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
        return plan_inputs(self.connection, inputs, embed, model, pace)

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
            model: the model that embeds it, when another machine created the task; otherwise it is
                known
            keep_asset: keep what was uploaded for it; otherwise it is deleted afterwards
            wait_sec: how long to wait, in seconds; None waits for ever
            progress: is told how long it has waited
            request_options: settings of each call

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
        model = model or (kept.model if kept else DEFAULT_MODEL)
        asset_id = kept.asset_id if kept else None
        route_taken = Route(
            "task", "it was resumed", "asset" if asset_id else "inline", asset_id=asset_id
        )
        label, input_type = (kept.label, kept.input_type) if kept else ("", "")
        with self._watch(model) as span:
            span.input_type, span.route = input_type, route_taken
            embed_call = _EmbedCall(
                label,
                model,
                ModelSettings(),
                keep_asset,
                wait_sec,
                progress,
                request_options,
                span,
            )
            collect = partial(self._collect_task, task_id, input_type, route_taken, embed_call)
            if asset_id is None:
                return span.found((yield from collect()))
            return span.found((yield from self._delete_afterwards(asset_id, collect, embed_call)))

    # --- the ways ---------------------------------------------------------------------------------

    def _send_by_route(
        self, input: Input, route_taken: Route, embed_call: _EmbedCall, is_free: bool
    ) -> Flow[Embeddings]:
        """Embed what needs no upload, or is uploaded already."""
        embed_call.span.tell("%s goes %s", embed_call.label, route_taken)
        if route_taken.name == "task":
            return (yield from self._by_task(input, route_taken, embed_call))
        try:
            return (yield from self._sync(input, route_taken, embed_call))
        except BadRequestError as error:
            # Only the service can know how long the media behind a link is.
            is_too_long = error.code == "video_duration_too_long"
            if not (is_free and is_too_long and isinstance(input, (Audio, Video))):
                raise
            why = f"the service says: {error.message}"
        route_taken = embed_call.span.route = evolve(route_taken, name="task", why=why)
        embed_call.span.tell("%s goes %s", embed_call.label, route_taken)
        return (yield from self._by_task(input, route_taken, embed_call))

    def _sync(self, input: Input, route_taken: Route, embed_call: _EmbedCall) -> Flow[Embeddings]:
        import twelvelabs_embed._http.endpoints as endpoints

        operation = endpoints.embed(
            "embed",
            _body(input, embed_call, route_taken),
            partial(_read, input.input_type, embed_call.model, route_taken),
        )
        return (yield from call(operation, self.connection, embed_call.options)).data

    def _send_uploaded(
        self, input: Input, route_taken: Route, embed_call: _EmbedCall, is_free: bool
    ) -> Flow[Embeddings]:
        """Upload the media, embed it, delete it."""
        assert not isinstance(input, (Text, MultiInput))
        embed_call.span.tell("%s is uploaded: %s", embed_call.label, route_taken.why)
        asset = yield from self._assets().upload(
            input.media, timeout=0, progress=embed_call.progress, request_options=embed_call.options
        )
        asset_id = asset.id

        def embed() -> Flow[Embeddings]:
            yield from self._assets().wait_until_ready(
                asset_id,
                label=embed_call.label,
                timeout=embed_call.wait_sec,
                callback=embed_call.tells("processing", asset_id, self.connection),
                request_options=embed_call.options,
            )
            there = evolve(input, media=Media.asset(asset_id))
            return (
                yield from self._send_by_route(
                    there, evolve(route_taken, asset_id=asset_id), embed_call, is_free
                )
            )

        return (yield from self._delete_afterwards(asset_id, embed, embed_call))

    def _delete_afterwards(
        self, asset_id: str, work: Callable[[], Flow[Embeddings]], embed_call: _EmbedCall
    ) -> Flow[Embeddings]:
        """Do the work, then delete the asset, also when it failed."""
        try:
            result = yield from work()
        except (WaitTimeoutError, OutcomeUnknownError):
            # A task may still need it, and you may want to wait longer.
            _log.warning("asset %s is kept: it may still be needed", asset_id)
            raise
        except TwelveLabsError:
            yield from self._delete(asset_id, embed_call)
            raise
        yield from self._delete(asset_id, embed_call)
        return result

    def _delete(self, asset_id: str, embed_call: _EmbedCall) -> Flow[None]:
        if embed_call.keep_asset:
            return
        try:
            yield from self._assets().delete(asset_id, request_options=embed_call.options)
        except TwelveLabsError as error:
            # The vectors are there, or another error says why they are not.
            _log.warning("asset %s could not be deleted (%s)", asset_id, error)

    def _by_task(
        self, input: Input, route_taken: Route, embed_call: _EmbedCall
    ) -> Flow[Embeddings]:
        from twelvelabs_embed_api.models import CreateAsyncEmbeddingRequest

        from twelvelabs_embed._http import endpoints

        request = CreateAsyncEmbeddingRequest.from_dict(_body(input, embed_call, route_taken))
        operation = endpoints.create_task("embed", request)
        created = (yield from call(operation, self.connection, embed_call.options)).data
        embed_call.span.tell("task %s embeds %s", created.id, embed_call.label)
        yield RunBlocking(
            partial(
                self._resume_store().save_task,
                created.id,
                base_url=self.connection.base_url,
                model=embed_call.model,
                input_type=input.input_type,
                label=embed_call.label,
                asset_id=None if embed_call.keep_asset else route_taken.asset_id,
                created_at=self.connection.clock.now(),
            )
        )
        return (
            yield from self._collect_task(created.id, input.input_type, route_taken, embed_call)
        )

    def _collect_task(
        self, task_id: str, input_type: str, route_taken: Route, embed_call: _EmbedCall
    ) -> Flow[Embeddings]:
        """Wait for a task and read its vectors."""
        from twelvelabs_embed._http import endpoints
        from twelvelabs_embed.api.polling import wait_until
        from twelvelabs_embed.api.tasks import HOW_TO_GO_ON

        route_taken = evolve(route_taken, task_id=task_id)

        def look(connection: Connection) -> Flow[_Look]:
            read = partial(_read_task, input_type, embed_call.model, route_taken)
            operation = endpoints.retrieve_task("embed", task_id, read)
            return (yield from call(operation, connection, embed_call.options)).data

        tell = embed_call.tells("embedding", task_id, self.connection)
        tell(None)  # at once, so that whoever listens knows the id
        found = yield from wait_until(
            look,
            lambda found: found.status != "processing",
            connection=self.connection,
            kind="task",
            id=task_id,
            hint=HOW_TO_GO_ON,
            timeout_sec=embed_call.wait_sec,
            callback=tell,
        )
        yield RunBlocking(partial(self._resume_store().drop_task, task_id))
        if found.embeddings is None:
            raise TaskFailedError(task_id, found.message)
        return found.embeddings


@frozen
class _EmbedCall:
    """What stays the same on the whole way of an input."""

    label: str
    model: str
    settings: ModelSettings
    keep_asset: bool
    wait_sec: float | None
    progress: Callable[[Progress], object] | None
    options: RequestOptions | None
    span: EmbeddingSpan

    def tells(self, phase: Phase, id: str, connection: Connection) -> Callable[[object], None]:
        """A callback for waiting that tells of the progress."""
        from twelvelabs_embed.uploads.progress import Progress

        started_sec = connection.clock.monotonic()

        def tell(found: object) -> None:
            if self.progress is not None:
                elapsed_sec = connection.clock.monotonic() - started_sec
                self.progress(Progress(phase, self.label, 0, 0, elapsed_sec, id))

        return tell


@frozen
class _Look:
    """What a look at a task found."""

    status: str
    message: str | None
    embeddings: Embeddings | None


def _examine(input: Input, check: bool) -> Flow[MediaFacts]:
    """What is known of the media: all that can be, or only its size when nothing is to be checked.

    Its size alone decides whether it must be uploaded.
    """
    if isinstance(input, Text):
        return NO_MEDIA
    from twelvelabs_embed.validation.rules import inspect_media

    if isinstance(input, MultiInput):
        found: MediaFacts = (
            (yield RunBlocking(partial(inspect_media, input))) if check else MediaFacts()
        )
        return found
    if check and input.media.is_local:
        facts: MediaFacts = yield RunBlocking(partial(inspect_media, input))
        return facts
    if check or not input.media.is_local:
        return inspect_media(input)
    return MediaFacts(label=input.media.label, size_bytes=input.media.size_bytes)


def _check(
    input: Input,
    facts: MediaFacts,
    model: str,
    route: RouteName | None,
    settings: ModelSettings,
) -> None:
    import twelvelabs_embed.validation.rules as rules

    if found := rules.violations(input, facts, model=model, route=route, settings=settings):
        raise InvalidInputError(found)
    for note in rules.notes(input, facts, model=model):
        _log.info("%s", note)


def _is_asset(input: Input) -> bool:
    return not isinstance(input, (Text, MultiInput)) and input.media.kind == "asset"


def _label(input: Input) -> str:
    match input:
        case Text():
            return "the text"
        case MultiInput():
            return "what is combined"
        case _:
            return input.media.label


def _body(input: Input, embed_call: _EmbedCall, route_taken: Route) -> dict[str, Any]:
    """The request, in the form that the model takes at the endpoint."""
    form = find_shape(input.input_type, model=embed_call.model, endpoint=route_taken.endpoint)
    if form == "multi_input":
        kind, section = "multi_input", _combined_section(input)
    else:
        kind, section = input.input_type, input.section(_source)
    if form == "temporal" and "segmentation" in section:
        section["segmentation"] = {"temporal": section["segmentation"]}
    return {
        "input_type": kind,
        "model_name": embed_call.model,
        **embed_call.settings.fields(input),
        kind: section,
    }


def _combined_section(input: Input) -> dict[str, Any]:
    """The `multi_input` that stands for one simple input."""
    section: dict[str, Any] = {}
    if isinstance(input, (Text, TextImage)):
        section["input_text"] = input.text
    if isinstance(input, (Image, TextImage, Audio, Video)):
        kind = "image" if isinstance(input, TextImage) else input.input_type
        section["media_sources"] = [{"media_type": kind, **_source(input.media)}]
    return section


def _source(media: Media) -> dict[str, Any]:
    """The media source as the contract has it; local media is put in while it is sent."""
    match media.kind:
        case "url":
            return {"url": media.value}
        case "asset":
            return {"asset_id": media.value}
        case _:
            return {"base64_string": media}


def _read(input_type: str, model: str, route_taken: Route, response: httpx.Response) -> Embeddings:
    # numpy and msgspec are not needed before the first answer.
    import twelvelabs_embed._http.decoding as decoding
    import twelvelabs_embed.results.embeddings as embeddings

    decoded = decoding.decode_embeddings(response.content)
    return embeddings.Embeddings(
        vectors=decoded.vectors,
        segments=decoded.segments,
        model=model,
        input_type=input_type,
        metadata=decoded.metadata,
        route=route_taken,
        usage=decoded.usage,
        uncertainties=decoded.uncertainties,
    )


def _read_task(input_type: str, model: str, route_taken: Route, response: httpx.Response) -> _Look:
    from twelvelabs_embed._http.decoding import read_task_state

    state = read_task_state(response.content)
    if state.status != "ready":
        return _Look(state.status, state.error.message if state.error else None, None)
    embeddings = _read(input_type, model, route_taken, response)
    if not input_type:  # of a task that another machine created
        said = (embeddings.metadata or {}).get("input_type", "")
        embeddings = evolve(embeddings, input_type=said)
    return _Look(state.status, None, embeddings)


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
