"""Schemas of recorded requests and responses, and their validation against the contract.

A schema has keys, types, lengths of lists and vectors, and the status. It has no values of vectors,
ids, timestamps or hosts, and not how often a call was repeated, as polling does.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from scripts.codegen.python_names import Document, operations_of, resolve, stepped, variants
from scripts.shortened import some

BASE_URL, PREFIX = "http://api/v1.3", "/v1.3"
MAX_NAMES = 3

CassetteSchema = dict[str, dict[str, str]]
"""By call and path, the type: `{"GET /assets 200": {"response.data": "2 items"}}`."""


@dataclass(frozen=True)
class Call:
    """A recorded request with its response."""

    method: str
    url: str
    content_type: str
    request: str
    status: int
    response_type: str
    response: str

    @property
    def is_of_storage(self) -> bool:
        return not self.url.startswith(BASE_URL)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    def operation(self, contract: Document) -> str:
        """Return the operation, such as `GET /assets/{asset_id}`, or else method and path."""
        if self.is_of_storage:
            return f"{self.method} to storage"
        below = self.path.removeprefix(PREFIX)
        # Paths without parameters first: `/assets/multipart-uploads` is no `/assets/{asset_id}`.
        known = sorted(operations_of(contract), key=lambda operation: operation.count("{"))
        fits = (one for one in known if fits_template(f"{self.method} {below}", one))
        return next(fits, f"{self.method} {below}")


def fits_template(text: str, template: str) -> bool:
    return bool(re.fullmatch(re.sub(r"\\?\{\w+\\?\}", "[^/]+", re.escape(template)), text))


def calls(cassette: Path) -> list[Call]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C loader is ten times faster
    recorded = yaml.load(cassette.read_text("utf-8"), Loader=loader)["interactions"]
    return [
        Call(
            one["request"]["method"],
            one["request"]["uri"],
            one["request"]["headers"].get("content-type", [""])[0],
            one["request"]["body"] or "",
            one["response"]["status"]["code"],
            one["response"]["headers"].get("content-type", ["application/json"])[0],
            one["response"]["body"]["string"],
        )
        for one in recorded
    ]


# ----------------------------------------------------------------------------------------- schemas


def infer_schema(cassette: Path, contract: Document) -> CassetteSchema:
    """Infer the schema of a cassette; calls of the same operation and status are merged."""
    found: defaultdict[str, defaultdict[str, set[str]]]
    found = defaultdict(lambda: defaultdict(set))
    for call in calls(cassette):
        merged = found[f"{call.operation(contract)} {call.status}"]
        for side, text in (("request", call.request), ("response", call.response)):
            for place, kind in parts(as_json(text), side):
                merged[place].add(kind)
    return {
        call: {place: " or ".join(sorted(kinds)) for place, kinds in places.items()}
        for call, places in found.items()
    }


def as_json(text: str) -> Any:
    """Parse a body as JSON; a form or a file part stays text."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def parts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield each path in a JSON value, with the type there."""
    match value:
        case dict():
            yield place, "object"
            for name, part in value.items():
                yield from parts(part, f"{place}.{name}")
        case [int() | float(), *_]:
            yield place, f"{len(value)} numbers"
        case list():
            yield place, f"{len(value)} items"
            for part in value:
                yield from parts(part, f"{place}[]")
        case bool():
            yield place, "boolean"
        case int() | float():
            yield place, "number"
        case str():
            yield place, "string"
        case _:
            yield place, "null"


def is_outermost(place: str, places: Set[str]) -> bool:
    """Return whether a path is one of them, and not inside another of them."""
    within = {place[: match.start()] for match in re.finditer(r"\.|\[", place)}
    return place in places and not within & places


def changes(old: CassetteSchema, new: CassetteSchema) -> list[str]:
    """List the differences between two schemas, a line for each path."""
    lines = [f"{call}: no longer called" for call in old if call not in new]
    for call, places in new.items():
        if call not in old:
            lines.append(f"{call}: new")
            continue
        before = old[call]
        gone, come = before.keys() - places.keys(), places.keys() - before.keys()
        lines += [f"{call}: {place}: gone" for place in before if is_outermost(place, gone)]
        for place, kind in places.items():
            if is_outermost(place, come):
                lines.append(f"{call}: {place}: new, {kind}")
            elif before.get(place, kind) != kind:
                lines.append(f"{call}: {place}: {before[place]} -> {kind}")
    return lines


