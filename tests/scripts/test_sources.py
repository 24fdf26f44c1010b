"""Sources of documents, whose names our code has, what is generated and what changes affect."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from scripts.api_watch import api_diff
from scripts.api_watch.changes import (
    ADDITIVE,
    BREAKING,
    COSMETIC,
    TOLERATED,
    Change,
    Part,
    Place,
    Severity,
    merged,
)
from scripts.api_watch.code_references import CodeReferences
from scripts.api_watch.entries import python_of
from scripts.api_watch.generator_input import generator_input
from scripts.api_watch.openapi_loader import LoadError
from scripts.api_watch.sources import (
    CONTRACT,
    HISTORY,
    ROOT,
    Source,
    is_range,
    load_range,
    load_source,
)
from scripts.codegen.python_diff import PythonChange, PythonDiff
from tests.scripts.small_documents import document
from tests.scripts.test_api_diff import NEW, OLD

VENDORS = """
openapi: 3.0.3
paths:
  /v1.3/assets/{id}:
    summary: An asset
    parameters:
      - {$ref: '#/components/parameters/id'}
      - {in: query, name: page, schema: {type: string}}
    get:
      operationId: one
      parameters: [{in: query, name: page, schema: {type: integer}}]
      requestBody: {$ref: '#/components/requestBodies/Ask'}
      responses:
        '200': {$ref: '#/components/responses/Fine'}
        '404': {content: {j: {schema: {$ref: '#/components/responses/Fine'}}}}
        '500': {content: {j: {schema: {$ref: '#/nothing'}}}}
    post:
      responses:
        '200': {content: {j: {schema: {oneOf: [{$ref: '#/components/schemas/Alias'},
                                               {type: object, description: D.}]}}}}
  /other:
    get: {responses: {'200': {content: {j: {schema: {$ref: '#/components/schemas/Other'}}}}}}
components:
  parameters: {id: {in: path, name: id, required: true}}
  requestBodies: {Ask: {content: {j: {schema: {type: object}}}}}
  responses:
    Fine:
      description: F.
      headers: {H: {}}
      content: {j: {schema: {$ref: '#/components/schemas/Thing'}}}
  schemas:
    Thing:
      {type: object, properties: {a: {type: array, items: {$ref: '#/components/schemas/None'}}}}
    Alias: {$ref: '#/components/schemas/Thing'}
    Other: {type: string}
"""
GENERATED = """
openapi: 3.0.3
info: {title: vendor, version: '1'}
paths:
  /assets/{id}:
    get:
      operationId: one
      parameters:
        - {in: path, name: id, required: true}
        - {in: query, name: page, schema: {type: integer}}
      requestBody: {content: {j: {schema: {type: object, description: An object.}}}}
      responses:
        '200':
          description: F.
          headers: {}
          content: {j: {schema: {$ref: '#/components/schemas/Thing'}}}
        '404':
          description: ''
          headers: {}
          content: {j: {schema: {$ref: '#/components/schemas/Thing'}}}
        '500': {description: '', headers: {}, content: {j: {schema: {}}}}
    post:
      parameters:
        - {in: path, name: id, required: true}
        - {in: query, name: page, schema: {type: string}}
      responses:
        '200': {description: '', headers: {}, content: {j: {schema: {oneOf: [
          {$ref: '#/components/schemas/Alias'}, {type: object, description: D.}]}}}}
components:
  schemas:
    Alias: &thing {type: object, description: An object., properties: {a: {type: array, items: {}}}}
    None: {}
    Thing: *thing
