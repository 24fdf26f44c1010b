"""Exact search by cosine similarity over what a run wrote: Parquet parts, or a LanceDB table.

    from twelvelabs_embed import TextImage, TwelveLabs
    from twelvelabs_embed.search.exact import search

    with TwelveLabs() as client:
        search("vectors", "a dog jumping", client=client)
        search("vectors", TextImage("at night", "beach.jpg"), client=client, scope="clip")

Parts are memory-mapped and read a few thousand rows at a time, so that a million rows need no more
memory than ten thousand.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast

import numpy as np
import numpy.typing as npt
from attrs import frozen

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.errors import InvalidInputError, ModelMismatchError, Violation
from twelvelabs_embed.results.embeddings import Embeddings
from twelvelabs_embed.results.segments import DOCUMENT_COLUMNS, SEGMENT_COLUMNS, Segment
from twelvelabs_embed.results.vectors import Vectors, cosine

if TYPE_CHECKING:
    from twelvelabs_embed.client import TwelveLabs
    from twelvelabs_embed.inputs.builders import EmbedInput

__all__ = ["DatasetInfo", "Hit", "describe", "search"]

Where: TypeAlias = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
"""A folder of parts, one part or several, or a LanceDB table: its folder, or that of its database.
"""
Words: TypeAlias = str | Collection[str] | None
"""The words that a row may have, one or several; None means any."""

_Wanted: TypeAlias = Mapping[str, list[str]]  # by column
_Numbers: TypeAlias = npt.NDArray[np.float64]
_RecordBatch: TypeAlias = Any  # pyarrow.RecordBatch: pyarrow has no types

_BLOCK_ROWS = 2048  # 4 MB of vectors of 512 numbers
_MAX_THREADS = 4
# Twice as far as a cosine in float32 may be from the exact one.
_COARSE_ERROR = 2e-4
_WORDS = ("model", "input_type", "option", "scope")
_SHOWN = ("id", "input_type", *SEGMENT_COLUMNS)


@frozen
class Hit:
    """A segment that is near to a query.

    Attributes:
        id: the item that it is of, as the run names it
        score: the cosine similarity, from -1 to 1
        input_type: what the item was embedded as
        segment: the part of the item that the vector stands for
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
        dimensions: how many numbers a vector has
        model: the model that made them; None when there are no rows
        input_types: what items were embedded as, sorted
        options: the options that occur, sorted; texts and images have none
        scopes: the scopes that occur, sorted; texts and images have none
    """

    rows: int
    dimensions: int
    model: str | None
    input_types: tuple[str, ...]
    options: tuple[str, ...]
    scopes: tuple[str, ...]


def search(
    where: Where,
    query: Embeddings | npt.NDArray[np.floating[Any]] | EmbedInput,
    *,
    top: int = 10,
    option: Words = None,
    scope: Words = None,
    input_type: Words = None,
    client: TwelveLabs | None = None,
) -> list[Hit]:
    """The segments that are nearest to a query by cosine similarity, nearest first.

    Every vector is looked at, so the result is exact (a LanceDB table that has an index is searched
    by it). The lengths of vectors do not count. Of segments that are equally near, the one that was
    written first comes first.

    Args:
        where: the folder that a run wrote, or some of its parts, or a LanceDB table
        query: `Embeddings` of one row, or an array of shape (D,), or, with a `client`, anything
            that becomes one vector: a `str`, an `Image`, a `TextImage`
        top: how many, at least 1; fewer come when there are fewer
        option: only segments with this option or these: `visual`, `audio`, `transcription`
        scope: only segments with this scope or these: `clip`, `asset`
        input_type: only items that were embedded as this or these, such as `video`
        client: embeds the query, by the model that made the parts

    Raises:
        InvalidInputError: there are no parts, one unfolds to much more than its size, or no row is
            there with such an option, scope or input type
        ModelMismatchError: the query is of another model or length than the parts, or these differ
            among themselves
        ValueError: the query is not one vector
        MissingDependencyError: pyarrow (extra `bulk`) or lancedb (extra `lancedb`) is missing
        TwelveLabsError: the query could not be embedded
    """
    if top < 1:
        raise ValueError(f"top must be at least 1, not {top}")
    source = _open(where)
    contents = source.contents()
    if contents.model is None:
        return []
    chosen = {"option": option, "scope": scope, "input_type": input_type}
    wanted = _check_present(contents, chosen)
    vector = query_vector(query, contents.model, contents.dimensions, client)
    candidates = source.candidates(vector, wanted, top)
    # Sorting keeps the order of what is equal, which is the order of the rows.
    return sorted(candidates, key=lambda hit: -hit.score)[:top]


def describe(where: Where) -> DatasetInfo:
    """What there is to search. Vectors are not read, so it takes no time.

    Raises:
        InvalidInputError: there are no parts, or one unfolds to much more than its size
        ModelMismatchError: the parts are of different models or lengths
        MissingDependencyError: pyarrow (extra `bulk`) or lancedb (extra `lancedb`) is missing
    """
    return _open(where).contents()


# --------------------------------------------------------------------------------------- the query


def _check_present(contents: DatasetInfo, chosen: Mapping[str, Words]) -> _Wanted:
    """The words to choose rows by; some row has each of them.

    Raises:
        InvalidInputError: with every word that no row has
    """
    there = {
        "option": contents.options,
        "scope": contents.scopes,
        "input_type": contents.input_types,
    }
    wanted = {
        name: [words] if isinstance(words, str) else list(words)
        for name, words in chosen.items()
        if words is not None
    }
    violations = [
        _unknown_word(name, word, there[name])
        for name, words in wanted.items()
        for word in words
        if word not in there[name]
    ]
    if violations:
        raise InvalidInputError(violations)
    return wanted


def _unknown_word(name: str, word: str, there: Collection[str]) -> Violation:
    near = difflib.get_close_matches(word, there, n=1)
    words = ", ".join(there)
    return Violation(
        name,
        f"{word!r} is in no row",
        f"there is {words}" if words else f"no row has any {name}",
        f"Did you mean {near[0]}?" if near else "Take one of these, or none to search all rows",
    )


def query_vector(
    query: Embeddings | npt.NDArray[np.floating[Any]] | EmbedInput,
    model: str,
    dimensions: int,
    client: TwelveLabs | None,
) -> _Numbers:
    """The query with the length 1, shape (D,), float64; zeros stay zeros."""
    if not isinstance(query, (Embeddings, np.ndarray)):
        if client is None:
            raise TypeError(
                f"a query of type {type(query).__name__} must be embedded first: "
                "pass client=TwelveLabs() as well"
            )
        query = client.embed(query, model=model)
    if isinstance(query, Embeddings):
        _check_model(query, model, dimensions)
        query = query.vectors if len(query) != 1 else query.vector
    vector = cast("npt.NDArray[Any]", query)
    if vector.ndim != 1:
        raise ValueError(f"the query must be one vector, not an array of the shape {vector.shape}")
    if len(vector) != dimensions:
        raise ModelMismatchError(
            f"the query has {len(vector)} numbers, the vectors to search have {dimensions}"
        )
    vector = vector.astype(np.float64)
    if not np.isfinite(vector).all():
        raise ValueError("the query must have finite numbers")
    # Divided twice, because squares of the largest numbers do not fit.
    vector = vector / (np.abs(vector).max() or 1)
    return cast(_Numbers, vector / (np.linalg.norm(vector) or 1))


def _check_model(query: Embeddings, model: str, dimensions: int) -> None:
    if query.model != model:
        raise ModelMismatchError(
            f"the query is of the model {query.model}, the vectors to search are of {model} "
            f"({dimensions} numbers). Embed it with model={model!r}"
        )


# ------------------------------------------------------------------------------------ what is there


class _Source(Protocol):
    """Where vectors lie."""

    def contents(self) -> DatasetInfo: ...

    def candidates(self, query: _Numbers, wanted: _Wanted, top: int) -> Iterable[Hit]:
        """Some hits, among them the `top` best; those that are equal in the order of the rows."""
        ...


def _open(where: Where) -> _Source:
    if isinstance(where, (str, os.PathLike)):
        path = Path(where)
        if (table := _find_lance(path)) is not None:
            return _Table(table)
        if path.is_dir():
            return _Parts(find_parts(path))
        where = [path]
    paths = [Path(path) for path in where]
    if missing := [path for path in paths if not path.exists()]:
        raise InvalidInputError([_no_parts(missing[0], "does not exist")])
    return _Parts(paths)


def find_parts(folder: Path) -> list[Path]:
    """The parts of a folder.

    Raises:
        InvalidInputError: there are none
    """
    from twelvelabs_embed.bulk.part_files import part_paths

    paths = part_paths(folder) if folder.is_dir() else []
    if not paths:
        what = "holds no vectors" if folder.is_dir() else "is no folder"
        raise InvalidInputError([_no_parts(folder, what)])
    return paths


def _no_parts(path: Path, what: str) -> Violation:
    return Violation(
        "where",
        f"{str(path)!r} {what}",
        "vectors lie in a folder with part-00000.parquet and so on, or in a LanceDB table",
        "Give the folder that a run wrote",
    )


def _contents(words: Mapping[str, set[str]], rows: int, dimensions: int) -> DatasetInfo:
    if len(words["model"]) > 1:
        models = " and ".join(sorted(words["model"]))
        raise ModelMismatchError(f"vectors of different models do not mix: there are {models}")
    return DatasetInfo(
        rows=rows,
        dimensions=dimensions,
        model=next(iter(words["model"]), None),
        input_types=tuple(sorted(words["input_type"])),
        options=tuple(sorted(words["option"])),
        scopes=tuple(sorted(words["scope"])),
    )


# ------------------------------------------------------------------------------------ Parquet parts


class _Parts:
    """Parts as a run writes them."""

    def __init__(self, paths: list[Path]) -> None:
        self._paths = paths
        self._parquet = import_extra("pyarrow.parquet", "bulk")

    def contents(self) -> DatasetInfo:
        from twelvelabs_embed.bulk.decompression_guard import check_decompressed_size

        words: dict[str, set[str]] = {name: set() for name in _WORDS}
        dimensions: dict[int, Path] = {}
        rows = 0
        for path in self._paths:
            with self._opened(path) as file:
                rows += file.metadata.num_rows
                check_decompressed_size(file, path)
                dimensions.setdefault(_dimensions(file.schema_arrow, path), path)
                table = file.read(_WORDS)
            for name in _WORDS:
                words[name].update(table.column(name).unique().drop_null().to_pylist())
        if len(dimensions) > 1:
            lengths = " and ".join(f"{path.name} ({count})" for count, path in dimensions.items())
            raise ModelMismatchError(f"vectors of different lengths do not mix: {lengths}")
        return _contents(words, rows, next(iter(dimensions), 0))

    def candidates(self, query: _Numbers, wanted: _Wanted, top: int) -> Iterable[Hit]:
        look = partial(self._look_through, query=query, wanted=wanted, top=top)
        # pyarrow and numpy let other threads run meanwhile. Most of the time goes into unpacking.
        with ThreadPoolExecutor(min(_MAX_THREADS, os.cpu_count() or 1)) as threads:
            return [hit for hits in threads.map(look, self._paths) for hit in hits]

    def _look_through(self, path: Path, query: _Numbers, wanted: _Wanted, top: int) -> list[Hit]:
        """The best of one part."""
        from twelvelabs_embed.bulk.decompression_guard import batches

        best: list[Hit] = []
        with self._opened(path) as file:
            # One thread for a part, as there is one part for a thread.
            for batch in batches(file, path, _BLOCK_ROWS, use_threads=False):
                worst = best[-1].score if len(best) == top else -2.0
                best += _best_of_batch(_filtered(batch, wanted), query, top, worst)
                best = sorted(best, key=lambda hit: -hit.score)[:top]
        return best

    def _opened(self, path: Path) -> Any:
        pa = import_extra("pyarrow", "bulk")
        try:
            return self._parquet.ParquetFile(path, memory_map=True, read_dictionary=["id", *_WORDS])
        except (KeyError, pa.ArrowInvalid) as error:  # without such a column; no Parquet
            raise InvalidInputError([_no_parts(path, "is no part")]) from error


def _dimensions(schema: Any, path: Path) -> int:
    """How many numbers the vectors of a part have; its columns are looked at as well."""
    if missing := {*_WORDS, *_SHOWN, "vector"}.difference(schema.names):
        raise InvalidInputError([_no_parts(path, f"has no column {min(missing)}")])
    return cast(int, schema.field("vector").type.list_size)


def _filtered(batch: _RecordBatch, wanted: _Wanted) -> _RecordBatch:
    pa, compute = import_extra("pyarrow", "bulk"), import_extra("pyarrow.compute", "bulk")
    for name, words in wanted.items():
        batch = batch.filter(compute.is_in(batch.column(name), pa.array(words, pa.string())))
    return batch


def _best_of_batch(batch: _RecordBatch, query: _Numbers, top: int, worst: float) -> list[Hit]:
    """The best rows of a batch that may be better than `worst`, best first."""
    from twelvelabs_embed.bulk.part_files import vectors_of

    if not batch.num_rows:
        return []
    vectors = vectors_of(batch)
    coarse = _coarse_scores(vectors, query.astype(np.float32))
    least = max(worst, float(np.partition(coarse, -top)[-top]) if len(coarse) > top else -2.0)
    rows = np.flatnonzero(coarse > least - _COARSE_ERROR)
    scores = _exact_scores(vectors[rows], query)
    nearest = np.argsort(-scores, kind="stable")[:top]
    return _hits(_shown(batch).take(rows[nearest]).to_pylist(), scores[nearest])


def _shown(table: _RecordBatch) -> _RecordBatch:
    """The columns that make a hit. Only what has rows of documents has theirs."""
    return table.select(
        [*_SHOWN, *(name for name in DOCUMENT_COLUMNS if name in table.schema.names)]
    )


def _hits(rows: Iterable[Mapping[str, Any]], scores: _Numbers) -> list[Hit]:
    return [
        Hit(
            row["id"],
            float(score),
            row["input_type"],
            Segment(**{name: row.get(name) for name in (*SEGMENT_COLUMNS, *DOCUMENT_COLUMNS)}),
        )
        for row, score in zip(rows, scores, strict=True)
    ]


def _coarse_scores(vectors: Vectors, query: Vectors) -> Vectors:
    """The cosine of each row, shape (N,), float32, nearly."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        squares = np.einsum("nd,nd->n", vectors, vectors)
        # Not by `@`: for one vector, BLAS wakes its threads, which takes longer than the work, and
        # there is a thread for each part already.
        products = np.einsum("nd,d->n", vectors, query)
        scores: Vectors = products / np.sqrt(squares)
    # Squares of very large or small numbers do not fit float32. These take a longer way.
    if len(odd := np.flatnonzero(~((squares > 1e-30) & (squares < 1e30)))):
        scores[odd] = cosine(vectors[odd], query[np.newaxis])[:, 0]
    return scores


