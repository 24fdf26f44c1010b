"""The part of a document that is compared, as the generator can read it.

A vendor's document has far more paths than ours, names that collide in Python, references to
nothing, and in a part that was cut out no descriptions. None of it matters to the names of ours.
"""

from typing import Any

from scripts.api_watch.cleaning import METHODS
from scripts.api_watch.openapi_loader import OUR_PATHS, Document, contents
from scripts.api_watch.schemas import Json

SCHEMAS = "#/components/schemas/"


def generator_input(document: Document) -> dict[str, Any]:
    """Return a small document with our paths and the schemas that they refer to."""
    references = {str(node["$ref"]) for node in document.reached() if "$ref" in node}
    paths = {path: item for _, path, item in document.items() if OUR_PATHS.match(path)}
    return {
        "openapi": str(document.content.get("openapi", "3.1.0")),
        "info": {"title": document.label, "version": "1"},
        "paths": {path: path_item(item, document) for path, item in paths.items()},
        "components": {
            "schemas": {
                reference.removeprefix(SCHEMAS): readable(target(reference, document), document)
                for reference in sorted(references)
                if reference.startswith(SCHEMAS)
            }
        },
    }


def path_item(item: Json, document: Document) -> Json:
    parameters = parameters_of(item, document)
    return {
        method: readable(operation(item[method], parameters, document), document)
        for method in METHODS
        if method in item
    }


def operation(raw: Json, shared: list[Json], document: Document) -> Json:
    """Return an operation without references to anything but schemas."""
    parameters = {(p["in"], p["name"]): p for p in [*shared, *parameters_of(raw, document)]}
    found = {
        **raw,
        "parameters": list(parameters.values()),
        "responses": {
            status: {"description": "", **document.follow(response)[1], "headers": {}}
            for status, response in raw.get("responses", {}).items()
        },
    }
    if "requestBody" in raw:
        found["requestBody"] = document.follow(raw["requestBody"])[1]
    return found


def parameters_of(node: Json, document: Document) -> list[Json]:
    return [document.follow(one)[1] for one in node.get("parameters", [])]


def readable(node: Json, document: Document) -> Any:
    """Return a node in which each reference leads to a schema, and each object is described."""
    if isinstance(node, list):
        return [readable(one, document) for one in node]
    if not isinstance(node, dict):
        return node
    if isinstance(reference := node.get("$ref"), str):
        found = target(reference, document)
        if reference.startswith(SCHEMAS) and found:
            return {"$ref": reference}
        # A response where a schema is meant, or nothing.
        return readable(next(iter(contents(found).values()), {}), document)
    described = {"description": "An object."} if node.get("type") == "object" else {}
    return described | {key: readable(one, document) for key, one in node.items()}


def target(reference: str, document: Document) -> Json:
    return document.follow({"$ref": reference})[1]
