"""What differs on the wire between two documents, and what that does to users of this client.

Both documents are walked side by side from their operations. Each place where they differ is a
`Change`; `merged` then tells each change once, with all the places that have it.
"""

import json
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import product
from typing import Literal, TypeVar

from scripts.api_watch.openapi_loader import (
    ABSENT,
    LOWER,
    UPPER,
    Document,
    Json,
    Operation,
    Shape,
    contents,
    is_plain_test,
    tested,
)


class Severity(IntEnum):
    """What a change does to users of this client."""

    COSMETIC = 0  # the same bytes travel
    ADDITIVE = 1  # what worked goes on working
    BREAKING = 2


COSMETIC, ADDITIVE, BREAKING = Severity
Part = Literal["operation", "request", "response", "naming"]
Key = TypeVar("Key", bound=Hashable)
PARTS: tuple[Part, ...] = ("operation", "request", "response", "naming")

# Formats that become a type of their own in Python.
TYPED_FORMATS = {"binary", "date", "date-time", "uuid"}
# The part of their fields that two variants must share to be the same one, changed.
LIKENESS = 0.5
EVERY_TYPE = frozenset({"object", "array", "string", "integer", "number", "boolean"})


@dataclass(frozen=True)
class Place:
    """Where in both documents we are.

    Attributes:
        use: The operation, and for answers their status: `POST /assets 201`.
        owner: The schema that holds it: `Asset`, or `Asset → AssetDetail` where the names differ.
        schemas: Its names in the old and the new document, as far as it has them.
        component: The names of the schema at the end of the path, likewise.
        path: From there: `segmentation.fixed`, `data[]`.
        above: The pairs of names that lie above, to notice circles.
    """

    part: Part
    use: str
    owner: str
    schemas: tuple[str, ...] = ()
    component: tuple[str, ...] = ()
    path: str = ""
    above: frozenset[tuple[str, str]] = frozenset()

    @property
    def subject(self) -> str:
        return stepped(self.owner, self.path)

    @property
    def ours(self) -> str:
        """The subject by the names of the old document alone."""
        return stepped(self.schemas[0] if self.schemas else self.owner, self.path)

    def down(self, step: str) -> "Place":
        return replace(self, path=stepped(self.path, step), component=())


def stepped(path: str, step: str) -> str:
    dot = "." if path and step and step[0] not in "[{(" else ""
    return f"{path}{dot}{step}"


@dataclass(frozen=True)
class Change:
    """One difference at one place."""

    severity: Severity
    place: Place
    text: str


@dataclass(frozen=True)
class MergedChange:
    """One difference, with every place that has it."""

    severity: Severity
    part: Part
    text: str
    subjects: tuple[str, ...]
    uses: tuple[str, ...]
    places: tuple[Place, ...]


def compare(old: Document, new: Document) -> list[Change]:
    """Every difference between two documents, in the order of the old one."""
    return list(dict.fromkeys(_Walk(old, new).documents()))


def merged(changes: Iterable[Change]) -> list[MergedChange]:
    """Each change once, in a reader's order: by part, the worst first."""
    groups: dict[tuple[Severity, Part, str, str], list[Place]] = {}
    for change in changes:
        leaf = change.place.path.rsplit(".", 1)[-1]
        key = (change.severity, change.place.part, change.text, leaf)
        groups.setdefault(key, []).append(change.place)
    told = [
        MergedChange(
            severity, part, text,
            subjects=tuple(dict.fromkeys(p.subject for p in places)),
            uses=tuple(dict.fromkeys(p.use for p in places)),
            places=tuple(places),
        )
        for (severity, part, text, _), places in groups.items()
    ]  # fmt: skip
    return sorted(told, key=lambda c: (PARTS.index(c.part), -c.severity))


