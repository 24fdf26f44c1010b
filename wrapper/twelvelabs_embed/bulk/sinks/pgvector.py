"""Vectors into a table of PostgreSQL, whose extension pgvector searches them."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote
from uuid import UUID

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
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.results.export import ArrowTable

__all__ = ["PgvectorSink"]

_CONNECT_TIMEOUT_SEC = 10
_KEY = ("id", "segment_id")
_TYPES = {"int64": "bigint", "string": "text"}

# The key begins with the id, so that it serves to find an item's rows, too.
_CREATE = """
    create table if not exists {table} (
        id text not null,
        segment_id uuid not null,
        input_type text not null,
        model text not null,
        option text,
        scope text,
        start_sec double precision,
        end_sec double precision,
        start_page bigint,
        end_page bigint,
        quadrant text,
        chunk_index bigint,
        vector vector({dimensions}) not null,
        primary key (id, segment_id)
    )
"""
_COLUMNS_THERE = """
    select attname, atttypmod from pg_attribute
    where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped
"""
# After deleting there can only be a row of another process that writes the same item.
_INSERT = """
    insert into {table} ({columns}) values ({values})
    on conflict (id, segment_id) do update set {updates}
"""


class PgvectorSink:
    """A table of PostgreSQL with pgvector. An item's rows are replaced in one transaction.

    Args:
        conninfo: how to connect, as libpq has it: `postgresql://user@host/database`
        table: the table's name, after its schema's and a dot if need be

    Raises:
        InvalidInputError: `conninfo` cannot be read
        SinkError: the server cannot be reached, or the table is another's
        MissingDependencyError: psycopg or pgvector is missing; the extra `pgvector` brings them.
    """

    def __init__(self, conninfo: str, table: str = TABLE) -> None:
        self._psycopg = import_extra("psycopg", "pgvector")
        self._register = import_extra("pgvector.psycopg", "pgvector").register_vector
        self._conninfo = _read(conninfo)
        self._table = self._psycopg.sql.Identifier(*table.split("."))
        self.address = _address(self._conninfo, table)
        with self._connected() as connection:
            self._held(connection, self._columns(connection))

    def check(self, model: str, dimensions: int | None) -> None:
        """Refuse vectors that do not go with those that are there. See `Sink`."""
        with self._connected() as connection:
            if (held := self._held(connection, self._columns(connection))) is not None:
                refuse_others(self.address, held, Held(model, dimensions))

    def _columns(self, connection: Any) -> dict[str, int]:
        """The columns of the table, with the lengths of vectors; none when there is no table."""
        name = self._table.as_string(connection)
        return dict(connection.execute(_COLUMNS_THERE, [name]).fetchall())

    def _held(self, connection: Any, columns: dict[str, int]) -> Held | None:
        """What the table has; None when there is no table yet."""
        if not columns:
            return None
        require_columns(self.address, columns)
        row = connection.execute(self._sql("select model from {table} limit 1")).fetchone()
        length = columns["vector"]
        return Held(row[0] if row else None, length if length > 0 else None)

    def write(self, table: ArrowTable) -> None:
        """Replace all rows of the items. See `Sink`."""
        comes = held_by(table)
        with self._connected() as connection:
            columns = self._columns(connection)
            held = self._held(connection, columns)
            if held is not None:
                refuse_others(self.address, held, comes)
            if not len(table):
                return
            if held is None:
                connection.execute("create extension if not exists vector")
                connection.execute(self._sql(_CREATE, dimensions=comes.dimensions))
            rows, added = fit_rows(table, columns or None)
            self._extend(connection, added)
            self._register(connection)
            self._replace(connection, rows, segment_ids(table))

    def _extend(self, connection: Any, added: Sequence[Any]) -> None:
        """Add columns, such as those of documents to a table that is older than they are."""
        sql, refused = self._psycopg.sql, self._psycopg.errors.InsufficientPrivilege
        for place in added:
            name, kind = sql.Identifier(place.name), sql.SQL(_TYPES[str(place.type)])
            change = self._sql(
                "alter table {table} add column if not exists {name} {kind}", name=name, kind=kind
            )
            try:
                connection.execute(change)
            except refused as error:
                hint = f"Let the table's owner say: {change.as_string(connection)}"
                raise SinkError(self.address, error, hint) from error

    def _replace(self, connection: Any, table: ArrowTable, keys: Sequence[UUID]) -> None:
        words = table.drop_columns("vector").to_pylist()
        rows = [
            {**row, "segment_id": key, "vector": vector}
            for row, key, vector in zip(words, keys, vectors_of(table), strict=True)
        ]
        delete = self._sql("delete from {table} where id = any(%s)")
        connection.execute(delete, [item_ids(table)])
        with connection.cursor() as cursor:
            cursor.executemany(self._insert(table.column_names), rows)

    def _insert(self, columns: Sequence[str]) -> Any:
        sql = self._psycopg.sql
        rest = [name for name in columns if name not in _KEY]
        names = [*_KEY, *rest]
        # Vectors travel as bytes: as text they are five times as long.
        forms = ["%b" if name == "vector" else "%s" for name in names]
        values = [form.replace("%", f"%({name})") for form, name in zip(forms, names, strict=True)]
        updates = [f"{name} = excluded.{name}" for name in rest]
        return self._sql(
            _INSERT,
            columns=sql.SQL(", ".join(names)),
            values=sql.SQL(", ".join(values)),
            updates=sql.SQL(", ".join(updates)),
        )

    def _sql(self, text: str, **parts: Any) -> Any:
        return self._psycopg.sql.SQL(text).format(table=self._table, **parts)

    def close(self) -> None:
        """Nothing is open between two calls: a run may take days, and a server restarts."""

    @contextmanager
    def _connected(self) -> Generator[Any]:
        """A connection with a transaction."""
        psycopg = self._psycopg
        try:
            with psycopg.connect(**self._conninfo) as connection:
                yield connection
        except psycopg.errors.FeatureNotSupported as error:
            hint = "Install pgvector on the server (its package is named like postgresql-pgvector)"
            raise SinkError(self.address, error, hint) from error
        except psycopg.errors.InsufficientPrivilege as error:
            hint = "Let this user create tables, and an administrator say: create extension vector"
            raise SinkError(self.address, error, hint) from error
        except psycopg.OperationalError as error:
            hint = "See that the server runs, and that address, user and password are right"
            raise SinkError(self.address, error, hint) from error
        except psycopg.Error as error:
            raise SinkError(self.address, error, "See what the server's log says") from error


def _read(conninfo: str) -> dict[str, Any]:
    conversion = import_extra("psycopg.conninfo", "pgvector")
    psycopg = import_extra("psycopg", "pgvector")
    try:
        known = conversion.conninfo_to_dict(conninfo)
    except psycopg.ProgrammingError:
        # Its message may quote a password.
        violation = Violation(
            "sink",
            "an address that PostgreSQL cannot read",
            "it is postgresql://USER@HOST/DATABASE",
        )
        raise InvalidInputError([violation]) from None
    return {"connect_timeout": _CONNECT_TIMEOUT_SEC, **known}


def _address(known: dict[str, Any], table: str) -> str:
    """The address without a password, which is not written down."""
    user, host, port = (known.get(name) for name in ("user", "host", "port"))
    place = [f"{quote(user, safe='')}@" if user else "", quote(host or "", safe=":,")]
    place.append(f":{port}" if port else "")
    return f"postgresql://{''.join(place)}/{known.get('dbname', '')}#{table}"
