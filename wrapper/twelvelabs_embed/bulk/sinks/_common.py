"""What the sinks have in common."""

from __future__ import annotations

import json
from collections.abc import Collection
from uuid import UUID, uuid5

from attrs import frozen

from twelvelabs_embed.bulk.parts import COLUMNS
from twelvelabs_embed.bulk.store import BulkError
from twelvelabs_embed.errors import ModelMismatchError
from twelvelabs_embed.results import ArrowTable

__all__ = [
    "Held",
    "SinkError",
    "TABLE",
    "held_by",
    "item_ids",
    "refuse_others",
    "require_columns",
    "segment_ids",
]

TABLE = "vectors"

_NAMESPACE = UUID("7a1c5b0e-5d0f-5c43-9d5e-0a6f2b7d4e11")  # of segments; never to be changed
_SEGMENT = ("id", "option", "scope", "start_sec", "end_sec")


class SinkError(BulkError):
    """A sink cannot be reached, read or written. The run goes on from there when it can.

    Attributes:
        address: the sink, without anything secret
    """

    def __init__(self, address: str, reason: object, way_out: str) -> None:
        super().__init__(address, reason, way_out)
        self.address = address

    def __str__(self) -> str:
        reason = " ".join(str(self.args[1]).split())
        return f"{self.address}: {reason.rstrip('.')}. {self.args[2]}"


@frozen
class Held:
    """What vectors a table holds.

    Attributes:
        model: what made them; None when there are none
        dimensions: how many numbers each has; None when the table takes any
    """

    model: str | None
    dimensions: int | None


def held_by(table: ArrowTable) -> Held:
    """What vectors a table of ours has, which may have no rows.

    Raises:
        ModelMismatchError: they are of several models
    """
    models = table.column("model").unique().to_pylist()
    if len(models) > 1:
        raise ModelMismatchError(f"vectors of different models do not mix: {', '.join(models)}")
    return Held(models[0] if models else None, table.schema.field("vector").type.list_size)


def refuse_others(address: str, held: Held, comes: Held) -> None:
    """Refuse vectors that do not go with those that are there.

    Raises:
        ModelMismatchError: they are of another model or of another length
    """
    models, lengths = (held.model, comes.model), (held.dimensions, comes.dimensions)
    for what, (was, now) in {"of the model": models, "of the length": lengths}.items():
        if was is not None and now is not None and was != now:
            raise ModelMismatchError(
                f"{address} holds vectors {what} {was}, and these are {what} {now}. "
                "Name another table behind the #"
            )


def require_columns(address: str, columns: Collection[str]) -> None:
    """Refuse a table that was made for something else.

    Raises:
        SinkError: it lacks columns
    """
    missing = [name for name in (*COLUMNS, "segment_id") if name not in columns]
    if missing:
        raise SinkError(
            address,
            f"a table of this name is there, without the columns {', '.join(missing)}",
            "Name another table behind the #",
        )


def item_ids(table: ArrowTable) -> list[str]:
    """The ids of the items of a table, each once."""
    return [str(id) for id in table.column("id").unique().to_pylist()]


def segment_ids(table: ArrowTable) -> list[UUID]:
    """A UUID for each row, the same whenever and wherever it is written.

    It is made of the id, the option, the scope and the times, and of a number where an item has
    rows that are equal in these.
    """
    seen: dict[str, int] = {}
    found: list[UUID] = []
    for row in table.select(list(_SEGMENT)).to_pylist():
        name = json.dumps([row[column] for column in _SEGMENT])
        number = seen[name] = seen.get(name, -1) + 1
        found.append(uuid5(_NAMESPACE, f"{name} {number}" if number else name))
    return found
