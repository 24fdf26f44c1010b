"""`client.embed(...)`: any input in, vectors out, by whichever route is needed."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import AsyncIterable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Unpack

from twelvelabs_embed._http.effects import Flow, RunBlocking
from twelvelabs_embed._http.methods import (
    AsyncResource,
    Plan,
    Resource,
    async_method,
    async_results,
    awaited_docstring,
    public_name,
    resource_property,
    spells_out,
    sync_method,
    sync_results,
)
from twelvelabs_embed._http.request import Connection, RequestOptions
from twelvelabs_embed._http.telemetry import EmbeddingSpan
from twelvelabs_embed.errors import ConfigurationError
from twelvelabs_embed.inputs.text import Text
from twelvelabs_embed.limits import DEFAULT_MODEL, Via
from twelvelabs_embed.sending import (
    DEFAULT_WAIT_SEC,
    EmbedArguments,
    EmbedOptions,
    Job,
    Sender,
    embed_options,
)
from twelvelabs_embed.validation.media_facts import NO_MEDIA, MediaFacts
from twelvelabs_embed.validation.planning import plan_request
from twelvelabs_embed.validation.routing import Route

if TYPE_CHECKING:
    from twelvelabs_embed.api.assets import AssetsFlows
    from twelvelabs_embed.api.v2 import AsyncV2Client, V2Client
    from twelvelabs_embed.batch.jobs import BatchResult
    from twelvelabs_embed.batch.rate_limiter import RateLimiter
    from twelvelabs_embed.inputs import EmbedInput, Input, MediaInput
    from twelvelabs_embed.results.embeddings import Embeddings
    from twelvelabs_embed.uploads.progress import Progress
    from twelvelabs_embed.uploads.resume_store import PendingTask, ResumeStore

__all__ = ["DEFAULT_WAIT_SEC", "AsyncEmbed", "Embed"]

_log = logging.getLogger("twelvelabs_embed")
_DEFAULTS = EmbedOptions()
_match_file_or_link = re.compile(r"\S+\.\w{2,5}|https?://\S+", re.ASCII).fullmatch


class EmbedFlows:
    """What `Embed` and `AsyncEmbed` do, written once."""

    def __init__(
        self,
        connection: Connection,
        assets: Callable[[], AssetsFlows],
        resume_store: Callable[[], ResumeStore],
    ) -> None:
        self.connection = connection
        self._resume_store = resume_store
        self._sender = Sender(connection, assets, resume_store)

    @public_name("client.embed")
    @spells_out(EmbedOptions, explain=embed_options)
    def __call__(
        self,
        input: EmbedInput,
        **options: Unpack[EmbedArguments],
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
            ApiError: the service responded with an error
            ApiConnectionError: the service could not be reached
            InvalidResponseError: the response is not what the contract promises
            TaskFailedError, AssetFailedError: the service could not use the media
            WaitTimeoutError: a task or an upload is not done yet; `resume` collects a task
            OutcomeUnknownError: a task or an asset may have been created; it is not created again

        Source: `POST /embed-v2`, `POST /embed-v2/tasks`, `POST /assets` of the contract.
        """
        return self._embed(input, options=embed_options(options) if options else _DEFAULTS)

    def _embed(self, input: EmbedInput, *, options: EmbedOptions) -> Flow[Embeddings]:
        connection = self.connection
        with EmbeddingSpan(
            clock=connection.clock, model=options.model, base_url=connection.base_url
        ) as span:
            if isinstance(input, str) and options.check and _match_file_or_link(input):
                yield from _warn_of_media(input)
            coerced = Text(input) if isinstance(input, str) else _coerce(input)
            span.input_type = coerced.input_type
            facts = NO_MEDIA
            if coerced.input_type != "text":
                facts = yield from _inspect(coerced, options.check)
            plan = plan_request(coerced, facts, options)
            span.route = plan.route
            if plan.violations:
                plan.raise_if_invalid()
            for warning in plan.warnings:
                _log.log(logging.WARNING if warning in plan.advice else logging.INFO, "%s", warning)
            job = Job(coerced.label if facts is NO_MEDIA else facts.label, options, span)
            if plan.route.via == "url":
                span.result = yield from self._sender.send_link(plan, facts, job)
            else:
                send = self._sender.send_uploaded if plan.is_uploaded else self._sender.send
                span.result = yield from send(plan, job)
            return span.result

    @public_name("client.embed.many")
    @spells_out(EmbedOptions, explain=embed_options)
    def many(
        self,
        inputs: Iterable[EmbedInput] | AsyncIterable[EmbedInput],
        *,
        concurrency: int = 16,
        in_order: bool = False,
        rpm: float | None = None,
        tpm: float | None = None,
        minutes_per_hour: float | None = None,
        max_in_flight_bytes: int = 256 << 20,
        rate_limiter: RateLimiter | None = None,
        **options: Unpack[EmbedArguments],
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
            minutes_per_hour: minutes of audio and video in any hour, of media whose length is known
                before it is sent: not of links and assets
            max_in_flight_bytes: bytes that are being sent at a time; a larger body is sent alone
            rate_limiter: a `RateLimiter` that several runs share, instead of these quotas
            model, dimension, uncertainty, auto_truncate, check, route, keep_asset, wait_sec,
                progress, request_options: as for one input

        Returns:
            an iterator of `BatchResult`: `input`, `embeddings` or `error`, `attempts`, `seconds`
            and `route`

        Raises:
            ConfigurationError: a number below 1, or both `rate_limiter` and a quota
            QuotaExhaustedError: the service asks to wait for longer than the retry policy allows,
                after the last result
            Exception: what reading the inputs raised, after the last result
        """
        from twelvelabs_embed.batch.jobs import ConcurrencyConfig
        from twelvelabs_embed.batch.plan import plan_inputs
        from twelvelabs_embed.batch.rate_limiter import RateLimiter

        quotas = (rpm, tpm, minutes_per_hour)
        if rate_limiter is not None and quotas != (None, None, None):
            raise ConfigurationError(
                "rate_limiter and a quota are given, but a rate limiter has its own quota"
            )
        config = ConcurrencyConfig(
            concurrency=concurrency,
            in_order=in_order,
            max_in_flight_bytes=max_in_flight_bytes,
            rate_limiter=rate_limiter or RateLimiter(rpm, tpm, minutes_per_hour=minutes_per_hour),
        )
        chosen = embed_options(options)
        embed = partial(self._embed, options=chosen)
        return plan_inputs(self.connection, inputs, embed, chosen.model, config)

    @public_name("client.embed.resume")
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
        with EmbeddingSpan(
            clock=self.connection.clock, model=options.model, base_url=self.connection.base_url
        ) as span:
            span.input_type, span.route = input_type, route
            job = Job(label, options, span)
            collect = partial(self._sender.collect_task, task_id, input_type, route, job)
            if asset_id is None:
                span.result = yield from collect()
            else:
                span.result = yield from self._sender.delete_afterwards(asset_id, collect, job)
            return span.result


def _coerce(input: EmbedInput) -> Input:
    if isinstance(input, Text):
        return input
    from twelvelabs_embed.inputs import coerce  # and with it all inputs, of which a text needs none

    return coerce(input)


def _inspect(input: MediaInput, check: bool) -> Flow[MediaFacts]:
    """Inspect the media; without checks only its size, which decides whether it is uploaded."""
    # Not needed for texts.
    from twelvelabs_embed.validation.media_probe import inspect_media, look_up

    if input.input_type != "multi_input" and not input.media.is_readable:
        return inspect_media(input)
    if check:
        facts: MediaFacts = yield RunBlocking(partial(inspect_media, input))
        return facts
    if input.input_type == "multi_input":
        return NO_MEDIA
    if input.media.stored is not None:
        facts = yield RunBlocking(partial(look_up, input.media))
        return facts
    return MediaFacts(label=input.media.label, size_bytes=input.media.size_bytes)


def _warn_of_media(text: str) -> Flow[None]:
    """Warn when a text is the name of a file, or a link."""
    from twelvelabs_embed.validation.rules.advice import text_advice

    is_file: bool = yield RunBlocking(partial(os.path.isfile, text))
    if advice := text_advice(text, is_file=is_file):
        _log.warning("%s", advice)


class _VendorNames:
    """Explains what `client.embed` has in the vendor's SDK and not here."""

    if not TYPE_CHECKING:  # to type checkers, no other attribute exists

        def __getattr__(self, name: str) -> Any:
            from twelvelabs_embed._vendor_names import OF_EMBED, missing_attribute

            raise missing_attribute(self, name, OF_EMBED)


class Embed(Resource[EmbedFlows], _VendorNames):
    """`client.embed`: call it with an input. `client.embed.v_2` has the vendor SDK's style."""

    __call__ = sync_method(EmbedFlows.__call__)
    many = sync_results(EmbedFlows.many)
    resume = sync_method(EmbedFlows.resume)

    @resource_property
    def v_2(self) -> V2Client:
        """The vendor SDK's calling style."""
        from twelvelabs_embed.api.v2 import V2Client, V2Flows  # not needed before its first call

        return V2Client(V2Flows(self._flows.connection), self._runner)


class AsyncEmbed(AsyncResource[EmbedFlows], _VendorNames):
    __doc__ = awaited_docstring(Embed)

    __call__ = async_method(EmbedFlows.__call__)
    many = async_results(EmbedFlows.many)
    resume = async_method(EmbedFlows.resume)

    @resource_property
    def v_2(self) -> AsyncV2Client:
        """The vendor SDK's calling style, awaited."""
        from twelvelabs_embed.api.v2 import (
            AsyncV2Client,
            V2Flows,
        )  # not needed before its first call

        return AsyncV2Client(V2Flows(self._flows.connection), self._runner)
