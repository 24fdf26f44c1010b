"""The event loop that sends the requests of threads that share a client."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import define, field
from twelvelabs_embed import NO_RETRY, ApiConnectionError, Image, TwelveLabs
from twelvelabs_embed._http import loop_thread, transport, transport_async
from twelvelabs_embed._http.loop_thread import LoopThread
from twelvelabs_embed._http.transport import ConnectionStack
from twelvelabs_embed_emulator import Emulator, samples

from tests.clients import shared_connections
from tests.waiting import TIMEOUT_SEC

RESPONSE = b'{"data": [{"embedding": [0.5, 0.25]}]}'
NAME = "twelvelabs-embed-loop"


def loop_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == NAME]


@define
class HoldingServer:
    """Holds requests until so many are there, then responds to them, and to all after them."""

    base_url: str
    holds: int
    arrived: list[bytes] = field(factory=list)
    all_arrived: asyncio.Event = field(factory=asyncio.Event)

    async def respond(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b"":
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            body = await reader.readexactly(length)
            self.arrived.append(body)
            if len(self.arrived) >= self.holds:
                self.all_arrived.set()
            await self.all_arrived.wait()
            if b"fail" in body:
                break
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(RESPONSE))
            writer.write(RESPONSE)
        writer.close()


@asynccontextmanager
async def holding_server(holds: int) -> AsyncIterator[HoldingServer]:
    server = HoldingServer("", holds)

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await server.respond(reader, writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            writer.close()

    async with await asyncio.start_server(respond, "127.0.0.1", 0) as listening:
        server.base_url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1.3"
        yield server


@contextmanager
def client_of(stack: ConnectionStack, base_url: str) -> Iterator[TwelveLabs]:
    with TwelveLabs("k", base_url=base_url, retry=NO_RETRY) as client:
        client._runner._transport = stack
        yield client


async def embed_at_once(client: TwelveLabs, *texts: str) -> list[Any]:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(len(texts)) as threads:
        calls = [loop.run_in_executor(threads, client.embed, text) for text in texts]
        return await asyncio.gather(*calls, return_exceptions=True)


@pytest.mark.parametrize(("count", "started"), [(3, False), (4, True)])
async def test_it_is_started_by_the_fourth_request_at_a_time(count: int, started: bool) -> None:
    stack = ConnectionStack()
    async with holding_server(count) as server:
        with client_of(stack, server.base_url) as client:
            found = await embed_at_once(client, *map(str, range(count)))
            assert [one.vector.tolist() for one in found] == [[0.5, 0.25]] * count
            assert (stack._loop_thread is not None) == started
            if stack._loop_thread is not None:
                thread = stack._loop_thread._thread
                assert (thread.name, thread.daemon, thread.is_alive()) == (NAME, True, True)
        if stack._loop_thread is not None:
            stack._loop_thread._thread.join(TIMEOUT_SEC)
            assert not stack._loop_thread._thread.is_alive()


def counted_sends(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the path of each request that an event loop sends."""
    sent, send = list[str](), LoopThread.send

    def noted(self: LoopThread, command: Any) -> httpx.Response:
        sent.append(httpx.URL(command.url).path)
        return send(self, command)

    monkeypatch.setattr(LoopThread, "send", noted)
    return sent


async def test_it_sends_from_the_fourth_on_and_until_none_of_its_own_is_in_flight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent, stack = counted_sends(monkeypatch), ConnectionStack()
    stack.start_loop()
    assert stack._loop_thread is not None
    assert stack._loop_thread.ready.wait(TIMEOUT_SEC)
    async with holding_server(7) as server:
        with client_of(stack, server.base_url) as client:
            found = await embed_at_once(client, *map(str, range(7)))
            assert [one.vector.tolist() for one in found] == [[0.5, 0.25]] * 7
            assert len(sent) == 4
            assert (stack._in_flight, stack._in_loop) == (0, 0)
            await asyncio.to_thread(client.embed, "alone")
            assert len(sent) == 4
            stack._in_loop = 1  # as if one of its own were in flight
            await asyncio.to_thread(client.embed, "another")
            assert len(sent) == 5
            stack._in_loop = 0


