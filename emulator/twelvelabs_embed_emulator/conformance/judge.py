"""Judgement of a response by the contract: status, content type, schema, errors, vectors."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeAlias

from jsonschema_rs import Draft202012Validator

from twelvelabs_embed_emulator.contract.violations import violations

Kind: TypeAlias = Literal[
    "status",
    "content type",
    "body",
    "schema",
    "missing",
    "error shape",
    "vectors",
    "connection",
    "case",
    "undocumented",
]
Json: TypeAlias = dict[str, Any]

_METHODS = ("get", "put", "post", "delete", "patch")
_NESTED = ("create_embeddings", "create_task", "retrieve_task")
"""The operations whose errors are documented as `{"error": {"code", "message"}}`."""
_SHAPE_UNKNOWN = (401, 403, 413, 429)
"""Statuses whose shape is not documented for each operation; neither is that of 5xx."""


@dataclass(frozen=True)
class Finding:
    """Something that a response has otherwise than the contract.

    Attributes:
        operation: such as `POST /embed-v2`.
        kind: what is wrong. `undocumented` is a field that the contract does not describe: it
            allows it, so that this alone is no violation.
        where: the field, such as `data[0].embedding`; empty for the response as a whole.
        text: what is wrong with it.
    """

    operation: str
    kind: Kind
    where: str
    text: str

    @property
    def is_violation(self) -> bool:
        """Whether the contract forbids it."""
        return self.kind != "undocumented"

    def __str__(self) -> str:
        where = f" {self.where}:" if self.where else ""
        return f"{self.operation}: {self.kind}:{where} {self.text}"


class Judge:
    """Judges responses by a contract.

    Args:
        document: an OpenAPI 3.1 document.

    Attributes:
        operations: method and path of each operation, such as `POST /embed-v2`, by its id.
    """

    def __init__(self, document: Json) -> None:
        self.document = document
        self._components: Json = document["components"]
        self._responses: dict[str, Json] = {}
        self.operations: dict[str, str] = {}
        for path, item in document["paths"].items():
            for method in _METHODS:
                if method in item:
                    id = str(item[method]["operationId"])
                    self.operations[id] = f"{method.upper()} {path}"
                    self._responses[id] = item[method]["responses"]
        self._validator = cache(self._make_validator)

    def judge(
        self, id: str, status: int, headers: Mapping[str, str], body: bytes
    ) -> Iterator[Finding]:
        """Yield what is wrong with a response to the operation `id`."""
        name = self.operations[id]
        if status >= 500:
            yield Finding(name, "status", "", f"{status}: the server failed")
            return
        if str(status) not in self._responses[id]:
            known = ", ".join(self._responses[id])
            yield Finding(name, "status", "", f"{status} is not one of {known}")
            return
        schema = self._schema(id, status)
        if schema is None:
            if body.strip():
                yield Finding(name, "body", "", f"{status} has a body of {len(body)} bytes")
            return
        content_type = headers.get("content-type", "")
        if content_type.partition(";")[0].strip().lower() != "application/json":
            yield Finding(name, "content type", "", f"{content_type!r} is not application/json")
        try:
            document = json.loads(body)
        except ValueError as error:
            yield Finding(name, "body", "", f"it is no JSON: {error}")
            return
        for violation in violations(self._validator(id, status).iter_errors(document)):
            yield Finding(name, "schema", violation.field, violation.text)
        if status >= 400:
            yield from self._judge_error_shape(id, status, document)
        for where in sorted(set(_undocumented(document, [schema], self._components))):
            yield Finding(name, "undocumented", where, "the contract does not describe it")

    def judge_vectors(self, id: str, document: Json, dimension: int) -> Iterator[Finding]:
        """Yield what is wrong with the vectors of a response."""
        found: Any = document.get("data")
        rows: list[Any] = found if isinstance(found, list) else []
        for at, row in enumerate(rows):
            for field in ("embedding", "embedding_uncertainty"):
                numbers: Any = row.get(field) if isinstance(row, dict) else None
                if not isinstance(numbers, list):
                    continue
                where, name = f"data[{at}].{field}", self.operations[id]
                if len(numbers) != dimension:
                    text = f"{len(numbers)} numbers, and {dimension} were asked for"
                    yield Finding(name, "vectors", where, text)
                if not all(_is_number(number) for number in numbers):
                    yield Finding(name, "vectors", where, "not all of it are finite numbers")

    def missing(self, id: str, document: Any, paths: Iterable[str]) -> Iterator[Finding]:
        """Yield the documented fields that a response does not have."""
        for path in paths:
            for where in _missing(document, path.split("."), ""):
                text = "it is documented to be there"
                yield Finding(self.operations[id], "missing", where, text)

    def _judge_error_shape(self, id: str, status: int, document: Any) -> Iterator[Finding]:
        if status in _SHAPE_UNKNOWN or not isinstance(document, dict):
            return
        shape = "nested" if "error" in document else "flat"
        expected = "nested" if id in _NESTED else "flat"
        if shape != expected:
            text = f"the error is {shape}, and {expected} is documented"
            yield Finding(self.operations[id], "error shape", "", text)

    def _schema(self, id: str, status: int) -> Json | None:
        response = _resolve(self._responses[id][str(status)], self._components)
        content = response.get("content", {}).get("application/json")
        return None if content is None else content["schema"]

    def _make_validator(self, id: str, status: int) -> Draft202012Validator:
        schema = self._schema(id, status) or {}
        return Draft202012Validator(
            {**schema, "components": self._components}, validate_formats=True, offline=True
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _resolve(schema: Json, components: Json) -> Json:
    while "$ref" in schema:
        section, name = schema["$ref"].split("/")[-2:]
        schema = components[section][name]
    return schema


def _variants(schema: Json, components: Json) -> Iterator[Json]:
    """Yield a schema and those that it is made of."""
    schema = _resolve(schema, components)
    yield schema
    for part in (*schema.get("oneOf", ()), *schema.get("anyOf", ()), *schema.get("allOf", ())):
        yield from _variants(part, components)


def _undocumented(value: Any, schemas: list[Json], components: Json, at: str = "") -> Iterator[str]:
    """Yield the fields of a value that none of its schemas describes."""
    variants = [one for schema in schemas for one in _variants(schema, components)]
    if isinstance(value, list):
        items = [one["items"] for one in variants if "items" in one]
        for part in value:
            yield from _undocumented(part, items, components, f"{at}[]")
    if not isinstance(value, dict):
        return
    is_open = any(one.get("additionalProperties") for one in variants)
    known: dict[str, list[Json]] = {}
    for one in variants:
        for name, schema in one.get("properties", {}).items():
            known.setdefault(name, []).append(schema)
    if is_open or not known:
        return
    for name, part in value.items():
        where = f"{at}.{name}".removeprefix(".")
        if name in known:
            yield from _undocumented(part, known[name], components, where)
        else:
            yield where


def _missing(value: Any, path: list[str], at: str) -> Iterator[str]:
    """Yield the places where `path`, such as `data[].embedding`, is not there."""
    if not path:
        return
    name, is_list = path[0].removesuffix("[]"), path[0].endswith("[]")
    where = f"{at}.{name}".removeprefix(".")
    if not isinstance(value, dict) or name not in value:
        yield where
    elif not is_list:
        yield from _missing(value[name], path[1:], where)
    elif isinstance(value[name], list):
        for index, part in enumerate(value[name]):
            yield from _missing(part, path[1:], f"{where}[{index}]")
