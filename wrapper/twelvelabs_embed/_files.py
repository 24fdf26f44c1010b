"""Paths that users give, and atomic writes: files that appear complete or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from twelvelabs_embed.errors import InvalidInputError, Violation

__all__ = [
    "UnsyncedNameError",
    "atomic_path",
    "atomic_write",
    "expand_path",
    "open_to_append",
    "remove_temporary_files",
    "sync",
    "sync_folder",
]


def expand_path(path: str | os.PathLike[str], field: str) -> Path:
    """Return a path from the user, with `~` expanded.

    Raises:
        InvalidInputError: it is empty, which would be the working directory
    """
    text = os.fspath(path)
    if not text:
        allowed = "a path has at least one character"
        hint = "Give the path; the working directory is '.'"
        raise InvalidInputError([Violation(field, "it is empty", allowed, hint)])
    return Path(os.path.expanduser(text))


class UnsyncedNameError(OSError):
    """A file has its name and its content, but the name may not survive a power cut."""


def atomic_write(
    path: Path, content: bytes | Callable[[BinaryIO], object], mode: int = 0o666
) -> None:
    """Write a file that appears complete or not at all, and survives a power cut.

    Args:
        path: the file, which is replaced if it exists
        content: its bytes, or what writes them
        mode: its permissions, before the umask

    Raises:
        UnsyncedNameError: the file is there, but its folder could not be flushed to the disk
        OSError: the disk is full or fails; no temporary file is left behind
    """
    temporary = path.with_name(f".{path.name}.{os.urandom(8).hex()}.tmp")
    try:
        # Exclusive: never through a file or a symbolic link that someone else made.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with open(os.open(temporary, flags, mode), "wb") as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                content(file)
            file.flush()
            sync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    try:
        sync_folder(path.parent)
    except OSError as error:
        raise UnsyncedNameError(*error.args) from error


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Generator[Path]:
    """Yield a temporary path beside `path`; the file written there replaces `path` in the end.

    After an error, `path` stays as it was. A symbolic link stays a link: its target is replaced.
    """
    target = Path(path).resolve()
    temporary = target.with_name(f".{target.name}.{os.urandom(4).hex()}.part")
    try:
        yield temporary
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def remove_temporary_files(folder: Path, name: str) -> None:
    """Remove the temporary files of a name, or of those that a pattern matches."""
    for path in [*folder.glob(f".{name}.*.tmp"), *folder.glob(f".{name}.tmp")]:
        path.unlink(missing_ok=True)


def open_to_append(path: Path) -> BinaryIO:
    """Open a file to append to it, created if needed, but not through a symbolic link."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    return open(os.open(path, flags | getattr(os, "O_BINARY", 0), 0o666), "ab")


# How file systems say that they have no such operation.
_CANNOT_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}


def sync(handle: int) -> None:
    """Flush an open file or folder to the disk, where the file system can do that."""
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise


def sync_folder(folder: str | os.PathLike[str]) -> None:
    """Flush the names of a folder's files to the disk, where the system can do that."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:  # Windows; folders that may be written and not be read
        if error.errno not in {*_CANNOT_SYNC, errno.EACCES, errno.EPERM, errno.EISDIR}:
            raise
        return
    try:
        sync(handle)
    finally:
        os.close(handle)