class _Walk:
    """Both documents, walked side by side."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old, self.new = old, new

    def documents(self) -> Iterator[Change]:
        ours, theirs = self.old.operations(), self.new.operations()
        if self.old.servers() and self.new.servers() and self.old.servers() != self.new.servers():
            moved = f"server {spoken(self.old.servers())} → {spoken(self.new.servers())}"
            yield Change(BREAKING, Place("operation", "", "servers"), moved)
        for key, operation in ours.items():
            place = Place("operation", operation.label, operation.label)
            if key in theirs:
                yield from self.operation(operation, theirs[key], place)
            else:
                yield Change(BREAKING, place, "operation is gone")
        for key in added(ours, theirs):
            place = Place("operation", theirs[key].label, theirs[key].label)
            yield Change(ADDITIVE, place, "new operation")

    def operation(self, old: Operation, new: Operation, place: Place) -> Iterator[Change]:
        if old.name != new.name:
            naming = replace(place, part="naming", owner=f"{old.name} → {new.name}")
            yield Change(COSMETIC, naming, "operation goes by another name")
        if old.key_headers and new.key_headers and old.key_headers != new.key_headers:
            moved = f"key travels in {spoken(old.key_headers)} → {spoken(new.key_headers)}"
            yield Change(BREAKING, place, moved)
        request = replace(place, part="request")
        yield from self.parameters(old, new, request)
        yield from self.body(old, new, request)
        yield from self.answers(old, new, replace(place, part="response"))

    def parameters(self, old: Operation, new: Operation, place: Place) -> Iterator[Change]:
        for key in [*old.parameters, *added(old.parameters, new.parameters)]:
            was, now = old.parameters.get(key), new.parameters.get(key)
            # A parameter of the path has the name that the old document gives it.
            here = replace(place, owner=f"parameter {(was or now or {})['name']}")
            if now is None:
                yield Change(BREAKING, here, f"{key[0]} parameter is gone")
            elif was is None:
                needed = bool(now.get("required"))
                told = self.told(self.new, schema_of(now))
                text = f"new {needed_word(needed)} {key[0]} parameter: {told}"
                yield Change(BREAKING if needed else ADDITIVE, here, text)
            else:
                yield from needed_change(bool(was.get("required")), bool(now.get("required")), here)
                if serialization(was) != serialization(now):
                    text = f"is written as {serialization(now)}, was {serialization(was)}"
                    yield Change(BREAKING, here, text)
                yield from self.schemas(schema_of(was), schema_of(now), here)

    def body(self, old: Operation, new: Operation, place: Place) -> Iterator[Change]:
        place = replace(place, owner=f"{place.owner} body")
        if old.body and new.body and old.body_required != new.body_required:
            text = "is now required" if new.body_required else "is no longer required"
            yield Change(BREAKING if new.body_required else ADDITIVE, place, text)
        if not old.body and new.body:
            text = f"is new, {needed_word(new.body_required)}"
            yield Change(BREAKING if new.body_required else ADDITIVE, place, text)
            return
        for kind in added(new.body, old.body):
            yield Change(BREAKING, place, f"no longer {kind}")
        for kind in added(old.body, new.body):
            yield Change(ADDITIVE, place, f"also {kind}")
        for kind in shared(old.body, new.body):
            yield from self.schemas(old.body[kind], new.body[kind], place)

    def answers(self, old: Operation, new: Operation, place: Place) -> Iterator[Change]:
        gone, came = added(new.answers, old.answers), added(old.answers, new.answers)
        pairs = [(s, s) for s in shared(old.answers, new.answers)]
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
                yield Change(ADDITIVE, place, f"error {status} is no longer listed")
        for status in came:
            what = "status of success" if success(status) else "error"
            yield Change(ADDITIVE, place, f"new {what} {status}")
        for one, other in pairs:
            here = replace(place, use=f"{place.use} {one}", owner=f"{place.owner} {one}")
            yield from self.answer(old.answers[one], new.answers[other], here, success(one))

    def answer(self, old: Json, new: Json, place: Place, succeeds: bool) -> Iterator[Change]:
        """One answer. The wrapper reads errors whatever they look like, so none breaks."""
        lost = BREAKING if succeeds else ADDITIVE
        had, has = old.get("headers") or {}, new.get("headers") or {}
        for name in added(has, had):
            yield Change(lost, place, f"header {name} is gone")
        for name in added(had, has):
            yield Change(ADDITIVE, place, f"new header {name}")
        for name in shared(had, has):
            one, other = self.old.follow(had[name])[1], self.new.follow(has[name])[1]
            here = replace(place, owner=f"header {name}")
            yield from self.schemas(schema_of(one), schema_of(other), here)
        if place.use.endswith(" 204"):
            return  # HTTP leaves no room for a body there, whatever the documents say.
        was, now = contents(old), contents(new)
        for kind in added(now, was):
            yield Change(lost, place, f"body of {kind} is gone")
        for kind in added(was, now):
            yield Change(ADDITIVE, place, f"new body of {kind}")
        for kind in shared(was, now):
            for change in self.schemas(was[kind], now[kind], place):
                yield replace(change, severity=min(change.severity, lost))

    def schemas(self, old: Json, new: Json, place: Place) -> Iterator[Change]:
        yield from self.shapes(self.old.shape(old), self.new.shape(new), place)

    def shapes(self, old: Shape, new: Shape, place: Place) -> Iterator[Change]:
        """What differs in a pair of schemas and in all that lies below."""
        if old.name and new.name:
            if (old.name, new.name) in place.above:
                return
            place = replace(place, above=place.above | {(old.name, new.name)})
        around, place = place.schemas, owned(old, new, place)
        if place.component != around:  # A variant of itself, when a schema became a union.
            yield from naming(old, new, place)
        was, now = types(old), types(new)
        if old.loose != new.loose and was & now:
            widened = new.loose
            text = "is no longer described" if widened else f"is now described: {short(new)}"
            yield Change(judged(place, narrowed=not widened), place, text)
            return
        if old.nullable != new.nullable and (old.types and new.types):
            text = "may now be null" if new.nullable else "is no longer null"
            yield Change(judged(place, narrowed=not new.nullable), place, text)
        if was != now:
            text = f"type {type_words(old)} → {type_words(new)}"
            narrowed, widened = bool(was - now), bool(now - was)
            yield Change(judged(place, narrowed, widened), place, text)
            if not was & now:
                return
        if old.variants or new.variants:
            yield from self.unions(old.variants or (old,), new.variants or (new,), place)
            return
        yield from enums(old, new, place)
        yield from limits(old, new, place)
        yield from self.rules(old, new, place)
        yield from self.objects(old, new, place)
        if "array" in old.types & new.types:
            yield from self.schemas(old.items or {}, new.items or {}, place.down("[]"))

    def rules(self, old: Shape, new: Shape, place: Place) -> Iterator[Change]:
        for text in added(new.rules, old.rules):
            yield Change(ADDITIVE, place, f"no longer the rule: {text}")
        for text in added(old.rules, new.rules):
            breaks = place.part == "request" and not self.is_about_news(new.rules[text], old)
            yield Change(BREAKING if breaks else ADDITIVE, place, f"new rule: {text}")

    def is_about_news(self, rule: Json, old: Shape) -> bool:
        """Whether a rule only speaks of values that the old document did not have."""
        for name, test in rule.get("if", {}).get("properties", {}).items():
            known = self.old.shape(old.properties.get(name, {})).enum
            if known is not None and is_plain_test(test) and not set(tested(test)) & set(known):
                return True
        return False

    def objects(self, old: Shape, new: Shape, place: Place) -> Iterator[Change]:
        yield from closing(old, new, place)
        if (old.values or new.values) and not (old.closed or new.closed):
            yield from self.schemas(old.values or {}, new.values or {}, place.down("{}"))
        for name in [*old.properties, *added(old.properties, new.properties)]:
            here = place.down(name)
            if name not in new.properties:
                yield Change(BREAKING, here, "field is gone")
            elif name not in old.properties:
                needed = name in new.required
                breaks = needed and place.part == "request"
                told = self.told(self.new, new.properties[name])
                text = f"new {needed_word(needed)} field: {told}"
                yield Change(BREAKING if breaks else ADDITIVE, here, text)
            else:
                yield from needed_change(name in old.required, name in new.required, here)
                yield from self.schemas(old.properties[name], new.properties[name], here)

    def unions(
        self, old: tuple[Shape, ...], new: tuple[Shape, ...], place: Place
    ) -> Iterator[Change]:
        pairs, gone, came = self.matched(old, new, place)
        unions = len(old) > 1 and len(new) > 1
        lost = {tag for pair in pairs for tag in self.lost_tags(*pair) if unions}
        for tag, known in sorted(lost):
            # Told once, and not at each variant.
            text = f"kinds are {'now' if known else 'no longer'} told apart by `{tag}`"
            breaks = known and place.part == "request"
            yield Change(BREAKING if breaks else ADDITIVE, place, text)
        for one, other in pairs:
            for tag, _ in self.lost_tags(one, other) if unions else ():
                one, other = without(one, tag), without(other, tag)
            label = self.label(self.old, one) or self.label(self.new, other)
            yield from self.shapes(one, other, place.down(f"({label})") if label else place)
        for shape in gone:
            text = f"no longer: {self.label(self.old, shape) or short(shape)}"
            yield Change(BREAKING if place.part == "request" else ADDITIVE, place, text)
        for shape in came:
            text = f"also: {self.label(self.new, shape) or short(shape)}"
            yield Change(ADDITIVE, place, text)

    def matched(
        self, old: tuple[Shape, ...], new: tuple[Shape, ...], place: Place
    ) -> tuple[list[tuple[Shape, Shape]], list[Shape], list[Shape]]:
        """Pair the same variants: by tag, or else name, or else content, or else likeness."""

        def same_tag(one: Shape, other: Shape) -> float:
            return self.tags(self.old, one) == self.tags(self.new, other) != frozenset()

        def same_name(one: Shape, other: Shape) -> float:
            return one.name is not None and one.name == other.name

        def same_content(one: Shape, other: Shape) -> float:
            return all(c.severity == COSMETIC for c in self.shapes(one, other, place))

        # A variant without a tag beside others that have one is a catch-all, and like none of them.
        told_apart = all(
            any(self.tags(document, shape) for shape in side)
            for document, side in ((self.old, old), (self.new, new))
        )

        def alike(one: Shape, other: Shape) -> float:
            tags = self.tags(self.old, one), self.tags(self.new, other)
            if any(tags) and (told_apart or all(tags)):
                return 0
            names = one.properties.keys() | other.properties.keys()
            common = one.properties.keys() & other.properties.keys()
            score = len(common) / len(names) if names else float(bool(one.types & other.types))
            return score if score >= LIKENESS else 0

        pairs, left, right = list[tuple[Shape, Shape]](), list(old), list(new)
        for score in (same_tag, same_name, same_content, alike):
            for one, other in sorted(product(left, right), key=lambda pair: -score(*pair)):
                if score(one, other) and one in left and other in right:
                    pairs.append((one, other))
                    left.remove(one)
                    right.remove(other)
        return pairs, left, right

    def tags(self, document: Document, shape: Shape) -> frozenset[tuple[str, str]]:
        """The required fields that have one value only: `strategy` is `fixed`."""
        read = {name: document.shape(shape.properties.get(name, {})) for name in shape.required}
        return frozenset(
            (n, str(s.enum[0])) for n, s in read.items() if s.enum and len(s.enum) == 1
        )

    def lost_tags(self, one: Shape, other: Shape) -> list[tuple[str, bool]]:
        """Tags that only the old variant has (False) or only the new one (True)."""
        was, now = self.tags(self.old, one), self.tags(self.new, other)
        if bool(was) == bool(now):
            return []
        both = one.properties.keys() & other.properties.keys()
        return sorted((name, bool(now)) for name, _ in was or now if name in both)

    def label(self, document: Document, shape: Shape) -> str:
        return shape.name or ", ".join(sorted(value for _, value in self.tags(document, shape)))

    def told(self, document: Document, raw: Json) -> str:
        """A schema in a few words."""
        shape = document.shape(raw)
        if "array" in shape.types and shape.items is not None:
            return f"list of {self.told(document, shape.items)}{or_null(shape)}"
        return short(shape)


def without(shape: Shape, name: str) -> Shape:
    properties = {n: raw for n, raw in shape.properties.items() if n != name}
    return replace(shape, properties=properties, required=shape.required - {name})


def owned(old: Shape, new: Shape, place: Place) -> Place:
    """Objects and unions with a name are what changes are told of; other names are not worth it."""
    names = tuple(dict.fromkeys(name for name in (old.name, new.name) if name))
    place = replace(place, component=names)
    if not names or not (old.properties or old.variants or new.properties or new.variants):
        return place
    return replace(place, owner=" → ".join(names), schemas=names, path="")


def naming(old: Shape, new: Shape, place: Place) -> Iterator[Change]:
    """Names of what becomes a class in Python: objects, unions and enums."""
    if old.name == new.name or not (old.properties or old.variants or old.enum is not None):
        return
    if old.name and new.name:
        text = "schema goes by another name"
    else:
        text = "schema has a name now" if new.name else "schema has no name any more"
    owner = " → ".join(place.component)
    here = replace(place, part="naming", owner=owner, schemas=place.component, path="")
    yield Change(COSMETIC, here, text)


def enums(old: Shape, new: Shape, place: Place) -> Iterator[Change]:
    """The client passes on values that it does not know, so no answer breaks it."""
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


def limits(old: Shape, new: Shape, place: Place) -> Iterator[Change]:
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
    """Who leaves a field out gets something else. What was merely told, or is, changes nothing."""
    if was is ABSENT:
        return Change(COSMETIC, place, f"default {json.dumps(now)} is told now")
    if now is ABSENT:
        return Change(COSMETIC, place, f"default {json.dumps(was)} is no longer told")
    return Change(BREAKING, place, f"default {json.dumps(was)} → {json.dumps(now)}")


def narrower(name: str, was: Json, now: Json) -> bool:
    if now is None:
        return False
    if was is None:
        return True
    if name in LOWER:
        return bool(now > was)
    return bool(now < was) if name in UPPER else True


def closing(old: Shape, new: Shape, place: Place) -> Iterator[Change]:
    if old.closed == new.closed:
        return
    text = "takes no other fields now" if new.closed else "takes other fields now"
    if place.part == "request":
        yield Change(BREAKING if new.closed else ADDITIVE, place, text)
    else:
        # This client keeps fields that it does not know.
        yield Change(COSMETIC, place, text.replace("takes", "has" if new.closed else "may have"))


def needed_change(was: bool, now: bool, place: Place) -> Iterator[Change]:
    if was != now:
        text = "is now required" if now else "is no longer required"
        yield Change(judged(place, narrowed=now, widened=was), place, text)


def judged(place: Place, narrowed: bool, widened: bool | None = None) -> Severity:
    """Requests break when less is allowed, answers when more may come."""
    widened = not narrowed if widened is None else widened
    breaks = narrowed if place.part == "request" else widened
    return BREAKING if breaks else ADDITIVE


def serialization(parameter: Json) -> str:
    """How a parameter is written, with OpenAPI's defaults."""
    usual = "form" if parameter["in"] in ("query", "cookie") else "simple"
    style = parameter.get("style", usual)
    explode = parameter.get("explode", style == "form")
    return f"{style}, {'one by one' if explode else 'joined'}"


