"""What can be embedded: `Text`, `Image`, `TextImage`, `Audio`, `Video`, `Document`, `MultiInput`;
together, `Input`.

    Video("match.mp4", segmentation=Dynamic(min_sec=4), options=["visual"])
    MultiInput("A person wearing <@outfit>", outfit=Image("outfit.png"))

All are frozen and can be compared and hashed. A constructor refuses what cannot be, with everything
that is wrong at once; what depends on the model or on the media's content is found by `checks`.
Every input has

- `input_type`, the tag of the union, never typed by hand; a `match` over the classes is exhaustive;
- `section(source)`, its part of the request, with the names of the contract.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Literal, TypeAlias, cast

from attrs import Attribute, field, fields, frozen

from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs.media import (
    Media,
    MediaLike,
    PilImage,
    ReadableFile,
    as_media,
    read_head,
)
from twelvelabs_embed.inputs.segmentation import Dynamic, Fixed, Sequential, Spatial, TimedText
from twelvelabs_embed.inputs.validators import (
    Seconds,
    given,
    refuse,
    shorten,
    suggest,
    text_violations,
    time_violations,
    to_choices,
    to_sec,
    word_violations,
)
from twelvelabs_embed.limits.file_signatures import sniff
from twelvelabs_embed.limits.tables import InputType, find_limit

__all__ = [
    "Audio",
    "AudioOption",
    "Document",
    "DocumentOption",
    "DocumentScope",
    "Dynamic",
    "EmbeddingKind",
    "Fixed",
    "Image",
    "Input",
    "MultiInput",
    "EmbedInput",
    "Scope",
    "Seconds",
    "Sequential",
    "Source",
    "SourceInput",
    "Spatial",
    "Text",
    "TextImage",
    "TimedText",
    "Video",
    "VideoOption",
    "coerce",
]

AudioOption: TypeAlias = Literal["audio", "transcription"]
VideoOption: TypeAlias = Literal["visual", "audio", "transcription"]
DocumentOption: TypeAlias = Literal["visual", "text"]
Scope: TypeAlias = Literal["clip", "local", "asset"]
DocumentScope: TypeAlias = Literal["local", "asset"]
EmbeddingKind: TypeAlias = Literal["separate", "fused"]
"""A vector for each option, or one of all of them."""


SourceOf: TypeAlias = Callable[[Media], Mapping[str, Any]]
"""Makes the request's media source, such as `{"url": …}`, of media."""


# ------------------------------------------------------------------------------------ conversions


def _to_media(value: MediaLike) -> Media:
    try:
        return as_media(value)
    except InvalidInputError as error:
        return cast(Media, error)


def _to_audio_options(
    value: AudioOption | Collection[AudioOption] | None,
) -> tuple[AudioOption, ...] | None:
    return cast(tuple[AudioOption, ...] | None, to_choices(value, "options", "audio"))


def _to_video_options(
    value: VideoOption | Collection[VideoOption] | None,
) -> tuple[VideoOption, ...] | None:
    return cast(tuple[VideoOption, ...] | None, to_choices(value, "options", "video"))


def _to_scopes(value: Scope | Collection[Scope] | None) -> tuple[Scope, ...] | None:
    return cast(tuple[Scope, ...] | None, to_choices(value, "scopes", "video"))


def _to_types(
    value: EmbeddingKind | Collection[EmbeddingKind] | None,
) -> tuple[EmbeddingKind, ...] | None:
    return cast(tuple[EmbeddingKind, ...] | None, to_choices(value, "types", "video"))


def _to_document_options(
    value: DocumentOption | Collection[DocumentOption] | None,
) -> tuple[DocumentOption, ...] | None:
    return cast(tuple[DocumentOption, ...] | None, to_choices(value, "options", "document"))


def _to_document_scopes(
    value: DocumentScope | Collection[DocumentScope] | None,
) -> tuple[DocumentScope, ...] | None:
    return cast(tuple[DocumentScope, ...] | None, to_choices(value, "scopes", "document"))


