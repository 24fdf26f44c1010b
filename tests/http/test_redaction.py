"""Secrets of a request in whatever spelling a response repeats them."""

from __future__ import annotations

import base64
import html
import json
import re
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

import httpx
import pytest
from twelvelabs_embed._http.redaction import (
    MASK,
    collect_secrets,
    drop_transport_frames,
    redact_error,
    redact_response,
)

# Each spelling differs from the others. In ASCII, as headers are.
SECRET = "tlk_a/b c+d>>?\"'&~~\\7f\t3a"


def lowered(text: str) -> str:
    return re.sub("%..", lambda code: code[0].lower(), text)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON": lambda secret: json.dumps(secret)[1:-1],
    "JSON of PHP": lambda secret: json.dumps(secret)[1:-1].replace("/", r"\/"),
    "Python": lambda secret: repr(secret)[1:-1],
    "HTML": html.escape,
    "percent": lambda secret: quote(secret, safe=""),
    "percent, lower case": lambda secret: lowered(quote(secret, safe="")),
    "percent, slashes kept": quote,
    "a form": quote_plus,
    "hexadecimal": lambda secret: secret.encode().hex(),
    "hexadecimal, upper case": lambda secret: secret.encode().hex().upper(),
}


def masked(text: str, secrets: list[str]) -> str:
    response = httpx.Response(400, content=text.encode(), headers={"x-a": "1"})
    assert redact_response(response, secrets) == (response.text != text)
    return response.text


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
def test_each_spelling_is_masked_whole(spell: Callable[[str], str]) -> None:
    secrets = collect_secrets(httpx.Headers({"x-api-key": SECRET}))
    assert masked(f"<{spell(SECRET)}>", secrets) == f"<{MASK}>"


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_so_is_base64_wherever_it_begins(encode: Callable[[bytes], bytes], before: str) -> None:
    """All but the characters that it shares with what stands around it."""
    secrets = collect_secrets(httpx.Headers({"x-api-key": SECRET}))
    text = encode(f"{before}{SECRET}zz".encode()).decode()
    assert re.fullmatch(rf"[\w+/=-]{{0,4}}{re.escape(MASK)}[\w+/=-]{{0,6}}", masked(text, secrets))


def test_a_link_s_query_and_each_value_of_it_is_masked() -> None:
    query = "X-Date=20261101&X-Signature=3b1f%2F6de4a07c"
    secrets = collect_secrets(httpx.Headers(), query)
    for part in (query, "3b1f%2F6de4a07c", "3b1f/6de4a07c"):
        assert masked(f"<{part}>", secrets) == f"<{MASK}>"
    assert masked("X-Signature", secrets) == "X-Signature"
    assert secrets == sorted(secrets, key=len, reverse=True)  # no part of a longer one is left


@pytest.mark.parametrize("name", ["x-api-key", "authorization", "proxy-authorization", "cookie"])
def test_each_part_of_a_secret_header_is_masked(name: str) -> None:
    secrets = collect_secrets(httpx.Headers({name: "Bearer first-part;second-part, third-part"}))
    parts = ("first-part", "second-part", "third-part", "Bearer first-part;second-part, third-part")
    for part in parts:
        assert masked(f"<{part}>", secrets) == f"<{MASK}>"
    assert masked("Bearer", secrets) == "Bearer"


def test_all_parts_of_a_response_are_masked() -> None:
    response = httpx.Response(
        400,
        content=b"no 12345678",
        headers={"X-Echo": "12345678", "x-other": "1"},
        extensions={"reason_phrase": b"not 12345678", "http_version": b"HTTP/1.1"},
    )
    assert "12345678" in response.text  # which is kept
    assert redact_response(response, ["12345678"])
    assert (response.text, response.content) == (f"no {MASK}", f"no {MASK}".encode())
    assert (response.headers["x-echo"], response.headers["x-other"]) == (MASK, "1")
    assert (response.reason_phrase, response.http_version) == (f"not {MASK}", "HTTP/1.1")
    assert not redact_response(response, ["12345678"])
    for part in ({"content": b"12345678"}, {"headers": {"a": "12345678"}}):
        assert redact_response(httpx.Response(400, **part), ["12345678"])
    reason = {"reason_phrase": b"12345678"}
    assert redact_response(httpx.Response(400, extensions=reason), ["12345678"])


def test_an_error_its_causes_and_their_responses_are_masked() -> None:
    cause = OSError(5, "of 12345678", "12345678")
    error: Any = ExceptionGroup("a group", [ValueError(b"12345678", 7, "12345678")])
    error.__cause__, error.response = cause, httpx.Response(400, content=b"12345678")
    error.note, cause.__context__ = "12345678", error  # in a circle
    redact_error(error, ["12345678"])
    (one,) = error.exceptions
    assert one.args == (MASK.encode(), 7, MASK)
    assert (cause.args[:2], error.note, error.response.text) == ((5, f"of {MASK}"), MASK, MASK)


def test_only_what_is_as_long_as_a_key_is_masked() -> None:
    headers = httpx.Headers({"x-api-key": "1234567", "cookie": "12345678", "accept": "text/html"})
    assert collect_secrets(headers).count("12345678") == 1
    assert (
        masked("1234567 12345678 text/html", collect_secrets(headers))
        == f"1234567 {MASK} text/html"
    )


# --------------------------------------------------------------------------------------- tracebacks


def raised_in(*modules: str) -> Exception:
    """An error that was raised through functions of these modules, the innermost last."""

    def inner() -> None:
        raise ValueError(modules)

    call: Any = inner
    for name in reversed(modules):
        names: dict[str, Any] = {"__name__": name, "inner": call}
        exec("def call():\n\n    inner()", names)
        call = names["call"]
    try:
        call()
    except ValueError as error:
        return error
    raise AssertionError


def frames_of(error: BaseException) -> list[tuple[str, int]]:
    """Module and line of each frame but those of this one."""
    steps = traceback.walk_tb(error.__traceback__)
    found = [(frame.f_globals["__name__"], line) for frame, line in steps]
    return [(name, line) for name, line in found if name != __name__]


OMITTED = (
    *("httpx._client", "httpcore", "aiohttp.client", "asyncio.tasks", "anyio.to_thread", "h11"),
    *("twelvelabs_embed._http.transport", "twelvelabs_embed._http.transport_async"),
    *("twelvelabs_embed._http.bounded_read", "twelvelabs_embed._http.network_stream"),
)
KEPT = ("a.program", "httpx_of_mine", "my.httpx", "twelvelabs_embed._http.runners")


def test_the_frames_of_transports_are_omitted_and_the_others_stay() -> None:
    error = raised_in(KEPT[0], *OMITTED, *KEPT[1:], OMITTED[0])
    error.__cause__ = ExceptionGroup("", [raised_in(OMITTED[0], KEPT[0])])
    error.__context__ = raised_in(OMITTED[1], KEPT[1])
    drop_transport_frames(error, until=None)
    assert frames_of(error) == [(name, 3) for name in KEPT]
    assert frames_of(error.__cause__.exceptions[0]) == [(KEPT[0], 3)]
    assert frames_of(error.__context__) == [(KEPT[1], 3)]


def test_what_was_handled_before_stays_as_it_is() -> None:
    before, error = raised_in("httpx"), raised_in("httpx")
    before.__context__ = raised_in("httpx")
    error.__context__ = before
    drop_transport_frames(error, until=before)
    assert frames_of(error) == []
    assert frames_of(before) == frames_of(before.__context__) == [("httpx", 3)]
