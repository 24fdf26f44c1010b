"""`python -m twelvelabs_embed_emulator`: runs the emulator until Ctrl-C."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Run the emulator with the options in `argv` (those of the process when None).

    Returns:
        The exit status: 0 after Ctrl-C or SIGTERM, 1 when a port, the contract or the state cannot
        be used, or a package is missing.
    """
    options = _parser().parse_args(argv)
    try:
        from twelvelabs_embed_emulator import Emulator, serve

        serve(
            Emulator(
                host=options.host,
                port=options.port,
                api_keys=options.api_key,
                allow_hosts=options.allow_host,
                contract=options.contract,
                state=options.state,
                processing_sec=options.processing_seconds,
                chunk_bytes=options.chunk_bytes,
                storage_port=options.storage_port,
                faults=options.faults,
                storage_faults=options.storage_faults,
            )
        )
    except (OSError, ValueError, ModuleNotFoundError) as error:
        print(f"The emulator cannot start: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m twelvelabs_embed_emulator",
        description="Runs the TwelveLabs embedding API on this machine, to try code without a key.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=0, help="port; a free one when left out")
    parser.add_argument(
        "--api-key", action="append", help="accept only this key; may be repeated (any key)"
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="HOST",
        help="fetch media from this host, too; may be repeated; * is any (this machine only)",
    )
    parser.add_argument("--contract", type=Path, help="OpenAPI file to judge by (the package's)")
    parser.add_argument(
        "--state",
        type=Path,
        metavar="PATH",
        help="keep assets, uploads and tasks in this file from run to run (forget them)",
    )
    parser.add_argument(
        "--processing-seconds",
        type=float,
        default=0.0,
        metavar="N",
        help="how long assets and tasks are processing at least (%(default)s)",
    )
    parser.add_argument(
        "--chunk-bytes",
        type=int,
        default=8 * 1024 * 1024,
        metavar="N",
        help="how long the chunks of multipart uploads are (%(default)s)",
    )
    parser.add_argument(
        "--storage-port",
        type=int,
        default=0,
        metavar="PORT",
        help="port where chunks are put; a free one when left out",
    )
    parser.add_argument(
        "--faults",
        metavar="SCRIPT",
        help="let requests fail: 503*2,reset,pass or FILE.json; see docs/faults.md (none)",
    )
    parser.add_argument(
        "--storage-faults",
        metavar="SCRIPT",
        help="let requests to the storage host fail, by a script of its own (none)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
