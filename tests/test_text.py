"""Text for people: sizes, durations, lists, suggestions."""

from collections.abc import Sequence

import pytest
from twelvelabs_embed._text import (
    clock,
    closest_match,
    did_you_mean,
    duration_words,
    join_words,
    shorten_middle,
    size_words,
    sql_list,
    value_words,
)


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [
        (0, "0 MB"),
        (36 << 20, "36 MB"),
        ((36 << 20) + 1, "36.00 MB (37,748,737 bytes)"),
        ((1 << 30) - 1, "1024.00 MB (1,073,741,823 bytes)"),
        (1 << 30, "1 GB"),
        (3 << 29, "1.50 GB (1,610,612,736 bytes)"),
    ],
)
def test_a_size_is_rounded_only_where_its_bytes_are_shown(size_bytes: int, words: str) -> None:
    assert size_words(size_bytes) == words


@pytest.mark.parametrize(
    ("duration_sec", "words", "shown"),
    [
        (0, "0 s", "0:00"),
        (0.4, "0.4 s", "0:00"),
        (7, "7 s", "0:07"),
        (59.9996, "1 min", "1:00"),
        (700, "11 min 40 s", "11:40"),
        (3600, "1 h", "1:00:00"),
        (3661.25, "1 h 1 min 1.25 s", "1:01:01"),
        (14400.001, "4 h 0.001 s", "4:00:00"),
    ],
)
def test_a_duration_as_words_and_as_a_clock(duration_sec: float, words: str, shown: str) -> None:
    assert (duration_words(duration_sec), clock(duration_sec)) == (words, shown)


@pytest.mark.parametrize(
    ("words", "joined"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), ("abc", "a, b and c")]
)
def test_words_are_joined_as_in_a_sentence(words: Sequence[str], joined: str) -> None:
    assert join_words(words) == joined


def test_the_closest_match_is_suggested_and_nothing_that_is_far() -> None:
    assert closest_match("vidoe", ["audio", "video"]) == "video"
    assert closest_match("abcd", ["abxy"]) is None
    assert did_you_mean("ABCD", ["abxy"]) == "Did you mean 'abxy'?"
    assert did_you_mean("abcd", ["axyz"]) == ""


def test_quotes_in_sql_are_doubled() -> None:
    assert sql_list(["a", "it's"]) == "('a', 'it''s')"


def test_a_long_text_loses_its_middle() -> None:
    assert shorten_middle("x" * 80) == "x" * 80
    assert shorten_middle("a" * 40 + "-" + "b" * 40) == "a" * 40 + "…" + "b" * 40
    assert shorten_middle("abcdefgh", longest=4) == "ab…gh"


def test_a_value_is_shown_with_its_type_and_without_an_address() -> None:
    assert value_words("dog.jpg") == "'dog.jpg' is of type str"
    assert value_words(object()) == "an object of type object"
