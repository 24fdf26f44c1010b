"""Part files of a run: Parquet files with a row for each vector. An item's rows lie in one part.

Each is written atomically: a file that has its name is complete, and stays so after a power cut.
Nothing else records which items are done.

    writer = PartWriter(folder, dimensions=512)
    writer.write([("beach.jpg", embeddings)])
    for batch in scan(folder, columns=["id", "vector"], filters={"scope": "clip"}): ...
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, cast

import numpy as np
from attrs import fields_dict, frozen

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._files import atomic_write
from twelvelabs_embed._version import VERSION
from twelvelabs_embed.bulk.decompression_guard import batches
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.item_index import INDEX_COLUMNS, ItemIndex
from twelvelabs_embed.bulk.numbered_files import (
    FileNumbers,
    Folder,
    check_ids,
    filter_rows,
    numbered_paths,
    opened,
)
from twelvelabs_embed.errors import ModelMismatchError
from twelvelabs_embed.results.base import join_uncertainties
from twelvelabs_embed.results.embeddings import Embeddings
from twelvelabs_embed.results.export import ArrowTable, arrow_vectors, document_columns
from twelvelabs_embed.results.segments import DOCUMENT_COLUMNS
from twelvelabs_embed.results.vectors import Vectors

__all__ = ["COLUMNS", "EXTRA_COLUMNS", "part_schema", "scan", "vectors_of"]

RecordBatch: TypeAlias = Any  # pyarrow.RecordBatch: pyarrow has no types
Item: TypeAlias = tuple[str, Embeddings]

COLUMNS = ("id", "input_type", "model", "option", "scope", "start_sec", "end_sec", "vector")
"""The columns of every part."""
SOURCE_COLUMNS: Mapping[str, str] = {
    "source_size": "int64",
    "source_modified": "timestamp",
    "source_version": "string",
    "row_hash": "string",
    "source_media": "string",
}
"""Columns of the fields of a fingerprint, in their order, with their types."""
EXTRA_COLUMNS = (*DOCUMENT_COLUMNS, "uncertainty", *SOURCE_COLUMNS)
"""Columns of the parts in which a row has them: those of documents, uncertainties, and sources."""

_TEXT_COLUMNS = ("id", "input_type", "model", "option", "scope")
_FIELDS = dict(zip(SOURCE_COLUMNS, fields_dict(Fingerprint), strict=True))
_DICTIONARIES = (*_TEXT_COLUMNS, "quadrant", "source_version", "row_hash", "source_media")
_SPLIT = ("start_sec", "end_sec", "vector.list.element", "uncertainty.list.element")


def part_schema(dimensions: int, about: Mapping[str, str] | None = None) -> Any:
    """Return the `pyarrow.Schema` of a part.

    Columns: `id`, `input_type`, `model` (string), `option`, `scope` (string, null for texts and
    images), `start_sec`, `end_sec` (double, null for texts and images), `vector` (fixed-size list
    of D floats, never null).

    A part with rows of documents has four more after them, `start_page`, `end_page` (int64),
    `quadrant` (string) and `chunk_index` (int64), and one with uncertainties has `uncertainty`, a
    list like `vector` and of NaN where a row has none. What a run wrote has the fingerprint of the
    item in each row: `source_size` (int64), `source_modified` (timestamp), `source_version`,
    `row_hash` and `source_media` (string). `scan` reads them from any part.

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
        kind: `part`, or `changed` for rows that are to replace others
    """

    def __init__(
        self,
        folder: Folder,
        dimensions: int,
        about: Mapping[str, str] | None = None,
        kind: str = "part",
    ) -> None:
        self._numbers = FileNumbers(folder, kind)
        self._schema = part_schema(dimensions, about)
        self.dimensions = dimensions

    def table(
        self, items: Sequence[Item], fingerprints: Mapping[str, Fingerprint] | None = None
    ) -> ArrowTable:
        """Return the rows of some items, given by id and vectors, for `write_table`."""
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
        if fingerprints:
            table = with_fingerprints(table, fingerprints)
        return table

    def write(
        self, items: Sequence[Item], fingerprints: Mapping[str, Fingerprint] | None = None
    ) -> Path:
        """Write one part with all rows of some items."""
        return self.write_table(self.table(items, fingerprints))

    def write_table(self, table: ArrowTable) -> Path:
        """Write one part with the rows that `table` returned."""
        path = self._numbers.next_path()
        write_part(path, table.schema, [table])
        return path


def write_part(path: Path, schema: Any, groups: Iterable[ArrowTable]) -> int:
    """Write a part atomically, a row group for each table. Returns how many rows it has."""
    parquet = import_extra("pyarrow.parquet", "bulk")
    rows = 0

    def write(file: BinaryIO) -> None:
        nonlocal rows
        names = schema.names
        with parquet.ParquetWriter(
            file,
            schema,
            compression="zstd",
            use_dictionary=[one for one in _DICTIONARIES if one in names],
            use_byte_stream_split=[one for one in _SPLIT if one.partition(".")[0] in names],
        ) as writer:
            for group in groups:
                rows += group.num_rows
                writer.write_table(group, max(group.num_rows, 1))

    atomic_write(path, write)
    return rows


def with_fingerprints(table: ArrowTable, fingerprints: Mapping[str, Fingerprint]) -> ArrowTable:
    """Return rows with the fingerprints of their items; rows of other ids keep what they have."""
    pa = import_extra("pyarrow", "bulk")
    ids = table.column("id").to_pylist()
    for name, kind in SOURCE_COLUMNS.items():
        values, storage = [None] * len(ids), "int64" if kind == "timestamp" else kind
        if has_it := name in table.column_names:
            values = table.column(name).cast(storage).to_pylist()
        found = [
            getattr(fingerprints[id], _FIELDS[name]) if id in fingerprints else value
            for id, value in zip(ids, values, strict=True)
        ]
        column = pa.array(found, storage).cast(_arrow_type(kind))
        if has_it:
            table = table.set_column(table.column_names.index(name), name, column)
        else:
            table = table.append_column(name, column)
    return table


def _arrow_type(kind: str) -> Any:
    """Return the `pyarrow.DataType` of an optional column."""
    pa = import_extra("pyarrow", "bulk")
    return pa.timestamp("ns", "UTC") if kind == "timestamp" else pa.type_for_alias(kind)


def check_length(id: str, embeddings: Embeddings, dimensions: int) -> None:
    """Reject vectors of another length than the others."""
    if len(embeddings) and embeddings.vectors.shape[1] != dimensions:
        raise ModelMismatchError(
            f"{id}: its vectors have {embeddings.vectors.shape[1]} numbers, those before it "
            f"{dimensions}. A folder has vectors of one length"
        )


def part_paths(folder: Folder) -> list[Path]:
    """Return the parts of a folder, in the order in which they were written."""
    return numbered_paths(folder, "part")


@frozen
class PartSummary:
    """What the parts of a folder have.

    Attributes:
        paths: the parts, in their order
        items: their items
        dimensions: how many numbers a vector has; None without parts
    """

    paths: list[Path]
    items: ItemIndex
    dimensions: int | None


def read_parts(parts: Folder | Sequence[Path]) -> PartSummary:
    """Read what parts have, those of a folder or some; each is opened once."""
    found: dict[int, Path] = {}
    items, paths = ItemIndex(), part_paths(parts) if isinstance(parts, (str, PathLike)) else parts
    for path in paths:
        with opened(path, ["id", "input_type"]) as file:
            names = file.schema_arrow.names
            found.setdefault(file.schema_arrow.field("vector").type.list_size, path)
            for batch in file.iter_batches(columns=[one for one in INDEX_COLUMNS if one in names]):
                check_ids(batch)
                items.add_batch(batch, path.stat().st_mtime_ns)
    items.complete()
    if len(found) > 1:
        lengths = ", ".join(f"{path.name} ({length})" for length, path in found.items())
        raise ModelMismatchError(f"the parts have vectors of different lengths: {lengths}")
    return PartSummary(list(paths), items, next(iter(found), None))


def scan(
    folder: Folder | Sequence[Folder],
    columns: Sequence[str] = COLUMNS,
    filters: Mapping[str, str | Collection[str | None] | None] | None = None,
    batch_rows: int = 16_384,
) -> Iterator[RecordBatch]:
    """Yield the rows of all parts, batch by batch, from files that are memory-mapped.

    Args:
        folder: where the parts are: one folder or several
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
    folders = [folder] if isinstance(folder, (str, PathLike)) else folder
    for path in (path for one in folders for path in part_paths(one)):
        with opened(path) as file:
            missing = [name for name in read if name not in file.schema_arrow.names]
            for batch in batches(file, path, batch_rows, read):
                check_ids(batch)
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
            kind = {**DOCUMENT_COLUMNS, **SOURCE_COLUMNS}.get(name, "null")
            nulls = pa.nulls(batch.num_rows, _arrow_type(kind))
            batch = batch.append_column(name, nulls)
    return batch
