"""Rows of a source, and the items that they become.

A row has some of the columns `id`, `type`, `text`, `media`, `start`, `end`, `segmentation`,
`options`, `scopes`, `types` and `time_based_metadata`. A column that is omitted is inferred, or has
the value of the whole run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias, cast

from attrs import field, frozen

from twelvelabs_embed._immutable import copy_with
from twelvelabs_embed._text import did_you_mean
from twelvelabs_embed.bulk.links import LinkIds, mask_row
from twelvelabs_embed.bulk.row_settings import SETTINGS, Row, read_settings
from twelvelabs_embed.errors import (
    ApiConnectionError,
    Hint,
    InvalidInputError,
    MissingDependencyError,
    Violation,
)
from twelvelabs_embed.inputs import Input, coerce
from twelvelabs_embed.inputs.coercion import INPUT_CLASSES
from twelvelabs_embed.inputs.media import Media, is_link, is_store_address
from twelvelabs_embed.inputs.media_conversion import as_media
from twelvelabs_embed.inputs.object_stores import StoredObject
from twelvelabs_embed.limits import InputType

COLUMNS = ("id", "type", "text", "media", *SETTINGS)
"""The columns that a manifest may have."""

_USED: Mapping[InputType, tuple[str, ...]] = {
    "text": ("text",),
    "image": ("media",),
    "text_image": ("text", "media"),
    "audio": ("media", *SETTINGS),
    "video": ("media", *SETTINGS),
    "document": ("media", "segmentation", "options", "scopes"),
}

# Only for links, whose content is not here, and for folders, to know which files may be media.
SUFFIXES: Mapping[str, InputType] = {
    suffix: cast(InputType, kind)
    for kind, suffixes in {
        "image": ".jpg .jpeg .png .gif .webp .bmp .tif .tiff .heic .heif .avif",
        "audio": ".wav .mp3 .flac .m4a .aac .ogg .oga .opus .aif .aiff .wma .amr",
        "video": ".mp4 .m4v .mov .qt .mkv .webm .avi .wmv .asf .flv .ts .mts .m2ts .mpg .mpeg .mxf "
        ".3gp .ogv .y4m",
    }.items()
    for suffix in suffixes.split()
}
"""Input types by the suffix of a file's name, in lower case."""

MEDIA_SUFFIXES = SUFFIXES.keys() - {".ts", ".mts"}  # usually TypeScript; the content decides

# Only for links: in folders, documents were skipped before there were models for them.
_DOCUMENTS: Mapping[str, InputType] = {".pdf": "document", ".md": "document", ".txt": "document"}


@frozen
class Item:
    """An item to embed.

    Attributes:
        id: its id in the output
        input: what is sent
        row: its row in the source
    """

    id: str
    input: Input
    row: Row

    @property
    def input_type(self) -> InputType:
        """The type as which it is embedded."""
        return self.input.input_type


@frozen
class InvalidRow:
    """A row that cannot be embedded.

    Attributes:
        id: its id in the output
        input_type: the type as which to embed it, if the source says so
        code: the short name of the error
        message: what is wrong
        row: its row in the source; a text when it cannot be read
    """

    id: str
    input_type: str | None
    code: str
    message: str
    row: Row | str


Entry: TypeAlias = Item | InvalidRow


@frozen
class Candidate:
    """A row whose id is known, before its media is opened.

    Attributes:
        id: its id in the output
        row: its row in the source; a text when it cannot be read
        path: its media, if that is a file
        read: opens its media as far as needed, and returns what becomes of the row
    """

    id: str
    row: Row | str
    path: Path | None
    read: Callable[[], Entry]

    @property
    def link(self) -> str | None:
        """Its media, if that is a link, or an object in a store that was not listed."""
        media = self._media
        is_link = isinstance(media, str) and _is_remote(media) and not media.startswith("asset:")
        return media if is_link else None

    @property
    def listed(self) -> StoredObject | None:
        """Its media, if that is an object in a store that was listed."""
        return self._media if isinstance(self._media, StoredObject) else None

    @property
    def _media(self) -> Any:
        return self.row.get("media") if isinstance(self.row, Mapping) else None


