"""Standard input: JSONL that is read while it comes."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

import pytest
from twelvelabs_embed import InvalidInputError
from twelvelabs_embed.bulk.rows import InvalidRow, Item
from twelvelabs_embed.bulk.sources import Source


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is written here comes from standard input."""
    end, other = os.pipe()
    with open(end) as stdin, os.fdopen(other, "wb", buffering=0) as written:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield written


def test_standard_input_is_streamed(pipe: Any) -> None:
    pipe.write(b'\n{"text": "a"}\n{"text"')
    source = Source("-")
    assert source.prepare() is None
    entries = iter(source)
    assert next(entries).id == "-:1"
    pipe.write(b': "b", "more": 1}\n{"id": "x", "text": "c"}')
    pipe.close()
    bad, last = entries
    assert isinstance(bad, InvalidRow)
    assert (bad.id, last.id) == ("-:2", "x")


def test_standard_input_may_have_a_byte_order_mark_and_other_line_ends(pipe: Any) -> None:
    pipe.write(b'\xef\xbb\xbf{"text": "a"}\r{"text": "b"}\r\n{"text": "\xff"}\n{"text": "c"}')
    pipe.close()
    source = Source("-")
    source.prepare()
    assert [type(entry) for entry in source] == [Item, Item, InvalidRow, Item]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ('{"text": "a"}\n'.encode("utf-16"), "is UTF-16"),
        ('{"text": "a"}\n'.encode("utf-16-le"), "is not UTF-8"),
        (b"\x1f\x8b\x08\x00\n", "is compressed"),
        (b'[\n{"text": "a"}\n]\n', "is JSON"),
    ],
)
def test_standard_input_in_another_format_is_rejected(pipe: Any, data: bytes, what: str) -> None:
    pipe.write(data)
    with pytest.raises(InvalidInputError, match=f"standard input {what}"):
        Source("-").prepare()


def test_unknown_columns_of_the_first_line_are_rejected(pipe: Any) -> None:
    pipe.write(b'{"txt": "a"}\n')
    with pytest.raises(InvalidInputError, match="Did you mean 'text'"):
        Source("-").prepare()


def test_a_run_stops_while_it_waits_for_standard_input(pipe: Any) -> None:
    stopped = threading.Event()
    source = Source("-")
    source.is_stopped = stopped.is_set
    threading.Timer(0.05, stopped.set).start()
    assert list(source) == []
