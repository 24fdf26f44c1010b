"""References of our code to schemas, properties and operations of the contract.

Source files are parsed: only names and whole strings count, never a word within a sentence. A name
of two words (`embedding_option`) counts anywhere. One of a single word (`type`, `name`, `status`)
is ambiguous, and counts only

- in the wrapper as an argument of its own class, or in a function or class that names that class
- as a key in the modules that encode and decode the bodies of the operations that use its schema

One that ends with a unit (`duration_sec`) is ambiguous as well, because our own names look like it.
It counts there, and wherever it is a key. The rows of `limits` count by the path of their `field`
through the contract, those of PARITY.md by their text in backticks.
"""

import ast
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path

from openapi_python_client.strings import ClassName, PythonIdentifier

from scripts.api_watch.documented_rows import (
    EMULATOR,
    LIMITS,
    WRAPPER,
    CodeReference,
    rows_of_limits,
    rows_of_parity,
)
from scripts.api_watch.prose import Quantity
from scripts.api_watch.source_words import Word, words
from scripts.codegen.python_names import Document, operations_of, reached
from scripts.shortened import some

MAX_NAMES = 4
MAX_SIBLINGS = 3
ROOT = Path(__file__).resolve().parents[2]

# Modules that encode and decode bodies, and sections of PARITY.md, by the tags of operations.
EMBED_MODULES = (
    f"{WRAPPER}/inputs/media.py",
    f"{WRAPPER}/inputs/recordings.py",
    f"{WRAPPER}/inputs/segmentation.py",
    f"{WRAPPER}/inputs/multi_input.py",
    f"{WRAPPER}/inputs/documents.py",
    f"{WRAPPER}/inputs/images.py",
    f"{WRAPPER}/_http/encoding.py",
    f"{WRAPPER}/_http/decoding.py",
    f"{WRAPPER}/embed.py",
    f"{WRAPPER}/sending.py",
    f"{WRAPPER}/bulk/rows.py",
    f"{EMULATOR}/embedding/embed.py",
    f"{EMULATOR}/media/sources.py",
)
MODULES = {
    "embed": EMBED_MODULES,
    "tasks": (*EMBED_MODULES, f"{EMULATOR}/endpoints/tasks.py"),
    "assets": (f"{EMULATOR}/endpoints/assets.py",),
    "multipart_uploads": (f"{EMULATOR}/endpoints/uploads.py",),
}
BODY_SECTIONS = (
    "Requests", "Media sources", "Media", "Models", "Rows of responses", "Metadata of responses",
    "Vectors",
)  # fmt: skip
SECTIONS = {
    "embed": (*BODY_SECTIONS, "Several inputs as one"),
    "tasks": (*BODY_SECTIONS, "Documents", "Tasks", "Lists"),
    "assets": ("Assets", "Lists"),
    "multipart_uploads": ("Multipart uploads", "Lists"),
}
UNITS = ("_sec", "_ms", "_px", "_bytes", "_tokens")


