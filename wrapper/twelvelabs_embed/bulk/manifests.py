"""Manifests: CSV, JSONL and Parquet files with a row for each item."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import msgspec

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._text import did_you_mean, size_words
from twelvelabs_embed.bulk.decompression_guard import batches, check_decompressed_size, text_lengths
from twelvelabs_embed.bulk.rows import COLUMNS, Entry, RowReader, clean
from twelvelabs_embed.errors import InvalidInputError, Violation

_SUFFIXES = (".csv", ".jsonl", ".ndjson", ".parquet")
_MAX_ROW_BYTES = 32 << 20
"""No row has more: the longest text that a model accepts has a thousandth of that."""


def is_manifest(path: str | Path) -> bool:
    """Return whether a path has the suffix of a manifest and is not a folder."""
    return os.path.splitext(path)[1].lower() in _SUFFIXES and not os.path.isdir(path)


def read_manifest(reader: RowReader, path: Path) -> Iterator[Entry]:
    """Yield the items of a manifest."""
    match path.suffix.lower():
        case ".csv":
            yield from _read_csv(reader, path)
        case ".parquet":
            yield from _read_parquet(reader, path)
        case _:
            with path.open("rb") as file:
                yield from read_lines(reader, file)


def invalid_source(value: str, hint: str) -> InvalidInputError:
    """Return the error of a source that cannot be read."""
    allowed = "a source is a folder, a glob, a media file, a manifest or -"
    return InvalidInputError([Violation("source", value, allowed, hint)])


def check_columns(where: str, names: Iterable[str]) -> None:
    """Reject unknown columns, all of them in one error."""
    allowed = f"columns are {', '.join(COLUMNS)}"
    violations = [
        Violation("source", f"{where} has a column {name!r}", allowed, did_you_mean(name, COLUMNS))
        for name in sorted(set(names).difference(COLUMNS))
    ]
    if violations:
        raise InvalidInputError(violations)


def count_rows(path: Path) -> int:
    """Check the columns of a manifest, and return how many rows it has."""
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
        raise invalid_source(f"{path.name} cannot be read ({error})", "Check the file") from error


def _open_csv(path: Path) -> Any:
    # What is not UTF-8 makes its row invalid and not the file.
    return path.open(newline="", encoding="utf-8-sig", errors="surrogateescape")


def _count_csv(path: Path) -> int:
    with _open_csv(path) as file:
        rows = csv.reader(file)
        header = [name.strip() for name in next(rows, [])]
        check_columns(path.name, header)
        for name in header:
            if header.count(name) > 1:
                raise invalid_source(
                    f"{path.name} has the column {name!r} twice", "Rename one of them"
                )
        return sum(1 for cells in rows if cells)


def _read_csv(reader: RowReader, path: Path) -> Iterator[Entry]:
    with _open_csv(path) as file:
        rows = csv.reader(file)
        header = [name.strip() for name in next(rows, [])]
        for number, cells in enumerate((cells for cells in rows if cells), 1):
            # An empty cell is omitted: CSV does not distinguish it from an empty text.
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
        check_columns(path.name, file.schema_arrow.names)
        check_decompressed_size(file, path)
        return cast(int, file.metadata.num_rows)


def _read_parquet(reader: RowReader, path: Path) -> Iterator[Entry]:
    for number, row in enumerate(_parquet_rows(path), 1):
        if isinstance(row, int):
            maximum = f"more than the {size_words(_MAX_ROW_BYTES)} that a row may have"
            yield reader.bad({}, number, f"the row has {size_words(row)} of text, {maximum}")
        else:
            yield reader.read(row, number)


def _parquet_rows(path: Path) -> Iterator[dict[str, Any] | int]:
    """Yield the rows of a file; of one that is too long only its length, in bytes."""
    parquet = import_extra("pyarrow.parquet", "bulk")
    try:
        with parquet.ParquetFile(path, memory_map=True) as file:
            declared, found = file.metadata.num_rows, 0
            for batch in batches(file, path, 1024):
                found += batch.num_rows
                if batch.nbytes <= _MAX_ROW_BYTES:
                    yield from batch.to_pylist()
                    continue
                for index, length_bytes in enumerate(text_lengths(batch)):
                    is_too_long = length_bytes > _MAX_ROW_BYTES
                    yield length_bytes if is_too_long else batch.slice(index, 1).to_pylist()[0]
            if found != declared:
                raise ValueError(f"it declares {declared} rows and has {found}")
    except InvalidInputError:
        raise
    except (OSError, ValueError) as error:  # damaged where counting did not look
        raise invalid_source(f"{path.name} cannot be read ({error})", "Check the file") from error


# Created once: creating one takes ten times as long as decoding a line.
_decode_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_row = msgspec.json.Decoder(dict[str, Any]).decode


def _count_lines(path: Path) -> int:
    unknown: set[str] = set()
    count = 0
    with path.open("rb") as file:
        for line in file:
            if line.strip():
                count += 1
                unknown |= keys_of(line).difference(COLUMNS)
    check_columns(path.name, unknown)
    return count


def keys_of(line: bytes) -> set[str]:
    """Return the keys of a line of JSONL; none if it is no object, which makes its row invalid."""
    try:
        return set(_decode_keys(line))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return set()


def read_lines(reader: RowReader, lines: Iterable[bytes]) -> Iterator[Entry]:
    """Yield the items of JSONL."""
    for number, line in enumerate((line for line in lines if line.strip()), 1):
        try:
            row = _decode_row(line)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            shown = line.decode(errors="backslashreplace").strip()
            yield reader.bad(shown, number, f"the line is not a JSON object ({error})")
            continue
        if unknown := set(row).difference(COLUMNS):
            names = ", ".join(sorted(unknown))
            yield reader.bad(row, number, f"columns are {', '.join(COLUMNS)}, but not {names}")
        else:
            yield reader.read(row, number)
