"""Calls for minutes on end while every fifth request fails: what the process holds must not grow.

    python -m benchmarks.soak --minutes 3

The emulator runs in a process of its own. Here, threads that share a blocking client and tasks that
share an awaited one embed texts and pictures, list, upload and delete. Each line is a moment; the
last one compares the last third of the time with the first. What begins (imports, threads, first
connections) takes a tenth of the time and is not compared. The exit status is 1 when memory grew
by more than a tenth, or more files were open.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import gc
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import mean
from typing import Any

from attrs import frozen
from twelvelabs_embed import (
    AsyncTwelveLabs,
    Clock,
    Image,
    Media,
    OutcomeUnknownError,
    TwelveLabs,
    TwelveLabsError,
)
from twelvelabs_embed_emulator import samples

_FAULTS = (
    "pass*8,429:1,503,pass*8,reset,html,pass*8,truncated,reset-before,"
    "pass*8,gzip,reset-during,pass*8,short-length,garbage:0.1,repeat"
)
_THREADS, _TASKS = 4, 8
_LINES = 18


@frozen
class Moment:
    """What this process holds.

    Attributes:
        second: since the beginning
        rss_mib: resident memory in MiB
        files: open file descriptors, sockets among them
        threads: how many run
        calls: how many were made so far
    """

    second: float
    rss_mib: float
    files: int
    threads: int
    calls: int


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.0, help="how long (%(default)s)")
    options = parser.parse_args()
    logging.disable()  # each retry is logged, which nobody would read here
    with tempfile.TemporaryDirectory() as folder, _emulator() as base_url:
        picture = samples.image(Path(folder) / "picture.jpg")
        moments, calls = asyncio.run(_soak(base_url, picture, options.minutes * 60))
    print("  ".join(f"{what} {count}" for what, count in sorted(calls.items())))
    return _compare(moments)


@contextmanager
def _emulator() -> Iterator[str]:
    """An emulator that fails; gives its base URL."""
    command = [sys.executable, "-m", "twelvelabs_embed_emulator", "--faults", _FAULTS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().split("; ")[0].split()[-1]
        finally:
            process.terminate()


async def _soak(base_url: str, picture: Path, duration_sec: float) -> tuple[list[Moment], Any]:
    # Waits are short, so that there are many calls.
    clock = Clock(sleep=lambda _: time.sleep(0.01), sleep_async=lambda _: asyncio.sleep(0.01))
    settings: dict[str, Any] = {"base_url": base_url, "clock": clock, "timeout": 20}
    calls: Counter[str] = Counter()
    started_sec = time.monotonic()
    until_sec = started_sec + duration_sec
    moments: list[Moment] = []
    with TwelveLabs("k", **settings) as blocking:
        threads = [
            threading.Thread(target=_block, args=(blocking, picture, calls, until_sec, number))
            for number in range(_THREADS)
        ]
        for thread in threads:
            thread.start()
        async with AsyncTwelveLabs("k", **settings) as awaited:
            tasks = [
                asyncio.create_task(_await(awaited, picture, calls, until_sec, number))
                for number in range(_TASKS)
            ]
            await asyncio.sleep(duration_sec / 10)
            while time.monotonic() < until_sec:
                await asyncio.sleep(duration_sec * 0.9 / _LINES)
                moments.append(_look(time.monotonic() - started_sec, calls))
            await asyncio.gather(*tasks)
        for thread in threads:
            thread.join()
    return moments, calls


def _block(
    client: TwelveLabs, picture: Path, calls: Counter[str], until_sec: float, number: int
) -> None:
    content = picture.read_bytes()
    works = [
        lambda: client.embed(f"dog {number}"),
        lambda: client.embed(Image(picture)),
        lambda: client.assets.list(page_limit=3),
        lambda: [outcome.unwrap() for outcome in client.embed.many(["a", "b", "c"])],
        lambda: client.assets.delete(client.assets.upload(Media.bytes(content), timeout=0).id),
    ]
    for work in _in_turn(works, until_sec):
        try:
            work()
        except OutcomeUnknownError:
            calls["unknown"] += 1
        except TwelveLabsError as error:
            calls[type(error).__name__] += 1
        calls["calls"] += 1


async def _await(
    client: AsyncTwelveLabs, picture: Path, calls: Counter[str], until_sec: float, number: int
) -> None:
    works = [
        lambda: client.embed(f"dog {number}"),
        lambda: client.embed(Image(picture)),
        lambda: client.assets.list(page_limit=3),
        lambda: client.embed.v_2.tasks.list(page_limit=3),
    ]
    for work in _in_turn(works, until_sec):
        try:
            await work()
        except TwelveLabsError as error:
            calls[type(error).__name__] += 1
        calls["calls"] += 1


def _in_turn(works: list[Any], until_sec: float) -> Iterator[Any]:
    while time.monotonic() < until_sec:
        yield from works


def _look(second: float, calls: Counter[str]) -> Moment:
    # What is free is given back to the system, so that only what is held is counted.
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    status = Path("/proc/self/status").read_text()
    kib = int(status.partition("VmRSS:")[2].split()[0])
    files = len(os.listdir("/proc/self/fd"))
    moment = Moment(second, kib / 1024, files, threading.active_count(), calls["calls"])
    print(
        f"{second:6.0f} s  {moment.rss_mib:7.1f} MiB  {files:4d} files  "
        f"{moment.threads:3d} threads  {moment.calls:7d} calls",
        flush=True,
    )
    return moment


def _compare(moments: list[Moment]) -> int:
    third = len(moments) // 3
    first, last = moments[:third], moments[-third:]
    rss_mib = [mean(moment.rss_mib for moment in part) for part in (first, last)]
    files = [max(moment.files for moment in part) for part in (first, last)]
    print(
        f"last third against the first: {rss_mib[1]:.1f} MiB against {rss_mib[0]:.1f}, "
        f"at most {files[1]} files against {files[0]}"
    )
    return int(rss_mib[1] > rss_mib[0] * 1.1 or files[1] > files[0] * 1.1)


if __name__ == "__main__":
    sys.exit(main())
