"""Differences between our contract and a document of the vendor, except prose, names and spelling.

VENDOR_DOCUMENT is the whole document, YAML or JSON, or a part of it. Each line says what would
change if ours became the vendor's: `field is gone` means that only ours has it.
openapi/known-differences.yaml lists the intended differences, each with its reason.

exit status:
  0  only known differences
  2  the arguments are wrong, or a document cannot be read
  3  there are differences that are not known
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from scripts.api_watch.api_report import BADGES, HEADINGS, MAX_SUBJECTS, some, used
from scripts.api_watch.changes import COSMETIC, PARTS, Change, MergedChange, merged
from scripts.api_watch.openapi_diff import compare
from scripts.api_watch.openapi_loader import Document, LoadError
from scripts.api_watch.sources import CONTRACT, ROOT, load_source

KNOWN = ROOT / "openapi" / "known-differences.yaml"
USAGE_ERROR, DIFFERS = 2, 3


@dataclass(frozen=True)
class Known:
    """An intended difference. `*` in `where` and `what` stands for anything."""

    where: tuple[str, ...]
    what: tuple[str, ...]
    reason: str

    def matches(self, change: Change) -> bool:
        return like(change.place.ours, self.where) and like(change.text, self.what)

    def __str__(self) -> str:
        return f"{', '.join(self.where)}: {', '.join(self.what)}"


@dataclass(frozen=True)
class Drift:
    """Unknown and known differences, and entries that match nothing."""

    unknown: list[MergedChange]
    known: list[MergedChange]
    stale: list[Known]
    dangling: set[str]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/api-drift",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("vendor_document")
    parser.add_argument(
        "--against",
        default=CONTRACT,
        help="another contract of ours: a file or revision",
    )
    parser.add_argument("--known", type=Path, default=KNOWN, help="another list of differences")
    options = parser.parse_args(arguments)
    try:
        ours = load_source(options.against).document()
        theirs = load_source(options.vendor_document).document()
        found = drift(ours, theirs, read_known(options.known.read_text("utf-8")))
    except (LoadError, OSError) as error:
        print(f"scripts/api-drift: {error}", file=sys.stderr)
        return USAGE_ERROR
    print("\n".join(markdown(found, ours.label, theirs.label)))
    return DIFFERS if found.unknown else 0


def read_known(text: str) -> list[Known]:
    known = []
    for number, entry in enumerate(yaml.safe_load(text) or [], 1):
        missing = {"where", "what", "reason"} - entry.keys()
        if missing or not str(entry["reason"]).strip():
            raise LoadError(
                f"known difference {number} lacks {', '.join(sorted(missing)) or 'a reason'}"
            )
        reason = " ".join(entry["reason"].split())
        known.append(Known(words(entry["where"]), words(entry["what"]), reason))
    return known


def words(entry: str | list[str]) -> tuple[str, ...]:
    return (entry,) if isinstance(entry, str) else tuple(entry)


def drift(ours: Document, theirs: Document, known: Iterable[Known]) -> Drift:
    changes = [change for change in compare(ours, theirs) if change.severity > COSMETIC]
    matches = {entry: [one for one in changes if entry.matches(one)] for entry in known}
    expected = {change for found in matches.values() for change in found}
    return Drift(
        unknown=merged(change for change in changes if change not in expected),
        known=merged(change for change in changes if change in expected),
        stale=[entry for entry, found in matches.items() if not found],
        dangling=theirs.dangling,
    )


def like(text: str, patterns: Iterable[str]) -> bool:
    # Only `*` is special: subjects contain brackets.
    plain = (pattern.replace("[", "[[]").replace("?", "[?]") for pattern in patterns)
    return any(fnmatchcase(text, pattern) for pattern in plain)


def markdown(found: Drift, ours: str, theirs: str) -> Iterator[str]:
    yield f"# What {theirs} has otherwise than {ours}\n"
    yield f"{len(found.unknown)} differences that are not known, {len(found.known)} that are."
    for part in PARTS:
        changes = [change for change in found.unknown if change.part == part]
        if changes:
            yield f"\n## {HEADINGS[part]}\n"
        for change in changes:
            subjects = some([*dict.fromkeys(f"`{p.ours}`" for p in change.places)], MAX_SUBJECTS)
            yield f"- {BADGES[change.severity]} {subjects}: {change.text}{used(change)}"
    for title, lines in (
        ("References to nothing", sorted(found.dangling)),
        ("Entries that match nothing", [str(entry) for entry in found.stale]),
    ):
        if lines:
            yield f"\n## {title}\n"
            yield from (f"- {line}" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
