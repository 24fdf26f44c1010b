"""Changes of a source since its items were embedded, by their fingerprints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias

from attrs import frozen

from twelvelabs_embed.bulk.fingerprints import (
    Fingerprint,
    hash_row,
    media_of,
    stat_file,
    stat_object,
)
from twelvelabs_embed.bulk.item_index import KnownItem
from twelvelabs_embed.bulk.rows import Candidate

State: TypeAlias = Literal["new", "same", "changed", "unknown"]

# File systems round times, and a file may be changed again within that.
_SETTLED_NS = 2_000_000_000


@frozen
class Comparison:
    """How an item is compared with the one that has vectors.

    Attributes:
        state: `new` if none has; `same`, `changed`, or `unknown` for a link, whose server must be
            asked
        fingerprint: what it would be embedded from now
        is_outdated: whether the fingerprint that is stored is to be replaced, although the vectors
            are still right
    """

    state: State
    fingerprint: Fingerprint
    is_outdated: bool = False


def _fingerprint_of(candidate: Candidate, now: datetime) -> Fingerprint:
    """Return the fingerprint of a row, without the version of its media, which is not read."""
    row = candidate.row if isinstance(candidate.row, Mapping) else None
    row_hash, media = (hash_row(row), media_of(row)) if row is not None else (None, None)
    if candidate.listed is not None:
        return Fingerprint(*stat_object(candidate.listed), row_hash, media)
    found = stat_file(candidate.path) if candidate.path is not None else None
    if found is None:
        return Fingerprint(row_hash=row_hash, media=media)
    size_bytes, modified_ns = found
    is_settled = modified_ns is not None and modified_ns <= now.timestamp() * 1e9 - _SETTLED_NS
    return Fingerprint(size_bytes, modified_ns if is_settled else None, None, row_hash, media)


def compare(candidate: Candidate, known: KnownItem | None, now: datetime) -> Comparison:
    """Compare a row with the item of its id that has vectors; its file is read only if needed."""
    found = _fingerprint_of(candidate, now)
    if known is None:
        return Comparison("new", found)
    if _other_type(candidate, known) or (known.has_row and not known.has_row_of(found)):
        return Comparison("changed", found)
    if candidate.link is not None:
        return Comparison("unknown", found)
    if candidate.listed is not None:
        is_same = not known.has_version or known.has_version_of(found)
        return Comparison("same" if is_same else "changed", found, not known.has_version)
    if candidate.path is None or found.size_bytes is None:  # a file that is gone has its vectors
        return Comparison("same", found, is_outdated=not known.has_row and candidate.path is None)
    if not known.has_row:
        return _compare_by_time(candidate.path, found, known)
    return _compare_file(candidate.path, found, known)


def _other_type(candidate: Candidate, known: KnownItem) -> bool:
    declared = candidate.row.get("type") if isinstance(candidate.row, Mapping) else None
    return isinstance(declared, str) and known.input_type not in ("", declared)


def _compare_by_time(path: Path, found: Fingerprint, known: KnownItem) -> Comparison:
    """Compare with an item of an earlier version, which kept no fingerprints."""
    _, modified_ns = stat_file(path) or (0, None)
    if (modified_ns or 0) > (known.modified_ns or 0):
        return Comparison("changed", found)
    return Comparison("same", _read(path, found), is_outdated=True)


def _compare_file(path: Path, found: Fingerprint, known: KnownItem) -> Comparison:
    if found.size_bytes != known.size_bytes:
        return Comparison("changed", found)
    if known.has_file_of(found):
        return Comparison("same", found)
    read = _read(path, found)
    if read.version is not None and known.has_version_of(read):
        return Comparison("same", read, is_outdated=read.modified_ns is not None)
    return Comparison("changed" if read.version else "same", read)


def _read(path: Path, found: Fingerprint) -> Fingerprint:
    try:
        return found.with_content_of(path)
    except OSError:  # as it is when it is sent
        return found
