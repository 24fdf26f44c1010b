"""Decisions of a call, made without a socket: the flow is asked what it would do."""

import json
import logging
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from msgspec import structs
from twelvelabs_embed import Clock, Media, RawResponse, RequestOptions, RetryPolicy, client
from twelvelabs_embed._http.effects import SendRequest, Sleep
from twelvelabs_embed._http.encoding import StreamedBody
from twelvelabs_embed._http.operation import FormFile, MultipartForm, Operation
from twelvelabs_embed._http.request import Connection, call
from twelvelabs_embed.errors import (
    ApiConnectionError,
    ApiTimeoutError,
    BadRequestError,
    ConfigurationError,
    InvalidResponseError,
    NotFoundError,
    OutcomeUnknownError,
    ServiceUnavailableError,
    TooManyRequestsError,
    TwelveLabsError,
)

BatchResult = httpx.Response | Exception
OK = httpx.Response(200, json={"data": 7})
BUSY = httpx.Response(503, text="<html>busy</html>")
POLICY = RetryPolicy(attempts=4, base_sec=1, jitter=0, total_sec=100)


def run(
    *outcomes: BatchResult,
    policy: RetryPolicy = POLICY,
    options: RequestOptions | None = None,
    attempt_sec: float = 0.0,
    created_resource: str = "",
    removes: bool = False,
    body: Mapping[str, Any] | MultipartForm | None = None,
    handed_over: bool = True,
) -> tuple[list[float], RawResponse[Any] | TwelveLabsError]:
    """Give a call these outcomes; return its waits in seconds and how it ended."""
    now_sec = 0.0
    clock = Clock(monotonic=lambda: now_sec, now=lambda: datetime(2026, 11, 22, tzinfo=UTC))
    connection = Connection(
        "http://api/v1.3", httpx.Headers({"x-api-key": "k"}), httpx.Timeout(9), policy, clock
    )
    operation = Operation(
        "thing.do",
        "POST",
        "/do",
        lambda r: r.json()["data"],
        body or {"a": 1},
        created_resource=created_resource,
        lookup_hint="things.list(since={since!r})",
        removes=removes,
    )
    flow = call(operation, connection, options)
    waits_sec: list[float] = []
    left = list(outcomes)
    try:
        command = next(flow)
        while True:
            if isinstance(command, Sleep):
                waits_sec.append(command.duration_sec)
                now_sec += command.duration_sec
                command = flow.send(None)
            else:
                assert isinstance(command, SendRequest)
                if isinstance(command.body, StreamedBody):
                    chunks = iter(command.body)
                    next(chunks)
                    if handed_over:
                        list(chunks)
                now_sec += attempt_sec
                outcome = left.pop(0)
                command = (
                    flow.throw(outcome) if isinstance(outcome, Exception) else flow.send(outcome)
                )
    except StopIteration as stop:
        assert not left
        return waits_sec, stop.value
    except TwelveLabsError as error:
        assert not left
        return waits_sec, error


def test_a_call_that_works() -> None:
    waits_sec, raw = run(OK)
    assert waits_sec == []
    assert isinstance(raw, RawResponse)
    assert (raw.data, raw.status_code, raw.attempts) == (7, 200, 1)


@pytest.mark.parametrize(
    "failure",
    [
        BUSY,
        httpx.Response(408),
        httpx.Response(429),
        httpx.Response(502),
        httpx.Response(524),
        httpx.ConnectError("refused"),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("cut off"),
        httpx.ReadTimeout("slow"),
        httpx.PoolTimeout("full"),
        httpx.DecodingError("not gzip"),
        httpx.Response(200, text='{"data": 7'),
        httpx.Response(200, text="<html>a proxy</html>"),
    ],
    ids=lambda f: f"{type(f).__name__} {getattr(f, 'status_code', '')}",
)
def test_what_is_tried_again(failure: BatchResult) -> None:
    waits_sec, raw = run(failure, failure, OK)
    assert waits_sec == [1, 2]
    assert isinstance(raw, RawResponse)
    assert raw.attempts == 3


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (httpx.Response(400), BadRequestError),
        (httpx.Response(302, headers={"location": "http://elsewhere"}), TwelveLabsError),
        (httpx.Response(200, json={}), InvalidResponseError),
        (httpx.Response(200, json=[1]), InvalidResponseError),
        (httpx.UnsupportedProtocol("ftp"), ConfigurationError),
        (httpx.LocalProtocolError("header"), ConfigurationError),
    ],
)
def test_what_is_not_tried_again(failure: BatchResult, kind: type[TwelveLabsError]) -> None:
    waits_sec, error = run(failure)
    assert waits_sec == []
    assert isinstance(error, kind)
    assert error.attempts == 1


