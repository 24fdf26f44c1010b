"""Arguments in the vendor SDK's style: what they become, and errors that name them."""

import io
import json
import logging
from typing import Any

import pytest
from twelvelabs_embed import (
    OMIT,
    AssetFailedError,
    InvalidInputError,
    InvalidRequestError,
    Media,
    Progress,
    RequestOptions,
)
from twelvelabs_embed.api._arguments import as_form_file, as_json, as_list, given
from twelvelabs_embed_api.types import UNSET

from tests.clients import NO_WAIT, ClientKind, both_clients
from tests.scripted_server import Response

TASK = Response(202, {"_id": "t1", "status": "processing", "data": None})


@both_clients
async def test_a_value_that_cannot_be_is_an_error_as_the_service_writes_it(
    kind: ClientKind,
) -> None:
    async with kind.open() as client:
        with pytest.raises(InvalidRequestError) as of_embed:
            await client.embed.v_2.create(
                input_type="text", model_name="m", text={"input_text": "a", "more": 1}
            )
        with pytest.raises(InvalidRequestError) as of_upload:
            await client.multipart_upload.create(filename="a", type="video", total_size="long")
    for caught, is_nested in ((of_embed, True), (of_upload, False)):
        inner = {"code": "parameter_invalid", "message": str(caught.value)}
        assert caught.value.body == ({"error": inner} if is_nested else inner)
    assert of_embed.value.violations[0].field == "text.more"
    assert of_upload.value.violations[0].field == "total_size"


@both_clients
@pytest.mark.parametrize(
    ("method", "other", "field"),
    [("direct", {"url": "https://a.example/b"}, "file"), ("url", {"file": b"a"}, "url")],
)
async def test_what_a_method_needs_is_named(
    kind: ClientKind, method: str, other: dict[str, Any], field: str
) -> None:
    async with kind.open() as client:
        for nothing in ({}, {field: None}, {field: OMIT}, {field: ""}):
            with pytest.raises(InvalidRequestError) as caught:
                await client.assets.create(method=method, **other, **nothing)
            (violation,) = caught.value.violations
            assert violation.field == field
            assert method in violation.value
            assert str(violation.hint) == f"Pass {field}="
            assert caught.value.code == "parameter_not_provided"
            assert caught.value.body["code"] == "parameter_not_provided"  # it is not nested


@both_clients
async def test_a_link_to_a_page_is_sent_with_a_warning(
    kind: ClientKind, caplog: pytest.LogCaptureFixture
) -> None:
    page = {"media_source": {"url": "https://www.youtube.com/watch?v=a"}}
    async with kind.connected(TASK) as (client, server):
        with caplog.at_level(logging.WARNING, "twelvelabs_embed"):
            await client.embed.v_2.tasks.create(input_type="video", model_name="m", video=page)
    assert server.requests[0].json["video"] == page
    (record,) = [one for one in caplog.records if one.levelno == logging.WARNING]
    assert record.name == "twelvelabs_embed"


@both_clients
async def test_a_failed_asset_is_called_by_its_label_or_its_name(kind: ClientKind) -> None:
    failed = Response(body={"_id": "a1", "status": "failed", "filename": "film.mp4"})
    async with kind.connected(failed) as (client, _):
        for label, shown in (("", "film.mp4"), ("mine", "mine")):
            with pytest.raises(AssetFailedError, match=rf"asset a1 \({shown}\) failed"):
                await client.assets.wait_until_ready("a1", label=label)
        media = Media.asset("a1")
        with pytest.raises(AssetFailedError, match=rf"asset a1 \({media.label}\) failed"):
            await client.assets.upload(media)


@both_clients
@pytest.mark.parametrize(
    ("timeout_sec", "status", "requests"),
    [(0, "processing", 1), (60, "ready", 3), (None, "ready", 3)],
)
async def test_what_is_an_asset_is_not_uploaded_again(
    kind: ClientKind, timeout_sec: float | None, status: str, requests: int
) -> None:
    """And is waited for, unless there is no time at all; each request has the given options."""
    processing, ready = ({"_id": "a1", "status": one} for one in ("processing", "ready"))
    steps = Response(body=processing), Response(body=processing), Response(body=ready)
    async with kind.connected(*steps, clock=NO_WAIT) as (client, server):
        asset = await client.assets.upload(
            Media.asset("a1"),
            timeout=timeout_sec,
            request_options={"additional_headers": {"x-mine": "1"}},
        )
    assert (asset.id, asset.status) == ("a1", status)
    asked = [(one.method, one.path, one.headers["x-mine"]) for one in server.requests]
    assert asked == [("GET", "/v1.3/assets/a1", "1")] * requests


