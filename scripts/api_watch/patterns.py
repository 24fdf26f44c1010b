"""Lists of changes in YAML, each named by its place and its text, with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

import yaml

from scripts.api_watch.changes import Change, Severity
from scripts.api_watch.openapi_loader import LoadError


@dataclass(frozen=True)
class Pattern:
    """An entry of a list. `*` in `where` and `what` stands for anything.

    Attributes:
        where: subjects, by the names of the old document
        what: texts
        reason: why it is in the list
        use: the operation, or the response with its status, None for any
        line: of the file, from 1
        severity: which severity the changes have, None where the list is not about severities
    """

    where: tuple[str, ...]
    what: tuple[str, ...]
    reason: str
    use: str | None = None
    line: int = 1
    severity: Severity | None = None

    def matches(self, change: Change) -> bool:
        is_here = self.use in (None, change.place.use)
        return is_here and like(change.place.ours, self.where) and like(change.text, self.what)

    def __str__(self) -> str:
        return f"{', '.join(self.where)}: {', '.join(self.what)}"


def read_patterns(text: str, *, severities: bool = False) -> list[Pattern]:
    """Read a list; with severities, each entry has one of their names as `severity`."""
    try:
        content, tree = yaml.safe_load(text) or [], yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise LoadError(f"the list is no YAML: {error}") from error
    lines = [node.start_mark.line + 1 for node in tree.value] if tree else []
    patterns = []
    for number, (entry, line) in enumerate(zip(content, lines, strict=True), 1):
        needed = {"where", "what", "reason", *(["severity"] if severities else [])}
        missing = needed - entry.keys()
        if missing or not str(entry["reason"]).strip():
            raise LoadError(f"entry {number} lacks {', '.join(sorted(missing)) or 'a reason'}")
        severity = severity_of(entry["severity"], number) if severities else None
        reason = " ".join(str(entry["reason"]).split())
        where, what = words(entry["where"]), words(entry["what"])
        patterns.append(Pattern(where, what, reason, entry.get("use"), line, severity))
    return patterns


def severity_of(word: str, number: int) -> Severity:
    names = [one.name.lower() for one in Severity]
    if word not in names:
        raise LoadError(f"entry {number} has the severity {word!r}; it can be {', '.join(names)}")
    return Severity[word.upper()]


def words(entry: str | list[str]) -> tuple[str, ...]:
    return (entry,) if isinstance(entry, str) else tuple(entry)


def like(text: str, patterns: Iterable[str]) -> bool:
    # Only `*` is special: subjects contain brackets.
    plain = (pattern.replace("[", "[[]").replace("?", "[?]") for pattern in patterns)
    return any(fnmatchcase(text, pattern) for pattern in plain)


def judged(changes: Iterable[Change], patterns: Iterable[Pattern]) -> list[Change]:
    """Give changes the severities of a list; the last entry that matches counts."""
    found = list(changes)
    for pattern in patterns:
        found = [
            replace(change, severity=pattern.severity)
            if pattern.severity is not None and pattern.matches(change)
            else change
            for change in found
        ]
    return found
