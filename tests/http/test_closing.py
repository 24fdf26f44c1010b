"""What remains of a client when it is closed, and of its threads when the process ends."""

import asyncio
from queue import Queue
from threading import Barrier, Event, Thread, current_thread, main_thread
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from twelvelabs_embed import NO_RETRY, TwelveLabs
from twelvelabs_embed._http import concurrency, transport
from twelvelabs_embed._http.effects import Flow, RunBlocking, RunConcurrently, SendRequest

from tests.clients import ClientKind, each_transport

BODY = b'{"data": [{"embedding": [0.5, 0.25]}]}'


async def respond_once(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, header: bytes = b""
) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    writer.write(b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n" % (header, len(BODY)) + BODY)


@each_transport
async def test_connections_are_closed_with_the_client(kind: ClientKind) -> None:
    ended = asyncio.Event()

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await respond_once(reader, writer)
        assert await reader.read() == b""  # the client has closed it
        ended.set()
        writer.close()

    server = await asyncio.start_server(respond, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with kind.open(base_url=f"http://127.0.0.1:{port}/v1.3") as client:
            await client.embed("a dog")
            assert not ended.is_set()
        await asyncio.wait_for(ended.wait(), 60)
    assert client is not None  # it is not the garbage collector that closes them


@each_transport
@pytest.mark.parametrize("is_announced", [True, False])
async def test_a_connection_that_the_server_closes_is_not_used_again(
    kind: ClientKind, is_announced: bool
) -> None:
    connections: list[asyncio.StreamWriter] = []

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        await respond_once(reader, writer, b"Connection: close\r\n" if is_announced else b"")
        if is_announced:  # the client closes it, too
            assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(respond, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with kind.open(base_url=f"http://127.0.0.1:{port}/v1.3", retry=NO_RETRY) as client:
            for count in range(1, 4):
                await client.embed("a dog")
                await connections[-1].wait_closed()
                for _ in range(10):  # so that the loop sees the end, if the client lives in it
                    await asyncio.sleep(0)
                assert len(connections) == count


def test_no_thread_of_concurrent_flows_keeps_the_process_from_ending() -> None:
    threads: list[Thread] = []

    def work() -> Flow[Any]:
        yield RunBlocking(lambda: threads.append(current_thread()))

    def flow() -> Flow[Any]:
        yield RunConcurrently(iter([work(), work(), work()]), 2)

    with TwelveLabs("k") as client:
        client._runner.run(flow())
    assert len(threads) == 3
    assert all(thread is not main_thread() and thread.daemon for thread in threads)
    assert {thread.name for thread in threads} == {"twelvelabs-embed"}  # as debuggers show them
    assert not any(thread.is_alive() for thread in threads)


def test_no_flow_starts_after_one_has_failed() -> None:
    started: list[int] = []
    failing: Queue[Thread] = Queue()
    both_started = Barrier(2)

    def fail() -> None:
        failing.put(current_thread())
        both_started.wait(60)
        raise LookupError("failed")

    def wait_for_the_failure() -> None:
        both_started.wait(60)
        failing.get().join()

    def work(number: int) -> Flow[Any]:
        started.append(number)
        yield RunBlocking((fail, wait_for_the_failure, lambda: None)[number])

    def flow() -> Flow[Any]:
        yield RunConcurrently(map(work, range(3)), 2)

    with TwelveLabs("k") as client, pytest.raises(LookupError, match="failed"):
        client._runner.run(flow())
    assert sorted(started) == [0, 1]


def test_ctrl_c_ends_flows_with_the_step_that_they_are_at(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    threads: list[Thread] = []
    all_wait, is_interrupted, released = Barrier(3), Event(), Event()

    class InterruptedThread(Thread):
        def join(self, timeout: float | None = None) -> None:
            if not is_interrupted.is_set():
                all_wait.wait(60)
                is_interrupted.set()
                raise KeyboardInterrupt
            released.set()  # it waits for them shortly
            super().join(timeout)

    def first(number: int) -> None:
        threads.append(current_thread())
        all_wait.wait(60)
        released.wait(60)
        steps.append(f"first {number}")

    def work(number: int) -> Flow[Any]:
        yield RunBlocking(lambda: first(number))
        yield RunBlocking(lambda: steps.append(f"second {number}"))

    def flow() -> Flow[Any]:
        yield RunConcurrently(map(work, range(3)), 2)

    monkeypatch.setattr(concurrency, "Thread", InterruptedThread)
    with TwelveLabs("k") as client, pytest.raises(KeyboardInterrupt):
        client._runner.run(flow())
    for thread in threads:
        thread.join(60)
    assert sorted(steps) == ["first 0", "first 1"]


class Connection:
    """Notes whether it was closed."""

    is_closed = False
    _pool = SimpleNamespace(has_expired=lambda: False, is_available=lambda: True)

    def close(self) -> None:
        self.is_closed = True


def test_connections_end_when_they_were_idle_for_long_or_their_stack_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now_sec = 0.0
    monkeypatch.setattr(transport, "monotonic", lambda: now_sec)
    stack, url = transport.ConnectionStack(), httpx.URL("http://a")
    ones: Any = [Connection() for _ in range(6)]

    def closed() -> list[bool]:
        return [one.is_closed for one in ones]

    for one in ones[:3]:
        stack._put_back(b"a", one)
        now_sec += 1
    now_sec = transport.KEEPALIVE_SEC
    stack._put_back(b"a", ones[3])
    assert not any(closed())
    now_sec += 0.5
    stack._put_back(b"b", ones[4])  # another origin's
    assert not any(closed())
    assert stack._take(b"a", url) is ones[3]  # the most recent
    stack._put_back(b"a", ones[3])
    assert closed() == [True, False, False, False, False, False]
    assert stack._take(b"a", url) is ones[3]
    stack.close()  # one is in use
    assert closed() == [True, True, True, False, True, False]
    stack._put_back(b"a", ones[3])
    stack._put_back(b"b", ones[5])
    assert all(closed())


def test_a_connection_that_failed_is_closed_and_not_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Broken(Connection):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ReadError("reset")

    broken, stack = Broken(), transport.ConnectionStack()
    monkeypatch.setattr(stack, "_take", lambda origin, url: broken)
    command = SendRequest("GET", "http://a", httpx.Headers(), {}, None, httpx.Timeout(1))
    with pytest.raises(httpx.ReadError):
        stack.send(command)
    assert (broken.is_closed, stack._idle) == (True, {})
