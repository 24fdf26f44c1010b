"""Opens documents: PDF, plain text and Markdown.

A PDF is read without a library for it: its objects are found by their words, and so are those in
compressed object streams. Pages are in the order in which they lie in the file, and the words of a
page are the strings that it draws. That is right for plain files, and a guess for others: the
service renders and reads pages. What is encrypted is refused.
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

from ._errors import ApiError, refuse
from ._rules import DOCUMENT_SIZE, TOKENS_PER_PAGE, Rules, words
from ._sources import Media

_MOST_BYTES = 64 * 1024 * 1024
"""A rule of the emulator: a document lies in memory as a whole, and compressed ones unfold."""

_MOST_WORK_BYTES = 128 * 1024 * 1024
"""A rule of the emulator: how much a PDF may unfold to, all of its streams together. What several
pages draw counts for each of them."""
_STRING_BYTES = 32  # as how much a string counts besides its length: there may be many

# Ends are looked for by `find`: a lazy `.*?` would begin anew at each beginning that has no end.
# No number is longer than ten digits: Python refuses to read one of thousands.
_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,10}\s+obj\b")
_STREAM = re.compile(rb"\bstream\r?\n")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_IN_TREE = re.compile(rb"/Type\s*/Pages?(?![A-Za-z])")
_CONTENTS = re.compile(rb"/Contents\s*(\[[^\[\]]*\]|\d{1,10}\s+\d{1,10}\s+R)")
_REFERENCE = re.compile(rb"(?<!\d)(\d{1,10})\s+\d{1,10}\s+R")
# Also one that has no end, so that what comes next is looked for behind it.
_STRING = re.compile(rb"\(((?:[^()\\]++|\\.)*+)(\)?)", re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n\s*\n")


@dataclass(frozen=True)
class Document:
    """A document that could be read.

    Attributes:
        is_pdf: whether it has pages.
        size_bytes: the length of the file.
        pages: the words of each page; of plain text and Markdown, all of it as one.
        version: that of the PDF format; None for others.
    """

    is_pdf: bool
    size_bytes: int
    pages: tuple[str, ...]
    version: str | None = None

    @property
    def text(self) -> str:
        """All its words."""
        return "\n\n".join(self.pages)

    def tokens(self, per_page: int = 1) -> dict[str, int]:
        """Return what it takes: pages of a PDF count, words of others."""
        if self.is_pdf:
            return {"document": len(self.pages) * per_page * TOKENS_PER_PAGE}
        return {"text": words(self.text)}

    def check_pages(self, name: str, rules: Rules, *, per_page: int = 1, status: int = 400) -> None:
        """Refuse a PDF of more pages than one of its size may have.

        Args:
            name: that of the field, for messages.
            rules: how many pages there may be.
            per_page: as how many pages each one counts.
            status: that of the refusal.
        """
        if not self.is_pdf:
            return
        pages, allowed = len(self.pages) * per_page, rules.max_pages(self.size_bytes)
        if pages > allowed:
            counted = f"{len(self.pages)} pages" + (f", counted {per_page} times," * (per_page > 1))
            limit = f"{allowed} that a PDF of {self.size_bytes} bytes may have"
            problem = f"{counted} are more than the {limit}"
            raise ApiError(status, "parameter_invalid", f"{name}: {problem}")


def open_document(media: Media, name: str) -> Document:
    """Read a document; `name` is that of the field, for messages.

    Raises:
        ApiError: it is none of PDF, plain text and Markdown, is encrypted, or has no content.
    """
    DOCUMENT_SIZE.check(name, media.size_bytes)
    if media.size_bytes > _MOST_BYTES:
        problem = f"{media.size_bytes} bytes are more than the {_MOST_BYTES} the emulator reads"
        raise refuse(name, problem)
    with media.open() as file:
        data = file.read()
    if b"%PDF-" in data[:1024]:
        return _open_pdf(data, name)
    text = _text(data)
    if text is None:
        raise refuse(name, "the file is not a PDF, plain text in UTF-8 or Markdown")
    if not text.strip():
        raise refuse(name, "the file has no content to embed")
    return Document(False, len(data), (text,))


def sentences(text: str) -> list[str]:
    """Cut a text at `.`, `!` or `?` before a space, and at empty lines."""
    return [sentence for part in _SENTENCE_END.split(text) if (sentence := part.strip())]


def chunks(text: str, max_sentences: int, overlap_sentences: int = 0) -> Iterator[str]:
    """Yield pieces of at most `max_sentences`, each beginning with the last of the one before."""
    found, step = sentences(text), max_sentences - overlap_sentences
    last = max(1, len(found) - overlap_sentences)
    return (" ".join(found[at : at + max_sentences]) for at in range(0, last, step))


def quarters(text: str) -> list[str]:
    """Cut the words of a page into four pieces of about the same length."""
    found = text.split()
    cuts = [round(len(found) * part / 4) for part in range(5)]
    return [" ".join(found[cuts[part] : cuts[part + 1]]) for part in range(4)]


def _text(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


# --------------------------------------------------------------------------------------------- PDF


class _Work:
    """Counts what a PDF unfolds to, and ends it when that is too much."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._left_bytes = _MOST_WORK_BYTES

    def spend(self, count_bytes: int) -> None:
        """Count something.

        Raises:
            ApiError: there is too much of it.
        """
        self._left_bytes -= count_bytes
        if self._left_bytes < 0:
            problem = f"more than {_MOST_WORK_BYTES} bytes, which is the most the emulator reads"
            raise refuse(self._name, f"the PDF unfolds to {problem}")

    def unpacked(self, body: bytes) -> bytes:
        """Return the content of the stream of an object; nothing if it cannot be read."""
        start = _STREAM.search(body)
        end = body.find(b"endstream", start.end()) if start else -1
        if start is None or end < 0:
            return b""
        content = body[start.end() : end].removesuffix(b"\n").removesuffix(b"\r")
        if b"/FlateDecode" in body[: start.start()]:
            try:
                content = zlib.decompressobj().decompress(content, _MOST_BYTES)
            except zlib.error:
                return b""
        self.spend(len(content))
        return content


