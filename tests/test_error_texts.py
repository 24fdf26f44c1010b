"""What errors say and carry, also in another process."""

import errno
import pickle
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from twelvelabs_embed import errors
from twelvelabs_embed.errors import (
    TwelveLabsError,
    Violation,
    api_error,
    files_exhausted,
    is_foreign_response,
    is_gone,
    message_of,
)

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
LATER = f"{NOW.astimezone().isoformat(' ', 'minutes')}"
RESPONSE: Any = "stands for a response, which pickle does not take"
LOST = errors.ApiConnectionError("reset")


def error_of(status: int, body: Any = None, **headers: str) -> errors.ApiError:
    """The error of a response; of one that pickle takes, too."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    error = api_error(httpx.Response(status, json=body, headers=named))
    error.response, error.headers = None, dict(error.headers)
    return error


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            errors.MissingDependencyError("pyarrow", "arrow"),
            "pyarrow is not installed. The extra [arrow] of twelvelabs-embed brings it; see "
            '"Install" in its README.',
        ),
        (
            errors.MissingFileError([Violation("media", "'a'", "no such file", "Name another")]),
            "media: 'a', but no such file. Name another",
        ),
        (
            errors.InvalidRequestError("c", [Violation("a", "1", "b")], is_nested=False),
            "a: 1, but b",
        ),
        (
            errors.OutcomeUnknownError("asset", NOW, "list them", LOST),
            "an asset may have been created, but the response did not come (reset). Look before "
            "you try again: list them",
        ),
        (
            errors.OutcomeUnknownError("task", NOW, "list them", LOST),
            "a task may have been created, but the response did not come (reset). Look before you "
            "try again: list them",
        ),
        (errors.TaskFailedError("t1", "broken", {"a": 1}), "task t1 failed: broken"),
        (
            errors.TaskFailedError("t1", None),
            "task t1 failed: the service does not say why",
        ),
        (errors.AssetFailedError("a1", "film.mp4", "broken"), "asset a1 (film.mp4) failed: broken"),
        (
            errors.AssetFailedError("a1", "film.mp4"),
            "asset a1 (film.mp4) failed: the service does not say why; see whether a player opens "
            "the file",
        ),
        (errors.UploadError("chunk 2 failed", 2, LOST), "chunk 2 failed"),
        (errors.UploadError("it is over", upload_id="u1"), "upload u1: it is over"),
        (
            errors.WaitTimeoutError("task", "t1", 61.4, "Wait again"),
            "task t1 is not ready after 61 s. Wait again",
        ),
        (
            errors.QuotaExhaustedError(3600.4, NOW.astimezone(timezone(timedelta(hours=5)))),
            "the service asks to wait 1 h, such as when a day's quota is used up. Run it again at "
            f"{LATER}, or allow longer waits by RetryPolicy(total_sec=...)",
        ),
        (error_of(404, {"code": "c", "message": "m"}, x_request_id="r"), "404 c: m (request r)"),
        (error_of(429, retry_after="7"), "429 (Retry-After: 7)"),
        (
            error_of(503, {"message": "m"}, retry_after="7" * 400),
            f"503: m (Retry-After: {'7' * 300}…)",
        ),
        (error_of(400, {"message": "m"}, retry_after="7", location="/a"), "400: m"),
        (errors.NotFoundError({"message": "m"}, {"x-request-id": "r"}), "404: m (request r)"),
        (errors.InvalidResponseError("no JSON", RESPONSE), "no JSON"),
        (error_of(500, {"message": "m" * 4000}), f"500: {'m' * 4000}"),
        (error_of(500, {"message": "m" * 4001}), f"500: {'m' * 4000}…"),
        (error_of(500, {"error": {"message": "m"}}), "500: m"),
        (error_of(500, {"code": "", "message": ""}), '500: {"code": "", "message": ""}'),
        (error_of(500, ["x  y"] * 100), f"500: {str(['x y'] * 100)[:300]}…".replace("'", '"')),
        (
            error_of(302, location="https://user:word@other:8/a//b?token=c"),
            "302: a redirect to https://other:8/a//b, which is not followed, since it would be "
            "sent your key; is the base URL right?",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_error_says_the_same_in_another_process(error: TwelveLabsError, text: str) -> None:
    error.attempts = 1
    assert str(error) == text
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), vars(again).keys()) == (text, vars(error).keys())
    for name, value in vars(error).items():
        if not isinstance(value, Exception):
            assert vars(again)[name] == value, name


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (errors.MissingDependencyError, {"package": "pyarrow", "extra": "arrow"}),
        (errors.InvalidInputError, {"violations": [Violation("a", "1", "b")]}),
        (errors.InvalidResponseError, {"message": "no JSON", "response": RESPONSE}),
        (
            errors.OutcomeUnknownError,
            {"created_resource": "asset", "since": NOW, "lookup_hint": "list", "failure": LOST},
        ),
        (errors.TaskFailedError, {"task_id": "t1", "message": "broken"}),
        (errors.AssetFailedError, {"asset_id": "a1", "label": "a.mp4", "message": "broken"}),
        (errors.UploadError, {"message": "m", "chunk_index": 2, "original_error": LOST}),
        (errors.QuotaExhaustedError, {"wait_sec": 60.0, "retry_at": NOW}),
    ],
)
def test_an_error_that_is_made_by_keywords_is_the_same(kind: Any, arguments: Any) -> None:
    by_name, by_place = kind(**arguments), kind(*arguments.values())
    assert by_name.args == by_place.args == tuple(arguments.values())
    assert (str(by_name), vars(by_name)) == (str(by_place), vars(by_place))


def test_a_hint_and_the_attempts_are_added() -> None:
    error = error_of(404, {"message": "m"}, x_request_id="r")
    error.attempts, error.hint = 2, "Do this"
    assert str(error) == "404: m (request r, after 2 attempts). Do this"


def test_the_body_of_a_request_that_is_rejected_here_is_that_of_the_service() -> None:
    for is_nested in (False, True):
        error = errors.InvalidRequestError("c", [Violation("a", "1", "b")], is_nested=is_nested)
        inner = {"code": "c", "message": "a: 1, but b"}
        assert error.body == ({"error": inner} if is_nested else inner)
        assert (error.status_code, error.code, error.message) == (400, "c", "a: 1, but b")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"error": {"code": "c", "message": "m"}}', "c: m"),
        (b'{"code": "c", "message": "m", "error": "x"}', "c: m"),
        (b'{"message": "m"}', "m"),
        (b'{"code": "c", "error": "e", "detail": "d"}', "c: e: d"),
        (b'{"detail": "%s"}' % (b"d" * 301), f"{'d' * 300}…"),
        (b'{"code": "c"}', '{"code": "c"}'),
        (b'{"data": []}', ""),
        (b'{"data": [1], "more": 2}', ""),
        (b'{"data": 7}', '{"data": 7}'),
        (b"null", ""),
        (b' {"data": [', ""),
        (b"[1, 2", ""),
        (b"<html>\n  busy</html>", "<html> busy</html>"),
    ],
)
def test_what_a_response_says_that_was_to_be_no_error(content: bytes, says: str) -> None:
    assert message_of(httpx.Response(200, content=content)) == says


def test_only_an_error_with_a_code_is_the_services_own() -> None:
    assert not is_foreign_response(error_of(404, {"code": "c"}))
    assert is_foreign_response(error_of(404, {"message": "no route"}))
    assert is_foreign_response(error_of(302, {"code": "c"}))
    assert not is_foreign_response(error_of(400, {"code": "c"}))
    assert is_foreign_response(errors.InvalidResponseError("no JSON", httpx.Response(200)))
    assert not is_foreign_response(LOST)


def test_what_does_not_exist_has_a_code_of_its_own() -> None:
    for code, expected in (("resource_not_exist", True), ("no_such_route", False)):
        error = error_of(404, {"code": code})
        assert isinstance(error, errors.NotFoundError)
        assert is_gone(error) is expected


def test_too_many_open_files_are_a_temporary_error() -> None:
    for number in (errno.EMFILE, errno.ENFILE):
        error = files_exhausted(OSError(number, "Too many open files"))
        assert error is not None
        assert "ulimit -n" in str(error)
        assert "Too many open files" in str(error)
    assert files_exhausted(OSError(errno.ENOENT, "none")) is None
    assert files_exhausted(ValueError()) is None


def test_errors_are_also_what_python_calls_them() -> None:
    missing = errors.MissingDependencyError("pyarrow", "arrow")
    assert isinstance(missing, ImportError)
    assert (missing.name, missing.package, missing.extra) == ("pyarrow", "pyarrow", "arrow")
    assert issubclass(errors.MissingFileError, FileNotFoundError)
    assert issubclass(errors.WaitTimeoutError, TimeoutError)
    assert issubclass(errors.ModelMismatchError, ValueError)
