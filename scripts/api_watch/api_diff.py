"""Changes between two contracts, and their effect on users of this client.

OLD and NEW are files, git revisions of our contract (`HEAD~3`, a tag, `HEAD~3:FILE`)
or the vendor's document. A folder of documents with dated names, or `OLD..NEW` of git, is a range:
what each of its steps changed. docs/regenerating.md explains the output.

exit status:
  0  nothing changed, or only names and spellings
  2  the arguments are wrong, or a document cannot be read
  3  additive: existing code still works
  4  breaking: for requests, for responses, or for Python code that names what is gone
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from twelvelabs_embed._version import VERSION

from scripts.api_watch.api_report import Report, annotations, as_json, markdown
from scripts.api_watch.changes import ADDITIVE, BREAKING, COSMETIC, TOLERATED, Severity, merged
from scripts.api_watch.code_references import CodeReferences
from scripts.api_watch.entries import NO_PYTHON, entries_of
from scripts.api_watch.generator_input import generator_input
from scripts.api_watch.openapi_diff import compare
from scripts.api_watch.openapi_loader import Document, LoadError
from scripts.api_watch.patterns import Pattern, judged, read_patterns
from scripts.api_watch.sources import CONTRACT, Source, is_range, load_range, load_source
from scripts.codegen.python_diff import PythonDiff, python_changes

USAGE_ERROR = 2
EXIT = {COSMETIC: 0, ADDITIVE: 3, TOLERATED: 3, BREAKING: 4}
FAIL_ON = {"additive": ADDITIVE, "breaking": BREAKING, "never": None}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/api-diff",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("old", help="a document, or a range: a folder, or OLD..NEW")
    parser.add_argument("new", nargs="?", help="default: the contract")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="everything, for programs")
    form.add_argument("--ci", action="store_true", help="annotations for GitHub")
    parser.add_argument(
        "--fail-on", choices=FAIL_ON, default="additive", help="exit with 0 below this severity"
    )
    parser.add_argument(
        "--no-python", action="store_true", help="only the HTTP API: nothing is generated"
    )
    parser.add_argument("--since", default="", metavar="DATE", help="only a range's later steps")
    parser.add_argument(
        "--severities", type=Path, metavar="FILE", help="a list of changes to judge otherwise"
    )
    options = parser.parse_args(arguments)
    if (options.new or not is_range(options.old)) and options.since:
        parser.error("--since needs a range: a folder of documents, or OLD..NEW")
    try:
        lines = options.severities.read_text("utf-8") if options.severities else ""
        patterns = read_patterns(lines, severities=True)
        if options.new or not is_range(options.old):
            sources = [load_source(options.old), load_source(options.new or CONTRACT)]
        else:
            sources = load_range(options.old)
        steps = [
            (report(old, new, patterns, python=not options.no_python), new)
            for old, new in pairwise(sources)
            if not options.since or new.date >= options.since
        ]
    except (LoadError, OSError) as error:
        print(f"scripts/api-diff: {error}", file=sys.stderr)
        return USAGE_ERROR
    one = len(sources) == 2
    if options.json:
        found = [as_json(step, VERSION) for step, _ in steps]
        shown = found[0] if one else {"steps": found}
        print(json.dumps(shown, indent=2, ensure_ascii=False))
    elif options.ci:
        print("\n".join(line for step, new in steps for line in annotations(step, new)))
    else:
        reports = [step for step, _ in steps]
        print("\n".join(markdown(reports[0], VERSION) if one else range_markdown(reports)))
    worst = max((s.severity for s, _ in steps if s.severity is not None), default=None)
    return status(worst, FAIL_ON[options.fail_on])


def range_markdown(steps: Sequence[Report]) -> Iterator[str]:
    """Show the steps that changed something; the others are only counted."""
    changed = [step for step in steps if step.severity is not None]
    for step in changed:
        yield from markdown(step, VERSION)
        yield ""
    yield f"{len(changed)} of {len(steps)} steps changed something."


def status(worst: Severity | None, threshold: Severity | None) -> int:
    return 0 if worst is None or threshold is None or worst < threshold else EXIT[worst]


def report(old: Source, new: Source, patterns: Sequence[Pattern] = (), *, python: bool) -> Report:
    one, other = old.document(), new.document()
    changes = merged(judged(compare(one, other), patterns))
    names = python_names((old, one), (new, other)) if python and changes else NO_PYTHON
    # Our code uses the names of our contract.
    ours = one if old.is_ours else load_source(CONTRACT).document()
    entries = entries_of(changes, CodeReferences(ours.content), names)
    reported = {name for entry in entries for name in entry.python}
    return Report(
        old=old.label,
        new=new.label,
        entries=entries,
        python_alone=tuple(name for name in names.changes if name not in reported),
        no_python=names.reason,
        dangling=tuple(f"{d.label}: {ref}" for d in (one, other) for ref in sorted(d.dangling)),
    )


def python_names(*sides: tuple[Source, Document]) -> PythonDiff:
    with tempfile.TemporaryDirectory() as folder:
        one, other = (
            file_of(*side, Path(folder) / f"{number}.json") for number, side in enumerate(sides)
        )
        revisions = [source.revision for source, _ in sides if source.revision]
        return python_changes(one, other, revisions=revisions)


def file_of(source: Source, document: Document, file: Path) -> Path:
    """Return a file for the generator: our contract as it is, of others what was compared."""
    if source.is_ours and source.file:
        return source.file
    text = source.text if source.is_ours else json.dumps(generator_input(document))
    file.write_text(text, "utf-8")
    return file


if __name__ == "__main__":
    sys.exit(main())
