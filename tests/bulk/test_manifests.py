"""Manifests as people have them: quotes, encodings, line ends, other formats, long cells."""

from __future__ import annotations

import csv
import errno
import io
import itertools
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, strategies as st
from pyarrow import parquet
from twelvelabs_embed import ApiConnectionError, Image, InvalidInputError, Text
from twelvelabs_embed.bulk import manifests
from twelvelabs_embed.bulk.csv_records import QuoteError, Record, read_records
from twelvelabs_embed.bulk.rows import Entry, InvalidRow, Item
from twelvelabs_embed.bulk.sources import Source


def read(path: Path) -> list[Entry]:
    source = Source(path)
    count = source.prepare()
    entries = list(source)
    assert len(entries) == count
    return entries


def texts(path: Path) -> list[str | None]:
    """The texts of a manifest; None for an invalid row."""
    return [
        entry.input.text if isinstance(entry, Item) and isinstance(entry.input, Text) else None
        for entry in read(path)
    ]


def rejection(path: Path | str) -> tuple[str, str]:
    """The value and the hint of the only violation of a source."""
    with pytest.raises(InvalidInputError) as caught:
        Source(path).prepare()
    [violation] = caught.value.violations
    assert violation.field == "source"
    assert violation.allowed
    assert violation.hint
    return violation.value, str(violation.hint)


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    return tmp_path / "m.csv"


# ------------------------------------------------------------------------------------------- quotes


def lines_of(text: str) -> Iterator[str]:
    return iter(io.StringIO(text, newline=""))


@given(st.text('a,"\n\r b', max_size=20))
def test_records_are_those_of_csv_in_strict_mode(text: str) -> None:
    try:
        expected = [cells for cells in csv.reader(lines_of(text), strict=True) if cells]
    except csv.Error:
        expected = None
    try:
        records = list(read_records(lines_of(text), 1000))
        found = None if any(one.error for one in records) else [one.cells for one in records]
    except QuoteError:
        found = None
    assert found == expected


def test_a_record_knows_its_lines_and_what_is_wrong_with_it() -> None:
    lines = ["a,b\n", "\r\n", '"x\n', 'y",z\r\n', None, '"a""b",\n', '"a"b\n', "c"]
    assert list(read_records(lines, 1000)) == [
        Record(1, ["a", "b"]),
        Record(3, ["x\ny", "z"], lines=('"x\n', 'y",z\r\n')),
        Record(5, [], "the row is longer than 1,000 characters"),
        Record(6, ['a"b', ""]),
        Record(
            7, [], "a closing quote is followed by 'b': write quotes inside a quoted cell twice"
        ),
        Record(8, ["c"]),
    ]
    whole = ['"x\n', 'y"']
    assert list(read_records(whole, 5)) == [Record(1, ["x\ny"], lines=tuple(whole))]
    for lines, most, text in (
        (whole, 4, "line 1 has no end"),
        (["a\n", '"b'], 9, "line 2 has no end"),
        (['"b\n', None], 9, "line 1 has no end"),
        (['"b\n', '"c'], 9, "line 1 ends in line 2, inside a cell"),
    ):
        with pytest.raises(QuoteError, match=text):
            list(read_records(lines, most))


ROWS = ["1,a dog", "2,a cat", "3,a bird", "4,a fish", "5,a cow"]
# A quote is added before or after the text of one row, or of two.
UNBALANCED = [
    (places, "\n".join(rows))
    for places in itertools.chain(
        itertools.combinations(range(5), 1), itertools.combinations(range(5), 2)
    )
    for rows in [[row.replace(",", ',"') if at in places else row for at, row in enumerate(ROWS)]]
]


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
@pytest.mark.parametrize(("places", "rows"), UNBALANCED)
def test_a_quote_without_an_end_never_joins_rows(
    manifest: Path, places: tuple[int, ...], rows: str, ending: str
) -> None:
    manifest.write_text(f"id,text\n{rows}{ending}", newline="")
    value, hint = rejection(manifest)
    assert f"line {places[0] + 2}" in value
    assert '"a ""big"" dog"' in hint
    with pytest.raises(csv.Error):
        list(csv.reader(lines_of(rows), strict=True))


@pytest.mark.parametrize("row", ['2,"big" dog', '2,"a "big" dog"', '2,"a" ,', '2,"a"b"'])
def test_a_wrong_quote_inside_one_line_is_the_error_of_its_row(manifest: Path, row: str) -> None:
    manifest.write_text(f"id,text\n1,a\n{row}\n3,c\n")
    assert texts(manifest) == ["a", None, "c"]
    bad = read(manifest)[1]
    assert isinstance(bad, InvalidRow)
    assert "line 3" in bad.message
    assert "closing quote" in bad.message


