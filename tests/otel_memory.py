"""OpenTelemetry as an application sets it up, with what it would export kept in memory."""

from __future__ import annotations

from functools import cache
from typing import Any

from attrs import frozen
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    InMemoryMetricReader,
    MetricsData,
)
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


@frozen
class InMemoryTelemetry:
    """Spans and metrics, as OpenTelemetry got them."""

    exporter: InMemorySpanExporter
    reader: InMemoryMetricReader
    tracer: trace.Tracer

    def clear(self) -> None:
        """Forget all until now."""
        self.exporter.clear()
        self.measured()

    def spans(self) -> list[ReadableSpan]:
        """The spans that have ended, in the order of their ends."""
        return list(self.exporter.get_finished_spans())

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.spans() if span.name == name]

    def measured(self) -> MetricsData | None:
        """What was measured since the last look."""
        return self.reader.get_metrics_data()

    def points(self) -> dict[str, list[Any]]:
        """The same, by the name of the metric."""
        data = self.measured()
        return {
            metric.name: list(metric.data.data_points)
            for resource in (data.resource_metrics if data else [])
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }


@cache
def telemetry_in_memory() -> InMemoryTelemetry:
    """Set it up once for a process, as OpenTelemetry allows it."""
    exporter = InMemorySpanExporter()
    trace.set_tracer_provider(TracerProvider())  # a page of docs/ may have been first
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    delta = AggregationTemporality.DELTA
    reader = InMemoryMetricReader(preferred_temporality={Counter: delta, Histogram: delta})
    metrics.set_meter_provider(MeterProvider([reader]))
    return InMemoryTelemetry(exporter, reader, provider.get_tracer("an application"))
