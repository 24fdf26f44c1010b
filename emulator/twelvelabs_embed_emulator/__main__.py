"""The program that runs the emulator: `python -m twelvelabs_embed_emulator`.

`twelvelabs-embed emulator` is the same: it calls `main` with its arguments.
"""

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_CANNOT_START = 4  # as the other commands of `twelvelabs-embed`; argparse exits with 2


def main(
    argv: Sequence[str] | None = None, *, prog: str = "python -m twelvelabs_embed_emulator"
) -> int:
    """Run the emulator with the options in `argv` (those of the process when None).

    Returns:
        The exit status: that of the command, or 0 after Ctrl-C or SIGTERM, or when it was started
        in the background; 4 when a port, the contract or the state cannot be used, or a package is
        missing.

    Raises:
        SystemExit: 2 when an option is invalid, 0 after the help.
    """
    argv = sys.argv[1:] if argv is None else argv
    parser = _parser(prog)
    options = vars(parser.parse_args(argv))
    command, prints_json = options.pop("command"), options.pop("prints_json")
    if command[:1] == ["--"]:
        del command[0]
    if options.pop("wait"):
        if command:
            parser.error("--wait goes without a command, with which the emulator would stop")
        from twelvelabs_embed_emulator.server.program import start_in_background

        arguments = [argument for argument in argv if argument != "--wait"]
        return start_in_background(arguments, prints_json=prints_json)
    try:
        from twelvelabs_embed_emulator import Emulator, serve

        return serve(Emulator(**options), command=command, prints_json=prints_json)
    except (OSError, ValueError, ModuleNotFoundError) as error:
        print(f"The emulator cannot start: {_reason(error)}", file=sys.stderr)
        return _CANNOT_START


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        subject = "" if error.filename is None else f"{error.filename}: "
        return f"{subject}{error.strerror}"
    return str(error)


def _number(kind: type[int] | type[float], low: float, high: float = math.inf) -> Any:
    """Return a parser of numbers with bounds."""
    wanted = f"{low:g} or more" if high == math.inf else f"{low:g} to {high:g}"

    def parse(text: str) -> float:
        try:
            number = kind(text)
        except ValueError:
            number = math.nan
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"it is {wanted}, not {text!r}")
        return number

    return parse


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not number > 0:
        raise argparse.ArgumentTypeError(f"it is more than 0, not {text!r}")
    return number


def _parser(prog: str) -> argparse.ArgumentParser:
    """Return the parser; its destinations are the parameters of `Emulator`."""
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Serve the API on this machine until Ctrl-C, without a key and without a "
        "network.",
        epilog="Example: %(prog)s --port 0 -- npm test",
        allow_abbrev=False,
    )
    add = parser.add_argument
    port = _number(int, 0, 65535)
    add("--host", default="127.0.0.1", metavar="ADDRESS", help="address to listen on [%(default)s]")
    add("--port", type=port, default=8321, metavar="N", help="port; 0 is a free one [%(default)s]")
    add(
        "--api-key",
        dest="api_keys",
        action="append",
        metavar="KEY",
        help="accept only this key; may be repeated [any key]",
    )
    add(
        "--allow-host",
        dest="allow_hosts",
        action="append",
        default=[],
        metavar="HOST",
        help="also fetch media links from this host; may be repeated; * is any [this machine only]",
    )
    add(
        "--contract",
        type=Path,
        metavar="PATH",
        help="OpenAPI file to validate by [that of the package]",
    )
    add(
        "--state",
        type=Path,
        metavar="PATH",
        help="keep assets, uploads and tasks in this file between runs [they are lost]",
    )
    add(
        "--profile",
        choices=["normal", "strict", "slow"],
        default="normal",
        help="settings by default: strict processes for 5 s and rejects null; slow processes for "
        "30 s, and responds after 0.5 s [%(default)s]",
    )
    add(
        "--processing-sec",
        type=_number(float, 0),
        metavar="N",
        help="minimum processing time of assets and tasks [by the profile: 0]",
    )
    add(
        "--latency-sec",
        type=_number(float, 0, 3600),
        metavar="N",
        help="how long each response takes besides [by the profile: 0]",
    )
    add(
        "--chunk-bytes",
        type=_number(int, 1),
        default=8 * 1024 * 1024,
        metavar="N",
        help="size of the chunks of multipart uploads [%(default)s]",
    )
    add(
        "--reusable-urls",
        action="store_true",
        help="take more than one chunk by the same presigned URL [one; the next is a 403]",
    )
    add(
        "--storage-port",
        type=port,
        default=0,
        metavar="N",
        help="port of the storage host, for chunks; 0 is a free one [%(default)s]",
    )
    add(
        "--faults",
        default="",
        metavar="SCRIPT",
        help="faults of the next requests, in order: 503*2,reset,pass or FILE.json; see "
        "docs/faults.md [none]",
    )
    add(
        "--storage-faults",
        default="",
        metavar="SCRIPT",
        help="faults of the requests to the storage host [none]",
    )
    add("--rpm", type=_positive, metavar="N", help="accept N embedding requests a minute [any]")
    add("--tpm", type=_positive, metavar="N", help="accept N tokens a minute [any]")
    add(
        "--minutes-per-hour",
        type=_positive,
        metavar="N",
        help="accept N minutes of audio and video an hour [any]",
    )
    add(
        "--cors",
        dest="cors_origins",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="let web pages of this origin send requests; may be repeated; * is any [none]",
    )
    add(
        "--control",
        choices=["local", "any", "off"],
        default="local",
        help="who may use the control under /_emulator: this machine, any, or nobody [%(default)s]",
    )
    add(
        "--record-bodies",
        dest="records_bodies",
        action="store_true",
        help="keep the bodies of requests for /_emulator/requests [only their hashes]",
    )
    add(
        "--strict-nulls",
        action=argparse.BooleanOptionalAction,
        help="reject null in optional fields [by the profile: it counts as omitted]",
    )
    add(
        "--semantic",
        action="store_true",
        help="make texts similar by their meaning, by a small model [by their words]",
    )
    add(
        "--json",
        dest="prints_json",
        action="store_true",
        help="print addresses and key as one line of JSON when it is ready",
    )
    add(
        "--wait",
        action="store_true",
        help="start it in the background, and return when it is ready",
    )
    add(
        "command",
        nargs=argparse.REMAINDER,
        metavar="-- COMMAND",
        help="run this command with the emulator, and stop when it ends",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
