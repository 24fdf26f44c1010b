"""Rendering: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from msgspec.structs import asdict
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from twelvelabs_embed._text import clock
from twelvelabs_embed.cli.messages import Block

if TYPE_CHECKING:
    from twelvelabs_embed.results.embeddings import Embeddings
    from twelvelabs_embed.results.segments import Segment, Usage

_MAX_ROWS = 40  # on a terminal; a pipe gets them all
_UNWRAPPED = 1000  # characters: the lines of a file or pipe are left whole, for grep
_INDENT = 11  # characters

NOTHING = "–"
"""The placeholder of unknown values."""

FIXED: Mapping[str, Any] = {"no_wrap": True}
RIGHT: Mapping[str, Any] = {"no_wrap": True, "justify": "right"}
FOLD: Mapping[str, Any] = {"overflow": "fold"}


class _Console(Console):
    """A console that raises on a broken pipe, which `handle_errors` and `main` handle."""

    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError


def console(*, stderr: bool = False) -> Console:
    """Create a console without markup on one of the two streams."""
    stream = sys.stderr if stderr else sys.stdout
    has_width = stream.isatty() or "COLUMNS" in os.environ
    return _Console(
        stderr=stderr,
        width=None if has_width else _UNWRAPPED,
        # Without any style: NO_COLOR also means no bold and no dim.
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        highlight=False,
        markup=False,
        emoji=False,
    )


def plain(text: str | None) -> str:
    """Put a text on one line, and escape control characters; None is `NOTHING`.

    Names of files and messages of a service may contain anything.
    """
    if text is None:
        return NOTHING
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode()
        for sign in " ".join(text.split())
    )


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 vector`, `2 vectors`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def new_table(**columns: Mapping[str, Any]) -> Table:
    """Create an empty table in the common style, with columns of these names and styles."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name, style in columns.items():
        table.add_column(name, **style)
    return table


def megabytes(size_bytes: float) -> str:
    """Format in mebibytes, the unit of the limits: `40.0`."""
    return f"{size_bytes / (1 << 20):,.1f}"


def size(size_bytes: int | None) -> str:
    """`812 B`, `12.5 KB`, `40.0 MB`, in the units of the limits."""
    if size_bytes is None:
        return NOTHING
    if size_bytes < 1 << 10:
        return f"{size_bytes} B"
    if size_bytes < 1 << 20:
        return f"{size_bytes / (1 << 10):.1f} KB"
    return f"{megabytes(size_bytes)} MB"


def duration(duration_sec: float | None) -> str:
    """`7.25 s`, `11:40 min`, `3:05:00 h`."""
    if duration_sec is None:
        return NOTHING
    if duration_sec < 60:
        return f"{duration_sec:.2f} s"
    return f"{clock(duration_sec)} {'min' if round(duration_sec) < 3600 else 'h'}"


def moment(at: datetime | None) -> str:
    """`2026-02-01 14:30:05`, in the time zone of this machine."""
    return NOTHING if at is None else f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


def day_and_time(at: datetime | None) -> str:
    """`Feb 01 14:30`, for times within a year."""
    return NOTHING if at is None else f"{at.astimezone():%b %d %H:%M}"


def status_cell(status: str | None) -> Text:
    """Render the status of a task or an asset."""
    style = {"ready": "green", "failed": "red"}.get(status or "", "")
    return Text(plain(status or NOTHING), style)


def show_list(table: Table, shown: int, total: int | None, noun: str) -> None:
    """Print a table, unless it is empty, and how many rows there are beyond it."""
    out = console()
    if shown:
        out.print(table)
    else:
        out.print(f"no {noun}s")
    if total is not None and total > shown:
        out.print(f"and {total - shown:,} more (see --limit)")


# ----------------------------------------------------------------------------------------- vectors


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document in ASCII, which is independent of the encoding."""
    sys.stdout.write(json.dumps(document, default=_timestamp) + "\n")


def _timestamp(at: datetime) -> str:
    """Format a time for programs: RFC 3339, in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def as_document(embeddings: Embeddings) -> dict[str, Any]:
    """Build the JSON of embeddings; the names are the columns of `Embeddings.to_arrow`."""
    return {
        "model": embeddings.model,
        "input_type": embeddings.input_type,
        "metadata": embeddings.metadata,
        "route": None if embeddings.route is None else asdict(embeddings.route),
        "usage": None if embeddings.usage is None else asdict(embeddings.usage),
        "embeddings": _rows(embeddings),
    }


def segment_as_document(segment: Segment) -> dict[str, Any]:
    """Build the JSON of a segment, without its place in a document."""
    return {name: getattr(segment, name) for name in ("option", "scope", "start_sec", "end_sec")}


def _rows(embeddings: Embeddings) -> list[dict[str, Any]]:
    """List vectors with their segments; fields of documents only where they are known."""
    from twelvelabs_embed.results.segments import DOCUMENT_COLUMNS

    rows: list[dict[str, Any]] = []
    for segment, vector in embeddings:
        known = {name: getattr(segment, name) for name in DOCUMENT_COLUMNS}
        known = {name: value for name, value in known.items() if value is not None}
        rows.append({**segment_as_document(segment), **known, "vector": vector.tolist()})
    if embeddings.uncertainties is not None:
        for row, unsure in zip(rows, embeddings.uncertainties.tolist(), strict=True):
            # JSON has no NaN, which marks vectors without uncertainties.
            row["uncertainty"] = None if any(map(isnan, unsure)) else unsure
    return rows


