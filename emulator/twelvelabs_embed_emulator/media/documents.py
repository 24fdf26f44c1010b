"""Documents: PDF, plain text and Markdown.

A PDF is read by pypdf in a subprocess with a timeout: see `pdf`. A frozen program has no
interpreter for that, and reads it itself, without limits. Pages are represented by their text; the
service renders them. Encrypted PDFs are rejected.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass

from twelvelabs_embed_emulator.contract.errors import ApiError, bad_request
from twelvelabs_embed_emulator.contract.limits import DOCUMENT_SIZE, TOKENS_PER_PAGE, count_words
from twelvelabs_embed_emulator.contract.rules import Rules
from twelvelabs_embed_emulator.media.sources import Media

# Rules of the emulator: a document is in memory as a whole, and a PDF may take so much to read.
_MAX_BYTES = 64 * 1024 * 1024
_PDF_TIMEOUT_SEC = 60
_PDF_MAX_MEMORY_BYTES = 768 * 1024 * 1024


@dataclass(frozen=True)
class Document:
    """A document that could be read.

    Attributes:
        is_pdf: whether it has pages.
        size_bytes: the length of the file.
        pages: the text of each page; of plain text and Markdown, all of it as one.
        version: that of the PDF format; None for others.
    """

    is_pdf: bool
    size_bytes: int
    pages: tuple[str, ...]
    version: str | None = None

    @property
    def text(self) -> str:
        """The text of all pages."""
        return "\n\n".join(self.pages)

    def tokens(self, per_page: int = 1) -> dict[str, int]:
        """Return the tokens that it uses: by pages for a PDF, by words for others."""
        if self.is_pdf:
            return {"document": len(self.pages) * per_page * TOKENS_PER_PAGE}
        return {"text": count_words(self.text)}

    def check_pages(self, name: str, rules: Rules, *, per_page: int = 1, status: int = 400) -> None:
        """Reject a PDF of more pages than one of its size may have.

        Args:
            name: that of the field, for messages.
            rules: how many pages are allowed.
            per_page: as how many pages each one counts.
            status: that of the error.
        """
        if not self.is_pdf:
            return
        pages, allowed = len(self.pages) * per_page, rules.max_pages(self.size_bytes)
        if pages > allowed:
            counted = f"{len(self.pages)} pages" + (f", counted {per_page} times," * (per_page > 1))
            limit = f"{allowed} that a PDF of {self.size_bytes} bytes may have"
            message = f"{name}: {counted} are more than the {limit}"
            raise ApiError(status, "parameter_invalid", message)


def open_document(media: Media, name: str) -> Document:
    """Read a document; `name` is that of the field, for messages.

    Raises:
        ApiError: it is none of PDF, plain text and Markdown, is encrypted, or has no content.
    """
    DOCUMENT_SIZE.check(name, media.size_bytes)
    if media.size_bytes > _MAX_BYTES:
        reason = f"{media.size_bytes} bytes are more than the {_MAX_BYTES} the emulator reads"
        raise bad_request(name, reason)
    with media.open() as file:
        data = file.read()
    if b"%PDF-" in data[:1024]:
        return _open_pdf(data, name)
    text = _decode_text(data)
    if text is None:
        raise bad_request(name, "the file is not a PDF, plain text in UTF-8 or Markdown")
    if not text.strip():
        raise bad_request(name, "the file has no content to embed")
    return Document(False, len(data), (text,))


def _decode_text(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _open_pdf(data: bytes, name: str) -> Document:
    if re.search(rb"/Encrypt\s*(\d|<<)", data):
        raise bad_request(name, "the PDF is encrypted")
    is_frozen = getattr(sys, "frozen", False)  # then sys.executable is the program itself
    try:
        pages, reason = _read_here(data) if is_frozen else _read_in_subprocess(data)
    except subprocess.TimeoutExpired:
        reason = f"the PDF takes longer to read than the {_PDF_TIMEOUT_SEC} s the emulator takes"
        raise bad_request(name, reason) from None
    if not pages:
        summary = "the PDF is broken, has no pages or decompresses to more than the emulator reads"
        raise bad_request(name, f"{summary} ({reason[:200]})" if reason else summary)
    version = data[data.index(b"%PDF-") + 5 :][:3].decode("ascii", "replace")
    return Document(True, len(data), tuple(pages), version)


def _read_in_subprocess(data: bytes) -> tuple[list[str], str]:
    """Return the text of each page, and, when there is none, the reason."""
    program = [sys.executable, "-P", "-m", "twelvelabs_embed_emulator.media.pdf"]
    done = subprocess.run(
        [*program, str(_PDF_MAX_MEMORY_BYTES)],
        input=data,
        # Where this process finds its modules, which may be a zip file.
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        timeout=_PDF_TIMEOUT_SEC,
    )
    if done.returncode:
        return [], done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
    pages: list[str] = json.loads(done.stdout)
    return pages, ""


def _read_here(data: bytes) -> tuple[list[str], str]:
    """Return the same, read in this process."""
    from twelvelabs_embed_emulator.media.pdf import read_pages

    try:
        return read_pages(data), ""
    except Exception as error:  # whatever pypdf raises for a broken file
        return [], f"{type(error).__name__}: {error}"
