"""Names of a generated package, and where they come from, in made-up contracts and values."""

from typing import Any

import pytest

from scripts.codegen import python_diff
from scripts.codegen.python_names import (
    Declared,
    Place,
    operations_of,
    places,
    reached,
    resolve,
    sent_and_received,
    stepped,
    union_members,
    variants,
    written,
)


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{name}"}


PAGE = {"name": "page[size]", "in": "query"}
CONTRACT: dict[str, Any] = {
    "paths": {
        "/assets/{id}": {
            "parameters": [ref("parameters/Page")],
            "get": {"operationId": "getAsset", "tags": ["All Assets"], "parameters": [PAGE]},
            "put": {
                "operationId": "put_asset",
                "requestBody": {"schema": ref("schemas/Sent")},
                "responses": {200: {"schema": {"items": ref("schemas/Reply")}}},
            },
        },
        "/empty": {},
    },
    "components": {
        "parameters": {"Page": {"name": "from", "in": "query", "schema": ref("schemas/Number")}},
        "schemas": {
            "Number": {"type": "integer"},
            "Sent": {"properties": {"_id": {"type": "string"}, "class": ref("schemas/Both")}},
            "Reply": {"oneOf": [ref("schemas/Both"), ref("schemas/Reply")]},
            "Both": {"properties": {"a": {"type": "string"}}, "anyOf": [{"title": "any"}]},
            "Unused": {},
        },
    },
}
GET, PUT = "GET /assets/{id}", "PUT /assets/{id}"


def test_each_name_has_its_place_in_the_contract() -> None:
    assert places(CONTRACT) == {
        "models.Number": Place("Number"),
        "models.Sent": Place("Sent"),
        "models.Sent.id": Place("Sent", "_id"),
        "models.Sent.class": Place("Sent", "class"),
        "models.Reply": Place("Reply"),
        "models.Both": Place("Both"),
        "models.Both.a": Place("Both", "a"),
        "models.Unused": Place("Unused"),
        "api.all_assets.get_asset": Place(operation=GET),
        "api.all_assets.get_asset(body)": Place(operation=GET, parameter="body"),
        "api.all_assets.get_asset(pagesize)": Place(operation=GET, parameter="page[size]"),
        "api.default.put_asset": Place(operation=PUT),
        "api.default.put_asset(body)": Place(operation=PUT, parameter="body"),
        "api.default.put_asset(from_)": Place(operation=PUT, parameter="from"),
    }
    assert places({}) == {}
    assert list(operations_of(CONTRACT)) == [GET, PUT]


def test_what_is_sent_and_what_is_received_with_all_that_it_refers_to() -> None:
    assert sent_and_received(CONTRACT) == ({"Number", "Sent", "Both"}, {"Reply", "Both"})
    assert reached([ref("parameters/Page"), "text", 3], CONTRACT) == {"Number"}


def test_a_reference_that_leads_nowhere_is_empty() -> None:
    assert resolve(ref("schemas/Both"), CONTRACT) is CONTRACT["components"]["schemas"]["Both"]
    assert resolve(ref("schemas/Gone/deeper"), CONTRACT) == {}
    assert resolve({"a": 1}, CONTRACT) == {"a": 1}


def test_the_variants_of_a_schema_have_the_name_of_their_owner() -> None:
    both, schema = CONTRACT["components"]["schemas"]["Both"], {"title": "any"}
    node = {"items": ref("schemas/Both"), "allOf": [{"title": "own"}], "oneOf": [schema]}
    assert [*variants(node, CONTRACT)] == [
        *(("", one) for one in (node, schema, {"title": "own"})),
        *(("Both", both), ("Both", schema)),
    ]
    assert [*stepped([node], "a", CONTRACT)] == [("Both", {"type": "string"})]
    assert [*stepped([node], "b", CONTRACT)] == []


@pytest.mark.parametrize(
    ("type", "members"),
    [
        ("", set()),
        ("list[A | B] | None", {"list[A]", "list[B]", "None"}),
        ("Literal['a', 'b'] | dict[str, A]", {"'a'", "'b'", "dict[str, A]"}),
        ("list[Literal['a']]", {"list['a']"}),
    ],
)
def test_the_members_of_a_union(type: str, members: set[str]) -> None:
    assert union_members(type) == members


