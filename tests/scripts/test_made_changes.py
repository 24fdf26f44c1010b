"""Made changes whose reports are known: each is reported once, by its severity, and nothing else.

The document and the changes stand in made_changes.yaml.
"""

import contextlib
import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.api_watch.changes import Change
from scripts.api_watch.generator_input import generator_input
from scripts.api_watch.openapi_diff import compare
from scripts.api_watch.openapi_loader import Document, LoadError
from tests.scripts.small_documents import Json, document

TABLE = yaml.safe_load(Path(__file__).with_name("made_changes.yaml").read_text("utf-8"))


def changed(base: Json, change: dict[str, Any]) -> Json:
    """The document with a change: values by their path; `gone` removes one."""
    content = copy.deepcopy(base)
    for path, value in change.items():
        *steps, last = [step.replace("~1", "/") for step in path.split("/")]
        node: Any = content
        for step in steps:
            node = node[int(step)] if isinstance(node, list) else node[step]
        key = int(last) if isinstance(node, list) else last
        if value == "gone":
            del node[key]
        else:
            node[key] = value
    return content


def reported(change: Change) -> tuple[str, str]:
    return change.severity.name.lower(), change.place.subject


def found(new: Json) -> list[Change]:
    old = document(json.dumps(TABLE["base"]))
    return compare(old, document(json.dumps(new, default=str)))


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: str(case["name"]))
def test_each_made_change_is_reported_once_in_its_severity(case: dict[str, Any]) -> None:
    changes = found(changed(TABLE["base"], case["change"]))
    expected = [tuple(line.split(" ", 1)) for line in case["reports"]]
    assert sorted(set(map(reported, changes))) == sorted(set(expected)), changes
    texts = {(change.place.subject, change.place.part, change.text) for change in changes}
    assert len(texts) == len(expected), changes
    if "says" in case:
        assert case["says"] in changes[0].text


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("paths/~1assets/get/parameters", {}),
        ("paths/~1assets/get/parameters/0", "page"),
        ("paths/~1assets/get/responses", 3),
        ("components/schemas/Ask/properties/text/maxLength", "500"),
        ("components/schemas/Ask/properties/text/type", 3),
        ("components/schemas/Row/properties/meta/oneOf/0", None),
        ("security/0", []),
        *(("components/schemas/Ask/" + key, 3) for key in ("allOf", "oneOf", "anyOf", "enum")),
        *(("components/schemas/Ask/" + key, 3) for key in ("pattern", "format", "$ref", "items")),
        *(
            ("components/schemas/Ask/" + key, "x")
            for key in ("required", "multipleOf", "if", "not")
        ),
        *(("components/schemas/Ask/" + key, "x") for key in ("properties", "minimum", "maxItems")),
        ("components/schemas/Ask/additionalProperties", "x"),
        ("components/schemas/Ask/maximum", True),
        ("components/securitySchemes", []),
        ("paths/~1assets/post/requestBody", []),
        ("paths/~1assets/post/operationId", 3),
        ("paths/~1assets/post/responses/201/content", []),
        ("paths/~1assets/post/responses/201/headers", []),
        ("paths/~1assets/delete", "x"),
        ("servers", {}),
        ("servers/0", {}),
    ],
)
def test_what_cannot_be_read_is_named_and_omitted(path: str, value: Json) -> None:
    new = document(json.dumps(changed(TABLE["base"], {path: value})))
    compare(document(json.dumps(TABLE["base"])), new)
    assert f"/{path} cannot be read" in new.dangling


def test_no_change_of_any_kind_ends_in_a_traceback() -> None:
    """Each node of the document becomes something else, or nothing."""
    old = document(json.dumps(TABLE["base"]))
    for number, path in enumerate(paths(TABLE["base"])):
        value = ([], {}, "x", 3, True, None)[number % 6]
        content = changed(TABLE["base"], {path: value})
        with contextlib.suppress(LoadError):
            new = Document("new", content)
            compare(old, new)
            compare(new, old)
            generator_input(new)


def paths(node: Json, start: str = "") -> Iterator[str]:
    items: list[tuple[Any, Json]] = (
        list(enumerate(node)) if isinstance(node, list) else list(node.items())
    )
    for key, value in items:
        path = f"{start}{str(key).replace('/', '~1')}"
        yield path
        if isinstance(value, dict | list):
            yield from paths(value, f"{path}/")


def test_a_path_item_by_reference_is_the_same_as_in_place() -> None:
    new = copy.deepcopy(TABLE["base"])
    new["components"]["pathItems"] = {"assets": new["paths"]["/assets"]}
    new["paths"]["/assets"] = {"$ref": "#/components/pathItems/assets"}
    assert found(new) == []


def test_the_version_stands_in_the_server_or_in_each_path() -> None:
    new = copy.deepcopy(TABLE["base"])
    new["servers"] = [{"url": "https://api.example"}]
    new["paths"] = {f"/v1.3{path}": item for path, item in new["paths"].items()}
    assert found(new) == []
    new["paths"] = {path.replace("v1.3", "v1.4"): item for path, item in new["paths"].items()}
    assert [reported(change) for change in found(new)] == [("breaking", "servers")]
