"""Shards of an index: files with the rows of some parts, in a form that is searched where it lies.

vectors.f32      the vectors as the parts have them
codes.i8         the same in one byte for each number; see `quantization`
bounds.f32       the scale of each row of codes, then how far its scores may be from the exact ones
rows.arrow       what each row is: id, input type, segment, and the number of its moment
shard.json       written last: which parts it is of, and how the other files can be recognized

A shard is written in a folder of another name, which is renamed when all is on the disk. After
that it is never changed, only removed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import msgspec
import numpy as np
from attrs import frozen

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._files import atomic_write, sync
from twelvelabs_embed.bulk.decompression_guard import batches
from twelvelabs_embed.bulk.errors import DamagedFileError
from twelvelabs_embed.bulk.numbered_files import check_ids
from twelvelabs_embed.bulk.part_files import vectors_of
from twelvelabs_embed.results.export import ArrowTable
from twelvelabs_embed.results.segments import ALL_COLUMNS, DOCUMENT_COLUMNS
from twelvelabs_embed.results.vectors import Vectors
from twelvelabs_embed.search.dataset import (
    SHOWN,
    DatasetInfo,
    as_info,
    dimensions_of,
    open_part,
    values_of,
)
from twelvelabs_embed.search.fingerprints import (
    Fingerprint,
    PartChangedError,
    read_fingerprint,
    read_stat,
)
from twelvelabs_embed.search.quantization import Codes, quantize

OnProgress: TypeAlias = Callable[[int, int], object]
"""Is called with how many rows are in the index, and how many there are to be."""

FORMAT = 3
_FACTS = "shard.json"
_VECTORS, _CODES, _BOUNDS, _ROWS = "vectors.f32", "codes.i8", "bounds.f32", "rows.arrow"
_FILES = (_VECTORS, _CODES, _BOUNDS, _ROWS)
_TEXTS = ("id", "input_type", "option", "scope", "quadrant")
_NUMBERS = {
    "start_sec": "double",
    "end_sec": "double",
    **{name: kind for name, kind in DOCUMENT_COLUMNS.items() if kind == "int64"},
}
_BLOCK_ROWS = 2048  # 4 MB of vectors of 512 numbers
_ENDS_BYTES = 1 << 16  # of a file, that are compared


class ShardFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Facts about a shard.

    Attributes:
        format: the version of this format
        parts: its parts, in the order of its rows
        info: what there is to search
        files: the digest of each file: of its size and its ends
    """

    format: int
    parts: list[Fingerprint]
    info: DatasetInfo
    files: dict[str, str]


@frozen(eq=False)
class Shard:
    """An open shard; its files are mapped into memory."""

    facts: ShardFacts
    vectors: Vectors
    codes: Codes
    scales: Vectors
    errors: Vectors
    rows: ArrowTable


# ----------------------------------------------------------------------------------------- reading


def read_facts(folder: Path) -> ShardFacts | None:
    """Return the facts of a shard; None when it is incomplete, damaged, or of another version."""
    try:
        facts = msgspec.json.decode((folder / _FACTS).read_bytes(), type=ShardFacts)
        intact = all(_digest_of_ends(folder / name) == facts.files.get(name) for name in _FILES)
    except (OSError, ValueError):
        return None
    return facts if intact and facts.format == FORMAT else None


def write_facts(folder: Path, facts: ShardFacts) -> None:
    """Write the facts of a shard."""
    atomic_write(folder / _FACTS, msgspec.json.encode(facts))


def open_shard(folder: Path, facts: ShardFacts) -> Shard:
    """Map the files of a shard.

    Raises:
        OSError: it was removed meanwhile
    """
    pa = import_extra("pyarrow", "bulk")
    count = facts.info.rows
    shape = (count, facts.info.dimensions)
    with pa.memory_map(os.fspath(folder / _ROWS)) as source:
        rows = pa.ipc.open_file(source).read_all()
    bounds = np.fromfile(folder / _BOUNDS, np.float32).reshape(2, count)
    return Shard(
        facts=facts,
        vectors=_mapped(folder / _VECTORS, np.float32, shape),
        codes=_mapped(folder / _CODES, np.int8, shape),
        scales=bounds[0],
        errors=bounds[1],
        rows=rows,
    )


def _mapped(path: Path, kind: type[np.generic], shape: tuple[int, int]) -> Any:
    # A plain array, because slices of a `memmap` cost more than the work on small blocks.
    return (
        np.asarray(np.memmap(path, kind, "r", shape=shape)) if shape[0] else np.empty(shape, kind)
    )


def _digest_of_ends(path: Path) -> str:
    """Digest the size of a file, its start and its end: enough to notice another or a cut file."""
    with path.open("rb") as file:
        size_bytes = file.seek(0, os.SEEK_END)
        digest = hashlib.blake2b(str(size_bytes).encode(), digest_size=16)
        for offset in (0, max(0, size_bytes - _ENDS_BYTES)):
            file.seek(offset)
            digest.update(file.read(_ENDS_BYTES))
    return digest.hexdigest()


# ----------------------------------------------------------------------------------------- writing


