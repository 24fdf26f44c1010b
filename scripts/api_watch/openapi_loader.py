"""OpenAPI documents from files and from git, cut to our paths, and what their schemas say.

Documents say the same in many ways: in place or by reference, `nullable` or a type `null`, `const`
or an enum of one value. `Document.shape` reads one level of a schema into a `Shape`, where all of
these are equal and prose is gone.
"""

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = "openapi/embed-v2.yaml"
OUR_PATHS = re.compile(r"/(embed-v2|assets)(/|$)")
METHODS = ("get", "put", "post", "patch", "delete", "head", "options", "trace")

# What a value must keep to, by the direction in which a larger number is the stricter one.
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
LIMITS = (*LOWER, *UPPER, "pattern", "format", "multipleOf", "uniqueItems", "contentEncoding")
# JSON has numbers, and no widths of them.
WIDTHS = {"float", "double", "int32", "int64"}
CONDITIONS = ("if", "then", "else", "not", "dependentRequired", "dependentSchemas", "propertyNames")

ABSENT = object()
Json = Any


class LoadError(Exception):
    """A source that cannot be read as an OpenAPI document; the words say why."""


@dataclass(frozen=True)
class Shape:
    """One level of a schema. What lies below is as the document has it, to be read when needed.

    Attributes:
        name: The component that it is, or None when it is written in place.
        types: JSON types without null; empty for any, or for null alone.
        properties: Also those that are required and not described.
        values: The schema of values under names that `properties` does not list.
        variants: For a union: its variants, without null, each with what they have in common.
        limits: Limits such as `maxLength`, by name.
        rules: Conditions such as `if` and `then`: what they are, by how they are told.
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
    variants: tuple["Shape", ...] = ()
    limits: Mapping[str, Json] = field(default_factory=dict)
    rules: Mapping[str, Json] = field(default_factory=dict)
    default: Json = ABSENT

    @property
    def only_null(self) -> bool:
        return self.nullable and not self.types

    @property
    def loose(self) -> bool:
        """Whether anything, or any object, will do."""
        if self.types - {"object"} or self.only_null or self.enum is not None or self.rules:
            return False
        if self.variants:
            return False
        return not (self.properties or self.required or self.closed or self.values)


@dataclass(frozen=True)
class Operation:
    """One operation; parameters by place and name, contents by media type."""

    label: str
    name: str
    parameters: Mapping[tuple[str, str], Json]
    body: Mapping[str, Json]
    body_required: bool
    answers: Mapping[str, Json]
    key_headers: frozenset[str]


class Document:
    """An OpenAPI document. `dangling` gathers references that lead nowhere, as they are met."""

    def __init__(self, label: str, content: Json) -> None:
        self.label = label
        self.content = content
        self.dangling: set[str] = set()
        if not self.operations():
            raise LoadError(f"{label} has no operation on /embed-v2 or /assets")

    def servers(self) -> set[str]:
        return {server["url"].rstrip("/") for server in self.content.get("servers") or []}

    def operations(self) -> dict[tuple[str, str], Operation]:
        """Operations on our paths, by method and path; names in a path do not count."""
        found = {}
        for path, item in self.content["paths"].items():
            if OUR_PATHS.match(path):
                for method in METHODS:
                    if method in item:
                        key = (method, re.sub(r"{[^}]*}", "{}", path))
                        found[key] = self._operation(method, path, item)
        return found

    def _operation(self, method: str, path: str, item: Json) -> Operation:
        raw = item[method]
        listed = [
            self.follow(p)[1] for p in [*item.get("parameters", []), *raw.get("parameters", [])]
        ]
        body = self.follow(raw.get("requestBody") or {})[1]
        in_path = re.findall(r"{([^}]*)}", path)
        parameters = {}
        for parameter in listed:
            place, name = parameter.get("in"), parameter.get("name", "")
            if place == "path" and name in in_path:
                parameters["path", f"{in_path.index(name) + 1}"] = parameter
            elif place == "header":
                parameters["header", name.lower()] = parameter
            elif place:
                parameters[place, name] = parameter
        keys = {n for place, n in parameters if place == "header" and n in KEY_HEADERS}
        return Operation(
            label=f"{method.upper()} {path}",
            name=raw.get("operationId", ""),
            # OpenAPI says of the first three that they are ignored; keys are compared apart.
            parameters={k: v for k, v in parameters.items() if k not in NOT_PARAMETERS},
            body=contents(body),
            body_required=bool(body.get("required")),
            answers={str(s): self.follow(a)[1] for s, a in raw.get("responses", {}).items()},
            key_headers=frozenset(keys or self._scheme_headers()),
        )

    def _scheme_headers(self) -> set[str]:
        schemes = self.content.get("components", {}).get("securitySchemes", {}).values()
        return {s["name"].lower() for s in schemes if s.get("in") == "header" and "name" in s}

    def follow(self, raw: Json) -> tuple[str | None, Json]:
        """What a chain of references leads to, and the name of the component that it is."""
        name, seen = None, set[str]()
        while isinstance(raw, dict) and "$ref" in raw:
            ref = raw["$ref"]
            target = None if ref in seen else self._target(ref)
            seen.add(ref)
            if target is None:
                self.dangling.add(ref)
                return name, {}
            name = unquote(ref.rsplit("/", 1)[-1])
            # What stands beside a reference holds, too.
            beside = {key: value for key, value in raw.items() if key != "$ref"}
            raw = {**target, **beside} if isinstance(target, dict) else target
        return name, raw

    def _target(self, ref: str) -> Json:
        found: Json = self.content
        if not ref.startswith("#/"):
            return None
        for part in ref[2:].split("/"):
            part = unquote(part).replace("~1", "/").replace("~0", "~")
            if not isinstance(found, dict) or part not in found:
                return None
            found = found[part]
        return found

    def shape(self, raw: Json, trail: frozenset[str] = frozenset()) -> Shape:
        """Read one level of a schema."""
        name, flat = self._flat(raw, trail)
        union = flat.pop("oneOf", None) or flat.pop("anyOf", None)
        if union is None:
            return _plain(name, flat)
        common = {k: v for k, v in flat.items() if k in ("properties", "required", "type")}
        shared = common if common.keys() - {"type"} else {}
        inner = trail | {name} if name else trail
        parts = list[Shape]()
        for variant in union:
            shape = self.shape(variant, inner)
            if shared and shape.types:
                merged = self.shape({"allOf": [shared, variant]}, inner)
                shape = replace(merged, name=shape.name)
            parts.append(shape)
        whole = _plain(name, flat)
        nullable = whole.nullable or any(part.nullable for part in parts)
        parts = [part for part in parts if not part.only_null]
        if len(parts) == 1:
            return replace(parts[0], name=parts[0].name or name, nullable=nullable)
        variants = tuple(variant for part in parts for variant in part.variants or (part,))
        types = frozenset[str]().union(*(variant.types for variant in variants))
        return replace(
            whole,
            types=types,
            nullable=nullable,
            variants=variants,
            properties={},
            required=frozenset(),
        )

    def _flat(self, raw: Json, trail: frozenset[str]) -> tuple[str | None, dict[str, Json]]:
        """A schema without references and `allOf` on this level."""
        name, raw = self.follow(raw)
        if not isinstance(raw, dict) or name in trail:
            return name, {}
        if "content" in raw and "type" not in raw:
            # A reference to an answer, where a schema was meant.
            return self._flat(next(iter(contents(raw).values()), {}), trail)
        inner = trail | {name} if name else trail
        own = {key: value for key, value in raw.items() if key != "allOf"}
        parts = [self._flat(part, inner) for part in raw.get("allOf", [])]
        if name is None and len(parts) == 1:
            name = parts[0][0]
        return name, reduce(_both, [spelled(own), *(part for _, part in parts)])


# Parameters that say who asks; documents write them as parameters or as a security scheme.
KEY_HEADERS = {"x-api-key", "authorization"}
NOT_PARAMETERS = {("header", n) for n in ("accept", "content-type", *KEY_HEADERS)}


def contents(message: Json) -> dict[str, Json]:
    """The schemas of a body, by media type."""
    return {kind: media.get("schema", {}) for kind, media in (message.get("content") or {}).items()}


def spelled(raw: Json) -> dict[str, Json]:
    """A schema with one spelling for types, null and constants."""
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
    if flat.pop("nullable", False) and types:
        types.add("null")
    if "enum" in flat:
        # Null is allowed by the type and the enum together; here, by the type alone.
        flat["enum"] = [value for value in flat["enum"] if value is not None]
    if types:
        flat["type"] = types
    else:
        flat.pop("type", None)
    found = {key: raw[key] for key in CONDITIONS if key in raw}
    flat["rules"] = {rule_words(found): found} if found else {}
    for key, words in (("oneOf", "exactly"), ("anyOf", "at least")):
        # No union: one object, of which some fields must be there.
        if raw.get(key) and all(set(part) == {"required"} for part in raw[key]):
            names = ", ".join(" and ".join(part["required"]) for part in flat.pop(key))
            flat["rules"][f"{words} one of {names}"] = {}
    return flat


JSON_TYPES = {
    str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null",
    dict: "object", list: "array",
}  # fmt: skip


def rule_words(found: Json) -> str:
    """The conditions of a schema, as words where they have a form that has words."""
    if found.keys() == {"if", "then"} and found["then"].keys() == {"required"}:
        asked = found["if"].get("properties", {})
        if found["if"].keys() <= {"properties", "required"} and all(
            is_plain_test(test) for test in asked.values()
        ):
            tests = (f"{n} is {' or '.join(map(str, tested(t)))}" for n, t in asked.items())
            needed = ", ".join(found["then"]["required"])
            return f"{needed} required when {' and '.join(tests)}"
    return json.dumps(found, sort_keys=True)


def is_plain_test(test: Json) -> bool:
    return set(test) == {"const"} or set(test) == {"enum"}


def tested(test: Json) -> list[Json]:
    return [test["const"]] if "const" in test else list(test["enum"])


def _both(one: dict[str, Json], other: dict[str, Json]) -> dict[str, Json]:
    """What holds when both hold."""
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
    return merged


def _plain(name: str | None, flat: dict[str, Json]) -> Shape:
    """The shape of a schema that is no union."""
    types = frozenset(flat.get("type", ()))
    required = frozenset(flat.get("required") or ())
    properties = flat.get("properties") or {}
    extra = flat.get("additionalProperties")
    limits = {key: flat[key] for key in LIMITS if flat.get(key) not in (None, False)}
    if limits.get("format") in WIDTHS:
        del limits["format"]
    enum = tuple(flat["enum"]) if "enum" in flat else None
    default = flat.get("default", ABSENT)
    if enum is not None and (default,) == enum:
        default = ABSENT
    return Shape(
        name=name,
        types=types - {"null"},
        nullable="null" in types,
        enum=enum,
        properties={**properties, **{n: {} for n in sorted(required - properties.keys())}},
        required=required,
        closed=extra is False,
        values=extra if isinstance(extra, dict) and extra else None,
        items=flat.get("items"),
        limits=limits,
        rules=flat.get("rules", {}),
        default=default,
    )


@dataclass(frozen=True)
class Source:
    """Where a document came from: a file, or a revision of our repository."""

    label: str
    text: str
    file: Path | None = None
    revision: str | None = None

    def document(self) -> Document:
        try:
            # Not every JSON is YAML, and the other way round it is slow.
            parsed = (
                json.loads(self.text) if self.text.lstrip().startswith("{") else parse(self.text)
            )
        except (ValueError, yaml.YAMLError) as error:
            raise LoadError(f"{self.label} is neither YAML nor JSON: {error}") from error
        if not isinstance(parsed, dict) or not isinstance(parsed.get("paths"), dict):
            raise LoadError(f"{self.label} is not an OpenAPI document: it has no `paths`")
        return Document(self.label, parsed)


def parse(text: str) -> Json:
    # Written in C, and ten times as fast as the other; the vendor's document has 500 KB.
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def source(name: str, root: Path = ROOT) -> Source:
    """Find a document: a file, `REVISION` (our contract then) or `REVISION:PATH`.

    A file goes before a revision of the same name.
    """
    for file in (Path(name), root / name):
        if file.is_file():
            return Source(name, file.read_text("utf-8"), file=file)
    revision, colon, path = name.partition(":")
    blob = f"{revision}:{path if colon else CONTRACT}"
    shown = subprocess.run(
        ["git", "-C", str(root), "show", "--end-of-options", blob],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if shown.returncode:
        words = shown.stderr.strip().splitlines() or ["git says nothing"]
        raise LoadError(f"{name} is no file, and not in git as {blob}: {words[0]}")
    return Source(name, shown.stdout, revision=revision)
