"""What is told of calls: the fields of log records, and OpenTelemetry's spans and metrics.

Spans and metrics are made where the process uses OpenTelemetry, which it has imported then; nobody
else pays for more than a look for that. There is a span for each `client.embed(...)`, and one
within it for each operation of the API, which covers its retries. Names follow the semantic
conventions, of generative AI for the first (`docs/gen-ai/client-embeddings.md` of
open-telemetry/semantic-conventions-genai, in development) and of HTTP for the second
(`docs/http/http-spans.md` of open-telemetry/semantic-conventions, stable).

Neither the key nor an address with its query nor anything that is embedded is told.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar, Token
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from attrs import frozen

from twelvelabs_embed.errors import ApiError, TwelveLabsError

if TYPE_CHECKING:
    import httpx

    from twelvelabs_embed._http.effects import SendRequest
    from twelvelabs_embed._http.endpoints import Operation
    from twelvelabs_embed.results.embeddings import Embeddings
    from twelvelabs_embed.retry import Clock
    from twelvelabs_embed.validation.routing import Route

_log = logging.getLogger("twelvelabs_embed")

# All that paths of the API are made of but for ids, of which there are too many for a name.
_WORDS = frozenset(
    {
        "assets",
        "embed-v2",
        "multipart-uploads",
        "presigned-urls",
        "tasks",
        "transcription",
        "user-metadata",
    }
)
# As the conventions have them.
_BOUNDARIES_SEC = [0.01 * 2**step for step in range(14)]


class _Span:
    """Sees one thing done, from its beginning to its end. Use it in a `with`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started_sec = clock.monotonic()
        self._open: _OpenSpan | None = None
        self.attempts = 0
        self.sent_bytes = 0
        self.response: httpx.Response | None = None

    @property
    def seconds(self) -> float:
        """How long it has taken, in seconds."""
        return self._clock.monotonic() - self._started_sec

    def fields(self, error: BaseException | None = None) -> dict[str, Any]:
        """The fields of a log record about it; None for what is not known."""
        response = self.response
        return {
            "attempts": self.attempts,
            "bytes": self.sent_bytes,
            "seconds": self.seconds,
            "status": None if response is None else response.status_code,
            "request_id": None if response is None else response.headers.get("x-request-id"),
            "error_type": None if error is None else _error_type(error),
        }

    def __enter__(self) -> Self:
        if (telemetry := _telemetry()) is not None:
            name, attributes = self._about()
            self._open = telemetry.begin(name, attributes)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._open is not None:
            self._count(self._open.telemetry, error)
            if self._open.span.is_recording():
                self._open.span.set_attributes(_given(self._found(error)))
            self._open.end(error)

    def _about(self) -> tuple[str, dict[str, Any]]:
        """The name of its span, and what is known when it begins."""
        raise NotImplementedError

    def _found(self, error: BaseException | None) -> dict[str, Any]:
        """What is known when it ends."""
        raise NotImplementedError

    def _count(self, telemetry: _Telemetry, error: BaseException | None) -> None:
        """Put it into the metrics."""
        raise NotImplementedError


