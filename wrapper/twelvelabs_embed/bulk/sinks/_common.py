"""Shared parts of the sinks: the table that they fill, addresses, columns, ids of segments."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from typing import Any, Self
from uuid import UUID, uuid5

from attrs import frozen

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.bulk.errors import BulkError
from twelvelabs_embed.bulk.part_files import COLUMNS
from twelvelabs_embed.errors import ModelMismatchError, TwelveLabsError
from twelvelabs_embed.results.export import ArrowTable
from twelvelabs_embed.results.segments import DOCUMENT_COLUMNS

TABLE = "vectors"
"""The table of an address without one."""

_NAMESPACE = UUID("7a1c5b0e-5d0f-5c43-9d5e-0a6f2b7d4e11")  # of segments; must never change
_DELETED_IDS = 1000  # of one statement
_SEGMENT = ("id", "option", "scope", "start_sec", "end_sec")


class SinkError(BulkError):
    """A sink cannot be reached, read or written. Run it again when it can: it resumes there.

    Attributes:
        address: the sink, without anything secret
    """

    def __init__(self, address: str, reason: object, hint: str) -> None:
        super().__init__(address, reason, hint)
        self.address = address

    def __str__(self) -> str:
        reason = " ".join(str(self.args[1]).split())
        return f"{self.address}: {reason.rstrip('.')}. {self.args[2]}"


def split_address(address: str) -> tuple[str, str]:
    """Return the location and the table of an address: what follows the scheme, and the `#`."""
    location, _, table = (address if "#" in address else f"{address}#").rpartition("#")
    return location.partition(":")[2], table or TABLE


@frozen
class VectorKind:
    """The kind of vectors that a table has.

    Attributes:
        model: what made them; None when there are none
        dimensions: how many numbers each has; None when the table takes any
        columns: of the table; None when it takes any
    """

    model: str | None
    dimensions: int | None
    columns: Collection[str] | None = None


@frozen
class NewRows:
    """Rows that replace all rows of their items.

    Attributes:
        rows: as sinks have them; their last column is the vector
        keys: the ids of their segments
        items: the ids of their items, each once
        kind: of their vectors
        added: `pyarrow.Field`s of the columns that the table lacks
    """

    rows: ArrowTable
    keys: Sequence[UUID]
    items: Sequence[str]
    kind: VectorKind
    added: Sequence[Any]


class TableSink:
    """A sink with a row for each segment, in a table that it makes with the first rows."""

    address: str

    def __init__(self, location: str, table: str) -> None:
        raise NotImplementedError

    @classmethod
    def from_address(cls, address: str) -> Self:
        """Open the sink of `SCHEME:LOCATION#TABLE`."""
        return cls(*split_address(address))

    def check(self, model: str, dimensions: int | None) -> None:
        """Reject vectors that do not match those that are there. See `Sink`."""
        with self._connected() as connection:
            self._check(self._kind(connection), VectorKind(model, dimensions))

    def write(self, table: ArrowTable) -> None:
        """Replace all rows of the items. See `Sink`.

        Where there are no transactions, old segments are deleted after the new ones are there:
        concurrent searches miss nothing.
        """
        kind = _kind_of(table)
        with self._connected() as connection:
            present = self._kind(connection)
            self._check(present, kind)
            if len(table):
                rows, added = _fit_rows(table, present.columns if present else None)
                items = [str(id) for id in table.column("id").unique().to_pylist()]
                new = NewRows(rows, segment_ids(table), items, kind, added)
                self._replace(connection, new, is_new=present is None)

    def delete(self, ids: Sequence[str]) -> None:
        """Remove all rows of some items. See `PrunableSink`."""
        with self._connected() as connection:
            if self._kind(connection) is not None:
                for begin in range(0, len(ids), _DELETED_IDS):
                    self._delete(connection, ids[begin : begin + _DELETED_IDS])

    @abstractmethod
    def _delete(self, connection: Any, ids: Sequence[str]) -> None:
        """Remove all rows of some items."""

    @abstractmethod
    def _kind(self, connection: Any) -> VectorKind | None:
        """Return the kind of its vectors; None when there is no table yet."""

    @abstractmethod
    def _replace(self, connection: Any, new: NewRows, *, is_new: bool) -> None:
        """Replace all rows of some items; `is_new` means that there is no table yet."""

    @abstractmethod
    def _translate(self, error: Exception) -> str | None:
        """Return the hint of an error of the database; None for other errors."""

    @contextmanager
    def _connected(self) -> Generator[Any]:
        """Connect, if that is needed for each call, and translate the database's errors."""
        try:
            with self._session() as connection:
                yield connection
        except TwelveLabsError:
            raise
        except Exception as error:
            if (hint := self._translate(error)) is None:
                raise
            raise SinkError(self.address, error, hint) from error

    @contextmanager
    def _session(self) -> Generator[Any]:
        yield None

    def _check(self, present: VectorKind | None, new: VectorKind) -> None:
        if present is None:
            return
        models, lengths = (present.model, new.model), (present.dimensions, new.dimensions)
        for what, (was, now) in {"of the model": models, "of the length": lengths}.items():
            if was is not None and now is not None and was != now:
                raise ModelMismatchError(
                    f"{self.address} holds vectors {what} {was}, and these are {what} {now}. "
                    "Name another table behind the #"
                )

    def _require_columns(self, columns: Collection[str]) -> None:
        """Reject a table that was made for something else."""
        if missing := [name for name in (*COLUMNS, "segment_id") if name not in columns]:
            raise SinkError(
                self.address,
                f"a table of this name is there, without the columns {', '.join(missing)}",
                "Name another table behind the #",
            )


