"""Segmentation of media, and texts about parts of it.

Video("match.mp4", segmentation=Dynamic(min_sec=4))
"""

from __future__ import annotations

from typing import Any, Literal, cast

from attrs import field, frozen
from attrs.converters import optional

from twelvelabs_embed._text import did_you_mean, join_words, shorten_middle
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs.text import text_violations
from twelvelabs_embed.inputs.validators import (
    Seconds,
    int_violations,
    is_int,
    raise_if_any,
    time_violations,
    to_int,
    to_sec,
)

__all__ = ["Dynamic", "Fixed", "Sequential", "Spatial", "TimedText"]

_MAX_SENTENCES = 2_147_483_647


@frozen
class Fixed:
    """Segments of equal length; the last one may be shorter.

    Attributes:
        sec: the length of a segment in whole seconds, 2 to 10

    Raises:
        InvalidInputError: not an integer, or out of range.

    Source: `AudioSegmentationFixed` and `VideoSegmentationFixedFixed` of the contract.
    """

    sec: int = field(converter=to_int)

    def __attrs_post_init__(self) -> None:
        raise_if_any(int_violations("Fixed.sec", self.sec, "min_fixed_sec", "max_fixed_sec"))

    def to_payload(self) -> dict[str, Any]:
        """Return the `segmentation` of the request."""
        return {"strategy": "fixed", "fixed": {"duration_sec": self.sec}}


@frozen
class Dynamic:
    """Segments that follow the scenes of a video.

    Attributes:
        min_sec: the shortest length of a segment in whole seconds, 2 to 5

    Raises:
        InvalidInputError: not an integer, or out of range.

    Source: `VideoSegmentationDynamicDynamic` of the contract. Not of audio with
    `marengo3.0`.
    """

    min_sec: int = field(converter=to_int)

    def __attrs_post_init__(self) -> None:
        raise_if_any(
            int_violations("Dynamic.min_sec", self.min_sec, "min_dynamic_sec", "max_dynamic_sec")
        )

    def to_payload(self) -> dict[str, Any]:
        """Return the `segmentation` of the request."""
        return {"strategy": "dynamic", "dynamic": {"min_duration_sec": self.min_sec}}


@frozen
class Spatial:
    """How the pages of a PDF are divided. `marengo3.5`.

    Attributes:
        strategy: `standard`, a vector for a page, or `quadrants`, also one for each quarter of it

    Raises:
        InvalidInputError: another strategy.

    Source: `DocumentSpatialSegmentation` of the contract.
    """

    strategy: Literal["standard", "quadrants"] = "standard"

    def __attrs_post_init__(self) -> None:
        name, known = "Spatial.strategy", ("standard", "quadrants")
        if self.strategy not in known:
            allowed = f"strategies are {join_words(known)}"
            hint = did_you_mean(str(self.strategy), known)
            raise InvalidInputError([Violation(name, repr(self.strategy), allowed, hint)])

    def to_payload(self) -> dict[str, Any]:
        """Return the `segmentation` of the request."""
        return {"spatial": {"strategy": self.strategy}}


@frozen
class Sequential:
    """How a text document is divided: so many sentences each. `marengo3.5`.

    Attributes:
        max_sentences: how many sentences a segment has at most, 1 to 2,147,483,647
        overlap_sentences: how many of them the next segment repeats, fewer than `max_sentences`

    Raises:
        InvalidInputError: not integers, or out of range.

    Source: `DocumentSequentialSegmentation` of the contract.
    """

    max_sentences: int = field(converter=to_int)
    overlap_sentences: int | None = field(default=None, converter=optional(to_int))

    def __attrs_post_init__(self) -> None:
        maximum, overlap = self.max_sentences, self.overlap_sentences
        if not is_int(maximum) or not 1 <= maximum <= _MAX_SENTENCES:
            name, value = "Sequential.max_sentences", repr(maximum)
            allowed = f"it is a whole number of sentences, 1 to {_MAX_SENTENCES:,}"
            hint = "Write 5"
            raise InvalidInputError([Violation(name, value, allowed, hint)])
        if overlap is not None and not (is_int(overlap) and 0 <= overlap < maximum):
            name, value = "Sequential.overlap_sentences", repr(overlap)
            allowed = f"it is a whole number, at least 0 and less than the maximum of {maximum}"
            raise InvalidInputError([Violation(name, value, allowed, "Omit it for none")])

    def to_payload(self) -> dict[str, Any]:
        """Return the `segmentation` of the request."""
        found: dict[str, Any] = {"strategy": "sentence", "max_sentences": self.max_sentences}
        if self.overlap_sentences is not None:
            found["overlap_sentences"] = self.overlap_sentences
        return {"sequential": found}


def _to_time(value: Seconds) -> float:
    return cast(float, to_sec(value))  # None stays None, and is rejected


@frozen
class TimedText:
    """A text about a part of a recording, such as a scene's description. `marengo3.5`.

    Args:
        start: where the part starts, in seconds or as `timedelta`
        end: where it stops; the same as start for what happens at once
        text: the text, of at least one character

    Raises:
        InvalidInputError: with everything that is wrong.

    Source: `TimeBasedMetadataEntry` of the contract.
    """

    start_sec: float = field(converter=_to_time, alias="start")
    end_sec: float = field(converter=_to_time, alias="end")
    text: str

    def __repr__(self) -> str:
        text = shorten_middle(self.text)
        return f"TimedText({self.start_sec!r}, {self.end_sec!r}, {text!r})"

    def __attrs_post_init__(self) -> None:
        start, end = cast(object, self.start_sec), cast(object, self.end_sec)
        missing = [
            Violation(
                name,
                "nothing",
                "the text is about a part that has a start and an end",
                code="time.missing",
            )
            for name, value in (("start", start), ("end", end))
            if value is None
        ]
        is_moment = isinstance(start, float) and start == end
        times = time_violations(start, None if is_moment else end)
        texts = text_violations(self.text)
        if self.text == "":
            allowed, hint = "it has at least one character", "Omit the entry"
            texts.append(Violation("text", "it is empty", allowed, hint, code="text.empty"))
        raise_if_any([*(missing or times), *texts])

    def to_payload(self) -> dict[str, Any]:
        """Return the entry of the request's `time_based_metadata`."""
        return {"start": self.start_sec, "end": self.end_sec, "text": self.text}