class EmbeddingSpan(_Span):
    """Sees one input embedded, with all requests that it takes.

    Attributes:
        input_type: what it is embedded as; empty until that is known
        route: which way it goes; None until that is known
    """

    def __init__(self, model: str, base_url: str, clock: Clock) -> None:
        super().__init__(clock)
        self.model = model
        self.input_type = ""
        self.route: Route | None = None
        self._base_url = base_url
        self._rows: int | None = None
        self._dimensions = 0
        self._tokens: int | None = None
        self._token: Token[EmbeddingSpan | None] | None = None

    def found(self, embeddings: Embeddings) -> Embeddings:
        """These came out, which are given back."""
        self._rows, self._dimensions = embeddings.vectors.shape
        if embeddings.usage is not None:
            self._tokens = sum(embeddings.usage.input_tokens.values())
        return embeddings

    def fields(self, error: BaseException | None = None) -> dict[str, Any]:
        return {
            "model": self.model,
            "input_type": self.input_type,
            "route": self.route and self.route.name,
            **super().fields(error),
        }

    def tell(self, text: str, *values: object) -> None:
        """Write a line into the log, with the fields."""
        if _log.isEnabledFor(logging.INFO):
            _log.info(text, *values, extra=self.fields(), stacklevel=2)

    def __enter__(self) -> Self:
        self._token = _embedding.set(self)
        return super().__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, at)
        if self._token is not None:
            with suppress(ValueError):  # the flow was closed by somebody else than began it
                _embedding.reset(self._token)
        if _log.isEnabledFor(logging.DEBUG):
            done = "embedded" if error is None else f"not embedded ({_error_type(error)})"
            _log.debug("%s in %.2f s", done, self.seconds, extra=self.fields(error))

    def _about(self) -> tuple[str, dict[str, Any]]:
        return f"embeddings {self.model}", _gen_ai(self.model, self._base_url)

    def _found(self, error: BaseException | None) -> dict[str, Any]:
        return {
            "gen_ai.embeddings.dimension.count": self._dimensions or None,
            "gen_ai.usage.input_tokens": self._tokens,
            "twelvelabs_embed.input_type": self.input_type or None,
            "twelvelabs_embed.route": self.route and self.route.name,
            "twelvelabs_embed.vectors": self._rows,
            "twelvelabs_embed.attempts": self.attempts,
            "twelvelabs_embed.sent_bytes": self.sent_bytes,
        }

    def _count(self, telemetry: _Telemetry, error: BaseException | None) -> None:
        about = {**_gen_ai(self.model, self._base_url), "error.type": _error_type(error)}
        telemetry.embedding_sec.record(self.seconds, _given(about))


_embedding: ContextVar[EmbeddingSpan | None] = ContextVar("_embedding", default=None)
"""The input that is being embedded here."""


class RequestSpan(_Span):
    """Sees one operation of the API done, with its retries."""

    def __init__(self, operation: Operation[Any], request: SendRequest, clock: Clock) -> None:
        super().__init__(clock)
        self._operation = operation
        self._request = request
        self._embedding = _embedding.get()

    def sent(self) -> None:
        """The request goes out, perhaps again."""
        size_bytes = _size_bytes(self._request)
        self.attempts += 1
        self.sent_bytes += size_bytes
        self.response = None
        if self._embedding is not None:
            self._embedding.attempts += 1
            self._embedding.sent_bytes += size_bytes

    def answered(self, response: httpx.Response) -> None:
        """An answer came, of whichever status."""
        self.response = response
        if self._embedding is not None:
            self._embedding.response = response

    def retries(self, failure: TwelveLabsError, wait_sec: float) -> None:
        """It failed, and the request is sent again after so many seconds."""
        if self._open is not None:
            about = {"error.type": _error_type(failure), "twelvelabs_embed.wait_sec": wait_sec}
            self._open.span.add_event("retry", about)

    def fields(self, error: BaseException | None = None) -> dict[str, Any]:
        embedding = self._embedding
        return {
            "operation": self._operation.name,
            "route": embedding and embedding.route and embedding.route.name,
            **super().fields(error),
        }

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, at)
        if _log.isEnabledFor(logging.DEBUG):
            done = "done" if error is None else f"failed ({_error_type(error)})"
            words = (self._operation.name, done, self.seconds)
            _log.debug("%s: %s in %.2f s", *words, extra=self.fields(error))

    def _about(self) -> tuple[str, dict[str, Any]]:
        request = self._request
        about = {
            **self._target(),
            **_server(request.url),
            "http.request.body.size": _size_bytes(request),
        }
        if not request.is_external:  # the names of those tell of files
            about["twelvelabs_embed.operation"] = self._operation.name
        if (model := self._embeds_by_itself()) is not None:
            return f"embeddings {model}", {**about, **_gen_ai(model, request.url)}
        return " ".join(self._target().values()), about

    def _target(self) -> dict[str, str]:
        if self._request.is_external:
            return {"http.request.method": self._request.method}
        parts = self._operation.path.split("/")
        template = "/".join(part if not part or part in _WORDS else "{id}" for part in parts)
        return {"http.request.method": self._request.method, "url.template": template}

    def _embeds_by_itself(self) -> str | None:
        """The model, when somebody calls the sync endpoint in the vendor's style."""
        body = self._operation.body
        if self._embedding is None and self._operation.path == "/embed-v2":
            return str(body["model_name"]) if isinstance(body, Mapping) else None
        return None

    def _found(self, error: BaseException | None) -> dict[str, Any]:
        fields = self.fields(error)
        return {
            "http.response.status_code": fields["status"],
            "http.request.resend_count": self.attempts - 1 if self.attempts > 1 else None,
            "http.response.header.x-request-id": fields["request_id"] and [fields["request_id"]],
            "twelvelabs_embed.attempts": self.attempts,
            "twelvelabs_embed.sent_bytes": self.sent_bytes,
        }

    def _count(self, telemetry: _Telemetry, error: BaseException | None) -> None:
        about = _given(
            {
                **self._target(),
                "http.response.status_code": self.response and self.response.status_code,
                "error.type": _error_type(error),
            }
        )
        telemetry.operation_sec.record(self.seconds, about)
        telemetry.attempts.add(self.attempts, about)
        telemetry.sent_bytes.add(self.sent_bytes, about)
        if (model := self._embeds_by_itself()) is not None:
            about = {**_gen_ai(model, self._request.url), "error.type": _error_type(error)}
            telemetry.embedding_sec.record(self.seconds, _given(about))


