"""Inputs of several media together."""

from collections.abc import Callable
from typing import Any

import attrs
import hypothesis
import pytest
from hypothesis import strategies as st
from twelvelabs_embed.errors import InvalidInputError
from twelvelabs_embed.inputs import Audio, Document, Image, MultiInput, Video

from tests.inputs.violations import rejected, source

OUTFIT, PLACE = Image("outfit.png"), Image("place.png")


def test_a_combined_input_is_a_value() -> None:
    worn = MultiInput("<@outfit> at <@place>, <@outfit>", outfit=OUTFIT, place=PLACE)
    assert worn == MultiInput("<@outfit> at <@place>, <@outfit>", outfit=OUTFIT, place=PLACE)
    assert hash(worn) == hash(MultiInput(worn.text, outfit=OUTFIT, place=PLACE))
    assert repr(MultiInput(None, OUTFIT)) == f"MultiInput(None, {OUTFIT!r})"
    assert repr(worn).startswith("MultiInput('<@outfit> at")
    assert [source.name for source in worn.sources] == ["outfit", "place"]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        worn.text = ""  # type: ignore[misc]


def test_what_is_no_reference_is_text() -> None:
    for text in ("", "at <@me@home>", "<@ <@", "a > b"):
        assert MultiInput(text).text == text
    assert len(rejected(lambda: MultiInput("<@dog> and <@dog>"))) == 1
    assert len(rejected(lambda: MultiInput("<@dog> and <@cat>"))) == 2


def test_sections_of_combined_inputs() -> None:
    assert MultiInput("a dog").to_payload(source) == {"input_text": "a dog"}
    sound = Audio("a.mp3")
    assert MultiInput("<@outfit>", sound, outfit=OUTFIT).to_payload(source) == {
        "input_text": "<@outfit>",
        "media_sources": [
            {"media_type": "audio", "here": sound.media},
            {"name": "outfit", "media_type": "image", "here": OUTFIT.media},
        ],
    }


NAMES = st.sets(st.text(st.characters(exclude_characters="<>@", codec="utf-8"), min_size=1))


@hypothesis.settings(derandomize=True, deadline=None, database=None)
@hypothesis.given(there=NAMES, wanted=NAMES)
def test_references_are_checked_both_ways(there: set[str], wanted: set[str]) -> None:
    text = "x" + " ".join(f"<@{name}>" for name in sorted(wanted))
    named = dict.fromkeys(sorted(there)[:10], OUTFIT)
    wrong = wanted ^ set(named)
    try:
        made = MultiInput(text, **named)
    except InvalidInputError as error:
        said = [
            one.field if one.field != "text" or "refers" not in one.value else one.value
            for one in error.violations
        ]
        assert sorted(said) == sorted(
            f"it refers to <@{name}>" if name in wanted else name for name in wrong
        )
    else:
        assert not wrong
        assert {one.name for one in made.sources} == wanted


@pytest.mark.parametrize(
    ("make", "field", "value"),
    [
        (lambda: MultiInput(), "MultiInput", "it is empty"),
        (lambda: MultiInput(None, *[OUTFIT] * 11), "media", "11 sources are given"),
        (lambda: MultiInput(None, Audio("a", start=1)), "media 1", "it has start"),
        (lambda: MultiInput("<@a>", a=Video("a", types="fused")), "a", "it has types"),
        (lambda: MultiInput("<@a>", a=Document("a", scopes="local")), "a", "it has scopes"),
        (lambda: MultiInput("<@a>"), "text", "it refers to <@a>"),
        (lambda: MultiInput("a", a=OUTFIT), "a", "the text does not refer to it"),
        (lambda: MultiInput(None, a=OUTFIT), "a", "the text does not refer to it"),
    ],
)
def test_combined_inputs_reject(make: Callable[[], object], field: str, value: str) -> None:
    (violation,) = rejected(make)
    assert (violation.field, violation.value) == (field, value)


def test_a_source_is_an_input() -> None:
    wrong: Any = "dog.jpg"
    (violation,) = rejected(lambda: MultiInput("a dog", wrong))
    assert violation.field == "media 1"
    assert violation.code == "source.wrong_type"
