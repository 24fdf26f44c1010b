"""Log of the tasks that run for items, so that they are collected and not created again."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from threading import Lock

from twelvelabs_embed._files import atomic_write, open_to_append, sync, sync_folder
from twelvelabs_embed.bulk.id_set import IdSet


def read_tasks(folder: Path) -> dict[str, str]:
    """Return the tasks that were started, by item; some of them may have their vectors."""
    path = _path(folder)
    tasks: dict[str, str | None] = {}
    for line in path.read_bytes().split(b"\n") if path.exists() else ():
        with suppress(ValueError, TypeError, KeyError):  # empty, or cut off by a crash
            entry = json.loads(line)
            tasks[entry["id"]] = entry["task_id"]
    return {id: task_id for id, task_id in tasks.items() if task_id is not None}


class TaskLog:
    """The tasks of a run in `tasks.jsonl`. Several threads may use it.

    Args:
        folder: of the run
    """

    def __init__(self, folder: Path) -> None:
        self._path = _path(folder)
        self._tasks: dict[str, str] = {}
        self._lock = Lock()

    def load(self, done: IdSet) -> None:
        """Read the tasks of earlier runs, and drop those of items that are done."""
        tasks = read_tasks(self._path.parent)
        self._tasks = {id: task_id for id, task_id in tasks.items() if id not in done}
        if len(self._tasks) < len(tasks):
            atomic_write(self._path, b"".join(_line(*entry) for entry in self._tasks.items()))

    def get(self, id: str) -> str | None:
        """Return the task of an item."""
        return self._tasks.get(id)

    def save(self, id: str, task_id: str | None) -> None:
        """Record that a task runs for an item; None when it no longer does."""
        with self._lock:
            if self._tasks.get(id) == task_id:
                return
            if task_id is None:
                del self._tasks[id]
            else:
                self._tasks[id] = task_id
            is_new = not self._path.exists()
            with open_to_append(self._path) as file:
                file.write(_line(id, task_id))
                file.flush()
                sync(file.fileno())
            if is_new:
                sync_folder(self._path.parent)


def _path(folder: Path) -> Path:
    return folder / "tasks.jsonl"


def _line(id: str, task_id: str | None) -> bytes:
    # The line break comes first: a line that was cut off does not damage the next one.
    return b"\n" + json.dumps({"id": id, "task_id": task_id}).encode()
