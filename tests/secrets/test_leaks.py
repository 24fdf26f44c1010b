"""A marker key goes through all kinds of calls and failures, and is looked for in what they leave.

Looked at are logs of all loggers at all levels, standard output and error, errors (their text,
`repr`, arguments, causes, pickles, copies and tracebacks with locals), every file written, and the
spans and metrics of OpenTelemetry. What servers repeat is in `test_echoing_servers`.
"""

from __future__ import annotations

import asyncio
import faulthandler
import pickle
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import vcr
from twelvelabs_embed import Image, Progress, TextInputRequest, TwelveLabs, TwelveLabsError, Video
from twelvelabs_embed.report import write_report
from twelvelabs_embed_emulator import Emulator

from tests.clients import AWAITED, ClientKind, both_clients
from tests.otel_memory import InMemoryTelemetry
from tests.replay.recording import without_cookies_and_signatures, without_secrets_and_media
from tests.scripted_server import Reset, Response, Stall, Step, Truncated, scripted_server
from tests.secrets.conftest import KEY, SECRET, fail, settings
from tests.secrets.traces import Evidence
from tests.waiting import wait_until_async

pytest_plugins = ["pytester"]

HTML = {"content-type": "text/html"}
OK = Response(body={"data": [{"embedding": [0.5, 0.25]}]})
LARGE = bytes(8 << 20)  # more than the buffers of sockets hold


def embed(client: Any) -> Any:
    return client.embed("a dog")


def send_much(client: Any) -> Any:
    return client.embed(Video(LARGE), check=False, route="inline")


# -------------------------------------------------------------------------------------- what works


@both_clients
async def test_what_works_leaves_no_key(
    kind: ClientKind,
    emulator: Emulator,
    media: Path,
    evidence: Evidence,
    otel: InMemoryTelemetry,
    tmp_path: Path,
) -> None:
    def on_progress(progress: Progress) -> None:
        evidence.add("progress", f"{progress!r} {progress}")
        evidence.add_files(tmp_path / "resume")  # as it is found after a crash
        with (media.parent / "crash.txt").open("w+") as file:
            faulthandler.dump_traceback(file)
            evidence.add("crash file", (media.parent / "crash.txt").read_text())

    headers = {"Authorization": f"Bearer {KEY}"}  # of a proxy
    async with kind.open(KEY, base_url=emulator.base_url, headers=headers) as client:
        evidence.add("client", f"{client!r} {client.embed!r} {client._connection!r}")
        raw = await client.embed.v_2.with_raw_response.create(
            input_type="text", model_name="marengo3.0", text=TextInputRequest(input_text="a dog")
        )
        evidence.add("raw response", f"{raw!r} {raw.http_response.request!r}")
        evidence.add("pickle", pickle.dumps(raw))
        await client.assets.upload(media / "film.mkv", progress=on_progress)
        await client.embed(Video(media / "film.mkv"), route="task", progress=on_progress)
        async for outcome in client.embed.many(
            ["a", Image(media / "beach.jpg")], progress=on_progress
        ):
            evidence.add("outcome", repr(outcome))
            evidence.add("pickle", pickle.dumps(outcome))
    assert {"name of a file", "progress"} <= {where for where, _ in evidence.texts}
    assert otel.named("PUT")
    assert otel.named("embeddings marengo3.0")


def test_a_run_and_its_report_leave_no_key(
    emulator: Emulator, media: Path, evidence: Evidence, tmp_path: Path
) -> None:
    with TwelveLabs(KEY, base_url=emulator.base_url) as client:
        report = client.bulk.run(media, tmp_path / "out")
        page = tmp_path / "page.html"
        facts = write_report(tmp_path / "out", page, queries=["a dog"], client=client)
    evidence.add("report", f"{report!r} {report} {facts!r}")
    evidence.add("pickle", pickle.dumps([report, facts]))
    assert page.exists()