DUPLICATE = "duplicate_id"
BAD_ROW = "bad_row"


def duplicate(entry: Entry) -> InvalidRow:
    """Return an entry whose id an earlier one has, as invalid."""
    message = f"an earlier row has the id {entry.id!r}, and only that one counts. Use another id"
    return InvalidRow(entry.id, entry.input_type, DUPLICATE, message, entry.row)


def as_json(row: Row | str) -> str:
    """Return a row as JSON, without what signs its link; always the same for the same row."""
    return clean(json.dumps(mask_row(row), ensure_ascii=False, default=str))


def clean(text: str) -> str:
    """Escape what UTF-8 cannot hold. Names of files and lines of manifests may hold other bytes."""
    return text.encode("utf-8", "backslashreplace").decode()


# ------------------------------------------------------------------------------------- row to item


@frozen
class RowReader:
    """Reader of the rows of one folder or manifest.

    Attributes:
        base: the folder of relative paths
        prefix: the prefix of their ids
        name: the prefix of the ids of rows without media
        defaults: the settings of the whole run
        links: the ids of the links of the source
    """

    base: Path
    prefix: str
    name: str
    defaults: Row
    links: LinkIds = field(factory=LinkIds)

    def read(self, row: Row, number: int) -> Entry:
        """Return the item of a row. A column that is `None` is omitted."""
        return self.candidate(row, number).read()

    def candidate(self, row: Row, number: int) -> Candidate:
        """Return a row with its id, before its media is opened."""
        row = {name: value for name, value in row.items() if value is not None}
        default_id = f"{self.name}:{number}"
        try:
            id = self._id(row, default_id)
        except InvalidInputError as error:
            return _invalid(InvalidRow(default_id, None, BAD_ROW, clean(str(error)), row))
        return Candidate(id, row, self._path(row.get("media")), partial(self._read, id, row))

    def _read(self, id: str, row: Row) -> Entry:
        input_type = row["type"] if isinstance(row.get("type"), str) else None
        try:
            return Item(id, self._input(row), row)
        except InvalidInputError as error:
            return InvalidRow(id, input_type, "invalid_input", clean(str(error)), row)
        except (ApiConnectionError, MissingDependencyError):
            raise  # too many files are open, an extra is missing: it says nothing of the row
        except Exception as error:  # such as a path with a NUL character: only this row's
            message = clean(f"the row cannot be read: {error}")
            return InvalidRow(id, input_type, BAD_ROW, message, row)

    def bad(self, row: Row | str, number: int, message: str) -> Candidate:
        """Return a row that cannot be read."""
        return _invalid(InvalidRow(f"{self.name}:{number}", None, BAD_ROW, clean(message), row))

    def unreadable(self, id: str, message: str) -> Candidate:
        """Return what cannot be listed, under an id of its own."""
        return _invalid(InvalidRow(clean(id), None, BAD_ROW, clean(message), {}))

    def _path(self, media: Any) -> Path | None:
        if isinstance(media, str):
            return None if _is_remote(media) else self.base / os.path.expanduser(media)
        return self.base / media if isinstance(media, Path) else None

    def _id(self, row: Row, default: str) -> str:
        match row.get("id", row.get("media")):
            case Path() as path:
                return self._path_id(str(path))
            case StoredObject() as stored:
                return clean(stored.address)
            case str() as text if text.strip() and "id" not in row and not _is_remote(text):
                return self._path_id(text)
            case str() as text if text.strip():
                return clean(text if "id" in row else self.links.id_of(text))
            case int() | float() as number if "id" in row and not isinstance(number, bool):
                return str(number)
            case value if "id" in row:
                allowed = "an id is a text or a number"
                raise InvalidInputError([Violation("id", repr(value), allowed, "Omit it")])
            case _:
                return default

    def _path_id(self, path: str) -> str:
        return clean(os.path.normpath(os.path.join(self.prefix, path)).replace(os.sep, "/"))

    def _input(self, row: Row) -> Input:
        violations: list[Violation] = []
        media = self._media(row.get("media"), violations)
        input_type = _find_type(row, media, violations)
        settings: dict[str, Any] = {}
        if input_type is not None:
            violations += _column_violations(row, input_type)
            if input_type == "document":
                settings = read_settings(row, violations)
            elif "start" in _USED[input_type]:
                settings = read_settings({**self.defaults, **row}, violations)
        if violations or input_type is None:
            raise InvalidInputError(violations)
        return _build(input_type, row.get("text"), media, settings)

    def _media(self, given: Any, violations: list[Violation]) -> Media | None:
        try:
            match given:
                case None:
                    return None
                case Path():
                    return Media.file(self.base / given)
                case StoredObject():
                    return Media("object", given)
                case str() if given.startswith("asset:"):
                    return Media.asset(given.removeprefix("asset:"))
                case str():
                    media = as_media(given)
                case _:
                    allowed = "it is a path or a link"
                    violations.append(Violation("media", repr(given), allowed, "Give one of them"))
                    return None
        except InvalidInputError as error:
            violations += error.violations
            return None
        return Media.file(self.base / media.value) if isinstance(media.value, Path) else media


