"""Exact search over vectors: our index beside numpy, DuckDB and LanceDB, on the same vectors.

    python -m benchmarks.search --rows 200000
    python -m benchmarks.search --rows 1000000 --folder /data/bench --keep

Each side is a process of its own, which the operating system's cache has the files of. `open` is
the median of queries one after the other; `first` is the whole new process, from its start to its
first answer; `x numpy` is the median of the ratios to numpy's product, measured in turn; `many` is
for each of 32 queries that are asked at once. `numpy` maps the vectors and computes `V @ q` and
the best ten. DuckDB and LanceDB have no index for vectors, so they compare all, too. Ranks are
compared with those of float64 over all rows. Memory is the highest of the
process: what is mapped counts there, and is given back when others need it; `private` is without
that (Linux). Not a line of `scripts/bench`, because a million vectors take minutes and 8 GB of
disk.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from benchmarks.measure import ROOT

Vectors: TypeAlias = npt.NDArray[np.float32]
Answer: TypeAlias = Callable[[Vectors], list[int]]

_TOP = 10
_QUERIES = 32
_PART_ROWS = 60_000
_ROWS_OF_ITEM = 60


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--dimensions", type=int, default=512)
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument(
        "--folder", type=Path, help="where the vectors are; they are made if missing"
    )
    parser.add_argument("--keep", action="store_true", help="keep the folder")
    there = [side for side in _SIDES if side == "index" or find_spec(side)]
    parser.add_argument("--sides", nargs="+", choices=list(_SIDES), default=there)
    parser.add_argument("--side", choices=list(_SIDES), help="only this (for children)")
    options = parser.parse_args()
    folder: Path = options.folder or Path(mkdtemp())
    if options.side:
        print(json.dumps(_measure(options.side, folder, options.repeat)))
        return
    try:
        _make(folder, options.rows, options.dimensions, options.sides)
        _print_table(folder, options)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


def _print_table(folder: Path, options: argparse.Namespace) -> None:
    columns = "open, ms | x numpy | many, ms each | first, ms | memory, MB | private, MB"
    print(f"| side | {columns} | equal ranks |")
    print("|---|---|---|---|---|---|---|---|")
    for side in options.sides:
        command = [sys.executable, "-m", "benchmarks.search", "--side", side, "--folder", folder]
        first_sec = min(_run([*command, "--repeat", "0"])[1] for _ in range(3))
        found, _ = _run([*command, "--repeat", str(options.repeat)])
        many = f"{found['many_sec'] * 1e3:.1f}" if found["many_sec"] else "-"
        print(
            f"| {side} | {found['open_sec'] * 1e3:.0f} | {found['ratio']:.2f} | {many} "
            f"| {first_sec * 1e3:.0f} "
            f"| {found['peak_bytes'] / 1e6:.0f} | {found['private_bytes'] / 1e6:.0f} "
            f"| {found['equal']} of {_QUERIES} |",
            flush=True,
        )


def _run(command: list[Any]) -> tuple[dict[str, Any], float]:
    started_sec = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    elapsed_sec = time.perf_counter() - started_sec
    return json.loads(done.stdout), elapsed_sec


# ------------------------------------------------------------------------------------------ vectors


def _make(folder: Path, rows: int, dimensions: int, sides: list[str]) -> None:
    """Write the same vectors for all sides, and the right answers."""
    folder.mkdir(parents=True, exist_ok=True)
    array = folder / "vectors.npy"
    if not array.exists():
        _make_vectors(array, rows, dimensions)
        vectors = np.load(array, mmap_mode="r")
        np.save(folder / "queries.npy", _make_queries(vectors))
        np.save(folder / "right.npy", _right_answers(vectors, np.load(folder / "queries.npy")))
    vectors = np.load(array, mmap_mode="r")
    for side in sides:
        place = folder / side
        if not place.exists() and side in _WRITERS:
            started_sec = time.perf_counter()
            _WRITERS[side](place, vectors)
            seconds = time.perf_counter() - started_sec
            print(f"{side}: made in {seconds:.1f} s, {_size_bytes(place) / 1e6:.0f} MB", flush=True)


def _size_bytes(place: Path) -> int:
    paths = place.rglob("*") if place.is_dir() else [place]
    return sum(path.stat().st_size for path in paths if path.is_file())


def _make_vectors(path: Path, rows: int, dimensions: int) -> None:
    """Write vectors of the length 1, which gather around some thousand topics, as embeddings do."""
    random = np.random.default_rng(0)
    topics = random.standard_normal((4000, dimensions), np.float32)
    vectors = np.lib.format.open_memmap(path, "w+", np.float32, (rows, dimensions))
    for first in range(0, rows, _PART_ROWS):
        count = min(_PART_ROWS, rows - first)
        some = topics[random.integers(len(topics), size=count)]
        some += random.standard_normal((count, dimensions), np.float32)
        vectors[first : first + count] = some / np.linalg.norm(some, axis=1, keepdims=True)
    vectors.flush()


def _make_queries(vectors: Vectors) -> Vectors:
    random = np.random.default_rng(1)
    some = vectors[random.integers(len(vectors), size=_QUERIES)]
    queries = some + 0.05 * random.standard_normal(some.shape, np.float32)
    return (queries / np.linalg.norm(queries, axis=1, keepdims=True)).astype(np.float32)


def _right_answers(vectors: Vectors, queries: Vectors) -> npt.NDArray[np.int64]:
    scores = np.empty((len(queries), len(vectors)))
    wide = queries.astype(np.float64)
    for first in range(0, len(vectors), 20_000):
        some = vectors[first : first + 20_000].astype(np.float64)
        some /= np.linalg.norm(some, axis=1, keepdims=True)
        scores[:, first : first + len(some)] = wide @ some.T
    return np.array([np.argsort(-row, kind="stable")[:_TOP] for row in scores])


# ------------------------------------------------------------------------------------------ writing


def _write_parts(place: Path, vectors: Vectors) -> None:
    """Write parts as a run does, and their index."""
    import pyarrow as pa
    from twelvelabs_embed.bulk.part_files import PartWriter, part_schema
    from twelvelabs_embed.search import Index

    place.mkdir()
    schema = part_schema(vectors.shape[1])
    writer = PartWriter(place, vectors.shape[1])
    for first in range(0, len(vectors), _PART_ROWS):
        some = vectors[first : first + _PART_ROWS]
        numbers = np.arange(first, first + len(some))
        columns = [
            pa.array([f"film-{number // _ROWS_OF_ITEM}.mp4" for number in numbers]),
            pa.array(["video"] * len(some)),
            pa.array(["marengo3.0"] * len(some)),
            pa.array(["visual"] * len(some)),
            pa.array(["clip"] * len(some)),
            pa.array(6.0 * (numbers % _ROWS_OF_ITEM)),
            pa.array(6.0 * (numbers % _ROWS_OF_ITEM) + 6),
            pa.FixedSizeListArray.from_arrays(some.reshape(-1), type=schema.field("vector").type),
        ]
        writer.write_table(pa.Table.from_arrays(columns, schema=schema))
    parts_bytes = _size_bytes(place)
    started_sec = time.perf_counter()
    Index(place).close()
    seconds = time.perf_counter() - started_sec
    print(f"parts: {parts_bytes / 1e6:.0f} MB; their index: made in {seconds:.1f} s", flush=True)


def _write_lancedb(place: Path, vectors: Vectors) -> None:
    lancedb: Any = import_module("lancedb")
    lancedb.connect(place).create_table(
        "vectors", _record_batches(vectors), schema=_schema(vectors)
    )


def _write_duckdb(place: Path, vectors: Vectors) -> None:
    import pyarrow as pa

    duckdb: Any = import_module("duckdb")

    batches = pa.RecordBatchReader.from_batches(_schema(vectors), _record_batches(vectors))
    with duckdb.connect(place) as database:
        database.register("batches", batches)
        kind = f"FLOAT[{vectors.shape[1]}]"
        database.execute(
            f"create table vectors as select number, vector::{kind} as vector from batches"
        )


def _schema(vectors: Vectors) -> Any:
    import pyarrow as pa

    vector = pa.list_(pa.float32(), vectors.shape[1])
    return pa.schema([("number", pa.int64()), ("vector", vector)])


def _record_batches(vectors: Vectors) -> Any:
    import pyarrow as pa

    for first in range(0, len(vectors), _PART_ROWS):
        some = np.ascontiguousarray(vectors[first : first + _PART_ROWS])
        numbers = pa.array(np.arange(first, first + len(some)))
        lists = pa.FixedSizeListArray.from_arrays(some.reshape(-1), some.shape[1])
        yield pa.RecordBatch.from_arrays([numbers, lists], schema=_schema(vectors))


_WRITERS: dict[str, Callable[[Path, Vectors], None]] = {
    "index": _write_parts,
    "lancedb": _write_lancedb,
    "duckdb": _write_duckdb,
}


# -------------------------------------------------------------------------------------------- sides


def _measure(side: str, folder: Path, repeat: int) -> dict[str, Any]:
    answer, answer_many = _SIDES[side](folder)
    queries = np.load(folder / "queries.npy")
    found = [answer(queries[0])]
    if not repeat:
        return {}
    right = np.load(folder / "right.npy").tolist()
    seconds: list[float] = []
    for number in range(repeat):
        started_sec = time.perf_counter()
        answer(queries[number % len(queries)])
        seconds.append(time.perf_counter() - started_sec)
    peak_bytes, private_bytes = _memory()
    # In turn, so that what else the machine does meets both.
    numpy_answer, _ = _with_numpy(folder)
    ratios: list[float] = []
    for number in range(repeat + 1):
        query = queries[number % len(queries)]
        started_sec = time.perf_counter()
        numpy_answer(query)
        between_sec = time.perf_counter()
        answer(query)
        if number:  # the first maps the vectors
            ratios.append((time.perf_counter() - between_sec) / (between_sec - started_sec))
    many_sec = None
    if answer_many:
        many: list[float] = []
        for _ in range(3):
            started_sec = time.perf_counter()
            answer_many(queries)
            many.append((time.perf_counter() - started_sec) / len(queries))
        many_sec = min(many)
    found = [answer(query) for query in queries]
    return {
        "open_sec": median(seconds),
        "ratio": median(ratios),
        "many_sec": many_sec,
        "equal": sum(one == other for one, other in zip(found, right, strict=True)),
        "peak_bytes": peak_bytes,
        "private_bytes": private_bytes,
    }


def _memory() -> tuple[int, int]:
    """Return the peak of resident memory, and what of it is not mapped from files; in bytes."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0, 0
    values = {line.partition(":")[0]: line.split()[1] for line in lines if line.endswith("kB")}
    return int(values["VmHWM"]) * 1024, int(values["RssAnon"]) * 1024


