"""`scripts/record`: changed schemas, and recordings that violate the contract."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.recording.cassette_schema import compared, infer_schema, unknown_fields, violations
from scripts.recording.record import keep_if_allowed

ROOT = Path(__file__).resolve().parents[2]
EARLIER = ROOT / "openapi" / "history" / "2026-02.yaml"
CONTRACT: dict[str, Any] = yaml.safe_load(EARLIER.read_text())
Write = Callable[..., Path]

ROW = {"embedding": [0.5, 0.25, 1], "embedding_option": None, "embedding_scope": None}
REQUEST = {"input_type": "text", "model_name": "marengo3.0", "text": {"input_text": "a dog"}}


def call(
    response: Any, *, url: str = "http://api/v1.3/embed-v2", status: int = 200
) -> dict[str, Any]:
    is_sent = url.endswith("embed-v2")
    return {
        "request": {
            "method": "POST" if is_sent else "GET",
            "uri": url,
            "headers": {"content-type": ["application/json"]} if is_sent else {},
            "body": json.dumps(REQUEST) if is_sent else None,
        },
        "response": {
            "status": {"code": status, "message": ""},
            "headers": {"content-type": ["application/json"]},
            "body": {"string": json.dumps(response)},
        },
    }


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(folder: str, *calls: dict[str, Any], name: str = "test_a_text") -> Path:
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        (place / f"{name}.yaml").write_text(yaml.safe_dump({"interactions": list(calls)}))
        return place

    return write


def changes(old: Path, new: Path) -> list[str]:
    return list(compared(old, new, CONTRACT))


def task(**parts: Any) -> dict[str, Any]:
    response = {"_id": "1", "status": "processing", "created_at": "2026-02-01T00:00:00Z"} | parts
    return call(response, url="http://api/v1.3/embed-v2/tasks/64f8d2c7e4a1b37f8a9c5d12")


def test_vectors_ids_timestamps_and_repeated_calls_do_not_count(write: Write) -> None:
    old = write("old", call({"data": [ROW]}), task(data=None))
    again = {"_id": "2", "created_at": "2026-11-01T10:00:00Z", "data": None}
    row = {**ROW, "embedding": [0.1, 7, -2.5]}
    new = write("new", call({"data": [row]}), task(**again), task(**again))
    assert changes(old, new) == []


@pytest.mark.parametrize(
    ("response", "line"),
    [
        ({"data": [ROW, ROW]}, "response.data: 1 items -> 2 items"),
        (
            {"data": [{**ROW, "embedding": [0.5, 1.5]}]},
            "response.data[].embedding: 3 numbers -> 2 numbers",
        ),
        (
            {"data": [{**ROW, "embedding_option": "fused"}]},
            "response.data[].embedding_option: null -> string",
        ),
        ({"data": [ROW], "truncated": False}, "response.truncated: new, boolean"),
        ({"data": [{"embedding": [1, 2, 3], "embedding_scope": None}]}, "embedding_option: gone"),
    ],
)
def test_types_and_lengths_count(write: Write, response: Any, line: str) -> None:
    (found,) = changes(write("old", call({"data": [ROW]})), write("new", call(response)))
    assert found.startswith("Changed: POST /embed-v2 200: ")
    assert line in found
    assert found.endswith(" (test_a_text)")


def test_a_status_counts(write: Write) -> None:
    rejected = {"error": {"code": "parameter_invalid", "message": "No."}}
    new = write("new", call(rejected, status=400))
    assert changes(write("old", call({"data": [ROW]})), new) == [
        "Changed: POST /embed-v2 200: no longer called (test_a_text)",
        "Changed: POST /embed-v2 400: new (test_a_text)",
    ]


def test_new_and_missing_cassettes_are_listed(write: Write) -> None:
    old, new = write("old", task(), name="test_old"), write("new", task(), name="test_new")
    assert changes(old, new) == ["New: test_new", "Gone: test_old"]


def test_the_schema_of_a_cassette(write: Write) -> None:
    """Calls are named by operation, without ids; those of one operation are merged."""
    uploads = "http://api/v1.3/assets/multipart-uploads"
    form = call({"a": [], "b": True, "c": 1.5, "d": {"e": None}}, url="http://api/v1.3/assets")
    form["request"] |= {"method": "POST", "body": "--x"}
    again = {**form, "response": call({"a": ["x"], "c": "text"})["response"]}
    chunk = call("", url="http://127.0.0.1/assets?signature=1")
    chunk["request"]["method"], chunk["response"]["body"]["string"] = "PUT", ""
    calls = [form, again, chunk, *(call({}, url=f"{uploads}{one}") for one in ("", "/5"))]
    cassette = write("one", *calls, call({"data": [ROW]})) / "test_a_text.yaml"
    empty = {"request": "null", "response": "object"}
    assert infer_schema(cassette, CONTRACT) == {
        "POST /assets 200": {
            "request": "string",
            "response": "object",
            "response.a": "0 items or 1 items",
            "response.a[]": "string",
            "response.b": "boolean",
            "response.c": "number or string",
            "response.d": "object",
            "response.d.e": "null",
        },
        "PUT to storage 200": {"request": "null", "response": "null"},
        "GET /assets/multipart-uploads 200": empty,
        "GET /assets/multipart-uploads/{upload_id} 200": empty,
        "POST /embed-v2 200": {
            "request": "object",
            "request.input_type": "string",
            "request.model_name": "string",
            "request.text": "object",
            "request.text.input_text": "string",
            "response": "object",
            "response.data": "1 items",
            "response.data[]": "object",
            "response.data[].embedding": "3 numbers",
            "response.data[].embedding_option": "null",
            "response.data[].embedding_scope": "null",
        },
    }


@pytest.mark.parametrize(
    ("url", "status", "response", "lines"),
    [
        (
            "embed-v2",
            200,
            {"data": [{"embedding": "0.5"}, {"embedding": ["x" * 300]}]},
            [
                "POST /embed-v2 200: data.0.embedding: '0.5' is not of type 'array'; "
                f"data.1.embedding.0: '{'x' * 199}"
            ],
        ),
        ("embed-v3", 200, {}, ["GET /embed-v3 200: Path not found for http://api/v1.3/embed-v3"]),
        ("assets?page=1", 202, {}, ["GET /assets 202: Unknown response http status: 202"]),
        ("assets?page_limit=1", 200, {"data": []}, [
            "GET /assets 200: body: 'page_info' is a required property"
        ]),
        ("assets?page_limit=x", 200, {}, [
            "GET /assets 200: invalid literal for int() with base 10: 'x'"
        ]),
        # What the service rejected may violate the contract.
        ("assets?page_limit=x", 400, {"code": "parameter_invalid", "message": "No."}, []),
    ],
)  # fmt: skip
def test_what_the_contract_does_not_allow(
    write: Write, url: str, status: int, response: Any, lines: list[str]
) -> None:
    """Each is listed once, with three of the cassettes that have it."""
    calls = [call(response, url=f"http://api/v1.3/{url}", status=status)] * 2
    for name in "abcde":
        folder = write("one", *calls, call({}, url="http://127.0.0.1/chunk"), name=name)
    assert violations(folder, CONTRACT) == [f"{one} (a, b, c and 2 more)" for one in lines]


def test_a_file_in_a_form_is_recorded_as_its_hash(tmp_path: Path) -> None:
    name = "test_an_asset_that_is_no_media.yaml"
    shutil.copy(ROOT / "tests" / "cassettes" / "emulator" / name, tmp_path)
    contract = yaml.safe_load((ROOT / "openapi" / "embed-v2.yaml").read_text("utf-8"))
    assert violations(tmp_path, contract) == unknown_fields(tmp_path, contract) == []


def test_unknown_fields_are_named_and_allowed(write: Write) -> None:
    row = {**ROW, "quadrant": None}
    folder = write("one", call({"data": [row, row], "usage": {"truncated": False}}))
    assert violations(folder, CONTRACT) == []
    assert unknown_fields(folder, CONTRACT) == [
        "POST /embed-v2 200: data[].quadrant (test_a_text)",
        "POST /embed-v2 200: usage (test_a_text)",
    ]


def test_all_is_known_of_a_map_and_nothing_is_judged_of_an_unknown_operation(write: Write) -> None:
    schema = {
        "type": "object",
        "properties": {"named": {"type": "string"}},
        "additionalProperties": {"type": "string"},
    }
    content = {"application/json": {"schema": schema}}
    operation = {"responses": {"200": {"description": "", "content": content}}}
    contract = {**CONTRACT, "paths": {"/maps": {"get": operation}}}
    response = {"named": "a", "other": "b"}
    calls = [call(response, url=f"http://api/v1.3/{name}") for name in ("maps", "embed-v3")]
    folder = write("one", *calls)
    assert unknown_fields(folder, contract) == []
    del schema["additionalProperties"]
    assert unknown_fields(folder, contract) == ["GET /maps 200: other (test_a_text)"]


def test_a_response_without_a_type_is_json(write: Write) -> None:
    untyped = call({"data": [{"embedding": "0.5"}]})
    untyped["response"]["headers"] = {}
    (found,) = violations(write("one", untyped), CONTRACT)
    assert "is not of type 'array'" in found


def test_a_recording_that_violates_the_contract_is_rejected(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, fresh = write("before", call({"data": [ROW]})), write("live", call({"data": None}))
    good = (before / "test_a_text.yaml").read_text()
    rejected = tmp_path / "rejected" / "live"
    assert keep_if_allowed(fresh, before, rejected, EARLIER) == 1
    again = write("live", call({"data": None}))
    assert keep_if_allowed(again, before, rejected, EARLIER, have_tests_failed=True) == 1
    assert (before / "test_a_text.yaml").read_text() == good
    assert "data: null" in (rejected / "test_a_text.yaml").read_text().replace('{"data"', "{data")
    lines = [
        "Recorded 1 cassettes from the live",
        "Changed schemas:",
        "  Changed: POST /embed-v2 200: response.data[]: gone (test_a_text)",
        "  Changed: POST /embed-v2 200: response.data: 1 items -> null (test_a_text)",
        "Not in the contract: nothing",
        "The contract does not allow:",
        "  POST /embed-v2 200: data: None is not of type 'array' (test_a_text)",
        f"The recording was moved to {rejected}; the earlier one is kept.",
    ]
    hint = "Bring openapi/embed-v2.yaml up to date with the service, then record again."
    failed = "Tests of the library failed, above; the violations may be why."
    shown = capsys.readouterr().out.splitlines()
    assert shown == [*lines, hint, *lines, failed, hint]


def test_a_recording_that_keeps_the_contract_replaces_the_earlier_one(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, fresh = write("before", call({"data": [ROW]})), write("live", call({"data": [ROW] * 2}))
    assert keep_if_allowed(fresh, before, tmp_path / "rejected", EARLIER) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Recorded 1 cassettes from the live",
        "Changed schemas:",
        "  Changed: POST /embed-v2 200: response.data: 1 items -> 2 items (test_a_text)",
        "Not in the contract: nothing",
    ]
    assert "2 items" in str(infer_schema(before / "test_a_text.yaml", CONTRACT))
