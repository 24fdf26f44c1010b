"""Comparisons of two schemas, keyword by keyword: enums, limits, defaults, names."""

import json
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from scripts.api_watch.changes import ADDITIVE, BREAKING, COSMETIC, Change, Place, Severity
from scripts.api_watch.openapi_loader import ABSENT, LOWER, UPPER, Json, Schema

Key = TypeVar("Key", bound=Hashable)

# Formats that have their own type in Python.
TYPED_FORMATS = {"binary", "date", "date-time", "uuid"}
EVERY_TYPE = frozenset({"object", "array", "string", "integer", "number", "boolean"})


def naming(old: Schema, new: Schema, place: Place) -> Iterator[Change]:
    """Compare the names of schemas that become classes: objects, unions and enums."""
    if old.name == new.name or not (old.properties or old.variants or old.enum is not None):
        return
    if old.name and new.name:
        text = "schema goes by another name"
    else:
        text = "schema has a name now" if new.name else "schema has no name any more"
    owner = " → ".join(place.component)
    here = replace(place, part="naming", owner=owner, schemas=place.component, path="")
    yield Change(COSMETIC, here, text)


def enums(old: Schema, new: Schema, place: Place) -> Iterator[Change]:
    """Compare enums. The client passes unknown values on, so no response breaks it."""
    request = place.part == "request"
    if old.enum is None and new.enum is None:
        return
    if old.enum is None or new.enum is None:
        closed = old.enum is None
        values = listed(old.enum or new.enum or ())
        text = f"any value → only {values}" if closed else f"only {values} → any value"
        yield Change(BREAKING if request and closed else ADDITIVE, place, text)
        return
    if gone := [v for v in old.enum if v not in new.enum]:
        text = f"no longer takes {listed(gone)}" if request else f"is no longer {listed(gone)}"
        yield Change(BREAKING if request else ADDITIVE, place, text)
    if came := [v for v in new.enum if v not in old.enum]:
        text = f"also takes {listed(came)}" if request else f"may also be {listed(came)}"
        yield Change(ADDITIVE, place, text)


def limits(old: Schema, new: Schema, place: Place) -> Iterator[Change]:
    request = place.part == "request"
    for name in [*old.limits, *added(old.limits, new.limits)]:
        was, now = old.limits.get(name), new.limits.get(name)
        if was == now:
            continue
        typed = name == "format" and bool({was, now} & TYPED_FORMATS)
        breaks = narrower(name, was, now) if request else typed
        if now is None:
            text = f"{name} {was} is gone"
        else:
            text = f"new {name} {now}" if was is None else f"{name} {was} → {now}"
        yield Change(BREAKING if breaks else ADDITIVE, place, text)
    if request and old.default != new.default:
        yield defaults(old.default, new.default, place)


def defaults(was: Json, now: Json, place: Place) -> Change:
    """Compare defaults: another one changes requests without the field; documenting it does not."""
    if was is ABSENT:
        return Change(COSMETIC, place, f"default {json.dumps(now)} is now documented")
    if now is ABSENT:
        return Change(COSMETIC, place, f"default {json.dumps(was)} is no longer documented")
    return Change(BREAKING, place, f"default {json.dumps(was)} → {json.dumps(now)}")


def narrower(name: str, was: Json, now: Json) -> bool:
    if now is None:
        return False
    if was is None:
        return True
    if name in LOWER:
        return bool(now > was)
    return bool(now < was) if name in UPPER else True


def closing(old: Schema, new: Schema, place: Place) -> Iterator[Change]:
    if old.closed == new.closed:
        return
    text = "takes no other fields now" if new.closed else "takes other fields now"
    if place.part == "request":
        yield Change(BREAKING if new.closed else ADDITIVE, place, text)
    else:
        # This client keeps unknown fields.
        yield Change(COSMETIC, place, text.replace("takes", "has" if new.closed else "may have"))


def requirement(was: bool, now: bool, place: Place) -> Iterator[Change]:
    if was != now:
        text = "is now required" if now else "is no longer required"
        yield Change(severity_of(place, narrowed=now, widened=was), place, text)


def severity_of(place: Place, narrowed: bool, widened: bool | None = None) -> Severity:
    """Return the severity: narrowing breaks requests, widening breaks responses."""
    widened = not narrowed if widened is None else widened
    breaks = narrowed if place.part == "request" else widened
    return BREAKING if breaks else ADDITIVE


def added(old: Iterable[Key], new: Iterable[Key]) -> list[Key]:
    known = set(old)
    return [key for key in new if key not in known]


def shared(old: Iterable[Key], new: Iterable[Key]) -> list[Key]:
    known = set(new)
    return [key for key in old if key in known]


def required_or_optional(needed: bool) -> str:
    return "required" if needed else "optional"


def types(schema: Schema) -> frozenset[str]:
    """Return the allowed types besides null; numbers include integers."""
    if schema.only_null:
        return frozenset({"null"})
    found = schema.types or EVERY_TYPE
    return found | {"integer"} if "number" in found else found


def short(schema: Schema) -> str:
    if schema.enum is not None:
        return " | ".join(map(str, schema.enum)) + or_null(schema)
    return (schema.name or type_words(schema)) + or_null(schema)


def or_null(schema: Schema) -> str:
    return " or null" if schema.nullable and schema.types else ""


def type_words(schema: Schema) -> str:
    return "null" if schema.only_null else either(schema.types) or "anything"


def either(words: Iterable[str]) -> str:
    return " or ".join(sorted(words))


def listed(values: Iterable[Json]) -> str:
    return ", ".join(f"`{value}`" for value in values)
