import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from twelvelabs_embed import errors, violations
from twelvelabs_embed.cli import messages
from twelvelabs_embed.errors import ApiError, Hint, InvalidInputError, Violation, api_error

ROOT = Path(__file__).resolve().parents[1]


NAMES = {
    400: "BadRequestError",
    401: "UnauthorizedError",
    403: "ForbiddenError",
    404: "NotFoundError",
    409: "ConflictError",
    410: "GoneError",
    413: "ContentTooLargeError",
    422: "UnprocessableEntityError",
    429: "TooManyRequestsError",
    500: "InternalServerError",
    503: "ServiceUnavailableError",
    504: "GatewayTimeoutError",
}


def test_a_class_for_each_status() -> None:
    made = {status: api_error(httpx.Response(status)) for status in (*range(300, 600), 999)}
    assert {status: error.status_code for status, error in made.items()} == {
        one: one for one in made
    }
    for status, error in made.items():
        fallback = "ServerError" if status >= 500 else "ApiError"
        assert type(error).__name__ == NAMES.get(status, fallback)


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
        (b'{"code": "", "details": ["a"]}', {"code": "", "details": ["a"]}),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"[" * 100_000, "[" * 100_000),
    ],
)
def test_neither(content: bytes, body: Any) -> None:
    error = api_error(httpx.Response(502, content=content))
    assert error.body == body
    assert (error.code, error.message, error.details) == (None, None, {})
    assert str(error).startswith("502")
    assert len(str(error)) < 400


def test_the_message_has_the_attempts() -> None:
    error = api_error(httpx.Response(503, json=NESTED))
    error.attempts = 3
    assert str(error) == "503 parameter_invalid: too long (after 3 attempts)"


def test_one_tree() -> None:
    for name in errors.__all__:
        if name not in ("Violation", "Hint"):
            assert issubclass(getattr(errors, name), errors.TwelveLabsError)
    assert issubclass(InvalidInputError, ValueError)
    assert issubclass(errors.ApiTimeoutError, TimeoutError)
    assert issubclass(errors.InternalServerError, ApiError)


def test_the_tree_in_the_docstring_names_every_error() -> None:
    assert errors.__doc__ is not None
    drawn = {line.strip("│├└─ ").split(" ")[0] for line in errors.__doc__.splitlines()}
    assert set(errors.__all__) - {"Violation", "Hint"} <= drawn


def test_the_message_has_all_violations() -> None:
    error = InvalidInputError(
        [Violation("start", "-1", "at least 0 is allowed"), Violation("end", "nan", "not a number")]
    )
    assert isinstance(error.violations, tuple)
    assert len(error.violations) == 2
    assert str(error) == "start: -1, but at least 0 is allowed\nend: nan, but not a number"


def test_each_action_of_a_hint_has_a_text_for_python_and_for_the_command_line() -> None:
    assert violations._PYTHON.keys() == messages._HINTS.keys()
    used = {
        action
        for file in (ROOT / "wrapper").rglob("*.py")
        for action in re.findall(r'Hint\(\s*"(\w+)"', file.read_text("utf-8"))
    }
    assert used == {*violations._PYTHON, "either"}


@pytest.mark.parametrize(
    ("hint", "python", "typed"),
    [
        (Hint("omit", "route", then=", and it is uploaded"), "Omit route", "Omit --route"),
        (Hint("omit", "start", "scopes"), "Omit start and scopes", "Omit --start-sec and --scope"),
        (Hint("set", "scopes", "clip"), "Use scopes='clip'", "Add --scope clip"),
        (
            Hint("set", "options", "visual", "scopes", "clip"),
            "Use options='visual' and scopes='clip'",
            "Add --option visual --scope clip",
        ),
        (Hint("give", "types"), "Give types", "Give --type"),
        (Hint("example", "start", 12.5), "Write start=12.5", "Write --start-sec 12.5"),
        (Hint("use_model", "m"), "Use model='m'", "Use --model m"),
        (Hint("use_input", "Image"), "Use Image(…)", "Use the command image"),
        (
            Hint("use_segmentation", "fixed", "dynamic"),
            "Use Fixed(sec) or Dynamic(min_sec)",
            "Use --fixed-sec or --dynamic-min-sec",
        ),
        (
            Hint("either", Hint("text", "Cut it"), Hint("omit", "types")),
            "Cut it, or omit types",
            "Cut it, or omit --type",
        ),
    ],
)
def test_hints_in_python_and_on_the_command_line(hint: Hint, python: str, typed: str) -> None:
    assert str(hint).startswith(python)
    assert messages.hint_text(hint).startswith(typed)
    assert str(hint).endswith(hint.then)


def test_a_violation_without_a_code_has_one_by_its_field() -> None:
    violation = Violation("concurrency", "0", "at least 1", "Write 8")
    assert violation.code == "concurrency.invalid"
    assert violation.hint == Hint("text", "Write 8")
    assert Violation("media", "a", "b", code="media.too_long").code == "media.too_long"
