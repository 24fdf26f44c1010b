"""Notebook view of `Embeddings`: a line of facts, a picture and the first rows.

Text takes the colour of the page, everything else has middle tones: both themes are readable.
"""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from twelvelabs_embed.results.segments import ALL_COLUMNS
from twelvelabs_embed.results.vectors import cosine

if TYPE_CHECKING:
    from twelvelabs_embed.results.base import EmbeddingsBase
    from twelvelabs_embed.results.segments import Segment
    from twelvelabs_embed.results.vectors import Vectors

_SHOWN_ROWS = 8
_SHOWN_NUMBERS = 4
_HEAT_MAP_ROWS = 64
_TIMELINE_WIDTH_PX = 400
_LABEL_WIDTH_PX = 100
_LABEL_CHARACTERS = 13
_LANE_HEIGHT_PX = 26
_LANE_COLOURS = ("#4a90d9", "#e08a1e", "#2fa37c", "#b06fd8")
_HEAT_COLOURS = np.array(  # viridis, dark to light
    [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)]
)


class _Span(NamedTuple):
    option: str
    whole: bool
    start_sec: float
    end_sec: float


def as_html(embeddings: EmbeddingsBase) -> str:
    """Render all of it, safe to put into a page."""
    parts = (_html_facts(embeddings), _html_picture(embeddings), _html_table(embeddings))
    return f"<div>{''.join(parts)}</div>"


def _html_facts(embeddings: EmbeddingsBase) -> str:
    rows, dimensions = embeddings.vectors.shape
    facts = [f"{rows:,} × {dimensions:,}", embeddings.model, embeddings.input_type]
    metadata = embeddings.metadata or {}
    if name := metadata.get("input_filename") or metadata.get("input_url"):
        facts.append(str(name))
    if usage := embeddings.usage:
        facts += [f"{count:,} {kind} tokens" for kind, count in usage.input_tokens.items()]
        facts += ["cut to fit"] if usage.truncated else []
    return f"<div><b>Embeddings</b> {escape(' · '.join(facts))}</div>"


def _html_picture(embeddings: EmbeddingsBase) -> str:
    parts = [_svg_timeline(embeddings.segments), _html_heat_map(embeddings)]
    shown = "".join(part for part in parts if part)
    style = "display:flex;flex-wrap:wrap;gap:1.5em;align-items:flex-start;margin:0.6em 0"
    return f'<div style="{style}">{shown}</div>' if shown else ""


def _html_table(embeddings: EmbeddingsBase) -> str:
    segments, vectors = embeddings.segments, embeddings.vectors
    if not segments:
        return ""
    columns = [
        name
        for name in ALL_COLUMNS
        if any(getattr(segment, name) is not None for segment in segments)
    ]
    lines = [_html_row("th", ["", *columns, "vector"])]
    shown = zip(segments[:_SHOWN_ROWS], vectors, strict=False)
    for index, (segment, vector) in enumerate(shown):
        values = [_show(getattr(segment, name)) for name in columns]
        numbers = ", ".join(f"{number:.4f}" for number in vector[:_SHOWN_NUMBERS])
        more = ", …" if len(vector) > _SHOWN_NUMBERS else ""
        lines.append(_html_row("td", [str(index), *values, numbers + more]))
    if (hidden := len(segments) - _SHOWN_ROWS) > 0:
        lines.append(_html_row("td", ["…", f"{hidden:,} more"]))
    style = "border-collapse:collapse;color:inherit;font-size:inherit;white-space:nowrap"
    return f'<table style="{style}">{"".join(lines)}</table>'


def _html_row(tag: str, values: Iterable[str]) -> str:
    style = "text-align:left;padding:0.15em 1em 0.15em 0;font-variant-numeric:tabular-nums"
    cells = "".join(f'<{tag} style="{style}">{escape(value)}</{tag}>' for value in values)
    return f"<tr>{cells}</tr>"


def _show(value: str | float | None) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else f"{value:g}"


