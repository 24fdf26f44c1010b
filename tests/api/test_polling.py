"""Waiting for the service, decided without a socket and without waiting."""

import pickle
from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from twelvelabs_embed import Clock, RetryPolicy, WaitTimeoutError
from twelvelabs_embed._http.effects import Flow, Notify, Sleep
from twelvelabs_embed._http.request import Connection
from twelvelabs_embed.api.polling import growing_sleep_sec, wait_until
from twelvelabs_embed.errors import (
    ApiConnectionError,
    NotFoundError,
    TwelveLabsError,
    api_error,
)

Found = str | TwelveLabsError


class PolledTask:
    """Runs a wait that finds these things, and notes what it does."""

    def __init__(self, *found: Found, timeout_sec: float | None = 100.0) -> None:
        self.now_sec = 0.0
        self.slept_sec: list[float] = []
        self.reported: list[str] = []
        self.retried_for_sec: list[float] = []
        self._found = list(found)
        self._timeout_sec = timeout_sec

    def run(self) -> str:
        clock = Clock(monotonic=lambda: self.now_sec, now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
        policy = RetryPolicy(total_sec=60)
        connection = Connection("http://api", httpx.Headers(), httpx.Timeout(9), policy, clock)
        flow: Generator[Any, Any, str] = wait_until(
            self._look,
            lambda found: found == "done",
            connection=connection,
            kind="task",
            id="t1",
            hint="Wait again",
            timeout_sec=self._timeout_sec,
            sleep_sec=lambda looks: 10.0 * looks,
            callback=self.reported.append,
        )
        try:
            command = next(flow)
            while True:
                if isinstance(command, Notify):
                    command.callback(command.value)
                else:
                    assert isinstance(command, Sleep)
                    self.slept_sec.append(command.duration_sec)
                    self.now_sec += command.duration_sec
                command = flow.send(None)
        except StopIteration as stop:
            return str(stop.value)

    def _look(self, connection: Connection) -> Flow[str]:
        self.retried_for_sec.append(connection.retry.total_sec)
        found = self._found.pop(0)
        if isinstance(found, TwelveLabsError):
            raise found
        return found
        yield  # makes it a flow


BUSY = api_error(httpx.Response(503))


def test_it_looks_until_it_is_done() -> None:
    span = PolledTask("working", "working", "done")
    assert span.run() == "done"
    assert span.slept_sec == [10, 20]
    assert span.reported == ["working", "working", "done"]


def test_failures_that_pass_do_not_end_it() -> None:
    failures = [BUSY, ApiConnectionError("reset"), api_error(httpx.Response(429))]
    span = PolledTask(*failures, "done")
    assert span.run() == "done"
    assert span.reported == ["done"]


def test_failures_that_stay_do() -> None:
    with pytest.raises(NotFoundError):
        PolledTask("working", api_error(httpx.Response(404))).run()


def test_no_look_comes_after_the_deadline_and_no_retry_either() -> None:
    span = PolledTask(*["working"] * 9)
    with pytest.raises(
        WaitTimeoutError, match=r"task t1 is not ready after 100 s\. Wait again"
    ) as caught:
        span.run()
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert span.slept_sec == [10, 20, 30, 40]
    assert span.retried_for_sec == [60, 60, 60, 40, 0]


def test_the_last_failure_is_the_cause() -> None:
    with pytest.raises(WaitTimeoutError) as caught:
        PolledTask("working", BUSY, timeout_sec=15).run()
    assert caught.value.__cause__ is BUSY
    assert (caught.value.id, caught.value.waited_sec) == ("t1", 10)
    assert isinstance(caught.value, TimeoutError)


def test_it_may_wait_for_ever() -> None:
    span = PolledTask(*["working"] * 50, "done", timeout_sec=None)
    assert span.run() == "done"
    assert span.retried_for_sec == [60] * 51


def test_pauses_grow_to_a_bound() -> None:
    pauses_sec = [growing_sleep_sec(looks) for looks in (1, 2, 3, 8, 9, 1_000_000)]
    assert pauses_sec == pytest.approx([0.5, 0.75, 1.125, 8.54, 10, 10], abs=0.01)
