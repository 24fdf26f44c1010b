"""How the tests run the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

from attrs import frozen
from twelvelabs_embed._commands import app
from typer.testing import CliRunner


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
