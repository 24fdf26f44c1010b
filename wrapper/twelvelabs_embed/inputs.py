"""What can be embedded: `Text`, `Image`, `TextImage`, `Audio`, `Video`; together, `Input`.

    Video("match.mp4", segmentation=Dynamic(min_sec=4), options=["visual"])

All are frozen and can be compared and hashed. A constructor refuses what cannot be, with everything
that is wrong at once; what depends on the media's content is found by `checks`. Every input has

- `input_type`, the tag of the union, never typed by hand; a `match` over the classes is exhaustive;
- `section(source)`, its part of the request, with the names of the contract.
"""

from __future__ import annotations

import math
import operator
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import timedelta
from numbers import Real
from typing import Any, Literal, SupportsIndex, TypeAlias, cast

from attrs import Attribute, field, fields, frozen

from twelvelabs_embed.errors import InvalidInputError, Problem
from twelvelabs_embed.formats import sniff
from twelvelabs_embed.limits import InputType, LimitName, WordListName, find_limit, find_words
from twelvelabs_embed.media import (
    Media,
    MediaLike,
    PilImage,
    ReadableFile,
    as_media,
    read_head,
)

__all__ = [
    "Audio",
    "AudioOption",
    "Dynamic",
    "Fixed",
    "Image",
    "Input",
    "Promotable",
    "Scope",
    "Text",
    "TextImage",
    "Video",
    "VideoOption",
    "promote",
]

AudioOption: TypeAlias = Literal["audio", "transcription"]
VideoOption: TypeAlias = Literal["visual", "audio", "transcription"]
Scope: TypeAlias = Literal["clip", "asset"]

Seconds: TypeAlias = float | timedelta
"""A time from the beginning of a file."""

SourceOf: TypeAlias = Callable[[Media], Mapping[str, Any]]
"""Makes the request's media source, such as `{"url": …}`, of media."""

_LONGEST_SHOWN = 60  # characters of a text in repr and messages


# ------------------------------------------------------------------------------------ conversions

# A converter changes what has a meaning and passes on what has none: `_problems` then finds
# everything that is wrong, and not only the first thing.


def _to_media(value: MediaLike) -> Media:
    try:
        return as_media(value)
    except InvalidInputError as error:
        return cast(Media, error)


def _to_sec(value: Seconds | None) -> float | None:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bool) or not isinstance(value, Real):
        return value
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _to_int(value: SupportsIndex) -> int:
    # numpy's integers are as good as int; a bool is a mistake, and 4.0 may be one.
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        return cast(int, value)
    return operator.index(value)


def _to_audio_options(
    value: AudioOption | Collection[AudioOption] | None,
) -> tuple[AudioOption, ...] | None:
    return cast(tuple[AudioOption, ...] | None, _to_words(value, "options", "audio"))


def _to_video_options(
    value: VideoOption | Collection[VideoOption] | None,
) -> tuple[VideoOption, ...] | None:
    return cast(tuple[VideoOption, ...] | None, _to_words(value, "options", "video"))


def _to_scopes(value: Scope | Collection[Scope] | None) -> tuple[Scope, ...] | None:
    return cast(tuple[Scope, ...] | None, _to_words(value, "scopes", "video"))


def _to_words(value: object, name: WordListName, input_type: InputType) -> object:
    """Known words in the order of the contract, so that equal choices are equal inputs.

    A bare string is one word: it can mean nothing else, and is often typed.
    """
    if isinstance(value, str):
        return (value,)
    if value is None or isinstance(value, bytes) or not isinstance(value, Iterable):
        return value
    words = tuple(cast(Iterable[object], value))
    known = find_words(name, input_type) or ()
    return tuple(sorted(words, key=lambda word: known.index(word) if word in known else 99))


# ------------------------------------------------------------------------------------- segments


@frozen
class Fixed:
    """Segments of equal length; the last one may be shorter.

    Attributes:
        sec: the length of a segment in whole seconds, 2 to 10

    Raises:
        InvalidInputError: not an integer, or out of range.

    Source: `AudioSegmentationFixed` and `VideoSegmentationFixedFixed` of the contract.
    """

    sec: int = field(converter=_to_int)

    def __attrs_post_init__(self) -> None:
        _refuse(_int_problems("Fixed.sec", self.sec, "min_fixed_sec", "max_fixed_sec"))

    def section(self) -> dict[str, Any]:
        """The `segmentation` of the request."""
        return {"strategy": "fixed", "fixed": {"duration_sec": self.sec}}