@pytest.mark.parametrize(
    ("value", "default"),
    [
        (None, None),
        ("4", "4"),
        ("_attrs_field(converter=f, default=UNSET)", "UNSET"),
        ("_attrs_field(converter=f)", None),
    ],
)
def test_a_default_as_it_is_written(value: str | None, default: str | None) -> None:
    assert written(value) == default


FIELD, EITHER = Declared("models.A", "str", "UNSET"), Declared("A", "a | b")


@pytest.mark.parametrize(
    ("was", "now", "broken", "is_used", "change"),
    [
        (FIELD, None, [], "", ("removed", True, "removed")),
        (None, None, ["a", "b"], "", ("changed", True, "a, b")),
        (None, Declared(), [], "sent", ("added", False, "added")),
        (None, FIELD, [], "sent", ("added", False, "added, str")),
        (None, Declared("A", "str"), [], "received", ("added", False, "added, str, must be given")),
        (None, Declared("A", "str"), [], "sent", ("added", True, "added, str, must be given")),
        (FIELD, FIELD, [""], "sent", None),
        (FIELD, FIELD, ["gone"], "received", None),
        (FIELD, FIELD, ["gone"], "sent", ("changed", True, "gone")),
        (
            Declared("A", "str", "4"),
            Declared("A", "int", "5"),
            ["moved"],
            "sent",
            ("changed", True, "str -> int, default 4 -> 5, moved"),
        ),
        (EITHER, Declared("A", "a"), [], "sent", ("changed", True, "is no longer b")),
        (EITHER, Declared("A", "a"), [], "", ("changed", False, "is no longer b")),
        (Declared("A", "a"), FIELD, [], "", ("changed", False, "a -> str, need not be given")),
        (FIELD, Declared("A", "str"), [], "", ("changed", False, "must be given")),
        (Declared(type="a"), EITHER, [], "", ("changed", False, "may be b, too")),
        (Declared(type="a", default="1"), Declared(type="a"), [], "", None),
        (Declared(type="a"), EITHER, [], "received", ("changed", True, "may be b, too")),
        (Declared(type="a"), Declared(type="a"), [], "received", None),
    ],
)  # fmt: skip
def test_whether_a_change_breaks_code(
    was: Declared | None, now: Declared | None, broken: list[str], is_used: str, change: Any
) -> None:
    found = python_diff.compare(
        was, now, broken, is_sent=is_used == "sent", is_received=is_used == "received"
    )
    assert found == change


@pytest.mark.parametrize(
    ("old", "new", "is_unhandled"),
    [
        ("str", "str | None", True),
        ("A | B", "A | B | Unset", True),
        ("A | B", "A | B | C", False),  # who handles two handles others
        ("A", "A | B", True),
        ("A | None | Unset", "A | B | None | Unset", True),
        ("'a'", "'a' | 'b'", False),
        ("list['a']", "list['a'] | list['b']", False),
        ("str | int", "str | int | float", True),
        ("A | B", "A", False),
    ],
)
def test_types_that_code_does_not_handle(old: str, new: str, is_unhandled: bool) -> None:
    found = python_diff.adds_unhandled_types(union_members(old), union_members(new))
    assert found is is_unhandled


@pytest.mark.parametrize(
    ("path", "parameter", "name"),
    [
        ("models.asset.Asset.__init__", "file_type", "models.Asset.file_type"),
        ("models.Asset.file_type", "", "models.Asset.file_type"),
        ("models.asset.Asset.to_dict", "a", "models.Asset.to_dict.a"),
        ("api.assets.list_assets.sync_detailed", "page", "api.assets.list_assets(page)"),
        ("api.assets.list_assets.sync", "", "api.assets.list_assets"),
        ("client.Client", "", "client.Client"),
        ("client.Client", "a", "client.Client(a)"),
    ],
)
def test_the_public_name_of_what_griffe_finds(path: str, parameter: str, name: str) -> None:
    assert python_diff.name_of(path, parameter) == name


def test_methods_of_models_and_what_is_outside_of_them_are_parts() -> None:
    declared = {"models.Asset": Declared()}
    names = ("models.Asset.to_dict", "client.Client", "models.Other.to_dict", "api.assets.of")
    assert [python_diff.is_part(name, declared) for name in names] == [True, True, False, False]
