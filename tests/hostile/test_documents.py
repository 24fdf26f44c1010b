"""PDFs and texts that mean harm: what they unfold to, and how long they keep their reader."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from twelvelabs_embed_emulator import Emulator

MIB = 1 << 20
SOON_SEC = 60  # of a request on a busy machine; these took minutes, or all of the memory


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


def embed(emulator: Emulator, data: bytes) -> httpx.Response:
    source = {"media_type": "document", "base64_string": base64.b64encode(data).decode()}
    body = {
        "input_type": "multi_input",
        "model_name": "marengo3.5",
        "multi_input": {"media_sources": [source]},
    }
    url = f"{emulator.base_url}/embed-v2"
    return httpx.post(url, json=body, headers={"x-api-key": "k"}, timeout=SOON_SEC)


def pdf(*objects: bytes) -> bytes:
    numbered = enumerate(objects, 1)
    return b"%PDF-1.7\n" + b"".join(b"%d 0 obj %b endobj\n" % pair for pair in numbered)


def stream(packed: bytes, more: bytes = b"") -> bytes:
    return b"<< /Filter /FlateDecode %b >> stream\n%b\nendstream" % (more, packed)


PAGE = b"<< /Type /Page /Contents 2 0 R >>"


def zeros(count: int) -> bytes:
    """As a stream of a thousandth of that."""
    fold = zlib.compressobj(9)
    return b"".join(fold.compress(bytes(MIB)) for _ in range(count // MIB)) + fold.flush()


BOMB = stream(zeros(60 * MIB))
STRINGS = stream(zlib.compress(b"(ab)" * (8 * MIB), 9))

UNFOLDING: dict[str, Callable[[], bytes]] = {
    "object streams": lambda: pdf(PAGE, *[stream(zeros(60 * MIB), b"/Type /ObjStm /First 0")] * 40),
    "one stream on many pages": lambda: pdf(PAGE, BOMB, *[PAGE] * 200),
    "one stream many times on a page": lambda: pdf(
        PAGE.replace(b"2 0 R", b"[%b]" % (b"2 0 R " * 1000)), BOMB
    ),
    "many strings": lambda: pdf(PAGE, STRINGS),
    "drawn without words": lambda: pdf(
        *[PAGE] * 9, bytes(8 * MIB), *[b"<< /Type /Page 10 0 R>>"] * 99
    ),
}


@pytest.mark.parametrize("make", UNFOLDING.values(), ids=UNFOLDING)
def test_what_unfolds_to_too_much_is_refused(make: Callable[[], bytes], emulator: Emulator) -> None:
    answer = embed(emulator, make())
    assert answer.status_code == 400, answer.text[:300]
    assert "the PDF unfolds to more than" in answer.text


ENDLESS: dict[str, bytes] = {
    "objects": b"%PDF-1.7\n" + b"1 0 obj " * 500_000,
    "streams": pdf(PAGE, b"<< >> " + b"stream\n" * 500_000),
    "contents": pdf(PAGE, b"/Type /Page " + b"/Contents [" * 300_000),
    "digits": b"%PDF-1.7\n" + b"1" * 4_000_000 + b" 0 obj",
    "strings": pdf(PAGE, b"<< >> stream\n" + b"(\\" * 2_000_000 + b"\nendstream"),
}


@pytest.mark.parametrize("data", ENDLESS.values(), ids=ENDLESS)
def test_beginnings_without_an_end_are_passed_over(data: bytes, emulator: Emulator) -> None:
    assert embed(emulator, data).status_code in (200, 400)


NUMBERS: dict[str, bytes] = {
    "of an object": pdf(PAGE) + b"9" * 5000 + b" 0 obj endobj",
    "of a reference": pdf(PAGE.replace(b"2 0 R", b"9" * 5000 + b" 0 R")),
    "where objects begin": pdf(PAGE, stream(zlib.compress(b"1 x 2 -5"), b"/Type /ObjStm /First 8")),
    "first": pdf(PAGE, stream(zlib.compress(b"1 0"), b"/Type /ObjStm /First " + b"9" * 5000)),
}


@pytest.mark.parametrize("data", NUMBERS.values(), ids=NUMBERS)
def test_numbers_that_are_none_are_passed_over(data: bytes, emulator: Emulator) -> None:
    assert embed(emulator, data).status_code in (200, 400)


def _task(emulator: Emulator, text: str, sequential: dict[str, Any]) -> Any:
    source = {"base64_string": base64.b64encode(text.encode()).decode()}
    body = {
        "input_type": "document",
        "model_name": "marengo3.5",
        "document": {
            "media_source": source,
            "segmentation": {"sequential": {"strategy": "sentence", **sequential}},
            "embedding_option": ["text"],
            "embedding_scope": ["local"],
        },
    }
    with httpx.Client(headers={"x-api-key": "k"}, timeout=SOON_SEC) as client:
        url = f"{emulator.base_url}/embed-v2/tasks"
        created = client.post(url, json=body)
        assert created.status_code == 202, created.text[:300]
        emulator.wait_until_idle()
        return client.get(f"{url}/{created.json()['_id']}").json()


@pytest.mark.parametrize(
    ("text", "sequential"),
    [
        ("a. " * 300_000, {"max_sentences": 1}),
        ("b. " * 900 + "a" * MIB + ". b" * 900, {"max_sentences": 900, "overlap_sentences": 899}),
    ],
    ids=["many pieces", "one long word in many pieces"],
)
def test_a_text_of_too_many_pieces_fails(
    text: str, sequential: dict[str, Any], emulator: Emulator
) -> None:
    """Each piece is a vector, and what overlaps is there many times."""
    task = _task(emulator, text, sequential)
    assert task["status"] == "failed"
    assert "more pieces than the emulator holds" in task["error"]["message"]
