"""Comparisons of two schemas, keyword by keyword: enums, limits, defaults, names."""

import json
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from scripts.api_watch.changes import ADDITIVE, BREAKING, COSMETIC, Change, Place, Severity
from scripts.api_watch.prose import ANNOUNCED, changed_statements, numbers_in
from scripts.api_watch.schemas import ABSENT, LOWER, UPPER, Json, Schema

Key = TypeVar("Key", bound=Hashable)

# Formats that have their own type in Python.
TYPED_FORMATS = {"binary", "date", "date-time", "uuid"}
EVERY_TYPE = frozenset({"object", "array", "string", "integer", "number", "boolean"})


def naming(old: Schema, new: Schema, place: Place) -> Iterator[Change]:
    """Compare the names of schemas that become classes: objects, unions and enums."""
    if old.name == new.name or not ("object" in old.types or old.variants or old.enum is not None):
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


def limits(old: Schema, new: Schema, place: Place, *, begins_to_state: bool) -> Iterator[Change]:
    """Compare limits.

    Args:
        begins_to_state: whether the old document had no limits at all, so that one that is new says
            nothing about the service.
    """
    request = place.part == "request"
    said = numbers_in(old.notes["description"]) if old.notes else set()
    for name, other in paired_limits(old, new):
        was, now = old.limits.get(name), new.limits.get(other)
        if (name, was) == (other, now):
            continue
        typed = name == "format" and bool({was, now} & TYPED_FORMATS)
        breaks = narrower(name, other, was, now) if request else typed
        if now is None:
            text = f"{name} {was} is gone"
        elif was is not None:
            text = f"{name} {was} → {now}" if name == other else f"{name} {was} → {other} {now}"
        elif now in said or (begins_to_state and name != "format"):
            yield Change(COSMETIC, place, f"{name} {now} is now stated")
            continue
        else:
            text = f"new {name} {now}"
        yield Change(BREAKING if breaks else ADDITIVE, place, text)
    if request and old.default != new.default:
        yield defaults(old.default, new.default, place)


def paired_limits(old: Schema, new: Schema) -> Iterator[tuple[str, str]]:
    """Yield the names of each limit in both: `minimum` may have become `exclusiveMinimum`."""
    came = added(old.limits, new.limits)
    for name in old.limits:
        other = ENDS.get(name, name)
        if name not in new.limits and other in came:
            came.remove(other)
            yield name, other
        else:
            yield name, name
    yield from ((name, name) for name in came)


ENDS = {
    "minimum": "exclusiveMinimum", "exclusiveMinimum": "minimum",
    "maximum": "exclusiveMaximum", "exclusiveMaximum": "maximum",
}  # fmt: skip


def defaults(was: Json, now: Json, place: Place) -> Change:
    """Compare defaults: another one changes requests without the field; documenting it does not."""
    if was is ABSENT:
        return Change(COSMETIC, place, f"default {json.dumps(now)} is now documented")
    if now is ABSENT:
        return Change(COSMETIC, place, f"default {json.dumps(was)} is no longer documented")
    return Change(BREAKING, place, f"default {json.dumps(was)} → {json.dumps(now)}")


def narrower(name: str, other: str, was: Json, now: Json) -> bool:
    if now is None:
        return False
    if was is None:
        return True
    if name in LOWER:
        return bool((now, other == "exclusiveMinimum") > (was, name == "exclusiveMinimum"))
    if name in UPPER:
        return bool((-now, other == "exclusiveMaximum") > (-was, name == "exclusiveMaximum"))
    return name != "multipleOf" or was % now != 0


def notes(
    old: Mapping[str, Json], new: Mapping[str, Json], place: Place, *, prose: bool
) -> Iterator[Change]:
    """Compare deprecation, the date of removal, and what descriptions say in numbers."""
    if not old or not new:
        return
    until = f", sunset {new['sunset']}" if new["sunset"] else ""
    if new["deprecated"] and not old["deprecated"]:
        yield Change(ADDITIVE, place, f"is now deprecated{until}")
    elif old["deprecated"] and not new["deprecated"]:
        yield Change(COSMETIC, place, "is no longer deprecated")
    elif old["sunset"] != new["sunset"]:
        yield Change(
            ADDITIVE, place, f"sunset {old['sunset'] or 'open'} → {new['sunset'] or 'open'}"
        )
    if not prose or old["description"] == new["description"]:
        return
    for severity, text in changed_statements(old["description"], new["description"]):
        if ANNOUNCED.search(text) and old["deprecated"] != new["deprecated"]:
            continue
        worst = ADDITIVE if place.part == "response" else BREAKING
        yield Change(min(severity, worst), replace(place, part="prose"), text)


def visibility(old: Schema, new: Schema, place: Place) -> Iterator[Change]:
    """Compare two fields of which only one is for this direction: read-only, or write-only."""
    word = "read-only" if place.part == "request" else "write-only"
    if is_hidden(new, place):
        yield Change(BREAKING, place, f"is now {word}: not for {place.part}s")
    else:
        yield Change(ADDITIVE, place, f"is no longer {word}")


def is_hidden(field: Schema, place: Place) -> bool:
    """Return whether a field is not for this direction."""
    return field.read_only if place.part == "request" else field.write_only


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
