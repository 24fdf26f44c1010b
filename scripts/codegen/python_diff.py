"""Comparison of two generated clients: which changes of their Python names break code.

griffe reads both packages without importing them, and lists breaking changes. It does not compare
types, so this module does. Names are as in `python_names`.
"""

import re
import subprocess
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

import griffe
import yaml

from scripts.codegen.codegen import PACKAGE, ROOT, GenerationError, generate, is_made_from
from scripts.codegen.python_names import (
    Declared,
    Document,
    Place,
    declarations,
    load,
    places,
    sent_and_received,
    union_members,
)

Kind = Literal["added", "removed", "changed"]

MODEL = re.compile(r"models\.(?:[a-z0-9_]+\.)?([A-Z]\w*)(.*)")
OPERATION = re.compile(r"(api\.\w+\.\w+)\.\w+(.*)")


@dataclass(frozen=True)
class PythonChange:
    """A public name that was added, removed or changed.

    Attributes:
        name: below the package, as in `python_names`
        kind: `added`, `removed` or `changed`
        breaking: whether code that was written for the old package may fail, or be rejected by
            a type checker
        text: what changed, for people
        schema, property, operation, parameter: the source of the name in the contract, as in
            `python_names.Place`
    """

    name: str
    kind: Kind
    breaking: bool
    text: str
    schema: str | None = None
    property: str | None = None
    operation: str | None = None
    parameter: str | None = None

    def __str__(self) -> str:
        return f"{self.name}: {self.text}"


@dataclass(frozen=True)
class PythonDiff:
    """All changes of public names, the breaking ones first.

    Attributes:
        changes: one for each name
        reason: why nothing could be compared; empty when it was
    """

    changes: tuple[PythonChange, ...]
    reason: str = ""

    def of(
        self, schema: str | None = None, property: str | None = None, operation: str | None = None
    ) -> tuple[PythonChange, ...]:
        """Return the changes of a schema, property or operation; None matches any."""
        return tuple(
            change
            for change in self.changes
            if schema in (None, change.schema)
            and property in (None, change.property)
            and operation in (None, change.operation)
        )

    def text(self) -> str:
        """Format the changes, a line for each."""
        if self.reason:
            return f"Nothing to say of Python: {self.reason}\n"
        breaking = [str(one) for one in self.changes if one.breaking]
        others = [one for one in self.changes if not one.breaking]
        changed = [str(one) for one in others if one.kind != "added"]
        added = in_short(one for one in others if one.kind == "added")
        parts = {"breaks code": breaking, "is otherwise": changed, "is new": added}
        found = [
            line
            for what, lines in parts.items()
            if lines
            for line in (f"What {what} in Python:", *(f"  {one}" for one in lines))
        ]
        return "\n".join(found or ["Nothing that Python code sees"]) + "\n"


def in_short(added: Iterable[PythonChange]) -> list[str]:
    """List new names, a line for each module, class or operation."""
    by_owner: defaultdict[str, list[str]] = defaultdict(list)
    for one in added:
        owner, _, name = re.fullmatch(r"(.+)([.(])(\w+)\)?", one.name).groups()  # type: ignore[union-attr]
        by_owner[owner].append(name)
    return [f"{owner}: {', '.join(names)}" for owner, names in by_owner.items()]


# ---------------------------------------------------------------------------------------- packages


def python_changes(
    old_contract: Path, new_contract: Path, *, revisions: Sequence[str] = ()
) -> PythonDiff:
    """Generate clients from two contracts, and compare them.

    Args:
        old_contract: a file, YAML or JSON
        new_contract: another one
        revisions: git revisions whose generated/ may have been made from one of them

    Raises:
        OSError: a file cannot be read.
    """
    with tempfile.TemporaryDirectory() as name:
        work_dir = Path(name)
        ready = [PACKAGE, *packages_of(revisions, work_dir)]

        def package(side: str, contract: Path) -> Path:
            found = next((one for one in ready if is_made_from(one, contract)), None)
            if found is None:
                (work_dir / side).mkdir()
                try:
                    found = generate(work_dir / side, contract, complete=False)
                except GenerationError as error:
                    raise GenerationError(
                        f"no client can be made of {contract}: {error}"
                    ) from error
            return found

        try:
            with ThreadPoolExecutor(2) as both:
                old, new = both.map(package, ("old", "new"), (old_contract, new_contract))
        except GenerationError as error:
            messages = [line.strip() for line in str(error).splitlines() if line.strip()]
            return PythonDiff((), "; ".join(messages))
        return python_diff(old, new, read(old_contract), read(new_contract))


