"""OpenTelemetry's spans and metrics. Imported where the process has imported OpenTelemetry."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from attrs import frozen
from opentelemetry import context, metrics, trace

from twelvelabs_embed._version import VERSION

# As the semantic conventions have them.
_BOUNDARIES_SEC = [0.01 * 2**step for step in range(14)]


@frozen
class Telemetry:
    """Makes spans and metrics. Its types are Any, because the package may not be installed."""

    tracer: Any
    embedding_sec: Any
    operation_sec: Any
    attempts: Any
    sent_bytes: Any

    def start(self, name: str, attributes: dict[str, Any]) -> OpenSpan:
        """Start a span; spans that are started before its end are its children."""
        span = self.tracer.start_span(name, kind=trace.SpanKind.CLIENT, attributes=attributes)
        return OpenSpan(self, span, context.attach(trace.set_span_in_context(span)))


@frozen
class OpenSpan:
    """An OpenTelemetry span that was started."""

    telemetry: Telemetry
    span: Any
    token: Any

    def end(self, error_type: str | None) -> None:
        """End it. Of an error it has the type alone: the message may quote what was embedded."""
        if error_type is not None:
            self.span.set_attribute("error.type", error_type)
            self.span.set_status(trace.StatusCode.ERROR)
        self.span.end()
        context.detach(self.token)


@lru_cache(maxsize=1)
def open_telemetry() -> Telemetry:
    meter = metrics.get_meter("twelvelabs_embed", VERSION)
    return Telemetry(
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
