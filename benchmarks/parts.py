"""How the cost of a dataset grows: items in few and in many parts, a finished source run again.

python -m benchmarks.parts --items 1000 10000 100000
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from attrs import evolve
from twelvelabs_embed import Embeddings, Segment
from twelvelabs_embed.bulk.changes import compare, fingerprint_of
from twelvelabs_embed.bulk.checkpoint import Checkpoint
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.part_files import part_paths
from twelvelabs_embed.bulk.part_store import PartStore
from twelvelabs_embed.bulk.plan import RunPlan, write_plan
from twelvelabs_embed.bulk.sources import Source

DIMENSIONS = 512
PLAN = RunPlan("marengo3.0", {}, "/", ["source"], run_id="benchmark")


def items(count: int) -> Iterator[tuple[str, Embeddings]]:
    vectors = np.random.default_rng(0).normal(size=(count, DIMENSIONS)).astype(np.float32)
    for number in range(count):
        row = vectors[number : number + 1]
        one = Embeddings(row, [Segment()], model="marengo3.0", input_type="image")
        yield f"{number:07}.jpg", one


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start_sec = time.perf_counter()
    result = work()
    return time.perf_counter() - start_sec, result


def write(folder: Path, count: int, in_part: int, *, merges: bool) -> None:
    """Write parts of so many items each, as a run does."""
    store, waiting = PartStore(folder, {}), list[tuple[str, Embeddings]]()
    for number, item in enumerate(items(count), 1):
        waiting.append(item)
        if len(waiting) == in_part or number == count:
            found = {
                id: Fingerprint(1, 10**18, f"blake2b:{hash(id) % 2**64:032x}", "row")
                for id, _ in waiting
            }
            store.write(store.table(waiting, DIMENSIONS, found))
            waiting = []
            if merges:
                store.compact_tail()


def load(folder: Path) -> int:
    """Open a folder as the start of a run does."""
    write_plan(folder, PLAN)
    with Checkpoint(folder, PLAN, 4096, 30) as checkpoint:
        return len(checkpoint.items)


def measure_parts(count: int, in_part: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        plain, merged = Path(name, "plain"), Path(name, "merged")
        plain.mkdir()
        merged.mkdir()
        write_sec, _ = timed(lambda: write(plain, count, in_part, merges=False))
        merge_sec, _ = timed(lambda: write(merged, count, in_part, merges=True))
        many_sec, found = timed(lambda: load(plain))
        few_sec, _ = timed(lambda: load(merged))
        assert found == count
        print(
            f"{count:>8,} {len(part_paths(plain)):>7,} {write_sec:>9.2f} {many_sec:>9.3f}"
            f" {len(part_paths(merged)):>7,} {merge_sec:>9.2f} {few_sec:>9.3f}"
        )


def measure_rerun(count: int) -> None:
    """Compare all files of a finished folder with what is known of them."""
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name, "source"), Path(name, "out")
        folder.mkdir()
        out.mkdir()
        content = os.urandom(20_000)
        for number in range(count):
            path = folder / f"{number:07}.jpg"
            path.write_bytes(content)
            os.utime(path, (1_700_000_000, 1_700_000_000))
        source, now = Source(folder), datetime.now(UTC)
        found = {
            one.id: evolve(fingerprint_of(one, now), version=f"blake2b:{1:032x}")
            for one in source.candidates()
        }
        store = PartStore(out, {})
        store.write(store.table(list(items(count)), DIMENSIONS, found))
        index = store.load().items

        def compare_all() -> int:
            same = 0
            for candidate in source.candidates():
                known = index.get(candidate.id)
                same += known is not None and compare(candidate, known, now).state == "same"
            return same

        seconds, same = timed(compare_all)
        assert same == count
        read_sec, _ = timed(lambda: sum(1 for _ in source))
        print(f"{count:>8,} {seconds * 1e6 / count:>10.0f} {read_sec * 1e6 / count:>10.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, nargs="*", default=[1000, 10_000, 100_000])
    parser.add_argument("--in-part", type=int, nargs="*", default=[20, 4000])
    arguments = parser.parse_args()
    print("           as written                 merged while writing")
    print("   items   parts   write s    load s   parts   write s    load s")
    for count in arguments.items:
        for in_part in arguments.in_part:
            if in_part <= count:
                measure_parts(count, in_part)
    print("\na finished folder again, microseconds for each file")
    print("   items   compared     opened")
    for count in arguments.items:
        measure_rerun(min(count, 20_000))


if __name__ == "__main__":
    main()
