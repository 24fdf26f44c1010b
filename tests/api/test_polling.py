"""Waiting for the service, decided without a socket and without waiting."""

import pickle
from collections import Counter
from collections.abc import Generator
from datetime import UTC, datetime
from heapq import heappop, heappush
from random import Random
from typing import Any

import httpx
import pytest
from twelvelabs_embed import Clock, RetryPolicy, WaitTimeoutError
from twelvelabs_embed._http.effects import Flow, Notify, Sleep
from twelvelabs_embed._http.request import Connection
from twelvelabs_embed.api.polling import growing_sleep_sec, wait_until
from twelvelabs_embed.errors import (
    ApiConnectionError,
    ApiError,
    InvalidResponseError,
    TwelveLabsError,
    api_error,
)
from twelvelabs_embed.retry import Pacer

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
        policy = RetryPolicy(total_sec=60, jitter=0)
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


PAGE = b"<html>Please sign in</html>"


@pytest.mark.parametrize("status", [302, 307, 400, 401, 403, 404, 407, 408, 429, 502, 503, 504])
def test_a_response_that_is_not_the_services_does_not_end_it(status: int) -> None:
    for content in (b"", PAGE, b'{"detail": "Not Found"}'):
        span = PolledTask(api_error(httpx.Response(status, content=content)), "working", "done")
        assert span.run() == "done"


@pytest.mark.parametrize(
    "content", [b"", PAGE, b'{"status": "rea', b'{"message": "try again"}'], ids=repr
)
def test_a_page_with_status_200_does_not_end_it(content: bytes) -> None:
    page = InvalidResponseError("cannot be read", httpx.Response(200, content=content))
    assert PolledTask(page, "working", page, "done").run() == "done"


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_errors_of_the_service_do(status: int) -> None:
    body = {"code": "resource_not_exist", "message": "no such task"}
    with pytest.raises(ApiError) as caught:
        PolledTask("working", api_error(httpx.Response(status, json=body))).run()
    assert caught.value.status_code == status


def test_a_response_of_the_service_that_breaks_the_contract_ends_it() -> None:
    broken = InvalidResponseError(
        "no status", httpx.Response(200, json={"_id": "t1", "status": None})
    )
    with pytest.raises(InvalidResponseError):
        PolledTask("working", broken).run()


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
    with pytest.raises(WaitTimeoutError) as caught:
        PolledTask(BUSY, "working", timeout_sec=15).run()
    assert caught.value.__cause__ is None


def test_it_may_wait_for_ever() -> None:
    span = PolledTask(*["working"] * 50, "done", timeout_sec=None)
    assert span.run() == "done"
    assert span.retried_for_sec == [60] * 51


def test_pauses_grow_to_a_bound() -> None:
    pauses_sec = [growing_sleep_sec(looks) for looks in (1, 2, 3, 8, 9, 1_000_000)]
    assert pauses_sec == pytest.approx([0.5, 0.75, 1.125, 8.54, 10, 10], abs=0.01)


def polls_of(waits: int, until_sec: float, jitter: float = 0.5) -> list[float]:
    """When so many waits of one client poll, all of which start at once."""
    now_sec, polls = 0.0, list[float]()
    clock = Clock(monotonic=lambda: now_sec)
    policy = RetryPolicy(jitter=jitter, random=Random(1).random)
    connection = Connection("http://api", httpx.Headers(), 9.0, policy, clock)

    def look(_: Connection) -> Flow[str]:
        polls.append(now_sec)
        return "working"
        yield

    def wait() -> Flow[str]:
        return wait_until(
            look,
            lambda state: False,
            connection=connection,
            kind="task",
            id="t1",
            hint="",
            timeout_sec=None,
            sleep_sec=lambda attempts: 5.0,
        )

    flows = [wait() for _ in range(waits)]
    due = [(0.0, number) for number in range(waits)]
    while due[0][0] < until_sec:
        now_sec, number = heappop(due)
        command = next(flows[number])
        assert isinstance(command, Sleep)
        heappush(due, (now_sec + command.duration_sec, number))
    return polls


def test_a_thousand_waits_have_one_pace() -> None:
    polls = [sec for sec in polls_of(1000, 120.0) if sec > 0]
    per_second = Counter(int(sec) for sec in polls)
    assert max(per_second.values()) <= 11  # and not a thousand at once
    assert min(per_second[second] for second in range(6, 119)) >= 9  # none is wasted


def test_a_few_waits_poll_as_often_as_they_like_but_not_in_step() -> None:
    polls = [sec for sec in polls_of(10, 60.0) if sec > 0]
    assert 100 <= len(polls) <= 120  # every five seconds
    assert len({round(sec, 3) for sec in polls}) > 90


def test_pauses_vary_around_what_was_asked_for() -> None:
    for chance, pause_sec in ((0.0, 4.0), (0.5, 5.0), (1.0, 6.0)):
        assert RetryPolicy(random=lambda chance=chance: chance).vary_sec(5.0) == pause_sec


def test_the_pace_does_not_delay_the_last_poll_beyond_the_deadline() -> None:
    pacer = Pacer(per_sec=0.001)
    assert [pacer.delay_sec(0.0), pacer.delay_sec(500.0)] == [0, 500]
    now_sec = 0.0
    clock = Clock(monotonic=lambda: now_sec)
    policy = RetryPolicy(jitter=0)
    connection = Connection("http://api", httpx.Headers(), 9.0, policy, clock, poll_pacer=pacer)

    def look(_: Connection) -> Flow[str]:
        return "working"
        yield

    flow = wait_until(
        look,
        lambda state: False,
        connection=connection,
        kind="task",
        id="t1",
        hint="",
        timeout_sec=8.0,
        sleep_sec=lambda attempts: 5.0,
    )
    for expected_sec in (5.0, 3.0):
        command = next(flow)
        assert isinstance(command, Sleep)
        assert command.duration_sec == expected_sec
        now_sec += command.duration_sec
    with pytest.raises(WaitTimeoutError):
        next(flow)