@both_clients
@pytest.mark.parametrize("upload", [False, True])
async def test_a_recording_holds_no_key(
    kind: ClientKind,
    upload: bool,
    emulator: Emulator,
    media: Path,
    evidence: Evidence,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Cassettes are made as those in tests/cassettes are."""
    monkeypatch.setattr("tests.replay.recording.BASE_URL", emulator.base_url)
    recorder = vcr.VCR(
        before_record_request=without_secrets_and_media,
        before_record_response=without_cookies_and_signatures,
        decode_compressed_response=True,
    )
    with recorder.use_cassette(tmp_path / "cassette.yaml"):
        async with kind.open(KEY, base_url=emulator.base_url) as client:
            await (client.assets.upload(media / "film.mkv") if upload else client.embed("a dog"))
    assert ("PUT" if upload else "/embed-v2") in (tmp_path / "cassette.yaml").read_text()


FORGETFUL = f"""
import asyncio, gc, sys, warnings
from twelvelabs_embed import AsyncTwelveLabs, TwelveLabs

def show(warning):
    print(warning.category.__name__, repr(warning), warning.message, repr(warning.source))

async def forget():
    await AsyncTwelveLabs({KEY!r}, base_url=sys.argv[1]).embed("a dog")
    TwelveLabs({KEY!r}, base_url=sys.argv[1]).embed("a dog")
    _ = AsyncTwelveLabs({KEY!r}, base_url=sys.argv[1]).embed("it is not awaited")

warnings.simplefilter("always")
warnings._showwarnmsg = show
asyncio.run(forget())
gc.collect()
"""


def test_warnings_show_no_key(emulator: Emulator, evidence: Evidence) -> None:
    """In a process of its own, where nothing of other tests is forgotten, and no thread warns."""
    command = [sys.executable, "-X", "tracemalloc", "-c", FORGETFUL, emulator.base_url]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    evidence.add("warnings", ran.stdout + ran.stderr)
    kinds = {line.partition(" ")[0] for line in ran.stdout.splitlines()}
    assert {"ResourceWarning", "RuntimeWarning"} <= kinds


@pytest.mark.slow
def test_what_pytest_shows_of_a_failed_test_has_no_key(
    pytester: pytest.Pytester, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all locals, in a process that has a key of its own, which is removed for a test."""
    monkeypatch.setenv("TWELVE_LABS_API_KEY", KEY)
    pytester.makepyfile(
        """
        from twelvelabs_embed import TwelveLabs

        def test_with_the_emulator(embed_emulator):
            embed_emulator.set_faults("503*9")
            embed_emulator.client.embed("a dog")

        def test_without():
            client = TwelveLabs(base_url="http://127.0.0.1:9")
            client.embed("a dog", request_options={"max_retries": 0})
        """
    )
    options = ("--showlocals", "--full-trace", "-vv", "--junitxml=result.xml", "-o", "log_level=1")
    ran = pytester.runpytest_subprocess("-p", "no:cacheprovider", *options)
    ran.assert_outcomes(failed=2)
    evidence.add("pytest", "\n".join([*ran.outlines, *ran.errlines]))
    evidence.add("junit", (pytester.path / "result.xml").read_text())


# -------------------------------------------------------------------------------------- what fails


def rejected() -> str:
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
    "401": [Response(401, {"code": "api_key_invalid", "message": "no"})],
    "proxy": [Response(502, b"<html>bad gateway</html>", HTML)],
    "away": [Response(302, b"", {"location": "http://203.0.113.1/"})],
    "reset": [Reset()],
    "cut": [Truncated(OK)],
    "silence": [Stall()],
    "no JSON": [Response(body=b"<html>")],
    "another shape": [Response(body={"data": [{"embedding": {"x": 1}}]})],
    "no gzip": [Response(body=b"no gzip", headers={"content-encoding": "gzip"})],
    "429": [Response(429, {"error": {"code": "too_many_requests"}}, {"retry-after": "1"})],
}


