"""The contract file validates requests: what it says is what happens."""

from contextlib import closing

import httpx
import jsonschema_rs
import pytest
import yaml
from twelvelabs_embed_emulator import Emulator
from twelvelabs_embed_emulator.conformance.judge import Judge
from twelvelabs_embed_emulator.contract.errors import ApiError
from twelvelabs_embed_emulator.contract.loader import Contract, _validator, default_path
from twelvelabs_embed_emulator.contract.violations import violations
from twelvelabs_embed_emulator.endpoints.backend import Backend
from twelvelabs_embed_emulator.server.app import make_handlers
from twelvelabs_embed_emulator.state.state import Settings, State

from tests.emulator.helpers import OPENAPI, dynamic, error, fixed, flat_error, request_body, rows
from tests.scripted_server import Response, scripted_server

BY_URL = {"url": "http://127.0.0.1:9/film.mkv"}


def video(**settings):
    return request_body("video", media_source=BY_URL, **settings)


def audio(**settings):
    return request_body("audio", media_source=BY_URL, **settings)


def source(**settings):
    return request_body("image", media_source=settings)


def without(body, name):
    return {key: value for key, value in body.items() if key != name}


TEXT = request_body("text", input_text="a dog")

INVALID = {
    "parameter_not_provided": [
        ({}, "input_type: is required"),
        (without(TEXT, "input_type"), "input_type: is required"),
        (without(TEXT, "model_name"), "model_name: is required"),
        *(
            ({"input_type": kind, "model_name": "marengo3.0"}, f"{kind}: is required")
            for kind in ("text", "image", "text_image", "audio", "video", "multi_input")
        ),
        (request_body("text"), "text.input_text: is required"),
        (request_body("image"), "image.media_source: is required"),
        (request_body("text_image", media_source=BY_URL), "text_image.input_text: is required"),
        (video(segmentation={}), "video.segmentation.strategy: is required"),
        (video(segmentation={"strategy": "fixed"}), "video.segmentation.fixed: is required"),
        (
            video(segmentation={"strategy": "dynamic", "fixed": {"duration_sec": 5}}),
            "video.segmentation.dynamic: is required",
        ),
    ],
    "parameter_invalid": [
        ([], 'body: [] is not of type "object"'),
        ("text", 'body: "text" is not of type "object"'),
        (
            {**TEXT, "model_name": "marengo2.7"},
            'model_name: "marengo2.7" is not "marengo3.0" or "marengo3.5"',
        ),
        (
            {**TEXT, "input_type": "smell"},
            'input_type: "smell" is not "text", "image", "text_image", "audio", "video"'
            ' or "multi_input"',
        ),
        (request_body("text", input_text=7), 'text.input_text: 7 is not of type "string"'),
        (request_body("text", input_text=""), 'text.input_text: "" is shorter than 1 character'),
        (source(), "image.media_source: {} has less than 1 property"),
        (
            source(url="http://127.0.0.1/x", asset_id="1"),
            'image.media_source: {"asset_id":"1","url":"http://127.0.0.1/x"}'
            " has more than 1 property",
        ),
        (source(url="not a url"), 'image.media_source.url: "not a url" is not a "uri"'),
        (video(start_sec=-0.5), "video.start_sec: -0.5 is less than the minimum of 0"),
        (video(end_sec="end"), 'video.end_sec: "end" is not of type "number"'),
        (
            video(embedding_scope=["clip", "clip"]),
            'video.embedding_scope: ["clip","clip"] has non-unique elements',
        ),
        (
            audio(embedding_option=["audio", "audio"]),
            'audio.embedding_option: ["audio","audio"] has non-unique elements',
        ),
        (
            audio(embedding_option=["visual"]),
            'audio.embedding_option[0]: "visual" is not "audio" or "transcription"',
        ),
        (
            video(segmentation=fixed(11)),
            "video.segmentation.fixed.duration_sec: 11 is greater than the maximum of 10",
        ),
        (
            video(segmentation=fixed(1)),
            "video.segmentation.fixed.duration_sec: 1 is less than the minimum of 2",
        ),
        (
            video(segmentation=fixed(5.5)),
            'video.segmentation.fixed.duration_sec: 5.5 is not of type "integer"',
        ),
        (
            video(segmentation=dynamic(6)),
            "video.segmentation.dynamic.min_duration_sec: 6 is greater than the maximum of 5",
        ),
        (
            video(segmentation=dynamic(1)),
            "video.segmentation.dynamic.min_duration_sec: 1 is less than the minimum of 2",
        ),
        (
            audio(segmentation=fixed(11)),
            "audio.segmentation.fixed.duration_sec: 11 is greater than the maximum of 10",
        ),
        (audio(segmentation=dynamic(4)), 'audio.segmentation.strategy: "dynamic" is not "fixed"'),
        (
            video(segmentation={"strategy": "clever"}),
            'video.segmentation.strategy: "clever" is not "fixed" or "dynamic"',
        ),
        (video(segmentation=3), 'video.segmentation: 3 is not of type "object"'),
    ],
    "parameter_unknown": [
        ({**TEXT, "colour": 1}, "colour: is not a known parameter"),
        (
            request_body("text", input_text="a", language="en"),
            "text.language: is not a known parameter",
        ),
        (
            source(url="http://127.0.0.1/x", name="x"),
            "image.media_source.name: is not a known parameter",
        ),
        (video(start="0"), "video.start: is not a known parameter"),
        (
            video(segmentation={**fixed(5), "dynamic": {"min_duration_sec": 4}}),
            "video.segmentation.dynamic: is not a known parameter",
        ),
    ],
}


