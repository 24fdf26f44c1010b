"""One measurement in a process of its own: prints one line of JSON.

    python -m benchmarks.child decode core BODY_FILE --loops 3

Time is wall time, because that is what one waits, except where it is called CPU time: the user and
system time of this process (`time.process_time`).

Peak memory is the highest resident memory of this process (VmHWM) while the *first* measured piece
of work is done, over what was resident just before. Linux can set that mark back (a 5 written to
/proc/self/clear_refs), so that neither imports nor the body count; memory that was freed earlier is
given back to the system before, so that none is used again unseen. A small piece of the same work
comes first, so that modules are imported and connections open. On other systems the figure is null.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import gc
import json
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import TypeAlias, get_args

from benchmarks import sides
from benchmarks.bodies import make_body

Figures: TypeAlias = dict[str, float | None]

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_SMALL_FILE_BYTES = 10_000
_WARMING_UP = 50  # texts


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.child", description=__doc__)
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("side", choices=get_args(sides.Side))
    parser.add_argument("source", help="a file with a body for decode, otherwise a base URL")
    parser.add_argument("--file", type=Path, help="what is sent")
    parser.add_argument("--loops", type=int, default=1, help="how often the work is done")
    parser.add_argument("--concurrency", type=int, default=1, help="calls at the same time")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long calls are made")
    options = parser.parse_args()
    # Each retry of ours is logged, which nobody would read here.
    logging.disable()
    sides.prepare(options.side)
    print(json.dumps(TASKS[options.task](options)))


# --- memory ---------------------------------------------------------------------------------------


class _Peak:
    """The memory that a piece of work needs at most, in bytes."""

    def __init__(self) -> None:
        gc.collect()
        try:
            ctypes.CDLL(None).malloc_trim(0)
            _CLEAR.write_text("5")
        except (OSError, AttributeError):
            self._before: int | None = None
        else:
            self._before = _status_bytes("VmRSS")

    def grown_bytes(self) -> int | None:
        return None if self._before is None else _status_bytes("VmHWM") - self._before


def _status_bytes(name: str) -> int:
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024


def _time_and_peak(work: Callable[[], object], loops: int) -> Figures:
    """Return the median time of a piece of work, and the memory of the first time it is done."""
    peak = _Peak()
    times = [_time(work)]
    grown_bytes = peak.grown_bytes()
    times += [_time(work) for _ in range(loops - 1)]
    return {
        "sec": median(sec for sec, _ in times),
        "cpu_sec": median(cpu_sec for _, cpu_sec in times),
        "peak_bytes": grown_bytes,
    }


def _time(work: Callable[[], object]) -> tuple[float, float]:
    started_sec, started_cpu_sec = time.perf_counter(), time.process_time()
    result = work()
    taken = time.perf_counter() - started_sec, time.process_time() - started_cpu_sec
    del result  # what is returned is let go after the clock has stopped
    return taken


# --- tasks ----------------------------------------------------------------------------------------


def decode(options: argparse.Namespace) -> Figures:
    """Read a body to a float32 array."""
    decode = sides.decoder(options.side)
    decode(make_body(1))
    body = Path(options.source).read_bytes()
    return _time_and_peak(lambda: decode(body), options.loops)


def send(options: argparse.Namespace) -> Figures:
    """Send a file, from its path to the answer."""
    send = sides.sender(options.side, options.source)
    send(_small_file(options.file))
    return _time_and_peak(lambda: send(options.file), options.loops)


def send_async(options: argparse.Namespace) -> Figures:
    """Do the same, awaited."""
    send = sides.async_sender(options.side, options.source)
    with asyncio.Runner() as runner:

        async def sent(path: Path) -> object:
            return await send(path)

        runner.run(sent(_small_file(options.file)))
        return _time_and_peak(lambda: runner.run(sent(options.file)), options.loops)


def _small_file(beside: Path) -> Path:
    path = beside.with_name("small.mp4")
    path.write_bytes(bytes(_SMALL_FILE_BYTES))
    return path


def call(options: argparse.Namespace) -> Figures:
    """Text calls, one after the other, blocking."""
    call = sides.text_caller(options.side, options.source)
    for _ in range(10):
        call()

    def calls() -> None:
        for _ in range(options.loops):
            call()

    sec, cpu_sec = _time(calls)
    return {"sec": sec / options.loops, "cpu_sec": cpu_sec / options.loops}


def concurrent(options: argparse.Namespace) -> Figures:
    """Text calls, many at once, awaited."""
    call = sides.async_text_caller(options.side, options.source)
    return asyncio.run(_concurrent(call, options.concurrency, options.seconds))


async def _concurrent(
    call: Callable[[], Awaitable[object]], concurrency: int, duration_sec: float
) -> Figures:
    async def loop(end_sec: float) -> list[float]:
        latencies_sec: list[float] = []
        while not latencies_sec or time.perf_counter() < end_sec:
            started_sec = time.perf_counter()
            await call()
            latencies_sec.append(time.perf_counter() - started_sec)
        return latencies_sec

    await asyncio.gather(*(loop(0) for _ in range(concurrency)))  # opens the connections
    started_sec, started_cpu_sec = time.perf_counter(), time.process_time()
    done = await asyncio.gather(*(loop(started_sec + duration_sec) for _ in range(concurrency)))
    return _rates(done, started_sec, started_cpu_sec)


def threads(options: argparse.Namespace) -> Figures:
    """Text calls, many at once, by threads that share a blocking client."""
    call = sides.text_caller(options.side, options.source)

    def loop(end_sec: float) -> list[float]:
        latencies_sec: list[float] = []
        while not latencies_sec or time.perf_counter() < end_sec:
            started_sec = time.perf_counter()
            call()
            latencies_sec.append(time.perf_counter() - started_sec)
        return latencies_sec

    with ThreadPoolExecutor(options.concurrency) as pool:
        list(pool.map(loop, [0] * options.concurrency))
        started_sec, started_cpu_sec = time.perf_counter(), time.process_time()
        ends_sec = [started_sec + options.seconds] * options.concurrency
        return _rates(list(pool.map(loop, ends_sec)), started_sec, started_cpu_sec)


def _rates(done: list[list[float]], started_sec: float, started_cpu_sec: float) -> Figures:
    taken_sec = time.perf_counter() - started_sec
    cpu_sec = time.process_time() - started_cpu_sec
    latencies_sec = sorted(latency_sec for latencies in done for latency_sec in latencies)
    count = len(latencies_sec)
    return {
        "calls": count,
        "calls_per_sec": count / taken_sec,
        "p50_sec": latencies_sec[count // 2],
        "p99_sec": latencies_sec[int(count * 0.99)],
        "cpu_sec": cpu_sec / count,
    }


def faults(options: argparse.Namespace) -> Figures:
    """Text calls of which a part of the attempts fails, awaited, with default settings."""
    call = sides.async_text_caller(options.side, options.source)
    return asyncio.run(_faults(call, options.loops, options.concurrency))


async def _faults(call: Callable[[], Awaitable[object]], calls: int, concurrency: int) -> Figures:
    started_sec = time.perf_counter()
    turn = asyncio.Semaphore(concurrency)

    async def outcome() -> str:
        async with turn:
            try:
                await call()
            except Exception as error:
                return type(error).__name__
            return "succeeded"

    outcomes = await asyncio.gather(*(outcome() for _ in range(calls)))
    return _outcomes(outcomes, started_sec)


def faults_blocking(options: argparse.Namespace) -> Figures:
    """Do the same by threads that share a blocking client."""
    call = sides.text_caller(options.side, options.source)
    started_sec = time.perf_counter()

    def outcome(_: int) -> str:
        try:
            call()
        except Exception as error:
            return type(error).__name__
        return "succeeded"

    with ThreadPoolExecutor(options.concurrency) as pool:
        return _outcomes(list(pool.map(outcome, range(options.loops))), started_sec)


def _outcomes(outcomes: list[str], started_sec: float) -> Figures:
    # Each kind of error under its name, for those who look at the JSON.
    figures: Figures = dict(Counter({"succeeded": 0}) + Counter(outcomes))
    return {"sec": time.perf_counter() - started_sec, "succeeded": 0, **figures}


def bulk(options: argparse.Namespace) -> Figures:
    """Many texts, some at a time, awaited."""
    embed = sides.bulk(options.side, options.source, options.concurrency)
    with asyncio.Runner() as runner:
        runner.run(embed(_texts(_WARMING_UP)))
        return _rate(lambda: runner.run(embed(_texts(options.loops))), options.loops)


def bulk_blocking(options: argparse.Namespace) -> Figures:
    """Do the same by the client that blocks, whose sockets are opened anew each time."""
    embed = sides.blocking_bulk(options.side, options.source, options.concurrency)
    embed(_texts(_WARMING_UP))
    return _rate(lambda: embed(_texts(options.loops)), options.loops)


def _texts(count: int) -> list[str]:
    return [f"{sides.TEXT}, {number}" for number in range(count)]


def _rate(work: Callable[[], object], count: int) -> Figures:
    sec, cpu_sec = _time(work)
    return {"calls_per_sec": count / sec, "cpu_sec": cpu_sec / count}


TASKS: dict[str, Callable[[argparse.Namespace], Figures]] = {
    task.__name__: task
    for task in (
        *(decode, send, send_async, call, concurrent, threads, faults, faults_blocking),
        *(bulk, bulk_blocking),
    )
}


if __name__ == "__main__":
    main()
