"""Statements with numbers in descriptions: many limits of the API are stated in prose alone.

A statement is a sentence or a line of a list with a quantity (`32 MB`, `10 minutes`, `128x128`), a
number beside a word such as *maximum* or *default*, or an announcement that something will be
removed. Quantities are compared, not wording: `600 seconds` is `10 minutes`.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from scripts.api_watch.changes import ADDITIVE, BREAKING, Severity

# Factors to the unit of `limits`; MB and MiB are one, as there.
UNITS: dict[str, tuple[str, float]] = {
    **{
        f"{prefix}{infix}b": ("bytes", 1024.0**power)
        for power, prefix in enumerate("kmgt", 1)
        for infix in ("", "i")
    },
    **{
        f"{prefix}byte": ("bytes", 1024.0**power)
        for power, prefix in enumerate(("", "kilo", "mega", "giga", "tera"))
    },
    **dict.fromkeys(("ms", "millisecond"), ("s", 0.001)),
    **dict.fromkeys(("s", "sec", "second"), ("s", 1.0)),
    **dict.fromkeys(("min", "minute"), ("s", 60.0)),
    **dict.fromkeys(("h", "hr", "hour"), ("s", 3600.0)),
    "day": ("s", 86400.0),
    "week": ("s", 7 * 86400.0),
    "month": ("months", 1.0),
    "year": ("months", 12.0),
    **dict.fromkeys(("px", "pixel"), ("px", 1.0)),
    **{
        word: (f"{word}s", 1.0)
        for word in (
            "token", "character", "char", "word", "page", "item", "file", "image", "video", "row",
            "source", "segment", "chunk", "request", "dimension", "sentence", "pair", "key", "part",
            "result", "entity", "asset", "embedding", "option", "upload", "attempt", "frame",
        )
    },
    **dict.fromkeys(("%", "percent"), ("percent", 1.0)),
    "fps": ("fps", 1.0),
}  # fmt: skip
WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
NUMBER = r"\d(?:[\d,_]*\d)?+(?:\.\d+)?+|\b(?:" + "|".join(WORDS) + r")\b"
# Not a number: what belongs to a name, a version, a path or a date.
QUANTITY = re.compile(
    rf"(?<![\w./:#-])(?P<number>{NUMBER})(?![\d.]*\.\w|/|-\d|:\d)[- ]?(?P<unit>[A-Za-z%]+)?",
    re.IGNORECASE,
)
SIZE = re.compile(r"(?<![\w.])(\d+)\s?[x×]\s?(\d+)")
RATIO = re.compile(r"(?<![\w.:])(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)(?![\w:])")
UPPER = re.compile(
    r"max|up to|at most|exceed|limit|no (more|longer|larger)|not (more|longer|larger)|or less",
    re.IGNORECASE,
)
LOWER = re.compile(r"\bmin(imum)?\b|at least|or more", re.IGNORECASE)
DEFAULT = re.compile(r"default|absent|omitted", re.IGNORECASE)
RANGE = re.compile(r"between|\d\s?(to|-|–)\s?\d", re.IGNORECASE)
ANNOUNCED = re.compile(r"deprecat|sunset|will be removed|no longer (be )?supported", re.IGNORECASE)
# A number without a unit counts behind one of these words.
BOUND = re.compile(
    r"(max(imum)?|min(imum)?|at (most|least)|up to|default|limit|between|exceed)\b[^.\d]{0,30}"
    r"(\d+\s?(to|and|or|-|–)\s?)?$",
    re.IGNORECASE,
)
EXAMPLE = re.compile(r"\be\.g\.|\bexamples?\b", re.IGNORECASE)
# From this likeness, two statements are one that changed.
MIN_LIKENESS = 0.6

Quantity = tuple[str, float]
"""The unit, empty without one, and the value in it."""


@dataclass(frozen=True)
class Statement:
    """One sentence, and what it says in numbers; without numbers it announces a removal."""

    text: str
    quantities: tuple[Quantity, ...]

    @property
    def is_limit(self) -> bool:
        bound = UPPER.search(self.text) or LOWER.search(self.text) or "between" in self.text
        return bool(bound) and not DEFAULT.search(self.text)

    @property
    def facts(self) -> tuple[Quantity, ...]:
        return self.quantities or (("removal", 0.0),)


def statements(description: str) -> list[Statement]:
    found = list[Statement]()
    for sentence in sentences(description):
        numbers = () if EXAMPLE.search(sentence) else tuple(quantities(sentence))
        if numbers or ANNOUNCED.search(sentence):
            found.append(Statement(sentence, numbers))
    return found


def sentences(description: str) -> Iterator[str]:
    text = re.sub(r"(?m)^(\s*)[*+] ", r"\1- ", description)
    text = re.sub(r"\]\([^)]*\)|<[^>]*>|[*\[\]`]|https?://\S+", "", text)
    # A line continues in the next one, unless that is an item, a heading, a row or a sentence.
    text = re.sub(r"(?<=\S)\n(?=\s*[^\s\-•#|A-Z])", " ", text)
    for line in re.split(r"\n|(?<=[.;])\s+(?=[A-Z])", text):
        if sentence := line.strip(" \t-•"):
            yield " ".join(sentence.split())


def quantities(sentence: str) -> Iterator[Quantity]:
    for pattern, unit in ((SIZE, "px"), (RATIO, "ratio")):
        for found in pattern.finditer(sentence):
            yield from ((unit, float(number)) for number in found.groups())
        sentence = pattern.sub(" ", sentence)
    found = list(QUANTITY.finditer(sentence))
    units = [unit_of(one["unit"] or "") for one in found]
    for place, (one, unit) in enumerate(zip(found, units, strict=True)):
        # In `2 to 10 seconds`, the first number has the unit of the second.
        after = sentence[one.end("number") :]
        follows = (
            after[: found[place + 1].start() - one.end("number")] if found[place + 1 :] else ""
        )
        if not unit and re.fullmatch(r"\s*(to|and|or|-|–|,)\s*", follows):
            unit = units[place + 1]
        digits = one["number"].lower().replace(",", "").replace("_", "")
        if digits in WORDS:
            if unit and unit[0] in ("s", "months"):  # `one hour`, and not `one file`
                yield unit[0], WORDS[digits] * unit[1]
        elif unit:
            yield unit[0], float(digits) * unit[1]
        elif BOUND.search(sentence[: one.start()]):
            yield "", float(digits)


def unit_of(word: str) -> tuple[str, float] | None:
    word = word.lower()
    return UNITS.get(word) or UNITS.get(word.removesuffix("s")) or UNITS.get(singular(word))


def singular(word: str) -> str:
    return word.removesuffix("ies") + "y" if word.endswith("ies") else word.removesuffix("es")


def changed_statements(old: str, new: str) -> Iterator[tuple[Severity, str]]:
    """Yield what a description says otherwise, with its severity for requests."""
    before, after = statements(old), statements(new)
    for same in (Counter(before) & Counter(after)).elements():
        before.remove(same)
        after.remove(same)
    had, has = (Counter(f for one in side for f in one.facts) for side in (before, after))
    gone = [one for one in before if any(fact in had - has for fact in one.facts)]
    came = [one for one in after if any(fact in has - had for fact in one.facts)]
    for one in gone:
        other = max(came, key=lambda it: likeness(one, it), default=None)
        if other is not None and likeness(one, other) >= MIN_LIKENESS:
            came.remove(other)
            yield severity(one, other), f"said “{one.text}”, says “{other.text}”"
        else:
            yield ADDITIVE, f"no longer says “{one.text}”"
    for other in came:
        yield ADDITIVE, f"says now “{other.text}”"


def likeness(one: Statement, other: Statement) -> float:
    texts = (re.sub(NUMBER, "#", statement.text.lower()) for statement in (one, other))
    return SequenceMatcher(None, *texts, autojunk=False).ratio()


def severity(old: Statement, new: Statement) -> Severity:
    """Return how a changed statement affects requests, as far as its words tell."""
    if len(old.quantities) != len(new.quantities):
        return ADDITIVE
    pairs = [(a[1], b[1]) for a, b in zip(old.quantities, new.quantities, strict=True)]
    if DEFAULT.search(new.text) and not UPPER.search(new.text):
        return BREAKING
    if RANGE.search(new.text) and len(pairs) == 2:
        return BREAKING if pairs[0][1] > pairs[0][0] or pairs[-1][1] < pairs[-1][0] else ADDITIVE
    if UPPER.search(new.text):
        return BREAKING if any(now < was for was, now in pairs) else ADDITIVE
    if LOWER.search(new.text):
        return BREAKING if any(now > was for was, now in pairs) else ADDITIVE
    return ADDITIVE


def numbers_in(description: str) -> set[float]:
    """Return the numbers that a description states, in the units of `limits`."""
    return {value for one in sentences(description) for _, value in quantities(one)}
