"""OpenTelemetry as an application sets it up, with what it would export kept in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import Counter, Histogram, MeterProvider
from opentelemetry.sdk.metrics.export import AggregationTemporality, InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from twelvelabs_embed import Clock, Media, RetryPolicy, TwelveLabs
from twelvelabs_embed._upload import UploadFlows
from twelvelabs_embed_emulator import Emulator, samples

KEY = "marker-key-7f3a"
SIZE_BYTES = 3 << 20


@frozen
class Told:
    """What was told to OpenTelemetry."""

    exporter: InMemorySpanExporter
    reader: InMemoryMetricReader
    tracer: trace.Tracer

    def spans(self) -> list[ReadableSpan]:
        """The spans that have ended, in the order of their ends."""
        return list(self.exporter.get_finished_spans())

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.spans() if span.name == name]

    def points(self) -> dict[str, list[Any]]:
        """What was measured since the last look, by the name of the metric."""
        data = self.reader.get_metrics_data()
        return {
            metric.name: list(metric.data.data_points)
            for resource in (data.resource_metrics if data else [])
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }


@pytest.fixture(scope="session")
def telemetry() -> Told:
    """Set up once for a process, as OpenTelemetry allows it."""
    exporter = InMemorySpanExporter()
    trace.set_tracer_provider(TracerProvider())  # a page of docs/ may have been first
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    delta = AggregationTemporality.DELTA
    reader = InMemoryMetricReader(preferred_temporality={Counter: delta, Histogram: delta})
    metrics.set_meter_provider(MeterProvider([reader]))
    return Told(exporter, reader, provider.get_tracer("an application"))


@pytest.fixture
def told(telemetry: Told) -> Told:
    telemetry.exporter.clear()
    telemetry.points()
    return telemetry


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator(api_keys=[KEY], chunk_bytes=1 << 20) as running:
        yield running


@pytest.fixture
def client(emulator: Emulator, tmp_path: Path) -> Iterator[TwelveLabs]:
    with TwelveLabs(
        KEY,
        base_url=emulator.base_url,
        retry=QUICK,
        clock=IMPATIENT,
        journal_dir=tmp_path / "journal",
    ) as client:
        yield client


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return samples.write_padded_video(tmp_path_factory.mktemp("film") / "film.mp4", SIZE_BYTES)


def upload_in_pieces(client: TwelveLabs, film: Path) -> None:
    """What `assets.upload` does with larger files."""
    flows = UploadFlows(client._connection, client._journal(), direct_bytes=0)
    client._driver.run(flows.upload(Media.file(film)))


async def _sleep_async(duration_sec: float) -> None:
    pass


QUICK = RetryPolicy(attempts=3)
IMPATIENT = Clock(sleep=lambda duration_sec: None, sleep_async=_sleep_async)
