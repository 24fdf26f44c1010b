"""Keywords of OpenAPI and JSON Schema: which are compared, and what their values may be."""

import json
from typing import Any

import pytest

from scripts.api_watch.cleaning import cleaned
from scripts.api_watch.schemas import normalized, notes_of
from tests.scripts.small_documents import both_sides, change_lines

BOUNDS = [
    f"{end}{what}" for end in ("min", "max") for what in ("imum", "Length", "Items", "Properties")
] + ["exclusiveMinimum", "exclusiveMaximum"]


def lines_of(schema: dict[str, Any], other: dict[str, Any]) -> list[str]:
    sides = [both_sides({"Thing": {"properties": {"a": one}}}) for one in (schema, other)]
    return change_lines(*sides)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((one, 3) for one in (*BOUNDS, "multipleOf")),
        ("pattern", "x+"),
        ("uniqueItems", True),
        ("format", "email"),
        ("contentEncoding", "base64"),
    ],
)
def test_a_limit_narrows_requests_and_widens_nothing(name: str, value: Any) -> None:
    request, response = lines_of({}, {name: value})
    assert request.startswith(f"request breaking Thing.a: new {name} ")
    assert response == request.replace("request breaking", "response additive")


@pytest.mark.parametrize(
    "schema",
    [
        *({"format": one} for one in ("float", "double", "int32", "int64")),
        *({one: 0} for one in ("minLength", "minItems", "minProperties")),
        {"uniqueItems": False},
        {"exclusiveMinimum": False},
        {"x-other": 1},
    ],
    ids=json.dumps,
)
def test_what_limits_nothing_is_no_change(schema: dict[str, Any]) -> None:
    assert lines_of({}, schema) == []


@pytest.mark.parametrize(
    "name",
    ["if", "then", "else", "not", "dependentRequired", "dependentSchemas", "propertyNames"],
)
def test_conditions_are_rules(name: str) -> None:
    rule = {name: {"minLength": 2}}
    assert lines_of({"type": "string"}, {"type": "string", **rule}) == [
        f"request breaking Thing.a: new rule: {json.dumps(rule)}",
        f"response additive Thing.a: new rule: {json.dumps(rule)}",
    ]


@pytest.mark.parametrize("name", ["x-sunset", "sunset", "x-sunset-date"])
def test_a_date_of_removal_has_several_names(name: str) -> None:
    said = {"deprecated": True, "summary": "A.", "description": "B.", name: "2027-01-01"}
    noted = {"deprecated": True, "sunset": "2027-01-01", "description": "A.\n\nB."}
    assert notes_of(said) == noted
    assert notes_of({"deprecated": "yes"}) == {"deprecated": False, "sunset": "", "description": ""}


@pytest.mark.parametrize(
    ("value", "name"),
    [("a", "string"), (1, "integer"), (1.5, "number"), (True, "boolean"), ({}, "object"),
     ([], "array")],
)  # fmt: skip
def test_the_type_of_a_constant_is_that_of_its_value(value: Any, name: str) -> None:
    assert normalized({"const": value}) == {"enum": [value], "type": {name}, "rules": {}}
    assert normalized({"enum": [value, None]}) == {
        "enum": [value], "type": {name, "null"}, "rules": {},
    }  # fmt: skip


# ------------------------------------------------------------------------- what cannot be read

MAPS = (
    "properties", "responses", "content", "headers", "components", "paths", "schemas", "schema",
    "securitySchemes", "requestBody", "if", "then", "else", "not", "variables", "info", "get",
    "put", "post", "patch", "delete", "head", "options", "trace",
)  # fmt: skip
NAMED = (
    "paths", "schemas", "properties", "responses", "content", "headers", "securitySchemes",
    "requestBodies", "pathItems", "variables",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        *((one, [1, 1.5], ["1", True, [1]]) for one in (*BOUNDS, "multipleOf")
          if "exclusive" not in one),
        *((one, [1, 1.5, True], ["1", [1]]) for one in ("exclusiveMinimum", "exclusiveMaximum")),
        *((one, [{}], [[], "x"]) for one in MAPS),
        *((one, [[]], [{}, "x"])
          for one in ("allOf", "oneOf", "anyOf", "enum", "security", "servers", "tags",
                      "parameters")),
        *((one, ["x"], [1, ["x"]])
          for one in ("$ref", "name", "in", "pattern", "format", "operationId")),
        ("type", ["string", ["string"]], [1, [1]]),
        ("required", [True, ["a"]], [1, [1], "a"]),
        ("items", [{}, False], [[], "x"]),
        ("additionalProperties", [{}, False], [[], "x"]),
    ],
)  # fmt: skip
def test_a_keyword_of_another_type_is_omitted_and_named(
    name: str, good: list[Any], bad: list[Any]
) -> None:
    for value in good:
        dropped: list[str] = []
        assert (cleaned({name: value}, dropped), dropped) == ({name: value}, []), value
    for value in bad:
        dropped = []
        assert (cleaned({name: value, "x": 1}, dropped), dropped) == ({"x": 1}, [f"/{name}"]), value
    dropped = []
    assert (cleaned({name: None}, dropped), dropped) == ({}, [])


@pytest.mark.parametrize("name", NAMED)
def test_names_are_no_keywords(name: str) -> None:
    is_schema = name in ("properties", "schemas")
    dropped: list[str] = []
    found = cleaned({name: {"type": {"type": 1}, "a/b": 1, "c": True}}, dropped)
    assert found == {name: {"type": {}, **({"c": True} if is_schema else {})}}
    places = [f"/{name}/type/type", f"/{name}/a~1b", f"/{name}/c"]
    assert dropped == places[: 2 if is_schema else 3]


def test_parameters_are_a_list_but_have_names_in_components() -> None:
    dropped: list[str] = []
    content = {"components": {"parameters": {"type": {"in": 1}, "b": []}}}
    assert cleaned(content, dropped) == {"components": {"parameters": {"type": {}}}}
    assert dropped == ["/components/parameters/type/in", "/components/parameters/b"]


@pytest.mark.parametrize(
    ("name", "needed"),
    [("parameters", ["name", "in"]), ("servers", ["url"]), ("security", []), ("allOf", []),
     ("oneOf", []), ("anyOf", [])],
)  # fmt: skip
def test_an_item_without_what_it_needs_is_omitted_and_named(name: str, needed: list[str]) -> None:
    whole, reference = dict.fromkeys(needed, "x"), {"$ref": "#/x"}
    lacking = [{key: "x" for key in needed if key != one} for one in needed]
    dropped: list[str] = []
    found = cleaned({name: [whole, *lacking, reference, "x", None]}, dropped)
    assert found == {name: [whole, reference]}
    numbers = [*range(1, 1 + len(lacking)), len(lacking) + 2, len(lacking) + 3]
    assert dropped == [f"/{name}/{number}" for number in numbers]
