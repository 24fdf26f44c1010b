"""Part files of a run: Parquet files with vectors, and Parquet files with failures.

    part-00000.parquet      one row for each vector; all rows of an item lie in one part
    errors-00000.parquet    one row for each item that failed

Each is written atomically: a file that has its name is complete, and stays so after a power cut.
Nothing else records which items are done.

    writer = PartWriter(folder, dimensions=512)
    writer.write([("beach.jpg", embeddings)])
    for batch in scan(folder, columns=["id", "vector"], filters={"scope": "clip"}): ...
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias, cast

import numpy as np
from attrs import asdict, frozen

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._files import atomic_write, temporary_path
from twelvelabs_embed._version import VERSION
from twelvelabs_embed.bulk.decompression_guard import batches, check_decompressed_size
from twelvelabs_embed.bulk.id_set import IdSet
from twelvelabs_embed.errors import ModelMismatchError
from twelvelabs_embed.results.embeddings import join_uncertainties
from twelvelabs_embed.results.export import ArrowTable, arrow_vectors, document_columns
from twelvelabs_embed.results.segments import DOCUMENT_COLUMNS
from twelvelabs_embed.results.vectors import Vectors

if TYPE_CHECKING:
    from twelvelabs_embed.results.embeddings import Embeddings

__all__ = [
    "COLUMNS",
    "EXTRA_COLUMNS",
    "Failure",
    "PartWriter",
    "error_paths",
    "part_paths",
    "part_schema",
    "read_dimensions",
    "read_errors",
    "read_ids",
    "remove_temporary_files",
    "scan",
    "vectors_of",
    "write_errors",
]

RecordBatch: TypeAlias = Any  # pyarrow.RecordBatch: pyarrow has no types
Item: TypeAlias = "tuple[str, Embeddings]"
Folder: TypeAlias = str | os.PathLike[str]

COLUMNS = ("id", "input_type", "model", "option", "scope", "start_sec", "end_sec", "vector")
"""The columns of every part."""
EXTRA_COLUMNS = (*DOCUMENT_COLUMNS, "uncertainty")
"""Columns of the parts in which a row has them: those of documents, and uncertainties."""

_TEXT_COLUMNS = ("id", "input_type", "model", "option", "scope")
_METADATA_KEY = b"twelvelabs_embed"
_ERROR_TEXT_COLUMNS = ("id", "input_type", "code", "message", "input")


# ------------------------------------------------------------------------------------------ vectors


def part_schema(dimensions: int, about: Mapping[str, str] | None = None) -> Any:
    """Return the `pyarrow.Schema` of a part.

    Columns: `id`, `input_type`, `model` (string), `option`, `scope` (string, null for texts and
    images), `start_sec`, `end_sec` (double, null for texts and images), `vector` (fixed-size list
    of D floats, never null).

    A part with rows of documents has four more after them, `start_page`, `end_page` (int64),
    `quadrant` (string) and `chunk_index` (int64), and one with uncertainties has `uncertainty`, a
    list like `vector` and of NaN where a row has none. `scan` reads them from any part.

    Args:
        dimensions: D, how many numbers a vector has
        about: is stored as JSON, with our version, in the schema's metadata as `twelvelabs_embed`

    Raises:
        MissingDependencyError: pyarrow is missing; the extra `bulk` brings it.
    """
    pa = import_extra("pyarrow", "bulk")
    number = pa.field("element", pa.float32(), nullable=False)
    fields = [
        *(pa.field(name, pa.string(), nullable=False) for name in _TEXT_COLUMNS[:3]),
        *(pa.field(name, pa.string()) for name in _TEXT_COLUMNS[3:]),
        pa.field("start_sec", pa.float64()),
        pa.field("end_sec", pa.float64()),
        pa.field("vector", pa.list_(number, dimensions), nullable=False),
    ]
    return pa.schema(fields, {_METADATA_KEY: json.dumps({"version": VERSION, **(about or {})})})


class PartWriter:
    """Writer of parts into a folder, numbered after those that are there.

    Args:
        folder: an existing folder
        dimensions: how many numbers a vector has
        about: the metadata of each part, such as the id of the run
    """

    def __init__(
        self, folder: Folder, dimensions: int, about: Mapping[str, str] | None = None
    ) -> None:
        self._folder = Path(folder)
        self._schema = part_schema(dimensions, about)
        self.dimensions = dimensions

    def table(self, items: Sequence[Item]) -> ArrowTable:
        """Return the rows of some items, for `write_table`.

        Raises:
            ModelMismatchError: a vector has another length
        """
        pa = import_extra("pyarrow", "bulk")
        for id, embeddings in items:
            check_length(id, embeddings, self.dimensions)
        rows = [(id, one, segment) for id, one in items for segment in one.segments]
        texts = [
            [id for id, _, _ in rows],
            [one.input_type for _, one, _ in rows],
            [one.model for _, one, _ in rows],
            [segment.option for _, _, segment in rows],
            [segment.scope for _, _, segment in rows],
        ]
        times = [
            [segment.start_sec for _, _, segment in rows],
            [segment.end_sec for _, _, segment in rows],
        ]
        empty = np.empty((0, self.dimensions), np.float32)
        vectors = np.concatenate([empty, *(one.vectors for _, one in items)])
        columns = [
            *(pa.array(column, pa.string()) for column in texts),
            *(pa.array(column, pa.float64()) for column in times),
            pa.FixedSizeListArray.from_arrays(
                pa.array(vectors.reshape(-1)), type=self._schema.field("vector").type
            ),
        ]
        table = pa.Table.from_arrays(columns, schema=self._schema)
        for name, column in document_columns([segment for _, _, segment in rows]).items():
            table = table.append_column(name, column)
        uncertainties = join_uncertainties([one for _, one in items if len(one)])
        if uncertainties is not None:
            table = table.append_column("uncertainty", arrow_vectors(uncertainties))
        return table

    def write(self, items: Sequence[Item]) -> Path:
        """Write one part with all rows of some items.

        Raises:
            ModelMismatchError: a vector has another length; nothing is written
            OSError: the disk is full or fails; nothing is left behind
        """
        return self.write_table(self.table(items))

    def write_table(self, table: ArrowTable) -> Path:
        """Write one part with the rows that `table` returned.

        Raises:
            OSError: the disk is full or fails; nothing is left behind
        """
        parquet = import_extra("pyarrow.parquet", "bulk")
        path = _next_path(self._folder, "part")

        def write(file: BinaryIO) -> None:
            parquet.write_table(
                table,
                file,
                compression="zstd",
                use_dictionary=[*_TEXT_COLUMNS, "quadrant"],
                use_byte_stream_split=[
                    *("start_sec", "end_sec", "vector.list.element"),
                    *(["uncertainty.list.element"] if "uncertainty" in table.schema.names else []),
                ],
            )

        atomic_write(path, write)
        return path


def check_length(id: str, embeddings: Embeddings, dimensions: int) -> None:
    """Reject vectors that do not match the others.

    Raises:
        ModelMismatchError: they have another length
    """
    if len(embeddings) and embeddings.vectors.shape[1] != dimensions:
        raise ModelMismatchError(
            f"{id}: its vectors have {embeddings.vectors.shape[1]} numbers, those before it "
            f"{dimensions}. A folder has vectors of one length"
        )


def part_paths(folder: Folder) -> list[Path]:
    """Return the parts of a folder, in the order in which they were written."""
    return _paths(folder, "part")


def read_dimensions(folder: Folder) -> int | None:
    """Return how many numbers the vectors of a folder have; None when there are none.

    Raises:
        ModelMismatchError: the parts differ
    """
    parquet = import_extra("pyarrow.parquet", "bulk")
    found: dict[int, Path] = {}
    for path in part_paths(folder):
        found.setdefault(parquet.read_schema(path).field("vector").type.list_size, path)
    if len(found) > 1:
        lengths = ", ".join(f"{path.name} ({length})" for length, path in found.items())
        raise ModelMismatchError(f"the parts have vectors of different lengths: {lengths}")
    return next(iter(found), None)


def scan(
    folder: Folder,
    columns: Sequence[str] = COLUMNS,
    filters: Mapping[str, str | Collection[str | None] | None] | None = None,
    batch_rows: int = 16_384,
) -> Iterator[RecordBatch]:
    """Yield the rows of all parts, batch by batch, from files that are memory-mapped.

    Args:
        folder: where the parts are
        columns: what is read, in this order; vectors are most of it by far. Those of
            `EXTRA_COLUMNS` are null for a part without them
        filters: which rows: a text column, and the value or values that it may have
        batch_rows: how many rows a batch has at most. 16,384 of 512 numbers take 32 MB

    Returns:
        `pyarrow.RecordBatch`es, none of them empty. `vectors_of` gives their vectors as an array.

    Raises:
        InvalidInputError: a part decompresses to much more than its size
        MissingDependencyError: pyarrow is missing; the extra `bulk` brings it.
    """
    parquet = import_extra("pyarrow.parquet", "bulk")
    wanted = {
        name: [values] if values is None or isinstance(values, str) else list(values)
        for name, values in (filters or {}).items()
    }
    read = [*columns, *(name for name in wanted if name not in columns)]
    for path in part_paths(folder):
        with parquet.ParquetFile(path, memory_map=True) as file:
            missing = [name for name in read if name not in file.schema_arrow.names]
            for batch in batches(file, path, batch_rows, read):
                # Its columns are in the order of the file, whatever was asked for.
                complete = _with_nulls(batch, missing)
                selected = _filtered(complete, wanted).select(list(columns))
                if selected.num_rows:
                    yield selected


def vectors_of(batch: RecordBatch) -> Vectors:
    """Return the vectors of a batch or table, shape (N, D), float32; of a batch without a copy."""
    column = batch.column("vector")
    if hasattr(column, "combine_chunks"):
        column = column.combine_chunks()
    numbers = column.flatten().to_numpy(zero_copy_only=True)
    return cast(Vectors, numbers.reshape(len(column), column.type.list_size))


def _with_nulls(batch: RecordBatch, missing: Collection[str]) -> RecordBatch:
    """Add the columns that its part lacks, as far as they are optional."""
    pa = import_extra("pyarrow", "bulk")
    for name in missing:
        if name in EXTRA_COLUMNS:
            kind = DOCUMENT_COLUMNS.get(name, "null")
            nulls = pa.nulls(batch.num_rows, pa.type_for_alias(kind))
            batch = batch.append_column(name, nulls)
    return batch


def _filtered(batch: RecordBatch, wanted: Mapping[str, list[str | None]]) -> RecordBatch:
    pa = import_extra("pyarrow", "bulk")
    compute = import_extra("pyarrow.compute", "bulk")
    for name, values in wanted.items():
        # None among the values means null, as for `is_in`.
        allowed = pa.array(values, pa.string())
        batch = batch.filter(compute.is_in(batch.column(name), allowed))
    return batch


# ----------------------------------------------------------------------------------------- failures


@frozen
class Failure:
    """An item that failed.

    Attributes:
        id: the item
        input_type: what it was to be embedded as; None when that is not known
        code: the service's short name of the error, or one of this library
        message: what is wrong
        input: the item in the source, as JSON
        attempts: how many requests were sent for it
        failed_at: when it failed
    """

    id: str
    input_type: str | None
    code: str
    message: str
    input: str
    attempts: int
    failed_at: datetime


def error_paths(folder: Folder) -> list[Path]:
    """Return the files of failures, in the order in which they were started."""
    return _paths(folder, "errors")


def write_errors(folder: Folder, failures: Sequence[Failure], path: Folder | None = None) -> Path:
    """Write a file of failures: a new one, or a replacement of the one at `path`.

    Raises:
        OSError: the disk is full or fails; nothing is left behind
    """
    pa = import_extra("pyarrow", "bulk")
    parquet = import_extra("pyarrow.parquet", "bulk")
    fields = [pa.field(name, pa.string(), name == "input_type") for name in _ERROR_TEXT_COLUMNS]
    fields.append(pa.field("attempts", pa.int32(), nullable=False))
    fields.append(pa.field("failed_at", pa.timestamp("ms", "UTC"), nullable=False))
    schema = pa.schema(fields, {_METADATA_KEY: json.dumps({"version": VERSION})})
    table = pa.Table.from_pylist([asdict(failure) for failure in failures], schema)
    target = Path(path) if path else _next_path(Path(folder), "errors")
    atomic_write(target, lambda file: parquet.write_table(table, file, compression="zstd"))
    return target


def read_errors(folder: Folder) -> Iterator[Failure]:
    """Yield the failures of a folder, in the order in which they were written."""
    for path in error_paths(folder):
        yield from read_error_file(path)


def read_error_file(path: Path) -> Iterator[Failure]:
    """Yield the failures of one file."""
    parquet = import_extra("pyarrow.parquet", "bulk")
    with parquet.ParquetFile(path) as file:
        for batch in batches(file, path, 1024):
            for row in batch.to_pylist():
                yield Failure(**row)


def read_ids(folder: Folder) -> IdSet:
    """Return the ids of all items that have their vectors, read from the parts."""
    parquet = import_extra("pyarrow.parquet", "bulk")
    ids = IdSet()
    for path in part_paths(folder):
        with parquet.ParquetFile(path, memory_map=True, read_dictionary=["id"]) as file:
            check_decompressed_size(file, path)
            for batch in file.iter_batches(columns=["id"]):
                for id in batch.column("id").unique().to_pylist():
                    ids.add(id)
    return ids


# ------------------------------------------------------------------------------------------- names


def remove_temporary_files(folder: Folder) -> None:
    """Remove what a process that died did not finish writing. The caller holds the lock."""
    for name in ("part-*.parquet", "errors-*.parquet", "run.json", "tasks.jsonl"):
        for path in Path(folder).glob(temporary_path(Path(name)).name):
            path.unlink(missing_ok=True)


_NUMBERED = re.compile(r"(part|errors)-(\d{5,})\.parquet")


def _paths(folder: Folder, kind: str) -> list[Path]:
    found: list[tuple[int, Path]] = []
    for path in Path(folder).iterdir():
        match = _NUMBERED.fullmatch(path.name)
        if match and match[1] == kind:
            found.append((int(match[2]), path))
    return [path for _, path in sorted(found)]


def _next_path(folder: Path, kind: str) -> Path:
    paths = _paths(folder, kind)
    # By the last number and not by the count: a file may have been removed.
    number = int(paths[-1].stem.partition("-")[2]) + 1 if paths else 0
    return folder / f"{kind}-{number:05}.parquet"
