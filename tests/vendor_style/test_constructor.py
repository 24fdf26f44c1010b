"""The arguments of the vendor SDK's clients: both of ours take them, in the same way."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from operator import attrgetter
from typing import Any

import httpx
import pytest
from twelvelabs_embed import (
    NO_RETRY,
    ApiError,
    AsyncTwelveLabs,
    ConfigurationError,
    TwelveLabs,
    TwelveLabsEnvironment,
)

from tests.clients import ClientKind, both_clients
from tests.scripted_server import Response, scripted_server

RESPONSE = Response(body={"data": [{"embedding": [0.5, 0.25]}]})
Make = Callable[..., Any]


@pytest.fixture(params=[TwelveLabs, AsyncTwelveLabs], ids=["blocking", "awaited"])
def make(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Make:
    for name in ("TWELVE_LABS_API_KEY", "TWELVELABS_API_KEY", "TWELVELABS_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    kind: Make = request.param
    return kind


def embed(make: Make, **arguments: Any) -> None:
    """Embed a text by a client with these arguments."""
    if make is TwelveLabs:
        with make(retry=NO_RETRY, **{"api_key": "k", **arguments}) as client:
            client.embed("a dog")
    else:

        async def run() -> None:
            async with make(retry=NO_RETRY, **{"api_key": "k", **arguments}) as client:
                await client.embed("a dog")

        asyncio.run(run())


@pytest.mark.parametrize(
    "timeout",
    [0, -1, math.nan, math.inf, -math.inf, "5", True, httpx.Timeout(0), httpx.Timeout(5, read=-1)],
)
def test_what_is_no_timeout_is_rejected(make: Make, timeout: Any) -> None:
    with pytest.raises(ConfigurationError, match="timeout is"):
        make("k", timeout=timeout)


@pytest.mark.parametrize("timeout_sec", [0, -1, math.nan, math.inf, "5"])
def test_nor_is_it_for_one_call(make: Make, timeout_sec: Any) -> None:
    if make is AsyncTwelveLabs:
        client: Any = make("k", base_url="http://127.0.0.1:9")
        call = client.embed("a dog", request_options={"timeout_in_seconds": timeout_sec})
        with pytest.raises(ConfigurationError, match="timeout_in_seconds"):
            asyncio.run(call)
    else:
        with pytest.raises(ConfigurationError, match="timeout_in_seconds"):
            make("k").embed("a dog", request_options={"timeout_in_seconds": timeout_sec})


@pytest.mark.parametrize(
    ("timeout", "read_sec"),
    [(None, 300.0), (7, 7.0), (7.5, 7.5), (httpx.Timeout(9.0), 9.0), (httpx.Timeout(None), None)],
)
def test_timeouts(make: Make, timeout: Any, read_sec: float | None) -> None:
    found = make("k", timeout=timeout)._connection.timeout
    assert (found.read if isinstance(found, httpx.Timeout) else found) == read_sec


def test_the_timeout_of_ones_own_client_counts(make: Make) -> None:
    kind = httpx.Client if make is TwelveLabs else httpx.AsyncClient
    chosen, default = kind(timeout=30), kind()
    assert make("k", httpx_client=chosen)._connection.timeout.read == 30
    assert make("k", httpx_client=default)._connection.timeout == 300
    assert make("k", httpx_client=chosen, timeout=7)._connection.timeout == 7


class Hidden:
    def __init__(self, value: object) -> None:
        self.value = value

    def get_secret_value(self) -> object:
        return self.value


def test_a_secret_key(make: Make) -> None:
    with scripted_server(RESPONSE) as server:
        embed(make, api_key=Hidden("tlk_1"), base_url=server.base_url)
    assert server.requests[0].headers["x-api-key"] == "tlk_1"


@pytest.mark.parametrize("key", [5, b"tlk_1", ["tlk_1"], object(), Hidden(5), Hidden(None)])
def test_a_key_of_another_type_is_an_error_that_does_not_show_it(make: Make, key: Any) -> None:
    with pytest.raises(ConfigurationError, match=f"of type {type(key).__name__}") as raised:
        make(key)
    assert "tlk_1" not in str(raised.value)


def test_an_environment(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = TwelveLabsEnvironment.DEFAULT
    assert make("k", environment=environment).base_url == "https://api.twelvelabs.io/v1.3"
    assert make("k", environment=environment, base_url="http://a").base_url == "http://a"
    monkeypatch.setenv("TWELVELABS_BASE_URL", "http://b")
    assert make("k", environment=environment).base_url == "http://b"


# --- redirects ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_to_the_same_host_is_followed_when_asked(make: Make, status: int) -> None:
    location = "/v1.3/elsewhere?version=2"
    redirect = Response(status, headers={"location": location})
    with scripted_server(redirect, RESPONSE) as server:
        embed(make, base_url=server.base_url, follow_redirects=True)
    first, second = server.requests
    assert (second.method, second.path) == ("POST", location)
    assert second.body == first.body
    assert second.headers["x-api-key"] == "k"


@pytest.mark.parametrize("where", ["http://localhost:{port}/v1.3/x", "//localhost:{port}/v1.3/x"])
def test_to_another_host_it_is_never_followed(make: Make, where: str) -> None:
    with scripted_server(RESPONSE) as other:
        port = other.base_url.partition("127.0.0.1:")[2].partition("/")[0]
        redirect = Response(307, headers={"location": where.format(port=port)})
        with scripted_server(redirect) as server, pytest.raises(ApiError) as raised:
            embed(make, base_url=server.base_url, follow_redirects=True)
    assert raised.value.status_code == 307
    assert other.requests == []


def test_nor_by_ones_own_client_that_follows_all() -> None:
    with scripted_server(RESPONSE) as other, httpx.Client(follow_redirects=True) as http:
        redirect = Response(307, headers={"location": f"{other.base_url}/embed-v2"})
        with scripted_server(redirect) as server, pytest.raises(ApiError):
            embed(TwelveLabs, base_url=server.base_url, httpx_client=http, follow_redirects=True)
    assert other.requests == []


# --- what is elsewhere ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["create", "tasks", "task", "with_raw_response"])
def test_the_first_version_says_what_to_use_instead(make: Make, name: str) -> None:
    with pytest.raises(AttributeError, match=r"first version.*client\.embed"):
        getattr(make("k").embed, name)
    assert not hasattr(make("k").embed, name)


@pytest.mark.parametrize("name", ["search", "indexes", "analyze", "tasks", "knowledge_stores"])
def test_other_parts_say_where_they_are(make: Make, name: str) -> None:
    with pytest.raises(AttributeError, match="from twelvelabs import TwelveLabs"):
        getattr(make("k"), name)


def test_an_unknown_name_is_an_ordinary_error(make: Make) -> None:
    with pytest.raises(AttributeError, match="no attribute 'xyzzy'"):
        _ = make("k").xyzzy
    with pytest.raises(AttributeError, match="no attribute 'xyzzy'"):
        _ = make("k").embed.xyzzy


# --- arguments ------------------------------------------------------------------------------------


def misuse(make: Make, *args: Any, **kwargs: Any) -> str:
    call = make("k").embed
    with pytest.raises(TypeError) as raised:
        _ = call(*args, **kwargs) if make is TwelveLabs else asyncio.run(call(*args, **kwargs))
    return str(raised.value)


@pytest.mark.parametrize(
    ("word", "ours"),
    [
        ("model_name", "'model'"),
        ("embedding_option", "options="),
        ("embedding_scope", "scopes="),
        ("embedding_dimension", "'dimension'"),
        ("text", "client.embed('a dog')"),
        ("video_url", "client.embed("),
        ("dimensoin", "'dimension'"),
    ],
)
def test_words_of_the_vendors_style_suggest_ours(make: Make, word: str, ours: str) -> None:
    for args in ([], ["a dog"]):
        message = misuse(make, *args, **{word: "x"})
        assert message.startswith(f"client.embed has no argument {word!r}")
        assert ours in message


def test_misuse_names_what_users_call(make: Make) -> None:
    assert misuse(make).startswith("client.embed() missing")
    assert misuse(make, "a", "b").startswith("client.embed() takes")
    with pytest.raises(TypeError, match=r"^TwelveLabs\(\) takes"):
        make("k", "http://a")


@both_clients
@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("embed.v_2.create", ["text", "marengo3.0"]),
        ("embed.v_2.tasks.list", [1]),
        ("embed.many", [[], 4]),
        ("embed.resume", []),
        ("assets.list", [1]),
        ("assets.update_user_metadata", []),
        ("multipart_upload.upload_file", []),
    ],
)
async def test_misuse_of_other_methods_does_too(
    kind: ClientKind, name: str, args: list[Any]
) -> None:
    async with kind.open() as client:
        with pytest.raises(TypeError) as raised:
            await attrgetter(name)(client)(*args)
    assert str(raised.value).startswith(f"client.{name}() ")
