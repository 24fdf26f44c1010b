"""The command line of the contract tests: `python -m twelvelabs_embed_emulator.conformance`."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from twelvelabs_embed_emulator.conformance import replay
from twelvelabs_embed_emulator.conformance.cases import SUBSETS, cases_of
from twelvelabs_embed_emulator.conformance.report import Report, Result
from twelvelabs_embed_emulator.conformance.runner import Target, read_contract, run

_KEYS = ("TWELVELABS_API_KEY", "TWELVE_LABS_API_KEY")
_BASE_URL = "TWELVELABS_BASE_URL"


def main(argv: Sequence[str] | None = None, prog: str | None = None) -> int:
    """Run the contract tests; 0 without violations, 1 with some, 2 for an error of use."""
    parser = _parser(prog or "python -m twelvelabs_embed_emulator.conformance")
    arguments = parser.parse_args(argv)
    document = read_contract(arguments.contract)
    with ExitStack() as stack:
        target = _target(arguments, parser, stack)
        cases = [
            *cases_of(document, arguments.subset),
            *replay.cases_of(arguments.cassettes, document, arguments.subset),
        ]
        if arguments.fuzz:
            from twelvelabs_embed_emulator.conformance import fuzz

            cases += fuzz.cases_of(document, arguments.subset, arguments.fuzz)
        chosen = [case for case in cases if arguments.only is None or arguments.only in case.name]
        if not chosen:
            parser.error(f"argument --only: no case has {arguments.only!r} in its name")
        report = run(target, document=document, cases=chosen, done=_show)
    print(report.text())
    _write(report, arguments)
    has_found = report.violations or (arguments.strict and report.undocumented)
    return 1 if has_found else 0


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Test whether a server does what the contract says. The key comes from "
        f"{' or '.join(_KEYS)}.",
    )
    add = parser.add_argument
    add(
        "--base-url",
        metavar="URL",
        help=f"the server, such as https://api.twelvelabs.io/v1.3 [{_BASE_URL}]",
    )
    add("--emulator", action="store_true", help="test the emulator, which is started for it")
    add(
        "--subset",
        choices=SUBSETS,
        default="all",
        help="read: changes nothing and costs nothing; cheap: also short texts and what is "
        "rejected; all: also media, assets, uploads and tasks [%(default)s]",
    )
    add("--only", metavar="WORD", help="only cases with this word in their name")
    add(
        "--cassettes",
        type=_folder,
        metavar="DIR",
        help="also send the requests of these recordings",
    )
    add(
        "--fuzz",
        type=_count,
        default=0,
        metavar="N",
        help="also send N requests of schemathesis to each operation of the subset",
    )
    add("--contract", type=_file, metavar="FILE", help="another contract [that of the package]")
    add("--strict", action="store_true", help="count undocumented fields as violations")
    add("--junit", type=Path, metavar="FILE", help="write JUnit XML")
    add("--json", type=Path, metavar="FILE", help="write JSON")
    add("--keep", type=Path, metavar="DIR", help="write the exchanges of violations")
    return parser


def _file(text: str) -> Path:
    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text!r}")
    return Path(text)


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text!r}")
    return Path(text)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"it is 0 or more, not {text!r}")
    return int(text)


def _target(
    arguments: argparse.Namespace, parser: argparse.ArgumentParser, stack: ExitStack
) -> Target:
    if arguments.emulator:
        if arguments.base_url:
            parser.error("--emulator and --base-url exclude each other")
        from twelvelabs_embed_emulator import Emulator

        emulator = stack.enter_context(Emulator(api_keys=["contract-test"]))
        # Its tasks take as long as the work; so short waits are enough.
        return Target(
            emulator.base_url, "contract-test", sleep=lambda sec: emulator.wait_until_idle()
        )
    base_url = arguments.base_url or os.environ.get(_BASE_URL)
    if not base_url:
        parser.error(f"give --base-url, {_BASE_URL} or --emulator")
    if not base_url.startswith(("http://", "https://")):
        parser.error(f"the address is http:// or https://, not {base_url!r}")
    key = next(filter(None, map(os.environ.get, _KEYS)), None)
    if not key:
        parser.error(f"set {' or '.join(_KEYS)}")
    return Target(base_url, key)


def _show(result: Result) -> None:
    print(f"{'FAILED' if result.violations else 'ok'}  {result.name}", file=sys.stderr)


def _write(report: Report, arguments: argparse.Namespace) -> None:
    for file, text in ((arguments.junit, report.junit), (arguments.json, report.json)):
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text(), "utf-8")
    if arguments.keep is not None:
        for file in report.keep(arguments.keep):
            print(f"Kept {file}")


if __name__ == "__main__":
    sys.exit(main())
