"""Fingerprints of parts: whether a file is still what it was when the index was made of it."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import msgspec

from twelvelabs_embed.bulk.errors import DamagedFileError

# A file that was changed so shortly before it was read may have been changed again with the same
# times: some file systems count in steps of two seconds.
_SETTLED_NS = 2_000_000_000
_CHUNK_BYTES = 1 << 20


class PartChangedError(Exception):
    """A part was replaced or removed while it was read."""


class Stat(msgspec.Struct, frozen=True):
    """What the file system says of a file."""

    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    inode: int


class Fingerprint(msgspec.Struct, frozen=True):
    """A part.

    Attributes:
        name: of its file
        rows: how many it has
        digest: the BLAKE2b hash of its content
        stat: what the file system said
        read_ns: when it was read
    """

    name: str
    rows: int
    digest: str
    stat: Stat
    read_ns: int


def read_stat(path: Path) -> Stat:
    """Return what the file system says of a file.

    Raises:
        PartChangedError: it is not there
        DamagedFileError: it is a symbolic link that leads nowhere
    """
    try:
        stat = path.stat()
    except FileNotFoundError as error:
        if path.is_symlink():
            raise DamagedFileError(path, OSError(error.errno, error.strerror)) from None
        raise PartChangedError(path) from None
    return Stat(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


def read_fingerprint(path: Path, *, rows: int) -> Fingerprint:
    """Read a part.

    Raises:
        PartChangedError: it was replaced or removed meanwhile
    """
    read_ns = time.time_ns()
    stat = read_stat(path)
    digest = hashlib.blake2b(digest_size=16)
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
    except FileNotFoundError:
        raise PartChangedError(path) from None
    if read_stat(path) != stat:
        raise PartChangedError(path)
    return Fingerprint(path.name, rows, digest.hexdigest(), stat, read_ns)


def is_settled(known: Fingerprint, stat: Stat) -> bool:
    """Return whether the file is certainly the one that was read, by what the file system says."""
    changed_ns = max(stat.mtime_ns, stat.ctime_ns)
    return known.stat == stat and changed_ns + _SETTLED_NS < known.read_ns
