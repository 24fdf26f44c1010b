"""Reports of `scripts/api-diff`: Markdown, JSON, and annotations for GitHub."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from scripts.api_watch.changes import (
    ADDITIVE,
    BREAKING,
    COSMETIC,
    PARTS,
    TOLERATED,
    MergedChange,
    Part,
    Severity,
)
from scripts.api_watch.entries import Entry
from scripts.api_watch.sources import CONTRACT, ROOT, Source
from scripts.codegen.python_diff import PythonChange
from scripts.shortened import some

HEADINGS: dict[Part, str] = {
    "operation": "Operations",
    "request": "Requests",
    "response": "Responses",
    "prose": "Descriptions",
    "naming": "Names",
}
BADGES = {
    BREAKING: "**breaking**",
    TOLERATED: "tolerated",
    ADDITIVE: "additive",
    COSMETIC: "cosmetic",
}
# Limits of the Markdown report; --json has everything.
MAX_SUBJECTS, MAX_USES, MAX_NAMES, MAX_REFERENCES = 6, 3, 4, 4
MAX_TEXT_CHARS = 100


@dataclass(frozen=True)
class Report:
    """All changes between two documents.

    Attributes:
        python_alone: Changes of Python names that belong to no entry.
        no_python: Why Python names were not compared; empty if they were.
        dangling: References to nothing; they are read as a schema that accepts anything.
    """

    old: str
    new: str
    entries: tuple[Entry, ...]
    python_alone: tuple[PythonChange, ...] = ()
    no_python: str = ""
    dangling: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity | None:
        """The highest severity, None when nothing changed."""
        found = [entry.change.severity for entry in self.entries]
        python = [*self.python_alone, *(one for entry in self.entries for one in entry.python)]
        found += [BREAKING if one.breaking else ADDITIVE for one in python]
        return max(found, default=None)

    def counts(self) -> dict[str, int]:
        changes = [entry.change for entry in self.entries]
        by_severity = Counter(change.severity for change in changes if change.part != "prose")
        in_responses = sum(c.severity == BREAKING and c.part == "response" for c in changes)
        return {
            "breaking for requests": by_severity[BREAKING] - in_responses,
            "breaking for responses": in_responses,
            "tolerated": by_severity[TOLERATED],
            "additive": by_severity[ADDITIVE],
            "cosmetic": by_severity[COSMETIC],
            "in descriptions": sum(change.part == "prose" for change in changes),
        }


def bumped(version: str, severity: Severity | None) -> str:
    """Return the next version. Below 1.0, breaking raises the second number, the rest the third.

    >>> bumped("1.4.2", ADDITIVE), bumped("0.4.2", ADDITIVE), bumped("0.4.2", BREAKING)
    ('1.5.0', '0.4.3', '0.5.0')
    """
    major, minor, patch = map(int, version.split("."))
    if severity is None:
        return version
    if major and severity == BREAKING:
        return f"{major + 1}.0.0"
    if severity == BREAKING or (major and severity >= ADDITIVE):
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def markdown(report: Report, version: str) -> Iterator[str]:
    yield f"# What changed from {report.old} to {report.new}\n"
    if report.severity is None:
        yield "Nothing, but for prose and spelling."
        return
    yield f"On the wire: {', '.join(f'{n} {what}' for what, n in report.counts().items())}."
    names = [*report.python_alone, *(name for one in report.entries for name in one.python)]
    breaks = sum(name.breaking for name in dict.fromkeys(names))
    yield f"In Python: {report.no_python or f'{breaks} names break'}."
    worst = report.severity.name.lower()
    yield f"Version: {version} → **{bumped(version, report.severity)}** ({worst})."
    for part in PARTS:
        entries = [entry for entry in report.entries if entry.change.part == part]
        if entries:
            yield f"\n## {HEADINGS[part]}\n"
        for entry in entries:
            yield from lines(entry)
    if report.python_alone:
        yield "\n## Python names besides\n"
        breaking = [name for name in report.python_alone if name.breaking]
        others = [f"`{name.name}`" for name in report.python_alone if not name.breaking]
        yield from (f"- {BADGES[BREAKING]} {quoted(name)}" for name in breaking)
        if others:
            yield f"- {BADGES[ADDITIVE]} {some(others, MAX_SUBJECTS)}"
    if report.dangling:
        yield "\n## References to nothing\n"
        yield from (f"- {where}" for where in report.dangling)


def lines(entry: Entry, *, ours: bool = False) -> Iterator[str]:
    """Yield the lines of a change; by the names of the old document alone, if that is ours."""
    change = entry.change
    names = dict.fromkeys(one.ours if ours else one.subject for one in change.places)
    subjects = some([f"`{name}`" for name in names], MAX_SUBJECTS)
    where = "" if change.part == "naming" else used(change)
    yield f"- {BADGES[change.severity]} {subjects}: {change.text}{where}"
    if entry.python:
        yield f"  - Python: {some([quoted(name) for name in entry.python], MAX_NAMES)}"
    for word, references in (("See", entry.references), ("See beside it", entry.beside)):
        if references:
            yield f"  - {word} {some([shortened(str(one)) for one in references], MAX_REFERENCES)}"


def used(change: MergedChange) -> str:
    """Return the operations concerned, unless the line names them already."""
    uses = [use for use in change.uses if use and use not in change.subjects]
    return f" ({some(uses, MAX_USES)})" if uses else ""


def shortened(words: str) -> str:
    return words if len(words) <= MAX_TEXT_CHARS else f"{words[:MAX_TEXT_CHARS].rstrip()}…"


def quoted(name: PythonChange) -> str:
    return f"`{name.name}` {shortened(name.text)}"


def as_json(report: Report, version: str) -> dict[str, Any]:
    worst = report.severity
    return {
        "old": report.old,
        "new": report.new,
        "severity": None if worst is None else worst.name.lower(),
        "version": {"now": version, "next": bumped(version, worst)},
        "counts": report.counts(),
        "changes": [change_json(entry) for entry in report.entries],
        "python_besides": [python_json(name) for name in report.python_alone],
        "no_python": report.no_python,
        "dangling": report.dangling,
    }


def change_json(entry: Entry) -> dict[str, Any]:
    return {
        "severity": entry.change.severity.name.lower(),
        "part": entry.change.part,
        "subjects": entry.change.subjects,
        "text": entry.change.text,
        "uses": entry.change.uses,
        "python": [python_json(name) for name in entry.python],
        "references": [asdict(one) for one in entry.references],
        "references_beside": [asdict(one) for one in entry.beside],
    }


def python_json(name: PythonChange) -> dict[str, Any]:
    return {"name": name.name, "kind": name.kind, "breaking": name.breaking, "text": name.text}


def annotations(report: Report, new: Source) -> Iterator[str]:
    """Yield workflow commands for GitHub: errors for breaking, notices for additive changes."""
    for entry in report.entries:
        if entry.change.severity != COSMETIC:
            yield annotation(entry.change, new, subject=entry.change.subjects[0])
    for name in report.python_alone:
        if name.breaking:
            yield f"::error file={shown_file(new)[0]},title=Python::{in_message(str(name))}"


def annotation(change: MergedChange, source: Source, *, subject: str) -> str:
    """Return the workflow command of a change, at the line where its subject is found."""
    shown, is_inside = shown_file(source)
    place = f"file={shown},line={line_of(subject, source.text) if is_inside else 1}"
    title = in_property(f"{change.part}: {subject}")
    text = f"{', '.join(change.subjects)}: {change.text}{used(change)}"
    return f"::{command(change.severity)} {place},title={title}::{in_message(text)}"


def shown_file(source: Source) -> tuple[str, bool]:
    """Return the file to annotate, and whether it is the source itself and not our contract."""
    file = source.file.resolve() if source.file else None
    if file is None or not file.is_relative_to(ROOT):
        return CONTRACT, False
    return in_property(file.relative_to(ROOT).as_posix()), True


def command(severity: Severity) -> str:
    return "error" if severity == BREAKING else "notice"


def in_message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def in_property(text: str) -> str:
    return in_message(text).replace(":", "%3A").replace(",", "%2C")


def line_of(subject: str, text: str) -> int:
    """Return the line of a schema, field or operation in a contract in YAML; 1 if not found."""
    if operation := re.match(r"([A-Z]+) (/\S+)", subject):
        names = [operation[2], operation[1].lower()]
    else:
        names = re.findall(r"[\w-]+", subject.split(" → ")[-1])
    rows, line = [row.strip() for row in text.splitlines()], 0
    for name in dict.fromkeys((names[0], names[-1])):
        line = next((n for n in range(line, len(rows)) if rows[n].startswith(f"{name}:")), line)
    return line + 1
