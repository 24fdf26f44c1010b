"""A disk that loses at a power cut whatever was not synced."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class PowerCutError(BaseException):
    """The power is cut. Nothing handles it, as nothing could."""


class Disk:
    """Observes what is synced, so that a power cut can take the rest.

    Durable is the content of a file as of its last `fsync`, and the names of a folder as of the
    last `fsync` of the folder. What POSIX does not promise is lost.

    Attributes:
        steps: how often something was synced or renamed
        cut_at: at which of these steps the power is cut, before it has happened; None for never
    """

    def __init__(self) -> None:
        self.steps = 0
        self.cut_at: int | None = None
        self._contents: dict[int, bytes] = {}
        self._names: dict[int, dict[str, int]] = {}
        self._fsync, self._replace = os.fsync, os.replace

    def fsync(self, handle: int) -> None:
        self._step()
        self._fsync(handle)
        about = os.fstat(handle)
        if stat.S_ISDIR(about.st_mode):
            with os.scandir(handle) as entries:
                self._names[about.st_ino] = {one.name: one.inode() for one in entries}
        else:
            self._contents[about.st_ino] = Path(f"/proc/self/fd/{handle}").read_bytes()

    def replace(self, source: os.PathLike[str], target: os.PathLike[str]) -> None:
        self._step()
        self._replace(source, target)

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self.cut_at:
            raise PowerCutError

    def restore(self, folder: Path) -> None:
        """Leave in a folder what is there when the power is back."""
        names = self._names.get(folder.stat().st_ino, {})
        for path in folder.iterdir():
            if not path.is_dir():
                path.unlink()
            elif path.name in names:
                self.restore(path)
            else:
                shutil.rmtree(path)
        for name, inode in names.items():
            if not (folder / name).is_dir():
                (folder / name).write_bytes(self._contents.get(inode, b""))


@contextmanager
def observed_disk() -> Iterator[Disk]:
    """Observe all that this process syncs and renames."""
    if not Path("/proc/self/fd").exists():
        pytest.skip("the content of an open file is read from /proc")
    disk = Disk()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", disk.fsync)
        patch.setattr(os, "replace", disk.replace)
        yield disk