def _to_tuple(value: Collection[TimedText] | None) -> tuple[TimedText, ...] | None:
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        return tuple(value)
    return cast("tuple[TimedText, ...] | None", value)


# --------------------------------------------------------------------------------------- inputs


@frozen(repr=False)
class Text:
    """A text, at most 500 tokens long, 2,000 with `marengo3.5`. One vector.

    Raises:
        InvalidInputError: not a `str`.

    Source: `TextInputRequest` of the contract.
    """

    text: str
    input_type: Literal["text"] = field(init=False, default="text")

    def __attrs_post_init__(self) -> None:
        refuse(_violations(self))

    def section(self, source: SourceOf) -> dict[str, Any]:
        """What goes into the request as `text`. `source` is not needed."""
        return {"input_text": self.text}

    def __repr__(self) -> str:
        return _repr(self)


@frozen(repr=False)
class Image:
    """An image: JPEG or PNG, at least 128 pixels on each side, at most 32 MB. One vector.

    Args:
        media: a path, a link, bytes, a file object, a PIL image or `Media`

    Raises:
        InvalidInputError: `media` is none of these, or cannot be read.

    Source: `ImageInputRequest` of the contract.
    """

    media: Media = field(converter=_to_media)
    input_type: Literal["image"] = field(init=False, default="image")

    def __attrs_post_init__(self) -> None:
        refuse(_violations(self))

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
        refuse(_violations(self))

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
        segmentation: `Fixed`, or `Dynamic` with `marengo3.5`; the service decides when left out
        options: `audio` (sounds and music), `transcription` (speech); both when left out
        scopes: `clip` (each segment), `asset` (the whole file); both when left out. `marengo3.5`
            has `local`, too, its own word for `clip`
        types: `separate` (a vector for each option), `fused` (one of all options); separate when
            left out
        time_based_metadata: what is known of parts of it, as `TimedText`; `marengo3.5`, for fused
            vectors

    Raises:
        InvalidInputError: with everything that is wrong.

    Source: `AudioInputRequest` of the contract.
    """

    media: Media = field(converter=_to_media)
    start_sec: float | None = field(default=None, converter=to_sec, alias="start", kw_only=True)
    end_sec: float | None = field(default=None, converter=to_sec, alias="end", kw_only=True)
    segmentation: Fixed | Dynamic | None = field(default=None, kw_only=True)
    options: tuple[AudioOption, ...] | None = field(
        default=None, converter=_to_audio_options, kw_only=True
    )
    scopes: tuple[Scope, ...] | None = field(default=None, converter=_to_scopes, kw_only=True)
    types: tuple[EmbeddingKind, ...] | None = field(default=None, converter=_to_types, kw_only=True)
    time_based_metadata: tuple[TimedText, ...] | None = field(
        default=None, converter=_to_tuple, kw_only=True
    )
    input_type: Literal["audio"] = field(init=False, default="audio")

    def __attrs_post_init__(self) -> None:
        refuse(_violations(self))

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
        scopes: `clip` (each segment), `asset` (the whole file); both when left out. `marengo3.5`
            has `local`, too, its own word for `clip`
        types: `separate` (a vector for each option), `fused` (one of all options); separate when
            left out
        time_based_metadata: what is known of parts of it, as `TimedText`; `marengo3.5`, for fused
            vectors

    Raises:
        InvalidInputError: with everything that is wrong.

    Source: `VideoInputRequest` of the contract.
    """

    media: Media = field(converter=_to_media)
    start_sec: float | None = field(default=None, converter=to_sec, alias="start", kw_only=True)
    end_sec: float | None = field(default=None, converter=to_sec, alias="end", kw_only=True)
    segmentation: Fixed | Dynamic | None = field(default=None, kw_only=True)
    options: tuple[VideoOption, ...] | None = field(
        default=None, converter=_to_video_options, kw_only=True
    )
    scopes: tuple[Scope, ...] | None = field(default=None, converter=_to_scopes, kw_only=True)
    types: tuple[EmbeddingKind, ...] | None = field(default=None, converter=_to_types, kw_only=True)
    time_based_metadata: tuple[TimedText, ...] | None = field(
        default=None, converter=_to_tuple, kw_only=True
    )
    input_type: Literal["video"] = field(init=False, default="video")

    def __attrs_post_init__(self) -> None:
        refuse(_violations(self))

    def section(self, source: SourceOf) -> dict[str, Any]:
        """What goes into the request as `video`; `source` makes the media source."""
        return _recording_section(self, source)

    def __repr__(self) -> str:
        return _repr(self)


