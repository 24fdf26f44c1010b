"""Changes with what they affect: names in Python, and the places in our code that refer to them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from scripts.api_watch.changes import COSMETIC, MergedChange, Place
from scripts.api_watch.code_references import CodeReferences
from scripts.api_watch.documented_rows import CodeReference
from scripts.api_watch.prose import quantities
from scripts.codegen.python_diff import PythonChange, PythonDiff

NO_PYTHON = PythonDiff((), "not requested")


@dataclass(frozen=True)
class Entry:
    """A change of the HTTP API, and what it affects.

    Attributes:
        python: names that change with it
        references: where our code refers to it
        beside: where our code refers to what stands beside it, if nowhere to itself
    """

    change: MergedChange
    python: tuple[PythonChange, ...] = ()
    references: tuple[CodeReference, ...] = ()
    beside: tuple[CodeReference, ...] = ()


def entries_of(
    changes: Iterable[MergedChange], references: CodeReferences, names: PythonDiff = NO_PYTHON
) -> tuple[Entry, ...]:
    entries = []
    for change in changes:
        found = references_of(change, references)
        beside = () if found or change.severity == COSMETIC else siblings_of(change, references)
        entries.append(Entry(change, python_of(change, names), found, beside))
    return tuple(entries)


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
    if change.severity == COSMETIC:
        return ()
    if change.part == "prose":
        operations = {operation_of(place) for place in change.places}
        return references.of_quantities(operations, set(quantities(change.text)))
    found = list[CodeReference]()
    for place in change.places:
        field = field_of(place)
        if place.schemas:
            found += references.of(place.schemas[0], field)
        elif place.use:
            found += references.of(
                property=field or parameter_of(place), operation=operation_of(place)
            )
    return tuple(dict.fromkeys(found))


def siblings_of(change: MergedChange, references: CodeReferences) -> tuple[CodeReference, ...]:
    """Return where our code refers to the other fields of what has a new one."""
    owners = dict.fromkeys(place.schemas[0] for place in change.places if place.schemas)
    return tuple(dict.fromkeys(one for owner in owners for one in references.of_siblings(owner)))


def field_of(place: Place) -> str | None:
    """Return the last name of a path: `duration_sec` of `fixed.duration_sec[]`."""
    names = re.findall(r"(?:^|[.)])([^.\[({)]+)", place.path)
    return names[-1] if names else None


def parameter_of(place: Place) -> str | None:
    return place.owner.removeprefix("parameter ") if place.owner.startswith("parameter ") else None


def operation_of(place: Place) -> str:
    """Return the operation of a use: `POST /assets` of `POST /assets 201`."""
    return " ".join(place.use.split(" ")[:2])