@both_clients
@pytest.mark.parametrize("work", [embed, send_much])
@pytest.mark.parametrize("fault", FAULTS)
async def test_no_failure_shows_the_key(
    fault: str, work: Callable[[Any], Any], kind: ClientKind, evidence: Evidence
) -> None:
    with scripted_server(*FAULTS[fault]) as server:
        evidence.add_error(await fail(server.base_url, kind, work))


@both_clients
@pytest.mark.parametrize("work", [embed, send_much])
@pytest.mark.parametrize(
    "data", [b"", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 200 OK\r\n: x\r\n\r\n"], ids=len
)
async def test_what_is_no_http_does_not_show_the_key(
    data: bytes, work: Callable[[Any], Any], kind: ClientKind, evidence: Evidence
) -> None:
    with answering(data) as base_url:
        evidence.add_error(await fail(base_url, kind, work))


@both_clients
async def test_an_unreachable_host_does_not_show_the_key(
    kind: ClientKind, evidence: Evidence
) -> None:
    evidence.add_error(await fail(rejected(), kind, embed))


@both_clients
@pytest.mark.parametrize("base_url", ["ftp://example.com", "http://[", "http://exa mple"])
async def test_a_wrong_address_does_not_show_the_key(
    base_url: str, kind: ClientKind, evidence: Evidence
) -> None:
    evidence.add_error(await fail(base_url, kind, embed))


@both_clients
@pytest.mark.parametrize("key", [f"{KEY}\n{KEY}", f"ключ{KEY}"])
def test_a_wrong_key_is_not_shown(kind: ClientKind, key: str, evidence: Evidence) -> None:
    give = [key].pop
    del key
    with pytest.raises(TwelveLabsError) as raised:
        kind.client_type(give())
    evidence.add_error(raised.value)


@both_clients
def test_a_key_of_the_environment_is_not_shown(
    kind: ClientKind, monkeypatch: pytest.MonkeyPatch, evidence: Evidence
) -> None:
    monkeypatch.setenv("TWELVE_LABS_API_KEY", f"ключ{KEY}")
    with pytest.raises(TwelveLabsError) as raised:
        kind.client_type()
    evidence.add_error(raised.value)


@both_clients
async def test_a_header_that_cannot_be_does_not_show_the_key(
    kind: ClientKind, evidence: Evidence
) -> None:
    def call(client: Any) -> Any:
        return client.embed("a", request_options={"additional_headers": {"x": "ä\n"}})

    with scripted_server(OK) as server:
        evidence.add_error(await fail(server.base_url, kind, call))


@both_clients
async def test_what_may_be_done_does_not_show_the_key(
    kind: ClientKind, evidence: Evidence, media: Path
) -> None:
    def create(client: Any) -> Any:
        return client.assets.create(method="url", url="https://example.com/x.mp4")

    with scripted_server(Reset()) as server:
        evidence.add_error(await fail(server.base_url, kind, create))


@both_clients
async def test_many_failures_do_not_show_the_key(kind: ClientKind, evidence: Evidence) -> None:
    with scripted_server(Reset()) as server:
        async with kind.open(SECRET, **settings(server.base_url)) as client:
            results = [result async for result in client.embed.many(["a", "b"])]
    assert len(results) == 2
    for result in results:
        evidence.add("result", repr(result))
        assert result.error
        evidence.add_error(result.error)


async def cancel() -> asyncio.CancelledError:
    """What a call raises that is cancelled while it waits for its response."""
    async with AWAITED.connected(Stall(), api_key=SECRET) as (client, server):
        call = asyncio.ensure_future(client.embed("a dog"))
        await wait_until_async(lambda: server.requests)
        call.cancel()
        with pytest.raises(asyncio.CancelledError) as raised:
            await call
        server.requests.clear()  # this function is in the traceback, too
    return raised.value


async def test_a_cancelled_call_does_not_show_the_key(evidence: Evidence) -> None:
    evidence.add_error(await cancel())
