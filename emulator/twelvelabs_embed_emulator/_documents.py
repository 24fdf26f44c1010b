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

from ._errors import ApiError, refuse
from ._rules import DOCUMENT_SIZE, TOKENS_PER_PAGE, Rules, words
from ._sources import Media

_MOST_BYTES = 64 * 1024 * 1024
"""A rule of the emulator: a document lies in memory as a whole, and compressed ones unfold."""

_OBJECT = re.compile(rb"(?<!\d)(\d+)\s+\d+\s+obj\b(.*?)\bendobj\b", re.DOTALL)
_STREAM = re.compile(rb"\bstream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_IN_TREE = re.compile(rb"/Type\s*/Pages?(?![A-Za-z])")
_CONTENTS = re.compile(rb"/Contents\s*(\[[^\]]*\]|\d+\s+\d+\s+R)")
_REFERENCE = re.compile(rb"(\d+)\s+\d+\s+R")
_STRING = re.compile(rb"\(((?:[^()\\]|\\.)*)\)", re.DOTALL)
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


def chunks(text: str, max_sentences: int, overlap_sentences: int = 0) -> list[str]:
    """Return pieces of at most `max_sentences`, each beginning with the last of the one before."""
    found, step = sentences(text), max_sentences - overlap_sentences
    last = max(1, len(found) - overlap_sentences)
    return [" ".join(found[at : at + max_sentences]) for at in range(0, last, step)]


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


def _open_pdf(data: bytes, name: str) -> Document:
    objects = dict(_objects(data))
    pages = [body for body in objects.values() if _PAGE.search(body)]
    if re.search(rb"/Encrypt\s+\d", data):
        raise refuse(name, "the PDF is encrypted")
    if not pages:
        raise refuse(name, "the PDF is broken or has no pages")
    version = data[data.index(b"%PDF-") + 5 :][:3].decode("ascii", "replace")
    texts = tuple(_page_text(page, objects) for page in pages)
    return Document(True, len(data), texts, version)


def _objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the content of each object, also of those in object streams."""
    for match in _OBJECT.finditer(data):
        number, body = int(match[1]), match[2]
        yield number, body
        if b"/ObjStm" in body[:1024] and (packed := _unpacked(body)):
            head = packed[: _number(body, b"First")].split()
            starts = [int(one) for one in head[1::2]]
            for inner, start, end in zip(head[::2], starts, [*starts[1:], None], strict=False):
                first = _number(body, b"First")
                yield int(inner), packed[first + start : None if end is None else first + end]


def _number(body: bytes, key: bytes) -> int:
    match = re.search(rb"/" + key + rb"\s+(\d+)", body)
    return int(match[1]) if match else 0


def _unpacked(body: bytes) -> bytes:
    """Return the content of the stream of an object; nothing if it cannot be read."""
    match = _STREAM.search(body)
    if match is None:
        return b""
    if b"/FlateDecode" not in body[: match.start()]:
        return match[1]
    try:
        return zlib.decompressobj().decompress(match[1], _MOST_BYTES)
    except zlib.error:
        return b""


def _page_text(page: bytes, objects: Mapping[int, bytes]) -> str:
    """Return the words that a page draws or, if none can be found, a name made of its content."""
    found = _CONTENTS.search(page)
    numbers = [int(one) for one in _REFERENCE.findall(found[1])] if found else []
    content = b"\n".join(_unpacked(objects.get(number, b"")) for number in numbers)
    strings = (re.sub(rb"\\(.)", rb"\1", one) for one in _STRING.findall(content))
    text = " ".join(string.decode("latin-1") for string in strings)
    if text.strip():
        return text
    drawn = (objects.get(int(one), b"") for one in _REFERENCE.findall(page))
    drawn = (body for body in drawn if not _IN_TREE.search(body))
    return f"page {blake2b(content + b''.join(drawn), digest_size=8).hexdigest()}"
