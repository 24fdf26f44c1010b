"""Lines of JSONL that are no rows: each is reported, and the lines after it are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from twelvelabs_embed.bulk import manifests
from twelvelabs_embed.bulk.rows import InvalidRow, Item, RowReader

from tests.bulk.sources import read

GOOD = '{"text": "a dog"}'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not a JSON object"),
        ("no JSON", "not a JSON object"),
        ("[1]", "not a JSON object"),
        ('"a dog"', "not a JSON object"),
        ('{"text": "a dog"} {}', "not a JSON object"),
        ('{"text": "a \\ud83d dog"}', "not a JSON object"),
        ("[" * 100_000, "not a JSON object"),
        (f'{{"text": "{"a" * 200_000}"}}', "the line has more than"),
    ],
    ids=lambda text: text[:12],
)
def test_a_line_that_is_no_row_does_not_stop_the_next_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, message: str
) -> None:
    monkeypatch.setattr(manifests, "_MAX_ROW_BYTES", 150_000)
    path = tmp_path / "m.jsonl"
    path.write_text("\n".join([GOOD, "", line, line, GOOD, ""]), encoding="utf-8")
    first, bad, again, last = read(path)
    assert isinstance(first, Item)
    assert isinstance(last, Item)
    for one in (bad, again):
        assert isinstance(one, InvalidRow)
        assert message in one.message
    assert [one.id for one in (first, bad, again, last)] == [
        f"m.jsonl:{number}" for number in (1, 2, 3, 4)
    ]


def test_a_line_may_have_32_megabytes(tmp_path: Path) -> None:
    frame = '{"text": ""}\n'
    path = tmp_path / "m.jsonl"
    with path.open("w") as file:
        for length in ((32 << 20) - 1, 32 << 20):
            file.write(frame.replace('""', '"' + "a" * (length - len(frame)) + '"'))
    longest, longer = read(path)
    assert isinstance(longest, Item)
    assert isinstance(longer, InvalidRow)


def test_a_streamed_line_with_an_unknown_column_is_reported_as_it_is() -> None:
    row = '{"text": "a", "colour": "red"}'
    reader = RowReader(Path(), "", "input", {})
    first, bad, last = (one.read() for one in manifests.read_json_lines(reader, [GOOD, row, GOOD]))
    assert isinstance(bad, InvalidRow)
    assert bad.row == {"text": "a", "colour": "red"}
    assert "not colour" in bad.message
    assert isinstance(first, Item)
    assert isinstance(last, Item)
