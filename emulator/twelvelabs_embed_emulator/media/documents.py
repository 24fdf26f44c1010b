"""Opens documents: PDF, plain text and Markdown.

A PDF is read by pypdf, in a process of its own that is ended when it takes too long: see `_pdf`.
A frozen program has no interpreter for that, and reads it itself, without bounds.
Its pages are known by their words; the service renders them. What is encrypted is refused.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from twelvelabs_embed_emulator.contract.errors import ApiError, refuse
from twelvelabs_embed_emulator.contract.rules import DOCUMENT_SIZE, TOKENS_PER_PAGE, Rules, words
from twelvelabs_embed_emulator.media.sources import Media

_MOST_BYTES = 64 * 1024 * 1024
"""A rule of the emulator: a document lies in memory as a whole."""

_MOST_PDF_SEC = 60
"""A rule of the emulator: how long a PDF may take to read."""
_MOST_PDF_BYTES = 768 * 1024 * 1024
"""A rule of the emulator: how much memory that may take."""

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


def _open_pdf(data: bytes, name: str) -> Document:
    if re.search(rb"/Encrypt\s*(\d|<<)", data):
        raise refuse(name, "the PDF is encrypted")
    is_frozen = getattr(sys, "frozen", False)  # then sys.executable is the program itself
    try:
        pages, reason = _read_here(data) if is_frozen else _read_apart(data)
    except subprocess.TimeoutExpired:
        problem = f"the PDF takes longer to read than the {_MOST_PDF_SEC} s the emulator takes"
        raise refuse(name, problem) from None
    if not pages:
        problem = "the PDF is broken, has no pages or unfolds to more than the emulator reads"
        raise refuse(name, f"{problem} ({reason[:200]})" if reason else problem)
    version = data[data.index(b"%PDF-") + 5 :][:3].decode("ascii", "replace")
    return Document(True, len(data), tuple(pages), version)


def _read_apart(data: bytes) -> tuple[list[str], str]:
    """Return the words of each page, or why there are none; read in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "twelvelabs_embed_emulator.media.pdf", str(_MOST_PDF_BYTES)],
        input=data,
        # Where this process finds its modules, which may be a zip file.
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        timeout=_MOST_PDF_SEC,
    )
    if done.returncode:
        return [], done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
    pages: list[str] = json.loads(done.stdout)
    return pages, ""


def _read_here(data: bytes) -> tuple[list[str], str]:
    """Return the words of each page, or why there are none; read in this process."""
    from twelvelabs_embed_emulator.media.pdf import read_pages

    try:
        return read_pages(data), ""
    except Exception as error:  # whatever pypdf makes of a broken file
        return [], f"{type(error).__name__}: {error}"
