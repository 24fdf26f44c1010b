"""What the newest documents say, and what a contract has that the emulator does not know."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.emulator.helpers import (
    OPENAPI,
    body_35,
    ended,
    error,
    flat_error,
    inline,
    request_body,
    rows,
)

LINK = {"url": "http://127.0.0.1:9/a.pdf"}  # nobody is there, and nobody is asked
PLACES = ("start_page_number", "end_page_number", "quadrant", "chunk_index")
SEQUENTIAL = {"sequential": {"strategy": "sentence", "max_sentences": 2}}


# ------------------------------------------------------------------------------------- documents


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"embedding_type": ["fused_embedding"]}, "document.embedding_type"),
        (
            {"embedding_type": ["separate_embedding", "fused_embedding"]},
            "document.embedding_type",
        ),
        ({"embedding_scope": ["asset"], "uncertain": True}, "embedding_uncertainty"),
        ({"uncertain": True}, "embedding_uncertainty"),
        (
            {
                "embedding_scope": ["local", "asset"],
                "segmentation": SEQUENTIAL,
                "uncertain": True,
            },
            "embedding_uncertainty",
        ),
        (
            {"embedding_option": ["visual", "text"], "embedding_scope": ["local"]},
            "document.embedding_option",
        ),
        (
            {"embedding_option": ["text"], "embedding_scope": ["local"]},
            "document.segmentation.sequential",
        ),
        (
            {"embedding_option": ["visual"], "segmentation": SEQUENTIAL},
            "document.segmentation.sequential",
        ),
    ],
)
def test_a_document_task_that_is_wrong_whatever_the_file_is(client, settings, field):
    uncertain = {"embedding_uncertainty": True} if settings.get("uncertain") else {}
    settings = {name: value for name, value in settings.items() if name != "uncertain"}
    body = request_body("document", media_source=LINK, **settings) | uncertain
    response = client.post("/embed-v2/tasks", json=body | {"model_name": "marengo3.5"})
    status, code, message = error(response)
    assert (status, code in ("parameter_invalid", "parameter_not_provided")) == (400, True)
    assert message.startswith(f"{field}: ")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"embedding_scope": ["local"]},  # the pages of a PDF
        {"embedding_scope": ["asset"]},
        {"embedding_scope": ["local"], "segmentation": SEQUENTIAL},
        {"embedding_option": ["visual", "text"], "embedding_scope": ["asset"]},
        {"embedding_option": ["visual"], "segmentation": {"spatial": {"strategy": "quadrants"}}},
    ],
)
def test_a_document_task_that_may_be_right_is_created(client, settings):
    body = request_body("document", media_source=LINK, **settings) | {"model_name": "marengo3.5"}
    response = client.post("/embed-v2/tasks", json=body)
    assert response.status_code == 202
    assert ended(client, f"/embed-v2/tasks/{response.json()['_id']}")["status"] == "failed"


def test_each_row_of_marengo35_has_a_place_in_a_document_and_no_other_row(client, sample):
    def in_task(kind: str, model: str, **settings: Any) -> list[dict[str, Any]]:
        source = inline(sample(kind, {"video": ".mkv", "document": ".pdf"}[kind]))
        body = request_body(kind, media_source=source, **settings) | {"model_name": model}
        created = client.post("/embed-v2/tasks", json=body).json()
        data: list[dict[str, Any]] = ended(client, f"/embed-v2/tasks/{created['_id']}")["data"]
        return data

    for row in in_task("video", "marengo3.5"):
        assert [row[name] for name in PLACES] == [None] * 4
    for row in in_task("document", "marengo3.5"):
        assert (row["start_page_number"], row["chunk_index"]) != (None, None)
        assert (row["quadrant"], row["chunk_index"]) == (None, None)
    for row in in_task("video", "marengo3.0"):
        assert not set(PLACES) & row.keys()


def test_a_text_about_a_part_has_a_character(client, sample):
    body = request_body(
        "video",
        media_source=inline(sample("video", ".mkv")),
        embedding_type=["fused_embedding"],
        time_based_metadata=[{"start": 0, "end": 1, "text": ""}],
    )
    response = client.post("/embed-v2/tasks", json=body | {"model_name": "marengo3.5"})
    assert error(response)[2].startswith("video.time_based_metadata[0].text: ")


# --------------------------------------------------------------------------------------- transport


def test_the_version_is_in_each_response(client):
    responses = [client.get("/assets"), client.get("/nothing"), client.get("/assets/none")]
    assert {one.headers["x-api-version"] for one in responses} == {"1.3"}


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip;q=0.001", "gzip"),
        ("deflate, gzip;q=1.0, *;q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("gzip; q=0.000, identity", None),
        ("GZIP ; q=0.0", None),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
    ],
)
@pytest.mark.parametrize("path", ["/assets", "task", "/nothing"])
def test_gzip_is_for_those_who_accept_it(client, embedded_task, accepted, coding, path):
    path = embedded_task if path == "task" else path
    response = client.get(path, headers={"accept-encoding": accepted})
    assert response.headers.get("content-encoding") == coding
    assert response.json()


@pytest.fixture(scope="module")
def embedded_task(client, sample):
    body = request_body("audio", media_source=inline(sample("audio", ".wav")))
    created = client.post("/embed-v2/tasks", json=body).json()
    path = f"/embed-v2/tasks/{created['_id']}"
    assert ended(client, path)["status"] == "ready"
    return path


@pytest.mark.parametrize("name", ["asset_ids", "asset_ids[]"])
def test_ids_in_a_query_have_brackets_or_none(client, sample, name):
    ids = [_asset(client, sample) for _ in range(2)]
    found = client.get("/assets", params=[(name, one) for one in ids]).json()["data"]
    assert {one["_id"] for one in found} == set(ids)
    (image,) = client.get("/assets", params=[("asset_types[]", "image"), (name, ids[0])]).json()[
        "data"
    ]
    assert image["_id"] == ids[0]
    assert flat_error(client.get("/assets", params={"page[]": 1}))[1] == "parameter_unknown"


def _asset(client, sample):
    content = sample("image", ".jpg").read_bytes()
    files = {"file": ("a.jpg", content)}
    return client.post("/assets", data={"method": "direct"}, files=files).json()["_id"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("films/2026/a.mp4", "a.mp4"),
        ("/etc/a.mp4", "a.mp4"),
        ("../../a.mp4", "a.mp4"),
        ("C:\\films\\a.mp4", "a.mp4"),
        ("a.mp4", "a.mp4"),
    ],
)
def test_folders_in_the_name_of_a_file_are_dropped(client, sent, kept):
    files = {"file": (sent, b"x")}
    created = client.post("/assets", data={"method": "direct"}, files=files).json()
    assert created["filename"] == kept
    named = {"method": "direct", "filename": "2026/a.mp4"}
    assert client.post("/assets", data=named, files=files).json()["filename"] == "2026/a.mp4"


# ------------------------------------------------------- a contract that is ahead of the emulator


def changed(document: dict[str, Any], what: str) -> None:
    schemas = document["components"]["schemas"]
    match what:
        case "source":
            schemas["MediaSource"]["properties"]["drive_id"] = {"type": "string"}
        case "source of several":
            source = schemas["MultiInputMediaSource"]
            source["properties"]["drive_id"] = {"type": "string"}
            source["allOf"][0]["oneOf"].append({"required": ["drive_id"]})
        case "media type":
            schemas["MultiInputMediaSourceMediaType"]["enum"].append("model")
        case "strategy":
            part = schemas["AudioSegmentation"]["properties"]
            part["strategy"] = {"type": "string"}
            schemas["AudioSegmentation"]["required"] = ["strategy"]
        case "dimension":
            schemas["EmbeddingDimension"]["enum"].append(1024)
        case "input type":
            schemas["CreateEmbeddingsRequestInputType"]["enum"].append("smell")
        case "model":
            schemas["CreateEmbeddingsRequestModelName"]["enum"].append("marengo9")
        case "option":
            schemas["AudioInputRequestEmbeddingOptionItem"]["enum"].append("pitch")
        case "scope":
            schemas["AudioInputRequestEmbeddingScopeItem"]["enum"].append("word")
        case "method":
            schemas["CreateAssetRequestMethod"]["enum"].append("connector")


def audio(sample, **settings: Any) -> dict[str, Any]:
    return request_body("audio", media_source=inline(sample("audio", ".wav")), **settings)


AHEAD = {
    # what: the request, and the field that its error names
    "source": (
        lambda _: request_body("image", media_source={"drive_id": "1"}),
        "image.media_source",
    ),
    "source of several": (
        lambda _: request_body(
            "multi_input", media_sources=[{"media_type": "image", "drive_id": "1"}]
        ),
        "multi_input.media_sources[0]",
    ),
    "media type": (
        lambda sample: request_body(
            "multi_input",
            media_sources=[{"media_type": "model", **inline(sample("image", ".jpg"))}],
        ),
        "multi_input.media_sources[0].media_type",
    ),
    "strategy": (
        lambda sample: audio(sample, segmentation={"strategy": "even"}),
        "audio.segmentation",
    ),
    "dimension": (
        lambda _: body_35("multi_input", input_text="a dog", embedding_dimension=1024),
        "embedding_dimension",
    ),
    "input type": (lambda _: {"input_type": "smell", "model_name": "marengo3.0"}, "input_type"),
    "option": (lambda sample: audio(sample, embedding_option=["pitch"]), "audio.embedding_option"),
    "scope": (lambda sample: audio(sample, embedding_scope=["word"]), "audio.embedding_scope"),
}


@pytest.mark.parametrize("what", AHEAD)
def test_what_only_the_contract_knows_is_no_internal_error(start, sample, tmp_path, what):
    make, field = AHEAD[what]
    _, client = start(contract=contract_with(tmp_path, what))
    status, code, message = error(client.post("/embed-v2", json=make(sample)))
    assert (status, code) == (400, "parameter_invalid")
    assert message.startswith(f"{field}: ")


def contract_with(tmp_path, *names: str) -> Path:
    document = yaml.safe_load(OPENAPI.read_text("utf-8"))
    for what in names:
        changed(document, what)
    file = tmp_path / "ahead.yaml"
    file.write_text(yaml.safe_dump(document), "utf-8")
    return file


def test_methods_and_models_that_only_the_contract_knows(start, tmp_path):
    _, client = start(contract=contract_with(tmp_path, "method", "model"))
    files = {"file": ("a.mp4", b"x")}
    response = client.post("/assets", data={"method": "connector"}, files=files)
    assert flat_error(response)[:2] == (400, "parameter_invalid")
    body = request_body("text", input_text="a dog") | {"model_name": "marengo9"}
    assert len(rows(client.post("/embed-v2", json=body))) == 1
