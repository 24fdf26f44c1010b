"""A row of a source, and the item that it becomes.

A row has some of the columns `id`, `type`, `text`, `media`, `start`, `end`, `segmentation`,
`options`, `scopes`, `types` and `time_based_metadata`. What is left out is found, or is what the
whole run says.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias, cast

from attrs import asdict, evolve, frozen

from twelvelabs_embed.errors import Hint, InvalidInputError, Violation
from twelvelabs_embed.inputs.builders import (
    Audio,
    Document,
    Dynamic,
    Fixed,
    Image,
    Input,
    Seconds,
    Sequential,
    Spatial,
    Text,
    TextImage,
    TimedText,
    Video,
    coerce,
)
from twelvelabs_embed.inputs.media import Media, as_media
from twelvelabs_embed.limits.tables import InputType

__all__ = [
    "BAD_ROW",
    "COLUMNS",
    "DUPLICATE",
    "SUFFIXES",
    "InvalidRow",
    "Defaults",
    "Entry",
    "Item",
    "Row",
    "RowReader",
    "as_json",
    "clean",
    "duplicate",
    "suggest",
]

Row: TypeAlias = Mapping[str, Any]

COLUMNS = (
    "id", "type", "text", "media",
    "start", "end", "segmentation", "options", "scopes", "types", "time_based_metadata",
)  # fmt: skip
"""What a manifest may hold."""

_SETTINGS = COLUMNS[4:]
_USED: Mapping[InputType, tuple[str, ...]] = {
    "text": ("text",),
    "image": ("media",),
    "text_image": ("text", "media"),
    "audio": ("media", *_SETTINGS),
    "video": ("media", *_SETTINGS),
    "document": ("media", "segmentation", "options", "scopes"),
}

# Only for links, whose content is not here, and for folders, to know what is meant to be media.
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
"""What the end of a file's name says, in small letters."""

# Only for links: a document that lies among media was not meant before there were models for it.
_DOCUMENTS: Mapping[str, InputType] = {".pdf": "document", ".md": "document", ".txt": "document"}


@frozen
class Item:
    """Something to embed.

    Attributes:
        id: what it is called in the output
        input: what is sent
        row: what the source has of it
    """

    id: str
    input: Input
    row: Row

    @property
    def input_type(self) -> InputType:
        """What it is embedded as."""
        return self.input.input_type


@frozen
class InvalidRow:
    """Something that cannot be embedded.

    Attributes:
        id: what it is called in the output
        input_type: what it was to be embedded as, if the source says so
        code: the short name of what is wrong
        message: what is wrong
        row: what the source has of it; a text when it cannot be read
    """

    id: str
    input_type: str | None
    code: str
    message: str
    row: Row | str


Entry: TypeAlias = Item | InvalidRow


DUPLICATE = "duplicate_id"
BAD_ROW = "bad_row"


def duplicate(entry: Entry) -> InvalidRow:
    """An entry whose id another one has that came before."""
    message = f"the id {entry.id!r} is there before, and the first one counts. Give it another id"
    return InvalidRow(entry.id, entry.input_type, DUPLICATE, message, entry.row)


def as_json(row: Row | str) -> str:
    """What the source has of an item, as JSON; always the same for the same row."""
    return clean(json.dumps(row, ensure_ascii=False, default=str))


def clean(text: str) -> str:
    """A text that UTF-8 can hold. Names of files and lines of manifests may hold other bytes."""
    return text.encode("utf-8", "backslashreplace").decode()


def suggest(word: str, known: Iterable[str]) -> str:
    """A question that names the near word; empty when none is near."""
    import difflib  # only needed here

    near = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}?" if near else ""


# ------------------------------------------------------------------------------------- row to item


@frozen
class RowReader:
    """Makes items of the rows of one folder or manifest.

    Attributes:
        base: where relative paths start
        prefix: what stands before them in ids
        name: what the ids of rows without media begin with
        defaults: the settings of the whole run
    """

    base: Path
    prefix: str
    name: str
    defaults: Row

    def read(self, row: Row, number: int) -> Entry:
        """The item that a row is about. `None` is as good as nothing."""
        row = {name: value for name, value in row.items() if value is not None}
        place = f"{self.name}:{number}"
        try:
            id = self._id(row, place)
        except InvalidInputError as error:
            return InvalidRow(place, None, BAD_ROW, clean(str(error)), row)
        try:
            return Item(id, self._input(row), row)
        except InvalidInputError as error:
            input_type = row["type"] if isinstance(row.get("type"), str) else None
            return InvalidRow(id, input_type, "invalid_input", clean(str(error)), row)

    def bad(self, row: Row | str, number: int, message: str) -> InvalidRow:
        """A row that cannot be read."""
        return InvalidRow(f"{self.name}:{number}", None, BAD_ROW, clean(message), row)

    def _id(self, row: Row, otherwise: str) -> str:
        match row.get("id", row.get("media")):
            case Path() as path:
                return self._path_id(str(path))
            case str() as text if text.strip() and "id" not in row and not _is_remote(text):
                return self._path_id(text)
            case str() as text if text.strip():
                return clean(text)
            case int() | float() as number if "id" in row and not isinstance(number, bool):
                return str(number)
            case value if "id" in row:
                limit = "an id is a text or a number"
                raise InvalidInputError([Violation("id", repr(value), limit, "Leave it out")])
            case _:
                return otherwise

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
                settings = _read_settings(row, violations)
            elif "start" in _USED[input_type]:
                settings = _read_settings({**self.defaults, **row}, violations)
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
                case str() if given.startswith("asset:"):
                    return Media.asset(given.removeprefix("asset:"))
                case str():
                    media = as_media(given)
                case _:
                    limit = "it is a path or a link"
                    violations.append(Violation("media", repr(given), limit, "Give one of them"))
                    return None
        except InvalidInputError as error:
            violations += error.violations
            return None
        return Media.file(self.base / media.value) if isinstance(media.value, Path) else media