def test_threads_have_the_vectors_of_their_own_texts(emulator: Emulator) -> None:
    texts = [f"dog {number}" for number in range(64)]
    with TwelveLabs("k", base_url=emulator.base_url) as client:
        expected = [client.embed(text).vector.tolist() for text in texts]
        with ThreadPoolExecutor(16) as threads:
            for _ in range(2):  # the second time, the event loop is there
                found = list(threads.map(lambda text: client.embed(text).vector.tolist(), texts))
                assert found == expected


async def test_a_failure_is_that_of_its_thread_alone() -> None:
    async with holding_server(4) as server:
        with client_of(await asyncio.to_thread(shared_connections), server.base_url) as client:
            found = await embed_at_once(client, "a", "fail", "b", "c")
    assert [type(one) is ApiConnectionError for one in found] == [False, True, False, False]


async def test_requests_in_flight_have_their_responses_after_the_client_is_closed() -> None:
    stack = await asyncio.to_thread(shared_connections)
    assert stack._loop_thread is not None
    async with holding_server(2) as server:
        with ThreadPoolExecutor(1) as threads, client_of(stack, server.base_url) as client:
            call: Future[Any] = threads.submit(client.embed, "first")
            while not server.arrived:
                await asyncio.sleep(0)
            client.close()
            assert stack._loop_thread._thread.is_alive()
            server.all_arrived.set()
            result = await asyncio.wrap_future(call)
            assert result.vector.tolist() == [0.5, 0.25]
        stack._loop_thread._thread.join(TIMEOUT_SEC)
        assert not stack._loop_thread._thread.is_alive()


def test_it_ends_with_a_client_that_is_not_closed() -> None:
    connections = shared_connections()
    found = connections._loop_thread
    assert found is not None
    del connections
    gc.collect()
    found._thread.join(TIMEOUT_SEC)
    assert not found._thread.is_alive()


def test_one_that_is_stopped_while_it_starts_ends() -> None:
    found = LoopThread(transport.Proxies.from_environment())
    found.stop()
    found._thread.join(TIMEOUT_SEC)
    assert not found._thread.is_alive()


def no_more_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    class UnstartableThread(threading.Thread):
        def start(self) -> None:
            raise RuntimeError("can't start new thread")

    monkeypatch.setattr(loop_thread, "Thread", UnstartableThread)


def no_more_files(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(transport_async.LeanAsyncClient, "__init__", fail)


def greenlets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_HAS_THREADS", False)


@pytest.mark.parametrize("prepare", [no_more_threads, no_more_files, greenlets])
async def test_threads_send_by_themselves_where_there_is_no_loop(
    monkeypatch: pytest.MonkeyPatch, prepare: Callable[[pytest.MonkeyPatch], None]
) -> None:
    prepare(monkeypatch)
    sent = counted_sends(monkeypatch)
    async with holding_server(6) as server:
        with client_of(ConnectionStack(), server.base_url) as client:
            for _ in range(2):
                found = await embed_at_once(client, *map(str, range(6)))
                assert [one.vector.tolist() for one in found] == [[0.5, 0.25]] * 6
    assert sent == []


def test_bodies_that_are_large_or_read_from_files_are_sent_by_their_own_thread(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = counted_sends(monkeypatch)
    picture = samples.image(tmp_path / "picture.png")
    with client_of(shared_connections(), emulator.base_url) as client:
        client.embed(Image(picture))
        client.embed("a" * (transport._SMALL_BYTES + 1), check=False)
        assert sent == []
        asset = client.assets.upload(picture)
        assert {path.rpartition("/")[2] for path in sent} == {asset.id}  # its status
        client.embed("a dog")
        assert sent[-1].endswith("/embed-v2")


_caller: ContextVar[str] = ContextVar("_caller", default="none")


def test_requests_are_sent_in_the_context_of_their_thread(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the spans of those who instrument aiohttp have their parents."""
    seen, request = list[str](), transport_async.LeanAsyncClient._request

    async def noted(self: Any, *arguments: Any) -> httpx.Response:
        seen.append(_caller.get())
        return await request(self, *arguments)

    monkeypatch.setattr(transport_async.LeanAsyncClient, "_request", noted)
    with client_of(shared_connections(), emulator.base_url) as client:
        _caller.set("this test")
        client.embed("a dog")
    assert seen == ["this test"]
