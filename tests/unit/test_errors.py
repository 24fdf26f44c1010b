from typing import Any

import httpx
import pytest
from twelvelabs_embed import errors
from twelvelabs_embed.errors import ApiError, InvalidInputError, Violation, api_error


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (301, "ApiError"),
        (400, "BadRequestError"),
        (401, "UnauthorizedError"),
        (403, "ForbiddenError"),
        (404, "NotFoundError"),
        (409, "ConflictError"),
        (413, "ContentTooLargeError"),
        (418, "ApiError"),
        (429, "TooManyRequestsError"),
        (500, "InternalServerError"),
        (502, "ServerError"),
        (503, "ServiceUnavailableError"),
        (504, "GatewayTimeoutError"),
        (524, "ServerError"),
        (999, "ServerError"),
    ],
)
def test_a_class_for_each_status(status: int, name: str) -> None:
    error = api_error(httpx.Response(status))
    assert type(error).__name__ == name
    assert error.status_code == status


NESTED = {"error": {"code": "parameter_invalid", "message": "too long", "details": {"max": 5}}}
FLAT = {"code": "parameter_invalid", "message": "too long", "docs_url": "https://example.com"}


def test_nested() -> None:
    error = api_error(httpx.Response(400, json=NESTED, headers={"X-Request-Id": "r1"}))
    assert (error.code, error.message, error.details) == (
        "parameter_invalid",
        "too long",
        {"max": 5},
    )
    assert error.docs_url is None
    assert error.body == NESTED
    assert error.request_id == "r1"
    assert error.headers["x-request-id"] == "r1"
    assert str(error) == "400 parameter_invalid: too long (request r1)"


def test_flat() -> None:
    error = api_error(httpx.Response(413, json=FLAT))
    assert (error.code, error.message) == ("parameter_invalid", "too long")
    assert error.details == {}
    assert error.docs_url == "https://example.com"
    assert error.request_id is None
    assert str(error) == "413 parameter_invalid: too long"


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (b"<html><h1>502 Bad Gateway</h1></html>", "<html><h1>502 Bad Gateway</h1></html>"),
        (b"", ""),
        (b'{"error": {"code"', '{"error": {"code"'),
        (b"null", None),
        (b"[1]", [1]),
        (b'{"error": "no"}', {"error": "no"}),
        (b'{"error": {"code": 7, "message": null}}', {"error": {"code": 7, "message": None}}),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"[" * 100_000, "[" * 100_000),
    ],
)
def test_neither(content: bytes, body: Any) -> None:
    error = api_error(httpx.Response(502, content=content))
    assert error.body == body
    assert error.code is None
    assert error.message is None
    assert str(error).startswith("502")
    assert len(str(error)) < 400


def test_the_message_tells_attempts() -> None:
    error = api_error(httpx.Response(503, json=NESTED))
    error.attempts = 3
    assert str(error) == "503 parameter_invalid: too long (after 3 attempts)"


def test_one_tree() -> None:
    for name in errors.__all__:
        if name != "Violation":
            assert issubclass(getattr(errors, name), errors.TwelveLabsError)
    assert issubclass(InvalidInputError, ValueError)
    assert issubclass(errors.ApiTimeoutError, TimeoutError)
    assert issubclass(errors.InternalServerError, ApiError)


def test_the_tree_in_the_docstring_names_every_error() -> None:
    assert errors.__doc__ is not None
    drawn = {line.strip("│├└─ ").split(" ")[0] for line in errors.__doc__.splitlines()}
    assert set(errors.__all__) - {"Violation"} <= drawn


def test_all_violations_are_told() -> None:
    error = InvalidInputError(
        [Violation("start", "-1", "at least 0 is allowed"), Violation("end", "nan", "not a number")]
    )
    assert len(error.violations) == 2
    assert str(error) == "start: -1, but at least 0 is allowed\nend: nan, but not a number"
