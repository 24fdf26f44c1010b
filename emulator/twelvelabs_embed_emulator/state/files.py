"""Files in the store: written and read in chunks, so that none is ever whole in memory."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO

from twelvelabs_embed_emulator.media.sources import Media, reader
from twelvelabs_embed_emulator.state.store import Store

CHUNK_BYTES = 512 * 1024

# All references to files. A file without one is left from a process that was killed.
_REFERENCES = """
    select file_id from asset union select file_id from chunk
    union select file_id from task union select result_id from task
"""


class Writer:
    """Writes the content of a new file, from start to end."""

    def __init__(self, store: Store, file_id: int) -> None:
        self.file_id = file_id
        self.size_bytes = 0
        self._store = store
        self._buffer = bytearray()

    def write(self, data: bytes) -> None:
        """Append `data`."""
        self._buffer += data
        while len(self._buffer) >= CHUNK_BYTES:
            self._flush(bytes(self._buffer[:CHUNK_BYTES]))
            del self._buffer[:CHUNK_BYTES]

    def finish(self) -> None:
        """Complete the file."""
        if self._buffer:
            self._flush(bytes(self._buffer))
            self._buffer.clear()
        self._store.update("file", self.file_id, size_bytes=self.size_bytes)

    def _flush(self, data: bytes) -> None:
        with self._store.transaction():
            part_id = self._store.insert("part", data=data)
            self._store.insert(
                "extent", file_id=self.file_id, start=self.size_bytes, part_id=part_id
            )
        self.size_bytes += len(data)


class Files:
    """The files of a store, by id."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def create(self) -> Generator[Writer, None, None]:
        """Create a file within a `with` block. If the block fails, the file is deleted."""
        file_id = self._store.run("insert into file default values")
        writer = Writer(self._store, file_id)
        try:
            yield writer
            writer.finish()
        except BaseException:
            self.delete(file_id)
            raise

    def copy(self, content: IO[bytes]) -> int:
        """Create a file with the content of an open file, and return its id."""
        with self.create() as writer:
            while data := content.read(CHUNK_BYTES):
                writer.write(data)
        return writer.file_id

    def join(self, file_ids: Iterable[int]) -> int:
        """Join files to one, without copying, and return its id. The others are deleted."""
        with self._store.transaction():
            joined_id, size_bytes = self._store.run("insert into file default values"), 0
            for file_id in file_ids:
                self._store.run(
                    "update extent set file_id = :joined_id, start = start + :shift"
                    " where file_id = :file_id",
                    joined_id=joined_id,
                    shift=size_bytes,
                    file_id=file_id,
                )
                size_bytes += self.size_bytes(file_id)
                self._store.run("delete from file where id = :file_id", file_id=file_id)
            self._store.update("file", joined_id, size_bytes=size_bytes)
        return joined_id

    def size_bytes(self, file_id: int) -> int:
        """Return the length of a file."""
        row = self._store.find("file", file_id)
        return int(row["size_bytes"]) if row else 0

    def read(self, file_id: int, offset: int, count: int) -> bytes:
        """Return at most `count` bytes from `offset` on; none at the end of the file."""
        row = self._store.first(
            "select start, data from extent join part on part.id = part_id"
            " where file_id = :file_id and start <= :offset order by start desc limit 1",
            file_id=file_id,
            offset=offset,
        )
        if row is None:
            return b""
        begin = offset - row["start"]
        data: bytes = row["data"]
        return data[begin : begin + count]

    def chunks(self, file_id: int) -> Iterator[bytes]:
        """Yield the content of a file."""
        offset = 0
        while data := self.read(file_id, offset, CHUNK_BYTES):
            yield data
            offset += len(data)

    def media(self, file_id: int, *, filename: str | None = None) -> Media:
        """Return a file as media."""
        size_bytes = self.size_bytes(file_id)
        read_at = partial(self.read, file_id)
        return Media(size_bytes, lambda: reader(size_bytes, read_at), filename=filename)

    def delete(self, file_id: int | None) -> None:
        """Delete a file, if it exists."""
        with self._store.transaction():
            self._store.run(
                "delete from part where id in"
                " (select part_id from extent where file_id = :file_id)",
                file_id=file_id,
            )
            self._store.run("delete from extent where file_id = :file_id", file_id=file_id)
            self._store.run("delete from file where id = :file_id", file_id=file_id)

    def delete_unreferenced(self) -> None:
        """Delete the files without a reference."""
        referenced = f"select * from ({_REFERENCES}) where file_id > 0"
        for row in self._store.all(f"select id from file where id not in ({referenced})"):
            self.delete(row["id"])