def _with_index(folder: Path) -> tuple[Answer, Callable[[Vectors], object]]:
    from twelvelabs_embed.search import Hit, Index

    index = Index(folder / "index")

    def number(hit: Hit) -> int:
        of_item = int(hit.id.removeprefix("film-").removesuffix(".mp4"))
        return of_item * _ROWS_OF_ITEM + int((hit.segment.start_sec or 0) / 6)

    return (
        lambda query: [number(hit) for hit in index.search(query, top=_TOP)],
        lambda queries: index.search_many(queries, top=_TOP),
    )


def _with_numpy(folder: Path) -> tuple[Answer, Callable[[Vectors], object]]:
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")

    def answer(query: Vectors) -> list[int]:
        scores = vectors @ query
        best = np.argpartition(scores, -_TOP)[-_TOP:]
        return best[np.argsort(-scores[best], kind="stable")].tolist()

    return answer, lambda queries: np.argpartition(vectors @ queries.T, -_TOP, axis=0)[-_TOP:]


def _with_lancedb(folder: Path) -> tuple[Answer, None]:
    lancedb: Any = import_module("lancedb")
    table = lancedb.connect(folder / "lancedb").open_table("vectors")

    def answer(query: Vectors) -> list[int]:
        found = table.search(query, vector_column_name="vector").distance_type("cosine")
        return (
            found.select(["number", "_distance"])
            .limit(_TOP)
            .to_arrow()
            .column("number")
            .to_pylist()
        )

    return answer, None


def _with_duckdb(folder: Path) -> tuple[Answer, None]:
    duckdb: Any = import_module("duckdb")
    database = duckdb.connect(folder / "duckdb", read_only=True)

    def answer(query: Vectors) -> list[int]:
        asked = f"array_cosine_similarity(vector, $1::FLOAT[{len(query)}])"
        found = database.execute(
            f"select number from vectors order by {asked} desc limit {_TOP}", [query.tolist()]
        )
        return [row[0] for row in found.fetchall()]

    return answer, None


_SIDES: dict[str, Callable[[Path], tuple[Answer, Callable[[Vectors], object] | None]]] = {
    "numpy": _with_numpy,
    "index": _with_index,
    "lancedb": _with_lancedb,
    "duckdb": _with_duckdb,
}


if __name__ == "__main__":
    main()
