"""Where the items of a run come from: folders, globs, manifests, standard input.

    source = Source("archive")        # a folder: every media file below it
    source = Source("items.jsonl")    # a manifest: .csv, .jsonl, .ndjson or .parquet
    source = Source("-")              # standard input, as JSONL
    source.prepare()                  # refuses unknown columns; counts
    for entry in source: ...          # an `Item`, or a `InvalidRow` one

Everything is read as it is needed: a manifest of a million rows takes no more memory than one of a
thousand.
"""

from __future__ import annotations

import csv
import glob
import os
import select
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from io import UnsupportedOperation
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, cast

import msgspec

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._text import size_words
from twelvelabs_embed.bulk.decompression_guard import batches, check_decompressed_size, text_lengths
from twelvelabs_embed.bulk.rows import (
    COLUMNS,
    SUFFIXES,
    Defaults,
    Entry,
    RowReader,
    clean,
    suggest,
)
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.limits.file_signatures import HEAD_BYTES, sniff

__all__ = ["Source", "SourceLike"]

SourceLike: TypeAlias = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
"""A folder, a glob, a media file, a manifest or `-`; or several."""

_MANIFESTS = (".csv", ".jsonl", ".ndjson", ".parquet")
_MEDIA = SUFFIXES.keys() - {".ts", ".mts"}  # TypeScript, more often than not; content tells
_STDIN = "-"
_MAX_ROW_BYTES = 32 << 20
"""More is no row: the longest text that a model takes has a thousandth of that."""


class Source:
    """The items of a run, in an order that stays the same.

    The id of an item is what its row says; otherwise its link, or its path from `root`; otherwise
    the name of the manifest and the number of the row, `texts.csv:17`. Rows count from 1, without
    the header and without empty lines.

    Args:
        given: folders, globs, media files, manifests, or `-` for standard input
        defaults: the settings of audio and video where the source does not give them
        out: the folder of the output, which is no part of the source

    Attributes:
        names: what was given
        root: the folder that ids start from. When one folder is all that is given, it is that;
            when one manifest is, it is the manifest's folder; otherwise the working directory
        is_stopped: whether nothing more is wanted; asked while standard input is waited for

    Raises:
        InvalidInputError: something is not there, or a setting cannot be
    """

    def __init__(
        self,
        given: SourceLike,
        defaults: Defaults = Defaults(),
        *,
        out: str | os.PathLike[str] | None = None,
    ) -> None:
        several = [given] if isinstance(given, (str, os.PathLike)) else list(given)
        self.names = [os.path.expanduser(os.fspath(name)) for name in several]
        self._defaults = defaults.as_row()
        self._out = Path(out).resolve() if out else None
        self.is_stopped: Callable[[], bool] = lambda: False
        self._stdin: _Lines | None = None
        if not self.names:
            raise _refusal("nothing is given", "Name a folder, a file or a manifest")
        for name in self.names:
            if name != _STDIN and next(_expand(name), None) is None:
                raise _refusal(f"there is no {name!r}", "Check the path; links go into a manifest")
        self.root = self._find_root()

    def prepare(self) -> int | None:
        """Look at the whole source before anything is sent.

        Returns:
            how many items there are; None when only time can tell

        Raises:
            InvalidInputError: a manifest has columns that nobody knows, or cannot be read
        """
        count, is_endless = 0, False
        for name in self._paths():
            if name == _STDIN:
                is_endless = True
                self._stdin = _Lines(sys.stdin.buffer, self._is_over)
                _check_columns("standard input", _keys_of(self._stdin.peek()))
            elif _is_manifest(name):
                count += _count_rows(Path(name))
            elif os.path.isdir(name):
                count += sum(1 for _ in _walk(name, self._out))
            else:
                count += 1
        return None if is_endless else count

    def __iter__(self) -> Iterator[Entry]:
        for name in self._paths():
            if name == _STDIN:
                lines = self._stdin or _Lines(sys.stdin.buffer, self._is_over)
                yield from _read_lines(self._reader(Path(), "", _STDIN), lines)
            elif _is_manifest(name):
                yield from self._read_manifest(Path(name))
            elif os.path.isdir(name):
                yield from self._read_folder(Path(name))
            else:
                yield self._reader(Path(), "", "").read({"media": Path(name)}, 1)

    def _find_root(self) -> Path:
        if len(self.names) > 1 or not os.path.exists(self.names[0]):
            return Path.cwd()
        only = Path(self.names[0]).resolve()
        if only.is_dir():
            return only
        return only.parent if _is_manifest(only) else Path.cwd()

    def _is_over(self) -> bool:
        return self.is_stopped()

    def _paths(self) -> Iterator[str]:
        for name in self.names:
            yield from [name] if name == _STDIN else _expand(name)

    def _reader(self, base: Path, prefix: str, name: str) -> RowReader:
        return RowReader(base, prefix, clean(name), self._defaults)

    def _read_manifest(self, path: Path) -> Iterator[Entry]:
        if self._is_root(path.parent):
            reader = self._reader(path.parent, "", path.name)
        else:
            reader = self._reader(path.parent, str(path.parent), str(path))
        match path.suffix.lower():
            case ".csv":
                yield from _read_csv(reader, path)
            case ".parquet":
                yield from _read_parquet(reader, path)
            case _:
                with path.open("rb") as file:
                    yield from _read_lines(reader, file)

    def _read_folder(self, folder: Path) -> Iterator[Entry]:
        reader = self._reader(folder, "" if self._is_root(folder) else str(folder), "")
        for path in _walk(str(folder), self._out):
            yield reader.read({"media": Path(path).relative_to(folder)}, 1)

    def _is_root(self, folder: Path) -> bool:
        return len(self.names) == 1 and folder.resolve() == self.root