@frozen(repr=False)
class Document:
    """A document: a PDF, at most 512 MB, or a text file. `marengo3.5`, by a task.

    Inside a `MultiInput` it goes without a task, and has to be the only source when it is a PDF.

    Args:
        media: a path, a link, bytes, a file object or `Media`
        options: `visual` (pages as pictures), `text` (their words); the service decides when left
            out
        scopes: `local` (each page or piece), `asset` (the whole document); likewise
        segmentation: `Spatial` for a PDF, `Sequential` for text; likewise

    Raises:
        InvalidInputError: with everything that is wrong.

    Source: `AsyncDocumentInputRequest` of the contract.
    """

    media: Media = field(converter=_to_media)
    options: tuple[DocumentOption, ...] | None = field(
        default=None, converter=_to_document_options, kw_only=True
    )
    scopes: tuple[DocumentScope, ...] | None = field(
        default=None, converter=_to_document_scopes, kw_only=True
    )
    segmentation: Spatial | Sequential | None = field(default=None, kw_only=True)
    input_type: Literal["document"] = field(init=False, default="document")

    def __attrs_post_init__(self) -> None:
        refuse(_violations(self))

    def section(self, source: SourceOf) -> dict[str, Any]:
        """What goes into the request as `document`; `source` makes the media source."""
        return _given_only(
            media_source=source(self.media),
            segmentation=self.segmentation and self.segmentation.section(),
            embedding_option=self.options and list(self.options),
            embedding_scope=self.scopes and list(self.scopes),
        )

    def __repr__(self) -> str:
        return _repr(self)


SourceInput: TypeAlias = Image | Audio | Video | Document
"""What `MultiInput` is made of, besides text."""


@frozen
class Source:
    """One part of a `MultiInput`.

    Attributes:
        input: an image, a sound, a video or a document
        name: what the text calls it, as `<@name>`; None when it does not
    """

    input: SourceInput
    name: str | None = None


@frozen(repr=False, init=False)
class MultiInput:
    """A text, images, sounds and videos that together become one vector. `marengo3.5`; images also
    with `marengo3.0`.

        MultiInput("A person wearing <@outfit>", outfit=Image("outfit.png"))
        MultiInput(None, Image("front.png"), Image("back.png"))

    Args:
        text: the text, which refers to a source by `<@name>`; None for no text
        media: sources without a name
        named: sources that the text refers to

    Attributes:
        text: the text
        sources: all sources, at most 10, those without a name first

    Raises:
        InvalidInputError: with everything that is wrong: a source with settings of its own, which
            the service does not take here; a reference without a source, and a named source that
            the text does not refer to.

    Source: `MultiInputRequest` of the contract.
    """

    text: str | None
    sources: tuple[Source, ...]
    input_type: Literal["multi_input"] = field(init=False, default="multi_input")

    def __init__(
        self, text: str | None = None, /, *media: SourceInput, **named: SourceInput
    ) -> None:
        sources = [*map(Source, media), *(Source(one, name) for name, one in named.items())]
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "sources", tuple(sources))
        object.__setattr__(self, "input_type", "multi_input")
        refuse(_combined_violations(text, self.sources))

    def section(self, source: SourceOf) -> dict[str, Any]:
        """What goes into the request as `multi_input`; `source` makes each media source."""
        sources = [
            _given_only(name=one.name, media_type=one.input.input_type, **source(one.input.media))
            for one in self.sources
        ]
        return _given_only(input_text=self.text, media_sources=sources or None)

    def __repr__(self) -> str:
        parts = [] if self.text is None and not self.sources else [repr(self.text)]
        if self.text is not None:
            parts = [repr(shorten(self.text))]
        parts += [
            f"{one.name}={one.input!r}" if one.name else repr(one.input) for one in self.sources
        ]
        return f"MultiInput({', '.join(parts)})"


