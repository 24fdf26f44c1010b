"""Changes between two contracts, and their effect on users of this client.

OLD and NEW are files, git revisions of our contract (`HEAD~3`, a tag, `HEAD~3:FILE`)
or the vendor's document. docs/regenerating.md explains the output.

exit status:
  0  nothing changed, or only names and spellings
  2  the arguments are wrong, or a document cannot be read
  3  additive: existing code still works
  4  breaking: for requests, for responses, or for Python code that names what is gone
"""

import argparse
import json
import re
import sys
import tempfile
from pathlib import Path

from twelvelabs_embed._version import VERSION

from scripts.api_watch.api_report import Entry, Report, annotations, as_json, markdown
from scripts.api_watch.changes import (
    ADDITIVE,
    BREAKING,
    COSMETIC,
    TOLERATED,
    MergedChange,
    Place,
    Severity,
    merged,
)
from scripts.api_watch.code_references import CodeReference, CodeReferences
from scripts.api_watch.openapi_diff import compare
from scripts.api_watch.openapi_loader import LoadError
from scripts.api_watch.sources import CONTRACT, ROOT, Source, load_source
from scripts.codegen.python_diff import PythonChange, PythonDiff, python_changes

USAGE_ERROR = 2
EXIT = {COSMETIC: 0, ADDITIVE: 3, TOLERATED: 3, BREAKING: 4}
FAIL_ON = {"additive": ADDITIVE, "breaking": BREAKING, "never": None}
NO_PYTHON = PythonDiff((), "not requested")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/api-diff",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("old")
    parser.add_argument("new", nargs="?", default=CONTRACT, help="default: the contract")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="everything, for programs")
    form.add_argument("--ci", action="store_true", help="annotations for GitHub")
    parser.add_argument(
        "--fail-on", choices=FAIL_ON, default="additive", help="exit with 0 below this severity"
    )
    parser.add_argument(
        "--no-python", action="store_true", help="only the HTTP API: nothing is generated"
    )
    options = parser.parse_args(arguments)
    try:
        old, new = load_source(options.old), load_source(options.new)
        found = report(old, new, python=not options.no_python)
    except LoadError as error:
        print(f"scripts/api-diff: {error}", file=sys.stderr)
        return USAGE_ERROR
    if options.json:
        print(json.dumps(as_json(found, VERSION), indent=2, ensure_ascii=False))
    elif options.ci:
        print("\n".join(annotations(found, new)))
    else:
        print("\n".join(markdown(found, VERSION)))
    return status(found.severity, FAIL_ON[options.fail_on])


def status(worst: Severity | None, threshold: Severity | None) -> int:
    return 0 if worst is None or threshold is None or worst < threshold else EXIT[worst]


def report(old: Source, new: Source, *, python: bool) -> Report:
    one, other = old.document(), new.document()
    changes = merged(compare(one, other))
    names = python_names(old, new) if python else NO_PYTHON
    # Our code uses the names of our contract.
    is_ours = old.revision or (old.file and old.file.resolve().is_relative_to(ROOT))
    references = CodeReferences((one if is_ours else load_source(CONTRACT).document()).content)
    entries = tuple(
        Entry(change, python_of(change, names), references_of(change, references))
        for change in changes
    )
    reported = {name for entry in entries for name in entry.python}
    return Report(
        old=old.label,
        new=new.label,
        entries=entries,
        python_alone=tuple(name for name in names.changes if name not in reported),
        no_python=names.reason,
        dangling=tuple(f"{d.label}: {ref}" for d in (one, other) for ref in sorted(d.dangling)),
    )


def python_names(old: Source, new: Source) -> PythonDiff:
    with tempfile.TemporaryDirectory() as folder:
        one, other = (file_of(side, Path(folder)) for side in (old, new))
        revisions = [side.revision for side in (old, new) if side.revision]
        return python_changes(one, other, revisions=revisions)


def file_of(side: Source, folder: Path) -> Path:
    if side.file:
        return side.file
    file = folder / f"{len(list(folder.iterdir()))}.yaml"
    file.write_text(side.text, "utf-8")
    return file


def python_of(change: MergedChange, names: PythonDiff) -> tuple[PythonChange, ...]:
    found = list[PythonChange]()
    for place in change.places:
        for schema in place.component:
            found += [one for one in names.of(schema) if one.property is None]
        for schema in place.schemas:
            if field := field_of(place):
                found += names.of(schema, field)
        if not place.schemas:
            parameter = parameter_of(place)
            found += [
                one for one in names.of(operation=operation_of(place)) if one.parameter == parameter
            ]
    return tuple(dict.fromkeys(found))


def references_of(change: MergedChange, references: CodeReferences) -> tuple[CodeReference, ...]:
    """Return where our code refers to what changed."""
    found = list[CodeReference]()
    for place in change.places if change.severity > COSMETIC else ():
        field = field_of(place)
        if place.schemas:
            found += references.of(place.schemas[0], field)
        elif place.use:
            found += references.of(
                property=field or parameter_of(place), operation=operation_of(place)
            )
    return tuple(dict.fromkeys(found))


def field_of(place: Place) -> str | None:
    """Return the last name of a path: `duration_sec` of `fixed.duration_sec[]`."""
    names = re.findall(r"(?:^|[.)])([^.\[({)]+)", place.path)
    return names[-1] if names else None


def parameter_of(place: Place) -> str | None:
    return place.owner.removeprefix("parameter ") if place.owner.startswith("parameter ") else None


def operation_of(place: Place) -> str:
    """Return the operation of a use: `POST /assets` of `POST /assets 201`."""
    return " ".join(place.use.split(" ")[:2])


if __name__ == "__main__":
    sys.exit(main())
