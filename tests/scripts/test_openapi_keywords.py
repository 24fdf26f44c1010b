"""Keywords of OpenAPI and JSON Schema: which are compared, and what their values may be."""

import json
from dataclasses import replace
from typing import Any

import pytest

from scripts.api_watch.authentication import authentication, still_works, words
from scripts.api_watch.cleaning import cleaned
from scripts.api_watch.openapi_diff import paired_statuses, serialization
from scripts.api_watch.openapi_loader import Operation
from scripts.api_watch.schemas import (
    Schema,
    merged_schemas,
    normalized,
    normalized_limits,
    notes_of,
)
from tests.scripts.small_documents import both_sides, change_lines, document

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


# -------------------------------------------------------------------- whole values of each part

SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "Key"},
    "bearer": {"type": "http", "scheme": "Bearer"},
    "oauth": {"type": "oauth2"},
}


@pytest.mark.parametrize(
    ("requirements", "names", "headers", "expected"),
    [
        (None, [], ["x-api-key", "accept"], "header x-api-key"),
        (None, ["key"], ["authorization"], "header authorization"),
        (None, ["key", "query"], [], "header x-api-key or query Key"),
        (None, [], [], ""),
        ([], ["key"], [], "none"),
        ([], ["key"], ["authorization"], "header authorization"),
        ([{"X-API-Key": None}, {"Other": []}], [], [], "header x-api-key or scheme Other"),
        ([{"key": [], "bearer": []}, {}], SCHEMES, [], "bearer token and header x-api-key or none"),
        ([{"oauth": ["r", "w"]}], SCHEMES, ["x-api-key"],
         "header x-api-key and oauth2 and scope r and scope w"),
    ],
)  # fmt: skip
def test_what_a_request_must_carry(
    requirements: Any, names: Any, headers: list[str], expected: str
) -> None:
    found = authentication(requirements, {name: SCHEMES[name] for name in names}, headers)
    assert words(found) == expected


@pytest.mark.parametrize(
    ("old", "new", "works"),
    [("a", "a|b", True), ("a|b", "a", False), ("ab", "b", True), ("b", "ab", False)],
)
def test_to_send_more_does_no_harm(old: str, new: str, works: bool) -> None:
    sides = (frozenset(map(frozenset, one.split("|"))) for one in (old, new))
    assert still_works(*sides) is works


def test_an_operation_is_read_whole() -> None:
    """Parameters and servers of the path item, by reference, in any case, below a version."""
    body = {"A/Json; charset=x": {"schema": {"type": "object"}}, "b/c": {}}
    path: dict[str, Any] = {
        "servers": [{"url": "https://{host}/", "variables": {"host": {"default": "a.example"}}}],
        "parameters": [{"$ref": "#/components/parameters/~0a~1b%20c"}],
        "post": {
            "operationId": "make", "deprecated": True, "summary": "Makes one.",
            "parameters": [
                {"in": "header", "name": "X-Api-Key"}, {"in": "header", "name": "Accept"},
                {"in": "header", "name": "X-More"}, {"in": "query", "name": "Page"},
                {"in": "path", "name": "other"},
            ],
            "requestBody": {"required": True, "content": body},
            "responses": {"200": {"$ref": "#/components/responses/Fine"}},
        },
    }  # fmt: skip
    components = {
        "parameters": {"~a/b c": {"in": "path", "name": "asset", "description": "It."}},
        "responses": {"Fine": {"description": "Fine."}},
    }
    content = {"paths": {"/api/v1.3/assets/{id}/{asset}": path, "/v2/asset-x": path}}
    found = document(json.dumps({**content, "components": components}))
    operation = found.operations()["post", "/assets/{}/{}"]
    assert operation == Operation(
        label="POST /assets/{id}/{asset}",
        name="make",
        parameters={
            ("path", "2"): components["parameters"]["~a/b c"],
            ("header", "x-more"): {"in": "header", "name": "X-More"},
            ("query", "Page"): {"in": "query", "name": "Page"},
            ("path", "other"): {"in": "path", "name": "other"},
        },
        body={"a/json": {"type": "object"}, "b/c": {}},
        body_required=True,
        responses={"200": {"description": "Fine."}},
        servers=frozenset({"https://a.example/api/v1.3"}),
        authentication=frozenset({frozenset({"header x-api-key"})}),
        notes={"deprecated": True, "sunset": "", "description": "Makes one."},
    )
    assert len(found.operations()) == 1
    assert found.operations_beside() == {"POST /asset-x"}
    assert found.dangling == set()


def test_limits_and_descriptions_are_counted_once_and_not_for_fields_of_these_names() -> None:
    inner = {"pattern": "x", "description": {"type": "string"}}
    named = {"minimum": {"maxLength": 3}, "a": {"minLength": 1, **inner}, "again": {"$ref": "#/a"}}
    thing = both_sides({"Thing": {"properties": named}, "Unused": {"type": "string", "maximum": 2}})
    assert (thing.states_limits(), thing.has_prose()) == (3, False)
    assert both_sides({"Thing": {"type": "object", "description": "D."}}).has_prose()
    assert list(thing.reached([{"$ref": "#/components/schemas/Unused"}] * 2)) == [
        {"$ref": "#/components/schemas/Unused"},
        {"type": "string", "maximum": 2},
        {"$ref": "#/components/schemas/Unused"},
    ]