def write_shard(folder: Path, paths: Sequence[Path], report: Callable[[int], object]) -> ShardFacts:
    """Write a shard of some parts into an empty folder.

    Args:
        folder: where its files are written
        paths: the parts, all with vectors of the same dimensions and model
        report: is called with how many rows were added, again and again

    Raises:
        PartChangedError: a part was replaced or removed meanwhile
        DamagedFileError: a part cannot be read
        OSError: the files cannot be written
    """
    with ExitStack() as stack:
        files = [stack.enter_context((folder / name).open("wb")) for name in (_VECTORS, _CODES)]
        bounds: list[Vectors] = [np.empty((2, 0), np.float32)]
        tables: list[ArrowTable] = []
        parts: list[Fingerprint] = []
        dimensions = 0
        for path in paths:
            before = read_stat(path)
            table, dimensions, of_part = _copy_part(path, files, report)
            bounds += of_part
            tables.append(table)
            parts.append(read_fingerprint(path, rows=len(table)))
            if parts[-1].stat != before:
                raise PartChangedError(path)
        for file in files:
            _flush(file)
    rows = _join(tables)
    with (folder / _BOUNDS).open("wb") as file:
        np.ascontiguousarray(np.concatenate(bounds, axis=1)).tofile(file)
        _flush(file)
    _write_rows(folder / _ROWS, rows.drop_columns("model"))
    facts = ShardFacts(
        format=FORMAT,
        parts=parts,
        info=as_info(values_of(rows), len(rows), dimensions),
        files={name: _digest_of_ends(folder / name) for name in _FILES},
    )
    write_facts(folder, facts)
    return facts


def _copy_part(
    path: Path, files: Sequence[BinaryIO], report: Callable[[int], object]
) -> tuple[ArrowTable, int, list[Vectors]]:
    """Write the vectors of a part, and return its other columns."""
    bounds: list[Vectors] = []
    rows = 0
    with open_part(path) as file:
        dimensions = dimensions_of(file.schema_arrow, path)
        names = dict.fromkeys((*SHOWN, "model", *ALL_COLUMNS))
        table = file.read([name for name in names if name in file.schema_arrow.names])
        check_ids(table)
        for batch in batches(file, path, _BLOCK_ROWS, ["vector"]):
            vectors = np.ascontiguousarray(vectors_of(batch), np.float32)
            codes, scales, errors = quantize(vectors)
            files[0].write(vectors.data)
            files[1].write(codes.data)
            bounds.append(np.stack([scales, errors]))
            rows += len(vectors)
            report(len(vectors))
    if rows != len(table):
        raise DamagedFileError(path, ValueError(f"{rows} vectors, and {len(table)} rows"))
    return encoded(table), dimensions, bounds


def encoded(table: ArrowTable) -> ArrowTable:
    """Return a table of one chunk with all columns and their types; texts are dictionaries.

    What another program wrote may have other types for the same, such as large strings.
    """
    pa = import_extra("pyarrow", "bulk")
    text = pa.dictionary(pa.int32(), pa.string())
    for name, kind in DOCUMENT_COLUMNS.items():
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(len(table), pa.type_for_alias(kind)))
    for index, name in enumerate(table.column_names):
        column = table.column(index)
        if name in _NUMBERS:
            column = column.cast(pa.type_for_alias(_NUMBERS[name]))
        elif column.type != text and name in (*_TEXTS, "model"):
            column = column.cast(pa.string()).dictionary_encode()
        table = table.set_column(index, name, column)
    return table.select(sorted(table.column_names)).unify_dictionaries().combine_chunks()


def _join(tables: Sequence[ArrowTable]) -> ArrowTable:
    """Join the rows of parts, with the number of the moment of each."""
    pa = import_extra("pyarrow", "bulk")
    part = np.repeat(np.arange(len(tables)), [len(table) for table in tables])
    joined = pa.concat_tables([table.replace_schema_metadata(None) for table in tables])
    joined = joined.unify_dictionaries().combine_chunks()
    return joined.append_column("moment", pa.array(number_moments(joined, part), pa.int32()))


def number_moments(table: ArrowTable, part: Any = None) -> Any:
    """Assign rows to moments, shape (N,): those of one item, scope, time and place are one moment.

    Args:
        table: the rows, as `encoded` returns them
        part: the number of the part of each row; rows of different parts are of different items
    """
    compute = import_extra("pyarrow.compute", "bulk")
    keys = [] if part is None else [part]
    for name in ("id", "scope", "start_sec", "end_sec", *DOCUMENT_COLUMNS):
        column = table.column(name).combine_chunks()
        column = column.indices if name in _TEXTS else column
        keys.append(compute.fill_null(column, -1).to_numpy(zero_copy_only=False))
    order = np.lexsort(keys[::-1])
    starts = np.zeros(len(order), np.bool_)
    for key in keys:
        values = key[order]
        starts[1:] |= values[1:] != values[:-1]
    moments = np.empty(len(order), np.int32)
    moments[order] = np.cumsum(starts)
    return moments


def _write_rows(path: Path, rows: ArrowTable) -> None:
    pa = import_extra("pyarrow", "bulk")
    with path.open("wb") as file:
        with pa.ipc.new_file(file, rows.schema) as writer:
            writer.write_table(rows, max(1, len(rows)))  # as one batch, of one dictionary
        _flush(file)


def _flush(file: BinaryIO) -> None:
    file.flush()
    sync(file.fileno())


def withdraw(folder: Path) -> None:
    """Remove a shard, or what is left of one; what is still open elsewhere may stay for later."""
    (folder / _FACTS).unlink(missing_ok=True)  # first: without it nothing is taken for a shard
    shutil.rmtree(folder, ignore_errors=True)
