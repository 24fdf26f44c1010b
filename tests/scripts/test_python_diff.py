"""Changes of Python names: two small contracts, really generated."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.codegen.codegen import PACKAGE, GenerationError, generate, is_made_from
from scripts.codegen.python_diff import PythonDiff, packages_of, python_changes
from scripts.codegen.regenerate import changes_for_code

ROOT = Path(__file__).resolve().parents[2]
REQUEST, RESPONSE = "#/components/schemas/Question", "#/components/schemas/Reply"


def operation(name: str, **parts: Any) -> dict[str, Any]:
    response = {
        "description": "Done.",
        "content": {"application/json": {"schema": {"$ref": RESPONSE}}},
    }
    return {"operationId": name, "tags": ["talk"], "responses": {"200": response}, **parts}


def query(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string"}}


def path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


OLD: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Small", "version": "1"},
    "paths": {
        "/ask": {
            "post": operation(
                "ask_something",
                requestBody={"content": {"application/json": {"schema": {"$ref": REQUEST}}}},
            ),
            "get": operation("list_questions", parameters=[query("status"), query("page")]),
        },
        "/{one}/of/{two}": {"get": operation("find", parameters=[path("one"), path("two")])},
    },
    "components": {
        "schemas": {
            "Question": {
                "type": "object",
                "additionalProperties": False,
                "required": ["text"],
                "properties": {
                    "text": {"type": "string"},
                    "kind": {"$ref": "#/components/schemas/Kind"},
                    "note": {"type": "string"},
                    "limit": {"type": "integer", "default": 4},
                },
            },
            "Kind": {"type": "string", "enum": ["open", "closed"]},
            "Mood": {"type": "string", "enum": ["calm"]},
            "Reply": {
                "type": "object",
                "required": ["_id", "mood"],
                "properties": {
                    "_id": {"type": "string"},
                    "mood": {"$ref": "#/components/schemas/Mood"},
                    "length": {"type": "integer"},
                },
            },
        }
    },
}


def changed() -> dict[str, Any]:
    new = deepcopy(OLD)
    schemas = new["components"]["schemas"]
    sent, received = schemas["Question"]["properties"], schemas["Reply"]["properties"]
    schemas["Question"]["required"] = ["text", "note"]
    sent["limit"]["default"] = 5
    sent["language"] = sent["place"] = {"type": "string"}
    schemas["Kind"]["enum"] = ["open", "half"]
    schemas["Mood"]["enum"].append("angry")
    schemas["Reply"]["required"] = ["mood"]
    received["length"]["type"] = ["integer", "null"]
    received["seconds"] = {"type": "number"}
    schemas["Reply"]["required"].append("seconds")
    new["paths"]["/ask"]["get"]["parameters"] = [query("page"), query("force")]
    new["paths"]["/ask"]["delete"] = operation("forget_all")
    new["paths"]["/{two}/of/{one}"] = new["paths"].pop("/{one}/of/{two}")
    new["paths"]["/{two}/of/{one}"]["get"]["parameters"].reverse()
    return new


def write(folder: Path, name: str, contract: dict[str, Any]) -> Path:
    file = folder / name
    file.write_text(yaml.safe_dump(contract, sort_keys=False))
    return file


@pytest.fixture(scope="module")
def diff(tmp_path_factory: pytest.TempPathFactory) -> PythonDiff:
    folder = tmp_path_factory.mktemp("contracts")
    return python_changes(write(folder, "old.yaml", OLD), write(folder, "new.yaml", changed()))


def test_the_text_has_what_breaks_first_and_new_names_in_short(diff: PythonDiff) -> None:
    """A new enum value, and a field that is always there, break no code that reads a response."""
    assert diff.text().splitlines() == [
        "What breaks code in Python:",
        "  api.talk.find: another order of positional arguments: one, two",
        "  api.talk.list_questions(status): removed",
        "  models.Kind: 'closed' -> 'half'",
        "  models.Question.note: is no longer None, must be given",
        "  models.Reply.id: may be None, too, need not be given",
        "What is otherwise in Python:",
        "  models.Mood: may be 'angry', too",
        "What is new in Python:",
        "  api.talk: forget_all",
        "  api.talk.list_questions: force",
        "  models.Question: language, place",
        "  models.Reply: seconds",
    ]
    assert [str(one) for one in diff.changes if one.kind == "added"] == [
        "api.talk.forget_all: added, Response[Reply]",
        "api.talk.list_questions(force): added, str | Unset",
        "models.Question.language: added, str | None",
        "models.Question.place: added, str | None",
        "models.Reply.seconds: added, float, must be given",
    ]


def test_changes_are_found_by_their_names_in_the_contract(diff: PythonDiff) -> None:
    (moved,) = diff.of("Reply", "_id")
    assert moved.name == "models.Reply.id"
    assert {one.parameter for one in diff.of(operation="GET /ask")} == {"status", "force"}
    assert {one.property for one in diff.of("Question")} == {"note", "language", "place"}
    assert diff.of("Unknown") == ()


def test_a_document_that_the_generator_rejects_has_no_names_but_a_reason(tmp_path: Path) -> None:
    rejected = deepcopy(OLD)
    del rejected["paths"]["/ask"]["get"]["responses"]["200"]["description"]
    diff = python_changes(ROOT / "openapi/embed-v2.yaml", write(tmp_path, "bad.yaml", rejected))
    assert diff.changes == ()
    reason = f"no client can be made of {tmp_path / 'bad.yaml'}: openapi_python_client failed:; "
    assert diff.reason.startswith(reason)
    assert diff.text() == f"Nothing to say of Python: {diff.reason}\n"


def test_what_the_generator_omits_is_an_error_unless_it_may_be_incomplete(tmp_path: Path) -> None:
    contract = deepcopy(OLD)
    contract["paths"]["/ask"]["post"]["requestBody"]["content"] = {"image/odd": {"schema": {}}}
    (tmp_path / "made").mkdir()
    with pytest.raises(GenerationError, match="Unsupported content type image/odd"):
        generate(tmp_path / "made", write(tmp_path, "odd.yaml", contract))


def test_prose_is_nothing_that_python_code_sees(tmp_path: Path) -> None:
    contract = ROOT / "openapi" / "embed-v2.yaml"
    other = tmp_path / "embed-v2.yaml"
    other.write_text(contract.read_text().replace("A text to embed.", "A text to embed!"))
    diff = python_changes(contract, other)
    assert diff == PythonDiff(())
    assert diff.text() == "Nothing that Python code sees\n"


def test_the_packages_of_earlier_revisions(tmp_path: Path) -> None:
    (found,) = packages_of(["no-such-revision", "HEAD"], tmp_path)
    assert found == tmp_path / "revision1" / "generated" / PACKAGE.name
    assert (found / "provenance.json").is_file()


def test_the_package_that_is_there_serves_where_it_was_made_from_the_contract(
    tmp_path: Path,
) -> None:
    small = write(tmp_path, "small.yaml", OLD)
    assert is_made_from(PACKAGE, ROOT / "openapi" / "embed-v2.yaml")
    assert not is_made_from(PACKAGE, small)
    assert not is_made_from(tmp_path, small)
    made = generate(tmp_path, small)
    assert is_made_from(made, small)
    assert "  models.Asset: removed\n" in changes_for_code(PACKAGE, made)
