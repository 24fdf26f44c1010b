"""What the body of a response says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import httpx

SHOWN_CHARACTERS = 300
_LONGEST_MESSAGE = 4000  # characters; more is no sentence


def read_body(response: httpx.Response) -> Any:
    """Return what the JSON of a response holds; its text if it is none."""
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        return response.text


def find_error(body: Any) -> Mapping[str, Any]:
    """Return the part of a body that holds code and message, in either of the two shapes."""
    match body:
        case {"error": {"code": _} | {"message": _}}:
            return cast(Mapping[str, Any], body["error"])
        case {**flat}:
            return cast(Mapping[str, Any], flat)
        case _:
            return {}


def text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def message_of(response: httpx.Response) -> str:
    """Return what a response says that was to be none of an error; empty if nothing.

    The service's words, or a gateway's, which have other names, or the beginning of the body.
    """
    body = read_body(response)
    error = find_error(body)
    names = ("code", "message") if "message" in error else ("code", "error", "detail")
    words = [text_or_none(error.get(name)) for name in names]
    if any(words[1:]):
        return cut_text(": ".join(filter(None, words)), SHOWN_CHARACTERS)
    match body:
        case {"data": [*_]} | None:
            return ""
        case str() if body.lstrip()[:1] in ("{", "["):  # cut off
            return ""
        case _:
            return shorten_body(body)


def shorten_body(body: Any) -> str:
    text = body if isinstance(body, str) else json.dumps(body)
    return cut_text(" ".join(text.split()), SHOWN_CHARACTERS)


def cut_text(text: str, longest: int = _LONGEST_MESSAGE) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
