"""Made changes whose answers are known: each is reported once, by its severity, and nothing else.

The document and the changes stand in made_changes.yaml.
"""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.api_watch.changes import Change
from scripts.api_watch.openapi_diff import compare
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
    expected = [tuple(answer.split(" ", 1)) for answer in case["answer"]]
    assert sorted(set(map(reported, changes))) == sorted(set(expected)), changes
    texts = {(change.place.subject, change.place.part, change.text) for change in changes}
    assert len(texts) == len(expected), changes
    if "says" in case:
        assert case["says"] in changes[0].text


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
