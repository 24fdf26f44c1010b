"""Datasets to search: the Parquet parts of a run, or a LanceDB table.

Parts are memory-mapped and read a few thousand rows at a time, so that a million rows need no more
memory than ten thousand.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeAlias, cast

import numpy as np
import numpy.typing as npt
from attrs import frozen

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._files import expand_path
from twelvelabs_embed._text import sql_list
from twelvelabs_embed.bulk.decompression_guard import batches
from twelvelabs_embed.bulk.errors import DamagedFileError
from twelvelabs_embed.bulk.numbered_files import filter_rows, opened
from twelvelabs_embed.bulk.part_files import part_paths, vectors_of
from twelvelabs_embed.errors import InvalidInputError, ModelMismatchError, Violation
from twelvelabs_embed.results.segments import ALL_COLUMNS, SEGMENT_COLUMNS, Segment
from twelvelabs_embed.results.vectors import Vectors, cosine

__all__ = ["DatasetInfo", "Filters", "Hit", "Where", "find_parts", "open_dataset"]

Where: TypeAlias = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
"""A folder of parts or one part, or several of them; or a LanceDB table: its folder, or that of its
database.
"""
Filters: TypeAlias = Mapping[str, list[str]]
"""The allowed values of columns."""
Numbers: TypeAlias = npt.NDArray[np.float64]
RecordBatch: TypeAlias = Any  # pyarrow.RecordBatch: pyarrow has no types

_BLOCK_ROWS = 2048  # 4 MB of vectors of 512 numbers
_MAX_THREADS = 4
# Twice the maximum error of a cosine in float32.
_COARSE_ERROR = 2e-4
_DESCRIBED = ("model", "input_type", "option", "scope")
_SHOWN = ("id", "input_type", *SEGMENT_COLUMNS)


@frozen
class Hit:
    """A segment that is near to a query.

    Attributes:
        id: the id of its item
        score: the cosine similarity, from -1 to 1
        input_type: what the item was embedded as
        segment: the part of the item that the vector represents
    """

    id: str
    score: float
    input_type: str
    segment: Segment


@frozen(kw_only=True)
class DatasetInfo:
    """What there is to search.

    Attributes:
        rows: how many vectors there are
        dimensions: how many dimensions a vector has
        model: the model that made them; None when there are no rows
        input_types: what the items were embedded as, sorted
        options: the options that occur, sorted; texts and images have none
        scopes: the scopes that occur, sorted; texts and images have none
    """

    rows: int
    dimensions: int
    model: str | None
    input_types: tuple[str, ...]
    options: tuple[str, ...]
    scopes: tuple[str, ...]


class _Dataset(Protocol):
    """A store of vectors."""

    def describe(self) -> DatasetInfo:
        """Describe it, without reading vectors."""
        ...

    def candidates(self, query: Numbers, filters: Filters, top: int) -> Iterable[Hit]:
        """Find hits, among them the `top` best; equal ones in the order of the rows."""
        ...


def open_dataset(where: Where) -> _Dataset:
    """Open parts or a table.

    Raises:
        InvalidInputError: there are none
    """
    if isinstance(where, (str, os.PathLike)):
        path = expand_path(where, "where")
        if (table := _find_lance(path)) is not None:
            return _Table(table)
        if path.is_dir():
            return _Parts(find_parts(path))
        where = [path]
    paths: list[Path] = []
    for one in where:
        path = expand_path(one, "where")
        if not path.exists():
            raise InvalidInputError([_no_parts(path, "does not exist")])
        paths += find_parts(path) if path.is_dir() else [path]
    return _Parts(paths)


def find_parts(folder: str | os.PathLike[str]) -> list[Path]:
    """Return the parts of a folder.

    Raises:
        InvalidInputError: there are none
    """
    path = Path(folder)
    paths = part_paths(path) if path.is_dir() else []
    if not paths:
        what = "contains no vectors" if path.is_dir() else "is not a folder"
        raise InvalidInputError([_no_parts(path, what)])
    return paths


def _no_parts(path: Path, what: str) -> Violation:
    return Violation(
        "where",
        f"{str(path)!r} {what}",
        "a dataset is a folder with part-00000.parquet and so on, or a LanceDB table",
        "Give the folder that a run wrote",
    )


def _dataset_info(values: Mapping[str, set[str]], rows: int, dimensions: int) -> DatasetInfo:
    if len(values["model"]) > 1:
        models = " and ".join(sorted(values["model"]))
        raise ModelMismatchError(f"vectors of different models do not mix: there are {models}")
    return DatasetInfo(
        rows=rows,
        dimensions=dimensions,
        model=next(iter(values["model"]), None),
        input_types=tuple(sorted(values["input_type"])),
        options=tuple(sorted(values["option"])),
        scopes=tuple(sorted(values["scope"])),
    )


# ------------------------------------------------------------------------------------ Parquet parts


class _Parts:
    """The Parquet parts of a run."""

    def __init__(self, paths: list[Path]) -> None:
        self._paths = paths

    def describe(self) -> DatasetInfo:
        values: dict[str, set[str]] = {name: set() for name in _DESCRIBED}
        dimensions: dict[int, Path] = {}
        rows = 0
        for path in self._paths:
            with _part(path) as file:
                rows += file.metadata.num_rows
                dimensions.setdefault(_dimensions(file.schema_arrow, path), path)
                table = file.read(_DESCRIBED)
            for name in _DESCRIBED:
                values[name].update(table.column(name).unique().drop_null().to_pylist())
        if len(dimensions) > 1:
            lengths = " and ".join(f"{path.name} ({count})" for count, path in dimensions.items())
            raise ModelMismatchError(f"vectors of different dimensions do not mix: {lengths}")
        return _dataset_info(values, rows, next(iter(dimensions), 0))

    def candidates(self, query: Numbers, filters: Filters, top: int) -> Iterable[Hit]:
        search = partial(self._search_part, query=query, filters=filters, top=top)
        # pyarrow and numpy release the GIL. Most of the time is decompression.
        with ThreadPoolExecutor(min(_MAX_THREADS, os.cpu_count() or 1)) as threads:
            return [hit for hits in threads.map(search, self._paths) for hit in hits]

    def _search_part(self, path: Path, query: Numbers, filters: Filters, top: int) -> list[Hit]:
        """Find the best hits of one part."""
        best: list[Hit] = []
        with _part(path) as file:
            # One thread for a part, as there is one part for a thread.
            for batch in batches(file, path, _BLOCK_ROWS, use_threads=False):
                worst = best[-1].score if len(best) == top else -2.0
                best += _best_of_batch(filter_rows(batch, filters), query, top, worst)
                best = sorted(best, key=lambda hit: -hit.score)[:top]
        return best


@contextmanager
def _part(path: Path) -> Generator[Any]:
    try:
        with opened(path, ["id", *_DESCRIBED]) as file:
            yield file
    except DamagedFileError as error:
        if isinstance(error.__cause__, KeyError):  # it has no such column
            raise InvalidInputError([_no_parts(path, "is not a part")]) from error
        raise


def _dimensions(schema: Any, path: Path) -> int:
    """Return the dimensions of the vectors of a part, after validating its columns."""
    if missing := {*_DESCRIBED, *_SHOWN, "vector"}.difference(schema.names):
        raise InvalidInputError([_no_parts(path, f"has no column {min(missing)}")])
    return cast(int, schema.field("vector").type.list_size)


def _best_of_batch(batch: RecordBatch, query: Numbers, top: int, worst: float) -> list[Hit]:
    """Find the best rows of a batch that may be better than `worst`, best first."""
    if not batch.num_rows:
        return []
    vectors = vectors_of(batch)
    coarse = _coarse_scores(vectors, query.astype(np.float32))
    threshold = max(worst, float(np.partition(coarse, -top)[-top]) if len(coarse) > top else -2.0)
    rows = np.flatnonzero(coarse > threshold - _COARSE_ERROR)
    scores = _exact_scores(vectors[rows], query)
    nearest = np.argsort(-scores, kind="stable")[:top]
    return _hits(_shown(batch).take(rows[nearest]).to_pylist(), scores[nearest])


def _shown(table: RecordBatch) -> RecordBatch:
    """Select the columns of a hit; a dataset without documents has none of theirs."""
    columns = dict.fromkeys((*_SHOWN, *ALL_COLUMNS))
    return table.select([name for name in columns if name in table.schema.names])


def _hits(rows: Iterable[Mapping[str, Any]], scores: Numbers) -> list[Hit]:
    return [
        Hit(
            row["id"],
            float(score),
            row["input_type"],
            Segment(**{name: row.get(name) for name in ALL_COLUMNS}),
        )
        for row, score in zip(rows, scores, strict=True)
    ]


def _coarse_scores(vectors: Vectors, query: Vectors) -> Vectors:
    """Compute the cosine of each row approximately, shape (N,), float32."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        squares = np.einsum("nd,nd->n", vectors, vectors)
        # Not with `@`: for one vector, BLAS wakes its threads, which takes longer than the work;
        # each part has a thread already.
        products = np.einsum("nd,d->n", vectors, query)
        scores: Vectors = products / np.sqrt(squares)
    # Squares of very large or small numbers do not fit float32. These are computed more slowly.
    if len(odd := np.flatnonzero(~((squares > 1e-30) & (squares < 1e30)))):
        scores[odd] = cosine(vectors[odd], query[np.newaxis])[:, 0]
    return scores