def _invalid(entry: InvalidRow) -> Candidate:
    return Candidate(entry.id, entry.row, None, lambda: entry)


def _is_remote(text: str) -> bool:
    return is_link(text) or text.startswith("asset:") or is_store_address(text)


def _find_type(row: Row, media: Media | None, violations: list[Violation]) -> InputType | None:
    """Return the type of a row: the given one, or the one that its columns imply."""
    given = row.get("type")
    if given is not None:
        if given in _USED:
            return cast(InputType, given)
        if given == "multi_input":
            allowed = "a row holds one text, one file, or one of each"
            hint = "Embed it with client.embed(MultiInput(...)) or client.embed.many"
            violations.append(Violation("type", repr(given), allowed, hint))
            return None
        allowed = f"a type is one of {', '.join(_USED)}"
        violations.append(Violation("type", repr(given), allowed, did_you_mean(str(given), _USED)))
        return None
    if "text" in row:
        return "text_image" if "media" in row else "text"
    if media is None:
        if not violations:
            allowed = "a row has a text, media or both"
            violations.append(Violation("text", "the row has no text and no media", allowed))
        return None
    try:
        is_here = media.kind == "file"  # what would be fetched has a suffix
        return coerce(media).input_type if is_here else _type_of_link(media)
    except InvalidInputError as error:
        hint = "Give its type in the column type of a manifest"
        violations += [
            copy_with(one, hint=Hint("text", hint)) if one.field == "input" else one
            for one in error.violations
        ]
        return None


def _type_of_link(media: Media) -> InputType:
    path = str(media.value)
    if media.kind == "url":
        path = path.partition("#")[0].partition("?")[0]
    suffix = PurePosixPath(path).suffix.lower() if media.kind != "asset" else ""
    if (found := SUFFIXES.get(suffix) or _DOCUMENTS.get(suffix)) is None:
        allowed = "the type of a link is inferred from the suffix of its path, such as .mp4"
        hint = f"Give a type: {', '.join(_USED)}"
        value = f"{media.label} has no known suffix"
        raise InvalidInputError([Violation("type", value, allowed, hint)])
    return found


def _column_violations(row: Row, input_type: InputType) -> list[Violation]:
    """Find columns that the type does not have, and those that are missing."""
    used = _USED[input_type]
    # Usually there is none, and a row is shorter than the list of columns.
    unused = [name for name in row if name not in used and name in COLUMNS[2:]]
    unused.sort(key=COLUMNS.index)
    missing = [name for name in ("text", "media") if name in used and name not in row]
    return [
        *(Violation(name, repr(row[name]), f"{input_type} has no {name}") for name in unused),
        *(Violation(name, "nothing is given", f"{input_type} needs {name}") for name in missing),
    ]


def _build(
    input_type: InputType, text: Any, media: Media | None, settings: Mapping[str, Any]
) -> Input:
    given = {"text": text, "media": media}
    arguments = [value for name, value in given.items() if name in _USED[input_type]]
    return INPUT_CLASSES[input_type](*arguments, **settings)
