"""Bodies with media: valid JSON, of exactly the declared length, the same each time."""

import base64
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from twelvelabs_embed import InvalidInputError, Media
from twelvelabs_embed._http.encoding import StreamedBody, encode_json


def whole(body: bytes | StreamedBody) -> bytes:
    if isinstance(body, bytes):
        return body
    chunks = b"".join(body)
    assert len(chunks) == body.length_bytes
    return chunks


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=9))
def test_without_media_it_is_plain_json(value: Any) -> None:
    body = encode_json({"value": value})
    assert isinstance(body, bytes)
    assert json.loads(body) == {"value": value}


@given(st.binary(max_size=2000), st.binary(max_size=9), st.text())
def test_media_is_base64_inside_json(first: bytes, second: bytes, text: str) -> None:
    body = encode_json({"a": Media.bytes(first), "text": text, "b": [Media.bytes(second)]})
    assert isinstance(body, StreamedBody)
    parsed = json.loads(whole(body))
    assert base64.b64decode(parsed["a"], validate=True) == first
    assert base64.b64decode(parsed["b"][0], validate=True) == second
    assert parsed["text"] == text


@pytest.mark.parametrize("size_bytes", [0, 1, 2, 3, 393_215, 393_216, 393_217, 1_000_000])
def test_chunks_join(tmp_path: Path, size_bytes: int) -> None:
    content = bytes(n * n % 251 for n in range(size_bytes))
    file = tmp_path / "media"
    file.write_bytes(content)
    body = encode_json({"media": Media.file(file)})
    assert base64.b64decode(json.loads(whole(body))["media"], validate=True) == content


async def test_it_can_be_sent_again_and_awaited() -> None:
    body = encode_json({"media": Media.bytes(b"content")})
    assert isinstance(body, StreamedBody)
    assert whole(body) == whole(body) == b"".join([chunk async for chunk in body])


@pytest.mark.parametrize("change", [b"longer than it was", b"", b"short"])
def test_a_file_that_changes_is_rejected(tmp_path: Path, change: bytes) -> None:
    file = tmp_path / "film.mp4"
    file.write_bytes(b"as it was")
    body = encode_json({"media": Media.file(file)})
    file.write_bytes(change)
    with pytest.raises(InvalidInputError, match=r"film\.mp4"):
        whole(body)


@pytest.mark.parametrize("value", [math.nan, math.inf, "\ud800"])
def test_what_json_cannot_hold(value: Any) -> None:
    with pytest.raises(ValueError, match=r"JSON|surrogates"):
        encode_json({"value": value})


def test_what_no_body_can_hold() -> None:
    with pytest.raises(TypeError, match="set cannot be written as JSON"):
        encode_json({"value": {1}})