def _is_remote(text: str) -> bool:
    return text.lower().startswith(("http://", "https://", "asset:"))


def _find_type(row: Row, media: Media | None, violations: list[Violation]) -> InputType | None:
    """What a row is embedded as: what it says, otherwise what it has."""
    given = row.get("type")
    if given is not None:
        if given in _USED:
            return cast(InputType, given)
        if given == "multi_input":
            limit = "a row holds one text, one file, or one of each"
            hint = "Embed it with client.embed(MultiInput(...)) or client.embed.many"
            violations.append(Violation("type", repr(given), limit, hint))
            return None
        limit = f"a type is one of {', '.join(_USED)}"
        violations.append(Violation("type", repr(given), limit, suggest(str(given), _USED)))
        return None
    if "text" in row:
        return "text_image" if "media" in row else "text"
    if media is None:
        if not violations:
            limit = "there must be something to embed"
            violations.append(Violation("text", "the row has no text and no media", limit))
        return None
    try:
        return coerce(media).input_type if media.is_local else _type_of_link(media)
    except InvalidInputError as error:
        hint = "A manifest can say what it is, in the column type"
        violations += [
            evolve(one, hint=Hint("text", hint)) if one.field == "input" else one
            for one in error.violations
        ]
        return None


def _type_of_link(media: Media) -> InputType:
    path = str(media.value).partition("#")[0].partition("?")[0]
    suffix = PurePosixPath(path).suffix.lower() if media.kind == "url" else ""
    if (found := SUFFIXES.get(suffix) or _DOCUMENTS.get(suffix)) is None:
        limit = "only the end of a link's path can tell, such as .mp4"
        hint = f"Give a type: {', '.join(_USED)}"
        raise InvalidInputError([Violation("type", f"{media.label} does not tell", limit, hint)])
    return found


def _column_violations(row: Row, input_type: InputType) -> list[Violation]:
    """What is there and has no meaning, and what is not there."""
    used = _USED[input_type]
    # Mostly there is none, and a row is shorter than the list of columns.
    strange = [name for name in row if name not in used and name in COLUMNS[2:]]
    strange.sort(key=COLUMNS.index)
    missing = [name for name in ("text", "media") if name in used and name not in row]
    return [
        *(Violation(name, repr(row[name]), f"{input_type} has no {name}") for name in strange),
        *(Violation(name, "nothing is given", f"{input_type} needs {name}") for name in missing),
    ]


def _build(
    input_type: InputType, text: Any, media: Media | None, settings: Mapping[str, Any]
) -> Input:
    if input_type == "text" or media is None:
        return Text(text)
    match input_type:
        case "image":
            return Image(media)
        case "text_image":
            return TextImage(text, media)
        case "audio":
            return Audio(media, **settings)
        case "video":
            return Video(media, **settings)
        case "document":
            return Document(media, **settings)
        case "multi_input":
            raise NotImplementedError("no row says how several inputs go together")


# ---------------------------------------------------------------------------------------- settings


@frozen(kw_only=True)
class Defaults:
    """The settings of audio and video where the source does not give them.

    Attributes:
        start: where to start, in seconds or as `timedelta`
        end: where to stop, likewise
        segmentation: `Fixed`, `Dynamic`, or as a manifest has it: `fixed:6`, `dynamic:4`
        options: what the vectors describe
        scopes: what they are made of
    """

    start: Seconds | None = None
    end: Seconds | None = None
    segmentation: Fixed | Dynamic | str | None = None
    options: str | Collection[str] | None = None
    scopes: str | Collection[str] | None = None

    def as_row(self) -> dict[str, Any]:
        """What is given, ready for `Audio` and `Video`.

        Raises:
            InvalidInputError: neither audio nor video can have it
        """
        violations: list[Violation] = []
        given = {
            name: value for name, value in asdict(self, recurse=False).items() if value is not None
        }
        settings = _read_settings(given, violations)
        if violations:
            raise InvalidInputError(violations)
        media = Media.asset("any")
        try:
            Video(media, **settings)
        except InvalidInputError:
            # What video can have and audio cannot shows at each sound file.
            Audio(media, **settings)
        return settings

    def as_json(self) -> dict[str, Any]:
        """What is given, as JSON: the same for what means the same."""
        return {name: _plain(value) for name, value in self.as_row().items()}