def test_valid_quotes_are_read_as_pandas_reads_them(manifest: Path) -> None:
    manifest.write_text(
        'id,text\n1,"a, b"\n2,"a ""big"" dog"\n3,"two\nlines\r\nand three"\n4,5" disk\n"5",""""\n',
        newline="",
    )
    assert texts(manifest) == list(pd.read_csv(manifest)["text"])


def test_lines_in_a_cell_that_look_like_rows_are_a_warning(
    manifest: Path, caplog: pytest.LogCaptureFixture
) -> None:
    manifest.write_text('id,text\n1,"a\n2,b\n3,c"\n4,"two\nlines"\n')
    with caplog.at_level(logging.WARNING, "twelvelabs_embed"):
        assert texts(manifest) == ["a\n2,b\n3,c", "two\nlines"]
    [record] = [one for one in caplog.records if one.levelno == logging.WARNING]
    assert "lines 2 to 4" in record.getMessage()
    assert record.__dict__["is_notice"]  # the command line shows it
    caplog.clear()
    manifest.write_text('text\n"two\nlines"\n')  # of one column, each line looks like a row
    assert texts(manifest) == ["two\nlines"]
    assert caplog.records == []


def test_a_quoted_cell_may_not_be_longer_than_a_row() -> None:
    lines = itertools.chain(["id,text\n", '1,"a\n'], itertools.repeat("b\n"))
    with pytest.raises(QuoteError, match="line 2 has no end"):
        list(read_records(lines, 1000))


# ---------------------------------------------------------------------------------- cells and lines


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_long_cell_is_a_row_like_others(manifest: Path, quote: str) -> None:
    manifest.write_text(f"id,text\n1,{quote}{'a' * 200_000}{quote}\n2,b\n")
    assert list(map(len, filter(None, texts(manifest)))) == [200_000, 1]


@pytest.mark.parametrize(
    ("name", "head", "row"),
    [("m.csv", "text\n", "{}\n"), ("m.jsonl", "", '{{"text": "{}"}}\n')],
)
def test_a_line_that_is_too_long_is_the_error_of_its_row(
    tmp_path: Path, name: str, head: str, row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests, "_MAX_ROW_BYTES", 100)
    path = tmp_path / name
    path.write_text(head + "".join(row.format("a" * length) for length in (5, 101, 1000, 5)))
    assert texts(path) == ["aaaaa", None, None, "aaaaa"]


def test_a_row_of_parquet_that_is_too_long_or_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests, "_MAX_ROW_BYTES", 100)
    path, rows = tmp_path / "m.parquet", pa.table({"text": ["a" * 100, "b" * 101, "c"]})
    parquet.write_table(rows, path)
    assert texts(path) == ["a" * 100, None, "c"]
    for several in (0, 2):  # of three rows, there are none or six
        monkeypatch.setattr(manifests, "batches", lambda *_, n=several: rows.to_batches() * n)
        with pytest.raises(InvalidInputError, match=f"declares 3 rows and has {3 * several}"):
            list(Source(path))


def test_a_lack_of_file_descriptors_is_no_fault_of_a_manifest(
    manifest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    manifest.write_text("text\na\n")
    source = Source(manifest)
    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(ApiConnectionError):
        source.prepare()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("name", ["m.csv", "m.jsonl", "M.CSV", "m.ndjson"])
def test_line_ends_and_a_byte_order_mark_change_nothing(
    tmp_path: Path, name: str, start: str, end: str
) -> None:
    path = tmp_path / name
    if name.lower() == "m.csv":
        lines = ["text", "caf\u00e9", "b"]
    else:
        lines = [json.dumps({"text": text}, ensure_ascii=False) for text in ("caf\u00e9", "b")]
    path.write_text(start + end.join(lines), newline="", encoding="utf-8")
    assert texts(path) == ["caf\u00e9", "b"]
    path.write_text(start + end.join(lines).replace("text", "txt"), newline="", encoding="utf-8")
    assert "'txt'" in rejection(path)[0]


def test_a_nul_character_is_the_error_of_its_row(manifest: Path) -> None:
    manifest.write_bytes(b"id,text\n1,a\n2,b\0\n3,c\n")
    assert texts(manifest) == ["a", None, "c"]
    path = manifest.with_suffix(".jsonl")
    path.write_text('{"media": "a\\u0000b.jpg"}\n{"text": "b"}\n')
    assert texts(path) == [None, "b"]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "mac-roman", "shift-jis"])
