"""Differences between our contract and a document of the vendor, except names and spelling.

VENDOR_DOCUMENT is the whole document, YAML or JSON, or a part of it. Each line says what would
change if ours became the vendor's: `field is gone` means that only ours has it.
openapi/known-differences.yaml lists the intended differences, each with its reason; an entry that
matches nothing is an error. Limits in descriptions are held against our limits as data.

exit status:
  0  only known differences
  2  the arguments are wrong, or a document cannot be read
  3  there are differences that are not known, or entries that match nothing
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.api_watch.api_report import HEADINGS, annotation, change_json, lines
from scripts.api_watch.changes import COSMETIC, PARTS, MergedChange, merged
from scripts.api_watch.code_references import CodeReferences
from scripts.api_watch.entries import Entry, entries_of
from scripts.api_watch.openapi_diff import compare
from scripts.api_watch.openapi_loader import Document, LoadError
from scripts.api_watch.patterns import Pattern, read_patterns
from scripts.api_watch.sources import CONTRACT, ROOT, Source, load_source
from scripts.api_watch.stated_limits import unknown_limits

KNOWN = ROOT / "openapi" / "known-differences.yaml"
USAGE_ERROR, DIFFERS = 2, 3


@dataclass(frozen=True)
class Drift:
    """Unknown and known differences, and entries that match nothing.

    Attributes:
        known: the differences of each entry of the list
        dangling: references of the vendor's document to nothing
    """

    ours: str
    theirs: str
    unknown: tuple[Entry, ...]
    known: dict[Pattern, list[MergedChange]]
    stale: list[Pattern]
    dangling: list[str]

    @property
    def is_silent(self) -> bool:
        return not self.unknown and not self.stale


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/api-drift",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("vendor_document")
    parser.add_argument(
        "--against", default=CONTRACT, help="another contract of ours: a file or revision"
    )
    parser.add_argument("--known", type=Path, default=KNOWN, help="another list of differences")
    parser.add_argument(
        "--allow-stale",
        action="store_true",
        help="entries may match nothing: an older document",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="everything, for programs")
    form.add_argument("--ci", action="store_true", help="annotations for GitHub")
    options = parser.parse_args(arguments)
    try:
        ours = load_source(options.against)
        patterns = read_patterns(options.known.read_text("utf-8"))
        theirs = load_source(options.vendor_document).document()
        found = drift(ours.document(), theirs, patterns, allow_stale=options.allow_stale)
    except (LoadError, OSError) as error:
        print(f"scripts/api-drift: {error}", file=sys.stderr)
        return USAGE_ERROR
    if options.json:
        print(json.dumps(as_json(found), indent=2, ensure_ascii=False))
    elif options.ci:
        print("\n".join(annotations(found, ours, options.known)))
    else:
        print("\n".join(markdown(found)))
    return 0 if found.is_silent else DIFFERS


def drift(
    ours: Document, theirs: Document, patterns: Iterable[Pattern], *, allow_stale: bool = False
) -> Drift:
    references = CodeReferences(ours.content)
    changes = [
        change
        for change in [*compare(ours, theirs, prose=False), *unknown_limits(theirs, references)]
        if change.severity > COSMETIC
    ]
    matches = {entry: [one for one in changes if entry.matches(one)] for entry in patterns}
    expected = {change for found in matches.values() for change in found}
    return Drift(
        ours.label,
        theirs.label,
        unknown=entries_of(merged(c for c in changes if c not in expected), references),
        known={entry: merged(found) for entry, found in matches.items() if found},
        stale=[entry for entry, found in matches.items() if not found and not allow_stale],
        dangling=sorted(theirs.dangling),
    )


def markdown(found: Drift) -> Iterator[str]:
    yield f"# What {found.theirs} has otherwise than {found.ours}\n"
    known = sum(map(len, found.known.values()))
    yield f"{len(found.unknown)} differences that are not known, {known} that are."
    for part in PARTS:
        entries = [entry for entry in found.unknown if entry.change.part == part]
        if entries:
            yield f"\n## {HEADINGS[part]}\n"
        for entry in entries:
            yield from lines(entry, ours=True)
    for title, texts in (
        ("References to nothing", found.dangling),
        ("Entries that match nothing: delete them", [str(entry) for entry in found.stale]),
    ):
        if texts:
            yield f"\n## {title}\n"
            yield from (f"- {text}" for text in texts)


def as_json(found: Drift) -> dict[str, Any]:
    return {
        "ours": found.ours,
        "theirs": found.theirs,
        "unknown": [change_json(entry) for entry in found.unknown],
        "known": [
            {"reason": entry.reason, "changes": [change_json(Entry(one)) for one in changes]}
            for entry, changes in found.known.items()
        ],
        "stale": [
            {"where": one.where, "what": one.what, "reason": one.reason, "line": one.line}
            for one in found.stale
        ],
        "dangling": found.dangling,
    }


def annotations(found: Drift, ours: Source, known: Path) -> Iterator[str]:
    for entry in found.unknown:
        yield annotation(entry.change, ours, subject=entry.change.places[0].ours)
    shown = known.resolve().relative_to(ROOT) if known.resolve().is_relative_to(ROOT) else known
    for one in found.stale:
        yield f"::error file={shown.as_posix()},line={one.line},title=stale::{one} matches nothing"


if __name__ == "__main__":
    sys.exit(main())
