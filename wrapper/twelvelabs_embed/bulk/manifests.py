"""Manifests: CSV, JSONL and Parquet files with a row for each item.

Rows are read lazily, and what is wrong with one is its own error. What makes the rows of a file
uncertain (its encoding, its columns, a quote without an end) rejects the file before anything is
sent.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

import msgspec

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._text import did_you_mean, size_words
from twelvelabs_embed.bulk.csv_records import QuoteError, Record, read_records
from twelvelabs_embed.bulk.decompression_guard import batches, check_decompressed_size, text_lengths
from twelvelabs_embed.bulk.rows import COLUMNS, Candidate, RowReader, clean
from twelvelabs_embed.errors import InvalidInputError, Violation, files_exhausted

_log = logging.getLogger("twelvelabs_embed")

_SUFFIXES = (".csv", ".jsonl", ".ndjson", ".parquet")
_MAX_ROW_BYTES = 32 << 20
"""No row has more: the longest text that a model accepts has a thousandth of that."""

_AS_CSV = "Save it as CSV, separated by commas, in UTF-8"
_AS_JSONL = "Write one object on each line, for example: jq -c '.[]' FILE.json > FILE.jsonl"
_UNPACK = "Decompress it first"
_OTHER_SUFFIXES: Mapping[str, str] = {
    **dict.fromkeys((".tsv", ".tab", ".psv", ".xlsx", ".xls", ".ods"), _AS_CSV),
    **dict.fromkeys((".json", ".geojson"), _AS_JSONL),
    **dict.fromkeys((".jl", ".jsonlines", ".jsonline"), "Name it .jsonl"),
    **dict.fromkeys((".gz", ".bz2", ".xz", ".zst", ".zip", ".tar", ".tgz", ".7z"), _UNPACK),
    **dict.fromkeys((".arrow", ".feather", ".avro", ".orc"), "Convert it to Parquet"),
}
_OTHER_STARTS: Mapping[bytes, tuple[str, str]] = {
    **dict.fromkeys(
        (b"\xff\xfe", b"\xfe\xff"),
        ("UTF-16", "Convert it to UTF-8, for example: iconv -f utf-16 -t utf-8"),
    ),
    b"\x1f\x8b": ("compressed", _UNPACK),
    b"\x28\xb5\x2f\xfd": ("compressed", _UNPACK),
    b"PK\x03\x04": ("a ZIP archive or a spreadsheet", _AS_CSV),
    b"PAR1": ("Parquet", "Name it .parquet"),
}


def is_manifest(path: str | Path) -> bool:
    """Return whether a path has the suffix of a manifest and is not a folder."""
    return os.path.splitext(path)[1].lower() in _SUFFIXES and not os.path.isdir(path)


def read_manifest(reader: RowReader, path: Path) -> Iterator[Candidate]:
    """Yield the rows of a manifest."""
    with _reporting(path):
        if path.suffix.lower() == ".parquet":
            yield from _read_parquet(reader, path)
            return
        with _open_text(path) as file:
            if path.suffix.lower() == ".csv":
                yield from _read_csv(reader, file)
            else:
                yield from read_json_lines(reader, _lines(file))


def count_rows(path: Path) -> int:
    """Check a whole manifest, and return how many rows it has."""
    with _reporting(path):
        if path.suffix.lower() == ".parquet":
            return _count_parquet(path)
        with path.open("rb") as opened:
            check_encoding(path.name, opened.read(4))
        with _open_text(path) as file:
            if path.suffix.lower() == ".csv":
                return _count_csv(path.name, file)
            return _count_json_lines(path.name, file)


# ------------------------------------------------------------------------------------------ errors


@contextmanager
def _reporting(path: Path) -> Generator[None]:
    """Report what prevents a file from being read as an invalid source."""
    try:
        yield
    except InvalidInputError:
        raise
    except QuoteError as error:
        hint = 'Close it, or write quotes inside a quoted cell twice: "a ""big"" dog"'
        raise invalid_source(f"{path.name}: {error}", hint) from error
    except (OSError, ValueError) as error:  # pyarrow's errors are ValueErrors
        unreadable = invalid_source(f"{path.name} cannot be read ({error})", "Check the file")
        raise files_exhausted(error) or unreadable from error


def invalid_source(value: str, hint: str) -> InvalidInputError:
    """Return the error of a source that cannot be read."""
    allowed = "a source is a folder, a glob, a media file, a manifest, s3://, gs:// or az://, or -"
    return InvalidInputError([Violation("source", clean(value), allowed, hint)])


def check_suffix(name: str) -> None:
    """Reject what is no manifest, but was perhaps meant as one."""
    suffix = os.path.splitext(name)[1].lower()
    if suffix in _OTHER_SUFFIXES and not os.path.isdir(name):
        allowed = f"a manifest is {', '.join(_SUFFIXES[:-1])} or {_SUFFIXES[-1]}"
        hint = _OTHER_SUFFIXES[suffix]
        raise InvalidInputError([Violation("source", clean(repr(name)), allowed, hint)])


def check_encoding(where: str, start: bytes) -> None:
    """Reject UTF-16, compressed files and other formats by their first bytes."""
    for magic, (what, hint) in _OTHER_STARTS.items():
        if start.startswith(magic):
            raise invalid_source(f"{where} is {what}", hint)
    if b"\0" in start[:2]:
        raise invalid_source(f"{where} is not UTF-8", "Convert it to UTF-8, or save it anew")


def check_columns(where: str, names: Iterable[str]) -> None:
    """Reject unknown columns, all of them in one error."""
    allowed = f"columns are {', '.join(COLUMNS)}"
    violations = [
        Violation(
            "source",
            clean(f"{where} has a column {name!r}"),
            allowed,
            _header_hint(name) or did_you_mean(name, COLUMNS),
        )
        for name in sorted(set(names).difference(COLUMNS))
    ]
    if violations:
        raise InvalidInputError(violations)


def _header_hint(name: str) -> str:
    """Return a hint for a name that is a header with another separator, or no header."""
    for separator, what in ((";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")):
        if separator in name:
            return f"It is separated by {what}: separate it by commas"
    return "The first line names the columns" if "." in name or "/" in name else ""


def _check_duplicates(where: str, names: list[str]) -> None:
    for name in names:
        if name and names.count(name) > 1:
            raise invalid_source(f"{where} has the column {name!r} twice", "Rename one of them")


# -------------------------------------------------------------------------------------------- text


def _open_text(path: Path) -> TextIO:
    # What is not UTF-8 makes its row invalid and not the file.
    return path.open(newline="", encoding="utf-8-sig", errors="surrogateescape")


def _lines(file: TextIO) -> Iterator[str | None]:
    """Yield lines with their ends, which are LF, CR LF or CR; None for one that is too long."""
    while line := file.readline(_MAX_ROW_BYTES):
        if len(line) < _MAX_ROW_BYTES:
            yield line
            continue
        while line and not line.endswith(("\n", "\r")):
            line = file.readline(_MAX_ROW_BYTES)
        yield None


def _text_error(text: str) -> str:
    """Return why the text of a row cannot be used; empty if it can."""
    if "\0" in text:
        return "the row contains a NUL character"
    return "" if text.isascii() or clean(text) == text else "the row is not UTF-8"


# --------------------------------------------------------------------------------------------- CSV


def _csv(file: TextIO) -> tuple[list[str], Iterator[Record]]:
    """Return the names of the columns, and the other records."""
    records = read_records(_lines(file), _MAX_ROW_BYTES)
    first = next(records, None)
    if first is None:
        return [], records
    if first.error:
        raise ValueError(f"line {first.line}: {first.error}")
    return [name.strip() for name in first.cells], records


def _count_csv(where: str, file: TextIO) -> int:
    header, records = _csv(file)
    check_columns(where, filter(None, header))
    _check_duplicates(where, header)
    count = 0
    for record in records:
        count += 1
        if record.lines and _may_be_rows(record.lines, len(header)):
            last = record.line + len(record.lines) - 1
            _log.warning(
                "%s: one quoted cell has lines %d to %d, which look like rows: is a quote missing?",
                *(where, record.line, last),
                extra={"is_notice": True},
            )
    return count


def _may_be_rows(lines: tuple[str, ...], columns: int) -> bool:
    return columns > 1 and all(line.count(",") == columns - 1 for line in lines)


def _read_csv(reader: RowReader, file: TextIO) -> Iterator[Candidate]:
    header, records = _csv(file)
    for number, record in enumerate(records, 1):
        cells = record.cells
        # An empty cell is omitted: CSV does not distinguish it from an empty text.
        row: dict[str, Any] = {
            name: cell for name, cell in zip(header, cells, strict=False) if cell != ""
        }
        more = cells[len(header) :]
        if record.error:
            error = record.error
        elif more:
            row, error = {**row, "": more}, f"it has {len(cells)} cells, the header {len(header)}"
        elif "" in row:
            error = "it has a cell in a column without a name"
        else:
            error = next(filter(None, map(_text_error, cells)), "")
        if error:
            yield reader.bad(row, number, f"line {record.line}: {error}")
        else:
            yield reader.candidate(row, number)


# ------------------------------------------------------------------------------------------- JSONL

# Created once: creating one takes ten times as long as decoding a line.
_decode_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_row = msgspec.json.Decoder(dict[str, Any]).decode


def _count_json_lines(where: str, file: TextIO) -> int:
    unknown: set[str] = set()
    count = 0
    is_list = False
    for line in _lines(file):
        if line is None or line.strip():
            count += 1
            unknown |= keys_of(where, line or "", is_first=count == 1).difference(COLUMNS)
            is_list = count == 1 and line is not None and line.lstrip().startswith("[")
    if is_list:  # the whole file
        raise invalid_source(f"{where} is JSON, but not JSONL", _AS_JSONL)
    check_columns(where, unknown)
    return count


def keys_of(where: str, line: str, *, is_first: bool = False) -> set[str]:
    """Return the keys of a line of JSONL; none if it is no object, which makes its row invalid.

    A first line that begins a document of JSON shows that the source is not JSONL.
    """
    if is_first and line.strip() in ("[", "{", "[{"):
        raise invalid_source(f"{where} is JSON, but not JSONL", _AS_JSONL)
    try:
        return set(_decode_keys(line))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return set()


def read_json_lines(reader: RowReader, lines: Iterable[str | None]) -> Iterator[Candidate]:
    """Yield the rows of JSONL."""
    rows = (line for line in lines if line is None or line.strip())
    for number, line in enumerate(rows, 1):
        if line is None:
            yield reader.bad("", number, f"the line has more than {size_words(_MAX_ROW_BYTES)}")
            continue
        try:
            row = _decode_row(line)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            yield reader.bad(
                clean(line.strip()), number, f"the line is not a JSON object ({error})"
            )
            continue
        if unknown := set(row).difference(COLUMNS):
            names = ", ".join(sorted(unknown))
            yield reader.bad(row, number, f"columns are {', '.join(COLUMNS)}, but not {names}")
        else:
            yield reader.candidate(row, number)


# ----------------------------------------------------------------------------------------- Parquet


def _count_parquet(path: Path) -> int:
    parquet = import_extra("pyarrow.parquet", "bulk")
    with parquet.ParquetFile(path) as file:
        names = file.schema_arrow.names
        check_columns(path.name, names)
        _check_duplicates(path.name, names)
        check_decompressed_size(file, path)
        return cast(int, file.metadata.num_rows)


def _read_parquet(reader: RowReader, path: Path) -> Iterator[Candidate]:
    for number, row in enumerate(_parquet_rows(path), 1):
        if isinstance(row, str):
            yield reader.bad({}, number, row)
        else:
            yield reader.candidate(row, number)


def _parquet_rows(path: Path) -> Iterator[dict[str, Any] | str]:
    """Yield the rows of a file; of one that cannot be read the reason."""
    parquet = import_extra("pyarrow.parquet", "bulk")
    with parquet.ParquetFile(path, memory_map=True) as file:
        declared, found = file.metadata.num_rows, 0
        for batch in batches(file, path, 1024):
            found += batch.num_rows
            yield from _rows_of(batch)
        if found != declared:
            raise ValueError(f"it declares {declared} rows and has {found}")


def _rows_of(batch: Any) -> Iterator[dict[str, Any] | str]:
    if batch.nbytes <= _MAX_ROW_BYTES:
        try:
            yield from batch.to_pylist()
            return
        except UnicodeDecodeError:  # nothing was yielded: the list is complete or not made
            pass
    for index, length_bytes in enumerate(text_lengths(batch)):
        if length_bytes > _MAX_ROW_BYTES:
            maximum = f"more than the {size_words(_MAX_ROW_BYTES)} that a row may have"
            yield f"the row has {size_words(length_bytes)} of text, {maximum}"
            continue
        try:
            row = batch.slice(index, 1).to_pylist()[0]
        except UnicodeDecodeError:
            row = "the row is not UTF-8"
        yield row
