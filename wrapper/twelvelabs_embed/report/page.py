"""Page of a report: one HTML file with style sheet, scripts, data and pictures."""

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
from attrs import asdict, frozen

from twelvelabs_embed._version import VERSION
from twelvelabs_embed.bulk.failures import FailureGroup
from twelvelabs_embed.bulk.tally import Usage
from twelvelabs_embed.report.layout import Places
from twelvelabs_embed.report.loader import ReportDataset, Summary
from twelvelabs_embed.report.similarity import Compressed, Pair
from twelvelabs_embed.report.thumbnails import Thumbnail
from twelvelabs_embed.results.vectors import Vectors

_SCRIPTS = (
    "data.js",
    "similarity.js",
    "drawing.js",
    "timelines.js",
    "map.js",
    "lists.js",
    "main.js",
)
_NO_LABEL = 255  # in a column of bytes that number labels
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
    dataset: ReportDataset
    compressed: Compressed
    places: Places
    queries: Sequence[Query]
    pairs: Sequence[Pair]
    min_score: float
    thumbnails: Sequence[Thumbnail]
    links: Mapping[int, str]
    failures: Sequence[FailureGroup]
    notes: Sequence[str]
    usage: Usage | None


def as_html(data: ReportData) -> str:
    """Render the page."""
    style, script = _read("style.css"), "\n".join(map(_read, _SCRIPTS))
    # Hashes, not 'unsafe-inline': nothing injected by a file name could run.
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    parts = {
        "POLICY": policy,
        "TITLE": escape(data.title),
        "STYLE": style,
        "DATA": _as_json(_as_document(data)),
        "SCRIPT": script,
    }
    page = _read("page.html")
    # Split first, so that placeholders inside inserted text are not replaced.
    chunks = page.split("%%")
    return "".join(parts[chunk] if index % 2 else chunk for index, chunk in enumerate(chunks))


def _read(name: str) -> str:
    return (files("twelvelabs_embed.report") / "template" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _as_json(document: Mapping[str, Any]) -> str:
    """Serialize to JSON that is safe inside `<script>`, whatever the texts in it are."""
    text = json.dumps(document, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


# -------------------------------------------------------------------------------------------- data


def _as_document(data: ReportData) -> dict[str, Any]:
    dataset = data.dataset
    return {
        "title": data.title,
        "version": VERSION,
        "madeAt": data.made_at.isoformat(timespec="seconds"),
        "model": dataset.model,
        "dimensions": dataset.vectors.shape[1],
        "summary": _summary(dataset.summary),
        "error": data.compressed.error,
        "notes": list(data.notes),
        "items": [
            [id, input_type, data.links.get(number)]
            for number, (id, input_type) in enumerate(
                zip(dataset.ids, dataset.input_types, strict=True)
            )
        ],
        "rows": _rows(dataset, data.compressed, data.places),
        "queries": [
            {"text": query.text, "scores": _packed(query.scores * _LARGEST_SCORE, "<i2")}
            for query in data.queries
        ],
        "minScore": data.min_score,
        "pairs": [
            [pair.first, pair.second, round(pair.score, 4), pair.similar, pair.of]
            for pair in data.pairs
        ],
        "thumbnails": [
            [one.item, one.time_sec, base64.b64encode(one.jpeg).decode()] for one in data.thumbnails
        ],
        "failures": [_failures(group) for group in data.failures],
        "usage": None if data.usage is None else asdict(data.usage),
    }


def _summary(summary: Summary) -> dict[str, Any]:
    return {
        "items": sorted(summary.items.items(), key=lambda one: (-one[1], one[0])),
        "durationSec": round(summary.duration_sec, 3),
        "vectors": sorted(
            [kind, scope or "", count] for (kind, scope), count in summary.vectors.items()
        ),
    }


def _rows(dataset: ReportDataset, compressed: Compressed, places: Places) -> dict[str, Any]:
    """Build columns of one value for each row, as bytes in base64."""
    options, option = _numbered(dataset.option)
    scopes, scope = _numbered(dataset.scope)
    return {
        "count": len(dataset),
        "item": _packed(dataset.item, "<u4"),
        "options": options,
        "option": option,
        "scopes": scopes,
        "scope": scope,
        "start": _packed(dataset.start_sec, "<f4"),
        "end": _packed(dataset.end_sec, "<f4"),
        "x": _packed(places[0] * _LARGEST_PLACE, "<u2"),
        "y": _packed(places[1] * _LARGEST_PLACE, "<u2"),
        "vectors": _packed(compressed.numbers, "<i1"),
        "steps": _packed(compressed.steps, "<f4"),
    }


def _packed(values: npt.NDArray[Any], kind: str) -> str:
    whole = np.rint(values) if kind[1] in "iu" else values
    return base64.b64encode(np.ascontiguousarray(whole, kind).tobytes()).decode()


def _numbered(labels: Sequence[str | None]) -> tuple[list[str], str]:
    """Return the labels that occur, and for each row the number of its label."""
    known = sorted({label for label in labels if label is not None})[:_NO_LABEL]
    numbers = {label: number for number, label in enumerate(known)}
    column = np.array([numbers.get(label or "", _NO_LABEL) for label in labels], np.uint8)
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
