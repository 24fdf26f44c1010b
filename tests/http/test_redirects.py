"""Redirects, where a client follows them: the request may go no further than its host."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from twelvelabs_embed import Clock, RawResponse
from twelvelabs_embed._http.effects import SendRequest
from twelvelabs_embed._http.operation import Operation
from twelvelabs_embed._http.request import Connection, call
from twelvelabs_embed.errors import ApiError, TwelveLabsError
from twelvelabs_embed.retry import NO_RETRY

OK = httpx.Response(200, json={"data": 7})


def redirect(target: str, status: int = 307) -> httpx.Response:
    return httpx.Response(status, headers={"location": target})


def run(
    *responses: httpx.Response,
    method: str = "POST",
    follows: bool = True,
    params: Mapping[str, Any] | None = None,
) -> tuple[list[SendRequest], RawResponse[Any] | TwelveLabsError]:
    """Give a call these responses; return what it sent and how it ended."""
    connection = Connection(
        "http://api:80/v1.3",
        httpx.Headers({"x-api-key": "secret-key"}),
        httpx.Timeout(9),
        NO_RETRY,
        Clock(),
        follows_redirects=follows,
    )
    body = {"a": 1} if method == "POST" else None
    operation = Operation(
        "thing.do", method, "/do", lambda r: r.json()["data"], body, params=params or {}
    )
    flow, sent = call(operation, connection, None), list[SendRequest]()
    try:
        command: Any = next(flow)
        for response in responses:
            sent.append(command)
            command = flow.send(response)
    except StopIteration as stop:
        return sent, stop.value
    except TwelveLabsError as error:
        return sent, error
    raise AssertionError(f"it sends more: {command}")


@pytest.mark.parametrize(
    ("method", "status"), [("POST", 307), ("POST", 308), ("GET", 301), ("GET", 302), ("GET", 307)]
)
def test_a_request_is_sent_again_as_it_was_to_the_same_host(method: str, status: int) -> None:
    target = "/v2/do?page=2"
    sent, result = run(redirect(target, status), OK, method=method, params={"page": 1})
    assert isinstance(result, RawResponse)
    first, second = sent
    assert (first.url, dict(first.params)) == ("http://api:80/v1.3/do", {"page": 1})
    assert (httpx.URL(second.url), dict(second.params)) == (
        httpx.URL("http://api/v2/do?page=2"),
        {},
    )
    assert (second.method, second.body, second.headers) == (method, first.body, first.headers)


@pytest.mark.parametrize(
    "target",
    ["http://elsewhere/do", "https://api/do", "http://api:81/do", "http://api:8o/do", "//other/do"],
)
def test_the_key_goes_to_no_other_host_port_or_scheme(target: str) -> None:
    sent, error = run(redirect(target))
    assert len(sent) == 1
    assert isinstance(error, ApiError)
    assert error.status_code == 307


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_that_would_lose_the_body_is_not_followed(status: int) -> None:
    sent, error = run(redirect("/v2/do", status))
    assert len(sent) == 1
    assert isinstance(error, ApiError)


def test_redirects_end() -> None:
    sent, error = run(*[redirect("/v1.3/do")] * 11)
    assert len(sent) == 11
    assert isinstance(error, ApiError)


def test_by_default_no_redirect_is_followed() -> None:
    sent, error = run(redirect("/v2/do"), follows=False)
    assert len(sent) == 1
    assert isinstance(error, ApiError)