def _exact_scores(vectors: Vectors, query: _Numbers) -> _Numbers:
    """The cosine of each row, shape (N,). Equal rows have equal scores, wherever they stand."""
    rows = vectors.astype(np.float64)
    lengths = np.sqrt((rows * rows).sum(axis=1))
    cosine = np.divide((rows * query).sum(axis=1), lengths, out=lengths.copy(), where=lengths > 0)
    return cast(_Numbers, np.clip(cosine, -1, 1))


# ------------------------------------------------------------------------------------------ LanceDB


def _find_lance(path: Path) -> Path | None:
    """The folder of a LanceDB table: this one, or the only one that a database has."""
    if path.suffix == ".lance":
        return path
    tables = sorted(path.glob("*.lance")) if path.is_dir() else []
    if len(tables) > 1:
        names = ", ".join(table.name for table in tables)
        hint = f"Name one of them: {tables[0]}"
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

    def contents(self) -> DatasetInfo:
        table = self._table.search().select(list(_WORDS)).to_arrow()
        words = {name: set(table.column(name).unique().drop_null().to_pylist()) for name in _WORDS}
        return _contents(words, table.num_rows, self._dimensions)

    def candidates(self, query: _Numbers, wanted: _Wanted, top: int) -> Iterable[Hit]:
        found = self._table.search(query.astype(np.float32), vector_column_name="vector")
        found = found.distance_type("cosine").limit(top)
        if wanted:
            found = found.where(" AND ".join(_sql(*one) for one in wanted.items()), prefilter=True)
        table = found.to_arrow()
        from twelvelabs_embed.bulk.part_files import vectors_of

        return _hits(_shown(table).to_pylist(), _exact_scores(vectors_of(table), query))


def _sql(name: str, words: Collection[str]) -> str:
    values = ", ".join("'" + word.replace("'", "''") + "'" for word in words)
    return f"{name} IN ({values})"
