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
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from openapi_python_client.strings import ClassName, PythonIdentifier
from twelvelabs_embed.limits import tables

from scripts.api_watch.prose import Quantity
from scripts.codegen.python_names import Document, operations_of, reached, stepped, variants

MAX_NAMES = 4
MAX_SIBLINGS = 3
ROOT = Path(__file__).resolve().parents[2]
WRAPPER = "wrapper/twelvelabs_embed"
EMULATOR = "emulator/twelvelabs_embed_emulator"
LIMITS = f"{WRAPPER}/limits/tables.py"
PARITY = f"{EMULATOR}/PARITY.md"

# Modules that encode and decode bodies, and sections of PARITY.md, by the tags of operations.
EMBED_MODULES = (
    f"{WRAPPER}/inputs/media.py",
    f"{WRAPPER}/inputs/recordings.py",
    f"{WRAPPER}/inputs/segmentation.py",
    f"{WRAPPER}/inputs/multi_input.py",
    f"{WRAPPER}/inputs/documents.py",
    f"{WRAPPER}/inputs/text_and_images.py",
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
SECTIONS = {
    "embed": ("Requests", "Media sources", "Media", "Rows", "Metadata", "Vectors"),
    "tasks": ("Tasks", "Lists", "Requests", "Media sources", "Media", "Rows", "Metadata"),
    "assets": ("Assets", "Lists"),
    "multipart_uploads": ("Multipart uploads", "Lists"),
}
UNITS = ("_sec", "_ms", "_px", "_bytes", "_tokens")
# The operations by the endpoint names of `limits`.
ENDPOINTS = {
    "sync": "POST /embed-v2",
    "task": "POST /embed-v2/tasks",
    "asset": "POST /assets",
    "multipart": "POST /assets/multipart-uploads",
}


@dataclass(frozen=True, order=True)
class CodeReference:
    """One place in our code.

    Attributes:
        file: below the checkout
        line: from 1
        what: the functions and classes, or the row
    """

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.what}".rstrip()


@dataclass(frozen=True)
class Word:
    """A name or a whole string in our code.

    Attributes:
        text: the word itself
        kind: `key` (of a mapping), `string`, `attribute`, `argument` (of a call), `parameter` (of a
            function) or `name`
        line: from 1
        definition: the function, or else the class, that it stands in; empty outside of one
        called: what is called, for an argument
    """

    text: str
    kind: str
    line: int
    definition: str
    called: str = ""


@dataclass(frozen=True)
class Row:
    """A row of `limits`, with the schemas and properties that it concerns.

    Attributes:
        quantity: its value and unit, as statements in descriptions have them; None of choices
        operations: such as `POST /embed-v2`
    """

    reference: CodeReference
    parts: frozenset[tuple[str, str | None]]
    quantity: Quantity | None = None
    operations: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ParityRow:
    """A row of PARITY.md, with its text in backticks."""

    reference: CodeReference
    section: str
    quoted: frozenset[str]

    @property
    def names(self) -> set[str]:
        return {name for one in self.quoted for name in re.findall(r"\w+", one)}


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
        found = [one for name in properties for one in set(self.of(schema, name))]
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
            for code in (self._wrapper, self._emulator):
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


# ----------------------------------------------------------------------------------------- our code


def words_below(root: Path, folder: str) -> dict[str, list[Word]]:
    """Return the words of all files below a folder."""
    files = sorted(f for f in (root / folder).rglob("*") if f.suffix in (".py", ".pyi"))
    return {
        file.relative_to(root).as_posix(): list(words(ast.parse(file.read_text("utf-8")), ""))
        for file in files
        if file != root / LIMITS  # its rows are read in detail
    }


