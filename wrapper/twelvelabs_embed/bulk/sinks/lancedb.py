"""Vectors into a LanceDB table, in a folder or wherever else LanceDB keeps tables."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.bulk.part_files import vectors_of
from twelvelabs_embed.bulk.sinks._common import (
    TABLE,
    Held,
    SinkError,
    fit_rows,
    held_by,
    item_ids,
    refuse_others,
    require_columns,
    segment_ids,
)
from twelvelabs_embed.results.export import ArrowTable, arrow_vectors

__all__ = ["LanceDBSink"]


class LanceDBSink:
    """A table of LanceDB.

    Args:
        uri: a folder, which is made when it is not there, or an address such as `s3://bucket/path`
        table: the table's name

    Raises:
        SinkError: it cannot be opened
        MissingDependencyError: lancedb is missing; the extra `lancedb` brings it.
    """

    def __init__(self, uri: str | PathLike[str], table: str = TABLE) -> None:
        lancedb = import_extra("lancedb", "lancedb")
        place = fspath(uri)
        if "://" not in place:
            # As run.json has it, it is the same from wherever the run is begun.
            place = str(Path(place).expanduser().absolute())
        self._name = table
        self.address = f"lancedb:{place}#{table}"
        with self._telling():
            self._database: Any = lancedb.connect(place)
            self._table = self._find()

    def _find(self) -> Any:
        """The table; None when there is none yet."""
        try:
            table = self._database.open_table(self._name)
        except (ValueError, FileNotFoundError) as error:
            if "not found" not in str(error):
                raise
            return None
        require_columns(self.address, table.schema.names)
        return table

    def check(self, model: str, dimensions: int | None) -> None:
        """Refuse vectors that do not go with those that are there. See `Sink`."""
        self._check(Held(model, dimensions))

    def _check(self, comes: Held) -> None:
        if self._table is None:
            return
        with self._telling():
            some = self._table.search().select(["model"]).limit(1).to_arrow()
            length = getattr(self._table.schema.field("vector").type, "list_size", None)
        models = some.column("model").to_pylist()
        refuse_others(self.address, Held(models[0] if models else None, length), comes)

    def write(self, table: ArrowTable) -> None:
        """Replace all rows of the items. See `Sink`.

        Old segments go after the new ones are there, so those who search meanwhile miss nothing.
        """
        self._check(held_by(table))
        if not len(table):
            return
        pa = import_extra("pyarrow", "lancedb")
        keys = [str(key) for key in segment_ids(table)]
        known = None if self._table is None else self._table.schema.names
        rows, added = fit_rows(table, known)
        # Parquet calls a list's numbers `element`; not every version of LanceDB knows them by that.
        rows = rows.drop_columns("vector").append_column("vector", arrow_vectors(vectors_of(rows)))
        rows = rows.append_column("segment_id", pa.array(keys, pa.string()))
        rows = rows.replace_schema_metadata(None)
        with self._telling():
            if self._table is None:
                self._table = self._database.create_table(self._name, schema=rows.schema)
            if added:
                self._table.add_columns(added)
            merge = self._table.merge_insert("segment_id").when_matched_update_all()
            merge.when_not_matched_insert_all().execute(rows)
            old = f"id IN ({_words(item_ids(table))}) AND segment_id NOT IN ({_words(keys)})"
            self._table.delete(old)

    def close(self) -> None:
        """Let go of the table."""
        self._table = self._database = None

    @contextmanager
    def _telling(self) -> Generator[None]:
        try:
            yield
        except (OSError, RuntimeError, ValueError) as error:  # all that it raises
            hint = "See that the folder can be written and that the table's name can be"
            raise SinkError(self.address, error, hint) from error


def _words(words: Iterable[str]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)
