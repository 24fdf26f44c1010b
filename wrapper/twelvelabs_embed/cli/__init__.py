"""The command line: `twelvelabs-embed`, or `python -m twelvelabs_embed`."""

from __future__ import annotations

import os
import sys
from io import StringIO, TextIOWrapper

__all__ = ["main"]

_MISTAKE = (
    "This is a mistake in twelvelabs-embed, not in what you typed: {error!r}\n"
    "Please report it, with what is shown when TWELVELABS_EMBED_TRACEBACK=1 is set."
)


def main() -> None:
    """Run the command line. It ends in `SystemExit`, whatever happens, and never in a traceback."""
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get("TWELVELABS_EMBED_TRACEBACK"):
            raise
        print(_MISTAKE.format(error=error), file=sys.stderr)
        sys.exit(5)


def _run() -> None:
    try:
        from twelvelabs_embed.cli.app import app
    except ImportError as error:
        package = (error.name or "").partition(".")[0]
        if package not in ("typer", "rich"):
            raise
        from twelvelabs_embed.errors import MissingDependencyError

        print(MissingDependencyError(package, "cli"), file=sys.stderr)
        sys.exit(4)
    # A stream that was closed before is None, and would be an error at each print.
    sys.stdout, sys.stderr = sys.stdout or StringIO(), sys.stderr or StringIO()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # What a terminal's encoding does not have becomes "?", which is better than nothing.
            stream.reconfigure(errors="replace")
    app(prog_name="twelvelabs-embed")
