"""Settings of items: those of a whole run, and those in a row of its source."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, TypeAlias, TypedDict, cast

from msgspec import Struct
from msgspec.structs import asdict

from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs import Dynamic, Fixed, Seconds, Sequential, Spatial, TimedText, Video
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.sending import EmbedArguments, EmbedOptions, ItemArguments, embed_options

Row: TypeAlias = Mapping[str, Any]


class Defaults(Struct, frozen=True, kw_only=True):
    """The settings of audio and video that the source does not give.

    Attributes:
        start: where to start, in seconds or as `timedelta`
        end: where to stop, likewise
        segmentation: `Fixed`, `Dynamic`, or as in a manifest: `fixed:6`, `dynamic:4`
        options: what the vectors describe
        scopes: what they are made of
    """

    start: Seconds | None = None
    end: Seconds | None = None
    segmentation: Fixed | Dynamic | str | None = None
    options: str | Collection[str] | None = None
    scopes: str | Collection[str] | None = None

    def as_row(self) -> dict[str, Any]:
        """Return what is given, ready for `Audio` and `Video`; reject what is valid for neither."""
        violations: list[Violation] = []
        given = {name: value for name, value in asdict(self).items() if value is not None}
        settings = read_settings(given, violations)
        if violations:
            raise InvalidInputError(violations)
        Video(Media.asset("any"), **settings)  # which takes whatever audio takes
        return settings

    def as_json(self) -> dict[str, Any]:
        """Return what is given, as JSON: the same for what means the same."""
        return {name: _to_json(value) for name, value in self.as_row().items()}


class DefaultArguments(TypedDict, total=False):
    """Keyword arguments that are the fields of `Defaults`."""

    start: Seconds | None
    end: Seconds | None
    segmentation: Fixed | Dynamic | str | None
    options: str | Collection[str] | None
    scopes: str | Collection[str] | None


class RunArguments(ItemArguments, DefaultArguments, total=False):
    """Keyword arguments of `client.bulk.run` and `dry_run`: those of each item."""


def item_options(arguments: RunArguments) -> tuple[EmbedOptions, Defaults]:
    """Return the options of each item, and the settings that the source does not give."""
    names = Defaults.__struct_fields__
    rest = {name: value for name, value in arguments.items() if name not in names}
    given = {name: value for name, value in arguments.items() if name in names}
    return embed_options(cast(EmbedArguments, rest)), Defaults(**cast(DefaultArguments, given))


def _to_json(value: Any) -> Any:
    match value:
        case Fixed(sec=sec):
            return f"fixed:{sec}"
        case Dynamic(min_sec=sec):
            return f"dynamic:{sec}"
        case timedelta():
            return value.total_seconds()
        case str() | int() | float():
            return value
        case choices:
            return sorted(choices)


def read_settings(row: Row, violations: list[Violation]) -> dict[str, Any]:
    """Return the settings of a row, and add what is wrong with them to `violations`."""
    settings: dict[str, Any] = {}
    for name, read in _READERS.items():
        try:
            if name in row:
                settings[name] = read(row[name])
        except InvalidInputError as error:
            violations += error.violations
    return settings


def _read_time(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        violation = Violation(name, repr(value), "a time is a number of seconds", "Write 12.5")
        raise InvalidInputError([violation]) from None


def _read_choices(value: Any) -> Any:
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return value


def _read_timed_texts(value: Any) -> Any:
    """Read a list of `{"start": 1, "end": 2, "text": "a goal"}`, as JSON where all is text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = [value]  # which is rejected below
    if not isinstance(value, list):
        value = [value]
    return [_read_timed_text(one) for one in value]


def _read_timed_text(value: Any) -> TimedText:
    match value:
        case {"start": start, "end": end, "text": text, **rest} if not rest:
            return TimedText(start, end, text)
        case _:
            allowed = "it is a list of structs with start, end and text"
            hint = 'Write [{"start": 1, "end": 2, "text": "a goal"}], for example'
            violation = Violation("time_based_metadata", repr(value), allowed, hint)
            raise InvalidInputError([violation])


def _read_segmentation(value: Any) -> Fixed | Dynamic | Spatial | Sequential:
    """Read `fixed:6`; `{"fixed": 6}`; `spatial:quadrants`; `sequential:5` or, with an overlap of
    one sentence, `sequential:5:1`; or what the contract has."""
    match value:
        case Fixed() | Dynamic() | Spatial() | Sequential():
            return value
        case {"temporal": inner} if inner is not None:
            return _read_segmentation(inner)
        case {"spatial": {"strategy": strategy, **rest}} if not rest:
            return Spatial(strategy)
        case {"sequential": {"max_sentences": maximum, **rest}} if rest.keys() <= {
            "strategy",
            "overlap_sentences",
        }:
            overlap: Any = rest.get("overlap_sentences")
            return Sequential(maximum, overlap)
        case str():
            kind, _, number = value.partition(":")
            return _make_segmentation(value, kind.strip(), number.strip())
        case {"strategy": str(kind), **rest}:
            inner = rest.get(kind)
            seconds = next(iter(inner.values()), None) if isinstance(inner, Mapping) else inner
            return _make_segmentation(value, kind, seconds)
        case {**pairs} if len(given := {kind: sec for kind, sec in pairs.items() if sec}) == 1:
            return _make_segmentation(value, *next(iter(given.items())))
        case _:
            return _make_segmentation(value, "", None)


def _make_segmentation(value: Any, kind: Any, given: Any) -> Fixed | Dynamic | Spatial | Sequential:
    is_number = isinstance(given, str) and given.isdecimal()
    number: Any = int(given) if is_number else given
    match kind:
        case "fixed":
            return Fixed(number)
        case "dynamic":
            return Dynamic(number)
        case "spatial":
            return Spatial(number)
        case "sequential":
            return Sequential(*_sentences(number))
        case _:
            allowed = (
                "it is fixed:SECONDS or dynamic:SECONDS; of documents spatial:STRATEGY, "
                "sequential:SENTENCES or sequential:SENTENCES:OVERLAP"
            )
            hint = "Write fixed:6, for example"
            raise InvalidInputError([Violation("segmentation", repr(value), allowed, hint)])


def _sentences(given: Any) -> list[Any]:
    """Read `5`, or `5:1` with an overlap."""
    parts = given.split(":") if isinstance(given, str) and given.count(":") == 1 else [given]
    return [int(part) if str(part).strip().isdecimal() else part for part in parts]


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "start": partial(_read_time, "start"),
    "end": partial(_read_time, "end"),
    "segmentation": _read_segmentation,
    "options": _read_choices,
    "scopes": _read_choices,
    "types": _read_choices,
    "time_based_metadata": _read_timed_texts,
}

SETTINGS = tuple(_READERS)
"""The columns of a row that are settings."""
