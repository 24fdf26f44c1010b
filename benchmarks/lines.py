"""The lines of the table in DESIGN.md: how each is measured, and its targets."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from time import perf_counter

from attrs import frozen

from benchmarks import emulator, server
from benchmarks.bodies import DIMENSIONS, make_body
from benchmarks.child import Figures
from benchmarks.measure import Bench, Run, child, run_for_json
from benchmarks.rows import MB, Must, Row, Unit, at_max_mb, share, times
from benchmarks.sides import FAST_MODULES, KEY, TEXT

INSTALLS = {"core": "core", "fast": "[fast]"}
# The largest answer takes the SDK a minute.
_ENOUGH_OF_THE_LARGEST = 3
_AT_ONCE_IN_FAULTS = 10
_AT_ONCE_IN_BULK = 16
_FAILING = 0.2


@frozen
class Scale:
    """How much is measured. The targets are meant for these numbers.

    Attributes:
        rows: of the answers that are decoded: small, middle, large
        file_mb: sizes of the files that are sent: small, the target's, large
        concurrency: how many calls at once; the last has the target
        seconds: how long calls are made for one measurement
        calls: text calls for one measurement of their CPU time
        fault_calls: calls to a server that fails
        bulk: texts for one measurement of `many`; the emulator gets a third
    """

    rows: tuple[int, int, int] = (1, 900, 21_600)
    file_mb: tuple[float, float, float] = (9, 27, 36)
    concurrency: tuple[int, ...] = (1, 8, 32, 100)
    seconds: float = 3.0
    calls: int = 500
    fault_calls: int = 100
    bulk: int = 3_000


QUICK = Scale(
    rows=(1, 9, 90),
    file_mb=(0.9, 2.7, 3.6),
    concurrency=(1, 10),
    seconds=0.2,
    calls=20,
    fault_calls=20,
    bulk=60,
)


# --- 1 --------------------------------------------------------------------------------------------

# What is imported, how a client is made, and its first call.
_STARTS = {
    "core": (
        "import twelvelabs_embed",
        "client = twelvelabs_embed.TwelveLabs({key!r}, base_url={url!r})",
        "client.embed({text!r})",
    ),
    "sdk": (
        "import twelvelabs",
        "client = twelvelabs.TwelveLabs(api_key={key!r}, base_url={url!r})",
        "client.embed.v_2.create(input_type='text', model_name='marengo3.0', "
        "text=twelvelabs.TextInputRequest(input_text={text!r}))",
    ),
    "httpx": (
        "import httpx",
        "client = httpx.Client()",
        "client.post({url!r} + '/embed-v2', json={{'text': {text!r}}}).json()",
    ),
}
# What none of the three installs for itself. httpx imports click and rich where it finds them, and
# that takes as long as the rest of it.
_NOT_INSTALLED = ("click", *FAST_MODULES)
# Whole processes, with what is installed: no client at all is what a program would use instead.
_FIRST_VECTORS = {
    "core": "import twelvelabs_embed\n"
    "twelvelabs_embed.TwelveLabs({key!r}, base_url={url!r}).embed({text!r}).vector",
    "bare": "import httpx, numpy\n"
    "body = {{'input_type': 'text', 'model_name': 'm', 'text': {{'input_text': {text!r}}}}}\n"
    "answer = httpx.post({url!r} + '/embed-v2', json=body, headers={{'x-api-key': {key!r}}})\n"
    "numpy.array(answer.json()['data'][0]['embedding'], numpy.float32)",
}
# Inside a Python that has started, so that its own start is not in the figures.
_START = """
import sys, time
sys.modules.update(dict.fromkeys({hidden}))
started = time.perf_counter()
{imports}
imported = time.perf_counter()
{makes}
made = time.perf_counter()
{calls}
called = time.perf_counter()
print('{{"import_sec": %r, "client_sec": %r, "answer_sec": %r}}'
      % (imported - started, made - started, called - started))
