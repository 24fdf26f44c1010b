"""What a user sees when the service or this machine fails, and the exit statuses."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import twelvelabs_embed
from twelvelabs_embed import (
    ApiConnectionError,
    ApiError,
    AssetFailedError,
    ConfigurationError,
    Hint,
    InvalidInputError,
    InvalidResponseError,
    MissingDependencyError,
    ModelMismatchError,
    OutcomeUnknownError,
    QuotaExhaustedError,
    TaskFailedError,
    TwelveLabsError,
    UnexpectedError,
    UploadError,
    Violation,
    WaitTimeoutError,
)
from twelvelabs_embed.api.tasks import WAIT_AGAIN_HINT
from twelvelabs_embed.bulk.errors import BulkError
from twelvelabs_embed.cli import errors
from twelvelabs_embed.errors import api_error
from twelvelabs_embed_emulator import Emulator

from tests.cli.runner import PYTHON, Run
from tests.scripted_server import Reset, Response, Stall, Truncated, scripted_server


def test_a_missing_key_is_reported_with_what_to_do(
    cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TWELVELABS_API_KEY")
    ran = cli("text", "a dog")
    assert ran.status == 4
    assert ran.err == (
        "Not set up\n\n"
        "  reason   No API key: in Python pass api_key=..., or set TWELVE_LABS_API_KEY. Without an "
        "account, use the emulator: twelvelabs-embed emulator, or --emulator\n"
    )


def test_a_key_that_is_not_accepted(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWELVELABS_API_KEY", "secret-key")
    ran = cli("text", "a dog")
    assert ran.status == 4
    assert ran.err.startswith("The key was not accepted\n\n  status   401 api_key_invalid\n")
    assert "secret-key" not in ran.err


def test_a_response_with_an_error_is_shown(cli: Run) -> None:
    ran = cli("text", "a dog", "--model", "marengo0.1")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith(
        "Rejected by the service\n\n"
        "  status   400 parameter_invalid\n"
        '  message  model_name: "marengo0.1" is not "marengo3.0" or "marengo3.5"\n'
        "  request  "
    )


def test_an_address_that_is_none(cli: Run) -> None:
    ran = cli("text", "hi", "--base-url", "localhost")
    assert ran.status == 4
    assert "the base URL 'localhost' is no URL that starts with https://" in ran.err


@pytest.mark.parametrize(
    ("step", "title", "named"),
    [
        (Reset(), "No response", "the connection failed"),
        (Stall(), "No response", "no response in time"),
        (Response(503, b"<h1>busy</h1>"), "The service cannot do it now", "<h1>busy</h1>"),
        (
            Response(429, {"code": "slow", "message": "wait"}),
            "The service cannot do it now",
            "slow",
        ),
        (Response(200, b"<html>"), "The response cannot be read", "cannot be read"),
        (Truncated(Response(200, {"data": []})), "No response", "the connection failed"),
    ],
    ids=["reset", "stall", "503", "429", "html", "truncated"],
)
def test_no_response_is_status_3(cli: Run, step: Any, title: str, named: str) -> None:
    with scripted_server(step) as server:
        settings = ["--base-url", server.base_url, "--max-retries", "1", "--timeout-sec", "0.5"]
        ran = cli("text", "a dog", *settings)
    assert (ran.status, ran.out) == (3, "")
    note, _, failure = ran.err.partition("\n")
    assert note.startswith("Note: embed: attempt 1 of 2 failed (")
    assert failure.startswith(f"{title}\n\n")
    assert named in failure
    assert "  attempts 2\n" in failure
    assert "embed.v_2.create" not in ran.err


def test_the_address_is_shown_when_nothing_listens_there(cli: Run) -> None:
    ran = cli("text", "a dog", "--base-url", "http://127.0.0.1:9", "--max-retries", "0")
    assert ran.status == 3
    assert "  address  http://127.0.0.1:9\n" in ran.err


KEY, BUSY, NO = (
    "The key was not accepted",
    "The service cannot do it now",
    "Rejected by the service",
)
LATER = "Try again later"


@pytest.mark.parametrize(
    ("code", "status", "title", "hint"),
    [
        (302, 1, NO, ""),
        (400, 1, NO, ""),
        (401, 4, KEY, "Set TWELVE_LABS_API_KEY to a key that is valid; the emulator needs none"),
        (403, 4, KEY, "See in your account what this key may do"),
        (404, 1, NO, "Check the id and the address (--base-url, TWELVELABS_BASE_URL)"),
        (408, 3, BUSY, ""),
        (
            409,
            1,
            NO,
            "Something refers to it, such as a task: wait until that is done, or add --force",
        ),
        (413, 1, NO, "Omit --route, or give a link instead of the file, or a smaller file"),
        (429, 3, BUSY, "Wait a while, or raise --max-retries"),
        (499, 1, NO, ""),
        (500, 3, BUSY, LATER),
        (503, 3, BUSY, LATER),
    ],
)
def test_each_http_status_has_its_exit_status(
    code: int, status: int, title: str, hint: str
) -> None:
    error = api_error(httpx.Response(code, json={"message": "so"}))
    block = {"status": f"{code} ", "message": "so", **({"hint": hint} if hint else {})}
    assert report_of(error) == (status, title, block)


def report_of(error: Exception) -> tuple[int, str, dict[str, str]]:
    """Exit status, title, and the words of the only block that are not empty."""
    report = errors.explain(error)
    assert report is not None
    [block] = report.blocks
    return report.status, report.title, {name: text for name, text in block.items() if text}


SINCE = datetime(2026, 2, 1, 14, 30, tzinfo=UTC)
RESET = ApiConnectionError("the connection failed (ReadError)")
ONCE = "it is not created again, because then there might be two"
PLAYER = "See whether a player opens the file, and what twelvelabs-embed check says of it"
NOT_READY = {"value": "not ready after 1 min 1 s", "allowed": "--wait-sec says how long to wait"}


def unknown(kind: str, words: str) -> dict[str, str]:
    """What is shown when it is not known whether something was created."""
    hint = f"Look before you try again: twelvelabs-embed {words}"
    return {"value": kind, "reason": str(RESET), "allowed": ONCE, "hint": hint}


REPORTS: list[tuple[Exception, int, str, dict[str, str]]] = [
    (
        InvalidInputError([Violation("route", "'task'", "no", Hint("omit", "route"))]),
        1,
        "Rejected; nothing was sent",
        {"field": "--route", "value": "'task'", "allowed": "no", "hint": "Omit --route"},
    ),
    (
        TaskFailedError("t1", "it is too short"),
        1,
        "The service cannot embed it",
        {"task": "t1", "message": "it is too short", "hint": PLAYER},
    ),
    (
        AssetFailedError("a1", "film.mkv"),
        1,
        "The service cannot use the file",
        {"asset": "a1", "message": "the service does not say why", "hint": PLAYER},
    ),
    (
        UploadError("chunk 3: no", 3, upload_id="u1"),
        3,
        "The upload is not complete",
        {
            "upload": "u1",
            "reason": "chunk 3: no",
            "hint": "The same command resumes it; or: twelvelabs-embed uploads resume u1",
        },
    ),
    (
        WaitTimeoutError("task", "t1", 61.2, WAIT_AGAIN_HINT),
        3,
        "Not ready in time",
        {
            "task": "t1",
            **NOT_READY,
            "hint": "It continues without you: twelvelabs-embed tasks wait t1",
        },
    ),
    (
        WaitTimeoutError("asset", "a1", 61.2, "wait again with assets.wait_until_ready(id)"),
        3,
        "Not ready in time",
        {
            "asset": "a1",
            **NOT_READY,
            "hint": "It continues without you; when twelvelabs-embed assets list says ready, embed "
            "asset:a1",
        },
    ),
    *(
        (
            OutcomeUnknownError(kind, SINCE, "client.embed.v_2.tasks.list()", RESET),
            3,
            "The outcome is unknown",
            unknown(f"{article} {kind} may have been created", words),
        )
        for article, kind, words in (
            ("a", "task", f"tasks list --since '{SINCE.astimezone():%Y-%m-%d %H:%M:%S}'"),
            ("an", "asset", "assets list"),
            ("an", "upload session", "uploads list"),
        )
    ),
    (
        RESET,
        3,
        "No response",
        {
            "reason": str(RESET),
            "hint": "Check the network and the address (--base-url, TWELVELABS_BASE_URL)",
        },
    ),
    (
        InvalidResponseError("no numbers", httpx.Response(200)),
        3,
        "The response cannot be read",
        {
            "reason": "no numbers",
            "hint": "Try again; if it stays so, the API is newer than this program",
        },
    ),
    (
        QuotaExhaustedError(3600.4, SINCE),
        3,
        "The quota is used up",
        {
            "reason": "the service asks to wait 1 h",
            "hint": f"Run it again at {SINCE.astimezone():%Y-%m-%d %H:%M}",
        },
    ),
    (ModelMismatchError("no"), 1, "The vectors do not match", {"reason": "no"}),
    (ConfigurationError("no key"), 4, "Not set up", {"reason": "no key"}),
    (errors.SetupError("No font", {"value": "a"}), 4, "No font", {"value": "a"}),
    (OSError(28, "full"), 4, "An error of this machine", {"reason": "[Errno 28] full"}),
    (BulkError("locked"), 4, "The dataset cannot be used", {"reason": "locked"}),
    (
        MissingDependencyError("pyarrow", "arrow"),
        4,
        "A package is missing",
        {"reason": str(MissingDependencyError("pyarrow", "arrow"))},
    ),
]


@pytest.mark.parametrize(("error", "status", "title", "block"), REPORTS, ids=repr)
def test_what_is_shown_of_each_error(
    error: Exception, status: int, title: str, block: dict[str, str]
) -> None:
    assert report_of(error) == (status, title, block)
    assert [text for text in block.values() if PYTHON.search(text)] == []


def test_each_class_of_errors_is_shown() -> None:
    shown = {type(error) for error, *_ in REPORTS} | {ApiError}
    classes = [getattr(twelvelabs_embed.errors, name) for name in twelvelabs_embed.errors.__all__]
    # An item's error is a row of its run; the others are none, or below one that is shown.
    others = {TwelveLabsError, UnexpectedError, Hint, Violation}
    assert [one for one in classes if one not in others and not shown & {*one.__mro__}] == []


def test_attempts_and_addresses_are_added() -> None:
    error = WaitTimeoutError("task", "t1", 61.2, WAIT_AGAIN_HINT)
    error.attempts = 2
    for word in ("--base-url", "http://a"):
        error.add_note(word)
    _, _, block = report_of(error)
    assert block["attempts"] == "2"
    assert block["hint"].endswith("twelvelabs-embed tasks wait t1 --base-url http://a")
    rejected = InvalidInputError([Violation("a", "b", "c")])
    rejected.attempts = 1
    assert report_of(rejected)[1] == "Rejected"


def test_a_task_that_may_exist_is_reported_with_how_to_look(cli: Run) -> None:
    with scripted_server(Reset()) as server:
        address = ["--base-url", server.base_url]
        ran = cli("video", "film.mkv", "--route", "task", *address)
    assert (ran.status, ran.out, len(server.requests)) == (3, "", 1)
    assert ran.err.startswith("The outcome is unknown\n\n  value    a task may have been created")
    assert re.search(
        r"hint     Look before .*: twelvelabs-embed tasks list --since '[-: \d]+' --base-url http://",
        ran.err,
    )


def test_all_that_a_response_says_of_an_error_is_shown() -> None:
    says = {"code": "c", "message": "m", "details": {"field": "x"}, "docs_url": "https://docs/c"}
    response = httpx.Response(400, json={"error": says}, headers={"x-request-id": "r1"})
    report = errors.explain(api_error(response))
    assert report is not None
    assert report.status == errors.Status.REJECTED
    assert list(report.blocks) == [
        {
            "status": "400 c",
            "message": "m",
            "details": '{"field": "x"}',
            "docs": "https://docs/c",
            "request": "r1",
            "hint": "",
            "attempts": "",
        }
    ]


def test_an_unknown_error_is_not_explained_away() -> None:
    assert errors.explain(ImportError("cannot import name 'x' from 'y'")) is None
    assert errors.explain(TwelveLabsError("a bug")) is None


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [
        ("--port", "65536", "it is 0 to 65535, not '65536'"),
        ("--port", "x", "it is 0 to 65535, not 'x'"),
        ("--chunk-bytes", "0", "it is 1 or more, not '0'"),
        ("--processing-sec", "nan", "it is 0 or more, not 'nan'"),
        ("--rpm", "0", "it is more than 0, not '0'"),
    ],
)
def test_an_option_of_the_emulator_that_is_wrong(
    cli: Run, option: str, value: str, allowed: str
) -> None:
    ran = cli("emulator", option, value)
    assert (ran.status, ran.out) == (2, "")
    assert f"argument {option}: {allowed}" in ran.err


@pytest.mark.parametrize("options", [("--port",), ("--port", "0", "--storage-port")])
def test_a_port_that_is_taken(cli: Run, emulator: Emulator, options: tuple[str, ...]) -> None:
    port = str(httpx.URL(emulator.base_url).port)
    ran = cli("emulator", *options, port)
    assert ran.status == 4
    assert ran.err == (
        f"The emulator cannot start: 127.0.0.1:{port}: Address already in use. "
        "Use another host or port; port 0 is a free one\n"
    )


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(("--", "no-such-program"), "no-such-program"), (("--contract", "gone.yaml"), "gone.yaml")],
)
def test_what_the_emulator_cannot_find_is_named(
    cli: Run, arguments: tuple[str, ...], named: str
) -> None:
    ran = cli("emulator", "--port", "0", *arguments)
    assert (ran.status, ran.out) == (4, "")
    assert ran.err.startswith(f"The emulator cannot start: {named}: ")
    assert "Errno" not in ran.err


def test_a_full_disk_is_reported(cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def save(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("numpy.save", save)
    ran = cli("text", "a dog", "--out", str(tmp_path / "x.npy"))
    assert ran.status == 4
    assert ran.err == "An error of this machine\n\n  reason   [Errno 28] No space left on device\n"
    assert list(tmp_path.iterdir()) == []
