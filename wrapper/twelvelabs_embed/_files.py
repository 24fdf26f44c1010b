"""Paths that users give, and atomic writes: files that appear complete or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from twelvelabs_embed.errors import InvalidInputError, Violation

__all__ = ["atomic_path", "atomic_write", "expand_path", "sync_folder", "temporary_path"]


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


def atomic_write(path: Path, content: bytes | Callable[[BinaryIO], object]) -> None:
    """Write a file that appears complete or not at all, and survives a power cut.

    Args:
        path: the file, which is replaced if it exists
        content: its bytes, or what writes them

    Raises:
        OSError: the disk is full or fails; no temporary file is left behind
    """
    temporary = temporary_path(path)
    try:
        with temporary.open("wb") as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                content(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


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


def temporary_path(path: Path) -> Path:
    """Return where a file is written before it is renamed. Works for patterns, too."""
    return path.with_name(f".{path.name}.tmp")


def sync_folder(folder: str | os.PathLike[str]) -> None:
    """Flush the names of a folder's files to the disk."""
    if os.name == "nt":  # which cannot do that
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