# ------------------------------------------------------------------------------------ OpenTelemetry


@frozen
class _Telemetry:
    """What spans and metrics are made with. Any: the package may not be there."""

    tracer: Any
    embedding_sec: Any
    operation_sec: Any
    attempts: Any
    sent_bytes: Any

    def begin(self, name: str, attributes: dict[str, Any]) -> _OpenSpan:
        """Begin a span; what is begun before its end is within it."""
        from opentelemetry import context, trace

        span = self.tracer.start_span(name, kind=trace.SpanKind.CLIENT, attributes=attributes)
        return _OpenSpan(self, span, context.attach(trace.set_span_in_context(span)))


@frozen
class _OpenSpan:
    """A span that has begun."""

    telemetry: _Telemetry
    span: Any
    token: Any

    def end(self, error: BaseException | None) -> None:
        """End it. An error is told by its type alone: its words may quote what was embedded."""
        from opentelemetry import context, trace

        if error is not None:
            self.span.set_attribute("error.type", _error_type(error))
            self.span.set_status(trace.StatusCode.ERROR)
        self.span.end()
        context.detach(self.token)


def _telemetry() -> _Telemetry | None:
    """What to tell with; None where the process does not use OpenTelemetry."""
    return _make_telemetry() if "opentelemetry.trace" in sys.modules else None


@lru_cache(maxsize=1)
def _make_telemetry() -> _Telemetry:
    from opentelemetry import metrics, trace

    from twelvelabs_embed._version import VERSION

    meter = metrics.get_meter("twelvelabs_embed", VERSION)
    return _Telemetry(
        tracer=trace.get_tracer("twelvelabs_embed", VERSION),
        embedding_sec=meter.create_histogram(
            "gen_ai.client.embeddings.duration",
            unit="s",
            description="How long embedding an input took.",
            explicit_bucket_boundaries_advisory=_BOUNDARIES_SEC,
        ),
        operation_sec=meter.create_histogram(
            "twelvelabs_embed.operation.duration",
            unit="s",
            description="How long an operation of the API took, with its retries.",
            explicit_bucket_boundaries_advisory=_BOUNDARIES_SEC,
        ),
        attempts=meter.create_counter(
            "twelvelabs_embed.attempts", unit="{attempt}", description="Requests that were sent."
        ),
        sent_bytes=meter.create_counter(
            "twelvelabs_embed.sent_bytes", unit="By", description="Bodies that were sent."
        ),
    )


def _gen_ai(model: str, url: str) -> dict[str, Any]:
    return {
        "gen_ai.operation.name": "embeddings",
        "gen_ai.provider.name": "twelvelabs",
        "gen_ai.request.model": model,
        **_server(url),
    }


@lru_cache(maxsize=64)
def _server_of(place: str) -> dict[str, Any]:
    parts = urlsplit(place)
    with suppress(ValueError):
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return {"server.address": parts.hostname or "", "server.port": port}
    return {}


def _server(url: str) -> dict[str, Any]:
    return _server_of("/".join(url.split("/", 3)[:3]))


def _size_bytes(request: SendRequest) -> int:
    body = request.body
    if body is None:
        return 0
    return len(body) if isinstance(body, bytes) else body.length_bytes


def _error_type(error: BaseException | None) -> str | None:
    match error:
        case None:
            return None
        case ApiError():
            return str(error.status_code)
        case GeneratorExit():  # whatever ended the flow from outside
            return "cancelled"
        case _:
            return type(error).__name__


def _given(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value is not None}