def test_the_last_failure_is_raised_and_counts_attempts() -> None:
    waits_sec, error = run(httpx.Response(429), httpx.ReadTimeout("slow"), BUSY, BUSY)
    assert waits_sec == [1, 2, 4]
    assert isinstance(error, ServiceUnavailableError)
    assert error.attempts == 4
    assert "after 4 attempts" in str(error)


def test_a_connection_failure_keeps_its_cause() -> None:
    _, error = run(httpx.ConnectError("refused"), policy=RetryPolicy(attempts=1))
    assert isinstance(error, ApiConnectionError)
    assert isinstance(error.__cause__, httpx.ConnectError)
    assert "refused" in str(error)
    _, error = run(httpx.ReadTimeout(""), policy=RetryPolicy(attempts=1))
    assert isinstance(error, ApiTimeoutError)


def test_a_response_that_cannot_be_read_keeps_its_cause() -> None:
    _, error = run(httpx.Response(200, json={}))
    assert isinstance(error, InvalidResponseError)
    assert isinstance(error.__cause__, KeyError)


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_max_retries_counts_truthfully(retries: int) -> None:
    waits_sec, error = run(*[BUSY] * (retries + 1), options={"max_retries": retries})
    assert len(waits_sec) == retries
    assert isinstance(error, ServiceUnavailableError)
    assert error.attempts == retries + 1


def test_retry_after_is_waited() -> None:
    waits_sec, _ = run(httpx.Response(429, headers={"retry-after": "7"}), OK)
    assert waits_sec == [7]


def test_no_wait_goes_beyond_the_total() -> None:
    policy = RetryPolicy(attempts=9, base_sec=1, jitter=0, total_sec=10)
    waits_sec, error = run(BUSY, BUSY, policy=policy, attempt_sec=5)
    assert waits_sec == [1]
    assert isinstance(error, ServiceUnavailableError)
    limited = httpx.Response(429, headers={"retry-after": "11"})
    waits_sec, error = run(limited, policy=policy)
    assert (waits_sec, type(error)) == ([], TooManyRequestsError)
    limited.headers["retry-after"] = "10"  # just in time
    assert run(limited, OK, policy=policy)[0] == [10]


def test_each_retry_is_logged_with_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "twelvelabs_embed"):
        run(BUSY, httpx.ReadError("reset"), OK)
    assert [record.message for record in caplog.records] == [
        "thing.do: attempt 1 of 4 failed (503: <html>busy</html>), trying again in 1.0 s",
        "thing.do: attempt 2 of 4 failed (the connection failed (ReadError: reset)), "
        "trying again in 2.0 s",
    ]


def first_request(options: RequestOptions) -> SendRequest:
    connection = Connection(
        "http://api/v1.3",
        httpx.Headers({"x-api-key": "k", "user-agent": "ours"}),
        httpx.Timeout(9),
        POLICY,
        Clock(),
    )
    operation = Operation("thing.do", "POST", "/do", lambda r: r, {"a": 1, "b": {"c": 2}})
    command = next(call(operation, connection, options))
    assert isinstance(command, SendRequest)
    return command


