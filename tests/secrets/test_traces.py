"""The search for a key finds it wherever it may be left."""

from __future__ import annotations

import json
import logging
from contextlib import suppress

import pytest
from opentelemetry import metrics
from twelvelabs_embed._http import runners

from tests.otel_memory import InMemoryTelemetry
from tests.secrets.conftest import KEY
from tests.secrets.test_leaks import cancel
from tests.secrets.traces import Evidence, spelled


@pytest.mark.parametrize("spelling", list(spelled(KEY)))
def test_the_hunt_finds_each_spelling(spelling: str) -> None:
    found = Evidence()
    found.add("somewhere", f"before{spelling}after")
    assert found.leaks(KEY)


def test_the_hunt_finds_what_logs_and_tracebacks_hold() -> None:
    def leak(plain: str) -> None:
        logging.getLogger("httpx").debug("sent with %s", plain)
        raise KeyError

    found = Evidence()
    with found.logs(), pytest.raises(KeyError) as raised:
        leak(json.loads(json.dumps(KEY)))
    found.add_error(raised.value)
    places = {leak.partition(":")[0] for leak in found.leaks(KEY)}
    assert {"log of httpx", "traceback", "rich traceback"} <= places


def test_the_hunt_finds_what_spans_and_metrics_hold(otel: InMemoryTelemetry) -> None:
    with suppress(KeyError), otel.tracer.start_as_current_span("an event and a status"):
        raise KeyError(KEY)
    otel.tracer.start_span("an attribute", attributes={"key": KEY}).end()
    metrics.get_meter("an application").create_counter("counter").add(1, {"key": KEY})
    found = Evidence()
    found.add_telemetry(otel)
    places = [leak.partition(":")[0] for leak in found.leaks(KEY)]
    assert places == ["span an event and a status", "span an attribute", "metrics"]


async def test_the_hunt_finds_what_the_frames_of_a_transport_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Which shows that they must be omitted."""
    monkeypatch.setattr(runners, "drop_transport_frames", lambda error, until: None)
    found = Evidence()
    found.add_error(await cancel())
    assert found.leaks(KEY)