@pytest.mark.parametrize(
    ("code", "body", "message"),
    [pytest.param(code, *row, id=row[1][:60]) for code, rows in INVALID.items() for row in rows],
)
def test_invalid_requests_are_rejected(client, code, body, message):
    assert error(client.post("/embed-v2", json=body)) == (400, code, message)


def test_a_value_that_is_too_long_to_show_is_cut(client):
    body = request_body("image", media_source="A" * 1_000_000)
    _, _, message = error(client.post("/embed-v2", json=body))
    assert message.startswith('image.media_source: "AAAA')
    assert message.endswith('AAAA" is not of type "object"')
    assert len(message) < 300


@pytest.fixture(scope="module")
def operations():
    return {operation.id: operation for operation in Contract(OPENAPI).operations}


@pytest.fixture(scope="module")
def validate(operations):
    return operations["create_embeddings"].validate


@pytest.mark.parametrize("duration_sec", [2, 6, 10, 5.0])
def test_lengths_of_fixed_segments_within_the_bounds(validate, duration_sec):
    validate(video(segmentation=fixed(duration_sec)))
    validate(audio(segmentation=fixed(duration_sec)))


@pytest.mark.parametrize("min_duration_sec", [2, 4, 5])
def test_lengths_of_dynamic_segments_within_the_bounds(validate, min_duration_sec):
    validate(video(segmentation=dynamic(min_duration_sec)))


def test_the_examples_of_the_contract_keep_it(validate):
    post = yaml.safe_load(OPENAPI.read_text())["paths"]["/embed-v2"]["post"]
    examples = post["requestBody"]["content"]["application/json"]["examples"]
    assert len(examples) == 8
    for example in examples.values():
        validate(example["value"])


def test_the_emulator_does_all_that_the_contract_describes(operations):
    assert len(operations) == 19
    with closing(Backend(State(None, Settings(), "http://storage"))) as backend:
        assert make_handlers(backend).keys() == operations.keys()


QUERIES = [
    ("page=0", "parameter_invalid", "page: 0 is less than the minimum of 1"),
    ("page=x", "parameter_invalid", 'page: "x" is not of type "integer"'),
    ("page=", "parameter_invalid", 'page: "" is not of type "integer"'),
    ("page=1.0", "parameter_invalid", 'page: "1.0" is not of type "integer"'),
    ("page=1&page=2", "parameter_invalid", "page: is given more than once"),
    ("page_limit=51", "parameter_invalid", "page_limit: 51 is greater than the maximum of 50"),
    ("colour=red", "parameter_unknown", "colour: is not a known parameter"),
    (
        "asset_types=video&asset_types=text",
        "parameter_invalid",
        'asset_types[1]: "text" is not "image", "video", "audio" or "document"',
    ),
]


@pytest.mark.parametrize(("query", "code", "message"), QUERIES, ids=[row[0] for row in QUERIES])
def test_queries_are_validated_too(client, query, code, message):
    assert flat_error(client.get(f"/assets?{query}")) == (400, code, message)


def test_a_query_gets_its_types_and_default_values(operations):
    read = operations["list_assets"].read_query
    assert read([]) == {"page": 1, "page_limit": 10}
    assert read([("page", "3"), ("asset_ids", "a"), ("asset_ids", "b")]) == {
        "page": 3,
        "page_limit": 10,
        "asset_ids": ["a", "b"],
    }