class CodeReferences:
    """An index of the references of our code to a contract.

    Args:
        contract: the one that our code implements
        root: the checkout
    """

    def __init__(self, contract: Document, root: Path = ROOT) -> None:
        self._operations = operations_of(contract)
        self._schemas = contract.get("components", {}).get("schemas", {})
        self._schemas_of = {n: reached(one, contract) for n, one in self._operations.items()}
        self._wrapper = words_below(root, WRAPPER)
        self._emulator = words_below(root, EMULATOR)
        self._limits = list(rows_of_limits(root, contract))
        self._parity = list(rows_of_parity(root))

    def of(
        self, schema: str | None = None, property: str | None = None, operation: str | None = None
    ) -> tuple[CodeReference, ...]:
        """Return the references to a schema, property or operation, sorted.

        Args:
            schema: its name in the contract
            property: of the schema, or a parameter of the operation, as on the wire
            operation: such as `GET /assets`, or an operationId
        """
        if operation:
            found = self._of_operation(operation, property)
        elif property:
            found = self._of_property(schema or "", property)
        else:
            found = self._of_schema(schema or "")
        return tuple(sorted(set(found)))

    def of_quantities(
        self, operations: set[str], quantities: set[Quantity]
    ) -> tuple[CodeReference, ...]:
        """Return the limits of some operations that have one of these values."""
        found = {
            row.reference
            for row in self._limits
            if row.operations & operations and row.quantity in quantities
        }
        return tuple(sorted(found))

    def limits_of(self, operation: str) -> set[Quantity]:
        return {r.quantity for r in self._limits if r.quantity and operation in r.operations}

    def of_siblings(self, schema: str) -> tuple[CodeReference, ...]:
        """Return where our code refers to most properties of a schema: a new one belongs there."""
        properties = self._schemas.get(schema, {}).get("properties", {})
        found = [one for name in properties for one in self.of(schema, name)]
        files = Counter(one.file for one in found)
        first = {one.file: one for one in reversed(found)}
        return tuple(first[file] for file, _ in files.most_common(MAX_SIBLINGS))

    def _of_schema(self, schema: str) -> Iterator[CodeReference]:
        model = ClassName(schema, "")
        yield from references_in(self._wrapper, is_one_of(model))
        yield from (
            row.reference for row in self._limits if schema in {one for one, _ in row.parts}
        )

    def _of_property(self, schema: str, property: str) -> Iterator[CodeReference]:
        yield from self._of_word(property, owner=ClassName(schema, ""), tags=self._tags(schema))
        yield from (row.reference for row in self._limits if (schema, property) in row.parts)

    def _of_operation(self, operation: str, parameter: str | None) -> Iterator[CodeReference]:
        found = [
            (name, one)
            for name, one in self._operations.items()
            if operation in (name, one.get("operationId"))
        ]
        for name, one in found:
            function = str(one.get("operationId", ""))
            if parameter not in (None, "body"):
                tags = one.get("tags", [])
                of_parameter = list(self._of_word(str(parameter), owner=function, tags=tags))
                if of_parameter:
                    return (yield from of_parameter)
            for code in (self._wrapper, self._emulator) if function else ():
                yield from references_in(code, is_one_of(function))
            for row in self._parity:
                if row.quoted & {name, name.partition(" ")[2]}:
                    yield row.reference

    def _of_word(self, wire: str, *, owner: str, tags: Iterable[str]) -> Iterator[CodeReference]:
        """Yield references to a property or parameter; the owner is its class or operation."""
        texts = {wire, str(PythonIdentifier(wire, ""))}
        code = self._wrapper | self._emulator
        is_common, has_unit = "_" not in wire.strip("_"), wire.endswith(UNITS)
        if not is_common and not has_unit:
            yield from references_in(code, is_one_of(*texts))
        else:
            modules = {module for tag in tags for module in MODULES.get(tag, ())}
            for file, found in code.items():
                near = {word.definition for word in found if word.text == owner} - {""}
                keys = has_unit or file in modules
                is_one = partial(is_part_of, texts, owner, near, keys)
                yield from references_in({file: found}, is_one)
        sections = {section for tag in tags for section in SECTIONS.get(tag, ())}
        yield from (
            row.reference
            for row in self._parity
            if row.section in sections
            if wire in (row.quoted if is_common else row.names)
        )

    def _tags(self, schema: str) -> set[str]:
        """Return the tags of the operations that use a schema."""
        return {
            tag
            for name, one in self._operations.items()
            if schema in self._schemas_of[name]
            for tag in one.get("tags", [])
        }


def is_one_of(*texts: str) -> Callable[[Word], bool]:
    return lambda word: word.text in texts


def is_part_of(
    texts: Container[str], owner: str, near: Container[str], keys: bool, word: Word
) -> bool:
    """Return whether an ambiguous word refers to a part of its owner."""
    if word.text not in texts or word.kind == "name":
        return False
    if word.kind == "key" and keys:
        return True
    if word.kind == "argument" and word.called[:1].isupper():
        return word.called == owner
    return word.definition in near


@cache
def words_below(root: Path, folder: str) -> dict[str, list[Word]]:
    """Return the words of all files below a folder."""
    files = sorted((root / folder).rglob("*.py"))
    return {
        file.relative_to(root).as_posix(): list(words(ast.parse(file.read_text("utf-8")), ""))
        for file in files
        if file != root / LIMITS  # its rows are read in detail
    }


def references_in(
    code: Mapping[str, Iterable[Word]], is_one: Callable[[Word], bool]
) -> Iterator[CodeReference]:
    """Yield one reference for each file: its first line, and the functions and classes."""
    for file, found in code.items():
        ours = sorted((word for word in found if is_one(word)), key=lambda word: word.line)
        inside = [word for word in ours if word.definition]
        for first in (inside or ours)[:1]:  # not the line of an import
            names = list(dict.fromkeys(word.definition for word in inside))
            yield CodeReference(file, first.line, some(names, MAX_NAMES))
