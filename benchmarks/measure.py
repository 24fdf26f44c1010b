"""Runs children, one after the other and the sides in turn, and keeps what they measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TypeAlias

from attrs import field, frozen

from benchmarks.child import Figures

ROOT = Path(__file__).resolve().parent.parent
Run: TypeAlias = Callable[[int], Figures]


@frozen
class Measured:
    """What each side measured, one entry for each repetition."""

    samples: dict[str, list[Figures]]

    def median(self, side: str, figure: str) -> float | None:
        """Return the median of a figure; None if it cannot be measured on this system."""
        values = [sample.get(figure) for sample in self.samples[side]]
        known = [value for value in values if value is not None]
        return median(known) if known else None

    def least(self, side: str, figure: str) -> float:
        """Return the worst of a figure that should be high."""
        return min(sample[figure] or 0.0 for sample in self.samples[side])


@frozen
class Bench:
    """Repeats measurements, and keeps all that was measured.

    Attributes:
        repeat: how often each side is measured
        report: gets what is being measured
        measured: everything so far, by its name
    """

    repeat: int
    report: Callable[[str], None]
    measured: dict[str, Measured] = field(factory=dict)

    def alternate(self, name: str, runs: Mapping[str, Run], *, at_most: int = 1_000) -> Measured:
        """Run the sides in turn, A B A B, so that what disturbs one disturbs the other.

        Args:
            name: what is measured
            runs: for each side what measures it once; it gets the number of the repetition
            at_most: how many repetitions are enough
        """
        samples: dict[str, list[Figures]] = {side: [] for side in runs}
        repeat = min(self.repeat, at_most)
        for repetition in range(repeat):
            for side, run in runs.items():
                self.report(f"{name}: {side}, {repetition + 1} of {repeat}")
                samples[side].append(run(repetition))
        self.measured[name] = Measured(samples)
        return self.measured[name]


def fingerprint() -> str:
    """Return what identifies a state of our code; a figure is worth nothing without it."""
    digest = sha256()
    for package in ("twelvelabs_embed", "twelvelabs_embed_api", "benchmarks"):
        spec = find_spec(package)
        assert spec
        assert spec.origin
        for path in sorted(Path(spec.origin).parent.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def child(task: str, side: str, source: str | Path, **options: object) -> Figures:
    """Make one measurement of `benchmarks.child`."""
    command = [sys.executable, "-m", "benchmarks.child", task, side, str(source)]
    for name, value in options.items():
        command += [f"--{name.replace('_', '-')}", str(value)]
    return run_for_json(command, ROOT)


def run_for_json(command: list[str], folder: Path) -> Figures:
    """Run a command that prints one line of JSON.

    Raises:
        RuntimeError: it failed; the message is what it said
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        # A proxy would stand between client and server.
        if not name.lower().endswith("_proxy")
        # pip compiles what it installs. Our files, as they stand here, would be compiled anew in
        # every child where Python keeps nothing.
        and name != "PYTHONDONTWRITEBYTECODE"
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:6])} failed:\n{done.stderr}")
    figures: Figures = json.loads(done.stdout)
    return figures