def test_request_options() -> None:
    request = first_request(
        {
            "timeout_in_seconds": 3,
            "additional_headers": {"X-Trace": "1", "User-Agent": "theirs"},
            "additional_query_parameters": {"q": "x"},
            "additional_body_parameters": {"b": 3, "d": 4},
        }
    )
    assert request.url == "http://api/v1.3/do"
    assert request.timeout == httpx.Timeout(3, connect=3)
    assert dict(request.headers) == {
        "content-type": "application/json",
        "x-api-key": "k",
        "user-agent": "theirs",
        "x-trace": "1",
    }
    assert request.params == {"q": "x"}
    assert isinstance(request.body, bytes)
    assert json.loads(request.body) == {"a": 1, "b": 3, "d": 4}


@pytest.mark.parametrize(("timeout_sec", "connect_sec"), [(9.5, 9.5), (10, 10), (300, 10)])
def test_connecting_takes_ten_seconds_at_most(timeout_sec: float, connect_sec: float) -> None:
    request = first_request({"timeout_in_seconds": timeout_sec})
    assert request.timeout == httpx.Timeout(timeout_sec, connect=connect_sec)


def test_a_request_is_made_of_its_operation_and_its_connection() -> None:
    operation = Operation(
        "thing.do", "PUT", "/do", lambda r: r, params={"p": 1, "q": 2}, media_sec=4.5
    )
    made = Connection("http://api/v1.3", {"x-a": "1"}, 7.0, POLICY, Clock(), follows_redirects=True)
    options: Any = {"additional_query_parameters": {"q": "x"}}
    request = next(call(operation, made, options))
    assert isinstance(request, SendRequest)
    assert structs.asdict(request) == {
        **{"method": "PUT", "url": "http://api/v1.3/do", "headers": {"x-a": "1"}},
        **{"params": {"p": 1, "q": "x"}, "body": None, "timeout": httpx.Timeout(7.0)},
        **{"is_external": False, "follows_redirects": True, "media_sec": 4.5},
    }


