"""Reads a PDF with pypdf, in a process of its own: the file comes in, JSON goes out.

`_documents` starts it. What a PDF that means harm takes is bounded by pypdf for a stream, not for a
file: its memory ends here, and its time is up when who started it says so. An error is one: it
ends the process, and the last line of what that says is the reason.
"""

import json
import logging
import sys
from hashlib import blake2b
from io import BytesIO

from pypdf import PageObject, PdfReader


def main(most_bytes: int) -> None:
    """Print the words of each page, in at most so much memory: on Linux, where that can be said."""
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    logging.disable()  # pypdf tells of each fault that it passes over
    pages = read_pages(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(pages, ensure_ascii=False).encode())


def read_pages(data: bytes) -> list[str]:
    """Return the words of each page of a PDF."""
    return [_words(page) for page in PdfReader(BytesIO(data)).pages]


def _words(page: PageObject) -> str:
    """Return the words of a page or, if it has none, a name made of its content."""
    # No text: zeros, which stand for glyphs that no letter is known of, and halves of letters.
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
