"""The command line: `twelvelabs-embed`, or `python -m twelvelabs_embed`."""

from __future__ import annotations

import os
import sys
from io import StringIO, TextIOWrapper

__all__ = ["main"]

_BUG = (
    "This is a bug in twelvelabs-embed, not in your input: {error!r}\n"
    "Please report it, with the traceback that TWELVELABS_EMBED_TRACEBACK=1 shows."
)


def main() -> None:
    """Run the command line. It always ends with `SystemExit`, never with a traceback."""
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # of help, which no command prints
        from twelvelabs_embed.cli.errors import Status, discard_output

        discard_output()
        sys.exit(Status.BROKEN_PIPE)
    except Exception as error:
        if os.environ.get("TWELVELABS_EMBED_TRACEBACK"):
            raise
        print(_BUG.format(error=error), file=sys.stderr)
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
    # A closed stream is None, which would be an error at each print.
    sys.stdout, sys.stderr = sys.stdout or StringIO(), sys.stderr or StringIO()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Characters outside the encoding of the terminal become "?".
            stream.reconfigure(errors="replace")
    app(prog_name="twelvelabs-embed")
