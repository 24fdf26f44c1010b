"""Documents, texts about parts of a recording, and what else came with marengo3.5."""

import math
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from twelvelabs_embed.errors import InvalidInputError
from twelvelabs_embed.inputs import Audio, Document, Sequential, Spatial, TimedText

from tests.inputs.violations import source


def test_sections_of_documents() -> None:
    pages = Document("a.pdf", options="visual", scopes="local", segmentation=Spatial("quadrants"))
    assert pages.to_payload(source) | {"media_source": 0} == {
        "media_source": 0,
        "segmentation": {"spatial": {"strategy": "quadrants"}},
        "embedding_option": ["visual"],
        "embedding_scope": ["local"],
    }
    sentences: dict[str, object] = {"strategy": "sentence", "max_sentences": 5}
    assert Sequential(5).to_payload() == {"sequential": sentences}
    for overlap in (0, 1, 4, np.int64(4)):
        found = Sequential(5, overlap).to_payload()  # type: ignore[arg-type]
        assert found == {"sequential": {**sentences, "overlap_sentences": overlap}}
        assert type(found["sequential"]["overlap_sentences"]) is int
    assert Spatial().to_payload() == {"spatial": {"strategy": "standard"}}
    assert Document("a.pdf").to_payload(source).keys() == {"media_source"}


def test_simultaneous_metadata_has_equal_start_and_end() -> None:
    assert TimedText(2, 2, "a goal").to_payload() == {"start": 2.0, "end": 2.0, "text": "a goal"}
    assert TimedText(timedelta(0), 0, " ").to_payload() == {"start": 0.0, "end": 0.0, "text": " "}
    for start, end in ((2, 1), (-1, -1), (math.nan, math.nan), (math.inf, math.inf), ("1", "1")):
        with pytest.raises(InvalidInputError):
            TimedText(start, end, "a goal")  # type: ignore[arg-type]
    assert repr(TimedText(timedelta(seconds=1), 2, "a")) == "TimedText(1.0, 2.0, 'a')"
    assert len(repr(TimedText(1, 2, "a" * 10_000))) < 120


@pytest.mark.parametrize(
    ("start", "end", "fields"),
    [
        ("1", "1", ["start", "end"]),
        (None, None, ["start", "end"]),
        (None, -1, ["start"]),  # what is missing counts more
        (-1, None, ["end"]),
        (-1, -1, ["start"]),
        (2, 1, ["end"]),
    ],
)
def test_what_is_wrong_with_the_times_of_a_text(start: Any, end: Any, fields: list[str]) -> None:
    with pytest.raises(InvalidInputError) as error:
        TimedText(start, end, "a goal")
    assert [one.field for one in error.value.violations] == fields


def test_a_text_about_a_part_has_a_character() -> None:
    with pytest.raises(InvalidInputError) as error:
        TimedText(2, 1, "")
    assert [one.field for one in error.value.violations] == ["end", "text"]
    assert error.value.violations[1].code == "text.empty"


@pytest.mark.parametrize("maximum", [0, 2**31, 10**30, True, "many"])
def test_the_number_of_sentences_has_limits(maximum: int) -> None:
    assert Sequential(2**31 - 1).max_sentences == 2_147_483_647
    with pytest.raises(InvalidInputError, match=r"Sequential\.max_sentences") as error:
        Sequential(maximum)
    assert "1 to 2,147,483,647" in error.value.violations[0].allowed


def test_sections_of_what_came_with_marengo35() -> None:
    talk = Audio("a.mp3", types="fused", time_based_metadata=[TimedText(1, 2.5, "a goal")])
    section = talk.to_payload(source)
    assert section["embedding_type"] == ["fused_embedding"]
    assert section["time_based_metadata"] == [{"start": 1, "end": 2.5, "text": "a goal"}]
