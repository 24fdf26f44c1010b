"""LanceDB sink: a table in a folder or wherever else LanceDB stores tables."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Self

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.bulk.part_files import vectors_of
from twelvelabs_embed.bulk.sinks._common import (
    TABLE,
    SinkError,
    VectorKind,
    check_match,
    fit_rows,
    item_ids,
    kind_of,
    require_columns,
    segment_ids,
    split_address,
)
from twelvelabs_embed.results.export import ArrowTable, arrow_vectors

__all__ = ["LanceDBSink"]


class LanceDBSink:
    """A table of LanceDB.

    Args:
        uri: a folder, which is created if needed, or an address such as `s3://bucket/path`
        table: the table's name

    Raises:
        SinkError: it cannot be opened
        MissingDependencyError: lancedb is missing; the extra `lancedb` brings it.
    """

    def __init__(self, uri: str | PathLike[str], table: str = TABLE) -> None:
        lancedb = import_extra("lancedb", "lancedb")
        place = fspath(uri)
        if "://" not in place:
            # The same in run.json from whatever folder the run is started.
            place = str(Path(place).expanduser().absolute())
        self._name = table
        self.address = f"lancedb:{place}#{table}"
        with self._translate_errors():
            self._database: Any = lancedb.connect(place)
            self._table = self._find()

    @classmethod
    def from_address(cls, address: str) -> Self:
        """Open the sink of `lancedb:PATH#TABLE`."""
        return cls(*split_address(address))

    def _find(self) -> Any:
        """Return the table; None when there is none yet."""
        try:
            table = self._database.open_table(self._name)
        except (ValueError, FileNotFoundError) as error:
            if "not found" not in str(error):
                raise
            return None
        require_columns(self.address, table.schema.names)
        return table

    def check(self, model: str, dimensions: int | None) -> None:
        """Reject vectors that do not match those that are there. See `Sink`."""
        self._check(VectorKind(model, dimensions))

    def _check(self, new: VectorKind) -> None:
        if self._table is None:
            return
        with self._translate_errors():
            some = self._table.search().select(["model"]).limit(1).to_arrow()
            length = getattr(self._table.schema.field("vector").type, "list_size", None)
        models = some.column("model").to_pylist()
        check_match(self.address, VectorKind(models[0] if models else None, length), new)

    def write(self, table: ArrowTable) -> None:
        """Replace all rows of the items. See `Sink`.

        Old segments are deleted after the new ones are there: concurrent searches miss nothing.
        """
        self._check(kind_of(table))
        if not len(table):
            return
        pa = import_extra("pyarrow", "lancedb")
        keys = [str(key) for key in segment_ids(table)]
        known = None if self._table is None else self._table.schema.names
        rows, added = fit_rows(table, known)
        # Parquet calls a list's numbers `element`, a name that not every version of LanceDB knows.
        rows = rows.drop_columns("vector").append_column("vector", arrow_vectors(vectors_of(rows)))
        rows = rows.append_column("segment_id", pa.array(keys, pa.string()))
        rows = rows.replace_schema_metadata(None)
        with self._translate_errors():
            if self._table is None:
                self._table = self._database.create_table(self._name, schema=rows.schema)
            if added:
                self._table.add_columns(added)
            merge = self._table.merge_insert("segment_id").when_matched_update_all()
            merge.when_not_matched_insert_all().execute(rows)
            old = f"id IN ({_sql_list(item_ids(table))}) AND segment_id NOT IN ({_sql_list(keys)})"
            self._table.delete(old)

    def close(self) -> None:
        """Drop the table and the connection."""
        self._table = self._database = None

    @contextmanager
    def _translate_errors(self) -> Generator[None]:
        try:
            yield
        except (OSError, RuntimeError, ValueError) as error:  # all that LanceDB raises
            hint = "Check that the folder is writable and that the table's name is valid"
            raise SinkError(self.address, error, hint) from error


def _sql_list(words: Iterable[str]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)
