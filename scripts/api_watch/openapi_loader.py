"""Loading of OpenAPI documents from files and from git, and normalization of their schemas.

Documents say the same in many ways: inline or by reference, `nullable` or a type `null`, `const`
or an enum of one value. `Document.schema` normalizes one level of a schema into a `Schema`, where
these are equal and descriptions are dropped. Only the paths that we use are looked at.
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

# Constraints: of LOWER a larger number is stricter, of UPPER a smaller one.
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
LIMITS = (*LOWER, *UPPER, "pattern", "format", "multipleOf", "uniqueItems", "contentEncoding")
# Formats that mean nothing in JSON, which has one type of number.
WIDTHS = {"float", "double", "int32", "int64"}
CONDITIONS = ("if", "then", "else", "not", "dependentRequired", "dependentSchemas", "propertyNames")

ABSENT = object()
Json = Any


class LoadError(Exception):
    """A source that cannot be read as an OpenAPI document; the message says why."""


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


@dataclass(frozen=True)
class Operation:
    """One operation: parameters by location and name, bodies by media type."""

    label: str
    name: str
    parameters: Mapping[tuple[str, str], Json]
    body: Mapping[str, Json]
    body_required: bool
    responses: Mapping[str, Json]
    key_headers: frozenset[str]


class Document:
    """An OpenAPI document. `dangling` collects references to nothing, as they are met."""

    def __init__(self, label: str, content: Json) -> None:
        self.label = label
        self.content = content
        self.dangling: set[str] = set()
        if not self.operations():
            raise LoadError(f"{label} has no operation on /embed-v2 or /assets")

    def servers(self) -> set[str]:
        return {server["url"].rstrip("/") for server in self.content.get("servers") or []}

    def operations(self) -> dict[tuple[str, str], Operation]:
        """Return the operations on our paths, by method and path without parameter names."""
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
            # OpenAPI ignores these headers as parameters; API keys are compared separately.
            parameters={k: v for k, v in parameters.items() if k not in NOT_PARAMETERS},
            body=contents(body),
            body_required=bool(body.get("required")),
            responses={str(s): self.follow(a)[1] for s, a in raw.get("responses", {}).items()},
            key_headers=frozenset(keys or self._scheme_headers()),
        )

    def _scheme_headers(self) -> set[str]:
        schemes = self.content.get("components", {}).get("securitySchemes", {}).values()
        return {s["name"].lower() for s in schemes if s.get("in") == "header" and "name" in s}

    def follow(self, raw: Json) -> tuple[str | None, Json]:
        """Resolve a chain of references; return the name of the component, and the component."""
        name, seen = None, set[str]()
        while isinstance(raw, dict) and "$ref" in raw:
            ref = raw["$ref"]
            target = None if ref in seen else self._target(ref)
            seen.add(ref)
            if target is None:
                self.dangling.add(ref)
                return name, {}
            name = unquote(ref.rsplit("/", 1)[-1])
            # Keywords beside a reference count, too.
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

    def schema(self, raw: Json, trail: frozenset[str] = frozenset()) -> Schema:
        """Normalize one level of a schema."""
        name, flat = self._flat(raw, trail)
        union = flat.pop("oneOf", None) or flat.pop("anyOf", None)
        if union is None:
            return _simple_schema(name, flat)
        common = {k: v for k, v in flat.items() if k in ("properties", "required", "type")}
        shared = common if common.keys() - {"type"} else {}
        inner = trail | {name} if name else trail
        parts = list[Schema]()
        for variant in union:
            schema = self.schema(variant, inner)
            if shared and schema.types:
                merged = self.schema({"allOf": [shared, variant]}, inner)
                schema = replace(merged, name=schema.name)
            parts.append(schema)
        whole = _simple_schema(name, flat)
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
        """Resolve references and merge `allOf` on this level."""
        name, raw = self.follow(raw)
        if not isinstance(raw, dict) or name in trail:
            return name, {}
        if "content" in raw and "type" not in raw:
            # The vendor refers to a response where a schema is meant.
            return self._flat(next(iter(contents(raw).values()), {}), trail)
        inner = trail | {name} if name else trail
        own = {key: value for key, value in raw.items() if key != "allOf"}
        parts = [self._flat(part, inner) for part in raw.get("allOf", [])]
        if name is None and len(parts) == 1:
            name = parts[0][0]
        return name, reduce(_merged, [normalized(own), *(part for _, part in parts)])


# Headers with the API key; documents have them as parameters or as a security scheme.
KEY_HEADERS = {"x-api-key", "authorization"}
NOT_PARAMETERS = {("header", n) for n in ("accept", "content-type", *KEY_HEADERS)}


def contents(message: Json) -> dict[str, Json]:
    """Return the schemas of a body, by media type."""
    return {kind: media.get("schema", {}) for kind, media in (message.get("content") or {}).items()}


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
    if flat.pop("nullable", False) and types:
        types.add("null")
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


def _merged(one: dict[str, Json], other: dict[str, Json]) -> dict[str, Json]:
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
    return merged


def _simple_schema(name: str | None, flat: dict[str, Json]) -> Schema:
    """Build the schema of what is not a union."""
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
        limits=limits,
        rules=flat.get("rules", {}),
        default=default,
    )


@dataclass(frozen=True)
class Source:
    """The text of a document, from a file or from a revision of our repository."""

    label: str
    text: str
    file: Path | None = None
    revision: str | None = None

    def document(self) -> Document:
        try:
            # Not all JSON is valid YAML, and the YAML parser is slow.
            parsed = (
                json.loads(self.text) if self.text.lstrip().startswith("{") else parse(self.text)
            )
        except (ValueError, yaml.YAMLError) as error:
            raise LoadError(f"{self.label} is neither YAML nor JSON: {error}") from error
        if not isinstance(parsed, dict) or not isinstance(parsed.get("paths"), dict):
            raise LoadError(f"{self.label} is not an OpenAPI document: it has no `paths`")
        return Document(self.label, parsed)


def parse(text: str) -> Json:
    # The C loader is ten times faster; the vendor's document has 500 KB.
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def load_source(name: str, root: Path = ROOT) -> Source:
    """Load a document: a file, `REVISION` (our contract then) or `REVISION:PATH`.

    A file takes precedence over a revision of the same name.
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