@frozen
class Dynamic:
    """Segments that follow the scenes of a video.

    Attributes:
        min_sec: the shortest length of a segment in whole seconds, 2 to 5

    Raises:
        InvalidInputError: not an integer, or out of range.

    Source: `VideoSegmentationDynamicDynamic` of the contract. Audio cannot be cut like this.
    """

    min_sec: int = field(converter=_to_int)

    def __attrs_post_init__(self) -> None:
        _refuse(
            _int_problems("Dynamic.min_sec", self.min_sec, "min_dynamic_sec", "max_dynamic_sec")
        )

    def section(self) -> dict[str, Any]:
        """The `segmentation` of the request."""
        return {"strategy": "dynamic", "dynamic": {"min_duration_sec": self.min_sec}}


# --------------------------------------------------------------------------------------- inputs


@frozen(repr=False)
class Text:
    """A text, at most 500 tokens long. One vector.

    Raises:
        InvalidInputError: not a `str`.

    Source: `TextInputRequest` of the contract.
    """

    text: str
    input_type: Literal["text"] = field(init=False, default="text")

    def __attrs_post_init__(self) -> None:
        _refuse(_problems(self))

    def section(self, source: SourceOf) -> dict[str, Any]:
        """What goes into the request as `text`. `source` is not needed."""
        return {"input_text": self.text}

    def __repr__(self) -> str:
        return _repr(self)


@frozen(repr=False)
class Image:
    """An image: JPEG or PNG, at least 128 pixels on each side, at most 5 MB. One vector.

    Args:
        media: a path, a link, bytes, a file object, a PIL image or `Media`

    Raises:
        InvalidInputError: `media` is none of these, or cannot be read.

    Source: `ImageInputRequest` of the contract.
    """

    media: Media = field(converter=_to_media)
    input_type: Literal["image"] = field(init=False, default="image")

    def __attrs_post_init__(self) -> None:
        _refuse(_problems(self))

    def section(self, source: SourceOf) -> dict[str, Any]:
        """What goes into the request as `image`; `source` makes the media source."""
        return {"media_source": source(self.media)}

    def __repr__(self) -> str:
        return _repr(self)


@frozen(repr=False)
class TextImage:
    """A text and an image that together become one vector. The limits are those of each.

    Args:
        text: the text
        media: a path, a link, bytes, a file object, a PIL image or `Media`

    Raises:
        InvalidInputError: `text` is no `str`, `media` is none of these, or cannot be read.

    Source: `TextImageInputRequest` of the contract.
    """

    text: str
    media: Media = field(converter=_to_media)
    input_type: Literal["text_image"] = field(init=False, default="text_image")

    def __attrs_post_init__(self) -> None:
        _refuse(_problems(self))

    def section(self, source: SourceOf) -> dict[str, Any]:
        """What goes into the request as `text_image`; `source` makes the media source."""
        return {"input_text": self.text, "media_source": source(self.media)}

    def __repr__(self) -> str:
        return _repr(self)


@frozen(repr=False)
class Audio:
    """A sound file: WAV, MP3 or FLAC, at most 10 minutes long, 36 MB unless it is a link.

    One vector for each segment, option and scope.

    Args:
        media: a path, a link, bytes, a file object or `Media`
        start: where to start, in seconds or as `timedelta`; the beginning when left out
        end: where to stop, likewise; the end of the file when left out
        segmentation: `Fixed`; the service decides when left out
        options: `audio` (sounds and music), `transcription` (speech); both when left out
        scopes: `clip` (each segment), `asset` (the whole file); both when left out

    Raises:
        InvalidInputError: with everything that is wrong.

    Source: `AudioInputRequest` of the contract.
    """

    media: Media = field(converter=_to_media)
    start_sec: float | None = field(default=None, converter=_to_sec, alias="start", kw_only=True)
    end_sec: float | None = field(default=None, converter=_to_sec, alias="end", kw_only=True)
    segmentation: Fixed | None = field(default=None, kw_only=True)
    options: tuple[AudioOption, ...] | None = field(
        default=None, converter=_to_audio_options, kw_only=True
    )
    scopes: tuple[Scope, ...] | None = field(default=None, converter=_to_scopes, kw_only=True)
    input_type: Literal["audio"] = field(init=False, default="audio")

    def __attrs_post_init__(self) -> None:
        _refuse(_problems(self))

    def section(self, source: SourceOf) -> dict[str, Any]:
        """What goes into the request as `audio`; `source` makes the media source."""
        return _recording_section(self, source)

    def __repr__(self) -> str:
        return _repr(self)