def _refusal(value: str, hint: str) -> InvalidInputError:
    limit = "a source is a folder, a glob, a media file, a manifest or -"
    return InvalidInputError([Violation("source", value, limit, hint)])


def _is_manifest(path: str | Path) -> bool:
    return os.path.splitext(path)[1].lower() in _MANIFESTS and not os.path.isdir(path)


def _expand(name: str) -> Iterator[str]:
    """What a name stands for: itself when it is there, otherwise what it matches, in order."""
    if os.path.exists(name):
        yield name
    else:
        yield from sorted(glob.iglob(name, recursive=True))


# ----------------------------------------------------------------------------------------- folders


def _walk(folder: str, left_out: Path | None) -> Iterator[str]:
    """Media files below a folder, in order, without hidden ones and without the output.

    Links to files are followed, links to folders are not: they may lead round.
    """
    walking = [_entries(folder)]  # what is left of each folder on the way down
    while walking:
        entry = next(walking[-1], None)
        if entry is None:
            walking.pop()
        elif isinstance(entry, str):
            yield entry
        elif entry.name.startswith("."):
            continue
        elif entry.is_dir(follow_symlinks=False):
            if left_out is None or Path(entry.path).resolve() != left_out:
                walking.append(_entries(entry.path))  # no recursion: there may be thousands
        elif _is_file(entry) and _looks_like_media(entry.path):
            yield entry.path


def _entries(folder: str) -> Iterator[os.DirEntry[str] | str]:
    """What is in a folder, in order; its own path when it cannot be looked into."""
    try:
        with os.scandir(folder) as found:
            return iter(sorted(found, key=lambda entry: entry.name))
    except OSError:
        return iter([folder])  # as if it were a file: who opens it is told why that cannot be


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads round
        return False


def _looks_like_media(path: str) -> bool:
    """By its name or by its content: what is named like media but is not, is to be told of."""
    if os.path.splitext(path)[1].lower() in _MEDIA:
        return True
    try:
        with open(path, "rb") as file:
            form = sniff(file.read(HEAD_BYTES))
    except OSError:
        return False
    return form is not None and form.kind != "other"


# --------------------------------------------------------------------------------------- manifests


def _check_columns(where: str, names: Iterable[str]) -> None:
    """Refuse columns that nobody knows, all at once."""
    limit = f"columns are {', '.join(COLUMNS)}"
    violations = [
        Violation("source", f"{where} has a column {name!r}", limit, suggest(name, COLUMNS))
        for name in sorted(set(names).difference(COLUMNS))
    ]
    if violations:
        raise InvalidInputError(violations)


def _count_rows(path: Path) -> int:
    """How many rows a manifest has, once its columns are known to be ours."""
    try:
        match path.suffix.lower():
            case ".csv":
                return _count_csv(path)
            case ".parquet":
                return _count_parquet(path)
            case _:
                return _count_lines(path)
    except InvalidInputError:
        raise
    except (OSError, ValueError, csv.Error) as error:  # pyarrow's errors are ValueErrors
        raise _refusal(f"{path.name} cannot be read ({error})", "Check the file") from error


def _open_csv(path: Path) -> Any:
    # What is no UTF-8 spoils its row and not the file.
    return path.open(newline="", encoding="utf-8-sig", errors="surrogateescape")


def _count_csv(path: Path) -> int:
    with _open_csv(path) as file:
        rows = csv.reader(file)
        header = [name.strip() for name in next(rows, [])]
        _check_columns(path.name, header)
        for name in header:
            if header.count(name) > 1:
                raise _refusal(f"{path.name} has the column {name!r} twice", "Rename one of them")
        return sum(1 for cells in rows if cells)


def _read_csv(reader: RowReader, path: Path) -> Iterator[Entry]:
    with _open_csv(path) as file:
        rows = csv.reader(file)
        header = [name.strip() for name in next(rows, [])]
        for number, cells in enumerate((cells for cells in rows if cells), 1):
            # An empty cell is nothing: CSV cannot tell it from an empty text.
            row = {name: cell for name, cell in zip(header, cells, strict=False) if cell != ""}
            if len(cells) > len(header):
                message = f"the row has {len(cells)} cells, but the header {len(header)}"
                yield reader.bad({**row, "": cells[len(header) :]}, number, message)
            elif not all(map(_is_utf8, cells)):
                yield reader.bad(row, number, "the row is not UTF-8")
            else:
                yield reader.read(row, number)