def show_embeddings(embeddings: Embeddings, label: str) -> None:
    """Print a table of the vectors: segment, norm and first numbers."""
    out = console()
    rows, dimensions = embeddings.vectors.shape
    out.print(
        f"{plain(label)}: {counted(rows, 'vector')} of {dimensions} numbers "
        f"({plain(embeddings.model)}, {embeddings.input_type})"
    )
    if embeddings.route is not None:
        out.print(plain(f"route {embeddings.route}"), style="dim")
    if embeddings.usage is not None:
        _show_usage(out, embeddings.usage)
    shown = embeddings[:_MAX_ROWS] if out.is_terminal else embeddings
    if rows:
        out.print(_vector_table(shown, out.width))
    if len(shown) < rows:
        out.print(f"and {rows - len(shown):,} more; --json prints and --out saves all")


def _show_usage(out: Console, usage: Usage) -> None:
    tokens = (f"{count:,} of {plain(kind)}" for kind, count in usage.input_tokens.items())
    out.print(f"tokens {', '.join(tokens)}", style="dim")
    if usage.truncated:
        reason = f" ({usage.truncation_reason})" if usage.truncation_reason else ""
        show_note(f"the text was truncated, and the vector represents its start{reason}")


def _vector_table(embeddings: Embeddings, width: int) -> Table:
    import numpy as np

    columns = [(name, cell) for name, cell in _CELLS.items() if any(map(cell, embeddings.segments))]
    styles = {name: {} if name in _WORD_COLUMNS else {"justify": "right"} for name, _ in columns}
    table = new_table(**styles, norm={"justify": "right"}, **{"first numbers": FIXED})
    # As many as fit, at eight characters for each.
    count = max(2, min(8, (width - (52 if columns else 10)) // 8))
    norms = np.linalg.norm(embeddings.vectors, axis=1)
    for (segment, vector), norm in zip(embeddings, norms, strict=True):
        numbers = " ".join(f"{number:7.4f}" for number in vector[:count])
        ending = " …" if len(vector) > count else ""
        cells = [cell(segment) or NOTHING for _, cell in columns]
        table.add_row(*cells, f"{norm:.3f}", numbers + ending)
    return table


def _seconds(time_sec: float | None) -> str:
    return "" if time_sec is None else f"{time_sec:.2f}"


def _pages(segment: Segment) -> str:
    first, last = segment.start_page, segment.end_page
    if first is None or last is None or first == last:
        return "" if first is None else str(first)
    return f"{first}–{last}"


# The columns of segments; empty columns are omitted.
_CELLS: Mapping[str, Callable[[Segment], str]] = {
    "option": lambda segment: plain(segment.option or ""),
    "scope": lambda segment: plain(segment.scope or ""),
    "start sec": lambda segment: _seconds(segment.start_sec),
    "end sec": lambda segment: _seconds(segment.end_sec),
    "page": _pages,
    "quadrant": lambda segment: plain(segment.quadrant or ""),
    "chunk": lambda segment: "" if segment.chunk_index is None else str(segment.chunk_index),
}
_WORD_COLUMNS = ("option", "scope", "quadrant")


# ----------------------------------------------------------------------------------- errors, notes


def show_result(text: str) -> None:
    """Print one line on standard output."""
    console().print(plain(text), soft_wrap=True)


def show_failure(title: str, blocks: Sequence[Block]) -> None:
    """Print a title and a block for each violation on standard error."""
    err = console(stderr=True)
    count = f" ({len(blocks)} violations)" if len(blocks) > 1 else ""
    err.print(Text(title + count, style="bold red"))
    print_blocks(err, blocks)


def print_blocks(to: Console, blocks: Iterable[Block]) -> None:
    """Print blocks of lines `name  text`, each after an empty line."""
    for block in blocks:
        to.print()
        print_fields(to, block.items())


def print_fields(to: Console, fields: Iterable[tuple[str, str]]) -> None:
    """Print lines `name  text`; fields without a text are omitted."""
    for name, text in fields:
        if text:
            _print_field(to, name, plain(text))


def _print_field(to: Console, name: str, text: str) -> None:
    width = max(to.width - _INDENT, 20)
    lines = textwrap.wrap(text, width, break_on_hyphens=False, break_long_words=False)
    name = f"  {name}".ljust(_INDENT)
    to.print(Text.assemble((name, "dim"), f"\n{' ' * _INDENT}".join(lines)), soft_wrap=True)


def show_note(text: str) -> None:
    """Print a note on standard error."""
    print_note(console(stderr=True), text)


def print_note(to: Console, text: str) -> None:
    """Print a note."""
    to.print(Text(f"Note: {plain(text)}", style="yellow"))


def show_remark(text: str) -> None:
    """Print one line of information on standard error."""
    console(stderr=True).print(plain(text), soft_wrap=True)


def show_saved(embeddings: Embeddings, path: Path) -> None:
    """Print on standard error which file was written."""
    without = "" if path.suffix.lower() == ".parquet" else ", without their segments"
    show_remark(f"Wrote {counted(len(embeddings), 'vector')} to {path}{without}")
