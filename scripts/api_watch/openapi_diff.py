"""Differences between two OpenAPI documents.

Both documents are walked side by side from their operations. Each place where they differ is a
`Change`, with its severity for users of this client.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from scripts.api_watch.changes import ADDITIVE, BREAKING, COSMETIC, Change, Place
from scripts.api_watch.openapi_loader import (
    Document,
    Json,
    Operation,
    Schema,
    contents,
    is_simple_condition,
    values_of,
)
from scripts.api_watch.schema_diff import (
    added,
    closing,
    either,
    enums,
    limits,
    naming,
    or_null,
    required_or_optional,
    requirement,
    severity_of,
    shared,
    short,
    type_words,
    types,
)

# The share of common fields from which two variants count as one that changed.
MIN_SIMILARITY = 0.5


def compare(old: Document, new: Document) -> list[Change]:
    """List every difference between two documents, in the order of the old one."""
    return list(dict.fromkeys(_Walk(old, new).documents()))


class _Walk:
    """A walk through both documents, side by side."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old, self.new = old, new

    def documents(self) -> Iterator[Change]:
        ours, theirs = self.old.operations(), self.new.operations()
        if self.old.servers() and self.new.servers() and self.old.servers() != self.new.servers():
            moved = f"server {either(self.old.servers())} → {either(self.new.servers())}"
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
            moved = f"key travels in {either(old.key_headers)} → {either(new.key_headers)}"
            yield Change(BREAKING, place, moved)
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
                description = self.describe(self.new, schema_of(now))
                text = f"new {required_or_optional(needed)} {key[0]} parameter: {description}"
                yield Change(BREAKING if needed else ADDITIVE, here, text)
            else:
                yield from requirement(bool(was.get("required")), bool(now.get("required")), here)
                if serialization(was) != serialization(now):
                    text = f"is written as {serialization(now)}, was {serialization(was)}"
                    yield Change(BREAKING, here, text)
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
        gone, came = added(new.responses, old.responses), added(old.responses, new.responses)
        pairs = [(s, s) for s in shared(old.responses, new.responses)]
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
            yield from self.response(old.responses[one], new.responses[other], here, success(one))

    def response(self, old: Json, new: Json, place: Place, succeeds: bool) -> Iterator[Change]:
        """Compare two responses. The wrapper decodes any error, so no change of one breaks."""
        lost = BREAKING if succeeds else ADDITIVE
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

    def raw_schemas(self, old: Json, new: Json, place: Place) -> Iterator[Change]:
        yield from self.schemas(self.old.schema(old), self.new.schema(new), place)

    def schemas(self, old: Schema, new: Schema, place: Place) -> Iterator[Change]:
        """Compare two schemas and everything below them."""
        if old.name and new.name:
            if (old.name, new.name) in place.above:
                return
            place = replace(place, above=place.above | {(old.name, new.name)})
        around, place = place.schemas, owned(old, new, place)
        if place.component != around:  # equal when a schema became a union of itself
            yield from naming(old, new, place)
        was, now = types(old), types(new)
        if old.loose != new.loose and was & now:
            widened = new.loose
            text = "is no longer described" if widened else f"is now described: {short(new)}"
            yield Change(severity_of(place, narrowed=not widened), place, text)
            return
        if old.nullable != new.nullable and (old.types and new.types):
            text = "may now be null" if new.nullable else "is no longer null"
            yield Change(severity_of(place, narrowed=not new.nullable), place, text)
        if was != now:
            text = f"type {type_words(old)} → {type_words(new)}"
            narrowed, widened = bool(was - now), bool(now - was)
            yield Change(severity_of(place, narrowed, widened), place, text)
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
            yield from self.raw_schemas(old.items or {}, new.items or {}, place.down("[]"))

    def rules(self, old: Schema, new: Schema, place: Place) -> Iterator[Change]:
        for text in added(new.rules, old.rules):
            yield Change(ADDITIVE, place, f"no longer the rule: {text}")
        for text in added(old.rules, new.rules):
            breaks = place.part == "request" and not self.is_for_new_values(new.rules[text], old)
            yield Change(BREAKING if breaks else ADDITIVE, place, f"new rule: {text}")

    def is_for_new_values(self, rule: Json, old: Schema) -> bool:
        """Return whether a rule only applies to values that the old document did not have."""
        for name, test in rule.get("if", {}).get("properties", {}).items():
            known = self.old.schema(old.properties.get(name, {})).enum
            if (
                known is not None
                and is_simple_condition(test)
                and not set(values_of(test)) & set(known)
            ):
                return True
        return False

    def objects(self, old: Schema, new: Schema, place: Place) -> Iterator[Change]:
        yield from closing(old, new, place)
        if (old.values or new.values) and not (old.closed or new.closed):
            yield from self.raw_schemas(old.values or {}, new.values or {}, place.down("{}"))
        for name in [*old.properties, *added(old.properties, new.properties)]:
            here = place.down(name)
            if name not in new.properties:
                yield Change(BREAKING, here, "field is gone")
            elif name not in old.properties:
                needed = name in new.required
                breaks = needed and place.part == "request"
                description = self.describe(self.new, new.properties[name])
                text = f"new {required_or_optional(needed)} field: {description}"
                yield Change(BREAKING if breaks else ADDITIVE, here, text)
            else:
                yield from requirement(name in old.required, name in new.required, here)
                yield from self.raw_schemas(old.properties[name], new.properties[name], here)

    def unions(
        self, old: tuple[Schema, ...], new: tuple[Schema, ...], place: Place
    ) -> Iterator[Change]:
        pairs, gone, came = self.matched(old, new, place)
        unions = len(old) > 1 and len(new) > 1
        lost = {tag for pair in pairs for tag in self.lost_tags(*pair) if unions}
        for tag, known in sorted(lost):
            # Reported once, not for each variant.
            text = f"variants are {'now' if known else 'no longer'} distinguished by `{tag}`"
            breaks = known and place.part == "request"
            yield Change(BREAKING if breaks else ADDITIVE, place, text)
        for one, other in pairs:
            for tag, _ in self.lost_tags(one, other) if unions else ():
                one, other = without(one, tag), without(other, tag)
            label = self.label(self.old, one) or self.label(self.new, other)
            yield from self.schemas(one, other, place.down(f"({label})") if label else place)
        for schema in gone:
            text = f"no longer: {self.label(self.old, schema) or short(schema)}"
            yield Change(BREAKING if place.part == "request" else ADDITIVE, place, text)
        for schema in came:
            text = f"also: {self.label(self.new, schema) or short(schema)}"
            yield Change(ADDITIVE, place, text)

    def matched(
        self, old: tuple[Schema, ...], new: tuple[Schema, ...], place: Place
    ) -> tuple[list[tuple[Schema, Schema]], list[Schema], list[Schema]]:
        """Pair variants: by tag, or else name, or else content, or else similarity."""

        def same_tag(one: Schema, other: Schema) -> float:
            return self.tags(self.old, one) == self.tags(self.new, other) != frozenset()

        def same_name(one: Schema, other: Schema) -> float:
            return one.name is not None and one.name == other.name

        def same_content(one: Schema, other: Schema) -> float:
            return all(c.severity == COSMETIC for c in self.schemas(one, other, place))

        # A variant without a tag beside tagged ones is a catch-all, and similar to none of them.
        all_tagged = all(
            any(self.tags(document, schema) for schema in side)
            for document, side in ((self.old, old), (self.new, new))
        )

        def similarity(one: Schema, other: Schema) -> float:
            tags = self.tags(self.old, one), self.tags(self.new, other)
            if any(tags) and (all_tagged or all(tags)):
                return 0
            names = one.properties.keys() | other.properties.keys()
            common = one.properties.keys() & other.properties.keys()
            score = len(common) / len(names) if names else float(bool(one.types & other.types))
            return score if score >= MIN_SIMILARITY else 0

        pairs, left, right = list[tuple[Schema, Schema]](), list(old), list(new)
        for score in (same_tag, same_name, same_content, similarity):
            for one, other in sorted(product(left, right), key=lambda pair: -score(*pair)):
                if score(one, other) and one in left and other in right:
                    pairs.append((one, other))
                    left.remove(one)
                    right.remove(other)
        return pairs, left, right

    def tags(self, document: Document, schema: Schema) -> frozenset[tuple[str, str]]:
        """Return the required fields with a single possible value: `strategy` is `fixed`."""
        read = {name: document.schema(schema.properties.get(name, {})) for name in schema.required}
        return frozenset(
            (n, str(s.enum[0])) for n, s in read.items() if s.enum and len(s.enum) == 1
        )

    def lost_tags(self, one: Schema, other: Schema) -> list[tuple[str, bool]]:
        """List tags that only the old variant has (False) or only the new one (True)."""
        was, now = self.tags(self.old, one), self.tags(self.new, other)
        if bool(was) == bool(now):
            return []
        both = one.properties.keys() & other.properties.keys()
        return sorted((name, bool(now)) for name, _ in was or now if name in both)

    def label(self, document: Document, schema: Schema) -> str:
        return schema.name or ", ".join(sorted(value for _, value in self.tags(document, schema)))

    def describe(self, document: Document, raw: Json) -> str:
        """Describe a schema in a few words."""
        schema = document.schema(raw)
        if "array" in schema.types and schema.items is not None:
            return f"list of {self.describe(document, schema.items)}{or_null(schema)}"
        return short(schema)


def without(schema: Schema, name: str) -> Schema:
    properties = {n: raw for n, raw in schema.properties.items() if n != name}
    return replace(schema, properties=properties, required=schema.required - {name})


def owned(old: Schema, new: Schema, place: Place) -> Place:
    """Make a named object or union the owner of the changes below it."""
    names = tuple(dict.fromkeys(name for name in (old.name, new.name) if name))
    place = replace(place, component=names)
    if not names or not (old.properties or old.variants or new.properties or new.variants):
        return place
    return replace(place, owner=" → ".join(names), schemas=names, path="")


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