Input: TypeAlias = Text | Image | TextImage | Audio | Video | Document | MultiInput
"""Everything that can be embedded."""


def _recording_section(input: Audio | Video, source: SourceOf) -> dict[str, Any]:
    timed = input.time_based_metadata
    return _given_only(
        media_source=source(input.media),
        start_sec=input.start_sec,
        end_sec=input.end_sec,
        segmentation=input.segmentation and input.segmentation.section(),
        embedding_option=input.options and list(input.options),
        embedding_scope=input.scopes and list(input.scopes),
        embedding_type=input.types and [f"{kind}_embedding" for kind in input.types],
        time_based_metadata=timed and [one.section() for one in timed],
    )


def _given_only(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _repr(input: Input) -> str:
    """The call that makes the input, short: what was left out is left out."""
    parts: list[str] = []
    for attribute in cast("tuple[Attribute[Any], ...]", fields(type(input))):
        value = getattr(input, attribute.name)
        if attribute.init and value is not None:
            name = f"{attribute.alias}=" if attribute.kw_only else ""
            parts.append(name + repr(shorten(value) if isinstance(value, str) else value))
    return f"{type(input).__name__}({', '.join(parts)})"


# ------------------------------------------------------------------------------------- problems


def _violations(input: Input) -> list[Violation]:
    """Everything that is wrong with an input, whatever its media holds."""
    if isinstance(input, MultiInput):
        return _combined_violations(input.text, input.sources)
    violations: list[Violation] = []
    if isinstance(input, (Text, TextImage)):
        violations += text_violations(input.text)
    if not isinstance(input, Text):
        violations += _media_violations(input.media)
    if isinstance(input, (Audio, Video)):
        violations += time_violations(input.start_sec, input.end_sec)
    if isinstance(input, (Audio, Video, Document)):
        violations += _segmentation_violations(input.segmentation, input.input_type)
        violations += word_violations("options", input.options, input.input_type)
        violations += word_violations("scopes", input.scopes, input.input_type)
    if isinstance(input, (Audio, Video)):
        violations += word_violations("types", input.types, input.input_type)
        violations += _timed_violations(input.time_based_metadata)
    return violations


_REFERENCE = re.compile(r"<@([^<>@]*)>")


def _combined_violations(text: object, sources: tuple[Source, ...]) -> list[Violation]:
    violations = [] if text is None else text_violations(text)
    if text is None and not sources:
        limit, hint = "there must be something to embed", "Give a text, an image or a video"
        violations.append(Violation("MultiInput", "it is empty", limit, hint))
    most = find_limit("max_sources", "multi_input")
    if most is not None and len(sources) > most.value:
        limit = f"it may have at most {most.value:g} sources"
        violations.append(Violation("media", f"{len(sources)} sources are given", limit))
    for number, source in enumerate(sources, 1):
        violations += _source_violations(source.name or f"media {number}", source.input)
    return violations + _reference_violations(text if isinstance(text, str) else "", sources)


def _source_violations(name: str, input: object) -> list[Violation]:
    if not isinstance(input, (Image, Audio, Video, Document)):
        limit, hint = (
            "it is an Image, Audio, Video or Document",
            "Wrap it: Image(…), for example",
        )
        return [Violation(name, given(input), limit, hint)]
    settings = [
        attribute.alias
        for attribute in cast("tuple[Attribute[Any], ...]", fields(type(input)))
        if attribute.kw_only and getattr(input, attribute.name) is not None
    ]
    limit = "what is combined is taken whole, without settings of its own"
    hint = "Leave it out, or embed it by itself"
    return [Violation(name, f"it has {setting}", limit, hint) for setting in settings]


def _reference_violations(text: str, sources: tuple[Source, ...]) -> list[Violation]:
    wanted = list(dict.fromkeys(_REFERENCE.findall(text)))
    names = [source.name for source in sources if source.name is not None]
    violations = [
        Violation(
            "text",
            f"it refers to <@{name}>",
            "each reference needs a source of that name",
            _suggested_source(name, tuple(names)),
        )
        for name in wanted
        if name not in names
    ]
    violations += [
        Violation(
            name,
            "the text does not refer to it",
            f"a named source is referred to by <@{name}>",
            "Write that into the text, or give the source without a name",
        )
        for name in names
        if name not in wanted
    ]
    return violations


def _suggested_source(name: str, names: tuple[str, ...]) -> str:
    return suggest(name, names) or f"Add {name or 'name'}=Image(…), for example"


def _timed_violations(value: object) -> list[Violation]:
    if value is None:
        return []
    limit, hint = "it is a list of TimedText(start, end, text)", "Leave it out for nothing"
    name = "time_based_metadata"
    if not isinstance(value, tuple):
        return [Violation(name, given(value), limit, hint)]
    if not value:
        return [Violation(name, "it is empty", limit, hint)]
    others = [one for one in cast(tuple[object, ...], value) if not isinstance(one, TimedText)]
    return [Violation(name, given(one), limit, "") for one in others[:1]]


def _media_violations(media: object) -> list[Violation]:
    return list(media.violations) if isinstance(media, InvalidInputError) else []


_SEGMENTATIONS: Mapping[str, tuple[type, ...]] = {
    "audio": (Fixed, Dynamic),
    "video": (Fixed, Dynamic),
    "document": (Spatial, Sequential),
}
_SEGMENTATION_CALLS = {
    "audio": "Fixed(sec) or Dynamic(min_sec)",
    "video": "Fixed(sec) or Dynamic(min_sec)",
    "document": "Spatial(strategy) or Sequential(max_sentences)",
}


def _segmentation_violations(value: object, input_type: InputType) -> list[Violation]:
    if value is None or isinstance(value, _SEGMENTATIONS[input_type]):
        return []
    calls = _SEGMENTATION_CALLS[input_type]
    hint = f"Use {calls}, or leave segmentation out"
    return [Violation("segmentation", given(value), f"it is {calls}", hint)]


# ------------------------------------------------------------------------------------ promotion

EmbedInput: TypeAlias = (
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
"""What `coerce` takes."""


def coerce(value: EmbedInput) -> Input:
    """Make an input of a plain value.

    A `str` is a text, always: it is never taken for a path or a link. A `pathlib.Path`, bytes, a
    file object or local `Media` becomes an `Image`, `Audio`, `Video` or (a PDF) `Document`, as its
    first bytes tell; a PIL image becomes an `Image`. Inputs are given back as they are.

    Raises:
        InvalidInputError: it cannot be read, or its kind is not certain; the message names what to
            write instead.
    """
    if isinstance(value, (Text, Image, TextImage, Audio, Video, Document, MultiInput)):
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
        case _ if form is not None and form.name == "pdf":
            return Document(media)
        case _:
            pass
    what = form.title if form else "of an unknown format" if head else "empty"
    return _refuse_to_promote(f"{media.label} is {what}")


def _refuse_to_promote(what: str) -> Input:
    limit = "images, audio and video are told by their first bytes"
    hint = "Say what it is: Image(…), Audio(…) or Video(…); for the words of a text give a str"
    raise InvalidInputError([Violation("input", what, limit, hint)])