def test_without_request_options() -> None:
    request = first_request({})
    assert request.timeout == httpx.Timeout(9)
    assert isinstance(request.body, bytes)
    assert json.loads(request.body) == {"a": 1, "b": {"c": 2}}


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"max_retry": 1, "a": 1}, "a, max_retry, but knows only timeout_in_seconds, max_retries"),
        *(({"max_retries": value}, repr(value)) for value in (-1, 1.5, math.nan, "3", True)),
        *(({"timeout_in_seconds": value}, repr(value)) for value in (0, -1, math.inf, "3", True)),
        ({"additional_headers": 5}, "header"),
        ({"additional_headers": {"a": 5}}, "header"),
        ({"additional_query_parameters": 5}, "additional_query_parameters.*int"),
        ({"additional_body_parameters": ["a"]}, "additional_body_parameters.*list"),
        (5, "int"),
        (["max_retries"], "list"),
    ],
)
def test_request_options_that_cannot_be(options: Any, named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        first_request(options)


@pytest.mark.parametrize("name", RequestOptions.__annotations__)
def test_an_option_that_is_none_is_as_if_it_were_omitted(name: str) -> None:
    options: Any = {name: None}
    without, given = first_request({}), first_request(options)
    assert structs.asdict(given) == structs.asdict(without)


def test_secrets_of_a_client_are_not_in_a_repr() -> None:
    headers = {"Authorization": "Bearer SECRET"}
    made = client.connection("SECRET", "http://api", 9, POLICY, headers, Clock(), False)
    operation = Operation("thing.do", "POST", "/do", lambda r: r, {})
    assert "SECRET" not in repr(made)
    request: Any = next(call(operation, made, None))
    assert "SECRET" not in repr(request)
    assert request.__rich_repr__() == [("method", "POST"), ("url", "http://api/do")]
    link = structs.replace(request, url="http://api/do?SECRET")
    assert repr(link) == "SendRequest(method='POST', url='http://api/do?…')"
    assert link.__rich_repr__()[1] == ("url", "http://api/do?…")


# ------------------------------------------------------------- what must not be created twice


@pytest.mark.parametrize(
    "failure",
    [
        httpx.Response(429),
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        httpx.PoolTimeout("full"),
        httpx.ProxyError("no"),
    ],
    ids=lambda f: f"{type(f).__name__} {getattr(f, 'status_code', '')}",
)
def test_what_was_certainly_not_created_is_tried_again(failure: BatchResult) -> None:
    waits_sec, raw = run(failure, failure, OK, created_resource="task")
    assert waits_sec == [1, 2]
    assert isinstance(raw, RawResponse)


@pytest.mark.parametrize(
    "failure",
    [
        BUSY,
        httpx.Response(500),
        httpx.Response(408),
        httpx.Response(524, text="<html>"),
        httpx.Response(200, text='{"data": 7'),
        httpx.Response(200, json={}),
        httpx.ReadError("reset"),
        httpx.ReadTimeout("slow"),
        httpx.WriteError("reset"),
        httpx.RemoteProtocolError("cut off"),
        httpx.DecodingError("not gzip"),
    ],
    ids=lambda f: f"{type(f).__name__} {getattr(f, 'status_code', '')}",
)
def test_what_may_have_been_created_is_not_sent_again(failure: BatchResult) -> None:
    waits_sec, error = run(httpx.Response(429), failure, created_resource="task")
    assert waits_sec == [1]
    assert isinstance(error, OutcomeUnknownError)
    assert error.attempts == 2
    assert (error.created_resource, error.since) == ("task", datetime(2026, 11, 22, tzinfo=UTC))
    assert error.lookup_hint == "things.list(since='2026-11-22T00:00:00+00:00')"
    assert str(error).startswith("a task may have been created, but the response did not come (")
    assert error.__cause__ is not None


def test_what_the_service_rejects_was_not_created() -> None:
    assert isinstance(run(httpx.Response(400), created_resource="task")[1], BadRequestError)


FILE = MultipartForm({"method": "direct"}, FormFile(Media.bytes(b"x" * 2_000_000), "film.mkv"))


@pytest.mark.parametrize("failure", [httpx.WriteError("reset"), httpx.RemoteProtocolError("gone")])
def test_a_file_that_did_not_arrive_whole_is_sent_again(failure: BatchResult) -> None:
    waits_sec, raw = run(failure, OK, created_resource="asset", body=FILE, handed_over=False)
    assert waits_sec == [1]
    assert isinstance(raw, RawResponse)
    _, error = run(failure, created_resource="asset", body=FILE, handed_over=True)
    assert isinstance(error, OutcomeUnknownError)
    assert "an asset may have been created" in str(error)


GONE = httpx.Response(404, json={"code": "resource_not_exist", "data": None})
GONE_CUT = httpx.Response(404, text='{"code": "resource_')


@pytest.mark.parametrize("lost", [BUSY, httpx.ReadError("reset"), httpx.Response(200, text="\0")])
def test_what_is_gone_after_a_lost_response_was_removed(lost: BatchResult) -> None:
    _, raw = run(lost, GONE, removes=True)
    assert isinstance(raw, RawResponse)
    assert (raw.status_code, raw.attempts) == (404, 2)


def test_whether_it_is_gone_is_asked_again_when_that_response_is_cut_off() -> None:
    waits_sec, raw = run(httpx.ReadError("reset"), GONE_CUT, GONE, removes=True)
    assert waits_sec == [1, 2]
    assert isinstance(raw, RawResponse)
    assert raw.attempts == 3


def test_a_proxy_that_finds_nothing_is_no_proof_that_it_is_gone() -> None:
    page = httpx.Response(404, text="<html>no such page</html>")
    waits_sec, error = run(httpx.ReadError("reset"), page, page, page, removes=True)
    assert waits_sec == [1, 2, 4]
    assert isinstance(error, NotFoundError)


@pytest.mark.parametrize("gone", [GONE, GONE_CUT])
def test_what_was_never_there_is_an_error_without_a_retry(gone: httpx.Response) -> None:
    # A rejection before it has removed nothing.
    waits_sec, error = run(httpx.Response(429), gone, removes=True)
    assert waits_sec == [1]
    assert isinstance(error, NotFoundError)
