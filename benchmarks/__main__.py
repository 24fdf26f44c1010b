"""Measure our client and the vendor's SDK side by side, and say which targets are met."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

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
console = Console(highlight=False, width=None if sys.stdout.isatty() else 150)
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
    with errors.status("starting") as status, TemporaryDirectory() as folder:
        bench = Bench(repeat, status.update)
        rows = [
            row for name in options.only or LINES for row in LINES[name](bench, scale, Path(folder))
        ]
    show(rows, options.quick)
    same = fingerprint() == code
    if not same:
        console.print(
            "[bold red]The code was changed while it was measured:[/] "
            "these rows are not of one client. Measure again."
        )
    if options.json:
        figures = {"code": code, "code_stayed_the_same": same, **report(bench, scale, rows)}
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


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
