"""What a change of the contract does to the Python names of the generated client.

griffe reads both packages, without importing them, and says what breaks code that was written for
the old one. It does not compare types, so we do. Names are as in `python_names`.
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
    """One public name that is not what it was.

    Attributes:
        name: below the package, as in `python_names`
        kind: `added`, `removed` or `changed`
        breaking: whether code that was written for the old package may fail, or be refused by a
            type checker
        text: what changed, for people
        schema: where the name comes from in the contract, as in `python_names.Place`
        property: the same
        operation: the same
        parameter: the same
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
    """All that Python code sees, the breaking changes first.

    Attributes:
        changes: one for each name
        reason: why nothing could be compared; empty when it was
    """

    changes: tuple[PythonChange, ...]
    reason: str = ""

    def of(
        self, schema: str | None = None, property: str | None = None, operation: str | None = None
    ) -> tuple[PythonChange, ...]:
        """The changes that belong to what is named; what is not named is not looked at."""
        return tuple(
            change
            for change in self.changes
            if schema in (None, change.schema)
            and property in (None, change.property)
            and operation in (None, change.operation)
        )

    def text(self) -> str:
        """The changes for people, a line for each."""
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
    """New names, a line for each module, class or operation."""
    by_owner: defaultdict[str, list[str]] = defaultdict(list)
    for one in added:
        owner, _, name = re.fullmatch(r"(.+)([.(])(\w+)\)?", one.name).groups()  # type: ignore[union-attr]
        by_owner[owner].append(name)
    return [f"{owner}: {', '.join(names)}" for owner, names in by_owner.items()]


# ---------------------------------------------------------------------------------------- packages


def python_changes(
    old_contract: Path, new_contract: Path, *, revisions: Sequence[str] = ()
) -> PythonDiff:
    """Compare what the generator makes of two contracts.

    Args:
        old_contract: a file, YAML or JSON
        new_contract: another one
        revisions: git revisions whose generated/ may have been made from one of them

    Raises:
        OSError: a file cannot be read.
    """
    with tempfile.TemporaryDirectory() as name:
        aside = Path(name)
        ready = [PACKAGE, *packages_of(revisions, aside)]

        def package(side: str, contract: Path) -> Path:
            found = next((one for one in ready if is_made_from(one, contract)), None)
            if found is None:
                (aside / side).mkdir()
                try:
                    found = generate(aside / side, contract)
                except GenerationError as error:
                    raise GenerationError(
                        f"no client can be made of {contract}: {error}"
                    ) from error
            return found

        try:
            with ThreadPoolExecutor(2) as both:
                old, new = both.map(package, ("old", "new"), (old_contract, new_contract))
        except GenerationError as error:
            words = [line.strip() for line in str(error).splitlines() if line.strip()]
            return PythonDiff((), "; ".join(words[:5]))
        return python_diff(old, new, read(old_contract), read(new_contract))


def packages_of(revisions: Iterable[str], aside: Path) -> Iterator[Path]:
    """Take the generated package out of each git revision that has one."""
    folder = PACKAGE.relative_to(ROOT).as_posix()
    for number, revision in enumerate(revisions):
        command = ["git", "archive", "--format=tar", revision, folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        if done.returncode == 0:
            place = aside / f"revision{number}"
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
            continue  # it came or went with its owner, and that is said of the owner
        is_sent, is_received = use(place, uses)
        found = compare(was, now, broken[name], is_sent=is_sent, is_received=is_received)
        if found:
            changes.append(PythonChange(name, *found, **asdict(place)))
    return PythonDiff(tuple(sorted(changes, key=lambda one: (not one.breaking, one.name))))


def use(place: Place, uses: Iterable[tuple[set[str], set[str]]]) -> tuple[bool, bool]:
    """Whether users send what a name stands for, and whether they receive it."""
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
    """What became of one name, whether that breaks code, and in words; None when it is as it was.

    What must be given matters where it is sent, what a field may hold where it is received. A new
    word in an answer breaks nothing: enums let it pass.
    """
    if now is None:
        return ("removed", True, "removed") if was else ("changed", True, ", ".join(broken))
    if was is None:
        is_needed = bool(now.owner) and now.default is None
        return "added", is_needed and is_sent, added(now)
    old, new = union_members(was.type), union_members(now.type)
    breaking = bool(is_sent and (old - new or broken)) or (is_received and surprises(old, new))
    texts = [
        *changed_type(old, new),
        *changed_default(was, now),
        *filter(None, broken if is_sent else ()),
    ]
    return ("changed", breaking, ", ".join(texts)) if texts else None


def surprises(old: set[str], new: set[str]) -> bool:
    """Whether who reads a value may find what is new to the code.

    Enums let words pass that they do not list, and where there was a choice of classes before, one
    more is as those of a kind that is not known.
    """
    gained = {one for one in new - old if one.removeprefix("list[")[0] not in "\"'"}
    classes = {one for one in old - {"None", "Unset"} if one[0].isupper()}
    return bool({"None", "Unset"} & gained) or bool(gained and len(classes) < 2)


def added(now: Declared) -> str:
    needed = ", must be given" if now.owner and now.default is None else ""
    return f"added, {now.type}{needed}" if now.type else "added"


def changed_type(was: set[str], now: set[str]) -> Iterator[str]:
    """Only what differs: the types of unions are long."""
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
    """What breaks by griffe's judgement, by the name that it is about.

    The texts are empty for what the declarations tell better.
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
        found[name].append(f"another order, for who gives by position: {', '.join(parameters)}")
    return found


def name_of(path: str, parameter: str) -> str:
    """The name that stands for what griffe found: of a model without its module, of an operation
    without the one of its functions."""
    if found := MODEL.fullmatch(path):
        name = f"models.{found[1]}{found[2].removesuffix('.__init__')}"
        return f"{name}.{parameter}" if parameter else name
    name = found[1] if (found := OPERATION.fullmatch(path)) else path
    return f"{name}({parameter})" if parameter else name


def is_part(name: str, declared: Mapping[str, Declared]) -> bool:
    """Whether a name is a method of a model, or not of models and operations at all.

    The rest is said otherwise, or is not exported.
    """
    return name.rpartition(".")[0] in declared or not name.startswith(("models", "api"))
