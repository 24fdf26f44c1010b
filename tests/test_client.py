import copy
import inspect
import pickle
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import httpx
import pytest
from twelvelabs_embed import (
    NO_RETRY,
    ApiError,
    AsyncTwelveLabs,
    ConfigurationError,
    InvalidInputError,
    InvalidResponseError,
    MediaSource,
    RawResponse,
    TextInputRequest,
    TwelveLabs,
)

from tests.scripted_server import Response, scripted_server

ROW = {"embedding": [0.5, -0.25, 0.1]}
RESPONSE = Response(body={"data": [ROW]}, headers={"X-Request-Id": "r7"})
TEXT: dict[str, Any] = {
    "input_type": "text",
    "model_name": "marengo3.0",
    "text": TextInputRequest(input_text="a dog"),
}


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TWELVE_LABS_API_KEY", "TWELVELABS_API_KEY", "TWELVELABS_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def sent_key(**arguments: Any) -> str:
    with (
        scripted_server(RESPONSE) as server,
        TwelveLabs(base_url=server.base_url, **arguments) as client,
    ):
        client.embed.v_2.create(**TEXT)
    return server.requests[0].headers["x-api-key"]


def test_where_the_key_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWELVELABS_API_KEY", "second")
    assert sent_key() == "second"
    monkeypatch.setenv("TWELVE_LABS_API_KEY", "first\n")
    assert sent_key() == "first"
    assert sent_key(api_key="argument") == "argument"


@pytest.mark.parametrize("key", [None, "", "  "])
def test_no_key(key: str | None) -> None:
    with pytest.raises(ConfigurationError, match=r"api_key=.*TWELVE_LABS_API_KEY.*emulator"):
        TwelveLabs(key)


@pytest.mark.parametrize("key", ["a\nb", "schlüssel", "a\x00"])
def test_a_key_that_no_header_can_carry_is_not_shown(key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        TwelveLabs(key)
    assert key not in str(caught.value)


def test_where_the_base_url_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    assert repr(TwelveLabs("k")) == "TwelveLabs(base_url='https://api.twelvelabs.io/v1.3')"
    monkeypatch.setenv("TWELVELABS_BASE_URL", "http://localhost:1/v1.3/")
    assert repr(AsyncTwelveLabs("k")) == "AsyncTwelveLabs(base_url='http://localhost:1/v1.3')"
    assert "http://h/x" in repr(TwelveLabs("k", base_url="http://h/x"))


@pytest.mark.parametrize(
    "url", ["localhost:80", "ftp://host", "http://", "/v1.3", "http://host:port"]
)
def test_a_base_url_that_cannot_be(url: str) -> None:
    with pytest.raises(ConfigurationError, match="base URL"):
        TwelveLabs("k", base_url=url)


@pytest.mark.parametrize("client_type", [TwelveLabs, AsyncTwelveLabs])
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://host/v1.3?team=a", "query"),
        ("https://host/v1.3?", "query"),
        ("https://host/v1.3#part", "fragment"),
        ("https://me:secret@host/v1.3", "password"),
        ("https://secret@host", "password"),
        ("ftp://me:secret@host", "base URL"),
        ("https://me:secret@host:port", "base URL"),
    ],
)
def test_a_base_url_has_no_more_than_a_path(client_type: Any, url: str, reason: str) -> None:
    """Paths are added to its end, and it is shown and recorded."""
    with pytest.raises(ConfigurationError, match=reason) as raised:
        client_type("k", base_url=url)
    assert "secret" not in str(raised.value)


def test_connections_are_kept_open() -> None:
    with scripted_server(RESPONSE) as server, TwelveLabs("k", base_url=server.base_url) as client:
        for _ in range(3):
            client.embed.v_2.create(**TEXT)
    assert len(server.requests) == 3
    assert len({request.client_port for request in server.requests}) == 1


