"""`client.embed(...)`: any input in, vectors out, whichever way they have to go."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from twelvelabs_embed._drive import (
    AsyncRoom,
    Plan,
    Room,
    awaiting,
    awaiting_results,
    blocking,
    blocking_results,
)
from twelvelabs_embed._flow import Connection, RequestOptions, call
from twelvelabs_embed._model_settings import ModelSettings
from twelvelabs_embed._steps import Do, Flow
from twelvelabs_embed._telemetry import EmbeddingWatch
from twelvelabs_embed.errors import (
    BadRequestError,
    ConfigurationError,
    InvalidInputError,
    OutcomeUnknownError,
    TaskFailedError,
    TwelveLabsError,
    WaitTimeoutError,
)
from twelvelabs_embed.inputs import (
    Audio,
    Image,
    Input,
    MultiInput,
    Promotable,
    Text,
    TextImage,
    Video,
    promote,
)
from twelvelabs_embed.limits import DEFAULT_MODEL, find_form
from twelvelabs_embed.media import Media
from twelvelabs_embed.probing import NO_MEDIA, MediaFacts
from twelvelabs_embed.routes import Route, RouteName, find_route

if TYPE_CHECKING:
    import httpx

    from twelvelabs_embed._journal import Journal, KeptTask
    from twelvelabs_embed.assets import AssetsFlows
    from twelvelabs_embed.gate import Gate
    from twelvelabs_embed.many import Outcome
    from twelvelabs_embed.progress import Phase, Progress
    from twelvelabs_embed.results import Embeddings
    from twelvelabs_embed.v2 import AsyncV2Client, V2Client

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
        journal: Callable[[], Journal],
    ) -> None:
        self.connection = connection
        self._assets = assets
        self._journal = journal

    def __call__(
        self,
        input: Promotable,
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
        import twelvelabs_embed.checks as checks

        with self._watch(model) as watch:
            promoted = promote(input)
            watch.input_type = promoted.input_type
            facts = yield from _examine(promoted, check)
            way = watch.route = find_route(promoted, facts, model=model, route=route)
            settings = ModelSettings(dimension, uncertainty, auto_truncate)
            if check:
                _check(promoted, facts, model, route, settings)
            # What cannot even be written down is refused without checks, too.
            elif found := checks.form_problems(promoted, model, way):
                raise InvalidInputError(found)
            options = request_options
            errand = _Errand(
                _label(promoted), model, settings, keep_asset, wait_sec, progress, options, watch
            )
            is_uploaded = way.via == "asset" and not _is_asset(promoted)
            go = self._uploaded if is_uploaded else self._sent
            return watch.found((yield from go(promoted, way, errand, is_free=route is None)))

    def _watch(self, model: str) -> EmbeddingWatch:
        return EmbeddingWatch(model, self.connection.base_url, self.connection.clock)

    def many(
        self,
        inputs: Iterable[Promotable] | AsyncIterable[Promotable],
        *,
        concurrency: int = 16,
        in_order: bool = False,
        rpm: float | None = None,
        tpm: float | None = None,
        max_in_flight_bytes: int = 256 << 20,
        gate: Gate | None = None,
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
    ) -> Plan[Outcome]:
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
            gate: a `Gate` that several runs share, instead of `rpm` and `tpm`
            model, dimension, uncertainty, auto_truncate, check, route, keep_asset, wait_sec,
                progress, request_options: as for one input

        Returns:
            an iterator of `Outcome`: `input`, `embeddings` or `error`, `attempts`, `seconds` and
            `route`

        Raises:
            ConfigurationError: a number below 1, or both `gate` and a quota
            Exception: what reading the inputs raised, after the last outcome
        """
        from twelvelabs_embed.gate import Gate
        from twelvelabs_embed.many import Pace, plan_inputs

        if gate is not None and (rpm, tpm) != (None, None):
            raise ConfigurationError("gate and rpm or tpm are given, but a gate has its own quota")
        pace = Pace(
            concurrency=concurrency,
            in_order=in_order,
            max_in_flight_bytes=max_in_flight_bytes,
            gate=gate or Gate(rpm, tpm),
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
        kept: KeptTask | None = yield Do(partial(self._journal().find_task, task_id))
        model = model or (kept.model if kept else DEFAULT_MODEL)
        asset_id = kept.asset_id if kept else None
        way = Route("task", "it was resumed", "asset" if asset_id else "inline", asset_id=asset_id)
        label, input_type = (kept.label, kept.input_type) if kept else ("", "")
        with self._watch(model) as watch:
            watch.input_type, watch.route = input_type, way
            errand = _Errand(
                label,
                model,
                ModelSettings(),
                keep_asset,
                wait_sec,
                progress,
                request_options,
                watch,
            )
            collect = partial(self._collected, task_id, input_type, way, errand)
            if asset_id is None:
                return watch.found((yield from collect()))
            return watch.found((yield from self._then_deleted(asset_id, collect, errand)))

    # --- the ways ---------------------------------------------------------------------------------

    def _sent(self, input: Input, way: Route, errand: _Errand, is_free: bool) -> Flow[Embeddings]:
        """Embed what needs no upload, or is uploaded already."""
        errand.watch.tell("%s goes %s", errand.label, way)
        if way.name == "task":
            return (yield from self._by_task(input, way, errand))
        try:
            return (yield from self._sync(input, way, errand))
        except BadRequestError as error:
            # Only the service can know how long the media behind a link is.
            is_too_long = error.code == "video_duration_too_long"
            if not (is_free and is_too_long and isinstance(input, (Audio, Video))):
                raise
            why = f"the service says: {error.message}"
        way = errand.watch.route = evolve(way, name="task", why=why)
        errand.watch.tell("%s goes %s", errand.label, way)
        return (yield from self._by_task(input, way, errand))

    def _sync(self, input: Input, way: Route, errand: _Errand) -> Flow[Embeddings]:
        import twelvelabs_embed._operations as _operations

        operation = _operations.embed(
            "embed",
            _body(input, errand, way),
            partial(_read, input.input_type, errand.model, way),
        )
        return (yield from call(operation, self.connection, errand.options)).data

    def _uploaded(
        self, input: Input, way: Route, errand: _Errand, is_free: bool
    ) -> Flow[Embeddings]:
        """Upload the media, embed it, delete it."""
        assert not isinstance(input, (Text, MultiInput))
        errand.watch.tell("%s is uploaded: %s", errand.label, way.why)
        asset = yield from self._assets().upload(
            input.media, timeout=0, progress=errand.progress, request_options=errand.options
        )
        asset_id = asset.id

        def embed() -> Flow[Embeddings]:
            yield from self._assets().wait_until_ready(
                asset_id,
                label=errand.label,
                timeout=errand.wait_sec,
                callback=errand.tells("processing", asset_id, self.connection),
                request_options=errand.options,
            )
            there = evolve(input, media=Media.asset(asset_id))
            return (yield from self._sent(there, evolve(way, asset_id=asset_id), errand, is_free))

        return (yield from self._then_deleted(asset_id, embed, errand))

    def _then_deleted(
        self, asset_id: str, work: Callable[[], Flow[Embeddings]], errand: _Errand
    ) -> Flow[Embeddings]:
        """Do the work, then delete the asset, also when it failed."""
        try:
            result = yield from work()
        except (WaitTimeoutError, OutcomeUnknownError):
            # A task may still need it, and you may want to wait longer.
            _log.warning("asset %s is kept: it may still be needed", asset_id)
            raise
        except TwelveLabsError:
            yield from self._delete(asset_id, errand)
            raise
        yield from self._delete(asset_id, errand)
        return result

    def _delete(self, asset_id: str, errand: _Errand) -> Flow[None]:
        if errand.keep_asset:
            return
        try:
            yield from self._assets().delete(asset_id, request_options=errand.options)
        except TwelveLabsError as error:
            # The vectors are there, or another error says why they are not.
            _log.warning("asset %s could not be deleted (%s)", asset_id, error)

    def _by_task(self, input: Input, way: Route, errand: _Errand) -> Flow[Embeddings]:
        from twelvelabs_embed_api.models import CreateAsyncEmbeddingRequest

        from twelvelabs_embed import _operations

        request = CreateAsyncEmbeddingRequest.from_dict(_body(input, errand, way))
        operation = _operations.create_task("embed", request)
        created = (yield from call(operation, self.connection, errand.options)).data
        errand.watch.tell("task %s embeds %s", created.id, errand.label)
        yield Do(
            partial(
                self._journal().keep_task,
                created.id,
                base_url=self.connection.base_url,
                model=errand.model,
                input_type=input.input_type,
                label=errand.label,
                asset_id=None if errand.keep_asset else way.asset_id,
                created_at=self.connection.clock.now(),
            )
        )
        return (yield from self._collected(created.id, input.input_type, way, errand))

    def _collected(
        self, task_id: str, input_type: str, way: Route, errand: _Errand
    ) -> Flow[Embeddings]:
        """Wait for a task and read its vectors."""
        from twelvelabs_embed import _operations
        from twelvelabs_embed._waiting import wait_until
        from twelvelabs_embed.tasks import HOW_TO_GO_ON

        way = evolve(way, task_id=task_id)

        def look(connection: Connection) -> Flow[_Look]:
            read = partial(_read_task, input_type, errand.model, way)
            operation = _operations.retrieve_task("embed", task_id, read)
            return (yield from call(operation, connection, errand.options)).data

        tell = errand.tells("embedding", task_id, self.connection)
        tell(None)  # at once, so that whoever listens knows the id
        found = yield from wait_until(
            look,
            lambda found: found.status != "processing",
            connection=self.connection,
            kind="task",
            id=task_id,
            way_out=HOW_TO_GO_ON,
            timeout_sec=errand.wait_sec,
            callback=tell,
        )
        yield Do(partial(self._journal().drop_task, task_id))
        if found.embeddings is None:
            raise TaskFailedError(task_id, found.message)
        return found.embeddings


@frozen
class _Errand:
    """What stays the same on the whole way of an input."""

    label: str
    model: str
    settings: ModelSettings
    keep_asset: bool
    wait_sec: float | None
    progress: Callable[[Progress], object] | None
    options: RequestOptions | None
    watch: EmbeddingWatch

    def tells(self, phase: Phase, id: str, connection: Connection) -> Callable[[object], None]:
        """A callback for waiting that tells of the progress."""
        from twelvelabs_embed.progress import Progress

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
    from twelvelabs_embed.checks import examine

    if isinstance(input, MultiInput):
        found: MediaFacts = (yield Do(partial(examine, input))) if check else MediaFacts()
        return found
    if check and input.media.is_local:
        facts: MediaFacts = yield Do(partial(examine, input))
        return facts
    if check or not input.media.is_local:
        return examine(input)
    return MediaFacts(label=input.media.label, size_bytes=input.media.size_bytes)


def _check(
    input: Input,
    facts: MediaFacts,
    model: str,
    route: RouteName | None,
    settings: ModelSettings,
) -> None:
    import twelvelabs_embed.checks as checks

    if found := checks.problems(input, facts, model=model, route=route, settings=settings):
        raise InvalidInputError(found)
    for note in checks.notes(input, facts, model=model):
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


def _body(input: Input, errand: _Errand, way: Route) -> dict[str, Any]:
    """The request, in the form that the model takes at the endpoint."""
    form = find_form(input.input_type, model=errand.model, endpoint=way.endpoint)
    if form == "multi_input":
        kind, section = "multi_input", _combined_section(input)
    else:
        kind, section = input.input_type, input.section(_source)
    if form == "temporal" and "segmentation" in section:
        section["segmentation"] = {"temporal": section["segmentation"]}
    return {
        "input_type": kind,
        "model_name": errand.model,
        **errand.settings.fields(input),
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


def _read(input_type: str, model: str, way: Route, response: httpx.Response) -> Embeddings:
    # numpy and msgspec are not needed before the first answer.
    import twelvelabs_embed._wire as _wire
    import twelvelabs_embed.results as results

    decoded = _wire.decode_embeddings(response.content)
    return results.Embeddings(
        vectors=decoded.vectors,
        segments=decoded.segments,
        model=model,
        input_type=input_type,
        metadata=decoded.metadata,
        route=way,
        usage=decoded.usage,
        uncertainties=decoded.uncertainties,
    )


def _read_task(input_type: str, model: str, way: Route, response: httpx.Response) -> _Look:
    from twelvelabs_embed._wire import read_task_state

    state = read_task_state(response.content)
    if state.status != "ready":
        return _Look(state.status, state.error.message if state.error else None, None)
    embeddings = _read(input_type, model, way, response)
    if not input_type:  # of a task that another machine created
        said = (embeddings.metadata or {}).get("input_type", "")
        embeddings = evolve(embeddings, input_type=said)
    return _Look(state.status, None, embeddings)


class Embed(Room[EmbedFlows]):
    """`client.embed`: call it with an input. `client.embed.v_2` has the vendor SDK's style."""

    __call__ = blocking(EmbedFlows.__call__)
    many = blocking_results(EmbedFlows.many)
    resume = blocking(EmbedFlows.resume)

    @property
    def v_2(self) -> V2Client:
        """The vendor SDK's calling style."""
        from twelvelabs_embed.v2 import V2Client, V2Flows  # not needed before its first call

        return V2Client(V2Flows(self._flows.connection), self._driver)


class AsyncEmbed(AsyncRoom[EmbedFlows]):
    """`client.embed`, awaited."""

    __call__ = awaiting(EmbedFlows.__call__)
    many = awaiting_results(EmbedFlows.many)
    resume = awaiting(EmbedFlows.resume)

    @property
    def v_2(self) -> AsyncV2Client:
        """The vendor SDK's calling style, awaited."""
        from twelvelabs_embed.v2 import AsyncV2Client, V2Flows  # not needed before its first call

        return AsyncV2Client(V2Flows(self._flows.connection), self._driver)
