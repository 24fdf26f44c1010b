"""How values are written, and which options stand for the library's fields."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
import typer
import typer.main
from twelvelabs_embed import Embeddings, Segment, Usage
from twelvelabs_embed.cli import messages, rendering
from twelvelabs_embed.cli.app import app
from twelvelabs_embed.cli.options import number

from tests.package.signatures import FILE


@pytest.mark.parametrize(
    ("write", "value", "written"),
    [
        (rendering.size, None, "–"),
        (rendering.size, 0, "0 B"),
        (rendering.size, 1023, "1023 B"),
        (rendering.size, 1024, "1.0 KB"),
        (rendering.size, 1_000_000, "976.6 KB"),
        (rendering.size, 1 << 20, "1.0 MB"),
        (rendering.size, 5_000 << 20, "5,000.0 MB"),
        (rendering.duration, None, "–"),
        (rendering.duration, 7.251, "7.25 s"),
        (rendering.duration, 59.99, "59.99 s"),
        (rendering.duration, 60, "1:00 min"),
        (rendering.duration, 700.4, "11:40 min"),
        (rendering.duration, 3599.4, "59:59 min"),
        (rendering.duration, 3599.6, "1:00:00 h"),
        (rendering.duration, 11_100, "3:05:00 h"),
        (rendering.plain, None, "–"),
        (rendering.plain, "a  b\nc", "a b c"),
        (rendering.plain, "naïve 猫", "naïve 猫"),
        (rendering.plain, "\x1b[2J\udcff\x00\u202e ", "\\x1b[2J\\udcff\\x00\\u202e"),
        (rendering.moment, None, "–"),
        (rendering.day_and_time, None, "–"),
    ],
)
def test_values_are_written_with_their_units(
    write: Callable[[Any], str], value: object, written: str
) -> None:
    assert write(value) == written


def test_times_are_those_of_this_machine() -> None:
    at = datetime(2026, 2, 1, 14, 30, 5, tzinfo=UTC)
    here = at.astimezone()
    assert rendering.moment(at) == f"{here:%Y-%m-%d %H:%M:%S}"
    assert rendering.day_and_time(at) == f"{here:%b %d %H:%M}"


@pytest.mark.parametrize(
    ("count", "written"), [(0, "0 retries"), (1, "1 retry"), (1_200, "1,200 retries")]
)
def test_counts_have_a_noun(count: int, written: str) -> None:
    assert rendering.counted(count, "retry", "retries") == written
    assert rendering.counted(2, "vector") == "2 vectors"


def declared(group: Any) -> Iterator[str]:
    """All options and arguments that commands have."""
    for command in group.commands.values():
        if hasattr(command, "commands"):
            yield from declared(command)
        else:
            for param in command.params:
                yield from (*param.opts, str(param.metavar).strip("[]."))


@pytest.mark.parametrize(("reason", "end"), [(None, "start"), ("words", "start (words)")])
def test_why_a_text_was_truncated_is_said_if_it_is_known(
    reason: str | None, end: str, capsys: pytest.CaptureFixture[str]
) -> None:
    about: dict[str, Any] = {"model": "m", "input_type": "text"}
    usage = Usage({"text": 500}, True, reason)
    one = Embeddings(np.ones((1, 4), np.float32), [Segment()], usage=usage, **about)
    rendering.show_embeddings(one, "the text")
    said = " ".join(capsys.readouterr().err.split())
    assert said == f"Note: the text was truncated, and the vector represents its {end}"


@pytest.mark.parametrize("rows", [40, 41])
def test_a_terminal_shows_forty_rows(
    rows: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    about: dict[str, Any] = {"model": "m", "input_type": "text"}
    vectors = Embeddings(np.ones((rows, 4), np.float32), [Segment()] * rows, **about)
    rendering.show_embeddings(vectors, "the text")
    assert ("and 1 more;" in capsys.readouterr().out) == (rows > 40)


def test_each_field_is_an_option_that_there_is() -> None:
    names = set(declared(typer.main.get_group(app)))
    words = {word for text in messages._OPTIONS.values() for word in text.split(" or ")}
    assert words <= names
    assert set(messages._SEGMENTATIONS.values()) <= names
    public = {name.rpartition(".")[2] for name in re.findall(r"[\w.]+", FILE.read_text("utf-8"))}
    assert {part for field in messages._OPTIONS for part in field.split(".")} <= public
    kinds = ("Fixed", "Dynamic", "Spatial", "Sequential")
    assert [*messages._SEGMENTATIONS] == [kind.lower() for kind in kinds]
    assert {*kinds} <= public


def test_a_number_may_be_as_small_and_as_large_as_its_bounds() -> None:
    bounded = number("A number", low=0.5, high=2_000)
    assert bounded.help == "A number [0.5 to 2,000]"
    assert [bounded.callback(value) for value in (0.5, 2_000, None)] == [0.5, 2_000, None]
    for value in (0.49, 2_000.1, math.nan, math.inf, -1):
        with pytest.raises(typer.BadParameter, match=r"^it is 0\.5 to 2,000\.$"):
            bounded.callback(value)
    unbounded = number("A number", low=1)
    assert unbounded.help == "A number [1 or more]"
    assert unbounded.callback(1e300) == 1e300
    with pytest.raises(typer.BadParameter, match=r"^it is 1 or more\.$"):
        unbounded.callback(0)
