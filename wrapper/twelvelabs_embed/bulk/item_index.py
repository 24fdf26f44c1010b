"""Index of the items that have their vectors: their ids and fingerprints, in little memory."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import frozen

from twelvelabs_embed.bulk.fingerprints import FILE_VERSION, Fingerprint
from twelvelabs_embed.bulk.ids import IdSet, hash_of
from twelvelabs_embed.bulk.links import legacy_ids

_Array: TypeAlias = npt.NDArray[Any]

_UNKNOWN = -1
_ROW = np.dtype(
    [
        ("id", "S16"),
        ("size", "i8"),
        ("modified", "i8"),
        ("version", "u8"),
        ("row", "u8"),
        ("media", "u8"),
        ("type", "u1"),
    ]
)
_TYPES = ("text", "image", "text_image", "audio", "video", "document", "multi_input")
INDEX_COLUMNS = (
    "id",
    "input_type",
    "source_size",
    "source_modified",
    "source_version",
    "row_hash",
    "source_media",
)
"""The columns of a part that an index is made from."""


@frozen
class KnownItem:
    """What is known of an item that has its vectors.

    Attributes:
        input_type: as what it was embedded; empty if unknown
        size_bytes: the size of its file; None if unknown
        modified_ns: when its file was modified; without a fingerprint, when its part was written
    """

    input_type: str
    size_bytes: int | None
    modified_ns: int | None
    _version: int
    _row: int
    _media: int

    @property
    def has_row(self) -> bool:
        """Whether its fingerprint is known at all, which earlier versions did not keep."""
        return self._row != 0

    @property
    def has_version(self) -> bool:
        """Whether the version of its media is known."""
        return self._version != 0

    def has_version_of(self, found: Fingerprint) -> bool:
        """Return whether its media had the version of another fingerprint."""
        return self._version == _short(found.version)

    def has_row_of(self, found: Fingerprint) -> bool:
        """Return whether its row had the text and the settings of another fingerprint."""
        return self._row == _short(found.row_hash)

    def has_file_of(self, found: Fingerprint) -> bool:
        """Return whether its file had the name, the size and the time of another fingerprint."""
        return (
            found.modified_ns is not None
            and (found.size_bytes, found.modified_ns) == (self.size_bytes, self.modified_ns)
            and self._media == _short(found.media)
        )

    def is_from(self, found: Fingerprint) -> bool:
        """Return whether it was embedded from what has this fingerprint."""
        return self.has_version_of(found) and self.has_row_of(found)


class ItemIndex:
    """The items of a folder: 57 bytes for each, and 16 for each different content.

    Attributes:
        contents: the contents of files and texts that have vectors, with their input types
    """

    def __init__(self) -> None:
        self.contents = IdSet()
        self._chunks: list[_Array] = []
        self._rows: _Array = np.empty(0, _ROW)
        self._sizes: set[int] | None = None

    def add_batch(self, batch: Any, written_ns: int) -> None:
        """Add the items of a batch of a part, which has some of `INDEX_COLUMNS`."""
        ids, first = ids_and_first_rows(batch.column("id"))
        chunk = np.zeros(len(ids), _ROW)
        chunk["id"] = [hash_of(id) for id in ids]
        types = _take(batch, "input_type", first)
        chunk["type"] = [_TYPES.index(one) + 1 if one in _TYPES else 0 for one in types]
        chunk["size"] = _numbers(batch, "source_size", first)
        chunk["modified"] = _numbers(batch, "source_modified", first)
        versions, rows, media = (_take(batch, name, first) for name in INDEX_COLUMNS[4:])
        chunk["version"] = [_short(one) for one in versions]
        chunk["row"] = [_short(one) for one in rows]
        chunk["media"] = [_short(one) for one in media]
        chunk["modified"][chunk["row"] == 0] = written_ns
        aliases: list[tuple[str, int]] = []
        for number, (id, kind, version, row) in enumerate(
            zip(ids, types, versions, rows, strict=True)
        ):
            if (key := content_key(kind, version, row)) is not None:
                self.contents.add(key)
            if "://" in id:
                aliases += [(other, number) for other in legacy_ids(id)]
        self._chunks.append(chunk)
        if aliases:
            more = chunk[[number for _, number in aliases]]
            more["id"] = [hash_of(id) for id, _ in aliases]
            self._chunks.append(more)

    def complete(self) -> None:
        """Sort what was added, before it is read."""
        rows = np.concatenate([self._rows, *self._chunks])
        self._chunks = []
        _, first = np.unique(rows["id"], return_index=True)
        self._rows = rows[first]

    def get(self, id: str) -> KnownItem | None:
        """Return what is known of an item; None if it has no vectors."""
        if not len(self._rows):
            return None
        key = hash_of(id)
        index = int(self._rows["id"].searchsorted(key))
        # numpy drops trailing zeros from what it returns, and nothing else.
        if index == len(self._rows) or bytes(self._rows["id"][index]) != key.rstrip(b"\0"):
            return None
        _, size, modified, version, row, media, kind = self._rows[index].item()
        return KnownItem(
            _TYPES[kind - 1] if kind else "",
            None if size == _UNKNOWN else size,
            None if modified == _UNKNOWN else modified,
            version,
            row,
            media,
        )

    def has_size(self, size_bytes: int) -> bool:
        """Return whether a file of an item has this size."""
        if self._sizes is None:
            self._sizes = set(self._rows["size"].tolist())
        return size_bytes in self._sizes

    def __contains__(self, id: str) -> bool:
        return self.get(id) is not None

    def __len__(self) -> int:
        return len(self._rows)


def content_key(input_type: str, version: str | None, row_hash: str | None) -> str | None:
    """Return what items have in common that get equal vectors; None where that is not certain.

    That is so for files and texts, and not for links and assets, whose content is not here.
    """
    is_known = input_type == "text" or (version is not None and version.startswith(FILE_VERSION))
    return f"{input_type}\0{version}\0{row_hash}" if is_known and row_hash is not None else None


def _short(text: str | None) -> int:
    """Return the first eight bytes of the hash of a text; 0 for none."""
    if text is None:
        return 0
    if text.startswith(FILE_VERSION):  # is one already
        return int(text[len(FILE_VERSION) :][:16], 16) or 1
    return int.from_bytes(hash_of(text)[:8], "little") or 1


def ids_and_first_rows(column: Any) -> tuple[list[str], _Array]:
    """Return the different ids of a column, and the first row of each."""
    encoded = column if hasattr(column, "dictionary") else column.dictionary_encode()
    values, first = np.unique(np.asarray(encoded.indices), return_index=True)
    dictionary = encoded.dictionary
    return dictionary.take(values).to_pylist(), first


def _take(batch: Any, name: str, rows: _Array) -> list[Any]:
    if name not in batch.schema.names:
        return [None] * len(rows)
    return batch.column(name).take(rows).to_pylist()  # type: ignore[no-any-return]


def _numbers(batch: Any, name: str, rows: _Array) -> _Array:
    if name not in batch.schema.names:
        return np.full(len(rows), _UNKNOWN)
    column = batch.column(name).take(rows).cast("int64").fill_null(_UNKNOWN)
    return np.asarray(column)
