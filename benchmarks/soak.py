"""Calls for minutes on end while every fifth request fails: what the process holds must not grow.

    python -m benchmarks.soak --minutes 3

The emulator runs in a process of its own. Here, threads that share a blocking client and tasks that
share an awaited one embed texts and pictures, list, upload and delete. They work in rounds; between
two all of them rest, so that what is held is looked at, and not what is under way. What begins
(imports, first connections) falls into the first rounds, which are not compared.

Resident memory alone tells little: it has room for a small leak, and it also grows because what is
free lies scattered. So what Python and malloc have given out is counted as well, which stays the
same to a few hundred blocks and some 10 kB when nothing leaks, however long this runs.

The exit status is 1 when the last third holds more than the first, or when anything came of a call
but its result or what `_EXPECTED` says.
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
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from attrs import field, frozen
from twelvelabs_embed import (
    AsyncTwelveLabs,
    Clock,
    Image,
    Media,
    OutcomeUnknownError,
    RetryPolicy,
    TwelveLabs,
)
from twelvelabs_embed_emulator import samples

_FAULTS = (
    "pass*8,429:1,503,pass*8,reset,html,pass*8,truncated,reset-before,"
    "pass*8,gzip,reset-during,pass*8,short-length,garbage:0.1,repeat"
)
_UPLOAD = "upload and delete"
_EXPECTED = {(_UPLOAD, OutcomeUnknownError.__name__)}
"""What may come of a call besides its result. An upload is sent once, unless it certainly was not
done; of all else a second attempt does no harm, so in the end it succeeds."""
_ATTEMPTS = 20
"""So many that chance does not end a call: of eight in a row, a few in a million would all fail."""

_THREADS, _TASKS = 4, 8
_ROUNDS, _WARM_UP = 20, 4

# How much more the last third may hold than the first.
_MAX_RSS = 1.1
_MAX_BLOCKS_PER_CALL = 0.25
_MAX_MALLOC_BYTES_PER_CALL = 50
_MAX_FILES = 4  # as many connections may rest or not

_MAX_THREADS = 1 + _TASKS
"""While nobody works: AnyIO keeps one for each task that read a picture, for some seconds."""

_Works: TypeAlias = Mapping[str, Callable[[], Any]]


@frozen
class Moment:
    """What this process holds while nobody works.

    Attributes:
        second: since the beginning
        rss_mib: resident memory in MiB
        blocks: how many pieces of memory Python's objects have
        malloc_kib: what malloc has given out, which is what libraries in C hold; 0 without glibc
        files: open file descriptors, sockets among them
        threads: how many run
        calls: how many were made so far
    """

    second: float
    rss_mib: float
    blocks: int
    malloc_kib: float
    files: int
    threads: int
    calls: int


@frozen
class Tally:
    """What came of the calls. Threads may share one.

    Attributes:
        came: how many, by the kind of call and the name of the error, which is empty for a result
        unexpected: the first errors that nobody expects, in words
    """

    came: Counter[tuple[str, str]] = field(factory=Counter)
    unexpected: list[str] = field(factory=list)
    _lock: threading.Lock = field(factory=threading.Lock, repr=False)

    def add(self, work: str, error: Exception | None = None) -> None:
        """Count a call."""
        name = type(error).__name__ if error else ""
        with self._lock:
            self.came[work, name] += 1
            if error and (work, name) not in _EXPECTED and len(self.unexpected) < 10:
                self.unexpected.append(f"{work}: {name}: {error} (from {error.__cause__!r})")


class _Retries(logging.Handler):
    """Counts what the library logs of requests that are sent again, which nobody would read."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument(
        "--minutes", type=float, default=3.0, help="how long, at least 1 (%(default)s)"
    )
    options = parser.parse_args()
    if options.minutes < 1:
        parser.error("--minutes: caches fill in the first thousands of calls, which takes one")
    tally, retries = Tally(), _Retries()
    log = logging.getLogger("twelvelabs_embed")
    log.addHandler(retries)
    log.propagate = False
    with tempfile.TemporaryDirectory() as folder, _emulator() as base_url:
        picture = samples.image(Path(folder) / "picture.jpg")
        moments = asyncio.run(_soak(base_url, picture, options.minutes * 60, tally))
    for (work, error), count in sorted(tally.came.items()):
        print(f"{count:8d}  {work}{f': {error}' if error else ''}")
    print(f"{retries.count:8d}  requests were sent again")
    wrong = [*_growth(moments), *tally.unexpected]
    if retries.count < tally.came.total() / 10:
        wrong.append("too few requests failed: the faults are not those of this file")
    for line in wrong:
        print(f"WRONG: {line}")
    return bool(wrong)