"""


def test_the_generator_reads_our_part_of_a_document() -> None:
    assert generator_input(document(VENDORS, "vendor")) == yaml.safe_load(GENERATED)
    assert generator_input(document(OLD))["openapi"] == "3.1.0"


def test_our_contract_is_generated_as_it_is_and_others_as_they_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def changes(*files: Path, revisions: list[str]) -> PythonDiff:
        texts = [yaml.safe_load(file.read_text("utf-8")) for file in files]
        seen.append((*(f.name for f in files), *texts, revisions))
        return PythonDiff((named, alone), "made up")

    named = PythonChange("create", "removed", True, "", operation="POST /embed-v2")
    alone = PythonChange("Other", "removed", True, "", schema="Other")

    monkeypatch.setattr(api_diff, "python_changes", changes)
    vendors = Source("vendor.json", VENDORS, file=tmp_path / "vendor.json")
    then, now = Source("v1", OLD, revision="v1"), load_source(str(ROOT / CONTRACT))
    found = api_diff.report(then, vendors, python=True)
    assert found.no_python == "made up"
    assert [one.python for one in found.entries if one.python] == [(named,)]
    assert found.python_alone == (alone,)
    assert api_diff.report(vendors, now, python=True).no_python == "made up"
    assert api_diff.report(now, now, python=True).no_python == "not requested"
    generated = generator_input(vendors.document())
    assert seen == [
        ("0.json", "1.json", yaml.safe_load(OLD), generated, ["v1"]),
        ("0.json", "embed-v2.yaml", generated, yaml.safe_load(now.text), []),
    ]


def test_our_code_is_searched_with_our_contract_unless_the_old_one_is_ours() -> None:
    """Only the contract knows the function of an operation; `OLD` names none."""
    place = "POST /embed-v2"
    references = CodeReferences(load_source(CONTRACT).document().content).of(operation=place)
    assert references
    old = OLD.replace("requestBody:", "deprecated: true\n      requestBody:")
    for label, expected in (("vendor:a.json", references), ("v1", ())):
        (entry,) = api_diff.report(Source(label, old), Source("b", OLD), python=False).entries
        assert (entry.change.text, entry.references) == ("is no longer deprecated", ())
        (entry,) = api_diff.report(Source(label, OLD), Source("b", old), python=False).entries
        assert set(entry.references) >= set(expected)
        assert bool(expected) is any(one.file.endswith(".py") for one in entry.references)


def test_what_a_change_affects_is_listed_once() -> None:
    """Of places in schemas by their schemas, of others by their operation and parameter."""
    place = Place("request", "GET /assets 200", "parameter page")
    field = Place("request", "PUT /a", "Old → New", ("Old", "New"), ("Part",), "rows[].size")
    changes = (
        PythonChange("of the operation", "changed", True, "", operation="GET /assets"),
        PythonChange("page", "changed", True, "", operation="GET /assets", parameter="page"),
        PythonChange("other", "changed", True, "", operation="PUT /a", parameter="page"),
        PythonChange("Old.size", "changed", True, "", schema="Old", property="size"),
        PythonChange("New.size", "changed", True, "", schema="New", property="size"),
        PythonChange("New.more", "changed", True, "", schema="New", property="more"),
        PythonChange("Part", "changed", True, "", schema="Part"),
        PythonChange("Part.size", "changed", True, "", schema="Part", property="size"),
    )
    for places, names in (
        ((place, place), ["page"]),
        ((replace(place, owner="GET /assets 200"),), ["of the operation"]),
        ((field, field, place), ["Part", "Old.size", "New.size", "page"]),
        ((replace(field, path=""),), ["Part"]),
    ):
        (change,) = merged([Change(ADDITIVE, replace(places[0]), "is otherwise")])
        change = replace(change, places=places)
        assert [one.name for one in python_of(change, PythonDiff(changes))] == names


def test_changes_are_merged_by_their_text_and_last_name_and_ordered_by_part_and_severity() -> None:
    def change(
        severity: Severity, part: Part, owner: str, path: str = "", text: str = "t"
    ) -> Change:
        return Change(severity, Place(part, f"use of {owner}", owner, path=path), text)

    changes = [
        change(COSMETIC, "naming", "N"),
        change(ADDITIVE, "request", "A", "x.size"),
        change(ADDITIVE, "request", "B", "size"),
        change(ADDITIVE, "request", "B", "y.size"),
        change(ADDITIVE, "request", "C", "other"),
        change(ADDITIVE, "request", "C", "size", "another text"),
        change(BREAKING, "request", "D"),
        change(BREAKING, "response", "E", "[].a"),
        change(TOLERATED, "prose", "F"),
        change(ADDITIVE, "operation", "G"),
    ]
    found = [(one.part, one.severity, one.subjects, one.uses) for one in merged(changes)]
    assert found == [
        ("operation", ADDITIVE, ("G",), ("use of G",)),
        ("request", BREAKING, ("D",), ("use of D",)),
        ("request", ADDITIVE, ("A.x.size", "B.size", "B.y.size"), ("use of A", "use of B")),
        ("request", ADDITIVE, ("C.other",), ("use of C",)),
        ("request", ADDITIVE, ("C.size",), ("use of C",)),
        ("response", BREAKING, ("E[].a",), ("use of E",)),
        ("prose", TOLERATED, ("F",), ("use of F",)),
        ("naming", COSMETIC, ("N",), ("use of N",)),
    ]


@pytest.mark.parametrize(
    ("source", "is_ours", "date"),
    [
        (Source("v1", ""), True, ""),
        (Source(f"v1-2026-05:{CONTRACT}", ""), True, ""),
        (Source(f"v1:{HISTORY}/2026-02.yaml", ""), True, "2026-02"),
        (Source("v1:openapi/vendor/2026-11-03.json", ""), False, "2026-11-03"),
        (Source("a", "", file=ROOT / "openapi/../openapi/embed-v2.yaml"), True, ""),
        (Source("a", "", file=ROOT / HISTORY / "2026-02.yaml"), True, ""),
        (Source("a/2026-02/b", "", file=ROOT / "openapi/vendor/2026-11.json"), False, ""),
    ],
)
def test_whose_a_document_is_and_of_when(source: Source, is_ours: bool, date: str) -> None:
    assert (source.is_ours, source.date) == (is_ours, date)


def test_a_folder_is_a_range_of_its_documents_by_name(tmp_path: Path) -> None:
    for name in ("b.json", "a.yml", "c.yaml", "d.txt"):
        (tmp_path / name).write_text(NEW, "utf-8")
    assert load_range(str(tmp_path)) == [
        Source(name, NEW, file=tmp_path / name) for name in ("a.yml", "b.json", "c.yaml")
    ]
    (tmp_path / "e..f").touch()
    names = ("openapi", "a..b", CONTRACT, str(tmp_path), str(tmp_path / "e..f"))
    assert [is_range(name) for name in names] == [True, True, False, True, False]
    with pytest.raises(LoadError, match=r"^no\.\.such is no folder, and no range of commits: "):
        load_range("no..such")
