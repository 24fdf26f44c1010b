"""The store: all state of the emulator, in one SQLite file."""

import os
import sqlite3
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple, TypeAlias

Row: TypeAlias = sqlite3.Row

_VERSION = 3  # of the tables; a file with others is rejected
_MODE = 0o600  # the file holds media, and the secret of the presigned URLs

# Timestamps end in _ms and are those of the emulator's clock. `outcome` is the result of processing
# an asset or task; it becomes the status at `due_ms`, but not before (see `expiry`).
_TABLES = """
create table setting (name text primary key, value) without rowid;

-- A file is a series of extents, each of which is a part, so that a part can move to another file
-- without being copied.
-- Ids are not reused: a reader of a deleted file must not find another one.
create table file (id integer primary key autoincrement, size_bytes integer);
create table part (id integer primary key, data blob not null);
create table extent (
    file_id integer, start integer, part_id integer not null, primary key (file_id, start)
) without rowid;

create table asset (
    number integer primary key, id text unique not null, method text not null,
    filename text not null, file_type text not null, url text, file_id integer,
    wants_hls integer not null, wants_thumbnail integer not null, user_metadata text not null,
    technical_metadata text, error text,
    status text not null default 'processing', outcome text,
    created_ms integer not null, due_ms integer not null
);
create table upload (
    number integer primary key, id text unique not null, asset_id text not null,
    total_bytes integer not null, chunk_bytes integer not null,
    status text not null default 'active',
    created_ms integer not null, updated_ms integer not null, expires_ms integer not null
);
create table chunk (
    upload_id text, chunk_index integer, file_id integer, etag text not null,
    size_bytes integer not null, put_ms integer not null, reported_ms integer,
    primary key (upload_id, chunk_index)
) without rowid;
create table task (
    number integer primary key, id text unique not null, request text not null,
    asset_id text, file_id integer, result_id integer, metadata text, error text,
    status text not null default 'processing', outcome text,
    created_ms integer not null, updated_ms integer not null, due_ms integer not null
);

-- What each request looks for (see `expiry`), so that it does not read all rows.
create index asset_due on asset (due_ms) where status = 'processing' and outcome is not null;
create index task_due on task (due_ms) where status = 'processing' and outcome is not null;
create index upload_expiry on upload (expires_ms) where status = 'active';
create index task_retention on task (created_ms);
create index task_asset on task (asset_id) where status = 'processing';
create index upload_asset on upload (asset_id);
"""

_PRAGMAS = (
    "page_size = 32768",  # media is large; with small pages, freeing it takes seconds
    # What is written survives a killed process, as the system has it. Only a power failure could
    # spoil the file, and an emulator's state is not worth the wait for the disk.
    "synchronous = off",
    "secure_delete = off",
    "cache_size = -8000",  # KB
    "locking_mode = exclusive",  # two emulators on one file would both do its tasks
    "journal_mode = delete",  # so that there is one file when it is closed
)


_epoch: ContextVar[int | None] = ContextVar("epoch", default=None)
"""The epoch that the current request or job belongs to; None where there is neither."""


class ClosedError(Exception):
    """The emulator was stopped, or reset: requests and jobs of before should end."""


class PageOf(NamedTuple):
    """One page of rows, and the `page_info` of the response."""

    rows: list[Row]
    info: dict[str, int]


