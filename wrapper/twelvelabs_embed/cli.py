"""The command line: `twelvelabs-embed`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line."""
    try:
        from twelvelabs_embed._commands import app
    except ImportError as error:
        if error.name not in ("typer", "rich"):
            raise
        sys.exit("The command line needs an extra: pip install 'twelvelabs-embed[cli]'")
    app()
