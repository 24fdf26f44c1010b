import copy
import inspect
import pickle
import sys
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import httpx
import pytest
from twelvelabs_embed import (
    NO_RETRY,
    ConfigurationError,
    InvalidInputError,
    InvalidResponseError,
    MediaSource,
    RawResponse,
    TextInputRequest,
    __version__,
)

from tests.clients import ClientKind, both_clients, each_transport, given_clients
from tests.scripted_server import Response

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


async def sent_key(kind: ClientKind, key: str | None) -> str:
    async with kind.connected(RESPONSE, api_key=key) as (client, server):
        await client.embed.v_2.create(**TEXT)
    return server.requests[0].headers["x-api-key"]


@both_clients
async def test_where_the_key_comes_from(kind: ClientKind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWELVELABS_API_KEY", "second")
    assert await sent_key(kind, None) == "second"
    monkeypatch.setenv("TWELVE_LABS_API_KEY", "first\n")
    assert await sent_key(kind, None) == "first"
    assert await sent_key(kind, "argument") == "argument"


@both_clients
@pytest.mark.parametrize("key", [None, "", "  "])
def test_no_key(kind: ClientKind, key: str | None) -> None:
    with pytest.raises(ConfigurationError, match=r"api_key=.*TWELVE_LABS_API_KEY.*emulator"):
        kind.client_type(key)


@both_clients
@pytest.mark.parametrize("key", ["a\nb", "schlüssel", "a\x00"])
def test_a_key_that_no_header_can_carry_is_not_shown(kind: ClientKind, key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        kind.client_type(key)
    assert key not in str(caught.value)


@both_clients
def test_where_the_base_url_comes_from(kind: ClientKind, monkeypatch: pytest.MonkeyPatch) -> None:
    make, name = kind.client_type, kind.client_type.__name__
    assert repr(make("k")) == f"{name}(base_url='https://api.twelvelabs.io/v1.3')"
    monkeypatch.setenv("TWELVELABS_BASE_URL", "http://localhost:1/v1.3/")
    assert repr(make("k")) == f"{name}(base_url='http://localhost:1/v1.3')"
    assert repr(make("k", base_url="http://h/x")) == f"{name}(base_url='http://h/x')"


@both_clients
@pytest.mark.parametrize(
    "url",
    [
        *("localhost:80", "ftp://host", "http://", "/v1.3", "http://host:port", "http://host:0"),
        *("http://:8080", "http://host/a\nb", "https://[host"),
    ],
)
def test_a_base_url_that_cannot_be(kind: ClientKind, url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        kind.client_type("k", base_url=url)
    assert str(caught.value).startswith(f"the base URL {url!r} is no URL")


@both_clients
@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://host/v1.3?team=a", "query"),
        ("https://host/v1.3?", "query"),
        ("https://host/v1.3#part", "fragment"),
        ("https://me:secret@host/v1.3", "password"),
        ("https://secret@host", "password"),
        ("ftp://me:secret@host", r"base URL 'ftp://…' is no URL"),
        ("https://me:secret@host:port", r"base URL 'https://…' is no URL"),
    ],
)
def test_a_base_url_has_no_more_than_a_path(kind: ClientKind, url: str, reason: str) -> None:
    """Paths are added to its end, and it is shown and recorded."""
    with pytest.raises(ConfigurationError, match=reason) as raised:
        kind.client_type("k", base_url=url)
    assert "secret" not in str(raised.value)


@each_transport
async def test_connections_are_kept_open(kind: ClientKind) -> None:
    async with kind.connected(RESPONSE) as (client, server):
        for _ in range(3):
            await client.embed.v_2.create(**TEXT)
    assert len(server.requests) == 3
    assert len({request.client_port for request in server.requests}) == 1


@both_clients
async def test_closing_closes_its_own_client(kind: ClientKind) -> None:
    async with kind.open() as client:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        await client.embed.v_2.create(**TEXT)


@given_clients
async def test_the_timeout_of_a_client_that_was_given_counts_if_it_is_not_the_usual_one(
    kind: ClientKind,
) -> None:
    make = httpx.AsyncClient if kind.awaited else httpx.Client
    for http, expected in ((make(), 300), (make(timeout=7), httpx.Timeout(7))):
        async with ClientKind(awaited=kind.awaited).connected(RESPONSE, httpx_client=http) as made:
            assert made[0]._connection.timeout == expected
        await http.aclose() if isinstance(http, httpx.AsyncClient) else http.close()


@given_clients
async def test_closing_does_not_close_a_client_that_was_given(kind: ClientKind) -> None:
    http = (httpx.AsyncClient if kind.awaited else httpx.Client)(headers={"x-mine": "1"})
    plain = ClientKind(awaited=kind.awaited)
    async with plain.connected(RESPONSE, httpx_client=http) as (client, server):
        await client.embed.v_2.create(**TEXT)
    assert server.requests[0].headers["x-mine"] == "1"
    assert not http.is_closed
    await http.aclose() if isinstance(http, httpx.AsyncClient) else http.close()


@each_transport
async def test_raw_response(kind: ClientKind) -> None:
    async with kind.connected(RESPONSE) as (client, _):
        raw = await client.embed.v_2.with_raw_response.create(**TEXT)
        response = await client.embed.v_2.create(**TEXT)
    assert isinstance(raw, RawResponse)
    assert raw.data.data[0].embedding == response.data[0].embedding == [0.5, -0.25, 0.1]
    assert raw.status_code == 200
    assert raw.headers["x-request-id"] == "r7"
    assert raw.attempts == 1


@each_transport
async def test_what_is_sent(kind: ClientKind) -> None:
    async with kind.connected(RESPONSE) as (client, server):
        await client.embed.v_2.create(**TEXT)
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/v1.3/embed-v2")
    assert request.headers["content-type"] == "application/json"
    python = ".".join(map(str, sys.version_info[:3]))
    assert request.headers["user-agent"] == f"twelvelabs-embed/{__version__} python/{python}"
    assert request.json == {
        "input_type": "text",
        "model_name": "marengo3.0",
        "text": {"input_text": "a dog"},
    }


@each_transport
async def test_headers_of_the_client_are_sent_once(kind: ClientKind) -> None:
    given = {"User-Agent": "mine", "Authorization": "Bearer b", "x-team": "a", "X-Api-Key": "c"}
    given |= {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
    async with kind.connected(RESPONSE, headers=given) as (client, server):
        await client.embed.v_2.create(**TEXT)
    sent = server.requests[0].headers
    assert {name: sent[name.lower()] for name in given} == {**given, "X-Api-Key": "k"}


@each_transport
async def test_settings_of_one_call(kind: ClientKind) -> None:
    options = {
        "additional_headers": {"x-trace": "1"},
        "additional_query_parameters": {"a": "b c"},
        "additional_body_parameters": {"new": True},
    }
    async with kind.connected(RESPONSE) as (client, server):
        await client.embed.v_2.create(**TEXT, request_options=options)
    (request,) = server.requests
    assert request.headers["x-trace"] == "1"
    url = httpx.URL(request.path)  # not every version of httpx writes a space the same way
    assert (url.path, dict(url.params)) == ("/v1.3/embed-v2", {"a": "b c"})
    assert request.json["new"] is True


@both_clients
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"input_type": "text"}, "text: input_type is 'text' and nothing is given"),
        ({"input_type": "image", "text": TEXT["text"]}, "image: input_type is 'image' and text is"),
        ({"input_type": "smell"}, "input_type: 'smell', but must be one of text, image"),
        ({"input_type": "text", "text": None}, "nothing is given"),
    ],
)
async def test_a_missing_argument_is_an_error_before_anything_is_sent(
    kind: ClientKind, arguments: dict[str, Any], message: str
) -> None:
    async with kind.connected(RESPONSE) as (client, server):
        with pytest.raises(InvalidInputError, match=message):
            await client.embed.v_2.create(model_name="marengo3.0", **arguments)
    assert server.requests == []


