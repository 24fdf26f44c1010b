"""PostgreSQL sink: a table whose vectors the extension pgvector searches."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, Self
from urllib.parse import quote
from uuid import UUID

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
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.results.export import ArrowTable

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


class PgvectorSink:
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
            self._kind(connection, self._columns(connection))

    @classmethod
    def from_address(cls, address: str) -> Self:
        """Open the sink of `postgresql://USER@HOST/DATABASE#TABLE`."""
        location, table = split_address(address)
        return cls(f"{address.partition(':')[0]}:{location}", table)

    def check(self, model: str, dimensions: int | None) -> None:
        """Reject vectors that do not match those that are there. See `Sink`."""
        with self._connected() as connection:
            if (present := self._kind(connection, self._columns(connection))) is not None:
                check_match(self.address, present, VectorKind(model, dimensions))

    def _columns(self, connection: Any) -> dict[str, int]:
        """Return the columns and the lengths of vectors; none when there is no table yet."""
        name = self._table.as_string(connection)
        return dict(connection.execute(_COLUMNS_THERE, [name]).fetchall())

    def _kind(self, connection: Any, columns: dict[str, int]) -> VectorKind | None:
        """Return the kind of its vectors; None when there is no table yet."""
        if not columns:
            return None
        require_columns(self.address, columns)
        row = connection.execute(self._sql("select model from {table} limit 1")).fetchone()
        length = columns["vector"]
        return VectorKind(row[0] if row else None, length if length > 0 else None)

    def write(self, table: ArrowTable) -> None:
        """Replace all rows of the items. See `Sink`."""
        new = kind_of(table)
        with self._connected() as connection:
            columns = self._columns(connection)
            present = self._kind(connection, columns)
            if present is not None:
                check_match(self.address, present, new)
            if not len(table):
                return
            if present is None:
                connection.execute("create extension if not exists vector")
                connection.execute(self._sql(_CREATE, dimensions=new.dimensions))
            rows, added = fit_rows(table, columns or None)
            self._extend(connection, added)
            self._register(connection)
            self._replace(connection, rows, segment_ids(table))

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
            hint = "Let this user create tables, and an administrator run: create extension vector"
            raise SinkError(self.address, error, hint) from error
        except psycopg.OperationalError as error:
            hint = "Check that the server runs, and that address, user and password are right"
            raise SinkError(self.address, error, hint) from error
        except psycopg.Error as error:
            raise SinkError(self.address, error, "Check the server's log") from error


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
