"""Changes between two documents: their severity, their place, and their list for a reader."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Literal


class Severity(IntEnum):
    """What a change does to users of this client."""

    COSMETIC = 0  # requests and responses are the same
    ADDITIVE = 1  # existing code still works
    TOLERATED = 2  # errors say less, or otherwise: this client reads any error
    BREAKING = 3


COSMETIC, ADDITIVE, TOLERATED, BREAKING = Severity
Part = Literal["operation", "request", "response", "prose", "naming"]
PARTS: tuple[Part, ...] = ("operation", "request", "response", "prose", "naming")


@dataclass(frozen=True)
class Place:
    """A place in both documents.

    Attributes:
        use: The operation, for responses with the status: `POST /assets 201`.
        owner: The schema that contains it: `Asset`, or `Asset → AssetDetail` when renamed.
        schemas: The names of the owner in the old and the new document, if it has any.
        component: The names of the schema at the end of the path, if it has any.
        path: Below the owner: `segmentation.fixed`, `data[]`.
        above: The pairs of names of enclosing schemas, to detect cycles.
    """

    part: Part
    use: str
    owner: str
    schemas: tuple[str, ...] = ()
    component: tuple[str, ...] = ()
    path: str = ""
    above: frozenset[tuple[str, str]] = frozenset()

    @property
    def subject(self) -> str:
        return join_path(self.owner, self.path)

    @property
    def ours(self) -> str:
        """The subject with the names of the old document only."""
        return join_path(self.schemas[0] if self.schemas else self.owner, self.path)

    def down(self, step: str) -> "Place":
        return replace(self, path=join_path(self.path, step), component=())


def join_path(path: str, step: str) -> str:
    dot = "." if path and step and step[0] not in "[{(" else ""
    return f"{path}{dot}{step}"


@dataclass(frozen=True)
class Change:
    """One difference at one place."""

    severity: Severity
    place: Place
    text: str


@dataclass(frozen=True)
class MergedChange:
    """One difference, with every place where it occurs."""

    severity: Severity
    part: Part
    text: str
    subjects: tuple[str, ...]
    uses: tuple[str, ...]
    places: tuple[Place, ...]


def merged(changes: Iterable[Change]) -> list[MergedChange]:
    """List each change once: by part, the most severe first."""
    groups: dict[tuple[Severity, Part, str, str], list[Place]] = {}
    for change in changes:
        leaf = change.place.path.rpartition(".")[2]
        key = (change.severity, change.place.part, change.text, leaf)
        groups.setdefault(key, []).append(change.place)
    found = [
        MergedChange(
            severity, part, text,
            subjects=tuple(dict.fromkeys(p.subject for p in places)),
            uses=tuple(dict.fromkeys(p.use for p in places)),
            places=tuple(places),
        )
        for (severity, part, text, _), places in groups.items()
    ]  # fmt: skip
    return sorted(found, key=lambda c: (PARTS.index(c.part), -c.severity))