def test_closing_closes_only_its_own_client() -> None:
    with scripted_server(RESPONSE) as server, httpx.Client(headers={"x-mine": "1"}) as http:
        with TwelveLabs("k", base_url=server.base_url, httpx_client=http) as client:
            client.embed.v_2.create(**TEXT)
        assert not http.is_closed
        assert server.requests[0].headers["x-mine"] == "1"
    client = TwelveLabs("k")
    client.close()
    with pytest.raises(RuntimeError, match="closed"):
        client.embed.v_2.create(**TEXT)


async def test_awaited() -> None:
    with scripted_server(RESPONSE) as server:
        async with AsyncTwelveLabs("k", base_url=server.base_url) as client:
            response = await client.embed.v_2.create(**TEXT)
            raw = await client.embed.v_2.with_raw_response.create(**TEXT)
        async with httpx.AsyncClient() as http:
            async with AsyncTwelveLabs("k", base_url=server.base_url, httpx_client=http) as client:
                await client.embed.v_2.create(**TEXT)
            assert not http.is_closed
    assert response.data[0].embedding == [0.5, -0.25, 0.1]
    assert isinstance(raw, RawResponse)


def test_raw_response() -> None:
    with scripted_server(RESPONSE) as server, TwelveLabs("k", base_url=server.base_url) as client:
        raw = client.embed.v_2.with_raw_response.create(**TEXT)
    assert raw.data.data[0].embedding == [0.5, -0.25, 0.1]
    assert raw.status_code == 200
    assert raw.headers["x-request-id"] == "r7"
    assert raw.attempts == 1


def test_what_is_sent() -> None:
    with scripted_server(RESPONSE) as server, TwelveLabs("k", base_url=server.base_url) as client:
        client.embed.v_2.create(**TEXT)
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/v1.3/embed-v2")
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"].startswith("twelvelabs-embed/")
    assert request.json == {
        "input_type": "text",
        "model_name": "marengo3.0",
        "text": {"input_text": "a dog"},
    }


def test_settings_of_one_call() -> None:
    with scripted_server(RESPONSE) as server, TwelveLabs("k", base_url=server.base_url) as client:
        client.embed.v_2.create(
            **TEXT,
            request_options={
                "additional_headers": {"x-trace": "1"},
                "additional_query_parameters": {"a": "b c"},
                "additional_body_parameters": {"new": True},
            },
        )
    (request,) = server.requests
    assert request.headers["x-trace"] == "1"
    url = httpx.URL(request.path)  # not every version of httpx writes a space the same way
    assert (url.path, dict(url.params)) == ("/v1.3/embed-v2", {"a": "b c"})
    assert request.json["new"] is True


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"input_type": "text"}, "text: input_type is 'text' and nothing is given"),
        ({"input_type": "image", "text": TEXT["text"]}, "image: input_type is 'image' and text is"),
        ({"input_type": "smell"}, "input_type: 'smell', but must be one of text, image"),
        ({"input_type": "text", "text": None}, "nothing is given"),
    ],
)
def test_a_missing_argument_is_an_error_before_anything_is_sent(
    arguments: dict[str, Any], message: str
) -> None:
    with scripted_server(RESPONSE) as server, TwelveLabs("k", base_url=server.base_url) as client:
        with pytest.raises(InvalidInputError, match=message):
            client.embed.v_2.create(model_name="marengo3.0", **arguments)
    assert server.requests == []


def test_both_names_of_base64() -> None:
    assert MediaSource(base64_string="QQ==") == MediaSource(base_64_string="QQ==")
    assert MediaSource(base_64_string="QQ==").to_dict() == {"base64_string": "QQ=="}
    assert MediaSource(base64_string="QQ==").base_64_string == "QQ=="


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{}", b'{"data": 5}', b'{"data": [5]}', b"<html>"]
)
def test_a_response_that_is_none(body: bytes) -> None:
    with scripted_server(Response(body=body)) as server:
        with TwelveLabs("k", base_url=server.base_url, retry=NO_RETRY) as client:
            with pytest.raises(InvalidResponseError, match="cannot be read") as caught:
                client.embed.v_2.create(**TEXT)
    assert caught.value.response.content == body
    assert caught.value.attempts == 1


