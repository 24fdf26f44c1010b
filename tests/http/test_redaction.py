"""Secrets of a request in whatever spelling a response repeats them."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import httpx
import pytest
from twelvelabs_embed._http.redaction import MASK, collect_secrets, redact_response

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


def test_only_what_is_as_long_as_a_key_is_masked() -> None:
    headers = httpx.Headers({"x-api-key": "1234567", "cookie": "12345678", "accept": "text/html"})
    assert collect_secrets(headers).count("12345678") == 1
    assert (
        masked("1234567 12345678 text/html", collect_secrets(headers))
        == f"1234567 {MASK} text/html"
    )