def _kind_of(table: ArrowTable) -> VectorKind:
    """Return the kind of the vectors of a table of a run, which may have no rows."""
    models = table.column("model").unique().to_pylist()
    if len(models) > 1:
        raise ModelMismatchError(f"vectors of different models do not mix: {', '.join(models)}")
    return VectorKind(models[0] if models else None, table.schema.field("vector").type.list_size)


def _fit_rows(table: ArrowTable, columns: Collection[str] | None) -> tuple[ArrowTable, list[Any]]:
    """Return the rows as sinks have them, vectors last, and the columns to add to the table first.

    The places in documents have columns in every table, null for all else. A table that was made
    before there were documents has none. It gets them with the first document and not before: a
    user who may write rows may not always change tables.
    """
    pa = import_extra("pyarrow", "bulk")
    places = [pa.field(name, pa.type_for_alias(kind)) for name, kind in DOCUMENT_COLUMNS.items()]
    has_documents = not set(DOCUMENT_COLUMNS).isdisjoint(table.column_names)
    missing = [place for place in places if columns is not None and place.name not in columns]
    for place in places:
        if place.name not in table.column_names:
            table = table.append_column(place, pa.nulls(len(table), place.type))
    omitted = set() if has_documents else {place.name for place in missing}
    names = [*COLUMNS[:-1], *(name for name in DOCUMENT_COLUMNS if name not in omitted)]
    return table.select([*names, "vector"]), missing if has_documents else []


def segment_ids(table: ArrowTable) -> list[UUID]:
    """Return a UUID for each row, the same whenever and wherever it is written.

    It is derived from the id, the option, the scope and the times, the place in a document, and a
    number where an item has rows that are equal in these.
    """
    seen: dict[str, int] = {}
    found: list[UUID] = []
    places = [name for name in DOCUMENT_COLUMNS if name in table.column_names]
    for row in table.select([*_SEGMENT, *places]).to_pylist():
        # Other rows keep the ids that they had before there were documents.
        place = [row[column] for column in places]
        is_placed = any(value is not None for value in place)
        name = json.dumps([row[column] for column in _SEGMENT] + (place if is_placed else []))
        number = seen[name] = seen.get(name, -1) + 1
        found.append(uuid5(_NAMESPACE, f"{name} {number}" if number else name))
    return found
