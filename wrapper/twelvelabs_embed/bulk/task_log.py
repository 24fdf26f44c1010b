"""Log of the tasks that run for items, so that they are collected and not created again."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from threading import Lock

from attrs import frozen

from twelvelabs_embed._files import atomic_write, open_to_append, sync, sync_folder
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.item_index import ItemIndex, KnownItem


def read_tasks(folder: Path) -> dict[str, str]:
    """Return the tasks that were started, by item; some of them may have their vectors."""
    return {id: task.id for id, task in _read(folder).items()}


@frozen
class _Task:
    """A task that runs, and from what it was created."""

    id: str
    found: Fingerprint | None = None

    def is_from(self, found: Fingerprint) -> bool:
        """Return whether it may have been created from what has this fingerprint."""
        before = self.found
        if before is None or before.row_hash is None:  # of an earlier version
            return True
        versions = {before.version, found.version} - {None}  # a link's is not always known
        return before.row_hash == found.row_hash and len(versions) < 2


def _read(folder: Path) -> dict[str, _Task]:
    path = _path(folder)
    tasks: dict[str, _Task] = {}
    for line in path.read_bytes().split(b"\n") if path.exists() else ():
        with suppress(ValueError, TypeError, KeyError):  # empty, or cut off by a crash
            entry = json.loads(line)
            id, task_id = entry["id"], entry["task_id"]
            if task_id is None:
                tasks.pop(id, None)
            else:
                version, row_hash = entry.get("source_version"), entry.get("row_hash")
                tasks[id] = _Task(task_id, Fingerprint(version=version, row_hash=row_hash))
    return tasks


class TaskLog:
    """The tasks of a run in `tasks.jsonl`. Several threads may use it.

    Args:
        folder: of the run
    """

    def __init__(self, folder: Path) -> None:
        self._path = _path(folder)
        self._tasks: dict[str, _Task] = {}
        self._lock = Lock()

    def load(self, done: ItemIndex) -> None:
        """Read the tasks of earlier runs, and drop those of items that have the same vectors."""
        tasks = _read(self._path.parent)
        self._tasks = {id: one for id, one in tasks.items() if not _is_done(one, done.get(id))}
        if len(self._tasks) < len(tasks):
            lines = (_line(id, task.id, task.found) for id, task in self._tasks.items())
            atomic_write(self._path, b"".join(lines))

    def get(self, id: str, found: Fingerprint) -> str | None:
        """Return the task of an item, if it was created from what the item is now."""
        task = self._tasks.get(id)
        return task.id if task is not None and task.is_from(found) else None

    def save(self, id: str, task_id: str | None, found: Fingerprint | None = None) -> None:
        """Record that a task runs for an item; None when it no longer does."""
        with self._lock:
            before = self._tasks.get(id)
            if (before and before.id) == task_id:
                return
            if task_id is None:
                del self._tasks[id]
            else:
                self._tasks[id] = _Task(task_id, found)
            is_new = not self._path.exists()
            with open_to_append(self._path) as file:
                file.write(_line(id, task_id, found))
                file.flush()
                sync(file.fileno())
            if is_new:
                sync_folder(self._path.parent)


def _is_done(task: _Task, known: KnownItem | None) -> bool:
    if known is None:
        return False
    is_comparable = task.found is not None and task.found.row_hash and known.has_row
    return not is_comparable or task.found is None or known.is_from(task.found)


def _path(folder: Path) -> Path:
    return folder / "tasks.jsonl"


def _line(id: str, task_id: str | None, found: Fingerprint | None) -> bytes:
    entry = {"id": id, "task_id": task_id}
    if found is not None and found.row_hash is not None:
        entry |= {"source_version": found.version, "row_hash": found.row_hash}
    # The line break comes first: a line that was cut off does not damage the next one.
    return b"\n" + json.dumps(entry).encode()
