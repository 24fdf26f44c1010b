"""How the tests run the command line."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from attrs import frozen
from twelvelabs_embed.cli.app import app
from typer.testing import CliRunner

PROGRAM = str(Path(sys.executable).with_name("twelvelabs-embed"))
CHUNK_BYTES = 1 << 16
"""How long the chunks of uploads are."""


@frozen
class Ran:
    """What came of a run."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run: TypeAlias = Callable[..., Ran]


def run_here(*words: str, stdin: bytes | None = None) -> Ran:
    """Run the command line in this process, which takes less than a tenth of the time."""
    result = CliRunner().invoke(app, list(words), input=stdin, prog_name="twelvelabs-embed")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def on_terminal(words: Sequence[str], env: Mapping[str, str], cwd: Path, typed: bytes = b"") -> str:
    """What appears on a terminal of 80 columns, where a person types."""
    parent, child = pty.openpty()
    process = subprocess.Popen(
        words,
        env={**env, "TERM": "xterm", "COLUMNS": "80"},
        cwd=cwd,
        stdin=child,
        stdout=child,
        stderr=child,
    )
    os.close(child)
    os.write(parent, typed)
    shown = b""
    try:
        while data := os.read(parent, 1 << 16):
            shown += data
    except OSError:  # so Linux reports that the other end is closed
        pass
    os.close(parent)
    assert process.wait() == 0
    return shown.decode()
