"""A marker key goes through all kinds of calls and failures, and is looked for in what they leave.

Looked at are logs of all loggers at all levels, standard output and error, errors (their text,
`repr`, arguments, causes, pickles, copies and tracebacks with locals), and every file written.
"""

from __future__ import annotations

import asyncio
import faulthandler
import json
import logging
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from twelvelabs_embed import (
    AsyncTwelveLabs,
    Clock,
    Image,
    Progress,
    RetryPolicy,
    TextInputRequest,
    TwelveLabs,
    TwelveLabsError,
    Video,
    _drive,
)
from twelvelabs_embed_emulator import Emulator, samples

from tests.cli.running import run_here
from tests.scripted import Answer, Reset, Stall, Step, Truncated, scripted
from tests.secrets.evidence import Evidence, spelled

KEY = "tlk_2MARKER7f3a90b1c6d5e84MARKER"
SIGNED = "expires=1&signature=5ec2e7"
CHUNK_BYTES = 1 << 16
HTML = {"content-type": "text/html"}
OK = Answer(body={"data": [{"embedding": [0.5, 0.25]}]})
LARGE = bytes(8 << 20)  # more than the buffers of sockets hold


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(api_keys=[KEY], chunk_bytes=CHUNK_BYTES) as running:
        yield running


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("media")
    samples.image(folder / "beach.jpg", width=320, height=240)
    samples.video(folder / "film.mkv", fps=8)
    return folder


@pytest.fixture
def evidence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Evidence]:
    """Collects what a test leaves, and fails it if the key or a signature is there."""
    monkeypatch.setenv("TWELVELABS_EMBED_JOURNAL_DIR", str(tmp_path / "journal"))
    # As if the smallest file were too large to go at once.
    monkeypatch.setattr("twelvelabs_embed._upload.direct_limit", lambda kind: None)
    found = Evidence()
    with found.logs():
        yield found
    for where, text in zip(("stdout", "stderr"), capfd.readouterr(), strict=True):
        found.add(where, text)
    found.add_files(tmp_path)
    assert found.texts
    assert found.leaks(KEY) == []


@pytest.fixture(params=["blocking", "awaited"])
def awaited(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "awaited")


def settings(base_url: str) -> dict[str, Any]:
    async def no_wait(duration_sec: float) -> None:
        pass

    return {
        "base_url": base_url,
        "retry": RetryPolicy(attempts=2),
        "timeout": 0.3,
        "clock": Clock(sleep=lambda duration_sec: None, sleep_async=no_wait),
    }


async def fail(base_url: str, awaited: bool, work: Callable[[Any], Any]) -> Exception:
    """What a call of a client with the key raises."""
    try:
        if awaited:
            async with AsyncTwelveLabs(KEY, **settings(base_url)) as client:
                await work(client)
        else:
            with TwelveLabs(KEY, **settings(base_url)) as blocking:
                work(blocking)
    except Exception as error:
        return error
    raise AssertionError("it did not fail")


def embed(client: Any) -> Any:
    return client.embed("a dog")


def send_much(client: Any) -> Any:
    return client.embed(Video(LARGE), check=False, route="inline")


# -------------------------------------------------------------------------------------- what works


def test_what_works_leaves_no_key(emulator: Emulator, media: Path, evidence: Evidence) -> None:
    def tell(progress: Progress) -> None:
        evidence.add("progress", f"{progress!r} {progress}")
        with (media.parent / "crash.txt").open("w+") as file:
            faulthandler.dump_traceback(file)
            evidence.add("crash file", (media.parent / "crash.txt").read_text())

    with TwelveLabs(KEY, base_url=emulator.base_url) as client:
        evidence.add("client", f"{client!r} {client.embed!r} {client._connection!r}")
        raw = client.embed.v_2.with_raw_response.create(
            input_type="text", model_name="marengo3.0", text=TextInputRequest("a dog")
        )
        evidence.add("raw response", f"{raw!r} {raw.http_response.request!r}")
        client.assets.upload(media / "film.mkv", progress=tell)
        client.embed(Video(media / "film.mkv"), route="task", progress=tell)
        for outcome in client.embed.many(["a", Image(media / "beach.jpg")], progress=tell):
            evidence.add("outcome", repr(outcome))


async def test_what_works_awaited_leaves_no_key(
    emulator: Emulator, media: Path, evidence: Evidence
) -> None:
    async with AsyncTwelveLabs(KEY, base_url=emulator.base_url) as client:
        await client.assets.upload(media / "film.mkv")
        async for outcome in client.embed.many(["a", Image(media / "beach.jpg")]):
            evidence.add("outcome", repr(outcome))


