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
_PLAIN_BYTES = 512 * _MIB
"""A row group may unfold to so much, however small the file is."""
_MAX_FOLDED = 100
"""A larger one may be so many times as large as the file. Texts are below 20."""
_BATCH_BYTES = 128 * _MIB
"""What the rows of a batch may take of one value that all of them have."""
_PROBED_ROWS = 1024


def batches(
    file: _ParquetFile,
    path: Path,
    rows: int,
    columns: Sequence[str] | None = None,
    *,
    use_threads: bool = True,
) -> Iterator[_RecordBatch]:
    """The rows of a file, as `file.iter_batches` has them, with bounds for the memory.

    Args:
        file: the file at `path`
        rows: how many rows a batch has at most
        columns: what is read; all by default
        use_threads: whether columns are unpacked side by side

    Raises:
        InvalidInputError: it would unfold to too much
    """
    check_decompressed_size(file, path)
    for group in range(file.num_row_groups):
        fitting = _BATCH_BYTES // max(1, _largest_value(file, path, group, columns))
        size = max(1, min(rows, fitting))
        yield from file.iter_batches(size, [group], columns, use_threads=use_threads)


def check_decompressed_size(file: _ParquetFile, path: Path) -> None:
    """Refuse a file that unfolds to much more than its size, as far as it tells the truth.

    Only by what it says of its row groups: of a damaged file, pyarrow ends the process when asked
    for what it says of a column (25.0).

    Raises:
        InvalidInputError: it does
    """
    size_bytes = path.stat().st_size
    limit = max(_PLAIN_BYTES, _MAX_FOLDED * size_bytes)
    for group in range(file.num_row_groups):
        unfolded = file.metadata.row_group(group).total_byte_size
        if unfolded > limit:
            violation = Violation(
                "source",
                f"{path.name} has {size_words(size_bytes)}, but its row group {group} unfolds to "
                f"{size_words(unfolded)}",
                f"it may unfold to {size_words(_PLAIN_BYTES)}, or {_MAX_FOLDED} times the file",
                "Write it with smaller row groups, if it is meant to be like that",
            )
            raise InvalidInputError([violation])


def text_lengths(batch: _RecordBatch) -> list[int]:
    """How many bytes the texts of each row have; those in lists do not count."""
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
    """How long the longest value is that many rows of a row group may have.

    The values of a dictionary come with the first row that has one. Where there is none, all that
    the row group unfolds to may be such a value.
    """
    parquet = import_extra("pyarrow.parquet", "bulk")
    about, texts, largest = file.metadata.row_group(group), list[str](), 0
    for at in range(about.num_columns):
        column = file.schema.column(at)
        if columns is None or column.path.partition(".")[0] in columns:
            largest = max(largest, column.length)  # of a fixed length; of others 0
            texts += [column.path] * (column.physical_type == "BYTE_ARRAY")
    if texts and about.num_rows:
        with parquet.ParquetFile(path, memory_map=True, read_dictionary=texts) as again:
            first = next(again.iter_batches(_PROBED_ROWS, [group], texts), None)
        for column in first.columns if first else ():  # it may tell of rows that are not there
            longest = _longest(column)
            largest = max(largest, about.total_byte_size if longest is None else longest)
    return largest


def _longest(column: Any) -> int | None:
    """The length of the longest text in a column of dictionaries; None when none is known."""
    pa, compute = import_extra("pyarrow", "bulk"), import_extra("pyarrow.compute", "bulk")
    while pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        column = column.values
    if not pa.types.is_dictionary(column.type):
        return None
    return cast("int | None", compute.max(compute.binary_length(column.dictionary)).as_py())
