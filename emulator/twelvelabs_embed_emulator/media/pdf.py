"""The program that reads a PDF with pypdf: the file comes in on stdin, JSON goes out on stdout.

`documents` starts it as a subprocess, because pypdf limits what a stream of a hostile PDF may
take, but not a file: this process limits its memory, and the parent its time. An error ends the
process, and the last line of its traceback is the reason.
"""

import json
import logging
import sys
from hashlib import blake2b
from io import BytesIO

from pypdf import PageObject, PdfReader


def main(max_bytes: int) -> None:
    """Print the text of each page; use at most `max_bytes` of memory, where that can be set."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (max_bytes, max_bytes))
    logging.disable()  # pypdf logs each fault that it skips
    pages = read_pages(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(pages, ensure_ascii=False).encode())


def read_pages(data: bytes) -> list[str]:
    """Return the text of each page of a PDF."""
    return [_text(page) for page in PdfReader(BytesIO(data)).pages]


def _text(page: PageObject) -> str:
    """Return the text of a page or, if it has none, a name made of its content."""
    # Not text: zeros, which stand for glyphs without a known letter, and lone surrogates.
    text = page.extract_text().replace("\0", " ")
    if words := text.encode(errors="replace").decode().strip():
        return words
    content = BytesIO()
    if (drawn := page.get_contents()) is not None:
        content.write(drawn.get_data())
    resources = page.get("/Resources", {}).get_object()
    for picture in resources["/XObject"].values() if "/XObject" in resources else ():
        picture.get_object().write_to_stream(content)
    return f"page {blake2b(content.getvalue(), digest_size=8).hexdigest()}"


if __name__ == "__main__":
    main(int(sys.argv[1]))