@contextmanager
def _emulator() -> Generator[str, None, None]:
    """Start an emulator that fails, and yield its base URL."""
    program = [sys.executable, "-m", "twelvelabs_embed_emulator"]
    with subprocess.Popen(
        [*program, "--port", "0", "--faults", _FAULTS], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().split("; ")[0].split()[-1]
        finally:
            process.terminate()


async def _soak(base_url: str, picture: Path, duration_sec: float, tally: Tally) -> list[Moment]:
    settings: dict[str, Any] = {
        "base_url": base_url,
        # Waits are short, so that there are many calls.
        "clock": Clock(sleep=lambda _: time.sleep(0.01), sleep_async=lambda _: asyncio.sleep(0.01)),
        "retry": RetryPolicy(attempts=_ATTEMPTS),
        "timeout": 20,
    }
    started_sec = time.monotonic()
    moments: list[Moment] = []
    with TwelveLabs("k", **settings) as sync_method:
        async with AsyncTwelveLabs("k", **settings) as awaited:
            for number in range(1, _ROUNDS + 1):
                until_sec = started_sec + duration_sec * number / _ROUNDS
                await _round(sync_method, awaited, picture, tally, until_sec)
                moments.append(_look(time.monotonic() - started_sec, tally.came.total()))
    return moments


async def _round(
    sync_method: TwelveLabs, awaited: AsyncTwelveLabs, picture: Path, tally: Tally, until_sec: float
) -> None:
    """Have all work until then, and return when the last one has ended."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(_THREADS) as pool:
        threads = [
            loop.run_in_executor(
                pool, _block, _blocking_works(sync_method, picture, number), tally, until_sec
            )
            for number in range(_THREADS)
        ]
        tasks = [
            _await(_awaited_works(awaited, picture, number), tally, until_sec)
            for number in range(_TASKS)
        ]
        await asyncio.gather(*threads, *tasks)


def _works(client: Any, picture: Path, number: int) -> _Works:
    """Return what either client is asked for; the awaited one gives what is to be awaited."""
    return {
        "embed a text": lambda: client.embed(f"dog {number}"),
        "embed a picture": lambda: client.embed(Image(picture)),
        "list assets": lambda: client.assets.list(page_limit=3),
        "list tasks": lambda: client.embed.v_2.tasks.list(page_limit=3),
    }


def _blocking_works(client: TwelveLabs, picture: Path, number: int) -> _Works:
    media = Media.bytes(picture.read_bytes())
    return {
        **_works(client, picture, number),
        "embed many": lambda: [one.unwrap() for one in client.embed.many(["a", "b", "c"])],
        _UPLOAD: lambda: client.assets.delete(client.assets.upload(media, timeout=0).id),
    }


def _awaited_works(client: AsyncTwelveLabs, picture: Path, number: int) -> _Works:
    media = Media.bytes(picture.read_bytes())

    async def embed_many() -> None:
        async for one in client.embed.many(["a", "b", "c"]):
            one.unwrap()

    async def upload_and_delete() -> None:
        asset = await client.assets.upload(media, timeout=0)
        await client.assets.delete(asset.id)

    return {
        **_works(client, picture, number),
        "embed many": embed_many,
        _UPLOAD: upload_and_delete,
    }


def _block(works: _Works, tally: Tally, until_sec: float) -> None:
    for name, work in _in_turn(works, until_sec):
        try:
            work()
        except Exception as error:  # whatever it is, it is counted, and judged in the end
            tally.add(name, error)
        else:
            tally.add(name)


async def _await(works: _Works, tally: Tally, until_sec: float) -> None:
    for name, work in _in_turn(works, until_sec):
        try:
            await work()
        except Exception as error:  # as above
            tally.add(name, error)
        else:
            tally.add(name)


def _in_turn(works: _Works, until_sec: float) -> Iterator[tuple[str, Callable[[], Any]]]:
    while True:
        for name, work in works.items():
            if time.monotonic() >= until_sec:
                return
            yield name, work


class _MallInfo(ctypes.Structure):
    """`struct mallinfo2` of glibc."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    ]


def _malloc_kib() -> float:
    """Give what is free back to the system; return what is not, of all threads, in KiB."""
    libc = ctypes.CDLL(None)
    try:
        libc.malloc_trim(0)
        libc.mallinfo2.restype = _MallInfo
        info = libc.mallinfo2()
    except AttributeError:  # no glibc, or one before 2.33
        return 0.0
    return float(info.uordblks + info.hblkhd) / 1024


def _look(second: float, calls: int) -> Moment:
    gc.collect()
    malloc_kib = _malloc_kib()
    status = Path("/proc/self/status").read_text()
    moment = Moment(
        second,
        rss_mib=int(status.partition("VmRSS:")[2].split()[0]) / 1024,
        blocks=sys.getallocatedblocks(),
        malloc_kib=malloc_kib,
        files=len(os.listdir("/proc/self/fd")),
        threads=threading.active_count(),
        calls=calls,
    )
    print(
        f"{second:6.0f} s  {moment.rss_mib:7.1f} MiB  {moment.blocks:8d} blocks  "
        f"{moment.malloc_kib:8.0f} KiB of malloc  {moment.files:4d} files  "
        f"{moment.threads:3d} threads  {moment.calls:7d} calls",
        flush=True,
    )
    return moment


def _growth(moments: list[Moment]) -> Iterator[str]:
    """Return what the last third holds more than the first, after the warm-up, in words."""
    moments = moments[_WARM_UP:]
    third = len(moments) // 3
    parts = moments[:third], moments[-third:]
    held: dict[str, list[float]] = {}
    for figure in ("rss_mib", "blocks", "malloc_kib", "files", "threads", "calls"):
        first, last = (median(getattr(moment, figure) for moment in part) for part in parts)
        print(f"{figure}: {first:,.1f} in the first third, {last:,.1f} in the last")
        held[figure] = [first, last]
    more = {figure: last - first for figure, (first, last) in held.items()}
    if held["rss_mib"][1] > held["rss_mib"][0] * _MAX_RSS:
        yield "resident memory grows"
    if more["blocks"] > more["calls"] * _MAX_BLOCKS_PER_CALL:
        yield "objects are held after their call"
    if more["malloc_kib"] * 1024 > more["calls"] * _MAX_MALLOC_BYTES_PER_CALL:
        yield "memory of malloc is held after a call"
    if more["files"] > _MAX_FILES:
        yield "files or sockets are left open"
    if held["threads"][1] > _MAX_THREADS:
        yield "threads are left"


if __name__ == "__main__":
    sys.exit(main())
