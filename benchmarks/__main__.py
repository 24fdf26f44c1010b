"""Measure our client and the vendor's SDK side by side, and say which targets are met."""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import time
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from attrs import asdict
from rich.box import ROUNDED
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks.lines import LINES, QUICK, Scale
from benchmarks.measure import Bench, fingerprint
from benchmarks.rows import Row, shown
from benchmarks.sides import FAST_MODULES

_PACKAGES = (
    "twelvelabs-embed",
    "twelvelabs",
    "httpx",
    "aiohttp",
    "msgspec",
    "numpy",
    "pybase64",
    *(["pysimdjson"] if "simdjson" in FAST_MODULES else []),
)
_MARKS = {True: "[green]yes[/]", False: "[bold red]NO[/]", None: ""}

# Wide enough for the table when it is written to a file.
console = Console(highlight=False, width=None if sys.stdout.isatty() else 165)
errors = Console(stderr=True, highlight=False)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only try whether it runs")
    parser.add_argument("--repeat", type=int, default=5, help="measurements of each side (5)")
    parser.add_argument("--only", choices=LINES, nargs="+", help="some lines of the table")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that was measured")
    options = parser.parse_args()
    scale = QUICK if options.quick else Scale()
    repeat = 1 if options.quick else options.repeat
    if repeat < 1:
        parser.error("--repeat must be at least 1")
    code = fingerprint()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    names = options.only or list(LINES)
    rows: list[Row] = []
    with Progress(len(names)) as progress, TemporaryDirectory() as folder:
        bench = Bench(repeat, progress.update)
        try:
            for name in names:
                progress.start_line(name)
                rows.extend(LINES[name](bench, scale, Path(folder)))
        except KeyboardInterrupt:
            progress.is_stopped = True
    show(rows, options.quick)
    if progress.is_stopped:
        console.print("[bold red]Stopped:[/] the table has what was measured until then.")
    same = fingerprint() == code
    if not same:
        console.print(
            "[bold red]The code was changed while it was measured:[/] "
            "these rows are not of one client. Measure again."
        )
    if options.json:
        figures = {"code": code, "code_stayed_the_same": same, **report(bench, scale, rows)}
        options.json.write_text(json.dumps(figures, indent=2) + "\n")
    if progress.is_stopped:
        sys.exit(130)


class Progress:
    """What is being measured: a line that changes on a terminal, otherwise a line for each figure.

    Attributes:
        is_stopped: whether Ctrl-C ended it
    """

    def __init__(self, lines: int) -> None:
        self._lines = lines
        self._line = ""
        self._count = 0
        self._measurement = ""
        self._started_sec = time.monotonic()
        self._status = errors.status("starting")
        self.is_stopped = False

    def __enter__(self) -> Self:
        self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._status.stop()

    def start_line(self, name: str) -> None:
        """Show that a line of the table begins."""
        self._count += 1
        self._line = f"{self._count} of {self._lines}, {name}"

    def update(self, measurement: str) -> None:
        """Show what is measured: `decode 900: core, 2 of 5`."""
        minutes, seconds = divmod(int(time.monotonic() - self._started_sec), 60)
        text = f"{minutes}:{seconds:02}  [{self._line}] {measurement}"
        self._status.update(escape(text))
        name = measurement.partition(":")[0]
        if not errors.is_terminal and name != self._measurement:
            print(text, file=sys.stderr, flush=True)
        self._measurement = name


def show(rows: list[Row], quick: bool) -> None:
    table = Table(box=ROUNDED)
    for heading in ("", "work", "install"):
        table.add_column(heading)
    for heading in ("ours", "theirs", "", "better by"):
        table.add_column(heading, justify="right" if heading else "left")
    for heading in ("must be", "met"):
        table.add_column(heading)
    line = None
    for row in rows:
        if line not in (None, row.line):
            table.add_section()
        table.add_row(
            "" if row.line == line else str(row.line),
            row.work,
            escape(row.install),
            shown(row.ours, row.unit),
            shown(row.theirs, row.unit),
            row.against,
            "-" if row.factor is None else f"{row.factor:.2f}x",
            row.must.text if row.must else "",
            _MARKS[row.met],
        )
        line = row.line
    console.print(table)
    if quick:
        console.print("A quick run shows that everything runs; its figures mean nothing.")
        return
    judged = [row for row in rows if row.met is not None]
    console.print(f"{sum(row.met is True for row in judged)} of {len(judged)} targets are met.")


def report(bench: Bench, scale: Scale, rows: list[Row]) -> dict[str, Any]:
    """Everything, for programs. Times are in seconds, memory is in bytes."""
    return {
        "machine": {
            "system": platform.system(),
            "processor": platform.machine(),
            "cpus": os.cpu_count(),
            "python": platform.python_version(),
        },
        "packages": {name: version(name) for name in _PACKAGES},
        "repeat": bench.repeat,
        "scale": asdict(scale),
        "rows": [{**asdict(row), "factor": row.factor, "met": row.met} for row in rows],
        "measured": {name: measured.samples for name, measured in bench.measured.items()},
    }


if __name__ == "__main__":
    main()
