"""Small documents for the tests of the tools."""

import json
from typing import Any

import yaml

from scripts.api_watch.changes import MergedChange, merged
from scripts.api_watch.openapi_diff import compare
from scripts.api_watch.openapi_loader import Document
from scripts.api_watch.sources import Source

Json = Any


def document(text: str, label: str = "a document") -> Document:
    return Source(label, text).document()


def with_operations(operations: str, components: str = "{}") -> Document:
    """A document of these paths and components, in YAML."""
    content = {"paths": yaml.safe_load(operations), "components": yaml.safe_load(components)}
    return document(json.dumps(content))


def both_sides(schemas: str | dict[str, Json]) -> Document:
    """A document whose only operation receives a `Thing` and returns a `Thing`."""
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    post = {"requestBody": body, "responses": {"200": body}}
    known = yaml.safe_load(schemas) if isinstance(schemas, str) else schemas
    return document(
        json.dumps({"paths": {"/embed-v2": {"post": post}}, "components": {"schemas": known}})
    )


def with_response(schemas: str) -> Document:
    """A document whose only operation returns a `Thing`."""
    both = both_sides(schemas).content
    del both["paths"]["/embed-v2"]["post"]["requestBody"]
    return document(json.dumps(both))


def change_lines(old: Document, new: Document) -> list[str]:
    """The changes, a line for each: `request breaking Thing.size: field is gone`."""
    return [line(change) for change in merged(compare(old, new))]


def line(change: MergedChange) -> str:
    subjects = ", ".join(change.subjects)
    return f"{change.part} {change.severity.name.lower()} {subjects}: {change.text}"
