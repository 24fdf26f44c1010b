"""Comparison of two schemas and everything below them, through references and unions."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from itertools import product

from scripts.api_watch.changes import ADDITIVE, BREAKING, COSMETIC, Change, Place
from scripts.api_watch.openapi_loader import Document
from scripts.api_watch.schema_diff import (
    added,
    closing,
    enums,
    is_hidden,
    limits,
    naming,
    notes,
    or_null,
    required_or_optional,
    requirement,
    severity_of,
    short,
    type_words,
    types,
    visibility,
)
from scripts.api_watch.schemas import Json, Schema, is_simple_condition, values_of
from scripts.shortened import some

# The share of common fields from which two variants count as one that changed.
MIN_SIMILARITY = 0.5
# A document without limits that has so many now is written in another way.
MIN_LIMITS = 5
MAX_FIELDS = 5
# From this likeness, a new name may be that of a field that is gone.
MIN_LIKENESS = 0.85


class SchemaWalk:
    """A walk through schemas of two documents, side by side."""

    def __init__(self, old: Document, new: Document, *, prose: bool) -> None:
        self.old, self.new = old, new
        self.prose = prose and old.has_prose() and new.has_prose()
        self.begins_to_state = not old.states_limits() and new.states_limits() >= MIN_LIMITS

    def raw_schemas(self, old: Json, new: Json, place: Place) -> Iterator[Change]:
        yield from self.schemas(self.old.schema(old), self.new.schema(new), place)

    def schemas(self, old: Schema, new: Schema, place: Place) -> Iterator[Change]:
        """Compare two schemas and everything below them."""
        if old.name and new.name:
            if (old.name, new.name) in place.above:
                return
            place = replace(place, above=place.above | {(old.name, new.name)})
        around, place = place.schemas, owned(old, new, place)
        yield from notes(old.notes, new.notes, place, prose=self.prose)
        is_one = is_one_kind(old, new) or is_one_kind(new, old)
        if not is_one and place.component != around:  # equal when it became a union of itself
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
        is_union = bool(old.variants or new.variants)
        if was != now and not (is_union and was & now):  # or else its kinds say it
            text = f"type {type_words(old)} → {type_words(new)}"
            narrowed, widened = bool(was - now), bool(now - was)
            yield Change(severity_of(place, narrowed, widened), place, text)
            if not was & now:
                return
        if is_union:
            yield from self.unions(old.variants or (old,), new.variants or (new,), place)
            if old.variants and new.variants:
                yield from self.limits(old, new, place)
                yield from self.rules(old, new, place)
            return
        yield from enums(old, new, place)
        yield from self.limits(old, new, place)
        yield from self.rules(old, new, place)
        yield from self.objects(old, new, place)
        if "array" in old.types & new.types:
            yield from self.raw_schemas(old.items or {}, new.items or {}, place.down("[]"))

    def limits(self, old: Schema, new: Schema, place: Place) -> Iterator[Change]:
        yield from limits(old, new, place, begins_to_state=self.begins_to_state)

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
        came = added(old.properties, new.properties)
        if (old.values or new.values) and not (old.closed or new.closed):
            yield from self.raw_schemas(old.values or {}, new.values or {}, place.down("{}"))
        for name in [*old.properties, *came]:
            here = place.down(name)
            was = self.old.schema(old.properties.get(name, {}))
            now = self.new.schema(new.properties.get(name, {}))
            # A field that is not for this direction is none.
            had = name in old.properties and not is_hidden(was, place)
            has = name in new.properties and not is_hidden(now, place)
            if had != has and name in old.properties and name in new.properties:
                yield from visibility(was, now, here)
            elif had and not has:
                renamed = get_close_matches(name, came, 1, MIN_LIKENESS)
                text = f"field is gone: is it `{renamed[0]}` now?" if renamed else "field is gone"
                yield Change(BREAKING, here, text)
            elif has and not had:
                needed = name in new.required
                breaks = needed and place.part == "request"
                description = self.describe(self.new, now)
                text = f"new {required_or_optional(needed)} field: {description}"
                yield Change(BREAKING if breaks else ADDITIVE, here, text)
            elif had:
                yield from requirement(name in old.required, name in new.required, here)
                yield from self.schemas(was, now, here)

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
        was, now = (types_of(side) for side in (old, new))
        yield from self.kinds("no longer", self.old, gone, place, place.part == "request", now)
        yield from self.kinds("also", self.new, came, place, place.part == "response", was)

    def kinds(
        self,
        word: str,
        document: Document,
        schemas: list[Schema],
        place: Place,
        may_break: bool,
        known: frozenset[str],
    ) -> Iterator[Change]:
        """List the kinds of a union that only one document has.

        A kind that is gone breaks requests. One that is new breaks responses only if it is of
        another type: the client keeps objects that it does not know.
        """
        labels = Counter[str]()
        for schema in schemas:
            label = self.label(document, schema) or self.describe(document, schema)
            labels[label] += 1
            again = f" ({labels[label]})" if labels[label] > 1 else ""
            breaks = may_break and (word == "no longer" or not types(schema) <= known)
            yield Change(BREAKING if breaks else ADDITIVE, place, f"{word}: {label}{again}")

    def matched(
        self, old: tuple[Schema, ...], new: tuple[Schema, ...], place: Place
    ) -> tuple[list[tuple[Schema, Schema]], list[Schema], list[Schema]]:
        """Pair variants: by tag, or else name, or else content, or else similarity."""

        def same_tag(one: Schema, other: Schema) -> float:
            return self.tags(self.old, one) == self.tags(self.new, other) != frozenset()

        def same_name(one: Schema, other: Schema) -> float:
            return one.name is not None and one.name == other.name

        def same_content(one: Schema, other: Schema) -> float:
            found = self.schemas(one, other, place)
            return all(c.severity == COSMETIC or c.place.part == "prose" for c in found)

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

    def describe(self, document: Document, schema: Schema) -> str:
        """Describe a schema in a few words."""
        if "array" in schema.types and schema.items is not None:
            items = document.schema(schema.items)
            return f"list of {self.describe(document, items)}{or_null(schema)}"
        if schema.properties and not schema.name:
            names = some(sorted(schema.properties), MAX_FIELDS)
            return f"object with {names}{or_null(schema)}"
        return short(schema)


def types_of(kinds: tuple[Schema, ...]) -> frozenset[str]:
    return frozenset[str]().union(*map(types, kinds))


def without(schema: Schema, name: str) -> Schema:
    properties = {n: raw for n, raw in schema.properties.items() if n != name}
    return replace(schema, properties=properties, required=schema.required - {name})


def is_one_kind(schema: Schema, union: Schema) -> bool:
    """Return whether a schema is one of the kinds of a union, and not the union renamed."""
    named = schema.name is not None and not schema.variants
    return named and schema.name in {kind.name for kind in union.variants}


def owned(old: Schema, new: Schema, place: Place) -> Place:
    """Make a named object or union the owner of the changes below it."""
    sides = (old, new)
    if is_one_kind(old, new) or is_one_kind(new, old):
        sides = tuple(side for side in sides if side.variants)
    names = tuple(dict.fromkeys(side.name for side in sides if side.name))
    place = replace(place, component=names)
    if not names or not (old.properties or old.variants or new.properties or new.variants):
        return place
    return replace(place, owner=" → ".join(names), schemas=names, path="")