def _svg_timeline(segments: Sequence[Segment]) -> str:
    """Draw a lane for each option: segments as blocks, the whole file as a line below them."""
    spans = [
        _Span(_show(segment.option), segment.scope == "asset", segment.start_sec, segment.end_sec)
        for segment in segments
        if segment.start_sec is not None and segment.end_sec is not None
    ]
    first_sec = min((span.start_sec for span in spans), default=0.0)
    last_sec = max((span.end_sec for span in spans), default=0.0)
    if last_sec <= first_sec:
        return ""
    px_per_sec = _TIMELINE_WIDTH_PX / (last_sec - first_sec)
    options = list(dict.fromkeys(span.option for span in spans))
    lanes = [
        _svg_lane(lane, [span for span in spans if span.option == option], first_sec, px_per_sec)
        for lane, option in enumerate(options)
    ]
    width_px, base_px = _LABEL_WIDTH_PX + _TIMELINE_WIDTH_PX, len(lanes) * _LANE_HEIGHT_PX + 12
    height_px = base_px + 4
    return (
        f'<svg width="{width_px}" height="{height_px}" role="img" aria-label="segments over time" '
        'style="font:12px system-ui,sans-serif;max-width:100%" fill="currentColor" '
        f'viewBox="0 0 {width_px} {height_px}">{"".join(lanes)}'
        f'<text x="{_LABEL_WIDTH_PX}" y="{base_px}" fill-opacity="0.7">{first_sec:g} s</text>'
        f'<text x="{width_px}" y="{base_px}" fill-opacity="0.7" text-anchor="end">'
        f"{last_sec:g} s</text></svg>"
    )


def _svg_lane(lane: int, spans: Sequence[_Span], first_sec: float, px_per_sec: float) -> str:
    top_px = lane * _LANE_HEIGHT_PX
    blocks: dict[int, str] = {}
    lines = ""
    for span in spans:
        left_px = round((span.start_sec - first_sec) * px_per_sec)
        width_px = max(round((span.end_sec - first_sec) * px_per_sec) - left_px, 1)
        across = f"h{width_px}v{{0}}h-{width_px}z"
        if span.whole:
            lines = f"M{_LABEL_WIDTH_PX + left_px} {top_px + 19}{across.format(2)}"
        else:
            # One block for a pixel: the segments of hours would make megabytes.
            block = f"M{_LABEL_WIDTH_PX + left_px} {top_px + 2}{across.format(15)}"
            blocks.setdefault(left_px, block)
    ordered = [blocks[left_px] for left_px in sorted(blocks)]
    colour = _LANE_COLOURS[lane % len(_LANE_COLOURS)]
    name = spans[0].option
    label = name if len(name) <= _LABEL_CHARACTERS else f"{name[: _LABEL_CHARACTERS - 1]}…"
    # Neighbours differ in tone, so that the cuts show.
    return (
        f'<text x="0" y="{top_px + 14}">{escape(label)}</text>'
        f'<path d="{"".join(ordered[0::2])}{lines}" fill="{colour}"/>'
        f'<path d="{"".join(ordered[1::2])}" fill="{colour}" fill-opacity="0.55"/>'
    )


def _html_heat_map(embeddings: EmbeddingsBase) -> str:
    """Draw how similar the rows are to each other; of one row, its numbers."""
    vectors = embeddings.vectors
    if not len(vectors):
        return ""
    if len(vectors) == 1:
        values, width_px, height_px = vectors, _TIMELINE_WIDTH_PX, 24
        about = f"its {vectors.size:,} numbers"
    else:
        rows = np.linspace(0, len(vectors) - 1, min(len(vectors), _HEAT_MAP_ROWS)).astype(int)
        values, width_px, height_px = cosine(vectors[rows], vectors[rows]), 150, 150
        sample = "" if len(rows) == len(vectors) else f"{len(rows)} of the {len(vectors):,} "
        about = f"cosine similarity of {sample}rows"
    return _html_colours(values, width_px, height_px, about)


def _html_colours(values: Vectors, width_px: int, height_px: int, about: str) -> str:
    """Draw numbers, shape (height, width), from dark for the least to light."""
    low, high = float(values.min()), float(values.max())
    levels = (values - low) / ((high - low) or 1)
    stops = np.linspace(0, 1, len(_HEAT_COLOURS))
    channels = [np.interp(levels, stops, _HEAT_COLOURS[:, channel]) for channel in range(3)]
    picture = b64encode(_png(np.stack(channels, axis=-1).astype(np.uint8))).decode()
    ramp = ",".join(f"rgb({red},{green},{blue})" for red, green, blue in _HEAT_COLOURS)
    ramp_style = f"background:linear-gradient(to right,{ramp})"
    return (
        f'<div style="font:12px system-ui,sans-serif;width:{width_px}px">'
        f'<img width="{width_px}" height="{height_px}" alt="{about}" '
        f'style="image-rendering:pixelated;display:block" src="data:image/png;base64,{picture}">'
        f'<div style="margin-top:0.3em">{about}</div><div>{low:.2f} '
        f'<span style="display:inline-block;width:4em;height:0.7em;{ramp_style}"></span> '
        f"{high:.2f}</div></div>"
    )


def _png(colours: npt.NDArray[np.uint8]) -> bytes:
    """Encode colours, shape (height, width, 3), as PNG: a notebook needs no more than numpy."""
    height, width, _ = colours.shape
    lines = np.pad(colours.reshape(height, -1), ((0, 0), (1, 0)))  # each line begins with filter 0
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines.tobytes())), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
