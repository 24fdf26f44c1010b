"""How things are printed: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import logging
import os
import sys
import textwrap
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from twelvelabs_embed._commands.wording import Block, as_typed

if TYPE_CHECKING:
    from twelvelabs_embed.results import Embeddings, Segment

_MOST_ROWS = 40  # on a terminal; a pipe gets them all
_UNWRAPPED = 1000  # characters: the lines of a file or pipe are left whole, for grep
_INDENT = 11  # characters


class _Console(Console):
    """A broken pipe stays an error, for `failures` to tell."""

    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError


def console(*, stderr: bool = False) -> Console:
    """A console that prints texts as they are, on one of the two streams."""
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


def plain(text: str) -> str:
    """A text on one line, in which what could move a terminal's cursor is escaped.

    Names of files and messages of a service may hold anything.
    """
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode()
        for sign in " ".join(text.split())
    )


def counted(number: int, noun: str) -> str:
    """`1 vector`, `2 vectors`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def new_table() -> Table:
    """An empty table as all of ours look."""
    return Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))


# ----------------------------------------------------------------------------------------- vectors


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document, in ASCII: whoever reads it need not know the encoding."""
    sys.stdout.write(json.dumps(document) + "\n")


def as_document(embeddings: Embeddings) -> dict[str, Any]:
    """What `--json` prints; the names are those of the columns of `Embeddings.to_arrow`."""
    return {
        "model": embeddings.model,
        "input_type": embeddings.input_type,
        "metadata": embeddings.metadata,
        "embeddings": [
            {
                "option": segment.option,
                "scope": segment.scope,
                "start_sec": segment.start_sec,
                "end_sec": segment.end_sec,
                "vector": vector.tolist(),
            }
            for segment, vector in embeddings
        ],
    }


def show_embeddings(embeddings: Embeddings, label: str) -> None:
    """Print a table of the vectors: what each stands for, its norm and its first numbers."""
    out = console()
    rows, dimensions = embeddings.vectors.shape
    out.print(
        f"{plain(label)}: {counted(rows, 'vector')} of {dimensions} numbers "
        f"({plain(embeddings.model)}, {embeddings.input_type})"
    )
    shown = embeddings[:_MOST_ROWS] if out.is_terminal else embeddings
    if rows:
        out.print(_vector_table(shown, out.width))
    if len(shown) < rows:
        out.print(f"and {rows - len(shown):,} more; --json prints and --out saves all of them")


def _vector_table(embeddings: Embeddings, width: int) -> Table:
    import numpy as np

    has_segments = any(segment.option for segment in embeddings.segments)
    table = new_table()
    if has_segments:
        table.add_column("option")
        table.add_column("scope")
        table.add_column("start sec", justify="right")
        table.add_column("end sec", justify="right")
    table.add_column("norm", justify="right")
    table.add_column("first numbers", no_wrap=True)
    # As many as fit, at eight characters for each.
    count = max(2, min(8, (width - (52 if has_segments else 10)) // 8))
    norms = np.linalg.norm(embeddings.vectors, axis=1)
    for (segment, vector), norm in zip(embeddings, norms, strict=True):
        numbers = " ".join(f"{number:7.4f}" for number in vector[:count])
        ending = " …" if len(vector) > count else ""
        cells = _segment_cells(segment) if has_segments else []
        table.add_row(*cells, f"{norm:.3f}", numbers + ending)
    return table


def _segment_cells(segment: Segment) -> list[str]:
    words = [plain(word) if word else "–" for word in (segment.option, segment.scope)]
    times = [
        "–" if time_sec is None else f"{time_sec:.2f}"
        for time_sec in (segment.start_sec, segment.end_sec)
    ]
    return [*words, *times]


# --------------------------------------------------------------------------- what goes wrong, notes


def show_failure(title: str, blocks: Sequence[Block]) -> None:
    """Print a title and what is said of each problem on standard error."""
    err = console(stderr=True)
    count = f" ({len(blocks)} problems)" if len(blocks) > 1 else ""
    err.print(Text(title + count, style="bold red"))
    print_blocks(err, blocks)


def print_blocks(to: Console, blocks: Iterable[Block]) -> None:
    """Print blocks of lines `name  text`, each after an empty line."""
    for block in blocks:
        to.print()
        for name, text in block.items():
            if text:
                _print_field(to, name, plain(text))


def _print_field(to: Console, name: str, text: str) -> None:
    width = max(to.width - _INDENT, 20)
    lines = textwrap.wrap(text, width, break_on_hyphens=False, break_long_words=False)
    name = f"  {name}".ljust(_INDENT)
    to.print(Text.assemble((name, "dim"), f"\n{' ' * _INDENT}".join(lines)), soft_wrap=True)


def show_note(text: str) -> None:
    """Print what is no failure on standard error."""
    _print_note(console(stderr=True), text)


def _print_note(to: Console, text: str) -> None:
    to.print(Text(f"Note: {plain(text)}", style="yellow"))


def show_saved(embeddings: Embeddings, path: Path) -> None:
    """Tell on standard error what was written where."""
    without = "" if path.suffix.lower() == ".parquet" else ", without their segments"
    written = f"Wrote {counted(len(embeddings), 'vector')} to {plain(str(path))}{without}"
    console(stderr=True).print(written, soft_wrap=True)


@contextmanager
def waiting(what: str) -> Generator[None]:
    """Show on a terminal that something goes on; tell of attempts that failed."""
    err = console(stderr=True)
    log, handler = logging.getLogger("twelvelabs_embed"), _NoteHandler(err)
    log.addHandler(handler)
    try:
        # A spinner is for people who watch, not for files.
        with err.status(plain(what)) if err.is_terminal else nullcontext():
            yield
    finally:
        log.removeHandler(handler)


class _NoteHandler(logging.Handler):
    """Prints what the library logs: each attempt that failed and is repeated."""

    def __init__(self, to: Console) -> None:
        super().__init__(logging.WARNING)
        self._to = to

    def emit(self, record: logging.LogRecord) -> None:
        _print_note(self._to, as_typed(record.getMessage()))
