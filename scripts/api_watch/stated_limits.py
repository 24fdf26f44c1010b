"""Limits in the words of a vendor's document, held against our limits as data."""

from collections.abc import Iterator

from scripts.api_watch.changes import ADDITIVE, Change, Place
from scripts.api_watch.code_references import CodeReferences
from scripts.api_watch.documented_rows import ENDPOINTS
from scripts.api_watch.openapi_loader import Document, Operation
from scripts.api_watch.prose import Quantity, statements

# Units that all their limits in `limits` have; of others, there is more than we know.
UNITS = ("bytes", "s", "px", "tokens", "ratio")


def unknown_limits(document: Document, references: CodeReferences) -> Iterator[Change]:
    """Yield the statements on our operations with a limit that no row of `limits` has."""
    for operation in document.operations().values():
        if operation.label not in ENDPOINTS.values():
            continue
        known = references.limits_of(operation.label)
        for statement in dict.fromkeys(
            one for text in texts(operation, document) for one in statements(text)
        ):
            unknown = [one for one in statement.quantities if is_unknown(one, known)]
            if statement.is_limit and unknown:
                place = Place("prose", operation.label, operation.label)
                yield Change(ADDITIVE, place, f"says “{statement.text}”: no limit of ours is that")


def is_unknown(quantity: Quantity, known: set[Quantity]) -> bool:
    unit, value = quantity
    # A ratio of 1:2.4 has two numbers.
    return unit in UNITS and quantity not in known and not (unit == "ratio" and value == 1)


def texts(operation: Operation, document: Document) -> Iterator[str]:
    """Yield the descriptions of an operation and of everything that it is sent."""
    yield operation.notes["description"]
    for node in document.reached([*operation.parameters.values(), *operation.body.values()]):
        if isinstance(text := node.get("description"), str):
            yield text
