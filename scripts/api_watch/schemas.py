"""Schemas in a normal form: documents that say the same in different ways become equal.

Inline or by reference, `nullable` or a type `null`, `const` or an enum of one value,
`exclusiveMinimum: 1` or `minimum: 2` of an integer: `Document.schema` makes one `Schema` of each.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Constraints: of LOWER a larger number is stricter, of UPPER a smaller one.
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
STATED_LIMITS = (*LOWER, *UPPER, "pattern", "multipleOf", "uniqueItems")
LIMITS = (*STATED_LIMITS, "format", "contentEncoding")
# Formats that mean nothing in JSON, which has one type of number.
WIDTHS = {"float", "double", "int32", "int64"}
CONDITIONS = ("if", "then", "else", "not", "dependentRequired", "dependentSchemas", "propertyNames")

ABSENT = object()
Json = Any


@dataclass(frozen=True)
class Schema:
    """One normalized level of a schema; nested schemas stay raw until they are read.

    Attributes:
        name: The component that it is, or None when it is inline.
        types: JSON types without null; empty for any, or for null alone.
        properties: Also those that are required without a schema.
        values: The schema of properties that are not listed (`additionalProperties`).
        variants: Of a union, without null, each with the properties that all of them share.
        limits: Limits such as `maxLength`, by name.
        rules: Conditions such as `if` and `then`, by their description.
        notes: What is said about it: `deprecated`, a date in `x-sunset`, a `description`.
    """

    name: str | None = None
    types: frozenset[str] = frozenset()
    nullable: bool = False
    enum: tuple[Json, ...] | None = None
    properties: Mapping[str, Json] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    closed: bool = False
    values: Json = None
    items: Json = None
    variants: tuple["Schema", ...] = ()
    limits: Mapping[str, Json] = field(default_factory=dict)
    rules: Mapping[str, Json] = field(default_factory=dict)
    default: Json = ABSENT
    read_only: bool = False
    write_only: bool = False
    notes: Mapping[str, Json] = field(default_factory=dict)

    @property
    def only_null(self) -> bool:
        return self.nullable and not self.types

    @property
    def loose(self) -> bool:
        """Whether it accepts anything, or any object."""
        if self.types - {"object"} or self.only_null or self.enum is not None or self.rules:
            return False
        if self.variants:
            return False
        return not (self.properties or self.required or self.closed or self.values)


def simple_schema(name: str | None, flat: dict[str, Json]) -> Schema:
    """Build the schema of what is not a union."""
    types = frozenset(flat.get("type", ()))
    required = frozenset(flat.get("required") or ())
    properties = flat.get("properties") or {}
    extra = flat.get("additionalProperties")
    enum = tuple(flat["enum"]) if "enum" in flat else None
    default = flat.get("default", ABSENT)
    if enum is not None and (default,) == enum:
        default = ABSENT
    return Schema(
        name=name,
        types=types - {"null"},
        nullable="null" in types,
        enum=enum,
        properties={**properties, **{n: {} for n in sorted(required - properties.keys())}},
        required=required,
        closed=extra is False,
        values=extra if isinstance(extra, dict) and extra else None,
        items=flat.get("items"),
        limits=normalized_limits(
            flat, is_integer=flat.get("type", set()) - {"null"} == {"integer"}
        ),
        rules=flat.get("rules", {}),
        default=default,
        read_only=flat.get("readOnly") is True,
        write_only=flat.get("writeOnly") is True,
        notes=notes_of(flat),
    )


def notes_of(raw: Json) -> dict[str, Json]:
    """Return what is said about an operation, a parameter or a schema."""
    words = [str(raw[key]) for key in ("summary", "description") if raw.get(key)]
    return {
        "deprecated": raw.get("deprecated") is True,
        "sunset": next((str(raw[key]) for key in SUNSET if raw.get(key)), ""),
        "description": "\n\n".join(words),
    }


SUNSET = ("x-sunset", "sunset", "x-sunset-date")


def normalized_limits(flat: Mapping[str, Json], *, is_integer: bool) -> dict[str, Json]:
    """Return the limits that a schema has, of each side the strictest alone."""
    # OpenAPI 3.0 says `exclusiveMinimum: true` beside `minimum`.
    found = {key: flat[key] for key in LIMITS if flat.get(key) is not None}
    for inclusive, exclusive, sign in (
        ("minimum", "exclusiveMinimum", 1),
        ("maximum", "exclusiveMaximum", -1),
    ):
        bounds = []
        open_end = found.pop(exclusive, False)
        if (closed_end := found.pop(inclusive, None)) is not None:
            bounds.append((sign * closed_end, open_end is True))
        if not isinstance(open_end, bool):
            bounds.append((sign * open_end, True))
        if bounds:
            value, is_open = max(bounds)
            if is_integer:
                value, is_open = math.floor(value) + 1 if is_open else math.ceil(value), False
            found[exclusive if is_open else inclusive] = sign * value
    if found.get("format") in WIDTHS:
        del found["format"]
    nothing = {"minLength": 0, "minItems": 0, "minProperties": 0, "uniqueItems": False}
    return {key: value for key, value in found.items() if nothing.get(key) != value}


def normalized(raw: Json) -> dict[str, Json]:
    """Normalize how a schema writes types, null and constants."""
    flat = dict(raw)
    types = flat.get("type", [])
    types = set([types] if isinstance(types, str) else types)
    if "const" in flat:
        flat["enum"] = [flat.pop("const")]
    if "enum" in flat and not types:
        types = {JSON_TYPES[type(value)] for value in flat["enum"]}
    if not types and ("properties" in flat or "required" in flat or "additionalProperties" in flat):
        types = {"object"}
    if not types and "items" in flat:
        types = {"array"}
    if flat.pop("nullable", None) and types:
        types.add("null")
    if not isinstance(flat.get("required", []), list):
        del flat["required"]  # as a parameter has it
    if "enum" in flat:
        # JSON Schema allows null if type and enum both do; here the type alone says it.
        flat["enum"] = [value for value in flat["enum"] if value is not None]
    if types:
        flat["type"] = types
    else:
        flat.pop("type", None)
    found = {key: raw[key] for key in CONDITIONS if key in raw}
    flat["rules"] = {describe_rule(found): found} if found else {}
    for key, words in (("oneOf", "exactly"), ("anyOf", "at least")):
        # Not a union: one object that requires some of these fields.
        if raw.get(key) and all(set(part) == {"required"} for part in raw[key]):
            names = ", ".join(" and ".join(part["required"]) for part in flat.pop(key))
            flat["rules"][f"{words} one of {names}"] = {}
    return flat


JSON_TYPES = {
    str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null",
    dict: "object", list: "array",
}  # fmt: skip


def describe_rule(found: Json) -> str:
    """Describe the conditions of a schema in words if they are simple, or else as JSON."""
    if found.keys() == {"if", "then"} and found["then"].keys() == {"required"}:
        conditions = found["if"].get("properties", {})
        if found["if"].keys() <= {"properties", "required"} and all(
            is_simple_condition(test) for test in conditions.values()
        ):
            tests = (f"{n} is {' or '.join(map(str, values_of(t)))}" for n, t in conditions.items())
            needed = ", ".join(found["then"]["required"])
            return f"{needed} required when {' and '.join(tests)}"
    return json.dumps(found, sort_keys=True)


def is_simple_condition(test: Json) -> bool:
    return set(test) == {"const"} or set(test) == {"enum"}


def values_of(test: Json) -> list[Json]:
    return [test["const"]] if "const" in test else list(test["enum"])


def merged_schemas(one: dict[str, Json], other: dict[str, Json]) -> dict[str, Json]:
    """Merge two schemas into one that requires what both require (`allOf`)."""
    merged = {**one, **other}
    for key in one.keys() & other.keys():
        if key == "type":
            merged[key] = one[key] & other[key] or other[key]
        elif key == "rules":
            merged[key] = one[key] | other[key]
        elif key == "required":
            merged[key] = [*one[key], *other[key]]
        elif key == "enum":
            merged[key] = [value for value in one[key] if value in other[key]]
        elif key == "properties":
            twice = one[key].keys() & other[key].keys()
            merged[key] = {**one[key], **other[key]}
            merged[key] |= {n: {"allOf": [one[key][n], other[key][n]]} for n in twice}
        elif key in LOWER and not isinstance(other[key], bool):
            merged[key] = max(one[key], other[key])
        elif key in UPPER and not isinstance(other[key], bool):
            merged[key] = min(one[key], other[key])
    return merged
