"""An archive of texts of which some fail, beside a bare loop of aiohttp that sends the same.

    python -m benchmarks.archive --items 10000 --concurrency 64

Emulator, a proxy that lets 5 % of the texts fail for ever and 10 % once (half by 503, half by a
reset), and client are a process each. The bare loop reads answers without looking into them and
sends what failed again at once; ours waits before that, as a client should. Peak memory is that of
the whole process. Not a line of `scripts/bench`, because it takes minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import emulator
from benchmarks.measure import ROOT

_SIDES = ("aiohttp", "many, awaited", "many, blocking", "bulk.run")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.archive", description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--side", choices=_SIDES, help="only this, against --url (for children)")
    parser.add_argument("--url", default="")
    options = parser.parse_args()
    if options.side:
        print(json.dumps(_measure(options.side, options.url, options.items, options.concurrency)))
        return
    samples: dict[str, list[dict[str, Any]]] = {side: [] for side in _SIDES}
    with emulator.running() as origin:
        for repetition in range(options.repeat):
            for side in _SIDES:
                with _proxy(origin) as proxy:
                    figures = _child(side, proxy.url, options.items, options.concurrency)
                    figures |= proxy.counts()
                samples[side].append(figures)
                print(f"{repetition + 1} {side}: {json.dumps(figures)}", flush=True)
    bare = median(one["per_sec"] for one in samples["aiohttp"])
    for side in _SIDES:
        rate = median(one["per_sec"] for one in samples[side])
        print(f"{side:15} {rate:7.0f}/s  {rate / bare:.2f}x of the bare loop")


def make_texts(count: int) -> Iterator[str]:
    """5 % that fail for ever, 10 % that fail once."""
    for number in range(count):
        kind = "permanent" if number % 20 == 7 else "passing" if number % 10 == 3 else "plain"
        yield f"text {number}, {kind}"


# ------------------------------------------------------------------------------------------- sides


class _OnlyBulk:
    """As where `[bulk]` alone is installed: pyarrow would import pandas, httpx click and rich."""

    def find_spec(self, name: str, *_: object) -> None:
        if name in ("click", "pandas", "rich"):
            raise ModuleNotFoundError(name=name)


def _measure(side: str, url: str, items: int, concurrency: int) -> dict[str, Any]:
    logging.disable()
    sys.meta_path.insert(0, _OnlyBulk())
    with TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "texts.jsonl").open("w") as file:
            file.writelines(f"{json.dumps({'text': text})}\n" for text in make_texts(items))
        started_sec = time.perf_counter()
        if side == "aiohttp":
            done, failed = asyncio.run(_bare(url, items, concurrency))
        elif side == "many, awaited":
            done, failed = asyncio.run(_awaited(url, items, concurrency))
        elif side == "many, blocking":
            done, failed = _blocking(url, items, concurrency)
        else:
            done, failed = _bulk(url, folder, concurrency)
        elapsed_sec = time.perf_counter() - started_sec
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    return {
        "per_sec": items / elapsed_sec,
        "done": done,
        "failed": failed,
        "peak_mb": round(peak_mb),
    }


async def _bare(url: str, items: int, concurrency: int) -> tuple[int, int]:
    import aiohttp

    texts, counts = make_texts(items), {200: 0, 400: 0}

    async def work(session: aiohttp.ClientSession) -> None:
        for text in texts:
            body = {"input_type": "text", "model_name": "marengo3.0", "text": {"input_text": text}}
            status = 0
            while status not in counts:
                try:
                    async with session.post(f"{url}/embed-v2", json=body) as answer:
                        await answer.read()
                        status = answer.status
                except aiohttp.ClientError:
                    continue
            counts[status] += 1

    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, headers={"x-api-key": "any"}) as session:
        await asyncio.gather(*(work(session) for _ in range(concurrency)))
    return counts[200], counts[400]


async def _awaited(url: str, items: int, concurrency: int) -> tuple[int, int]:
    from twelvelabs_embed import AsyncTwelveLabs

    done = failed = 0
    async with AsyncTwelveLabs(api_key="any", base_url=url) as client:
        outcomes: AsyncIterator[Any] = client.embed.many(make_texts(items), concurrency=concurrency)
        async for outcome in outcomes:
            done += outcome.error is None
            failed += outcome.error is not None
    return done, failed


def _blocking(url: str, items: int, concurrency: int) -> tuple[int, int]:
    from twelvelabs_embed import TwelveLabs

    done = failed = 0
    with TwelveLabs(api_key="any", base_url=url) as client:
        for outcome in client.embed.many(make_texts(items), concurrency=concurrency):
            done += outcome.error is None
            failed += outcome.error is not None
    return done, failed


def _bulk(url: str, folder: Path, concurrency: int) -> tuple[int, int]:
    from twelvelabs_embed import TwelveLabs

    with TwelveLabs(api_key="any", base_url=url) as client:
        report = client.bulk.run(folder / "texts.jsonl", folder / "out", concurrency=concurrency)
    return report.done, report.failed


# ------------------------------------------------------------------------------------------- proxy


class _Proxy:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin
        assert process.stdout
        self._in, self._out = process.stdin, process.stdout
        self.url = self._out.readline().strip()

    def counts(self) -> dict[str, Any]:
        self._in.close()
        counts: dict[str, Any] = json.loads(self._out.readline())
        return counts


@contextmanager
def _proxy(origin: str) -> Iterator[_Proxy]:
    command = [sys.executable, "-c", _PROXY, origin]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as process:  # type: ignore[call-overload]
        yield _Proxy(process)


_PROXY = """
import json, sys
from tests.bulk.fault_proxy import faulty
with faulty(sys.argv[1]) as proxy:
    print(proxy.base_url, flush=True)
    sys.stdin.read()
    twice = sum(count > 1 for count in proxy.sent.values())
    print(json.dumps({"embedded": len(proxy.sent), "embedded_twice": twice}), flush=True)
"""


def _child(side: str, url: str, items: int, concurrency: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.archive", "--side", side, "--url", url]
    command += ["--items", str(items), "--concurrency", str(concurrency)]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


if __name__ == "__main__":
    main()