def test_a_run_leaves_no_key(
    emulator: Emulator, media: Path, evidence: Evidence, tmp_path: Path
) -> None:
    with TwelveLabs(KEY, base_url=emulator.base_url) as client:
        report = client.bulk.run(media, tmp_path / "out")
    evidence.add("report", f"{report!r} {report}")


# -------------------------------------------------------------------------------------- what fails


def refused() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def answering(data: bytes) -> Iterator[str]:
    """A server that says this, whatever it is asked, and then resets the connection."""

    def serve() -> None:
        while True:
            try:
                connection = server.accept()[0]
            except OSError:
                return
            with connection:
                connection.recv(1 << 12)
                connection.sendall(data)
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1.3"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


FAULTS: dict[str, list[Step]] = {
    "401": [Answer(401, {"code": "api_key_invalid", "message": "no"})],
    "proxy": [Answer(502, b"<html>bad gateway</html>", HTML)],
    "away": [Answer(302, b"", {"location": "http://203.0.113.1/"})],
    "reset": [Reset()],
    "cut": [Truncated(OK)],
    "silence": [Stall()],
    "no JSON": [Answer(body=b"<html>")],
    "another shape": [Answer(body={"data": [{"embedding": {"x": 1}}]})],
    "no gzip": [Answer(body=b"no gzip", headers={"content-encoding": "gzip"})],
    "429": [Answer(429, {"error": {"code": "too_many_requests"}}, {"retry-after": "1"})],
}


@pytest.mark.parametrize("work", [embed, send_much])
@pytest.mark.parametrize("fault", FAULTS)
async def test_no_failure_tells_the_key(
    fault: str, work: Callable[[Any], Any], awaited: bool, evidence: Evidence
) -> None:
    with scripted(*FAULTS[fault]) as server:
        evidence.add_error(await fail(server.base_url, awaited, work))