@both_clients
async def test_arguments_of_an_upload_reach_it(kind: ClientKind) -> None:
    seen: list[Progress] = []
    options: RequestOptions = {"additional_headers": {"x-mine": "1"}}
    ready = Response(201, {"_id": "a1", "status": "ready"})
    async with kind.connected(ready) as (client, server):
        with pytest.raises(InvalidInputError) as caught:
            await client.assets.upload(b"ID3", concurrency=0)
        await client.assets.upload(
            b"ID3", filename="b.mp3", progress=seen.append, request_options=options, timeout=0
        )
    assert [one.field for one in caught.value.violations] == ["concurrency"]
    (request,) = server.requests
    assert request.headers["x-mine"] == "1"
    assert b'filename="b.mp3"' in request.body
    assert seen[-1].done_bytes == seen[-1].total_bytes == 3


@both_clients
async def test_a_call_is_logged_by_the_name_that_users_write(
    kind: ClientKind, caplog: pytest.LogCaptureFixture
) -> None:
    row = {"embedding": [0.5], "embedding_option": None, "embedding_scope": None}
    async with kind.connected(Response(body={"data": [row]})) as (client, _):
        with caplog.at_level(logging.DEBUG, "twelvelabs_embed"):
            await client.embed.v_2.create(
                input_type="text", model_name="marengo3.0", text={"input_text": "a"}
            )
    names = [getattr(record, "operation", None) for record in caplog.records]
    assert "embed.v_2.create" in names


def test_what_stands_for_no_argument_is_not_given() -> None:
    assert [given(value) for value in (None, OMIT, UNSET, ...)] == [None] * 4
    assert [given(value) for value in (0, "", False)] == [0, "", False]


def test_one_or_several_values_are_a_list() -> None:
    assert as_list(None) is UNSET
    assert (as_list("ab"), as_list(("a", "b")), as_list([])) == (["ab"], ["a", "b"], [])


def test_user_metadata_is_written_as_json() -> None:
    assert as_json('{"a": 1}') == '{"a": 1}'
    assert [as_json(value) for value in (None, OMIT, "")] == [None] * 3
    written = as_json({"shoot": 5, "tags": ["a", "b"], "old": None})
    assert json.loads(written or "") == {"shoot": 5, "tags": ["a", "b"], "old": None}


class Named(io.BytesIO):
    """An open file, which has a name."""

    def __init__(self, content: bytes, name: Any) -> None:
        super().__init__(content)
        self.name = name


@pytest.mark.parametrize(
    ("file", "content", "filename", "content_type", "headers"),
    [
        (b"ab", b"ab", "upload", "application/octet-stream", {}),
        ("äb", "äb".encode(), "upload", "application/octet-stream", {}),
        (Named(b"ab", "/films/a.mp4"), b"ab", "a.mp4", "application/octet-stream", {}),
        (Named(b"ab", r"C:\films\a.mp4"), b"ab", "a.mp4", "application/octet-stream", {}),
        (Named(b"ab", 7), b"ab", "upload", "application/octet-stream", {}),
        (("b.mp4", b"ab"), b"ab", "b.mp4", "application/octet-stream", {}),
        ((None, Named(b"ab", "a.mp4")), b"ab", "a.mp4", "application/octet-stream", {}),
        (("b.mp4", Named(b"ab", "a.mp4"), "video/mp4"), b"ab", "b.mp4", "video/mp4", {}),
        (("b", b"ab", None, {"x-a": "1"}), b"ab", "b", "application/octet-stream", {"x-a": "1"}),
    ],
)
def test_a_file_is_taken_in_each_of_its_forms(
    file: Any, content: bytes, filename: str, content_type: str, headers: dict[str, str]
) -> None:
    form = as_form_file(file)
    assert not isinstance(form.content, bytes)
    assert form.content.read() == content  # type: ignore[union-attr]
    assert (form.filename, form.content_type) == (filename, content_type)
    assert form.headers == headers
