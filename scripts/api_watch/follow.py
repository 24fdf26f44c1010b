"""Follow a new document of the vendor, and report in Markdown what is left to do.

The steps: what DOCUMENT has otherwise than our contract (`api-drift`), what changed since the
last document that was followed (`api-diff`), what our own change of the contract does to users,
the regenerated client, and the tests.

exit status:
  0  nothing is left to do
  1  the client cannot be generated, or a test fails
  2  the arguments are wrong, or a document cannot be read
  3  something is left to decide
"""

import argparse
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from twelvelabs_embed._version import VERSION

from scripts.api_watch import api_diff, api_drift, api_report
from scripts.api_watch.api_report import Report, line_of, lines
from scripts.api_watch.entries import Entry
from scripts.api_watch.openapi_loader import LoadError
from scripts.api_watch.patterns import read_patterns
from scripts.api_watch.sources import CONTRACT, ROOT, Source, load_source

FOLLOWED = ROOT / "openapi" / "vendor"
TESTS = "tests/generated tests/replay tests/contract tests/scripts"
FAILED, USAGE_ERROR, TO_DECIDE = 1, 2, 3
# What a pull request takes: GitHub rejects a longer text.
MAX_CHARS = 60_000
MAX_LINES = 15


@dataclass(frozen=True)
class Command:
    """A command that ran, with the end of its output."""

    shown: str
    status: int
    output: str


@dataclass(frozen=True)
class Following:
    """The results of all steps.

    Attributes:
        since: what changed since the last document that was followed
        ours: what changed in our contract since the last commit
        commands: generation and tests
    """

    drift: api_drift.Drift
    contract: Source
    since: Report
    ours: Report
    commands: Sequence[Command]

    @property
    def status(self) -> int:
        if any(command.status for command in self.commands):
            return FAILED
        return 0 if self.drift.is_silent else TO_DECIDE


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/follow",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("document")
    parser.add_argument("--since", help="the last one (default: the newest in openapi/vendor)")
    parser.add_argument("--against", default=CONTRACT, help="another contract of ours")
    parser.add_argument("--known", type=Path, default=api_drift.KNOWN, help="another list")
    parser.add_argument("--report", type=Path, help="write the report to a file, too")
    parser.add_argument("--tests", default=TESTS, help=f"arguments of pytest (default: {TESTS})")
    parser.add_argument("--no-tests", action="store_true", help="only compare and regenerate")
    options = parser.parse_args(arguments)
    commands = [["-m", "scripts.codegen.regenerate"]]
    if not options.no_tests:
        commands.append(["-m", "pytest", "-q", *shlex.split(options.tests)])
    try:
        found = follow(
            load_source(options.document),
            load_source(options.since or newest_followed()),
            load_source(options.against),
            options.known,
            commands,
        )
    except (LoadError, OSError) as error:
        print(f"scripts/follow: {error}", file=sys.stderr)
        return USAGE_ERROR
    text = shortened("\n".join(markdown(found)) + "\n")
    print(text, end="")
    if options.report:
        options.report.write_text(text, "utf-8")
    return found.status


def newest_followed() -> str:
    return str(max(FOLLOWED.glob("*.json")))


def follow(
    document: Source,
    last: Source,
    contract: Source,
    known: Path,
    commands: Iterable[Sequence[str]],
) -> Following:
    patterns = read_patterns(known.read_text("utf-8"))
    return Following(
        drift=api_drift.drift(contract.document(), document.document(), patterns),
        contract=contract,
        since=api_diff.report(last, document, python=True),
        ours=api_diff.report(
            load_source("HEAD") if contract.label == CONTRACT else contract, contract, python=False
        ),
        commands=[run(command) for command in commands],
    )


def run(arguments: Sequence[str]) -> Command:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return Command(f"python {shlex.join(arguments)}", done.returncode, done.stdout)


def markdown(found: Following) -> Iterator[str]:
    drift = found.drift
    yield f"# Following {drift.theirs}\n"
    known = sum(map(len, drift.known.values()))
    left, stale = len(drift.unknown), len(drift.stale)
    yield f"- Our contract: {left} differences to decide, {stale} stale entries, {known} known."
    yield f"- The vendor since {found.since.old}: {len(found.since.entries)} changes."
    yield from (
        f"- `{one.shown}`: {f'failed ({one.status})' if one.status else 'passed'}."
        for one in found.commands
    )
    if not drift.is_silent:
        yield "\n## To do\n"
        yield f"Change {CONTRACT}, or write it down in openapi/known-differences.yaml.\n"
        for entry in drift.unknown:
            yield from to_do(entry, found.contract)
        for pattern in drift.stale:
            yield f"- [ ] known-differences.yaml:{pattern.line} matches nothing: {pattern}"
    for command in found.commands:
        yield f"\n## `{command.shown}`\n\n```text"
        yield from command.output.rstrip().splitlines()[-MAX_LINES:]
        yield "```"
    for title, report in (
        ("What the vendor changed", found.since),
        ("What our contract changes for users, since the last commit", found.ours),
    ):
        if report.entries:
            yield f"\n## {title}\n"
            # One level below the heading of its own.
            text = api_report.markdown(report, VERSION)
            yield from (line.replace("\n## ", "\n### ") for line in text if line[:2] != "# ")


def to_do(entry: Entry, contract: Source) -> Iterator[str]:
    subject = entry.change.places[0].ours
    first, *others = lines(entry, ours=True)
    yield f"- [ ] {first.removeprefix('- ')}"
    if (line := line_of(subject, contract.text)) > 1:
        yield f"  - Contract {contract.label}:{line}"
    yield from others


def shortened(text: str) -> str:
    if len(text) <= MAX_CHARS:
        return text
    cut = text[:MAX_CHARS].rpartition("\n")[0]
    return f"{cut}\n\nThe rest is omitted; `scripts/follow` shows it.\n"


if __name__ == "__main__":
    sys.exit(main())