def test_both_names_of_base64() -> None:
    assert MediaSource(base64_string="QQ==") == MediaSource(base_64_string="QQ==")
    assert MediaSource(base_64_string="QQ==").to_dict() == {"base64_string": "QQ=="}
    assert MediaSource(base64_string="QQ==").base_64_string == "QQ=="


@each_transport
@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b'"x"', b"{}", b'{"data": {}}', b'{"data": [5]}', b"<html>"]
)
async def test_a_response_that_is_none(kind: ClientKind, body: bytes) -> None:
    async with kind.connected(Response(body=body), retry=NO_RETRY) as (client, _):
        with pytest.raises(InvalidResponseError, match="cannot be read") as caught:
            await client.embed.v_2.create(**TEXT)
    assert caught.value.response.content == body
    assert caught.value.attempts == 1


@both_clients
async def test_a_success_that_is_an_error_has_the_words_of_the_service(kind: ClientKind) -> None:
    body = {"error": {"code": "maintenance", "message": "back at noon"}}
    async with kind.connected(Response(200, body)) as (client, _):
        for call in (lambda: client.embed("a dog"), lambda: client.assets.retrieve("a")):
            with pytest.raises(InvalidResponseError, match="maintenance: back at noon"):
                await call()


@both_clients
def test_the_signature_is_the_reference_pages(kind: ClientKind) -> None:
    client = kind.client_type("k")
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


@both_clients
def test_a_mock_of_the_class_has_every_attribute(kind: ClientKind) -> None:
    client = create_autospec(kind.client_type)("key")
    client.embed("a dog")
    client.embed.v_2.create(**TEXT)
    client.embed.many(["a dog"])
    client.assets.list()
    with pytest.raises(AttributeError):
        client.embedd("a dog")


@both_clients
def test_a_mock_of_a_client_takes_what_the_client_takes(kind: ClientKind) -> None:
    """Of the class, a mock cannot know: Python does not say what a property will return."""
    client = create_autospec(kind.client_type("key"))
    client.embed("a dog", model="marengo3.0")
    client.embed.many(["a dog"], concurrency=2)
    for call in (client.embed, client.embed.v_2.create, client.embed.many, client.assets.upload):
        with pytest.raises(TypeError):
            call(nonsense=1)
    with pytest.raises(AttributeError):
        _ = client.embed.v_2.tasks.creat


@both_clients
@pytest.mark.parametrize("copied", [pickle.dumps, copy.deepcopy])
def test_a_client_is_not_pickled_with_its_key(kind: ClientKind, copied: Any) -> None:
    client = kind.client_type("a-secret-key")
    parts = (client, client._connection, client.embed, client.assets, client.embed._flows)
    for part in parts:
        with pytest.raises(TypeError, match="make a client in each process"):
            copied(part)


@both_clients
def test_a_tilde_in_the_resume_dir_is_expanded(
    kind: ClientKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TWELVELABS_EMBED_RESUME_DIR", "~/from the environment")
    for given in ("~/given", None):
        client = kind.client_type("key", resume_dir=given)
        client._resume_store().hold("key").release()
    assert {path.name for path in tmp_path.iterdir()} == {"given", "from the environment"}