def compared(old: Path, new: Path, contract: Document) -> Iterator[str]:
    """Compare two folders of cassettes; yields a line for each difference."""
    before, after = ({file.stem: file for file in folder.glob("*.yaml")} for folder in (old, new))
    for what, names in (("New", after.keys() - before), ("Gone", before.keys() - after)):
        yield from (f"{what}: {name}" for name in sorted(names))
    yield from grouped(
        (f"Changed: {line}", name)
        for name in sorted(before.keys() & after)
        for line in changes(*(infer_schema(side[name], contract) for side in (before, after)))
    )


def grouped(lines: Iterable[tuple[str, str]]) -> list[str]:
    """List lines once, each with the cassettes that it is about."""
    by_line: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for line, cassette in lines:
        by_line[line][cassette] = None
    return [f"{line} ({some(list(names), MAX_NAMES)})" for line, names in by_line.items()]


# ------------------------------------------------------------------------------------ the contract


def violations(folder: Path, contract: Document) -> list[str]:
    """Validate the cassettes of a folder against the contract; list the violations."""
    # openapi-core does not take bytes for a string; a recorded file is its hash, which is text.
    config = Config(
        extra_media_type_deserializers={"application/octet-stream": lambda data: data.decode()}
    )
    validator = OpenAPI.from_dict({**contract, "servers": [{"url": PREFIX}]}, config=config)
    return of_calls(folder, contract, lambda call: violations_of(call, validator))


def of_calls(folder: Path, contract: Document, found: Callable[[Call], Iterable[str]]) -> list[str]:
    """List what is found in the calls of all cassettes, by operation and status."""
    return grouped(
        (f"{call.operation(contract)} {call.status}: {one}", file.stem)
        for file in sorted(folder.glob("*.yaml"))
        for call in calls(file)
        for one in found(call)
    )


def violations_of(call: Call, validator: OpenAPI) -> Iterator[str]:
    if call.is_of_storage:
        return  # the contract does not describe it
    request = MockRequest(
        "http://api",
        call.method.lower(),
        call.path,
        args=parse_qs(urlsplit(call.url).query),
        headers={"x-api-key": "removed from the recording"},
        data=call.request.encode(),
        content_type=call.content_type,
    )
    response = MockResponse(call.response.encode(), call.status, content_type=call.response_type)
    try:
        if call.status != 400:  # the service rejected it, perhaps because it violates the contract
            validator.validate_request(request)
        validator.validate_response(request, response)
    except OpenAPIError as error:
        yield error_text(error)


def error_text(error: BaseException) -> str:
    """Return what is invalid: openapi-core has it in the cause of its error."""
    while error.__cause__ is not None:
        error = error.__cause__
    deeper = [schema_error_text(one) for one in getattr(error, "schema_errors", ())]
    return "; ".join(deeper) or str(error) or type(error).__name__


def schema_error_text(error: Any) -> str:
    place = ".".join(map(str, error.absolute_path)) or "body"
    return f"{place}: {error.message[:200]}"


def unknown_fields(folder: Path, contract: Document) -> list[str]:
    """List fields of responses that the contract does not describe; it allows them."""

    def found(call: Call) -> Iterator[str]:
        schemas = response_schemas(call.operation(contract), call.status, contract)
        return unknown(as_json(call.response), schemas, contract)

    return of_calls(folder, contract, found)


def response_schemas(operation: str, status: int, contract: Document) -> list[Document]:
    responses: Mapping[str, Any] = operations_of(contract).get(operation, {}).get("responses", {})
    content = resolve(responses.get(str(status), {}), contract).get("content", {})
    return [one["schema"] for one in content.values()]


def unknown(
    value: Any, schemas: Iterable[Document], contract: Document, at: str = ""
) -> Iterator[str]:
    """Yield the paths in a value that none of the schemas describes."""
    schemas = list(schemas)
    if isinstance(value, list):
        found = {place for part in value for place in unknown(part, schemas, contract, f"{at}[]")}
        yield from sorted(found)
    if not isinstance(value, dict) or not schemas:
        return
    is_map = any(
        one.get("additionalProperties") for s in schemas for _, one in variants(s, contract)
    )
    for name, part in value.items():
        below = [one for _, one in stepped(schemas, name, contract)]
        place = f"{at}.{name}" if at else name
        if below:
            yield from unknown(part, below, contract, place)
        elif not is_map:
            yield place
