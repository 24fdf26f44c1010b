"""Part files of a run: Parquet files with a row for each vector. An item's rows lie in one part.

Each is written atomically: a file that has its name is complete, and stays so after a power cut.
Nothing else records which items are done.

    writer = PartWriter(folder, dimensions=512)
    writer.write([("beach.jpg", embeddings)])
    for batch in scan(folder, columns=["id", "vector"], filters={"scope": "clip"}): ...
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias, cast

import numpy as np

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._files import atomic_write
from twelvelabs_embed._version import VERSION
from twelvelabs_embed.bulk.decompression_guard import batches
from twelvelabs_embed.bulk.id_set import IdSet
from twelvelabs_embed.bulk.links import legacy_ids
from twelvelabs_embed.bulk.numbered_files import (
    Folder,
    filter_rows,
    next_path,
    numbered_paths,
    opened,
)
from twelvelabs_embed.errors import ModelMismatchError
from twelvelabs_embed.results.export import ArrowTable, arrow_vectors, document_columns
from twelvelabs_embed.results.segments import DOCUMENT_COLUMNS
from twelvelabs_embed.results.vectors import Vectors, join_uncertainties

if TYPE_CHECKING:
    from twelvelabs_embed.results.embeddings import Embeddings

__all__ = [
    "COLUMNS",
    "EXTRA_COLUMNS",
    "PartWriter",
    "part_paths",
    "part_schema",
    "read_dimensions",
    "read_ids",
    "scan",
    "vectors_of",
]

RecordBatch: TypeAlias = Any  # pyarrow.RecordBatch: pyarrow has no types
Item: TypeAlias = "tuple[str, Embeddings]"

COLUMNS = ("id", "input_type", "model", "option", "scope", "start_sec", "end_sec", "vector")
"""The columns of every part."""
EXTRA_COLUMNS = (*DOCUMENT_COLUMNS, "uncertainty")
"""Columns of the parts in which a row has them: those of documents, and uncertainties."""

_TEXT_COLUMNS = ("id", "input_type", "model", "option", "scope")


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
    return pa.schema(fields, metadata(about))


def metadata(about: Mapping[str, str] | None = None) -> Mapping[bytes, str]:
    """Return the metadata of the schema of a file."""
    return {b"twelvelabs_embed": json.dumps({"version": VERSION, **(about or {})})}


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
        path = next_path(self._folder, "part")

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
    return numbered_paths(folder, "part")


def read_dimensions(folder: Folder) -> int | None:
    """Return how many numbers the vectors of a folder have; None when there are none.

    Raises:
        ModelMismatchError: the parts differ
        DamagedFileError: one cannot be read
    """
    found: dict[int, Path] = {}
    for path in part_paths(folder):
        with opened(path) as file:
            found.setdefault(file.schema_arrow.field("vector").type.list_size, path)
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
        DamagedFileError: a part cannot be read
        InvalidInputError: a part decompresses to much more than its size
        MissingDependencyError: pyarrow is missing; the extra `bulk` brings it.
    """
    wanted = {
        name: [values] if values is None or isinstance(values, str) else list(values)
        for name, values in (filters or {}).items()
    }
    read = [*columns, *(name for name in wanted if name not in columns)]
    for path in part_paths(folder):
        with opened(path) as file:
            missing = [name for name in read if name not in file.schema_arrow.names]
            for batch in batches(file, path, batch_rows, read):
                # Its columns are in the order of the file, whatever was asked for.
                complete = _with_nulls(batch, missing)
                selected = filter_rows(complete, wanted).select(list(columns))
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


def read_ids(folder: Folder) -> IdSet:
    """Return the ids of all items that have their vectors, read from the parts.

    Raises:
        DamagedFileError: a part cannot be read
    """
    ids = IdSet()
    for path in part_paths(folder):
        with opened(path, ["id"]) as file:
            for batch in file.iter_batches(columns=["id"]):
                for id in batch.column("id").unique().to_pylist():
                    ids.add(id)
                    for other in legacy_ids(id):
                        ids.add(other)
    return ids
