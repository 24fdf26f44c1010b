"""Files in the store: written and read in pieces, so that none is ever whole in memory."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO

from twelvelabs_embed_emulator.media import sources as _sources
from twelvelabs_embed_emulator.state.store import Store

PIECE_BYTES = 512 * 1024

# Whoever refers to a file. What nobody refers to is left from a process that was killed.
_OWNERS = """
    select file_id from asset union select file_id from chunk
    union select file_id from task union select result_id from task
"""


class Writer:
    """Takes the content of a new file, from beginning to end."""

    def __init__(self, store: Store, file_id: int) -> None:
        self.file_id = file_id
        self.size_bytes = 0
        self._store = store
        self._waiting = bytearray()

    def write(self, data: bytes) -> None:
        """Append `data`."""
        self._waiting += data
        while len(self._waiting) >= PIECE_BYTES:
            self._put(bytes(self._waiting[:PIECE_BYTES]))
            del self._waiting[:PIECE_BYTES]

    def finish(self) -> None:
        """Note that the file is whole."""
        if self._waiting:
            self._put(bytes(self._waiting))
            self._waiting.clear()
        sql = "update file set size_bytes = :size_bytes where id = :file_id"
        self._store.run(sql, size_bytes=self.size_bytes, file_id=self.file_id)

    def _put(self, data: bytes) -> None:
        with self._store.transaction():
            piece_id = self._store.run("insert into piece (data) values (:data)", data=data)
            self._store.run(
                "insert into extent values (:file_id, :start, :piece_id)",
                file_id=self.file_id,
                start=self.size_bytes,
                piece_id=piece_id,
            )
        self.size_bytes += len(data)


class Files:
    """The files of a store, known by numbers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def writing(self) -> Generator[Writer, None, None]:
        """Make a file while a `with` lasts. If the block fails, there is no such file."""
        file_id = self._store.run("insert into file default values")
        writer = Writer(self._store, file_id)
        try:
            yield writer
            writer.finish()
        except BaseException:
            self.delete(file_id)
            raise

    def copy(self, pieces: Iterable[bytes]) -> int:
        """Make a file of `pieces`, and return its number."""
        with self.writing() as writer:
            for piece in pieces:
                writer.write(piece)
        return writer.file_id

    def join(self, parts: Iterable[int]) -> int:
        """Make one file of several, which are no more, and return its number. Nothing is copied."""
        with self._store.transaction():
            whole, size_bytes = self._store.run("insert into file default values"), 0
            for part in parts:
                self._store.run(
                    "update extent set file_id = :whole, start = start + :shift"
                    " where file_id = :part",
                    whole=whole,
                    shift=size_bytes,
                    part=part,
                )
                size_bytes += self.size_bytes(part)
                self._store.run("delete from file where id = :part", part=part)
            sql = "update file set size_bytes = :size_bytes where id = :whole"
            self._store.run(sql, size_bytes=size_bytes, whole=whole)
        return whole

    def size_bytes(self, file_id: int) -> int:
        """Return the length of a file."""
        row = self._store.first("select size_bytes from file where id = :id", id=file_id)
        return int(row["size_bytes"]) if row else 0

    def read(self, file_id: int, offset: int, count: int) -> bytes:
        """Return at most `count` bytes from `offset` on; none are the end of the file."""
        row = self._store.first(
            "select start, data from extent join piece on piece.id = piece_id"
            " where file_id = :file_id and start <= :offset order by start desc limit 1",
            file_id=file_id,
            offset=offset,
        )
        if row is None:
            return b""
        begin = offset - row["start"]
        data: bytes = row["data"]
        return data[begin : begin + count]

    def pieces(self, file_id: int) -> Iterator[bytes]:
        """Return the content of a file, piece by piece."""
        offset = 0
        while piece := self.read(file_id, offset, PIECE_BYTES):
            yield piece
            offset += len(piece)

    def media(
        self, file_id: int, *, url: str | None = None, filename: str | None = None
    ) -> _sources.Media:
        """Return a file in the form that the media rooms take."""
        size_bytes = self.size_bytes(file_id)
        read_at = partial(self.read, file_id)
        return _sources.Media(
            size_bytes, lambda: _sources.reader(size_bytes, read_at), url, filename
        )

    def delete(self, file_id: int | None) -> None:
        """Delete a file, if it is there."""
        with self._store.transaction():
            self._store.run(
                "delete from piece where id in"
                " (select piece_id from extent where file_id = :file_id)",
                file_id=file_id,
            )
            self._store.run("delete from extent where file_id = :file_id", file_id=file_id)
            self._store.run("delete from file where id = :file_id", file_id=file_id)

    def delete_lost(self) -> None:
        """Delete the files that nothing refers to."""
        sql = f"select id from file where id not in (select * from ({_OWNERS}) where file_id > 0)"
        for row in self._store.all(sql):
            self.delete(row["id"])


def pieces_of(content: IO[bytes]) -> Iterator[bytes]:
    """Read an open file, piece by piece."""
    while piece := content.read(PIECE_BYTES):
        yield piece