class Store:
    """One connection behind a lock, for all threads.

    Args:
        path: the file, which is created if it does not exist. None is a private one in the
            system's folder for temporary files, which SQLite deletes when it is closed: small
            state stays in memory, large media does not.

    Raises:
        OSError: the file is not a state of this emulator, or another emulator uses it.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock = RLock()
        self._is_open = True
        self._epoch = 0
        if path is not None:
            with suppress(OSError):  # which SQLite reports, too
                os.close(os.open(path, os.O_CREAT | os.O_RDONLY, _MODE))
        try:
            self._connection = sqlite3.connect(
                path or "", timeout=0.5, isolation_level=None, check_same_thread=False
            )
            with ExitStack() as stack:
                stack.callback(self._connection.close)
                _prepare(self._connection, path)
                stack.pop_all()
        except (sqlite3.DatabaseError, ValueError) as error:
            raise OSError(f"the state in {path} cannot be used: {error}") from error

    def close(self) -> None:
        """Close the file; later calls raise `ClosedError`."""
        with self._lock:
            self._is_open = False
            self._connection.close()

    @property
    def epoch(self) -> int:
        """The epoch of the current request or job; elsewhere the store's."""
        bound = _epoch.get()
        return self._epoch if bound is None else bound

    def enter_epoch(self, epoch: int | None = None) -> None:
        """Bind what follows in this thread or task to an epoch, by default the current one.

        A reset or an import ends it. Then calls raise `ClosedError` instead of writing into a state
        that has other rows of the same ids.
        """
        _epoch.set(self._epoch if epoch is None else epoch)

    def leave_epoch(self) -> None:
        """Bind what follows in this thread or task to no epoch: it is what ends them.

        A task may be bound without having asked for it: asyncio calls what reads a connection in
        the context of the request that last resumed it.
        """
        _epoch.set(None)

    @contextmanager
    def transaction(self) -> Generator[None, None, None]:
        """Commit all that is written within the block, or, after an error, roll back."""
        with self._lock:
            if self._connection.in_transaction:  # of this thread: the outer one decides
                yield
                return
            self._execute("begin immediate", {})
            try:
                yield
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")

    def run(self, sql: str, **values: Any) -> int:
        """Execute a statement, and return the number of the row that was inserted last."""
        with self._lock:
            return self._execute(sql, values).lastrowid or 0

    def insert(self, table: str, **values: Any) -> int:
        """Insert a row, and return its number."""
        names = ", ".join(values)
        markers = ", ".join(f":{name}" for name in values)
        return self.run(f"insert into {table} ({names}) values ({markers})", **values)

    def update(self, table: str, row_id: str | int, **values: Any) -> None:
        """Update the row with the id `row_id`."""
        changes = ", ".join(f"{name} = :{name}" for name in values)
        self.run(f"update {table} set {changes} where id = :row_id", row_id=row_id, **values)

    def find(self, table: str, row_id: str | int) -> Row | None:
        """Return the row with the id `row_id`, if it exists."""
        return self.first(f"select * from {table} where id = :row_id", row_id=row_id)

    def first(self, sql: str, **values: Any) -> Row | None:
        """Return the first row, if there is one."""
        with self._lock:
            cursor = self._execute(sql, values)
            row: Row | None = cursor.fetchone()
            cursor.close()  # else it would hold a read transaction open
            return row

    def all(self, sql: str, **values: Any) -> list[Row]:
        """Return all rows."""
        with self._lock:
            return self._execute(sql, values).fetchall()

    def page(self, source: str, query: dict[str, Any], **values: Any) -> PageOf:
        """Return one page, newest first. Past the last page there are no rows.

        Args:
            source: a table, and which of its rows, such as `task where status = :status`.
            query: holds `page` and `page_limit`.
            values: the parameters of `source`.
        """
        page, limit = int(query["page"]), int(query["page_limit"])
        with self._lock:
            (total,) = self._execute(f"select count(*) from {source}", values).fetchone()
            skip = (page - 1) * limit
            sql = f"select * from {source} order by number desc limit :limit offset :skip"
            rows = self.all(sql, limit=limit, skip=skip, **values) if skip < total else []
        return PageOf(rows, page_info(page, limit, total))

    def clear(self) -> None:
        """Delete all rows and end the epoch; settings stay."""
        with self.transaction():
            for (table,) in self.all("select name from sqlite_master where type = 'table'"):
                if not table.startswith("sqlite_") and table != "setting":
                    self.run(f"delete from {table}")
            self._epoch += 1

    def export(self) -> bytes:
        """Return the file."""
        with self._lock:
            self._execute("select 1", {})
            return self._connection.serialize()

    def load(self, data: bytes) -> None:
        """Replace the content by that of another file, and end the epoch.

        Raises:
            ValueError: it is none, or that of another version.
        """
        with closing(sqlite3.connect(":memory:")) as source, self._lock:
            try:
                if not data.startswith(b"SQLite format 3\0"):
                    raise sqlite3.DatabaseError("file is not a database")
                source.deserialize(data)
                _check_version(source)
                _check_content(source, self._connection)
                source.backup(self._connection)
                self._epoch += 1
            except sqlite3.DatabaseError as error:
                raise ValueError(f"this is no state of the emulator: {error}") from error

    def setting(self, name: str, default: Any) -> Any:
        """Return the setting `name`; if there is none, store and return `default`."""
        with self.transaction():
            row = self.first("select value from setting where name = :name", name=name)
            if row is None:
                self.set_setting(name, default)
            return default if row is None else row["value"]

    def set_setting(self, name: str, value: Any) -> None:
        """Store the setting `name`."""
        self.run("insert or replace into setting values (:name, :value)", name=name, value=value)

    def _execute(self, sql: str, values: dict[str, Any]) -> sqlite3.Cursor:
        if not self._is_open or _epoch.get() not in (None, self._epoch):
            raise ClosedError
        return self._connection.execute(sql, values)


def _prepare(connection: sqlite3.Connection, path: Path | None) -> None:
    """Create the tables if there are none, and lock the file for this process and its owner.

    Raises:
        ValueError: the tables are those of another program or version.
    """
    connection.row_factory = sqlite3.Row
    for pragma in _PRAGMAS:
        connection.execute(f"pragma {pragma}")
    connection.execute("begin exclusive")
    is_new = not connection.execute("select 1 from sqlite_master").fetchone()
    if not is_new:
        _check_version(connection)
    connection.execute("commit")
    if path is not None:
        for file in (path, path.with_name(f"{path.name}-journal")):
            with suppress(FileNotFoundError):
                file.chmod(_MODE)  # one that existed may have had other permissions
    if is_new:
        connection.executescript(f"begin; {_TABLES} pragma user_version = {_VERSION}; commit")


def _check_version(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("pragma user_version").fetchone()
    if version != _VERSION:
        hint = "delete it or take another file"
        raise ValueError(f"its version is {version}, not {_VERSION}; {hint}")


def _check_content(source: sqlite3.Connection, expected: sqlite3.Connection) -> None:
    """Reject a damaged state, and one with other tables.

    Raises:
        ValueError: it cannot be used.
    """
    if source.execute("pragma quick_check(1)").fetchone()[0] != "ok":
        raise ValueError("it is damaged")
    tables = "select name, sql from sqlite_master where sql is not null order by name"
    if [*map(tuple, source.execute(tables))] != [*map(tuple, expected.execute(tables))]:
        raise ValueError("its tables are others")


def page_info(page: int, limit: int, total: int) -> dict[str, int]:
    """Return the `page_info` of a response; `total` is the number of all items."""
    return {
        "limit_per_page": limit,
        "page": page,
        "total_page": -(-total // limit),
        "total_results": total,
    }