"""


def start(bench: Bench, scale: Scale, folder: Path) -> Iterator[Row]:
    """Import and make a client."""

    def run(side: str, url: str) -> Run:
        names = {"key": KEY, "url": url, "text": TEXT}
        imports, makes, calls = (statement.format(**names) for statement in _STARTS[side])
        code = _START.format(hidden=_NOT_INSTALLED, imports=imports, makes=makes, calls=calls)
        return lambda _: run_for_json([sys.executable, "-c", code], folder)

    def first_vector(side: str, url: str) -> Run:
        code = _FIRST_VECTORS[side].format(key=KEY, url=url, text=TEXT)

        def once(_: int) -> Figures:
            started_sec = perf_counter()
            run_for_json([sys.executable, "-c", f"{code}\nprint('{{}}')"], folder)
            return {"sec": perf_counter() - started_sec}

        return once

    with server.running() as url:
        runs = {side: run(side, url) for side in _STARTS}
        for once in runs.values():
            once(0)  # fills the disk's cache, and writes what is compiled
        measured = bench.alternate("start", runs)
        processes = {side: first_vector(side, url) for side in _FIRST_VECTORS}
        for once in processes.values():
            once(0)
        first = bench.alternate("first vector", processes)

    def row(work: str, figure: str, against: str, must: Must | None) -> Row:
        ours = measured.median("core", figure)
        theirs = measured.median(against, figure)
        name = "httpx" if against == "httpx" else "SDK"
        return Row(1, work, "core", "sec", ours, theirs, must, name)

    yield row("import and make a client", "client_sec", "sdk", times(4))
    yield row("import and make a client", "client_sec", "httpx", share(1.15))
    yield row("import alone", "import_sec", "sdk", None)
    yield row("import alone", "import_sec", "httpx", share(0.25))
    yield row("import to the first answer", "answer_sec", "sdk", None)
    yield row("import to the first answer", "answer_sec", "httpx", None)
    ours, theirs = first.median("core", "sec"), first.median("bare", "sec")
    work = "process start to first vector"
    yield Row(1, work, "core", "sec", ours, theirs, share(1.2), "bare post")


# --- 2 --------------------------------------------------------------------------------------------


def decode(bench: Bench, scale: Scale, folder: Path) -> Iterator[Row]:
    """Read an answer to a float32 array."""
    few, some, many = scale.rows
    loops = {few: 100, some: 3, many: 1}
    musts: dict[int, tuple[Must | None, Must | None]] = {
        few: (None, None),
        some: (times(30), times(55)),
        many: (times(40), times(55)),
    }
    for rows in scale.rows:
        body = folder / f"{rows}.json"
        body.write_bytes(make_body(rows))

        def run(side: str, body: Path = body, rows: int = rows) -> Run:
            return lambda _: child("decode", side, body, loops=loops[rows])

        measured = bench.alternate(
            f"decode {rows}",
            {side: run(side) for side in ("core", "fast", "sdk")},
            at_most=_ENOUGH_OF_THE_LARGEST if rows == many else sys.maxsize,
        )
        work = f"decode {rows:,} x {DIMENSIONS}"
        for side, must in zip(INSTALLS, musts[rows], strict=True):
            yield Row(
                2,
                work,
                INSTALLS[side],
                "sec",
                measured.median(side, "sec"),
                measured.median("sdk", "sec"),
                must,
            )
        if rows != few:
            for side, install in INSTALLS.items():
                yield Row(
                    2,
                    f"{work}: peak memory",
                    install,
                    "bytes",
                    measured.median(side, "peak_bytes"),
                    measured.median("sdk", "peak_bytes"),
                    at_max_mb(60) if rows == many else None,
                )


# --- 3 --------------------------------------------------------------------------------------------


def send(bench: Bench, scale: Scale, folder: Path) -> Iterator[Row]:
    """Send a file inside the request."""
    _, target_mb, _ = scale.file_mb
    with server.running() as url:
        for file_mb in scale.file_mb:
            path = folder / f"{file_mb:g}.mp4"
            path.write_bytes(Random(1).randbytes(int(file_mb * MB)))

            def run(task: str, side: str, path: Path = path) -> Run:
                return lambda _: child(task, side, url, file=path, loops=3)

            runs = {side: run("send", side) for side in ("core", "fast", "sdk")}
            awaited = {f"{side} awaited": run("send_async", side) for side in INSTALLS}
            measured = bench.alternate(f"send {file_mb:g} MB", {**runs, **awaited})
            work = f"send {file_mb:g} MB"
            if file_mb == target_mb:
                for side, must in zip(INSTALLS, (times(3), times(6)), strict=True):
                    ours, theirs = measured.median(side, "sec"), measured.median("sdk", "sec")
                    yield Row(3, work, INSTALLS[side], "sec", ours, theirs, must)
            theirs = measured.median("sdk", "peak_bytes")
            for how in ("", " awaited"):
                for side, install in INSTALLS.items():
                    ours = measured.median(side + how, "peak_bytes")
                    what = f"{work}{how and ',' + how}: peak memory"
                    yield Row(3, what, install, "bytes", ours, theirs, at_max_mb(4))


# --- 4 --------------------------------------------------------------------------------------------


def call(bench: Bench, scale: Scale, folder: Path) -> Iterator[Row]:
    """Make one text call through the whole client."""
    with server.running() as url:

        def run(side: str) -> Run:
            return lambda _: child("call", side, url, loops=scale.calls)

        measured = bench.alternate("call", {side: run(side) for side in ("core", "fast", "sdk")})
    for figure, work, must in (
        ("cpu_sec", "one text call: CPU time", times(4)),
        ("sec", "one text call: wall time", None),
    ):
        for side, install in INSTALLS.items():
            ours, theirs = measured.median(side, figure), measured.median("sdk", figure)
            yield Row(4, work, install, "sec", ours, theirs, must)


# --- 5 --------------------------------------------------------------------------------------------


def concurrency(bench: Bench, scale: Scale, folder: Path) -> Iterator[Row]:
    """Many text calls at once."""
    figures: list[tuple[Unit, str, str, Must | None]] = [
        ("calls/s", "calls_per_sec", "", times(8)),
        ("sec", "p99_sec", ": p99 of the wait", share(1 / 8)),
        ("sec", "cpu_sec", ": CPU time a call", None),
    ]
    with server.running() as url:

        def run(task: str, side: str, calls: int) -> Run:
            return lambda _: child(task, side, url, concurrency=calls, seconds=scale.seconds)

        for calls in scale.concurrency:
            target = calls == scale.concurrency[-1]
            installs = INSTALLS if target else {"core": "core"}
            measured = bench.alternate(
                f"{calls} at once",
                {side: run("concurrent", side, calls) for side in (*installs, "sdk")},
            )
            work = f"text calls, {calls} at once"
            for side, install in installs.items():
                for unit, figure, what, must in figures:
                    yield Row(
                        5,
                        work + what,
                        install,
                        unit,
                        measured.median(side, figure),
                        measured.median("sdk", figure),
                        must if target else None,
                    )
        threads = scale.concurrency[0::2]
        measured = bench.alternate(
            f"{threads[0]} and {threads[-1]} threads",
            {
                f"{side} {n}": run("threads", side, n)
                for n in threads
                for side in ("core", "sdk", "http.client")
            },
        )
        rates = {side: measured.median(side, "calls_per_sec") for side in measured.samples}
        for n in threads:
            yield Row(
                5,
                f"text calls, {n} threads",
                "core",
                "calls/s",
                rates[f"core {n}"],
                rates[f"sdk {n}"],
            )
        for side, must in (("core", times(1)), ("http.client", None)):
            one, several = rates[f"{side} {threads[0]}"], rates[f"{side} {threads[-1]}"]
            work = f"text calls, {threads[-1]} threads"
            yield Row(5, work, side, "calls/s", several, one, must, "one thread")


# --- 6 --------------------------------------------------------------------------------------------


def faults(bench: Bench, scale: Scale, folder: Path) -> Iterator[Row]:
    """Measure calls of which a part of the attempts fails."""
    calls = scale.fault_calls

    def run(task: str, side: str) -> Run:
        def once(repetition: int) -> Figures:
            # A server of its own: both sides meet the same failures.
            with server.running(failing=_FAILING, seed=repetition + 1) as url:
                return child(task, side, url, loops=calls, concurrency=_AT_ONCE_IN_FAULTS)

        return once

    for task, how in (("faults", "awaited"), ("faults_blocking", "blocking")):
        measured = bench.alternate(
            f"faults, {how}", {side: run(task, side) for side in ("core", "sdk")}
        )
        yield Row(
            6,
            f"{calls} calls, {_FAILING:.0%} of attempts fail, {how}",
            "core",
            "calls",
            measured.least("core", "succeeded"),
            measured.median("sdk", "succeeded"),
            Must(f"{calls}", value=calls),
        )
        ours, theirs = (measured.median(side, "sec") for side in ("core", "sdk"))
        yield Row(6, f"{calls} calls, {how}: until all have ended", "core", "sec", ours, theirs)


# --- 7 --------------------------------------------------------------------------------------------


def bulk(bench: Bench, scale: Scale, folder: Path) -> Iterator[Row]:
    """Many texts by `many`, beside a bare loop."""
    services = (
        ("a server that costs nothing", server.running, scale.bulk, None),
        ("the emulator", emulator.running, scale.bulk // 3, times(0.7)),
    )
    for name, running, texts, must in services:
        with running() as url:

            def run(task: str, side: str, url: str = url, texts: int = texts) -> Run:
                return lambda _: child(task, side, url, loops=texts, concurrency=_AT_ONCE_IN_BULK)

            runs = {side: run("bulk", side) for side in ("aiohttp", "arrays")}
            runs |= {side: run("bulk", side) for side in INSTALLS}
            runs |= {f"{side} blocking": run("bulk_blocking", side) for side in INSTALLS}
            measured = bench.alternate(f"many, {name}", runs)
        for how in ("", " blocking"):
            for side, install in INSTALLS.items():
                ours = measured.median(side + how, "calls_per_sec")
                theirs = measured.median("aiohttp", "calls_per_sec")
                work = f"many texts,{how or ' awaited'}, {name}"
                yield Row(7, work, install, "calls/s", ours, theirs, must, "aiohttp")
            ours, theirs = (
                measured.median(one, "calls_per_sec") for one in ("core" + how, "arrays")
            )
            yield Row(7, work, "core", "calls/s", ours, theirs, None, "aiohttp, arrays")


LINES: dict[str, Callable[[Bench, Scale, Path], Iterator[Row]]] = {
    "start": start,
    "decode": decode,
    "send": send,
    "call": call,
    "concurrency": concurrency,
    "faults": faults,
    "many": bulk,
}
