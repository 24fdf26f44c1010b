"""Documents: PDF and plain text."""

from collections.abc import Sequence
from pathlib import Path

from twelvelabs_embed_emulator.samples.images import PathLike
from twelvelabs_embed_emulator.samples.subtitles import SENTENCES


def document(path: PathLike, *, pages: Sequence[str] = SENTENCES) -> Path:
    """Write a PDF with a text on each page, or a text of these parts; the suffix picks which.

    `.pdf` takes texts in Latin letters, of one line each. Any other suffix is a text in UTF-8.
    """
    path = Path(path)
    if path.suffix.lower() == ".pdf":
        path.write_bytes(_pdf(pages))
    else:
        path.write_text("\n\n".join(pages) + "\n", encoding="utf-8")
    return path


def _pdf(pages: Sequence[str]) -> bytes:
    """Return a PDF whose objects are the catalogue, the tree of pages, a font, then two a page."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        font,
    ]
    for at, text in enumerate(pages):
        escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        content = f"BT /F1 24 Tf 50 700 Td ({escaped}) Tj ET"
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
            f" /Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * at} 0 R >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    body, starts = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        starts.append(len(body))
        body += f"{number} 0 obj\n{one}\nendobj\n".encode("latin-1")
    table = "".join(f"{start:010} 00000 n \n" for start in starts)
    size = len(objects) + 1
    head, end = f"xref\n0 {size}\n0000000000 65535 f \n", f"startxref\n{len(body)}\n%%EOF\n"
    return body + f"{head}{table}trailer\n<< /Size {size} /Root 1 0 R >>\n{end}".encode()
