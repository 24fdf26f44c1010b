"""The resume store: running uploads and tasks on disk, so that they survive a crash.

    uploads/<key>.jsonl    a session on its first line, then each chunk that the storage host has
    uploads/<key>.lock     held by the process that uploads that file
    tasks/<id>.json        a task whose result was not collected yet

Neither API keys nor presigned links are in it, and only you can read it. When it cannot be written,
that is logged, and uploads and tasks work without it.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from attrs import field, frozen

from twelvelabs_embed._files import atomic_write
from twelvelabs_embed.retry import Clock

if TYPE_CHECKING:
    from filelock import BaseFileLock

T = TypeVar("T")
_log = logging.getLogger("twelvelabs_embed")

_VERSION = 1
_SAFE_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")


@frozen
class Session:
    """A multipart upload of a file.

    Attributes:
        base_url: the service
        label: what messages call the file
        path: of the file; None when it was in memory
        filename: what the asset is called
        size_bytes: the length of the file
        upload_id: the session
        asset_id: the asset that the file becomes
        chunk_bytes: the length of each chunk but the last
        total_chunks: how many chunks there are
        upload_headers: sent with each chunk
        expires_at: when the service deletes the session
        version: of this format
    """

    base_url: str
    label: str
    path: str | None
    filename: str
    size_bytes: int
    upload_id: str
    asset_id: str
    chunk_bytes: int
    total_chunks: int
    upload_headers: dict[str, str] = field(repr=False)
    expires_at: datetime
    version: int = _VERSION

    def length_bytes(self, index: int) -> int:
        """Return the length of a chunk. They count from 1."""
        return min(self.chunk_bytes, self.size_bytes - (index - 1) * self.chunk_bytes)


@frozen
class _Chunk:
    index: int
    etag: str


@frozen
class UploadEntry:
    """An upload that was started and not completed.

    Attributes:
        session: what is uploaded, and the service's ids of it
        done_chunks: how many chunks the storage host has, of `session.total_chunks`
        done_bytes: the length of these
    """

    session: Session
    done_chunks: int
    done_bytes: int


@frozen
class PendingTask:
    """A task that was created and whose result was not collected.

    Attributes:
        task_id: the task
        base_url: the service
        model: what embeds it
        input_type: `audio` or `video`
        label: what messages call its media
        asset_id: the asset to delete when the task is done; None to keep it
        created_at: by this machine's clock
    """

    task_id: str
    base_url: str
    model: str
    input_type: str
    label: str
    asset_id: str | None
    created_at: datetime


class ResumeStore:
    """Uploads and tasks on disk.

    Args:
        folder: otherwise one in the system's folder for caches
        clock: decides which sessions have expired
    """

    def __init__(self, folder: Path | None = None, clock: Clock = Clock()) -> None:
        self._given = folder
        self._clock = clock
        self._is_warned = False

    # ------------------------------------------------------------------------------- uploads

    def hold(self, key: str) -> Record:
        """Lock the record of an upload until it is released.

        Returns:
            one that keeps nothing, when another upload has locked it or the folder is read-only
        """
        self._sweep()
        record = self._hold(key)
        if record is None:
            _log.info("the same file is being uploaded already; it is uploaded a second time")
        return record or Record(self)

    def uploads(self) -> list[UploadEntry]:
        """Return the uploads that are not completed, also those of running processes."""
        self._sweep()
        entries: list[UploadEntry] = []
        for path in self._files("uploads", "*.jsonl"):
            session, etags = _read_upload(path)
            if session is not None:
                done_bytes = sum(map(session.length_bytes, etags))
                entries.append(UploadEntry(session, len(etags), done_bytes))
        return entries

    def _hold(self, key: str) -> Record | None:
        from filelock import FileLock, Timeout

        with self._tolerant():
            path = self._make_folder("uploads") / f"{key}.jsonl"
            # Not of one thread: the async runner may call from any.
            lock = FileLock(path.with_suffix(".lock"), mode=0o600, thread_local=False)
            try:
                lock.acquire(blocking=False)
            except Timeout:
                return None
            record = Record(self, path, lock)
            session, etags = _read_upload(path)
            if session is None or self._is_expired(session):
                record.drop()
            else:
                record.session, record.etags = session, etags
            return record
        return Record(self)

    def _sweep(self) -> None:
        """Delete what the service has deleted, unless it is locked."""
        for path in self._files("uploads", "*.jsonl"):
            session, _ = _read_upload(path)
            is_expired = session is None or self._is_expired(session)
            if is_expired and (record := self._hold(path.stem)) is not None:
                record.release()

    def _is_expired(self, session: Session) -> bool:
        return session.expires_at <= self._clock.now()

    # --------------------------------------------------------------------------------- tasks

    def save_task(self, task: PendingTask) -> None:
        """Save a task until `drop_task`."""
        from msgspec import json

        with self._tolerant():
            path = self._make_folder("tasks") / _task_file(task.task_id)
            atomic_write(path, json.encode(task), mode=0o600)

    def find_task(self, task_id: str) -> PendingTask | None:
        """Read what was saved of a task; None when nothing was."""
        with self._tolerant():
            return _read_task(self._folder() / "tasks" / _task_file(task_id))
        return None

    def drop_task(self, task_id: str) -> None:
        """Delete a task. It may have been deleted before."""
        with self._tolerant():
            (self._folder() / "tasks" / _task_file(task_id)).unlink(missing_ok=True)

    def tasks(self) -> list[PendingTask]:
        """Return the tasks that are saved, oldest first."""
        tasks = map(_read_task, self._files("tasks", "*.json"))
        return sorted(filter(None, tasks), key=lambda task: task.created_at)

    # -------------------------------------------------------------------------------- folder

    def _folder(self) -> Path:
        if self._given is not None:
            return self._given
        from platformdirs import user_cache_path

        return user_cache_path("twelvelabs-embed", appauthor=False)

    def _make_folder(self, name: str) -> Path:
        folder = self._folder() / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def _files(self, name: str, pattern: str) -> list[Path]:
        with self._tolerant():
            return sorted((self._folder() / name).glob(pattern))
        return []

    @contextmanager
    def _tolerant(self) -> Generator[None]:
        """Log errors of the disk instead of raising them: everything works without the store."""
        try:
            yield
        except (OSError, RuntimeError, NotImplementedError) as error:
            if not self._is_warned:
                self._is_warned = True
                _log.warning("no resume store, so nothing can be resumed after a crash: %s", error)


class Record:
    """The record of one upload. Threads may share it. Without a path it keeps nothing.

    Attributes:
        session: that was started, if one was
        etags: of the chunks that the storage host has, by their index
    """

    def __init__(
        self, resume_store: ResumeStore, path: Path | None = None, lock: BaseFileLock | None = None
    ) -> None:
        self._resume_store = resume_store
        self._path = path
        self._lock = lock
        self._writing = Lock()
        self.session: Session | None = None
        self.etags: dict[int, str] = {}

    @property
    def is_held(self) -> bool:
        """Whether this holds the lock of the record; one that keeps nothing does not."""
        return self._lock is not None and self._lock.is_locked

    def start(self, session: Session) -> None:
        """Record that a session was started."""
        self.session, self.etags = session, {}
        self._write(session, os.O_TRUNC)

    def add(self, index: int, etag: str) -> None:
        """Record that the storage host has a chunk."""
        with self._writing:
            self.etags[index] = etag
            # The line break comes first: a line that was cut off does not spoil the next.
            self._write(_Chunk(index, etag), os.O_APPEND, b"\n")

    def drop(self) -> None:
        """Delete the record of the session."""
        self.session, self.etags = None, {}
        if self._path is not None:
            with self._resume_store._tolerant():
                self._path.unlink(missing_ok=True)

    def release(self) -> None:
        """Unlock it."""
        if self._lock is None or self._path is None:
            return
        if self.session is None:
            # Deleted while the lock is held, and once: filelock (from 3.30) does not delete it
            # again, and a process that has opened the deleted file sees that its name is gone.
            with suppress(OSError):  # where files that are open cannot be deleted
                self._path.with_suffix(".lock").unlink()
        self._lock.release()

    def _write(self, line: Session | _Chunk, flags: int, before: bytes = b"") -> None:
        from msgspec import json

        if self._path is None:
            return
        with self._resume_store._tolerant():
            no_link = getattr(os, "O_NOFOLLOW", 0)
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | no_link | flags, 0o600)
            try:
                os.write(file, before + json.encode(line))
            finally:
                os.close(file)


def _read_upload(path: Path) -> tuple[Session | None, dict[int, str]]:
    """Read a session, and the ETags of its chunks by their index.

    The session is None when it cannot be read or has the format of another version. A chunk's line
    that was cut off by a crash, or damaged, counts for nothing.
    """
    first, *others = _read(path).split(b"\n")
    session = _decode(first, Session)
    if session is None or session.version != _VERSION or session.expires_at.tzinfo is None:
        return None, {}
    chunks = [_decode(line, _Chunk) for line in others]
    return session, {chunk.index: chunk.etag for chunk in chunks if chunk is not None}


def _read_task(path: Path) -> PendingTask | None:
    return _decode(_read(path), PendingTask)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _decode(line: bytes, kind: type[T]) -> T | None:
    from msgspec import DecodeError, json

    try:
        return json.decode(line, type=kind)
    except (DecodeError, RecursionError):
        return None


def _task_file(task_id: str) -> str:
    if _SAFE_NAME.fullmatch(task_id):
        return f"{task_id}.json"
    return f"hash-{blake2b(task_id.encode(errors='replace'), digest_size=16).hexdigest()}.json"