def test_a_later_contract_may_require_a_parameter_of_a_query(tmp_path):
    document = yaml.safe_load(OPENAPI.read_text())
    region = {"name": "region", "in": "query", "required": True, "schema": {"type": "string"}}
    document["paths"]["/embed-v2/tasks"]["get"]["parameters"].append(region)
    (tmp_path / "later.yaml").write_text(yaml.safe_dump(document))
    operations = {one.id: one for one in Contract(tmp_path / "later.yaml").operations}
    assert operations["list_tasks"].read_query([("region", "eu")])["region"] == "eu"
    with pytest.raises(ApiError, match="region: is required") as caught:
        operations["list_tasks"].read_query([])
    assert caught.value.code == "parameter_not_provided"


def test_the_contract_of_the_checkout_is_the_default():
    assert default_path() == OPENAPI


def altered(tmp_path, change):
    """Return a contract file that differs from the real one by what `change` does to it."""
    document = yaml.safe_load(OPENAPI.read_text())
    change(document["components"]["schemas"])
    path = tmp_path / "altered.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


def test_a_changed_contract_changes_the_judgement(tmp_path):
    def change(schemas):
        schemas["CreateEmbeddingsRequestModelName"]["enum"] = ["marengo9"]
        schemas["TextInputRequest"]["properties"]["input_text"]["maxLength"] = 5
        schemas["TextInputRequest"]["properties"]["language"] = {"type": "string"}
        schemas["TextInputRequest"]["required"].append("language")

    body = {"model_name": "marengo9", "input_type": "text"}
    cases = [
        ({**TEXT, "text": {}}, "text.input_text: is required"),
        (without(TEXT, "text"), 'model_name: "marengo3.0" is not "marengo9"'),
        ({**body, "text": {"input_text": "a dog"}}, "text.language: is required"),
        (
            {**body, "text": {"input_text": "a  dog", "language": "en"}},
            'text.input_text: "a  dog" is longer than 5 characters',
        ),
    ]
    with (
        Emulator(contract=altered(tmp_path, change)) as emulator,
        httpx_client(emulator) as client,
    ):
        for request, message in cases:
            assert error(client.post("/embed-v2", json=request))[2] == message
        rows(
            client.post(
                "/embed-v2", json={**body, "text": {"input_text": "a dog", "language": "en"}}
            )
        )


def httpx_client(emulator):
    return httpx.Client(base_url=emulator.base_url, headers={"x-api-key": "k"})


def test_a_contract_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        Emulator(contract=tmp_path / "none.yaml")


def test_a_union_without_tags_is_still_explained():
    """The contract has none today; a later one may."""
    validator = jsonschema_rs.validator_for({"oneOf": [{"type": "string"}, {"minimum": 3}]})
    (violation,) = violations(validator.iter_errors(2))
    assert violation.text == '2 is not of type "string"'


def test_a_fixed_part_of_a_path_comes_before_a_parameter(client):
    """An upload could have the name of what an asset has."""
    status, _, message = flat_error(client.get("/assets/multipart-uploads/transcription"))
    assert status == 404
    assert message == "upload_id: there is no upload session transcription"


def test_words_of_a_query_may_be_set_apart_by_commas(operations):
    read = operations["retrieve_transcription"].read_query
    assert read([("include", "words,sentences")]) == {"include": ["words", "sentences"]}
    names = operations["list_assets"].read_query([("asset_ids", "a,b")])["asset_ids"]
    assert names == ["a,b"]


def test_booleans_of_queries_and_forms(operations):
    assert operations["delete_asset"].read_query([("force", "true")]) == {"force": True}
    form = operations["create_asset"].read_form({"method": "url", "enable_hls": "false"})
    assert form == {"method": "url", "enable_hls": False}


def test_schemas_that_stand_elsewhere_are_not_fetched():
    with scripted_server(Response(body={})) as server:
        schema = {"$ref": f"{server.base_url}/schema.json"}
        response = {"content": {"application/json": {"schema": schema}}}
        operation = {"operationId": "get", "responses": {"200": response}}
        judge = Judge({"components": {}, "paths": {"/": {"get": operation}}})
        with pytest.raises(jsonschema_rs.ValidationError):
            list(judge.judge("get", 200, {"content-type": "application/json"}, b"{}"))
        with pytest.raises(jsonschema_rs.ValidationError):
            _validator(schema, {})
    assert server.requests == []
