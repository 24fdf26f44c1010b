"""The emulator under load: how fast it starts and responds, and what it holds.

    python -m benchmarks.emulator_load
    python -m benchmarks.emulator_load --requests 2000 --assets 100    # a short run

It prints a table. A text is another one each time. CPU time is that of the emulator's process, and
memory its resident set; both are `-` where the system has no /proc.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.request import Request, urlopen

import aiohttp

_HEADERS = {"x-api-key": "any"}
_STARTS = 5
_CLIENTS = (1, 32, 200)
_NUMBERS = count()


class Process(NamedTuple):
    """A running emulator."""

    pid: int
    base_url: str

    def cpu_sec(self) -> float:
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return float("nan")
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return float("nan")
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6


class Load(NamedTuple):
    """What a number of requests took."""

    per_sec: float
    cpu_ms: float

    def __str__(self) -> str:
        return f"{self.per_sec:,.0f}/s, {self.cpu_ms:.2f} ms of CPU each".replace("nan", "-")


@contextmanager
def emulator(*options: str) -> Generator[Process, None, None]:
    command = [sys.executable, "-m", "twelvelabs_embed_emulator", "--port", "0", "--json", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield Process(process.pid, json.loads(process.stdout.readline())["base_url"])
        process.terminate()


def start_sec() -> float:
    """Return the median time from the start of the process until it says that it is ready."""
    times = []
    for _ in range(_STARTS):
        begin = time.perf_counter()
        with emulator():
            times.append(time.perf_counter() - begin)
    return sorted(times)[_STARTS // 2]


async def load(
    process: Process,
    requests: int,
    clients: int,
    send: Callable[[aiohttp.ClientSession], Awaitable[None]],
) -> Load:
    """Send requests by a number of clients at once."""
    left = iter(range(requests))
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, headers=_HEADERS) as session:

        async def client() -> None:
            for _ in left:
                await send(session)

        cpu_sec, begin = process.cpu_sec(), time.perf_counter()
        await asyncio.gather(*(client() for _ in range(clients)))
        duration_sec = time.perf_counter() - begin
    return Load(requests / duration_sec, (process.cpu_sec() - cpu_sec) / requests * 1000)


def texts(process: Process) -> Callable[[aiohttp.ClientSession], Awaitable[None]]:
    async def send(session: aiohttp.ClientSession) -> None:
        text = {"input_text": f"a man walks dog {next(_NUMBERS)} along the beach"}
        body = {"input_type": "text", "model_name": "marengo3.0", "text": text}
        async with session.post(f"{process.base_url}/embed-v2", json=body) as response:
            response.raise_for_status()
            await response.read()

    return send


def assets(process: Process) -> Callable[[aiohttp.ClientSession], Awaitable[None]]:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (128, 128)).save(buffer, "JPEG")

    async def send(session: aiohttp.ClientSession) -> None:
        form = aiohttp.FormData({"method": "direct"})
        form.add_field("file", buffer.getvalue(), filename="a.jpg", content_type="image/jpeg")
        async with session.post(f"{process.base_url}/assets", data=form) as response:
            response.raise_for_status()
            await response.read()

    return send


def wait_until_idle(process: Process) -> None:
    url = process.base_url.replace("/v1.3", "/_emulator/wait-until-idle")
    with urlopen(Request(url, method="POST")):
        pass


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.emulator_load")
    parser.add_argument(
        "--requests", type=int, default=100_000, help="for the memory [%(default)s]"
    )
    parser.add_argument("--assets", type=int, default=10_000, help="[%(default)s]")
    options = parser.parse_args()
    rows = [("start to ready", f"{start_sec():.2f} s")]
    with emulator() as process:
        for clients in _CLIENTS:
            name = f"texts, {clients} client{'s' * (clients > 1)}"
            done = asyncio.run(load(process, options.requests // 50, clients, texts(process)))
            rows.append((name, str(done)))
        rows.append(("memory", f"{process.memory_mb():.0f} MB"))
        asyncio.run(load(process, options.requests, 32, texts(process)))
        rows.append((f"memory after {options.requests:,} more", f"{process.memory_mb():.0f} MB"))
        done = asyncio.run(load(process, options.assets, 8, assets(process)))
        rows.append((f"{options.assets:,} assets, 8 clients", str(done)))
        wait_until_idle(process)
        rows.append(("memory after them", f"{process.memory_mb():.0f} MB"))
        done = asyncio.run(load(process, options.requests // 50, 32, texts(process)))
        rows.append(("texts after them, 32 clients", str(done)))
    with emulator("--faults", "pass,repeat") as process:
        done = asyncio.run(load(process, options.requests // 50, 32, texts(process)))
        rows.append(("texts while a script of faults lasts, 32 clients", str(done)))
    print("| | |\n|---|---|", *(f"| {name} | {value} |" for name, value in rows), sep="\n")


if __name__ == "__main__":
    main()
