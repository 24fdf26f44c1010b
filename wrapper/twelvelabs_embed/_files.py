"""Atomic writes: files that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_write(path: str | os.PathLike[str]) -> Generator[Path]:
    """Yield a temporary path beside `path`; what is written there replaces `path` in the end.

    After an error, `path` stays as it was. A symbolic link stays a link: its target is replaced.
    """
    target = Path(path).resolve()
    temporary = target.with_name(f".{target.name}.{os.urandom(4).hex()}.part")
    try:
        yield temporary
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
