"""Rows of our limits and of PARITY.md, with the parts of the contract that they are about."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from twelvelabs_embed.limits import tables

from scripts.api_watch.prose import Quantity
from scripts.codegen.python_names import Document, operations_of, stepped, variants

WRAPPER = "wrapper/twelvelabs_embed"
EMULATOR = "emulator/twelvelabs_embed_emulator"
LIMITS = f"{WRAPPER}/limits/tables.py"
PARITY = f"{EMULATOR}/PARITY.md"
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
    """A row of PARITY.md, with its text in backticks; the section without its operations."""

    reference: CodeReference
    section: str
    quoted: frozenset[str]

    @property
    def names(self) -> set[str]:
        return {name for one in self.quoted for name in re.findall(r"\w+", one)}


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
            section = text.removeprefix("## ").partition(":")[0]
        elif text.startswith("| ") and (quoted := re.findall(r"`([^`]+)`", text)):
            first_cell = text.split(" | ")[0].removeprefix("| ")
            reference = CodeReference(PARITY, line, f"PARITY: {first_cell}")
            yield ParityRow(reference, section, frozenset(quoted))