def _plain(value: Any) -> Any:
    match value:
        case Fixed(sec=sec):
            return f"fixed:{sec}"
        case Dynamic(min_sec=sec):
            return f"dynamic:{sec}"
        case timedelta():
            return value.total_seconds()
        case str() | int() | float():
            return value
        case words:
            return sorted(words)


def _read_settings(row: Row, violations: list[Violation]) -> dict[str, Any]:
    """The arguments of `Audio` and `Video` in a row."""
    readers: Mapping[str, Callable[[Any], Any]] = {
        "start": partial(_read_time, "start"),
        "end": partial(_read_time, "end"),
        "segmentation": _read_segmentation,
        "options": _read_words,
        "scopes": _read_words,
        "types": _read_words,
        "time_based_metadata": _read_moments,
    }
    settings: dict[str, Any] = {}
    for name in _SETTINGS:
        try:
            if name in row:
                settings[name] = readers[name](row[name])
        except InvalidInputError as error:
            violations += error.violations
    return settings


def _read_time(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        violation = Violation(name, repr(value), "a time is a number of seconds", "Write 12.5")
        raise InvalidInputError([violation]) from None


def _read_words(value: Any) -> Any:
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    return value


def _read_moments(value: Any) -> Any:
    """A list of `{"start": 1, "end": 2, "text": "a goal"}`, as JSON where all is text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = [value]  # which is told of below
    if not isinstance(value, list):
        value = [value]
    return [_read_moment(one) for one in value]


def _read_moment(value: Any) -> TimedText:
    match value:
        case {"start": start, "end": end, "text": text, **rest} if not rest:
            return TimedText(start, end, text)
        case _:
            limit = "it is a list of structs with start, end and text"
            hint = 'Write [{"start": 1, "end": 2, "text": "a goal"}], for example'
            violation = Violation("time_based_metadata", repr(value), limit, hint)
            raise InvalidInputError([violation])


def _read_segmentation(value: Any) -> Fixed | Dynamic | Spatial | Sequential:
    """`fixed:6`; `{"fixed": 6}`; `spatial:quadrants`; `sequential:5` or, with what each piece has
    of the one before, `sequential:5:1`; or as the contract has it."""
    match value:
        case Fixed() | Dynamic() | Spatial() | Sequential():
            return value
        case {"temporal": inner} if inner is not None:
            return _read_segmentation(inner)
        case {"spatial": {"strategy": strategy, **rest}} if not rest:
            return Spatial(strategy)
        case {"sequential": {"max_sentences": most, **rest}} if rest.keys() <= {
            "strategy",
            "overlap_sentences",
        }:
            overlap: Any = rest.get("overlap_sentences")
            return Sequential(most, overlap)
        case str():
            how, _, number = value.partition(":")
            return _make_segmentation(value, how.strip(), number.strip())
        case {"strategy": str(how), **rest}:
            inner = rest.get(how)
            seconds = next(iter(inner.values()), None) if isinstance(inner, Mapping) else inner
            return _make_segmentation(value, how, seconds)
        case {**pairs} if len(given := {how: sec for how, sec in pairs.items() if sec}) == 1:
            return _make_segmentation(value, *next(iter(given.items())))
        case _:
            return _make_segmentation(value, "", None)


def _make_segmentation(value: Any, how: Any, given: Any) -> Fixed | Dynamic | Spatial | Sequential:
    is_number = isinstance(given, str) and given.isdecimal()
    number: Any = int(given) if is_number else given
    match how:
        case "fixed":
            return Fixed(number)
        case "dynamic":
            return Dynamic(number)
        case "spatial":
            return Spatial(number)
        case "sequential":
            return Sequential(*_sentences(number))
        case _:
            limit = (
                "it is fixed:SECONDS or dynamic:SECONDS; of documents spatial:STRATEGY, "
                "sequential:SENTENCES or sequential:SENTENCES:OVERLAP"
            )
            violation = Violation("segmentation", repr(value), limit, "Write fixed:6, for example")
            raise InvalidInputError([violation])


def _sentences(given: Any) -> list[Any]:
    """`5`, or `5:1` with how many of them the next piece has, too."""
    parts = given.split(":") if isinstance(given, str) and given.count(":") == 1 else [given]
    return [int(part) if str(part).strip().isdecimal() else part for part in parts]
