"""The generated client reads what the contract does not promise, and works alone."""

from typing import Any

import pytest
from twelvelabs_embed_api import AuthenticatedClient, errors
from twelvelabs_embed_api.api.embed import create_embeddings
from twelvelabs_embed_api.models import (
    CreateEmbeddingsRequest,
    EmbeddingAudioMetadata,
    EmbeddingMultiInputMetadata,
    EmbeddingOtherMetadata,
    EmbeddingSuccessResponse,
    EmbeddingUsage,
    EmbeddingVideoMetadata,
    TextInputRequest,
    VideoSegmentationFixed,
    VideoSegmentationFixedFixed,
)

from tests.scripted_server import Response, scripted_server

ROW = {
    "embedding": [0.5, -0.25],
    "embedding_option": None,
    "embedding_scope": None,
    "start_sec": None,
    "end_sec": None,
}
VIDEO = {
    "input_type": "video",
    "embedding_options": ["visual"],
    "embedding_scopes": ["clip"],
    "duration": 4.5,
}


def decoded(**changes: Any) -> EmbeddingSuccessResponse:
    return EmbeddingSuccessResponse.from_dict({"data": [ROW], **changes})


def test_the_plain_case() -> None:
    response = decoded(metadata=VIDEO)
    assert response.data[0].embedding == [0.5, -0.25]
    assert response.data[0].embedding_option is None
    assert isinstance(response.metadata, EmbeddingVideoMetadata)
    assert response.metadata.duration == 4.5
    assert response.to_dict() == {"data": [ROW], "metadata": VIDEO}


@pytest.mark.parametrize("name", ["embedding_option", "embedding_scope"])
def test_an_unknown_enum_value_passes_through(name: str) -> None:
    (row,) = decoded(data=[{**ROW, name: "smell"}]).data
    assert getattr(row, name) == "smell"
    assert row.to_dict()[name] == "smell"


def test_extra_fields_are_kept() -> None:
    response = decoded(data=[{**ROW, "smell": 3}], cost={"input_tokens": 7})
    assert response.data[0]["smell"] == 3
    assert response["cost"] == {"input_tokens": 7}


def test_responses_of_a_later_model() -> None:
    response = decoded(
        data=[{**ROW, "quadrant": "top_left", "embedding_uncertainty": [0.1, 0.2]}],
        metadata={"input_type": "multi_input", "embedding_dimension": 2},
        usage={"input_tokens": {"text": 7}, "truncated": False},
    )
    assert response.data[0].quadrant == "top_left"
    assert response.data[0].embedding_uncertainty == [0.1, 0.2]
    assert isinstance(response.metadata, EmbeddingMultiInputMetadata)
    assert response.metadata.embedding_dimension == 2
    assert isinstance(response.usage, EmbeddingUsage)
    assert response.usage.input_tokens["text"] == 7


def test_metadata_of_an_unknown_kind_is_kept_whole() -> None:
    metadata = decoded(metadata={"input_type": "book", "pages": 3}).metadata
    assert isinstance(metadata, EmbeddingOtherMetadata)
    assert metadata.input_type == "book"
    assert metadata["pages"] == 3


def test_metadata_of_a_known_kind_without_a_promised_field_is_kept_whole() -> None:
    metadata = decoded(metadata={"input_type": "video", "duration": 2.0}).metadata
    assert isinstance(metadata, EmbeddingOtherMetadata)
    assert metadata["duration"] == 2.0


@pytest.mark.parametrize("name", list(ROW))
def test_null_in_a_row(name: str) -> None:
    (row,) = decoded(data=[{**ROW, name: None}]).data
    assert getattr(row, name) is None


@pytest.mark.parametrize("name", ["embedding_options", "embedding_scopes", "duration", "input_url"])
def test_null_in_metadata(name: str) -> None:
    metadata = decoded(metadata={**VIDEO, "input_type": "audio", name: None}).metadata
    assert isinstance(metadata, EmbeddingAudioMetadata)
    assert getattr(metadata, name) is None


def test_null_for_a_list_and_in_a_list() -> None:
    assert decoded(data=None).data == []
    first, second = decoded(data=[None, ROW]).data
    assert first is None
    assert second.embedding == [0.5, -0.25]


def test_null_and_absent_metadata() -> None:
    assert decoded(metadata=None).metadata is None
    assert decoded().metadata is None


def test_the_tag_of_a_variant_need_not_be_typed() -> None:
    fixed = VideoSegmentationFixed(fixed=VideoSegmentationFixedFixed(duration_sec=5))
    assert fixed.to_dict() == {"strategy": "fixed", "fixed": {"duration_sec": 5}}


REQUEST = CreateEmbeddingsRequest(
    input_type="text", model_name="marengo3.0", text=TextInputRequest(input_text="a dog")
)


def low_level_client(base_url: str) -> AuthenticatedClient:
    return AuthenticatedClient(
        base_url=base_url,
        token="key",
        prefix="",
        auth_header_name="x-api-key",
        raise_on_unexpected_status=True,
    )


def test_alone() -> None:
    with (
        scripted_server(Response(body={"data": [ROW]})) as server,
        low_level_client(server.base_url) as api,
    ):
        response = create_embeddings.sync(client=api, body=REQUEST)
    assert response is not None
    assert response.data[0].embedding == [0.5, -0.25]
    (sent,) = server.requests
    assert sent.path == "/v1.3/embed-v2"
    assert sent.headers["x-api-key"] == "key"
    assert sent.json == {
        "input_type": "text",
        "model_name": "marengo3.0",
        "text": {"input_text": "a dog"},
    }


async def test_alone_awaited() -> None:
    with scripted_server(Response(body={"data": [ROW]})) as server:
        async with low_level_client(server.base_url) as api:
            response = await create_embeddings.asyncio(client=api, body=REQUEST)
    assert response is not None
    assert response.data[0].embedding == [0.5, -0.25]


@pytest.mark.parametrize(
    ("status", "body"),
    [(400, b'{"error": {"code": "parameter_invalid", "message": "no"}}'), (502, b"<html>")],
)
def test_alone_an_error_keeps_its_body_whatever_it_is(status: int, body: bytes) -> None:
    with (
        scripted_server(Response(status, body)) as server,
        low_level_client(server.base_url) as api,
    ):
        with pytest.raises(errors.UnexpectedStatus) as caught:
            create_embeddings.sync(client=api, body=REQUEST)
    assert caught.value.status_code == status
    assert caught.value.content == body