def words(node: ast.AST, definition: str) -> Iterator[Word]:
    """Yield the words of a syntax tree, in source order."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            definition = f"{definition}.{name}" if definition else name
            yield Word(name, "name", node.lineno, definition)
        case ast.Call(func=function, keywords=keywords):
            called = ast.unparse(function).rpartition(".")[2]
            for one in keywords:
                yield Word(one.arg or "", "argument", one.value.lineno, definition, called)
        case ast.arg(arg=name):
            yield Word(name, "parameter", node.lineno, definition)
        case ast.Attribute(attr=name):
            yield Word(name, "attribute", node.lineno, definition)
        case ast.Name(id=name) | ast.alias(name=name):
            yield Word(name, "name", node.lineno, definition)
        case ast.Constant(value=str(name)):
            yield Word(name, "string", node.lineno, definition)
        case _:
            pass
    for key in keys_of(node):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield Word(key.value, "key", key.lineno, definition)
    for child in ast.iter_child_nodes(node):
        yield from words(child, definition)


def keys_of(node: ast.AST) -> Iterable[ast.AST | None]:
    match node:
        case ast.Dict(keys=keys) | ast.MatchMapping(keys=keys):
            return keys
        case ast.Subscript(slice=key):
            return [key]
        case ast.Call(func=ast.Attribute(attr="get" | "pop"), args=[key, *_]):
            return [key]
        case ast.Compare(left=key, ops=[ast.In()]):
            return [key]
        case _:
            return []


def references_in(
    code: Mapping[str, Iterable[Word]], is_one: Callable[[Word], bool]
) -> Iterator[CodeReference]:
    """Yield one reference for each file: its first line, and the functions and classes."""
    for file, found in code.items():
        ours = sorted((word for word in found if is_one(word)), key=lambda word: word.line)
        inside = [word for word in ours if word.definition]
        for first in (inside or ours)[:1]:  # not the line of an import
            names = list(dict.fromkeys(word.definition for word in inside))
            more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
            yield CodeReference(file, first.line, ", ".join(names[:MAX_NAMES]) + more)


# ------------------------------------------------------------------------ rows of limits and PARITY


def rows_of_limits(root: Path, contract: Document) -> Iterator[Row]:
    """Yield the rows of `limits`, each with the parts of the contract that its `field` names."""
    lines_by_table = lines_of_rows(root / LIMITS)
    rows_by_table: dict[str, Sequence[tables.Limit | tables.Choices]]
    rows_by_table = {"LIMITS": tables.LIMITS, "CHOICES": tables.CHOICES}
    for kind, rows in rows_by_table.items():
        lines = lines_by_table.get(kind, [])
        if len(lines) != len(rows):  # the table is not written row by row
            lines = [1] * len(rows)
        for line, row in zip(lines, rows, strict=True):
            kinds = ", ".join(row.input_types)
            what = f"{kind}: {row.name} of {row.field} ({kinds}; {', '.join(row.endpoints)})"
            parts = {
                part
                for endpoint in row.endpoints
                for input_type in row.input_types
                for part in parts_of(endpoint, input_type, row.field, contract)
                if part[0]
            }
            yield Row(
                CodeReference(LIMITS, line, what),
                frozenset(parts),
                quantity_of(row) if isinstance(row, tables.Limit) else None,
                frozenset(ENDPOINTS[endpoint] for endpoint in row.endpoints),
            )


def quantity_of(row: tables.Limit) -> Quantity:
    unit = row.unit if row.unit != "1" else row.name.rpartition("_")[2]
    return unit, float(row.value)


def lines_of_rows(file: Path) -> dict[str, list[int]]:
    """Return the line numbers of the rows of each table."""
    return {
        table.target.id: [row.lineno for row in table.value.elts]
        for table in ast.parse(file.read_text("utf-8")).body
        if isinstance(table, ast.AnnAssign)
        if isinstance(table.target, ast.Name) and isinstance(table.value, ast.Tuple)
    }


def parts_of(
    endpoint: str, input_type: str, field: str, contract: Document
) -> Iterator[tuple[str, str | None]]:
    """Yield the schemas and properties on the path from an input to one of its fields."""
    body = operations_of(contract).get(ENDPOINTS[endpoint], {}).get("requestBody", {})
    nodes = [one["schema"] for one in body.get("content", {}).values()]
    if endpoint in ("sync", "task"):
        nodes = [found for _, found in stepped(nodes, input_type, contract)]
    for step in field.split("."):
        found = list(stepped(nodes, step, contract))
        yield from ((schema, step) for schema, _ in found)
        nodes = [node for _, node in found]
    yield from ((schema, None) for node in nodes for schema, _ in variants(node, contract))


def rows_of_parity(root: Path) -> Iterator[ParityRow]:
    section = ""
    for line, text in enumerate((root / PARITY).read_text("utf-8").splitlines(), 1):
        if text.startswith("## "):
            section = text.removeprefix("## ")
        elif text.startswith("| ") and (quoted := re.findall(r"`([^`]+)`", text)):
            first_cell = text.split(" | ")[0].removeprefix("| ")
            reference = CodeReference(PARITY, line, f"PARITY: {first_cell}")
            yield ParityRow(reference, section, frozenset(quoted))
