"""Differences between two OpenAPI documents.

Both documents are walked side by side from their operations. Each place where they differ is a
`Change`, with its severity for users of this client.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from scripts.api_watch.authentication import still_works, words
from scripts.api_watch.changes import ADDITIVE, BREAKING, COSMETIC, TOLERATED, Change, Place
from scripts.api_watch.openapi_loader import Document, Json, Operation, contents
from scripts.api_watch.schema_diff import (
    added,
    either,
    notes,
    required_or_optional,
    requirement,
    shared,
)
from scripts.api_watch.schema_walk import SchemaWalk
from scripts.api_watch.schemas import notes_of


def compare(old: Document, new: Document, *, prose: bool = True) -> list[Change]:
    """List every difference between two documents, in the order of the old one.

    Args:
        prose: whether to compare what descriptions say in numbers
    """
    return list(dict.fromkeys(_Walk(old, new, prose=prose).documents()))


class _Walk(SchemaWalk):
    """A walk through both documents, side by side."""

    def documents(self) -> Iterator[Change]:
        ours, theirs = self.old.operations(), self.new.operations()
        both = [(one, theirs[key]) for key, one in ours.items() if key in theirs]
        moves = {(a.servers, b.servers) for a, b in both if a.servers and b.servers}
        if len(moves) == 1:
            yield from servers(*next(iter(moves)), Place("operation", "", "servers"))
        for key, operation in ours.items():
            place = Place("operation", operation.label, operation.label)
            if key in theirs:
                if len(moves) > 1 and operation.servers and theirs[key].servers:
                    yield from servers(operation.servers, theirs[key].servers, place)
                yield from self.operation(operation, theirs[key], place)
            else:
                yield Change(BREAKING, place, "operation is gone")
        for key in added(ours, theirs):
            place = Place("operation", theirs[key].label, theirs[key].label)
            yield Change(ADDITIVE, place, "new operation")
        for label in sorted(self.new.operations_beside() - self.old.operations_beside()):
            yield Change(ADDITIVE, Place("operation", label, label), "new operation beside ours")

    def operation(self, old: Operation, new: Operation, place: Place) -> Iterator[Change]:
        if old.name != new.name:
            naming = replace(place, part="naming", owner=f"{old.name} → {new.name}")
            yield Change(COSMETIC, naming, "operation goes by another name")
        was, now = old.authentication, new.authentication
        if was and now and was != now:
            text = f"authentication {words(was)} → {words(now)}"
            yield Change(ADDITIVE if still_works(was, now) else BREAKING, place, text)
        yield from notes(old.notes, new.notes, place, prose=self.prose)
        request = replace(place, part="request")
        yield from self.parameters(old, new, request)
        yield from self.body(old, new, request)
        yield from self.responses(old, new, replace(place, part="response"))

    def parameters(self, old: Operation, new: Operation, place: Place) -> Iterator[Change]:
        for key in [*old.parameters, *added(old.parameters, new.parameters)]:
            was, now = old.parameters.get(key), new.parameters.get(key)
            # A path parameter keeps the name of the old document: names of these do not count.
            here = replace(place, owner=f"parameter {(was or now or {})['name']}")
            if now is None:
                yield Change(BREAKING, here, f"{key[0]} parameter is gone")
            elif was is None:
                needed = bool(now.get("required"))
                description = self.describe(self.new, self.new.schema(schema_of(now)))
                text = f"new {required_or_optional(needed)} {key[0]} parameter: {description}"
                yield Change(BREAKING if needed else ADDITIVE, here, text)
            else:
                yield from requirement(bool(was.get("required")), bool(now.get("required")), here)
                if serialization(was) != serialization(now):
                    text = f"is written as {serialization(now)}, was {serialization(was)}"
                    yield Change(BREAKING, here, text)
                yield from notes(notes_of(was), notes_of(now), here, prose=self.prose)
                yield from self.raw_schemas(schema_of(was), schema_of(now), here)

    def body(self, old: Operation, new: Operation, place: Place) -> Iterator[Change]:
        place = replace(place, owner=f"{place.owner} body")
        if old.body and new.body and old.body_required != new.body_required:
            text = "is now required" if new.body_required else "is no longer required"
            yield Change(BREAKING if new.body_required else ADDITIVE, place, text)
        if not old.body and new.body:
            text = f"is new, {required_or_optional(new.body_required)}"
            yield Change(BREAKING if new.body_required else ADDITIVE, place, text)
            return
        for kind in added(new.body, old.body):
            yield Change(BREAKING, place, f"no longer {kind}")
        for kind in added(old.body, new.body):
            yield Change(ADDITIVE, place, f"also {kind}")
        for kind in shared(old.body, new.body):
            yield from self.raw_schemas(old.body[kind], new.body[kind], place)

    def responses(self, old: Operation, new: Operation, place: Place) -> Iterator[Change]:
        pairs = paired_statuses(old.responses, new.responses)
        gone = added([one for one, _ in pairs], old.responses)
        came = added([other for _, other in pairs], new.responses)
        was, now = [s for s in gone if success(s)], [s for s in came if success(s)]
        if len(was) == len(now) == 1:
            yield Change(BREAKING, place, f"status of success {was[0]} → {now[0]}")
            pairs.append((was[0], now[0]))
            gone.remove(was[0])
            came.remove(now[0])
        for status in gone:
            if success(status):
                yield Change(BREAKING, place, f"status of success {status} is gone")
            else:
                yield Change(TOLERATED, place, f"error {status} is no longer listed")
        for status in came:
            what = "status of success" if success(status) else "error"
            yield Change(ADDITIVE, place, f"new {what} {status}")
        for one, other in pairs:
            here = replace(place, use=f"{place.use} {one}", owner=f"{place.owner} {one}")
            yield from self.response(old.responses[one], new.responses[other], here, success(one))

    def response(self, old: Json, new: Json, place: Place, succeeds: bool) -> Iterator[Change]:
        """Compare two responses. The wrapper decodes any error, so no change of one breaks."""
        lost = BREAKING if succeeds else TOLERATED
        had, has = old.get("headers") or {}, new.get("headers") or {}
        for name in added(has, had):
            yield Change(lost, place, f"header {name} is gone")
        for name in added(had, has):
            yield Change(ADDITIVE, place, f"new header {name}")
        for name in shared(had, has):
            one, other = self.old.follow(had[name])[1], self.new.follow(has[name])[1]
            here = replace(place, owner=f"header {name}")
            yield from self.raw_schemas(schema_of(one), schema_of(other), here)
        if place.use.endswith(" 204"):
            return  # HTTP allows no body there, whatever the documents say
        was, now = contents(old), contents(new)
        for kind in added(now, was):
            yield Change(lost, place, f"body of {kind} is gone")
        for kind in added(was, now):
            yield Change(ADDITIVE, place, f"new body of {kind}")
        for kind in shared(was, now):
            for change in self.raw_schemas(was[kind], now[kind], place):
                yield replace(change, severity=min(change.severity, lost))


def serialization(parameter: Json) -> str:
    """Describe how a parameter is serialized, with OpenAPI's defaults."""
    usual = "form" if parameter["in"] in ("query", "cookie") else "simple"
    style = parameter.get("style", usual)
    explode = parameter.get("explode", style == "form")
    return f"{style}, {'one by one' if explode else 'joined'}"


def schema_of(parameter: Json) -> Json:
    return parameter.get("schema") or next(iter(contents(parameter).values()), {})


def success(status: str) -> bool:
    return status.startswith("2")


def paired_statuses(old: Iterable[str], new: Iterable[str]) -> list[tuple[str, str]]:
    """Pair statuses; `2XX` and `default` stand for those that are not listed."""
    pairs = [(status, status) for status in shared(old, new)]
    gone, came = added(new, old), added(old, new)
    pairs += [(one, other) for one in gone for other in new if covers(other, one)]
    paired = {one for one, _ in pairs}
    return pairs + [
        (one, other) for other in came for one in old if covers(one, other) and one not in paired
    ]


def covers(status: str, other: str) -> bool:
    """Return whether `2XX` or `default` stands for another status."""
    is_range = status.upper() in (f"{other[:1]}XX", "DEFAULT")
    return is_range and other[1:].isdigit() and (status[:1] == other[:1] or not success(other))


def servers(old: frozenset[str], new: frozenset[str], place: Place) -> Iterator[Change]:
    if old != new:
        text = f"server {either(old)} → {either(new)}"
        yield Change(BREAKING if old - new else ADDITIVE, place, text)
