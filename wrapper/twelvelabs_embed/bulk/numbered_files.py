"""Numbered Parquet files of a folder: `part-00000.parquet`, `errors-00000.parquet`."""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._files import remove_temporary_files as remove_temporary
from twelvelabs_embed.bulk.decompression_guard import check_decompressed_size
from twelvelabs_embed.bulk.errors import DamagedFileError
from twelvelabs_embed.errors import TwelveLabsError

Folder: TypeAlias = str | PathLike[str]
_ParquetFile: TypeAlias = Any  # pyarrow has no types
_RecordBatch: TypeAlias = Any

_NAME = re.compile(r"(part|errors)-(\d{5,})\.parquet")


def numbered_paths(folder: Folder, kind: str) -> list[Path]:
    """Return the files of a kind, `part` or `errors`, in the order in which they were started."""
    matches = ((_NAME.fullmatch(path.name), path) for path in Path(folder).iterdir())
    found = [(int(match[2]), path) for match, path in matches if match and match[1] == kind]
    return [path for _, path in sorted(found)]


def next_path(folder: Folder, kind: str) -> Path:
    """Return the path of the next file of a kind."""
    paths = numbered_paths(folder, kind)
    # By the last number and not by the count: a file may have been removed.
    number = int(paths[-1].stem.partition("-")[2]) + 1 if paths else 0
    return Path(folder) / f"{kind}-{number:05}.parquet"


def remove_temporary_files(folder: Folder) -> None:
    """Remove what a process that died did not finish writing. The caller holds the lock."""
    for name in ("part-*.parquet", "errors-*.parquet", "run.json", "tasks.jsonl"):
        remove_temporary(Path(folder), name)


@contextmanager
def opened(path: Path, dictionary: Collection[str] = ()) -> Generator[_ParquetFile]:
    """Open a file, memory-mapped, and check its size before anything of it is decompressed.

    Args:
        path: the file
        dictionary: the columns to read as dictionaries

    Raises:
        DamagedFileError: it cannot be read, now or later in the `with`
        InvalidInputError: it decompresses to much more than its size
    """
    pa, parquet = import_extra("pyarrow", "bulk"), import_extra("pyarrow.parquet", "bulk")
    try:
        with parquet.ParquetFile(path, memory_map=True, read_dictionary=list(dictionary)) as file:
            check_decompressed_size(file, path)
            yield file
    except TwelveLabsError:
        raise
    except (
        *(pa.ArrowException, OSError, ValueError, LookupError, TypeError, AttributeError),
        MemoryError,  # for a length that is damaged
    ) as error:
        raise DamagedFileError(path, error) from error


def filter_rows(batch: _RecordBatch, allowed: Mapping[str, Collection[str | None]]) -> _RecordBatch:
    """Return the rows whose columns have one of the allowed values; None stands for null."""
    pa, compute = import_extra("pyarrow", "bulk"), import_extra("pyarrow.compute", "bulk")
    for name, values in allowed.items():
        batch = batch.filter(compute.is_in(batch.column(name), pa.array(values, pa.string())))
    return batch