def _open_pdf(data: bytes, name: str) -> Document:
    work = _Work(name)
    objects = dict(_objects(data, work))
    pages = [body for body in objects.values() if _PAGE.search(body)]
    if re.search(rb"/Encrypt\s+\d", data):
        raise refuse(name, "the PDF is encrypted")
    if not pages:
        raise refuse(name, "the PDF is broken or has no pages")
    version = data[data.index(b"%PDF-") + 5 :][:3].decode("ascii", "replace")
    texts = tuple(_page_text(page, objects, work) for page in pages)
    return Document(True, len(data), texts, version)


def _objects(data: bytes, work: _Work) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the content of each object, also of those in object streams."""
    match = _OBJECT.search(data)
    while match and (end := data.find(b"endobj", match.end())) >= 0:
        body = data[match.end() : end]
        yield int(match[1]), body
        if b"/ObjStm" in body[:1024]:
            yield from _packed_objects(work.unpacked(body), _number(body, b"First"))
        match = _OBJECT.search(data, end)


def _packed_objects(packed: bytes, first: int) -> Iterator[tuple[int, bytes]]:
    """Yield the objects of an object stream, whose content begins with where each of them lies."""
    head = packed[:first].split()
    if not all(one.isdigit() and len(one) <= 10 for one in head):
        return  # it is damaged
    starts = [first + int(one) for one in head[1::2]]
    # Sorted, so that each byte is of one object, however often the head says where it lies.
    ends = dict(pairwise(sorted({*starts, len(packed)})))
    for inner, start in dict(zip(map(int, head[::2]), starts, strict=False)).items():
        yield inner, packed[start : ends.get(start)]


def _number(body: bytes, key: bytes) -> int:
    match = re.search(rb"/" + key + rb"\s+(\d{1,10})", body)
    return int(match[1]) if match else 0


def _page_text(page: bytes, objects: Mapping[int, bytes], work: _Work) -> str:
    """Return the words that a page draws or, if none can be found, a name made of its content."""
    found = _CONTENTS.search(page)
    numbers = [int(one) for one in _REFERENCE.findall(found[1])] if found else []
    content = b"\n".join(work.unpacked(objects.get(number, b"")) for number in numbers)
    text = bytearray()
    for string in _STRING.finditer(content):
        work.spend(len(string[1]) + _STRING_BYTES)
        if string[2]:
            text += re.sub(rb"\\(.)", rb"\1", string[1]) + b" "
    if words_drawn := text.decode("latin-1").strip():
        return words_drawn
    digest = blake2b(content, digest_size=8)
    for one in _REFERENCE.findall(page):
        body = objects.get(int(one), b"")
        work.spend(len(body))
        if not _IN_TREE.search(body):
            digest.update(body)
    return f"page {digest.hexdigest()}"