@pytest.mark.parametrize("work", [embed, send_much])
@pytest.mark.parametrize(
    "data", [b"", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 200 OK\r\n: x\r\n\r\n"], ids=len
)
async def test_what_is_no_http_does_not_tell_the_key(
    data: bytes, work: Callable[[Any], Any], awaited: bool, evidence: Evidence
) -> None:
    with answering(data) as base_url:
        evidence.add_error(await fail(base_url, awaited, work))


async def test_nobody_there_does_not_tell_the_key(awaited: bool, evidence: Evidence) -> None:
    evidence.add_error(await fail(refused(), awaited, embed))


@pytest.mark.parametrize("base_url", ["ftp://example.com", "http://[", "http://exa mple"])
async def test_a_wrong_address_does_not_tell_the_key(
    base_url: str, awaited: bool, evidence: Evidence
) -> None:
    evidence.add_error(await fail(base_url, awaited, embed))


@pytest.mark.parametrize("key", [f"{KEY}\n{KEY}", f"ключ{KEY}"])
def test_a_wrong_key_is_not_told(key: str, evidence: Evidence) -> None:
    give = [key].pop
    del key
    with pytest.raises(TwelveLabsError) as raised:
        TwelveLabs(give())
    evidence.add_error(raised.value)


def test_a_key_of_the_environment_is_not_told(
    monkeypatch: pytest.MonkeyPatch, evidence: Evidence
) -> None:
    monkeypatch.setenv("TWELVE_LABS_API_KEY", f"ключ{KEY}")
    with pytest.raises(TwelveLabsError) as raised:
        TwelveLabs()
    evidence.add_error(raised.value)


async def test_a_header_that_cannot_be_does_not_tell_the_key(
    awaited: bool, evidence: Evidence
) -> None:
    def call(client: Any) -> Any:
        return client.embed("a", request_options={"additional_headers": {"x": "ä\n"}})

    with scripted(OK) as server:
        evidence.add_error(await fail(server.base_url, awaited, call))


async def test_what_may_be_done_does_not_tell_the_key(
    awaited: bool, evidence: Evidence, media: Path
) -> None:
    def create(client: Any) -> Any:
        return client.assets.create(method="url", url="https://example.com/x.mp4")

    with scripted(Reset()) as server:
        evidence.add_error(await fail(server.base_url, awaited, create))


async def test_many_failures_do_not_tell_the_key(evidence: Evidence) -> None:
    with (
        scripted(Reset()) as server,
        TwelveLabs(KEY, **settings(server.base_url)) as client,
    ):
        for outcome in client.embed.many(["a", "b"]):
            evidence.add("outcome", repr(outcome))
            assert outcome.error
            evidence.add_error(outcome.error)


async def cancel() -> asyncio.CancelledError:
    """What a call raises that is cancelled while it waits for its answer."""
    with scripted(Stall()) as server:
        async with AsyncTwelveLabs(KEY, base_url=server.base_url) as client:
            call = asyncio.ensure_future(client.embed("a dog"))
            while not server.requests:
                await asyncio.sleep(0.01)
            call.cancel()
            with pytest.raises(asyncio.CancelledError) as raised:
                await call
        server.requests.clear()  # this function is in the traceback, too
    return raised.value


async def test_a_cancelled_call_does_not_tell_the_key(evidence: Evidence) -> None:
    evidence.add_error(await cancel())


# ----------------------------------------------------------------------------------------- storage


def session(url: str) -> Answer:
    links = [{"chunk_index": 1, "url": url, "expires_at": "2999-01-01T00:00:00Z"}]
    size = {"chunk_size": 64, "total_chunks": 1}
    return Answer(
        201, {"upload_id": "u", "asset_id": "a", "upload_urls": links, "upload_headers": {}} | size
    )


@pytest.mark.parametrize("steps", [[Answer(403, b"<Error/>")], [Reset()], [Stall()]], ids=repr)
async def test_storage_sees_no_key_and_nobody_its_links(
    steps: list[Step], awaited: bool, evidence: Evidence
) -> None:
    """Not even when they are refused, or nobody is there."""

    def upload(client: Any) -> Any:
        return client.assets.upload(bytes(64))

    with scripted(*steps) as storage:
        link = f"{storage.base_url}/1?{SIGNED}"
        with scripted(session(link)) as api:
            evidence.add_error(await fail(api.base_url, awaited, upload))
    assert storage.requests
    for request in storage.requests:
        assert request.path.endswith(SIGNED)
        evidence.add("storage", f"{request.headers!r} {request.body!r}")


def test_the_hooks_of_a_given_client_do_not_bring_the_key_to_storage(evidence: Evidence) -> None:
    def sign(request: httpx.Request) -> None:
        request.headers["x-api-key"] = KEY

    with scripted(Answer(200, b"", {"etag": "x"})) as storage:
        with (
            scripted(session(f"{storage.base_url}/1"), Answer(400)) as api,
            httpx.Client(event_hooks={"request": [sign]}, auth=("user", KEY)) as http,
            TwelveLabs(KEY, **settings(api.base_url), http_client=http) as client,
            pytest.raises(TwelveLabsError),
        ):
            client.assets.upload(bytes(64))
    assert storage.requests
    for request in storage.requests:
        evidence.add("storage", f"{request.headers!r} {request.body!r}")


async def test_a_wrong_answer_about_links_does_not_show_them(
    awaited: bool, evidence: Evidence
) -> None:
    wrong = session(f"http://127.0.0.1:9/1?{SIGNED}")
    for field, value in (("total_chunks", 7), ("expires_at", "never"), ("upload_urls", {})):
        with scripted(Answer(201, {**wrong.body, field: value})) as api:
            error = await fail(api.base_url, awaited, lambda client: client.assets.upload(b"x"))
        evidence.add_error(error)


# ------------------------------------------------------------------------------- the command line


@pytest.mark.parametrize(
    "words",
    [
        "text dog --json",
        "image beach.jpg",
        "assets upload film.mkv --json",
        "video film.mkv --route task --json",
        "assets list",
        "tasks list",
        "uploads list",
        "run . --out {out} --plain",
        "text dog --base-url http://127.0.0.1:9",
        "image nowhere.jpg",
        "tasks wait nowhere",
    ],
)
def test_no_command_shows_the_key(
    words: str,
    emulator: Emulator,
    media: Path,
    evidence: Evidence,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(media)
    monkeypatch.setenv("TWELVE_LABS_API_KEY", KEY)
    monkeypatch.setenv("TWELVELABS_BASE_URL", emulator.base_url)
    monkeypatch.setenv("TWELVELABS_EMBED_TRACEBACK", "1")
    ran = run_here(*words.format(out=tmp_path / "out").split(), "--max-retries", "0")
    assert ran.out or ran.err
    evidence.add("command", f"{ran.out} {ran.err}")


# ----------------------------------------------------------------------------- does the hunt find?


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


async def test_the_hunt_finds_what_the_frames_of_a_transport_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Which shows that they must be left out."""
    monkeypatch.setattr(_drive, "drop_transport_frames", lambda error, until: None)
    found = Evidence()
    found.add_error(await cancel())
    assert found.leaks(KEY)