def packages_of(revisions: Iterable[str], work_dir: Path) -> Iterator[Path]:
    """Extract the generated package from each git revision that has one."""
    folder = PACKAGE.relative_to(ROOT).as_posix()
    for number, revision in enumerate(revisions):
        command = ["git", "archive", "--format=tar", revision, folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        if done.returncode == 0:
            place = work_dir / f"revision{number}"
            with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
                archive.extractall(place, filter="data")
            yield place / folder


def read(contract: Path) -> Document:
    document: Document = yaml.safe_load(contract.read_text("utf-8"))
    return document


# ------------------------------------------------------------------------------------- differences


def python_diff(
    old_package: Path, new_package: Path, old_contract: Document, new_contract: Document
) -> PythonDiff:
    """Compare two generated packages, each with the contract that it was made from."""
    old, new = load(old_package), load(new_package)
    before, after = declarations(old), declarations(new)
    broken = breakages(old, new)
    known = {**places(new_contract), **places(old_contract)}
    uses = [*map(sent_and_received, (old_contract, new_contract))]
    changes = []
    for name in before.keys() | after.keys() | {one for one in broken if is_part(one, before)}:
        was, now, place = before.get(name), after.get(name), known.get(name, Place())
        owner = (was or now or Declared()).owner
        if owner and not (owner in before and owner in after):
            continue  # added or removed with its owner, which is reported
        is_sent, is_received = use(place, uses)
        is_sent |= bool(place.operation and broken[name])  # how it is called
        found = compare(was, now, broken[name], is_sent=is_sent, is_received=is_received)
        if found:
            changes.append(PythonChange(name, *found, **asdict(place)))
    return PythonDiff(tuple(sorted(changes, key=lambda one: (not one.breaking, one.name))))


def use(place: Place, uses: Iterable[tuple[set[str], set[str]]]) -> tuple[bool, bool]:
    """Return whether users send what a name stands for, and whether they receive it."""
    if place.schema:
        both = [(place.schema in sent, place.schema in received) for sent, received in uses]
        return any(sent for sent, _ in both), any(received for _, received in both)
    if place.operation:
        return place.parameter is not None, place.parameter is None
    return True, True


def compare(
    was: Declared | None,
    now: Declared | None,
    broken: Sequence[str],
    *,
    is_sent: bool,
    is_received: bool,
) -> tuple[Kind, bool, str] | None:
    """Return the kind of a change, whether it breaks code, and a description; None if unchanged.

    Required parameters matter in what is sent, types of fields in what is received. A new enum
    value in a response breaks nothing: enums accept unknown values.
    """
    if now is None:
        return ("removed", True, "removed") if was else ("changed", True, ", ".join(broken))
    if was is None:
        is_needed = bool(now.owner) and now.default is None
        return "added", is_needed and is_sent, added(now)
    old, new = union_members(was.type), union_members(now.type)
    breaking = bool(is_sent and (old - new or broken)) or (
        is_received and adds_unhandled_types(old, new)
    )
    texts = [
        *changed_type(old, new),
        *changed_default(was, now),
        *filter(None, broken if is_sent else ()),
    ]
    return ("changed", breaking, ", ".join(texts)) if texts else None


def adds_unhandled_types(old: set[str], new: set[str]) -> bool:
    """Return whether code that reads a value may get a type that it does not handle.

    Enums accept unknown values, and code that handles a union of classes has to handle unknown
    ones already.
    """
    gained = {one for one in new - old if one.removeprefix("list[")[0] not in "\"'"}
    classes = {one for one in old - {"None", "Unset"} if one[0].isupper()}
    return bool({"None", "Unset"} & gained) or bool(gained and len(classes) < 2)


def added(now: Declared) -> str:
    needed = ", must be given" if now.owner and now.default is None else ""
    return f"added, {now.type}{needed}" if now.type else "added"


def changed_type(was: set[str], now: set[str]) -> Iterator[str]:
    """Describe only the members that differ: the types of unions are long."""
    lost, gained = ", ".join(sorted(was - now)), ", ".join(sorted(now - was))
    if lost and gained:
        yield f"{lost} -> {gained}"
    elif gained:
        yield f"may be {gained}, too"
    elif lost:
        yield f"is no longer {lost}"


def changed_default(was: Declared, now: Declared) -> Iterator[str]:
    if was.default == now.default or not now.owner:
        return
    if now.default is None:
        yield "must be given"
    elif was.default is None:
        yield "need not be given"
    else:
        yield f"default {was.default} -> {now.default}"


def breakages(old: griffe.Module, new: griffe.Module) -> defaultdict[str, list[str]]:
    """Return the breaking changes that griffe finds, by name.

    Their text is empty where the declarations describe the change better.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    moved: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for one in griffe.find_breaking_changes(old, new):
        parameter = next(
            (p.name for p in (one.old_value, one.new_value) if isinstance(p, griffe.Parameter)), ""
        )
        path = one.obj.path.removeprefix(f"{old.path}.")
        if one.kind is griffe.BreakageKind.PARAMETER_MOVED:
            moved[name_of(path, "")][parameter] = None
            continue
        name, text = name_of(path, parameter), "" if parameter else one.kind.value
        if text not in found[name]:  # an operation is four functions
            found[name].append(text)
    for name, parameters in moved.items():
        found[name].append(f"another order of positional arguments: {', '.join(parameters)}")
    return found


def name_of(path: str, parameter: str) -> str:
    """Return the public name of what griffe found: a model without its module, an operation
    without its function."""
    if found := MODEL.fullmatch(path):
        name = f"models.{found[1]}{found[2].removesuffix('.__init__')}"
        return f"{name}.{parameter}" if parameter else name
    name = found[1] if (found := OPERATION.fullmatch(path)) else path
    return f"{name}({parameter})" if parameter else name


def is_part(name: str, declared: Mapping[str, Declared]) -> bool:
    """Return whether a name is a method of a model, or outside of models and operations.

    The rest is reported by its declaration, or is not exported.
    """
    return name.rpartition(".")[0] in declared or not name.startswith(("models", "api"))
