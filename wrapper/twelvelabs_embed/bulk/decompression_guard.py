"""Decompression guard for Parquet files.

A page of zeros takes a thousandth of its decompressed size, and one dictionary value stands for
many rows. `check_decompressed_size` rejects the first by the file's metadata, before anything is
read; `batches` has fewer rows where the second would fill the memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias, cast

import numpy as np

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._text import size_words
from twelvelabs_embed.errors import InvalidInputError, Violation

_ParquetFile: TypeAlias = Any  # pyarrow has no types
_RecordBatch: TypeAlias = Any

_MIB = 1 << 20
_MIN_LIMIT_BYTES = 512 * _MIB
"""Size to which a row group may decompress, however small the file is."""
_MAX_RATIO = 100
"""Maximum ratio of a larger row group to the file. Texts are below 20."""
_BATCH_BYTES = 128 * _MIB
"""Maximum size of the rows of a batch if all of them have the longest value."""
_PROBED_ROWS = 1024


def batches(
    file: _ParquetFile,
    path: Path,
    rows: int,
    columns: Sequence[str] | None = None,
    *,
    use_threads: bool = True,
) -> Iterator[_RecordBatch]:
    """Yield the rows of the file at `path` like `file.iter_batches`, in bounded memory."""
    check_decompressed_size(file, path)
    for group in range(file.num_row_groups):
        fitting = _BATCH_BYTES // max(1, _largest_value(file, path, group, columns))
        size = max(1, min(rows, fitting))
        yield from file.iter_batches(size, [group], columns, use_threads=use_threads)


def check_decompressed_size(file: _ParquetFile, path: Path) -> None:
    """Reject a file that decompresses to much more than its size, according to its metadata.

    Only by the metadata of its row groups: of a damaged file, pyarrow ends the process when asked
    for the metadata of a column (25.0).
    """
    size_bytes = path.stat().st_size
    limit = max(_MIN_LIMIT_BYTES, _MAX_RATIO * size_bytes)
    for group in range(file.num_row_groups):
        decompressed = file.metadata.row_group(group).total_byte_size
        if decompressed > limit:
            violation = Violation(
                "source",
                f"{path.name} has {size_words(size_bytes)}, but its row group {group} decompresses "
                f"to {size_words(decompressed)}",
                f"the maximum is {size_words(_MIN_LIMIT_BYTES)}, or {_MAX_RATIO} times the file",
                "Write it with smaller row groups, if that is intended",
            )
            raise InvalidInputError([violation])


def text_lengths(batch: _RecordBatch) -> list[int]:
    """Return how many bytes the texts of each row have; those in lists do not count."""
    compute = import_extra("pyarrow.compute", "bulk")
    pa = import_extra("pyarrow", "bulk")
    lengths = np.zeros(batch.num_rows, np.int64)
    for column in batch.columns:
        kind = column.type
        if pa.types.is_dictionary(kind):
            found = compute.take(compute.binary_length(column.dictionary), column.indices)
        elif pa.types.is_string_view(kind) or pa.types.is_binary_view(kind):
            found = compute.binary_length(column.cast(pa.large_binary()))
        elif pa.types.is_nested(kind) or pa.types.is_primitive(kind) or pa.types.is_null(kind):
            continue
        else:
            found = compute.binary_length(column)
        lengths += np.asarray(found.fill_null(0))
    as_list: list[int] = lengths.tolist()
    return as_list


def _largest_value(
    file: _ParquetFile, path: Path, group: int, columns: Sequence[str] | None
) -> int:
    """Return the length of the longest value that many rows of a row group may have.

    The values of a dictionary come with the first row that has one. Without a dictionary, the whole
    decompressed row group may be such a value.
    """
    parquet = import_extra("pyarrow.parquet", "bulk")
    metadata, texts, largest = file.metadata.row_group(group), list[str](), 0
    for index in range(metadata.num_columns):
        column = file.schema.column(index)
        if columns is None or column.path.partition(".")[0] in columns:
            largest = max(largest, column.length)  # of a fixed length; of others 0
            texts += [column.path] * (column.physical_type == "BYTE_ARRAY")
    if texts and metadata.num_rows:
        with parquet.ParquetFile(path, memory_map=True, read_dictionary=texts) as again:
            first = next(again.iter_batches(_PROBED_ROWS, [group], texts), None)
        for column in first.columns if first else ():  # it may declare rows that are not there
            longest = _longest(column)
            largest = max(largest, metadata.total_byte_size if longest is None else longest)
    return largest


def _longest(column: Any) -> int | None:
    """Return the length of the longest text of a dictionary column; None if it is not one."""
    pa, compute = import_extra("pyarrow", "bulk"), import_extra("pyarrow.compute", "bulk")
    while pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        column = column.values
    if not pa.types.is_dictionary(column.type):
        return None
    return cast("int | None", compute.max(compute.binary_length(column.dictionary)).as_py())
