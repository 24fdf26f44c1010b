"""A server that costs next to nothing, so that what is measured is the client.

It reads a request to its end, throws the body away and answers with one row of 512 numbers, or
fails by lot. It speaks as much HTTP as the clients here need: requests with a `content-length`, one
after the other on each connection. Run as a process of its own, it prints its port, and ends when
its standard input does, so that it never outlives who started it.

    python -m benchmarks.server [--failing 0.2 --seed 1]
"""

from __future__ import annotations

import argparse
import asyncio
import re
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from benchmarks.bodies import make_body

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
# Closing sends RST instead of FIN: zero seconds to linger.
_NO_LINGER = struct.pack("ii", 1, 0)
_REASONS = {200: "OK", 411: "Length Required", 429: "Too Many Requests", 503: "Unavailable"}


@contextmanager
def running(*, failing: float = 0.0, seed: int = 0) -> Iterator[str]:
    """Start a server in its own process, and yield its base URL."""
    command = [sys.executable, "-m", "benchmarks.server"]
    options = ["--failing", str(failing), "--seed", str(seed)]
    with subprocess.Popen(
        [*command, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1.3"
        finally:
            process.stdin.close()


def _answer(status: int, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


_GOOD = _answer(200, make_body(1))
_NO_LENGTH = _answer(411, b"{}")
_TOO_MANY = _answer(429, b'{"code": "too_many_requests", "message": "slow down"}')
_UNAVAILABLE = _answer(503, b'{"code": "unavailable", "message": "try again"}')
_RESET = b""


class _Connection(asyncio.Protocol):
    def __init__(self, next_answer: Callable[[], bytes]) -> None:
        self._next_answer = next_answer
        self._head = b""
        self._missing_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._missing_bytes:
            self._missing_bytes -= len(data)
        else:
            head, end, rest = (self._head + data).partition(b"\r\n\r\n")
            if not end:
                self._head = head
                return
            self._head = b""
            length = _LENGTH.search(head)
            if length is None:
                self._transport.write(_NO_LENGTH)
                self._transport.close()
                return
            self._missing_bytes = int(length[1]) - len(rest)
        if not self._missing_bytes:
            self._reply(self._next_answer())

    def _reply(self, answer: bytes) -> None:
        if answer != _RESET:
            self._transport.write(answer)
            return
        connection = self._transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self._transport.abort()


def _by_lot(failing: float, seed: int) -> Callable[[], bytes]:
    """Make responses of which a part fails: the same ones for the same seed."""
    if not failing:
        return lambda: _GOOD
    lot = Random(seed)
    kinds = [_TOO_MANY, _UNAVAILABLE, _RESET]
    return lambda: lot.choice(kinds) if lot.random() < failing else _GOOD


async def _serve(failing: float, seed: int) -> None:
    next_answer = _by_lot(failing, seed)
    loop = asyncio.get_running_loop()
    # A queue as long as the most calls at once.
    server = await loop.create_server(
        lambda: _Connection(next_answer), "127.0.0.1", 0, backlog=1000
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.server", description=__doc__)
    parser.add_argument("--failing", type=float, default=0.0, help="the part of attempts that fail")
    parser.add_argument("--seed", type=int, default=0, help="which ones fail")
    options = parser.parse_args()
    asyncio.run(_serve(options.failing, options.seed))


if __name__ == "__main__":
    main()
