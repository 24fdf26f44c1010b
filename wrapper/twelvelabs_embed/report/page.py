"""One HTML file that holds everything: style, program, data, pictures. It never asks a network."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import frozen

from twelvelabs_embed._version import VERSION
from twelvelabs_embed.report.layout import Places
from twelvelabs_embed.report.loader import Archive, FailureGroup
from twelvelabs_embed.report.similarity import Compressed, Pair
from twelvelabs_embed.report.thumbnails import Thumbnail
from twelvelabs_embed.results.vectors import Vectors

__all__ = ["Query", "ReportData", "as_html"]

_SCRIPTS = ("data.js", "likeness.js", "drawing.js", "timelines.js", "map.js", "lists.js", "main.js")
_NO_WORD = 255  # in a column of bytes that number words
_LARGEST_PLACE = 65_535
_LARGEST_SCORE = 32_767


@frozen
class Query:
    """A text that was embedded when the report was made.

    Attributes:
        text: the text
        scores: its cosine similarity to each row, shape (N,)
    """

    text: str
    scores: Vectors


@frozen(kw_only=True)
class ReportData:
    """Everything that a page shows."""

    title: str
    made_at: datetime
    archive: Archive
    compressed: Compressed
    places: Places
    queries: Sequence[Query]
    pairs: Sequence[Pair]
    min_score: float
    thumbnails: Sequence[Thumbnail]
    failures: Sequence[FailureGroup]
    notes: Sequence[str]


def as_html(story: ReportData) -> str:
    """The page."""
    style, script = _read("style.css"), "\n".join(map(_read, _SCRIPTS))
    # Hashes and no 'unsafe-inline': nothing that a file's name might smuggle in could run.
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    parts = {
        "POLICY": policy,
        "TITLE": escape(story.title),
        "STYLE": style,
        "DATA": _as_json(_as_document(story)),
        "SCRIPT": script,
    }
    page = _read("page.html")
    # Split first, so that what is put in is never looked through for more places.
    pieces = page.split("%%")
    return "".join(parts[piece] if place % 2 else piece for place, piece in enumerate(pieces))


def _read(name: str) -> str:
    return (files("twelvelabs_embed.report") / "template" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _as_json(document: Mapping[str, Any]) -> str:
    """JSON that can stand inside `<script>`, whatever the texts in it are."""
    text = json.dumps(document, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


# -------------------------------------------------------------------------------------------- data


def _as_document(story: ReportData) -> dict[str, Any]:
    archive = story.archive
    return {
        "title": story.title,
        "version": VERSION,
        "madeAt": story.made_at.isoformat(timespec="seconds"),
        "model": archive.model,
        "dimensions": archive.vectors.shape[1],
        "allRows": archive.all_rows,
        "allItems": archive.all_items,
        "error": story.compressed.error,
        "notes": list(story.notes),
        "items": [list(item) for item in zip(archive.ids, archive.input_types, strict=True)],
        "rows": _rows(archive, story.compressed, story.places),
        "queries": [
            {"text": query.text, "scores": _packed(query.scores * _LARGEST_SCORE, "<i2")}
            for query in story.queries
        ],
        "leastScore": story.min_score,
        "pairs": [
            [pair.first, pair.second, round(pair.score, 4), pair.alike, pair.of]
            for pair in story.pairs
        ],
        "thumbnails": [
            [one.item, one.time_sec, base64.b64encode(one.jpeg).decode()]
            for one in story.thumbnails
        ],
        "failures": [_failures(group) for group in story.failures],
    }


def _rows(archive: Archive, compressed: Compressed, places: Places) -> dict[str, Any]:
    """One value for each row in each column, as bytes in base64."""
    options, option = _numbered(archive.option)
    scopes, scope = _numbered(archive.scope)
    return {
        "count": len(archive),
        "item": _packed(archive.item, "<u4"),
        "options": options,
        "option": option,
        "scopes": scopes,
        "scope": scope,
        "start": _packed(archive.start_sec, "<f4"),
        "end": _packed(archive.end_sec, "<f4"),
        "x": _packed(places[0] * _LARGEST_PLACE, "<u2"),
        "y": _packed(places[1] * _LARGEST_PLACE, "<u2"),
        "vectors": _packed(compressed.numbers, "<i1"),
        "steps": _packed(compressed.steps, "<f4"),
    }


def _packed(values: npt.NDArray[Any], kind: str) -> str:
    whole = np.rint(values) if kind[1] in "iu" else values
    return base64.b64encode(np.ascontiguousarray(whole, kind).tobytes()).decode()


def _numbered(words: Sequence[str | None]) -> tuple[list[str], str]:
    """The words that occur, and for each row the number of its word."""
    known = sorted({word for word in words if word is not None})[:_NO_WORD]
    numbers = {word: number for number, word in enumerate(known)}
    column = np.array([numbers.get(word or "", _NO_WORD) for word in words], np.uint8)
    return known, _packed(column, "<u1")


def _failures(group: FailureGroup) -> dict[str, Any]:
    return {
        "code": group.code,
        "count": group.count,
        "messages": [list(message) for message in group.messages],
        "items": [
            [one.id, one.message, one.attempts, one.failed_at.isoformat(timespec="seconds")]
            for one in group.failures
        ],
    }
