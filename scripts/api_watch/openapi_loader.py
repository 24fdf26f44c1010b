"""OpenAPI documents: the operations that we use, references, and schemas in their normal form.

Documents say the same in many ways: path items in place or by reference, the version in the
server or in each path, keys as parameters or as security schemes. `Document` reads them all in the
same way. Only the paths that we use are looked at.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from urllib.parse import unquote

from scripts.api_watch.authentication import KEY_HEADERS, Alternatives, authentication
from scripts.api_watch.cleaning import METHODS, cleaned
from scripts.api_watch.schemas import (
    ABSENT,
    STATED_LIMITS,
    Json,
    Schema,
    merged_schemas,
    normalized,
    notes_of,
    simple_schema,
)

OUR_PATHS = re.compile(r"/(embed-v2|assets)(/|$)")
# What is new beside ours may be what ours is replaced by.
BESIDE_OURS = re.compile(r"/(embed|assets?)[-_]?\w")
# The version may stand in the server or in each path.
VERSIONED = re.compile(r"((?:/[\w.-]+)*?/v\d[\w.]*)(/.+)")


class LoadError(Exception):
    """A source that cannot be read as an OpenAPI document; the message says why."""


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        parameters: By location and name.
        body: Schemas by media type.
        servers: The addresses below which its path is; empty when the document does not say.
        authentication: What a request must carry; empty when the document does not say.
        notes: As of a `Schema`.
    """

    label: str
    name: str
    parameters: Mapping[tuple[str, str], Json]
    body: Mapping[str, Json]
    body_required: bool
    responses: Mapping[str, Json]
    servers: frozenset[str]
    authentication: Alternatives
    notes: Mapping[str, Json]


class Document:
    """An OpenAPI document. `dangling` collects references to nothing, and what cannot be read."""

    def __init__(self, label: str, content: Json) -> None:
        self.label = label
        dropped = list[str]()
        self.content = cleaned(content, dropped)
        self.dangling: set[str] = {f"{place} cannot be read" for place in dropped}
        if not self.operations():
            raise LoadError(f"{label} has no operation on /embed-v2 or /assets")

    def items(self) -> Iterator[tuple[str, str, Json]]:
        """Yield the path items: the version before the path, the path, and the resolved item."""
        for path, item in self.content.get("paths", {}).items():
            found = VERSIONED.fullmatch(path)
            version, rest = found.groups() if found else ("", path)
            yield version, rest, self.follow(item)[1] if OUR_PATHS.match(rest) else item

    def operations(self) -> dict[tuple[str, str], Operation]:
        """Return the operations on our paths, by method and path without parameter names."""
        return {
            (method, re.sub(r"{[^}]*}", "{}", path)): self._operation(method, version, path, item)
            for version, path, item in self.items()
            if OUR_PATHS.match(path)
            for method in METHODS
            if method in item
        }

    def operations_beside(self) -> set[str]:
        """Return the operations on paths whose names resemble ours, such as `POST /embed-v3`."""
        return {
            f"{method.upper()} {path}"
            for _, path, item in self.items()
            if BESIDE_OURS.match(path) and not OUR_PATHS.match(path)
            for method in METHODS
            if method in item
        }

    def _operation(self, method: str, version: str, path: str, item: Json) -> Operation:
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
        schemes = self.content.get("components", {}).get("securitySchemes", {})
        return Operation(
            label=f"{method.upper()} {path}",
            name=raw.get("operationId", ""),
            # OpenAPI ignores these headers as parameters; API keys are compared separately.
            parameters={k: v for k, v in parameters.items() if k not in NOT_PARAMETERS},
            body=contents(body),
            body_required=bool(body.get("required")),
            responses={str(s): self.follow(a)[1] for s, a in raw.get("responses", {}).items()},
            servers=frozenset(
                address(server).rstrip("/") + version
                for server in raw.get("servers") or item.get("servers") or self._servers()
            ),
            authentication=authentication(
                raw.get("security", self.content.get("security")),
                {name: self.follow(scheme)[1] for name, scheme in schemes.items()},
                [name for place, name in parameters if place == "header"],
            ),
            notes=notes_of(raw),
        )

    def _servers(self) -> list[Json]:
        return self.content.get("servers") or []

    def states_limits(self) -> int:
        """Return how many limits our part of the document has."""
        return sum(
            key in STATED_LIMITS and not isinstance(value, dict)
            for node in self.reached()
            for key, value in node.items()
        )

    def has_prose(self) -> bool:
        """Return whether our part of the document describes its schemas."""
        return any(
            "type" in one and isinstance(one.get("description"), str) for one in self.reached()
        )

    def reached(self, start: list[Json] | None = None) -> Iterator[dict[str, Json]]:
        """Yield each object of some nodes, or of our paths, and of what they refer to, once."""
        ours = (item for _, path, item in self.items() if OUR_PATHS.match(path))
        waiting: list[Json] = list(ours if start is None else start)
        seen = set[str]()
        while waiting:
            node = waiting.pop()
            if isinstance(node, list):
                waiting += node
            elif isinstance(node, dict):
                yield node
                waiting += node.values()
                ref = node.get("$ref")
                if isinstance(ref, str) and ref not in seen:
                    seen.add(ref)
                    waiting.append(self._target(ref))

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
            name = unquote(ref.rpartition("/")[2])
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
            return simple_schema(name, flat)
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
        whole = simple_schema(name, flat)
        nullable = whole.nullable or any(part.nullable for part in parts)
        parts = [part for part in parts if not part.only_null]
        if len(parts) == 1:
            return replace(
                parts[0],
                name=parts[0].name or name,
                nullable=nullable,
                limits={**parts[0].limits, **whole.limits},
                default=parts[0].default if whole.default is ABSENT else whole.default,
                read_only=parts[0].read_only or whole.read_only,
                write_only=parts[0].write_only or whole.write_only,
                notes={key: whole.notes[key] or parts[0].notes[key] for key in whole.notes},
            )
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
        return name, reduce(merged_schemas, [normalized(own), *(part for _, part in parts)])


NOT_PARAMETERS = {("header", n) for n in ("accept", "content-type", *KEY_HEADERS)}


def address(server: Json) -> str:
    """Return the address of a server, with the defaults of its variables."""
    url = str(server.get("url", ""))
    for name, variable in server.get("variables", {}).items():
        url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    return url


def contents(message: Json) -> dict[str, Json]:
    """Return the schemas of a body, by media type without its parameters."""
    return {
        kind.partition(";")[0].strip().lower(): media.get("schema", {})
        for kind, media in (message.get("content") or {}).items()
    }
