"""Fingerprints of items: what they were embedded from, kept with their rows to notice changes.

A file has its size, its modification time and a hash of its content (BLAKE2b). A link has the
`ETag` or `Last-Modified` of its server, as an object in a store does. The text and the settings of
a row have their own hash.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from attrs import asdict, evolve, frozen

from twelvelabs_embed.bulk.ids import hash_of
from twelvelabs_embed.bulk.links import unsigned, unsigned_location
from twelvelabs_embed.bulk.row_settings import SETTINGS, Row, read_settings
from twelvelabs_embed.bulk.rows import clean
from twelvelabs_embed.inputs.object_stores import StoredObject

_CHUNK_BYTES = 1 << 20
_DIGEST_BYTES = 16
_MAX_NS = (1 << 63) - 1
FILE_VERSION = "blake2b:"


@frozen
class Fingerprint:
    """What an item was embedded from.

    Attributes:
        size_bytes: the size of its file
        modified_ns: when its file was modified, in nanoseconds since 1970
        version: `blake2b:` and the hash of its file's content; of a link `etag:` or
            `last-modified:` and what the server said; None when that is not known
        row_hash: the hash of the text and the settings of its row, and of its link without what
            signs it; None in datasets of earlier versions
        media: the media of its row, without what signs a link, where the row has an id besides
    """

    size_bytes: int | None = None
    modified_ns: int | None = None
    version: str | None = None
    row_hash: str | None = None
    media: str | None = None

    @property
    def is_of_file(self) -> bool:
        """Whether the item's media is a file whose content was read."""
        return self.version is not None and self.version.startswith(FILE_VERSION)

    def with_content_of(self, path: Path) -> Fingerprint:
        """Return the fingerprint with the hash of the file's content, which must be readable."""
        return evolve(self, version=hash_file(path))


def hash_file(path: Path) -> str:
    """Return the version of a file: the hash of its content."""
    digest = blake2b(digest_size=_DIGEST_BYTES)
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return FILE_VERSION + digest.hexdigest()


def stat_object(stored: StoredObject) -> tuple[int, int, str]:
    """Return size, time and version of an object; its store is asked if it was not listed."""
    found = stored.stat()
    modified = found.modified_at
    version = f"etag:{found.etag}" if found.etag else f"last-modified:{modified.isoformat()}"
    return found.size_bytes, round(modified.timestamp()) * 1_000_000_000, version


def stat_file(path: str | os.PathLike[str]) -> tuple[int, int | None] | None:
    """Return the size of a regular file and when it was modified; None when it is not one."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    is_known = abs(found.st_mtime_ns) <= _MAX_NS
    return found.st_size, found.st_mtime_ns if is_known else None


def media_of(row: Row) -> str | None:
    """Return the media of a row that has an id besides, without what signs a link."""
    media = row.get("media")
    if media is None or "id" not in row:
        return None
    text = str(media)
    return clean(unsigned(text) if "://" in text else text)


def hash_row(row: Row) -> str:
    """Return the hash of the text and the settings of a row, the same for what means the same."""
    if len(row) == 1 and isinstance(row.get("media"), Path):  # a file of a folder
        return _PLAIN
    meaning: dict[str, Any] = {}
    if "text" in row:
        meaning["text"] = row["text"]
    media = row.get("media")
    if isinstance(media, StoredObject):
        media = media.address
    if isinstance(media, str) and ("://" in media or media.startswith("asset:")):
        meaning["media"] = unsigned_location(media)
    if given := {name: row[name] for name in SETTINGS if row.get(name) is not None}:
        meaning |= read_settings(given, [])  # what is wrong with them is reported elsewhere
    for name in ("options", "scopes", "types"):
        if isinstance(choices := meaning.get(name), Iterable):
            meaning[name] = sorted(map(str, choices))
    return _hash_json(meaning)


def _hash_json(meaning: Mapping[str, Any]) -> str:
    text = json.dumps(meaning, sort_keys=True, default=_as_json, ensure_ascii=False)
    return hash_of(text).hex()


def _as_json(value: Any) -> Any:
    if hasattr(value, "__attrs_attrs__"):
        return {"kind": type(value).__name__, **asdict(value)}
    return str(value)


_PLAIN = _hash_json({})
