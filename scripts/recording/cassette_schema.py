"""The shapes of recorded answers: keys, types, how many rows and how long a vector, the status.

Not in a shape: vectors, ids, moments, hosts, and how often a call is repeated until it is done.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from scripts.codegen.python_names import Document, operations_of, resolve, stepped, variants

BASE_URL, PREFIX = "http://api/v1.3", "/v1.3"

Shape = dict[str, dict[str, str]]
"""Of a cassette: its calls, and what stands where: `{"answer.data[].embedding": "512 numbers"}`."""


@dataclass(frozen=True)
class Call:
    """A request as it was recorded, and its answer."""

    method: str
    url: str
    content_type: str
    sent: str
    status: int
    answer_type: str
    answer: str

    @property
    def is_of_storage(self) -> bool:
        return not self.url.startswith(BASE_URL)

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    def operation(self, contract: Document) -> str:
        """Such as `GET /assets/{asset_id}`; with the path as it is when there is none."""
        if self.is_of_storage:
            return f"{self.method} to storage"
        below = self.path.removeprefix(PREFIX)
        # Those without a parameter first: `/assets/multipart-uploads` is no `/assets/{asset_id}`.
        known = sorted(operations_of(contract), key=lambda operation: operation.count("{"))
        fits = (one for one in known if fits_template(f"{self.method} {below}", one))
        return next(fits, f"{self.method} {below}")


def fits_template(text: str, template: str) -> bool:
    return bool(re.fullmatch(re.sub(r"\\?\{\w+\\?\}", "[^/]+", re.escape(template)), text))


def calls(cassette: Path) -> list[Call]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C is ten times faster
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


# ------------------------------------------------------------------------------------------ shapes


def shape(cassette: Path, contract: Document) -> Shape:
    """What is sent and answered in a recording; calls that are alike are taken together."""
    found: defaultdict[str, defaultdict[str, set[str]]]
    found = defaultdict(lambda: defaultdict(set))
    for call in calls(cassette):
        merged = found[f"{call.operation(contract)} {call.status}"]
        for side, text in (("sent", call.sent), ("answer", call.answer)):
            for place, kind in parts(as_json(text), side):
                merged[place].add(kind)
    return {
        call: {place: " or ".join(sorted(kinds)) for place, kinds in places.items()}
        for call, places in found.items()
    }


def as_json(text: str) -> Any:
    """What a body holds; a form or what is sent to storage is only a text here."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def parts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Each place in a JSON value, with what stands there."""
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
    """Whether a place is one of them, and does not lie within another of them."""
    within = {place[: match.start()] for match in re.finditer(r"\.|\[", place)}
    return place in places and not within & places


def changes(old: Shape, new: Shape) -> list[str]:
    """What is not as it was, a line for each place."""
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
    """Compare two folders of cassettes, for people. Nothing where the shapes are equal."""
    before, after = ({file.stem: file for file in folder.glob("*.yaml")} for folder in (old, new))
    for what, names in (("New", after.keys() - before), ("Gone", before.keys() - after)):
        yield from (f"{what}: {name}" for name in sorted(names))
    by_line: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(before.keys() & after):
        for line in changes(shape(before[name], contract), shape(after[name], contract)):
            by_line[line].append(name)
    yield from (f"Changed: {told(line, names)}" for line, names in by_line.items())


def told(line: str, cassettes: list[str], most: int = 3) -> str:
    more = f" and {len(cassettes) - most} more" if len(cassettes) > most else ""
    return f"{line} ({', '.join(cassettes[:most])}{more})"


# ------------------------------------------------------------------------------------ the contract


def violations(folder: Path, contract: Document) -> list[str]:
    """What the contract does not allow in the cassettes of a folder."""
    # Bytes are no string to openapi-core; the file of a form is a hash here, which is text.
    config = Config(
        extra_media_type_deserializers={"application/octet-stream": lambda data: data.decode()}
    )
    judge = OpenAPI.from_dict({**contract, "servers": [{"url": PREFIX}]}, config=config)
    by_line: defaultdict[str, list[str]] = defaultdict(list)
    for file in sorted(folder.glob("*.yaml")):
        for call in calls(file):
            for violation in violations_of(call, judge):
                line = f"{call.operation(contract)} {call.status}: {violation}"
                if file.stem not in by_line[line]:
                    by_line[line].append(file.stem)
    return [told(line, names) for line, names in by_line.items()]


def violations_of(call: Call, judge: OpenAPI) -> Iterator[str]:
    if call.is_of_storage:
        return  # the contract does not describe it
    request = MockRequest(
        "http://api",
        call.method.lower(),
        call.path,
        args=parse_qs(urlsplit(call.url).query),
        headers={"x-api-key": "removed from the recording"},
        data=call.sent.encode(),
        content_type=call.content_type,
    )
    response = MockResponse(call.answer.encode(), call.status, content_type=call.answer_type)
    try:
        if call.status != 400:  # the service refused it, perhaps for what the contract forbids
            judge.validate_request(request)
        judge.validate_response(request, response)
    except OpenAPIError as error:
        yield reason(error)


def reason(error: BaseException) -> str:
    """What openapi-core says of the value, and not only that it is invalid."""
    while error.__cause__ is not None:
        error = error.__cause__
    deeper = [reason_of(one) for one in getattr(error, "schema_errors", ())]
    return "; ".join(deeper) or str(error) or type(error).__name__


def reason_of(error: Any) -> str:
    place = ".".join(map(str, error.absolute_path)) or "body"
    return f"{place}: {error.message[:200]}"


def unknown_fields(folder: Path, contract: Document) -> list[str]:
    """What answers hold that the contract does not know. They are open, so this breaks nothing."""
    by_line: defaultdict[str, list[str]] = defaultdict(list)
    for file in sorted(folder.glob("*.yaml")):
        for call in calls(file):
            operation = call.operation(contract)
            schemas = answer_schemas(operation, call.status, contract)
            for place in unknown(as_json(call.answer), schemas, contract):
                line = f"{operation} {call.status}: {place}"
                if file.stem not in by_line[line]:
                    by_line[line].append(file.stem)
    return [told(line, names) for line, names in by_line.items()]


def answer_schemas(operation: str, status: int, contract: Document) -> list[Document]:
    answers: Mapping[str, Any] = operations_of(contract).get(operation, {}).get("responses", {})
    content = resolve(answers.get(str(status), {}), contract).get("content", {})
    return [one["schema"] for one in content.values()]


def unknown(
    value: Any, schemas: Iterable[Document], contract: Document, at: str = ""
) -> Iterator[str]:
    """The places of a value that none of the schemas knows."""
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