def schema_of(parameter: Json) -> Json:
    return parameter.get("schema") or next(iter(contents(parameter).values()), {})


def added(old: Iterable[Key], new: Iterable[Key]) -> list[Key]:
    known = set(old)
    return [key for key in new if key not in known]


def shared(old: Iterable[Key], new: Iterable[Key]) -> list[Key]:
    known = set(new)
    return [key for key in old if key in known]


def success(status: str) -> bool:
    return status.startswith("2")


def needed_word(needed: bool) -> str:
    return "required" if needed else "optional"


def types(shape: Shape) -> frozenset[str]:
    """What it may be besides null, with integers where there are numbers."""
    if shape.only_null:
        return frozenset({"null"})
    found = shape.types or EVERY_TYPE
    return found | {"integer"} if "number" in found else found


def short(shape: Shape) -> str:
    if shape.enum is not None:
        return " | ".join(map(str, shape.enum)) + or_null(shape)
    return (shape.name or type_words(shape)) + or_null(shape)


def or_null(shape: Shape) -> str:
    return " or null" if shape.nullable and shape.types else ""


def type_words(shape: Shape) -> str:
    return "null" if shape.only_null else spoken(shape.types) or "anything"


def spoken(words: Iterable[str]) -> str:
    return " or ".join(sorted(words))


def listed(values: Iterable[Json]) -> str:
    return ", ".join(f"`{value}`" for value in values)
