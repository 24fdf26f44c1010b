"""How the tests run the command line."""

from __future__ import annotations

import json
import os
import pty
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

from attrs import frozen
from twelvelabs_embed.cli.app import app
from typer.testing import CliRunner

from tests.waiting import TIMEOUT_SEC, process_of

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
    env = {**env, "TERM": "xterm", "COLUMNS": "80"}
    shown = b""
    with process_of(words, env=env, cwd=cwd, stdin=child, stdout=child, stderr=child) as process:
        os.close(child)
        os.write(parent, typed)
        with suppress(OSError):  # so Linux reports that the other end is closed
            while data := os.read(parent, 1 << 16):
                shown += data
        os.close(parent)
        assert process.wait(TIMEOUT_SEC) == 0
    return shown.decode()


PYTHON = re.compile(
    r"\w\(|…\)|=\[|\w=\w|\bPIL\b|\bstr\b|seek|Fixed|Dynamic|Text\b|Media\.|\bNone\b|client\.|embed\."
    r"|datetime|Omit route"
)
"""What only speaks to who writes Python."""


def rejection(violations: str) -> str:
    """What is shown of violations: of each its field, value, what is allowed and a hint.

    Args:
        violations: a line for each, such as `--fixed-sec | 12 s | it is at most 10 | Use 10`
    """
    lines = violations.splitlines()
    count = f" ({len(lines)} violations)" if len(lines) > 1 else ""
    names = ("field    ", "value    ", "allowed  ", "hint     ")
    blocks = [
        "".join(f"  {name}{text}\n" for name, text in zip(names, line.split(" | "), strict=True))
        for line in lines
    ]
    return "\n".join([f"Rejected; nothing was sent{count}\n", *blocks])
