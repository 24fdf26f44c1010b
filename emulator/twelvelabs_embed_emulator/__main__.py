"""`python -m twelvelabs_embed_emulator`: the program that runs the emulator until Ctrl-C."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def main(
    argv: Sequence[str] | None = None, *, prog: str = "python -m twelvelabs_embed_emulator"
) -> int:
    """Run the emulator with the options in `argv` (those of the process when None).

    Returns:
        The exit status: 0 after Ctrl-C or SIGTERM, 1 when a port, the contract or the state cannot
        be used, or a package is missing.
    """
    options = vars(_parser(prog).parse_args(argv))
    try:
        from twelvelabs_embed_emulator import Emulator, serve

        serve(Emulator(**options))
    except (OSError, ValueError, ModuleNotFoundError) as error:
        print(f"The emulator cannot start: {error}", file=sys.stderr)
        return 1
    return 0


def _parser(prog: str) -> argparse.ArgumentParser:
    """Return the parser; its destinations are the parameters of `Emulator`."""
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Runs the TwelveLabs embedding API on this machine, to try code without a key.",
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    add("--port", type=int, default=0, help="port; a free one by default")
    add(
        "--api-key",
        dest="api_keys",
        action="append",
        help="accept only this key; may be repeated (any key)",
    )
    add(
        "--allow-host",
        dest="allow_hosts",
        action="append",
        default=[],
        metavar="HOST",
        help="also fetch media from this host; may be repeated; * is any (this machine only)",
    )
    add("--contract", type=Path, help="OpenAPI file to validate by (the package's)")
    add(
        "--state",
        type=Path,
        metavar="PATH",
        help="keep assets, uploads and tasks in this file from run to run (forget them)",
    )
    add(
        "--processing-seconds",
        dest="processing_sec",
        type=float,
        default=0.0,
        metavar="N",
        help="how long assets and tasks are processing at least (%(default)s)",
    )
    add(
        "--chunk-bytes",
        type=int,
        default=8 * 1024 * 1024,
        metavar="N",
        help="how long the chunks of multipart uploads are (%(default)s)",
    )
    add(
        "--storage-port",
        type=int,
        default=0,
        metavar="PORT",
        help="port of the storage host, for chunks; a free one by default",
    )
    add(
        "--faults",
        metavar="SCRIPT",
        help="let requests fail: 503*2,reset,pass or FILE.json; see docs/faults.md (none)",
    )
    add(
        "--storage-faults",
        metavar="SCRIPT",
        help="let requests to the storage host fail, by a script of its own (none)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