def test_another_encoding_is_the_error_of_the_rows_that_it_changes(
    manifest: Path, encoding: str
) -> None:
    word = "\u72ac" if encoding == "shift-jis" else "caf\u00e9"
    manifest.write_bytes(f"id,text\n1,a\n2,{word}\n3,c\n".encode(encoding))
    assert texts(manifest) == ["a", None, "c"]


# ------------------------------------------------------------------------------------------ columns


def test_columns_without_a_name_may_be_empty(manifest: Path) -> None:
    manifest.write_text("id,text,,\n1,a,,\n2,b,x,\n3,c\n")
    assert texts(manifest) == ["a", None, "c"]
    assert "without a name" in getattr(read(manifest)[1], "message", "")


def test_a_column_that_is_there_twice_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("id,text, text\n1,a,b\n")
    assert "'text' twice" in rejection(tmp_path / "m.csv")[0]
    table = pa.table([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    parquet.write_table(table, tmp_path / "m.parquet")
    assert "'text' twice" in rejection(tmp_path / "m.parquet")[0]


@pytest.mark.parametrize(
    ("separator", "what"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")]
)
def test_another_separator_is_named(manifest: Path, separator: str, what: str) -> None:
    manifest.write_text(f"id{separator}text\n1{separator}a, b\n")
    assert rejection(manifest)[1] == f"It is separated by {what}: separate it by commas"


def test_without_a_header_the_error_says_what_the_first_line_is_for(
    manifest: Path,
) -> None:
    for first in ("beach.jpg", "films/beach"):
        manifest.write_text(f"{first}\ndog.jpg\n")
        assert rejection(manifest)[1] == "The first line names the columns"


def test_values_of_parquet_that_are_not_utf_8_are_the_errors_of_their_rows(tmp_path: Path) -> None:
    values = pa.array([b"a", b"\xff", b"c"], pa.binary()).view(pa.utf8())
    parquet.write_table(pa.table({"text": values}), tmp_path / "m.parquet")
    assert texts(tmp_path / "m.parquet") == ["a", None, "c"]


def test_a_tilde_in_a_path_is_expanded(manifest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = manifest.parent / "home"
    home.mkdir()
    (home / "x.jpg").write_bytes(b"\xff\xd8\xff")
    monkeypatch.setenv("HOME", str(home))
    manifest.write_text("media\n~/x.jpg\n~/y.jpg\n")
    [found, missing] = read(manifest)
    assert isinstance(found, Item)
    assert found.input == Image(home / "x.jpg")
    assert isinstance(missing, InvalidRow)


# ------------------------------------------------------------------------------------ other formats


@pytest.mark.parametrize(
    ("suffixes", "hint"),
    [
        (".tsv .tab .psv .xlsx .xls .ods", "Save it as CSV"),
        (".json .geojson", "Write one object on each line"),
        (".csv.gz .jsonl.zst .ZIP .bz2 .xz .tar .tgz .7z", "Decompress it"),
        (".jl .jsonlines .jsonline", "Name it .jsonl"),
        (".arrow .feather .avro .orc", "Convert it to Parquet"),
    ],
)
def test_another_format_is_rejected_with_a_hint(tmp_path: Path, suffixes: str, hint: str) -> None:
    for name in (f"m{suffix}" for suffix in suffixes.split()):
        (tmp_path / name).write_text("id\ttext\n")
        value, shown = rejection(tmp_path / name)
        assert name in value
        assert shown.startswith(hint)


@pytest.mark.parametrize("name", ["m.csv", "m.jsonl"])
@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("id,text\n1,a\n".encode("utf-16"), "UTF-16"),
        ("id,text\n1,a\n".encode("utf-16-le"), "not UTF-8"),
        ("id,text\n1,a\n".encode("utf-16-be"), "not UTF-8"),
        (b"\x1f\x8b\x08\x00", "compressed"),
        (b"\x28\xb5\x2f\xfd", "compressed"),
        (b"PK\x03\x04", "a ZIP archive or a spreadsheet"),
        (b"PAR1", "Parquet"),
    ],
)
def test_another_content_is_recognized_by_its_first_bytes(
    tmp_path: Path, name: str, content: bytes, what: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert f"{name} is {what}" in rejection(tmp_path / name)[0]


@pytest.mark.parametrize(
    "text", ['[{"text": "a"}, {"text": "b"}]', '[\n  {"text": "a"}\n]', '{\n  "text": "a"\n}']
)
def test_json_is_not_taken_for_json_lines(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.jsonl").write_text(text)
    value, hint = rejection(tmp_path / "m.jsonl")
    assert value == "m.jsonl is JSON, but not JSONL"
    assert hint.startswith("Write one object on each line")
