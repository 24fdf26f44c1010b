"""PostgreSQL sink: a table whose vectors the extension pgvector searches."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, Self
from urllib.parse import quote

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.bulk.part_files import vectors_of
from twelvelabs_embed.bulk.sinks._common import (
    TABLE,
    NewRows,
    SinkError,
    TableSink,
    VectorKind,
    split_address,
)
from twelvelabs_embed.errors import InvalidInputError, Violation

__all__ = ["PgvectorSink"]

_CONNECT_TIMEOUT_SEC = 10
_KEY = ("id", "segment_id")
_TYPES = {"int64": "bigint", "string": "text"}

# The key starts with the id, so that it also finds an item's rows.
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


class PgvectorSink(TableSink):
    """A table of PostgreSQL with pgvector. An item's rows are replaced in one transaction.

    Args:
        conninfo: how to connect, as for libpq: `postgresql://user@host/database`
        table: the table's name, with its schema and a dot in front if needed

    Raises:
        InvalidInputError: `conninfo` cannot be read
        SinkError: the server cannot be reached, or the table was made for something else
        MissingDependencyError: psycopg or pgvector is missing; the extra `pgvector` brings them.
    """

    def __init__(self, conninfo: str, table: str = TABLE) -> None:
        self._psycopg = import_extra("psycopg", "pgvector")
        self._register = import_extra("pgvector.psycopg", "pgvector").register_vector
        self._conninfo = _read(conninfo)
        self._table = self._psycopg.sql.Identifier(*table.split("."))
        self.address = _address(self._conninfo, table)
        with self._connected() as connection:
            self._kind(connection)

    @classmethod
    def from_address(cls, address: str) -> Self:
        """Open the sink of `postgresql://USER@HOST/DATABASE#TABLE`."""
        location, table = split_address(address)
        return cls(f"{address.partition(':')[0]}:{location}", table)

    def _kind(self, connection: Any) -> VectorKind | None:
        name = self._table.as_string(connection)
        columns: dict[str, int] = dict(connection.execute(_COLUMNS_THERE, [name]).fetchall())
        if not columns:
            return None
        self._require_columns(columns)
        row = connection.execute(self._sql("select model from {table} limit 1")).fetchone()
        length = columns["vector"]
        return VectorKind(row[0] if row else None, length if length > 0 else None, columns)

    def _replace(self, connection: Any, new: NewRows, *, is_new: bool) -> None:
        if is_new:
            connection.execute("create extension if not exists vector")
            connection.execute(self._sql(_CREATE, dimensions=new.kind.dimensions))
        self._extend(connection, new.added)
        self._register(connection)
        words = new.rows.drop_columns("vector").to_pylist()
        rows = [
            {**row, "segment_id": key, "vector": vector}
            for row, key, vector in zip(words, new.keys, vectors_of(new.rows), strict=True)
        ]
        self._delete(connection, new.items)
        with connection.cursor() as cursor:
            cursor.executemany(self._insert(new.rows.column_names), rows)

    def _delete(self, connection: Any, ids: Sequence[str]) -> None:
        connection.execute(self._sql("delete from {table} where id = any(%s)"), [list(ids)])

    def _extend(self, connection: Any, added: Sequence[Any]) -> None:
        """Add columns, such as those of documents to a table that is older than they are."""
        sql, forbidden = self._psycopg.sql, self._psycopg.errors.InsufficientPrivilege
        for place in added:
            name, kind = sql.Identifier(place.name), sql.SQL(_TYPES[str(place.type)])
            change = self._sql(
                "alter table {table} add column if not exists {name} {kind}", name=name, kind=kind
            )
            try:
                connection.execute(change)
            except forbidden as error:
                hint = f"Let the table's owner run: {change.as_string(connection)}"
                raise SinkError(self.address, error, hint) from error

    def _insert(self, columns: Sequence[str]) -> Any:
        sql = self._psycopg.sql
        rest = [name for name in columns if name not in _KEY]
        names = [*_KEY, *rest]
        # Vectors are sent as bytes: as text they are five times as long.
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
        """Do nothing: no connection is open between two calls, as a run may take days."""

    @contextmanager
    def _session(self) -> Generator[Any]:
        with self._psycopg.connect(**self._conninfo) as connection:  # with a transaction
            yield connection

    def _translate(self, error: Exception) -> str | None:
        errors = self._psycopg.errors
        hints = {
            errors.FeatureNotSupported: "Install pgvector on the server (its package is named "
            "like postgresql-pgvector)",
            errors.InsufficientPrivilege: "Let this user create tables, and an administrator run: "
            "create extension vector",
            self._psycopg.OperationalError: "Check that the server runs, and that address, user "
            "and password are right",
            self._psycopg.Error: "Check the server's log",
        }
        return next((hint for kind, hint in hints.items() if isinstance(error, kind)), None)


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
    """Return the address without a password, which is not stored."""
    user, host, port = (known.get(name) for name in ("user", "host", "port"))
    place = [f"{quote(user, safe='')}@" if user else "", quote(host or "", safe=":,")]
    place.append(f":{port}" if port else "")
    return f"postgresql://{''.join(place)}/{known.get('dbname', '')}#{table}"