def test_a_redirect_is_not_followed() -> None:
    with scripted_server(RESPONSE) as elsewhere:
        target = f"{elsewhere.base_url}/embed-v2"
        redirect = Response(307, headers={"location": f"{target}?token=secret"})
        with scripted_server(redirect) as server, httpx.Client(follow_redirects=True) as http:
            client = TwelveLabs("k", base_url=server.base_url, httpx_client=http)
            with pytest.raises(ApiError) as raised:
                client.embed.v_2.create(**TEXT)
    assert elsewhere.requests == []
    assert f"redirect to {target}, " in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_success_that_is_an_error_has_the_words_of_the_service() -> None:
    body = {"error": {"code": "maintenance", "message": "back at noon"}}
    with scripted_server(Response(200, body)) as server:
        client = TwelveLabs("k", base_url=server.base_url)
        for call in (lambda: client.embed("a dog"), lambda: client.assets.retrieve("a")):
            with pytest.raises(InvalidResponseError, match="maintenance: back at noon"):
                call()
        client.close()


@pytest.mark.parametrize("client", [TwelveLabs("k"), AsyncTwelveLabs("k")])
def test_the_signature_is_the_reference_pages(client: TwelveLabs | AsyncTwelveLabs) -> None:
    signature = inspect.signature(type(client.embed.v_2).create)
    assert list(signature.parameters) == [
        "self",
        "input_type",
        "model_name",
        "text",
        "image",
        "text_image",
        "audio",
        "video",
        # since 2026-11
        "multi_input",
        "embedding_dimension",
        "embedding_uncertainty",
        "auto_truncate",
        "request_options",
    ]
    required = [p.name for p in signature.parameters.values() if p.default is p.empty]
    assert required == ["self", "input_type", "model_name"]
    assert (
        signature.parameters["video"].annotation == "VideoInputRequest | Mapping[str, Any] | None"
    )
    assert signature.parameters["model_name"].annotation == "str"
    assert signature.return_annotation == "EmbeddingSuccessResponse"
    assert "reference page" in (type(client.embed.v_2).create.__doc__ or "")


@pytest.mark.parametrize("client_type", [TwelveLabs, AsyncTwelveLabs])
def test_a_mock_of_the_class_has_every_attribute(client_type: type) -> None:
    client = create_autospec(client_type)("key")
    client.embed("a dog")
    client.embed.v_2.create(**TEXT)
    client.embed.many(["a dog"])
    client.assets.list()
    with pytest.raises(AttributeError):
        client.embedd("a dog")


@pytest.mark.parametrize("client_type", [TwelveLabs, AsyncTwelveLabs])
def test_a_mock_of_a_client_takes_what_the_client_takes(client_type: type) -> None:
    """Of the class, a mock cannot know: Python does not say what a property will return."""
    client = create_autospec(client_type("key"))
    client.embed("a dog", model="marengo3.0")
    client.embed.many(["a dog"], concurrency=2)
    for call in (client.embed, client.embed.v_2.create, client.embed.many, client.assets.upload):
        with pytest.raises(TypeError):
            call(nonsense=1)
    with pytest.raises(AttributeError):
        _ = client.embed.v_2.tasks.creat


@pytest.mark.parametrize("make", [TwelveLabs, AsyncTwelveLabs])
@pytest.mark.parametrize("copied", [pickle.dumps, copy.deepcopy])
def test_a_client_is_not_pickled_with_its_key(make: Any, copied: Any) -> None:
    client = make("a-secret-key")
    parts = (client, client._connection, client.embed, client.assets, client.embed._flows)
    for part in parts:
        with pytest.raises(TypeError, match="make a client in each process"):
            copied(part)


def test_a_tilde_in_the_resume_dir_is_expanded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TWELVELABS_EMBED_RESUME_DIR", "~/from the environment")
    for given in ("~/given", None):
        with TwelveLabs("key", resume_dir=given) as client:
            client._resume_store().hold("key").release()
    assert {path.name for path in tmp_path.iterdir()} == {"given", "from the environment"}
