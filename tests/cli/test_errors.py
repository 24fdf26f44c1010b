"""What a user sees when the service or this machine fails, and the exit statuses."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from twelvelabs_embed import (
    ApiConnectionError,
    AssetFailedError,
    InvalidResponseError,
    OutcomeUnknownError,
    TaskFailedError,
    TwelveLabsError,
    UploadError,
    WaitTimeoutError,
)
from twelvelabs_embed.api.tasks import WAIT_AGAIN_HINT
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


@pytest.mark.parametrize(
    ("code", "status"),
    [(302, 1), (400, 1), (401, 4), (403, 4), (404, 1), (408, 3), (413, 1), (429, 3), (500, 3)],
)
def test_each_http_status_has_its_exit_status(code: int, status: int) -> None:
    report = errors.explain(api_error(httpx.Response(code, json={"message": "so"})))
    assert report is not None
    assert report.status == status
    assert report.blocks[0]["message"] == "so"


SINCE = datetime(2026, 2, 1, 14, 30, tzinfo=UTC)
RESET = ApiConnectionError("the connection failed (ReadError)")
LONG_ERRORS: dict[str, tuple[TwelveLabsError, int, str]] = {
    "a task failed": (TaskFailedError("t1", "it is too short"), 1, "it is too short"),
    "an asset failed": (AssetFailedError("a1", "film.mkv"), 1, "the service does not say why"),
    "an upload": (
        UploadError("chunk 3: no", 3, upload_id="u1"),
        3,
        "twelvelabs-embed uploads resume u1",
    ),
    "a task takes long": (
        WaitTimeoutError("task", "t1", 61, WAIT_AGAIN_HINT),
        3,
        "It continues without you: twelvelabs-embed tasks wait t1",
    ),
    "an asset takes long": (
        WaitTimeoutError("asset", "a1", 61, "wait again with assets.wait_until_ready(id)"),
        3,
        "when twelvelabs-embed assets list says ready, embed asset:a1",
    ),
    "a task, perhaps": (
        OutcomeUnknownError("task", SINCE, "client.embed.v_2.tasks.list()", RESET),
        3,
        f"twelvelabs-embed tasks list --since '{SINCE.astimezone():%Y-%m-%d %H:%M:%S}'",
    ),
    "an asset, perhaps": (
        OutcomeUnknownError("asset", SINCE, "client.assets.list(), newest first", RESET),
        3,
        "twelvelabs-embed assets list",
    ),
}


@pytest.mark.parametrize("name", LONG_ERRORS)
def test_steps_of_several_requests_fail_with_a_hint(name: str) -> None:
    error, status, hint = LONG_ERRORS[name]
    report = errors.explain(error)
    assert report is not None
    assert report.status == status
    [block] = report.blocks
    assert "hint" in block
    assert hint in " ".join(block.values())
    assert [text for text in block.values() if PYTHON.search(text)] == []


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
    response = InvalidResponseError("no numbers", httpx.Response(200))
    assert errors.explain(response) is not None


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
