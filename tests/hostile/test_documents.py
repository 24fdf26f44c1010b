"""Hostile PDFs and texts: what they expand to, and how long their reader takes."""

from __future__ import annotations

import base64
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from twelvelabs_embed_emulator import Emulator
from twelvelabs_embed_emulator.contract.errors import ApiError
from twelvelabs_embed_emulator.media import documents
from twelvelabs_embed_emulator.media.documents import open_document
from twelvelabs_embed_emulator.media.sources import in_memory

MIB, GIB = 1 << 20, 1 << 30
SOON_SEC = 90  # of a request on a busy machine; the emulator ends what takes longer than 60


def embed(emulator: Emulator, data: bytes) -> httpx.Response:
    source = {"media_type": "document", "base64_string": base64.b64encode(data).decode()}
    body = {
        "input_type": "multi_input",
        "model_name": "marengo3.5",
        "multi_input": {"media_sources": [source]},
    }
    url = f"{emulator.base_url}/embed-v2"
    return httpx.post(url, json=body, headers={"x-api-key": "k"}, timeout=SOON_SEC)


def pdf(content: bytes, *more: bytes, pages: int = 1, resources: bytes = b"") -> bytes:
    """A whole PDF: object 3 is a font, 4 what each page draws, and `more` is from 5 on."""
    first = 5 + len(more)
    kids = b" ".join(b"%d 0 R" % number for number in range(first, first + pages))
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 3 0 R >> %b >> >>" % resources
    )
    catalogue = b"<< /Type /Catalog /Pages 2 0 R >>"
    tree = b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, pages)
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    body, starts = b"%PDF-1.7\n", []
    for number, one in enumerate([catalogue, tree, font, content, *more, *[page] * pages], 1):
        starts.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    size = len(starts) + 1
    head, end = b"xref\n0 %d\n0000000000 65535 f \n" % size, b"startxref\n%d\n%%%%EOF" % len(body)
    return body + head + table + b"trailer\n<< /Size %d /Root 1 0 R >>\n" % size + end


def stream(packed: bytes, filters: bytes = b"/FlateDecode", more: bytes = b"") -> bytes:
    head = b"<< /Length %d /Filter [%b] %b >>" % (len(packed), filters, more)
    return b"%b stream\n%b\nendstream" % (head, packed)


def drawn(content: bytes) -> bytes:
    return stream(zlib.compress(content, 9))


def zeros(count: int) -> bytes:
    """As a stream of a thousandth of that."""
    fold = zlib.compressobj(9)
    return b"".join(fold.compress(bytes(MIB)) for _ in range(count // MIB)) + fold.flush()


CHOICES = b"BT /F1 24 Tf 50 700 Td (ab) Tj ET "
FORM = b"/Type /XObject /Subtype /Form /Resources << /XObject << /X %d 0 R >> >>"
IN_ITSELF = stream(zlib.compress(b"/X Do " * 1000), more=FORM % 5)

ENDLESS: dict[str, Callable[[], bytes]] = {
    "one stream on many pages": lambda: pdf(drawn(CHOICES * 50_000), pages=200),
    "a form in itself": lambda: pdf(IN_ITSELF, IN_ITSELF, resources=b"/XObject << /X 5 0 R >>"),
    "one long string": lambda: pdf(drawn(b"BT /F1 24 Tf (" + b"a" * 60 * MIB + b") Tj ET")),
    "beginnings": lambda: b"%PDF-1.7\n" + b"startxref\n" * 6 * MIB,
}


@pytest.mark.parametrize("make", ENDLESS.values(), ids=ENDLESS)
def test_what_takes_too_long_is_ended(
    make: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "_PDF_TIMEOUT_SEC", 2)
    with pytest.raises(ApiError) as caught:
        open_document(in_memory(make()), "x")
    assert "takes longer to read than the 2 s" in caught.value.message


BOMBS: dict[str, Callable[[], bytes]] = {
    "a stream": lambda: pdf(stream(zeros(100 * MIB))),
    "a stream in streams": lambda: pdf(
        stream(zlib.compress(zeros(100 * MIB)), b"/FlateDecode " * 2)
    ),
    "a stream of letters": lambda: pdf(stream(b"87cUR" * 8 * MIB + b"~>", b"/ASCII85Decode")),
    "an array": lambda: pdf(drawn(b"BT /F1 24 Tf [" + b"(ab) 1 " * MIB + b"] TJ ET")),
}


# In a process of its own: what is measured of children is the most that any of them ever took, and
# one begins with the memory of who starts it.
_MEASURE = """
import resource, sys
from pathlib import Path
from twelvelabs_embed_emulator.media.documents import open_document
from twelvelabs_embed_emulator.contract.errors import ApiError
from twelvelabs_embed_emulator.media.sources import Media
path = Path(sys.argv[1])
try:
    open_document(Media(path.stat().st_size, lambda: path.open("rb")), "x")
except ApiError as error:
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024, error.message)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded there alone")
@pytest.mark.parametrize("make", BOMBS.values(), ids=BOMBS)
def test_what_expands_to_too_much_is_rejected(make: Callable[[], bytes], tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(make())
    command = [sys.executable, "-c", _MEASURE, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    peak_bytes, _, message = done.stdout.partition(" ")
    assert "decompresses to more than the emulator reads" in message
    assert int(peak_bytes) < GIB


BROKEN: dict[str, bytes] = {
    "objects": b"%PDF-1.7\n" + b"1 0 obj " * 500_000,
    "digits": b"%PDF-1.7\n" + b"1" * 4_000_000 + b" 0 obj",
    "a number of an object": b"%PDF-1.7\n" + b"9" * 5000 + b" 0 obj endobj",
    "nested arrays": pdf(b"[" * MIB),
    "the tree in itself": pdf(drawn(CHOICES), pages=1).replace(b"5 0 R", b"2 0 R"),
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_rejected(data: bytes, emulator: Emulator) -> None:
    response = embed(emulator, data)
    assert response.status_code == 400
    assert "the PDF is broken" in response.text


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
    ids=["many chunks", "one long word in many chunks"],
)
def test_a_text_of_too_many_chunks_fails(
    text: str, sequential: dict[str, Any], emulator: Emulator
) -> None:
    """Each chunk is a vector, and sentences that overlap are there many times."""
    task = _task(emulator, text, sequential)
    assert task["status"] == "failed"
    assert "more chunks than the emulator holds" in task["error"]["message"]