@frozen(repr=False)
class Video:
    """A video: any format that FFmpeg reads, at most 10 minutes long, 36 MB unless it is a link.

    360x360 to 5184x2160 pixels, the longer side at most 2.4 times the shorter one. One vector for
    each segment, option and scope.

    Args:
        media: a path, a link, bytes, a file object or `Media`
        start: where to start, in seconds or as `timedelta`; the beginning when left out
        end: where to stop, likewise; the end of the file when left out
        segmentation: `Fixed` or `Dynamic`; the service decides when left out
        options: `visual` (what is seen), `audio` (sounds and music), `transcription` (speech); all
            when left out
        scopes: `clip` (each segment), `asset` (the whole file); both when left out

    Raises:
        InvalidInputError: with everything that is wrong.

    Source: `VideoInputRequest` of the contract.
    """

    media: Media = field(converter=_to_media)
    start_sec: float | None = field(default=None, converter=_to_sec, alias="start", kw_only=True)
    end_sec: float | None = field(default=None, converter=_to_sec, alias="end", kw_only=True)
    segmentation: Fixed | Dynamic | None = field(default=None, kw_only=True)
    options: tuple[VideoOption, ...] | None = field(
        default=None, converter=_to_video_options, kw_only=True
    )
    scopes: tuple[Scope, ...] | None = field(default=None, converter=_to_scopes, kw_only=True)
    input_type: Literal["video"] = field(init=False, default="video")

    def __attrs_post_init__(self) -> None:
        _refuse(_problems(self))

    def section(self, source: SourceOf) -> dict[str, Any]:
        """What goes into the request as `video`; `source` makes the media source."""
        return _recording_section(self, source)

    def __repr__(self) -> str:
        return _repr(self)


Input: TypeAlias = Text | Image | TextImage | Audio | Video
"""Everything that can be embedded."""


def _recording_section(input: Audio | Video, source: SourceOf) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "media_source": source(input.media),
        "start_sec": input.start_sec,
        "end_sec": input.end_sec,
        "segmentation": input.segmentation and input.segmentation.section(),
        "embedding_option": None if input.options is None else list(input.options),
        "embedding_scope": None if input.scopes is None else list(input.scopes),
    }
    return {name: value for name, value in settings.items() if value is not None}


def _repr(input: Input) -> str:
    """The call that makes the input, short: what was left out is left out."""
    parts: list[str] = []
    for attribute in cast("tuple[Attribute[Any], ...]", fields(type(input))):
        value = getattr(input, attribute.name)
        if attribute.init and value is not None:
            name = f"{attribute.alias}=" if attribute.kw_only else ""
            parts.append(name + repr(_shorten(value) if isinstance(value, str) else value))
    return f"{type(input).__name__}({', '.join(parts)})"


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


# ------------------------------------------------------------------------------------- problems


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise InvalidInputError(problems)


def _problems(input: Input) -> list[Problem]:
    """Everything that is wrong with an input, whatever its media holds."""
    problems: list[Problem] = []
    if isinstance(input, (Text, TextImage)):
        problems += _text_problems(input.text)
    if not isinstance(input, Text):
        problems += _media_problems(input.media)
    if isinstance(input, (Audio, Video)):
        problems += _time_problems(input.start_sec, input.end_sec)
        problems += _segmentation_problems(input.segmentation, input.input_type)
        problems += _word_problems("options", input.options, input.input_type)
        problems += _word_problems("scopes", input.scopes, input.input_type)
    return problems


def _text_problems(text: object) -> list[Problem]:
    if isinstance(text, str):
        return []
    way_out = "Convert it with str(), or wrap media in Image, Audio or Video"
    return [Problem("text", _given(text), "a text is a str", way_out)]


def _media_problems(media: object) -> list[Problem]:
    return list(media.problems) if isinstance(media, InvalidInputError) else []


_WHOLE = {"start": "beginning", "end": "end"}


def _time_problems(start_sec: object, end_sec: object) -> list[Problem]:
    problems: list[Problem] = []
    limit = find_limit("min_start_sec", "video")
    earliest_sec = limit.value if limit else 0.0
    for name, value in (("start", start_sec), ("end", end_sec)):
        if value is None:
            continue
        if not isinstance(value, float):
            allowed = "a time is a number of seconds or a timedelta"
            problems.append(
                Problem(name, _given(value), allowed, f"Write {name}=12.5, for example")
            )
        elif not math.isfinite(value):
            way_out = f"Leave {name} out to mean the {_WHOLE[name]} of the file"
            problems.append(Problem(name, f"{value}", "a time is a finite number", way_out))
        elif name == "start" and value < earliest_sec:
            allowed = f"a recording starts at {earliest_sec:g} s"
            problems.append(Problem(name, f"{value:g} s", allowed, "Count from the beginning"))
    if problems or not isinstance(end_sec, float):
        return problems
    start = start_sec if isinstance(start_sec, float) else 0.0
    if end_sec <= start:
        allowed = f"the end lies after the start, which is at {start:g} s"
        way_out = "Count both from the beginning of the file, or leave end out"
        problems.append(Problem("end", f"{end_sec:g} s", allowed, way_out))
    return problems


