"""Numbered Parquet files of a folder: `part-00000.parquet`, `errors-00000.parquet`.

`part-00003-00012.parquet` holds what the files from 3 to 12 held, and replaces them as soon as it
has its name: those that are still there do not count any more. A writer holds the file lock.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

from filelock import FileLock, Timeout

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._files import remove_temporary_files as remove_temporary
from twelvelabs_embed.bulk.decompression_guard import check_decompressed_size
from twelvelabs_embed.bulk.errors import DamagedFileError, FolderInUseError
from twelvelabs_embed.errors import TwelveLabsError

Folder: TypeAlias = str | PathLike[str]
_ParquetFile: TypeAlias = Any  # pyarrow has no types
_RecordBatch: TypeAlias = Any

_NAME = re.compile(r"(part|changed|errors)-(\d{5,})(?:-(\d{5,}))?\.parquet")
_KINDS = ("part", "changed", "errors")


def numbered_paths(folder: Folder, kind: str) -> list[Path]:
    """Return the files of a kind, `part`, `changed` or `errors`, in the order of their numbers."""
    return _split_covered(folder, kind)[0]


def _split_covered(folder: Folder, kind: str) -> tuple[list[Path], list[Path]]:
    """Return the files that count, and those that a merged one replaces."""
    found: list[tuple[int, int, Path]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if (match := _NAME.fullmatch(entry.name)) and match[1] == kind:
                first = int(match[2])
                found.append((first, -int(match[3] or first), Path(entry.path)))
    valid, covered, last = list[Path](), list[Path](), -1
    for _, negative, path in sorted(found):
        (covered if -negative <= last else valid).append(path)
        last = max(last, -negative)
    return valid, covered


def numbers_of(path: Path) -> tuple[int, int]:
    """Return the first and the last number that a file stands for."""
    match = _NAME.fullmatch(path.name)
    assert match is not None
    return int(match[2]), int(match[3] or match[2])


def merged_path(paths: Sequence[Path]) -> Path:
    """Return the path of the file that replaces several, which follow each other."""
    kind = paths[0].name.partition("-")[0]
    first, last = numbers_of(paths[0])[0], numbers_of(paths[-1])[1]
    return paths[0].with_name(f"{kind}-{first:05}-{last:05}.parquet")


class FileNumbers:
    """Numbers of the new files of a kind. The folder is listed once: only one process writes.

    Args:
        folder: an existing folder
        kind: `part`, `changed` or `errors`
    """

    def __init__(self, folder: Folder, kind: str) -> None:
        self._folder, self._kind = Path(folder), kind
        self._next: int | None = None

    def next_path(self) -> Path:
        """Return the path of the next file."""
        if self._next is None:
            paths = numbered_paths(self._folder, self._kind)
            # By the last number and not by the count: a file may have been removed.
            self._next = numbers_of(paths[-1])[1] + 1 if paths else 0
        path = self._folder / f"{self._kind}-{self._next:05}.parquet"
        self._next += 1
        return path


def remove_temporary_files(folder: Folder) -> None:
    """Remove what a process that died did not finish, and files that are replaced.

    The caller holds the lock.
    """
    names = [f"{kind}-*.parquet" for kind in _KINDS]
    for name in (*names, "run.json", "tasks.jsonl"):
        remove_temporary(Path(folder), name)
    for kind in _KINDS:
        remove_replaced(_split_covered(folder, kind)[1])


def remove_replaced(paths: Iterable[Path]) -> None:
    """Remove files that a merged one replaces; a later run does, where a reader has them open."""
    for path in paths:
        with suppress(PermissionError):  # on Windows
            path.unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Generator[None]:
    """Hold the lock of a folder, which no other process may hold."""
    lock = FileLock(folder / ".lock", thread_local=False)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise FolderInUseError(folder) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def opened(path: Path, dictionary: Collection[str] = ()) -> Generator[_ParquetFile]:
    """Open a file, memory-mapped, and check its size before anything of it is decompressed.

    Whatever cannot be read in the `with` is raised as `DamagedFileError`. The columns `dictionary`
    are read as dictionaries.
    """
    pa, parquet = import_extra("pyarrow", "bulk"), import_extra("pyarrow.parquet", "bulk")
    try:
        with parquet.ParquetFile(path, memory_map=True, read_dictionary=list(dictionary)) as file:
            check_decompressed_size(file, path)
            _check_texts(file.schema_arrow)
            yield file
    except TwelveLabsError:
        raise
    except (
        *(pa.ArrowException, OSError, ValueError, LookupError, TypeError, AttributeError),
        MemoryError,  # for a length that is damaged
    ) as error:
        raise DamagedFileError(path, error) from error


# What a program of the user's may have written in another type.
_TEXT_COLUMNS = ("id", "input_type", "model", "option", "scope", "code", "message", "input")


def _check_texts(schema: Any) -> None:
    """Raise TypeError if a column of texts has other values."""
    pa = import_extra("pyarrow", "bulk")
    for name in set(_TEXT_COLUMNS).intersection(schema.names):
        kind = schema.field(name).type
        value = kind.value_type if pa.types.is_dictionary(kind) else kind
        if value not in (pa.string(), pa.large_string(), pa.string_view()):
            raise TypeError(f"column {name} is {kind}, not string")


def check_ids(batch: _RecordBatch) -> None:
    """Raise ValueError if a row has no id."""
    if "id" in batch.schema.names and batch.column("id").null_count:
        raise ValueError("there are rows without an id")


def filter_rows(batch: _RecordBatch, allowed: Mapping[str, Collection[str | None]]) -> _RecordBatch:
    """Return the rows whose columns have one of the allowed values; None stands for null."""
    pa, compute = import_extra("pyarrow", "bulk"), import_extra("pyarrow.compute", "bulk")
    for name, values in allowed.items():
        batch = batch.filter(compute.is_in(batch.column(name), pa.array(values, pa.string())))
    return batch
