"""Responses that are not the service's: a streak of them ends a run, and no item has failed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from twelvelabs_embed import RetryPolicy, TwelveLabs
from twelvelabs_embed.bulk import NoResponseError
from twelvelabs_embed.bulk.errors import BulkError
from twelvelabs_embed.bulk.failures import read_errors
from twelvelabs_embed.bulk.streak import FATAL_ERRORS, FailureStreak, is_shared
from twelvelabs_embed.errors import (
    ApiConnectionError,
    ConfigurationError,
    ForbiddenError,
    InvalidResponseError,
    ModelMismatchError,
    OutcomeUnknownError,
    TaskFailedError,
    TwelveLabsError,
    UnauthorizedError,
    UploadError,
    api_error,
)

from tests.bulk.datasets import failure, manifest, written
from tests.bulk.fault_proxy import Faulty
from tests.scripted_server import Response, scripted_server

PAGE = b"<html><body>Please sign in to the network.</body></html>"
HTML = {"content-type": "text/html"}
OK = Response(body={"data": [{"embedding": [0.5, -0.25]}]})
FOREIGN = {
    "a page with 200": Response(200, PAGE, HTML),
    "another JSON with 200": Response(200, {"status": "ok"}),
    "a list with 200": Response(200, []),
    "nothing with 200": Response(200, b""),
    "204": Response(204),
    "a redirect": Response(302, b"", {"location": "https://login.example/"}),
    "a permanent redirect": Response(308, b"", {"location": "https://api.example/v1.3/"}),
    "a page with 403 of a proxy": Response(407, PAGE, HTML),
    "404 as a page": Response(404, PAGE, HTML),
    "404 of a framework": Response(404, {"detail": "Not Found"}),
    "404 of a gateway": Response(404, {"message": "no Route matched with those values"}),
    "404 of another path": Response(404, {"code": "endpoint_not_found", "message": "no such path"}),
    "405": Response(405, PAGE, HTML),
    "410": Response(410, b"gone", {"content-type": "text/plain"}),
    "400 of a firewall": Response(400, PAGE, HTML),
    "a page with 418": Response(418, PAGE, HTML),
}


@pytest.mark.parametrize("response", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("count", [1, 40])
def test_they_end_the_run_and_the_items_run_again(
    response: Response, count: int, service: Faulty, tmp_path: Path, out: Path
) -> None:
    source = manifest(tmp_path / "m.jsonl", [f"text {number}" for number in range(count)])
    retry = RetryPolicy(attempts=1)
    with (
        scripted_server(response) as server,
        TwelveLabs("k", base_url=server.base_url, retry=retry) as away,
    ):
        with pytest.raises(NoResponseError) as caught:
            away.bulk.run(source, out, concurrency=4)
        assert len(server.requests) <= 20
    assert caught.value.in_a_row == min(count, 10)
    assert not list(read_errors(out))
    with TwelveLabs("k", base_url=service.base_url) as client:
        assert client.bulk.run(source, out).done == count
    assert sum(written(out).values()) == count


def test_one_among_responses_of_the_service_is_the_failure_of_its_item(
    tmp_path: Path, out: Path
) -> None:
    source = manifest(tmp_path / "m.jsonl", ["a", "b", "c"])
    page = Response(413, PAGE, HTML)
    with (
        scripted_server(OK, page, OK) as server,
        TwelveLabs("k", base_url=server.base_url) as client,
    ):
        report = client.bulk.run(source, out, concurrency=1)
    assert (report.done, report.failed) == (2, 1)
    assert [failure.code for failure in read_errors(out)] == ["http_413"]


def test_errors_of_the_service_are_no_streak(tmp_path: Path, out: Path) -> None:
    source = manifest(tmp_path / "m.jsonl", [f"text {number}" for number in range(30)])
    missing = Response(404, {"code": "resource_not_exist", "message": "no such asset"})
    with scripted_server(missing) as server, TwelveLabs("k", base_url=server.base_url) as client:
        assert client.bulk.run(source, out).failed == 30


def api(status: int, body: object = b"") -> TwelveLabsError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return api_error(httpx.Response(status, content=content))


def caused_by(error: TwelveLabsError, cause: Exception) -> TwelveLabsError:
    error.__cause__ = cause
    return error


def upload(cause: Exception) -> TwelveLabsError:
    return caused_by(UploadError("u1", "chunk 1: storage"), cause)


def unknown(cause: TwelveLabsError) -> TwelveLabsError:
    return caused_by(
        OutcomeUnknownError("task", datetime(2026, 11, 30, tzinfo=UTC), "look", cause), cause
    )


INVALID = {"code": "parameter_invalid", "message": "too short"}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ApiConnectionError("reset"), True),
        (api(500), True),
        (api(429, {"code": "too_many_requests", "message": "wait"}), True),
        (api(400, INVALID), False),
        (api(400, {"error": INVALID}), False),
        (api(413, {"error": INVALID}), False),
        (api(404, {"code": "resource_not_exist"}), False),
        (api(409, {"code": "conflict"}), False),
        (InvalidResponseError("no JSON", httpx.Response(200)), True),
        (TaskFailedError("t1", "broken"), False),
        (upload(ApiConnectionError("reset")), True),
        (upload(api(403, PAGE)), True),
        (upload(api(400, INVALID)), False),
        (upload(OSError("the disk")), True),
        (UploadError("u1", "chunk 1: storage"), True),
        (unknown(ApiConnectionError("reset")), True),
        (unknown(api(502, PAGE)), True),
        (unknown(api(400, INVALID)), False),
    ],
    ids=repr,
)
def test_what_all_items_share(error: TwelveLabsError, expected: bool) -> None:
    assert is_shared(error) is expected


def test_what_ends_a_run_at_once() -> None:
    assert {*FATAL_ERRORS} == {
        BulkError,
        ConfigurationError,
        ForbiddenError,
        ModelMismatchError,
        UnauthorizedError,
    }


def test_a_success_of_an_item_that_started_later_settles_those_before_it() -> None:
    streak, error = FailureStreak(3), api(500)
    streak.add(1.0, failure("a"), error)
    streak.add(2.0, failure("b"), error)
    assert [one.id for one in streak.settle(1.0)] == ["a"]
    streak.add(3.0, None, error)  # was recorded already, and counts
    with pytest.raises(NoResponseError) as caught:
        streak.add(4.0, failure("c"), error)
    assert (caught.value.in_a_row, caught.value.failure) == (3, error)
    assert streak.settle(9.0) == []
    streak.end()  # none is left
    streak.add(5.0, failure("d"), error)
    streak.add(6.0, None, error)
    assert [one.id for one in streak.settle(9.0)] == ["d"]


def test_the_last_failure_says_whether_the_service_responds() -> None:
    streak, found = FailureStreak(9), list[bool]()
    found.append(streak.is_foreign)
    for error in (api(404, PAGE), api(400, INVALID), api(400, PAGE), ApiConnectionError("")):
        streak.add(1.0, None, error)
        found.append(streak.is_foreign)
    assert found == [False, True, False, True, False]
    with pytest.raises(NoResponseError) as caught:
        streak.end()
    assert caught.value.in_a_row == 4
