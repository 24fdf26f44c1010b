"""Bodies with media: valid JSON, of exactly the declared length, the same each time."""

import base64
import io
import json
import math
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, strategies as st
from twelvelabs_embed import InvalidInputError, Media
from twelvelabs_embed._http.encoding import StreamedBody, encode_form, encode_json
from twelvelabs_embed._http.operation import FormFile, MultipartForm


def whole(body: bytes | StreamedBody) -> bytes:
    if isinstance(body, bytes):
        return body
    chunks = b"".join(body)
    assert len(chunks) == len(body)
    return chunks


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=9,
    )
)  # fmt: skip
@example("".join(map(chr, range(0x3000))))
@example({"a": {None: "b", True: "c", 2: "d"}})
def test_without_media_it_is_plain_json(value: Any) -> None:
    body = encode_json({"value": value})
    assert body == json.dumps({"value": value}, ensure_ascii=False, separators=(",", ":")).encode()


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


# ------------------------------------------------------------------------------------------ forms


@pytest.mark.parametrize("is_media", [False, True])
def test_a_form_as_browsers_write_it(is_media: bool) -> None:
    """An open file from where it stands, each time; a name adds no header."""
    file = io.BytesIO(b"##content")
    file.seek(2)
    sent: list[int] = []
    content_type, body = encode_form(
        MultipartForm(
            {"method": "direct", "größe": "ü"},
            FormFile(
                Media.bytes(b"content") if is_media else file,
                'a"b\r\nü\ud800.mp4',
                "video/mp4",
                report=sent.append,
                headers={"X-Own": "a\r\nb"},
            ),
        )
    )
    form, _, boundary = content_type.partition("; boundary=")
    assert (form, len(boundary)) == ("multipart/form-data", 32)
    expected = [
        f"--{boundary}",
        'Content-Disposition: form-data; name="method"',
        "",
        "direct",
        f"--{boundary}",
        'Content-Disposition: form-data; name="größe"',
        "",
        "ü",
        f"--{boundary}",
        'Content-Disposition: form-data; name="file"; filename="a%22b%0D%0Aü?.mp4"',
        "Content-Type: video/mp4",
        "X-Own: a  b",
        "",
        "content",
        f"--{boundary}--",
        "",
    ]
    for _ in range(2):
        sent.clear()
        assert whole(body).decode().split("\r\n") == expected
        assert sent[-1] == len(body)
        assert sent == sorted(sent)


def test_a_form_without_a_file_has_its_texts_alone() -> None:
    content_type, body = encode_form(MultipartForm({"method": "url"}))
    boundary = content_type.rpartition("=")[2]
    head = 'Content-Disposition: form-data; name="method"'
    assert whole(body).decode() == f"--{boundary}\r\n{head}\r\n\r\nurl\r\n--{boundary}--\r\n"


def test_a_body_is_handed_over_with_its_last_byte() -> None:
    """What a server cannot have whole may be sent again, also when it creates something."""
    body = encode_json({"media": Media.bytes(bytes(1_000_000))})
    assert isinstance(body, StreamedBody)
    for _ in range(2):
        known = [body.is_handed_over for _ in body]
        assert known == [False] * (len(known) - 1) + [True]


@pytest.mark.parametrize("is_form", [False, True])
async def test_media_of_a_store_is_read_in_a_thread(
    is_form: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading it waits for a network, and the event loop runs on."""
    threads = []

    def read(media: Media, chunk_bytes: int, *, size_bytes: int) -> Iterator[bytes]:
        threads.append(threading.current_thread())
        yield b"content"

    monkeypatch.setattr(Media, "size_bytes", 7)
    monkeypatch.setattr(Media, "iter_chunks", read)
    for media in (Media.bytes(b"content"), Media.object("s3://media/a.jpg")):
        body = encode_json({"media": media})
        if is_form:
            body = encode_form(MultipartForm({}, FormFile(media, "a.jpg")))[1]
        assert isinstance(body, StreamedBody)
        sent = b"".join([chunk async for chunk in body])
        assert (b"content" if is_form else b"Y29udGVudA==") in sent
    assert [one is threading.main_thread() for one in threads] == [True, False]