def _exact_scores(vectors: Vectors, query: Numbers) -> Numbers:
    """Compute the cosine of each row, shape (N,). Equal rows have equal scores."""
    rows = vectors.astype(np.float64)
    lengths = np.sqrt((rows * rows).sum(axis=1))
    cosine = np.divide((rows * query).sum(axis=1), lengths, out=lengths.copy(), where=lengths > 0)
    return cast(Numbers, np.clip(cosine, -1, 1))


# ------------------------------------------------------------------------------------------ LanceDB


def _find_lance(path: Path) -> Path | None:
    """Return the folder of a LanceDB table: this one, or the only table of a database."""
    if path.suffix == ".lance":
        return path
    tables = sorted(path.glob("*.lance")) if path.is_dir() else []
    if len(tables) > 1:
        names = ", ".join(table.name for table in tables)
        hint = f"Give one of them: {tables[0]}"
        raise InvalidInputError(
            [Violation("where", f"{str(path)!r} has {names}", "one table is searched", hint)]
        )
    return tables[0] if tables else None


class _Table:
    """A LanceDB table with the columns of a part."""

    def __init__(self, path: Path) -> None:
        if not path.is_dir():
            raise InvalidInputError([_no_parts(path, "does not exist")])
        lancedb = import_extra("lancedb", "lancedb")
        self._table = lancedb.connect(path.parent).open_table(path.stem)
        self._dimensions = _dimensions(self._table.schema, path)

    def describe(self) -> DatasetInfo:
        table = self._table.search().select(list(_DESCRIBED)).to_arrow()
        values = {
            name: set(table.column(name).unique().drop_null().to_pylist()) for name in _DESCRIBED
        }
        return _dataset_info(values, table.num_rows, self._dimensions)

    def candidates(self, query: Numbers, filters: Filters, top: int) -> Iterable[Hit]:
        found = self._table.search(query.astype(np.float32), vector_column_name="vector")
        found = found.distance_type("cosine").limit(top)
        if filters:
            where = " AND ".join(f"{name} IN {sql_list(one)}" for name, one in filters.items())
            found = found.where(where, prefilter=True)
        table = found.to_arrow()
        return _hits(_shown(table).to_pylist(), _exact_scores(vectors_of(table), query))
