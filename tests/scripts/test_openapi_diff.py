"""Changes and their severities: a pair of fragments for each rule.

The pairs stand in openapi_diff.yaml.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings, strategies as st

from scripts.api_watch.changes import ADDITIVE, BREAKING, COSMETIC, merged
from scripts.api_watch.cleaning import cleaned
from scripts.api_watch.openapi_diff import compare
from scripts.api_watch.openapi_loader import Document
from tests.scripts.small_documents import (
    Json,
    both_sides,
    change_lines,
    document,
    with_operations,
    with_response,
)

STRING = "Thing: {type: object, properties: {a: {type: string}}}"


def table(name: str) -> list[Any]:
    rows = yaml.safe_load(Path(__file__).with_name("openapi_diff.yaml").read_text("utf-8"))[name]
    return [pytest.param(*list(row.values())[1:], id=row["name"]) for row in rows]


def thing(field: str) -> Document:
    """A `Thing` with one field `a`."""
    return both_sides(f"Thing: {{type: object, properties: {{a: {field}}}}}")


@pytest.mark.parametrize(("old", "new", "request_line", "response_line"), table("fields"))
def test_a_field_is_compared_in_request_and_response(
    old: str, new: str, request_line: str, response_line: str
) -> None:
    assert change_lines(thing(old), thing(new)) == [
        f"request {request_line}",
        f"response {response_line}",
    ]


@pytest.mark.parametrize(("old", "new", "lines"), table("schemas"))
def test_a_schema_is_compared_in_request_and_response(old: str, new: str, lines: list[str]) -> None:
    assert change_lines(both_sides(old), both_sides(new)) == lines


TAGGED = """
Thing: {oneOf: [{$ref: '#/components/schemas/Dog'}, {$ref: '#/components/schemas/Cat'}]}
Dog: {properties: {kind: {const: dog}, legs: {type: integer}}, required: [kind]}
Cat: {properties: {kind: {const: cat}, legs: {type: integer}}, required: [kind]}
"""


def test_variants_are_paired_by_their_tags_whatever_their_order_and_names() -> None:
    new = """
Thing: {oneOf: [{$ref: '#/components/schemas/Tom'}, {$ref: '#/components/schemas/Dog'}]}
Tom: {properties: {kind: {enum: [cat]}, legs: {type: string}}, required: [kind]}
Dog: {properties: {kind: {enum: [dog]}, legs: {type: integer}}, required: [kind]}
"""
    assert change_lines(with_response(TAGGED), with_response(new)) == [
        "response breaking Cat → Tom.legs: type integer → string",
        "naming cosmetic Cat → Tom: schema goes by another name",
    ]


def test_a_lost_tag_is_reported_once() -> None:
    """As in the vendor's export of July 2026: each variant has the tags of all."""
    variant = "{properties: {kind: {enum: [dog, cat]}, legs: {type: integer}}, required: [kind]}"
    new = f"Thing: {{oneOf: [{variant}, {variant}], discriminator: {{propertyName: kind}}}}"
    assert change_lines(with_response(TAGGED), with_response(new)) == [
        "response additive Thing: variants are no longer distinguished by `kind`",
        "naming cosmetic Dog, Cat: schema has no name any more",
    ]


def test_a_catch_all_is_not_taken_for_a_new_kind() -> None:
    old = TAGGED.replace("Cat'}]", "Cat'}, {$ref: '#/components/schemas/Other'}]")
    old += "Other: {properties: {kind: {type: string}}, required: [kind]}"
    new = TAGGED.replace("Cat'}]", "Cat'}, {$ref: '#/components/schemas/Cow'}]")
    new += "Cow: {properties: {kind: {const: cow}}, required: [kind]}"
    assert change_lines(with_response(old), with_response(new)) == [
        "response additive Thing: no longer: Other",
        "response additive Thing: also: Cow",
    ]


def test_a_union_that_loses_its_kinds_is_no_longer_described() -> None:
    assert change_lines(both_sides(TAGGED), both_sides("Thing: {type: object}")) == [
        "request additive Thing: is no longer described",
        "response breaking Thing: is no longer described",
    ]