@pytest.mark.parametrize(("number", "severity"), [(4, "breaking"), (5, "cosmetic")])
def test_a_document_that_begins_to_state_limits_says_nothing_about_the_service(
    number: int, severity: str
) -> None:
    def thing(**limit: Any) -> Any:
        fields = {f"a{n}": {"type": "string", **limit} for n in range(number)}
        return both_sides({"Thing": {"properties": fields}})

    lines = change_lines(thing(), thing(maxLength=3))
    assert [one.split()[1] for one in lines if one.startswith("request")] == [severity] * number
    assert {one.split()[1] for one in change_lines(thing(), thing(maxLength=3, format="uri"))
            if "format" in one} == {"breaking", "additive"}  # fmt: skip


def test_a_union_of_one_kind_and_null_is_that_kind_with_what_the_union_adds() -> None:
    kind = {"type": "string", "maxLength": 5, "minLength": 2, "default": "x", "description": "In."}
    whole = {"anyOf": [{"$ref": "#/components/schemas/Kind"}, {"type": "null"}], "maxLength": 3}
    found = both_sides({"Thing": {}, "Kind": kind})
    notes = {"deprecated": False, "sunset": "", "description": "In."}
    expected = Schema(
        name="Kind", types=frozenset({"string"}), nullable=True, default="x", notes=notes,
        limits={"maxLength": 3, "minLength": 2},
    )  # fmt: skip
    assert found.schema(whole) == expected
    more = {"readOnly": True, "writeOnly": True, "default": "y", "description": "Out."}
    assert found.schema({**whole, **more}) == replace(
        expected,
        default="y", read_only=True, write_only=True, notes={**notes, "description": "Out."},
    )  # fmt: skip
    assert found.schema({"oneOf": [{"type": "string", "readOnly": True, "writeOnly": True}]}) == (
        Schema(types=frozenset({"string"}), read_only=True, write_only=True,
               notes={**notes, "description": ""})
    )  # fmt: skip


def test_what_two_schemas_require_is_merged() -> None:
    one = {
        "type": {"string", "null"}, "rules": {"a": 1}, "required": ["x"], "enum": [1, 2, 3],
        "properties": {"p": {"minimum": 1}, "q": {}}, "minLength": 1, "maxLength": 5,
        "exclusiveMinimum": 4, "title": "One",
    }  # fmt: skip
    other = {
        "type": {"string"}, "rules": {"b": 2}, "required": ["y"], "enum": [3, 2], "title": "Other",
        "properties": {"p": {"maximum": 2}, "r": {}}, "minLength": 3, "maxLength": 4, "x": 1,
        "exclusiveMinimum": True,
    }  # fmt: skip
    assert merged_schemas(one, other) == {
        "type": {"string"}, "rules": {"a": 1, "b": 2}, "required": ["x", "y"], "enum": [2, 3],
        "properties": {"p": {"allOf": [{"minimum": 1}, {"maximum": 2}]}, "q": {}, "r": {}},
        "minLength": 3, "maxLength": 4, "exclusiveMinimum": True, "title": "Other", "x": 1,
    }  # fmt: skip
    assert merged_schemas({"type": {"string"}}, {"type": {"null"}}) == {"type": {"null"}}
    assert merged_schemas({"minimum": 3, "maximum": 4}, {"minimum": 1, "maximum": 5}) == {
        "minimum": 3,
        "maximum": 4,
    }


@pytest.mark.parametrize(
    ("limits", "of_integers", "of_numbers"),
    [
        ({"minimum": 1.5, "maximum": 2.5}, {"minimum": 2, "maximum": 2}, None),
        ({"minimum": 1, "exclusiveMinimum": True}, {"minimum": 2}, {"exclusiveMinimum": 1}),
        ({"maximum": 9, "exclusiveMaximum": 9}, {"maximum": 8}, {"exclusiveMaximum": 9}),
        ({"minimum": 3, "exclusiveMinimum": 1}, {"minimum": 3}, {"minimum": 3}),
        ({"maximum": 3, "exclusiveMaximum": False}, {"maximum": 3}, {"maximum": 3}),
        ({"minLength": 1, "minItems": 0, "format": "int32", "type": "x"}, {"minLength": 1}, None),
    ],
)
def test_of_each_side_the_strictest_limit_counts(
    limits: dict[str, Any], of_integers: dict[str, Any], of_numbers: dict[str, Any] | None
) -> None:
    numbers = of_numbers or (limits if "minimum" in limits else of_integers)
    assert normalized_limits(limits, is_integer=True) == of_integers
    assert normalized_limits(limits, is_integer=False) == numbers


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        ({"in": "query"}, "form, one by one"),
        ({"in": "cookie"}, "form, one by one"),
        ({"in": "path"}, "simple, joined"),
        ({"in": "header", "explode": True}, "simple, one by one"),
        ({"in": "query", "style": "pipeDelimited"}, "pipeDelimited, joined"),
    ],
)
def test_how_a_parameter_is_written(parameter: dict[str, Any], expected: str) -> None:
    assert serialization(parameter) == expected


@pytest.mark.parametrize(
    ("old", "new", "pairs"),
    [
        (["200", "404"], ["404", "200"], [("200", "200"), ("404", "404")]),
        (["200", "404"], ["2XX", "default"], [("200", "2XX"), ("404", "default")]),
        (["2xx", "DEFAULT"], ["201", "500"], [("2xx", "201"), ("DEFAULT", "500")]),
        (["200"], ["default"], []),
        (["4XX"], ["404", "409"], [("4XX", "404"), ("4XX", "409")]),
        (["200", "201"], ["200", "500"], [("200", "200")]),
    ],
)
def test_statuses_stand_for_others(
    old: list[str], new: list[str], pairs: list[tuple[str, str]]
) -> None:
    assert paired_statuses(old, new) == pairs