def _segmentation_problems(value: object, input_type: InputType) -> list[Problem]:
    allowed = Fixed if input_type == "audio" else (Fixed, Dynamic)
    if value is None or isinstance(value, allowed):
        return []
    if isinstance(value, Dynamic):
        way_out = "Use Fixed(sec), or leave segmentation out"
        return [Problem("segmentation", repr(value), "audio is cut by Fixed only", way_out)]
    calls = "Fixed(sec)" if input_type == "audio" else "Fixed(sec) or Dynamic(min_sec)"
    way_out = f"Use {calls}, or leave segmentation out"
    return [Problem("segmentation", _given(value), f"it is {calls}", way_out)]


def _word_problems(name: WordListName, words: object, input_type: InputType) -> list[Problem]:
    known = find_words(name, input_type) or ()
    allowed = f"{name} of {input_type} are {_join(known)}"
    if words is None:
        return []
    if not isinstance(words, tuple):
        way_out = f"Write {name}={list(known)}, for example"
        return [Problem(name, _given(words), allowed, way_out)]
    given = cast(tuple[object, ...], words)
    if not given:
        # The contract does not say what an empty list means; all and nothing are both thinkable.
        way_out = f"Leave {name} out for all of them"
        return [Problem(name, "nothing is asked for", allowed, way_out)]
    problems = [
        Problem(name, _shorten(repr(word)), allowed, _suggest(word, known))
        for index, word in enumerate(given)
        if word not in known and word not in given[:index]  # words need not be hashable
    ]
    problems += [
        Problem(name, f"{word!r} is there {given.count(word)} times", "each may be there once")
        for word in known
        if given.count(word) > 1
    ]
    return problems


def _suggest(word: object, known: tuple[str, ...]) -> str:
    import difflib  # only needed here

    text = word.lower() if isinstance(word, str) else ""
    near = difflib.get_close_matches(text, known, n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}?" if near else ""


def _int_problems(name: str, value: object, low: LimitName, high: LimitName) -> list[Problem]:
    low_limit, high_limit = find_limit(low, "video"), find_limit(high, "video")
    assert low_limit is not None
    assert high_limit is not None
    minimum, maximum = int(low_limit.value), int(high_limit.value)
    allowed = f"it is a whole number of seconds, {minimum} to {maximum}"
    if not isinstance(value, int) or isinstance(value, bool):
        return [Problem(name, _given(value), allowed, f"Write {minimum}, for example")]
    if minimum <= value <= maximum:
        return []
    return [Problem(name, f"{value} s", allowed, f"Take {min(max(value, minimum), maximum)}")]


def _given(value: object) -> str:
    return f"{_shorten(repr(value))} is of type {type(value).__name__}"


def _join(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


# ------------------------------------------------------------------------------------ promotion

Promotable: TypeAlias = (
    Input
    | str
    | os.PathLike[str]
    | Media
    | bytes
    | bytearray
    | memoryview
    | PilImage
    | ReadableFile
)
"""What `promote` takes."""


def promote(value: Promotable) -> Input:
    """Make an input of a plain value.

    A `str` is a text, always: it is never taken for a path or a link. A `pathlib.Path`, bytes, a
    file object or local `Media` becomes an `Image`, `Audio` or `Video`, as its first bytes tell; a
    PIL image becomes an `Image`. Inputs are given back as they are.

    Raises:
        InvalidInputError: it cannot be read, or its kind is not certain; the message names what to
            write instead.
    """
    if isinstance(value, (Text, Image, TextImage, Audio, Video)):
        return value
    if isinstance(value, str):
        return Text(value)
    media = as_media(value)
    if not media.is_local:
        return _refuse_to_promote(f"{media!r} is not on this machine")
    head = read_head(media)
    form = sniff(head)
    match form.kind if form else None:
        case "image":
            return Image(media)
        case "audio":
            return Audio(media)
        case "video":
            return Video(media)
        case _:
            pass
    what = form.title if form else "of an unknown format" if head else "empty"
    return _refuse_to_promote(f"{media.label} is {what}")


def _refuse_to_promote(what: str) -> Input:
    limit = "images, audio and video are told by their first bytes"
    way_out = "Say what it is: Image(…), Audio(…) or Video(…); for the words of a text give a str"
    raise InvalidInputError([Problem("input", what, limit, way_out)])