def test_a_change_is_reported_once_with_all_its_uses() -> None:
    operations = """
/assets:
  get: {responses: {'200': {content: {j: {schema: {$ref: '#/components/schemas/List'}}}}}}
  post: {responses: {'201': {content: {j: {schema: {$ref: '#/components/schemas/Asset'}}}}}}
"""
    schemas = """
schemas:
  List: {properties: {data: {type: array, items: {$ref: '#/components/schemas/Asset'}}}}
  Asset: {properties: {id: {type: string}}}
"""
    new = schemas + "  Unused: {properties: {a: {}}}"
    new = new.replace("id: {type: string}", "id: {type: string}, size: {type: integer}")
    both = with_operations(operations, schemas), with_operations(operations, new)
    (change,) = merged(compare(*both))
    assert (change.subjects, change.text) == (("Asset.size",), "new optional field: integer")
    assert change.uses == ("GET /assets 200", "POST /assets 201")


@pytest.mark.parametrize(("old", "new"), table("spellings"))
def test_spellings_are_equal(old: str, new: str) -> None:
    assert change_lines(thing(old), thing(new)) == []
    assert change_lines(thing(new), thing(old)) == []


def test_values_are_kept_whatever_they_are_and_what_no_keyword_can_be_is_reported() -> None:
    value = {"properties": {"a": None, "b": [None]}, "type": 7, "x": None}
    words = ("default", "const", "example", "examples", "value")
    values = {**dict.fromkeys(words, value), "enum": [value, None]}
    dropped: list[str] = []
    assert cleaned(values, dropped) == values
    assert dropped == []
    assert cleaned({"enum": value, "other": value}, dropped) == {"other": {"properties": {}}}
    assert dropped == ["/enum", "/other/properties/b", "/other/type"]


def test_names_are_cosmetic() -> None:
    inline = "Thing: {properties: {a: {properties: {b: {enum: [x]}}}}}"
    named = """
Thing: {properties: {a: {$ref: '#/components/schemas/Alias'}}}
Alias: {$ref: '#/components/schemas/A-hyphenated'}
A-hyphenated: {properties: {b: {$ref: '#/components/schemas/B'}}}
B: {enum: [x]}
"""
    assert change_lines(with_response(inline), with_response(named)) == [
        "naming cosmetic A-hyphenated, B: schema has a name now"
    ]
    renamed = named.replace("A-hyphenated", "Other")
    assert change_lines(with_response(named), with_response(renamed)) == [
        "naming cosmetic A-hyphenated → Other: schema goes by another name"
    ]


def test_a_cycle_of_references_ends() -> None:
    old = "Thing: {properties: {next: {$ref: '#/components/schemas/Thing'}, a: {type: string}}}"
    assert change_lines(with_response(old), with_response(old.replace("string", "integer"))) == [
        "response breaking Thing.a: type string → integer"
    ]
    itself = "{$ref: '#/components/schemas/Thing'}"
    for thing in (itself, f"{{oneOf: [{itself}, {{type: string}}]}}", f"{{allOf: [{itself}]}}"):
        assert (
            change_lines(with_response(f"Thing: {thing}"), with_response(f"Thing: {thing}")) == []
        )


def test_a_reference_to_a_response_where_a_schema_is_meant_is_followed() -> None:
    components = "responses: {Bad: {content: {j: {schema: {properties: {code: {type: string}}}}}}}"
    inline = "{'404': {content: {j: {schema: {$ref: '#/components/responses/Bad'}}}}}"
    right = "{'404': {$ref: '#/components/responses/Bad'}}"
    assert (
        change_lines(
            with_operations(f"/assets: {{get: {{responses: {inline}}}}}", components),
            with_operations(f"/assets: {{get: {{responses: {right}}}}}", components),
        )
        == []
    )


def test_a_dangling_reference_is_reported_and_accepts_anything() -> None:
    new = both_sides("Thing: {properties: {a: {$ref: '#/components/schemas/None'}}}")
    assert change_lines(both_sides(STRING), new) == [
        "request additive Thing.a: is no longer described",
        "response breaking Thing.a: is no longer described",
    ]
    assert new.dangling == {"#/components/schemas/None"}


