"""Endpoints: the name, path and effect of each operation, and how its response is read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import twelvelabs_embed
import twelvelabs_embed_api.models
import yaml
from twelvelabs_embed._http import endpoints
from twelvelabs_embed._http.operation import EMBED_PATH, FormFile, MultipartForm, Operation
from twelvelabs_embed._http.redaction import Secret

ROOT = Path(__file__).resolve().parents[2]
NAMES = [
    "embed",
    "embed.v_2.tasks.create",
    "embed.v_2.tasks.list",
    "embed.v_2.tasks.retrieve",
    "assets.create",
    "assets.list",
    "assets.retrieve",
    "assets.delete",
    "assets.replace_user_metadata",
    "assets.update_user_metadata",
    "assets.delete_user_metadata",
    "assets.retrieve_transcription",
    "assets.list_indexed_assets",
    "assets.list_entities",
    "multipart_upload.create",
    "multipart_upload.list_incomplete_uploads",
    "multipart_upload.report_chunk_batch",
    "multipart_upload.get_status",
    "multipart_upload.get_additional_presigned_urls",
]
# What a second request would create twice, and how to see whether it is there.
CREATES = {
    "embed.v_2.tasks.create": ("task", "client.embed.v_2.tasks.list(started_at={since!r})"),
    "assets.create": ("asset", "client.assets.list(), newest first"),
    "multipart_upload.create": (
        "upload session",
        "client.multipart_upload.list_incomplete_uploads(), newest first",
    ),
}


def _every_operation(id: str) -> list[Operation[Any]]:
    models: Any = twelvelabs_embed_api.models
    metadata = models.UserMetadataRequest(user_metadata={})
    upload = models.CreateAssetUploadRequest(filename="a.mp4", type="video", total_size=1)
    task = models.CreateAsyncEmbeddingRequest(input_type="audio", model_name="marengo3.0")
    links = models.RequestAdditionalPresignedUrlsRequest(start=1, count=1)
    return [
        Operation("embed", "POST", EMBED_PATH, lambda response: response, {}),
        endpoints.create_task(NAMES[1], task),
        endpoints.list_tasks(),
        endpoints.retrieve_task(NAMES[3], id, lambda response: response),
        endpoints.create_asset(NAMES[4], models.CreateAssetRequest(method="url"), None),
        endpoints.list_assets(),
        endpoints.retrieve_asset(id),
        endpoints.delete_asset(id),
        endpoints.replace_user_metadata(id, metadata),
        endpoints.update_user_metadata(id, metadata),
        endpoints.delete_user_metadata(id),
        endpoints.retrieve_transcription(id),
        endpoints.list_indexed_assets(id),
        endpoints.list_entities(id),
        endpoints.create_multipart_upload(upload),
        endpoints.list_incomplete_uploads(),
        endpoints.report_chunk_batch(id, models.ReportChunkBatchRequest(completed_chunks=[])),
        endpoints.get_upload_status(id),
        endpoints.request_presigned_urls(id, links),
    ]


def test_templates_are_the_paths_of_the_contract() -> None:
    contract = yaml.safe_load((ROOT / "openapi" / "embed-v2.yaml").read_text())
    documented = {
        (method.upper(), re.sub(r"{\w+}", "{id}", path))
        for path, methods in contract["paths"].items()
        for method in methods
        if method != "parameters"
    }
    operations = _every_operation("an/id")
    assert {(one.method, one.template or one.path) for one in operations} == documented
    for one in operations:
        assert one.path == (one.template or one.path).replace("{id}", "an%2Fid")


def test_the_path_of_embeddings_is_that_of_the_generated_endpoint() -> None:
    models: Any = twelvelabs_embed_api.models
    request = models.CreateEmbeddingsRequest(input_type="text", model_name="marengo3.0")
    generated = endpoints.create_embeddings("", request, lambda response: response)
    assert (generated.method, generated.path) == ("POST", EMBED_PATH)


def test_each_operation_says_what_it_does() -> None:
    """Retries depend on it: what creates something is sent once, what is gone was removed."""
    operations = _every_operation("a")
    assert [one.name for one in operations] == NAMES
    created = {one.name: (one.created_resource, one.lookup_hint) for one in operations}
    assert created == {name: CREATES.get(name, ("", "")) for name in NAMES}
    assert [one.name for one in operations if one.removes] == ["assets.delete"]


def read(operation: Operation[Any], document: Any) -> Any:
    content = document if isinstance(document, bytes) else None
    json = None if content is not None else document
    return operation.parse(httpx.Response(200, content=content, json=json))


def test_what_is_created_has_an_id() -> None:
    _, create_task, *_ = operations = _every_operation("a")
    for create in (create_task, operations[4]):
        assert read(create, {"_id": "a1", "status": "ready"}).id == "a1"
        for document in ({}, {"_id": None}, {"_id": ""}, {"_id": 7}):
            with pytest.raises(ValueError, match=r"_id: .* is no id"):
                read(create, document)


def test_presigned_links_are_secrets() -> None:
    link = {"chunk_index": 1, "url": "https://a/b?X-Signature=5ec"}
    session = {"upload_id": "u", "asset_id": "a", "chunk_size": 1, "total_chunks": 1}
    operations = {one.name: one for one in _every_operation("a")}
    for name in ("multipart_upload.create", "multipart_upload.get_additional_presigned_urls"):
        found = read(operations[name], {**session, "upload_urls": [{**link}]})
        (one,) = found.upload_urls
        assert (one.url, type(one.url), one.chunk_index) == (link["url"], Secret, 1)
        assert "5ec" not in repr(found)
        assert not read(operations[name], {**session, "upload_urls": None}).upload_urls


def test_a_response_without_data_is_empty_or_json() -> None:
    operations = {one.name: one for one in _every_operation("a")}
    for name in ("assets.delete", *(one for one in NAMES if "user_metadata" in one)):
        assert [read(operations[name], content) for content in (b"", b"{}")] == [None, None]
        with pytest.raises(ValueError, match="Expecting value"):
            read(operations[name], b"<html>")


def test_a_form_has_texts_and_words_for_booleans() -> None:
    models: Any = twelvelabs_embed_api.models
    request = models.CreateAssetRequest(
        method="direct", filename="a.mp4", enable_hls=True, enable_thumbnail=False
    )
    file = FormFile(twelvelabs_embed.Media.bytes(b"a"), "a.mp4")
    texts = {"method": "direct", "filename": "a.mp4", "enable_hls": "true"}
    form = MultipartForm({**texts, "enable_thumbnail": "false"}, file)
    assert endpoints.create_asset("", request, file).body == form


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ({"message": "no"}, "no"),
        ({"message": ""}, None),
        ({"message": 7}, None),
        ({}, None),
        (None, None),
        ("no", None),
        (twelvelabs_embed.AssetError(message="no"), "no"),
    ],
)
def test_the_message_of_a_failure(error: object, message: str | None) -> None:
    assert endpoints.read_message(error) == message