def _is_utf8(text: str) -> bool:
    return text.isascii() or clean(text) == text


def _count_parquet(path: Path) -> int:
    parquet = import_extra("pyarrow.parquet", "bulk")
    with parquet.ParquetFile(path) as file:
        _check_columns(path.name, file.schema_arrow.names)
        check_decompressed_size(file, path)
        return cast(int, file.metadata.num_rows)


def _read_parquet(reader: RowReader, path: Path) -> Iterator[Entry]:
    for number, row in enumerate(_parquet_rows(path), 1):
        if isinstance(row, int):
            limit = f"more than the {size_words(_MAX_ROW_BYTES)} that a row may have"
            yield reader.bad({}, number, f"the row has {size_words(row)} of text, {limit}")
        else:
            yield reader.read(row, number)


def _parquet_rows(path: Path) -> Iterator[dict[str, Any] | int]:
    """The rows of a file; of one that is too long only its length, in bytes."""
    parquet = import_extra("pyarrow.parquet", "bulk")
    try:
        with parquet.ParquetFile(path, memory_map=True) as file:
            told, found = file.metadata.num_rows, 0
            for batch in batches(file, path, 1024):
                found += batch.num_rows
                if batch.nbytes <= _MAX_ROW_BYTES:
                    yield from batch.to_pylist()
                    continue
                for at, length_bytes in enumerate(text_lengths(batch)):
                    is_long = length_bytes > _MAX_ROW_BYTES
                    yield length_bytes if is_long else batch.slice(at, 1).to_pylist()[0]
            if found != told:
                raise ValueError(f"it tells of {told} rows and has {found}")
    except InvalidInputError:
        raise
    except (OSError, ValueError) as error:  # damaged where the counting did not look
        raise _refusal(f"{path.name} cannot be read ({error})", "Check the file") from error


# Made once: making one takes ten times as long as reading a line by it.
_decode_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_row = msgspec.json.Decoder(dict[str, Any]).decode


def _count_lines(path: Path) -> int:
    unknown: set[str] = set()
    count = 0
    with path.open("rb") as file:
        for line in file:
            if line.strip():
                count += 1
                unknown |= _keys_of(line).difference(COLUMNS)
    _check_columns(path.name, unknown)
    return count


def _keys_of(line: bytes) -> set[str]:
    """The keys of a line of JSONL; none when it is no object, which spoils its row alone."""
    try:
        return set(_decode_keys(line))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return set()


def _read_lines(reader: RowReader, lines: Iterable[bytes]) -> Iterator[Entry]:
    """The items of JSONL."""
    for number, line in enumerate((line for line in lines if line.strip()), 1):
        try:
            row = _decode_row(line)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            shown = line.decode(errors="backslashreplace").strip()
            yield reader.bad(shown, number, f"the line is no object of JSON ({error})")
            continue
        if unknown := set(row).difference(COLUMNS):
            names = ", ".join(sorted(unknown))
            yield reader.bad(row, number, f"columns are {', '.join(COLUMNS)}, but not {names}")
        else:
            yield reader.read(row, number)


# ---------------------------------------------------------------------------------- standard input


class _Lines:
    """The lines of a stream, until nothing more is wanted.

    Who reads a pipe waits until somebody writes, and would not notice that the run was stopped.
    """

    _LOOK_SEC = 0.2

    def __init__(self, stream: BinaryIO, is_stopped: Callable[[], bool]) -> None:
        self._lines = _polled(stream, partial(self._is_ready, stream), is_stopped)
        self._peeked = b""

    def peek(self) -> bytes:
        """The first line that is not empty, which will be read again; empty at the end."""
        self._peeked = next((line for line in self._lines if line.strip()), b"")
        return self._peeked

    def __iter__(self) -> Iterator[bytes]:
        if self._peeked:
            yield self._peeked
        yield from self._lines

    def _is_ready(self, stream: BinaryIO) -> bool:
        return bool(select.select([stream], [], [], self._LOOK_SEC)[0])


def _polled(
    stream: BinaryIO, is_ready: Callable[[], bool], is_stopped: Callable[[], bool]
) -> Iterator[bytes]:
    try:
        number = stream.fileno()
        is_ready()
    except (OSError, ValueError, UnsupportedOperation):  # no pipe, or a system that cannot look
        yield from stream
        return
    rest = b""
    while not is_stopped():
        if not is_ready():
            continue
        data = os.read(number, 1 << 16)
        *lines, rest = (rest + data).split(b"\n")
        yield from lines
        if not data:
            yield rest
            return
