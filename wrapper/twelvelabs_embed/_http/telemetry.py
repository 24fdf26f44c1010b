"""Telemetry of calls: fields of log records, and OpenTelemetry's spans and metrics.

Spans and metrics are made where the process has imported OpenTelemetry; otherwise all that it costs
is a look for that. There is a span for each `client.embed(...)`, and one within it for each
operation of the API, which covers its retries. Names follow the semantic conventions, of generative
AI for the first (`docs/gen-ai/client-embeddings.md` of open-telemetry/semantic-conventions-genai,
in development) and of HTTP for the second (`docs/http/http-spans.md` of
open-telemetry/semantic-conventions, stable).

None of it has the key, an address with its query, or anything that is embedded.
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

from msgspec import Struct, field

from twelvelabs_embed._http.operation import EMBED_PATH
from twelvelabs_embed.errors import ApiError, TwelveLabsError

if TYPE_CHECKING:
    import httpx

    from twelvelabs_embed._http.effects import SendRequest
    from twelvelabs_embed._http.operation import Operation
    from twelvelabs_embed._http.otel import OpenSpan, Telemetry
    from twelvelabs_embed.results.embeddings import Embeddings
    from twelvelabs_embed.retry import Clock
    from twelvelabs_embed.validation.routing import Route

_log = logging.getLogger("twelvelabs_embed")


class _Span(Struct, eq=False, kw_only=True):
    """Observes one operation from its start to its end. Use it in a `with`."""

    clock: Clock
    attempts: int = 0
    sent_bytes: int = 0
    response: httpx.Response | None = None
    _started_sec: float = 0.0
    _open: OpenSpan | None = None
    _token: Token[EmbeddingSpan | None] | None = None

    @property
    def seconds(self) -> float:
        """How long it has taken, in seconds."""
        return self.clock.monotonic() - self._started_sec

    def fields(self, error: BaseException | None = None) -> dict[str, Any]:
        """Return the fields of a log record about it; None for what is not known."""
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
        if isinstance(self, EmbeddingSpan):
            self._token = _embedding.set(self)
        self._started_sec = self.clock.monotonic()
        # A process that uses OpenTelemetry has imported it.
        if "opentelemetry.trace" in sys.modules:
            from twelvelabs_embed._http.otel import open_telemetry

            self._open = open_telemetry().start(*self._start_attributes())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._open is not None:
            self._record_metrics(self._open.telemetry, error)
            if self._open.span.is_recording():
                self._open.span.set_attributes(_known(self._end_attributes(error)))
            self._open.end(_error_type(error))
        if isinstance(self, RequestSpan) and (embedding := self._embedding) is not None:
            embedding.attempts += self.attempts
            embedding.sent_bytes += self.sent_bytes
            embedding.response = self.response
        if self._token is not None:
            try:  # not by `suppress`, which takes longer than the rest
                _embedding.reset(self._token)
            except ValueError:  # the flow was closed in another context than it was started
                self._token = None
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug(*self._summary(error), extra=self.fields(error))

    def _start_attributes(self) -> tuple[str, dict[str, Any]]:
        """Return the name of its OpenTelemetry span, and the attributes known at its start."""
        raise NotImplementedError

    def _end_attributes(self, error: BaseException | None) -> dict[str, Any]:
        """Return the attributes that are known at its end."""
        raise NotImplementedError

    def _record_metrics(self, telemetry: Telemetry, error: BaseException | None) -> None:
        raise NotImplementedError

    def _summary(self, error: BaseException | None) -> tuple[Any, ...]:
        """Return the message of the log record at its end, and its arguments."""
        raise NotImplementedError


class EmbeddingSpan(_Span, eq=False, kw_only=True):
    """Observes the embedding of one input, with all requests that it takes.

    Attributes:
        model: what embeds it
        base_url: where requests go
        input_type: what it is embedded as; empty until that is known
        route: how it is sent; None until that is known
        result: None until there is one
    """

    model: str
    base_url: str
    input_type: str = ""
    route: Route | None = None
    result: Embeddings | None = None

    def fields(self, error: BaseException | None = None) -> dict[str, Any]:
        return {
            "model": self.model,
            "input_type": self.input_type,
            "route": self.route and self.route.name,
            **super().fields(error),
        }

    def log(self, text: str, *values: object) -> None:
        """Log a message with the fields, at the level INFO."""
        if _log.isEnabledFor(logging.INFO):
            _log.info(text, *values, extra=self.fields(), stacklevel=2)

    def _start_attributes(self) -> tuple[str, dict[str, Any]]:
        return f"embeddings {self.model}", _gen_ai(self.model, self.base_url)

    def _end_attributes(self, error: BaseException | None) -> dict[str, Any]:
        result = self.result
        rows, dimensions = (None, None) if result is None else result.vectors.shape
        usage = None if result is None else result.usage
        return {
            "gen_ai.embeddings.dimension.count": dimensions or None,
            "gen_ai.usage.input_tokens": usage and sum(usage.input_tokens.values()),
            "twelvelabs_embed.input_type": self.input_type or None,
            "twelvelabs_embed.route": self.route and self.route.name,
            "twelvelabs_embed.vectors": rows,
            "twelvelabs_embed.attempts": self.attempts,
            "twelvelabs_embed.sent_bytes": self.sent_bytes,
        }

    def _record_metrics(self, telemetry: Telemetry, error: BaseException | None) -> None:
        about = {**_gen_ai(self.model, self.base_url), "error.type": _error_type(error)}
        telemetry.embedding_sec.record(self.seconds, _known(about))

    def _summary(self, error: BaseException | None) -> tuple[Any, ...]:
        done = "embedded" if error is None else f"not embedded ({_error_type(error)})"
        return "%s in %.2f s", done, self.seconds


_embedding: ContextVar[EmbeddingSpan | None] = ContextVar("_embedding", default=None)
"""The span of the input that is being embedded in this context."""


class RequestSpan(_Span, eq=False, kw_only=True):
    """Observes one operation of the API, with its retries."""

    operation: Operation[Any]
    request: SendRequest
    _embedding: EmbeddingSpan | None = field(default_factory=_embedding.get)

    def record_retry(self, failure: TwelveLabsError, delay_sec: float, max_attempts: int) -> None:
        """Record and log that it failed, and that the request is sent again after the delay."""
        _log.warning(
            "%s: attempt %d of %d failed (%s), trying again in %.1f s",
            *(self.operation.name, self.attempts, max_attempts, failure, delay_sec),
            extra=self.fields(failure),
            stacklevel=2,
        )
        if self._open is not None:
            about = {"error.type": _error_type(failure), "twelvelabs_embed.wait_sec": delay_sec}
            self._open.span.add_event("retry", about)

    def fields(self, error: BaseException | None = None) -> dict[str, Any]:
        embedding = self._embedding
        return {
            "operation": self.operation.name,
            "route": embedding and embedding.route and embedding.route.name,
            **super().fields(error),
        }

    def _summary(self, error: BaseException | None) -> tuple[Any, ...]:
        done = "done" if error is None else f"failed ({_error_type(error)})"
        return "%s: %s in %.2f s", self.operation.name, done, self.seconds

    def _start_attributes(self) -> tuple[str, dict[str, Any]]:
        request = self.request
        about = {
            **self._target(),
            **_server(request.url),
            "http.request.body.size": len(request.body or b""),
        }
        if not request.is_external:  # the names of those have file names
            about["twelvelabs_embed.operation"] = self.operation.name
        if (model := self._direct_model()) is not None:
            return f"embeddings {model}", {**about, **_gen_ai(model, request.url)}
        return " ".join(self._target().values()), about

    def _target(self) -> dict[str, str]:
        if self.request.is_external:
            return {"http.request.method": self.request.method}
        template = self.operation.template or self.operation.path
        return {"http.request.method": self.request.method, "url.template": template}

    def _direct_model(self) -> str | None:
        """Return the model of a call of the sync endpoint in the vendor's style, without a span."""
        body = self.operation.body
        if self._embedding is None and self.operation.path == EMBED_PATH:
            return str(body["model_name"]) if isinstance(body, Mapping) else None
        return None

    def _end_attributes(self, error: BaseException | None) -> dict[str, Any]:
        fields = self.fields(error)
        return {
            "http.response.status_code": fields["status"],
            "http.request.resend_count": self.attempts - 1 if self.attempts > 1 else None,
            "http.response.header.x-request-id": fields["request_id"] and [fields["request_id"]],
            "twelvelabs_embed.attempts": self.attempts,
            "twelvelabs_embed.sent_bytes": self.sent_bytes,
        }

    def _record_metrics(self, telemetry: Telemetry, error: BaseException | None) -> None:
        about = _known(
            {
                **self._target(),
                "http.response.status_code": self.response and self.response.status_code,
                "error.type": _error_type(error),
            }
        )
        telemetry.operation_sec.record(self.seconds, about)
        telemetry.attempts.add(self.attempts, about)
        telemetry.sent_bytes.add(self.sent_bytes, about)
        if (model := self._direct_model()) is not None:
            about = {**_gen_ai(model, self.request.url), "error.type": _error_type(error)}
            telemetry.embedding_sec.record(self.seconds, _known(about))


def _gen_ai(model: str, url: str) -> dict[str, Any]:
    return {
        "gen_ai.operation.name": "embeddings",
        "gen_ai.provider.name": "twelvelabs",
        "gen_ai.request.model": model,
        **_server(url),
    }


@lru_cache(maxsize=64)
def _server_of(origin: str) -> dict[str, Any]:
    from urllib.parse import urlsplit

    parts = urlsplit(origin)
    with suppress(ValueError):
        port = parts.port or (443 if parts.scheme == "https" else 80)
        return {"server.address": parts.hostname or "", "server.port": port}
    return {}


def _server(url: str) -> dict[str, Any]:
    return _server_of("/".join(url.split("/", 3)[:3]))


def _error_type(error: BaseException | None) -> str | None:
    match error:
        case None:
            return None
        case ApiError():
            return str(error.status_code)
        case GeneratorExit():  # the flow was closed from outside
            return "cancelled"
        case _:
            return type(error).__name__


def _known(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value is not None}