@pytest.mark.parametrize(("old", "new", "lines"), table("operations"))
def test_operations_are_compared(old: str, new: str, lines: list[str]) -> None:
    assert change_lines(with_operations(old), with_operations(new)) == lines


def test_another_server_and_another_way_of_the_key_break() -> None:
    def served(url: str, header: str) -> Document:
        scheme = {"type": "apiKey", "in": "header", "name": header}
        return document(
            json.dumps(
                {
                    "servers": [{"url": url}],
                    "paths": {"/assets": {"get": {"responses": {}}}},
                    "components": {"securitySchemes": {"k": scheme}},
                }
            )
        )

    old, new = served("https://a.example/v1", "x-api-key"), served("https://a.example/v2", "x-key")
    assert change_lines(old, new) == [
        "operation breaking servers: server https://a.example/v1 → https://a.example/v2",
        "operation breaking GET /assets: authentication header x-api-key → header x-key",
    ]


# Schemas of any kind, with names for the tests to change.
FIELD = st.sampled_from(["a", "b", "c"])
SCALARS: st.SearchStrategy[Json] = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "enum": ["x", "y"]},
        {"type": "integer", "minimum": 1},
        {"type": ["string", "null"]},
        {"type": "string", "format": "date-time"},
    ]
)


def objects(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    def made(properties: dict[str, Json], required: list[str], closed: bool) -> Json:
        needed = [name for name in required if name in properties]
        made = {"type": "object", "properties": properties, "required": needed}
        return made | ({"additionalProperties": False} if closed else {})

    properties = st.dictionaries(FIELD, inner, min_size=1)
    lists = st.builds(lambda items: {"type": "array", "items": items}, inner)
    return st.builds(made, properties, st.lists(FIELD, unique=True), st.booleans()) | lists


THINGS = st.dictionaries(FIELD, st.recursive(SCALARS, objects, max_leaves=6), min_size=1).map(
    lambda properties: {"type": "object", "properties": properties, "additionalProperties": False}
)
QUICK = settings(max_examples=100, deadline=None, derandomize=True, database=None)


def respelled(schema: Json, named: dict[str, Json]) -> Json:
    """The same schema, each part by a reference, in another order, with null another way."""
    turned = dict(reversed(schema.items()))
    if "properties" in schema:
        reverse = reversed(schema["properties"].items())
        turned["properties"] = {name: respelled(inner, named) for name, inner in reverse}
    if "items" in schema:
        turned["items"] = respelled(schema["items"], named)
    for key in {"required", "enum"} & schema.keys():
        turned[key] = schema[key][::-1]
    if isinstance(schema.get("type"), list):
        turned = {"oneOf": [{"type": "null"}, {"type": "string"}]}
    name = f"Named{len(named)}"
    named[name] = {"description": "another", **turned}
    return {"$ref": f"#/components/schemas/{name}"}


@QUICK
@given(THINGS)
def test_nothing_differs_from_itself(thing: Json) -> None:
    assert compare(both_sides({"Thing": thing}), both_sides({"Thing": thing})) == []


@QUICK
@given(THINGS)
def test_spelling_names_and_order_are_cosmetic(thing: Json) -> None:
    named: dict[str, Json] = {}
    again = both_sides({"Thing": respelled(thing, named), **named})
    changes = compare(both_sides({"Thing": thing}), again)
    assert {change.severity for change in changes} <= {COSMETIC}


@QUICK
@given(THINGS, st.data())
def test_a_field_that_is_gone_from_a_request_breaks_and_back_again_does_not(
    thing: Json, data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(sorted(thing["properties"])))
    left = {name: inner for name, inner in thing["properties"].items() if name != gone}
    old = both_sides({"Thing": thing})
    new = both_sides({"Thing": {**thing, "properties": left}})
    assert [change.severity for change in compare(old, new)] == [BREAKING, BREAKING]
    assert [change.severity for change in compare(new, old)] == [ADDITIVE, ADDITIVE]
