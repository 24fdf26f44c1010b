"""The commands that embed: `text`, `image`, `text-image`, `audio`, `video`, `document`, `multi`.

Docstrings are what `--help` shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, TypeAlias, TypeVar, cast

import typer

from twelvelabs_embed.cli.options import (
    VIDEO_OPTIONS,
    MediaSettings,
    Output,
    Segments,
    Settings,
    choices,
    excludes,
    option as declare,
    with_groups,
)
from twelvelabs_embed.cli.session import parse_media, parse_text, run
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs import (
    Audio,
    Document,
    Image,
    MultiInput,
    Sequential,
    Spatial,
    Text,
    TextImage,
    TimedText,
    Video,
)
from twelvelabs_embed.inputs.media import Media

T = TypeVar("T")

_SECONDS = r"(\d+\.?\d*|\.\d+)"

_TextArgument: TypeAlias = Annotated[
    str, typer.Argument(metavar="TEXT", help="The text, or - to read it from standard input.")
]
_MediaArgument: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="MEDIA", help="The path of a file, an http(s) link, or asset:ID for an asset."
    ),
]


class Recording(Segments):
    """What is embedded of a recording, and as what."""

    type: list[str] | None = declare(
        "separate (a vector for each option), fused (one for all of them). May be repeated. "
        "[default: separate]",
        "WORD",
        "--type",
    )
    timed_text: list[str] | None = declare(
        "A text about a time span, such as '12.5-20=the goal'; marengo3.5 needs it for fused. "
        "May be repeated.",
        "START-END=TEXT",
    )


@with_groups
def text(text: _TextArgument, output: Output, settings: Settings) -> None:
    """Embed a text. One vector.

    Example: twelvelabs-embed text "a man walks his dog along the beach"
    """
    run(Text(parse_text(text)), settings, output)


@with_groups
def image(media: _MediaArgument, output: Output, settings: MediaSettings) -> None:
    """Embed an image: JPEG or PNG. One vector.

    Example: twelvelabs-embed image beach.jpg --json
    """
    run(Image(parse_media(media)), settings, output)


@with_groups
def text_image(
    text: _TextArgument, media: _MediaArgument, output: Output, settings: MediaSettings
) -> None:
    """Embed a text and an image together, as one vector.

    Example: twelvelabs-embed text-image "the same beach, at night" beach.jpg
    """
    run(TextImage(parse_text(text), parse_media(media)), settings, output)


@with_groups
def audio(
    media: _MediaArgument,
    recording: Recording,
    output: Output,
    settings: MediaSettings,
    option: list[str] | None = choices("options", "audio", "What the vectors describe"),
) -> None:
    """Embed audio: WAV, MP3 or FLAC. A vector for each segment, option and scope.

    Example: twelvelabs-embed audio talk.wav --fixed-sec 5 --option transcription
    """
    run(_recording(Audio, media, option, recording), settings, output)


@with_groups
def video(
    media: _MediaArgument,
    recording: Recording,
    output: Output,
    settings: MediaSettings,
    option: list[str] | None = VIDEO_OPTIONS,
) -> None:
    """Embed a video. A vector for each segment, option and scope.

    Example: twelvelabs-embed video film.mkv --dynamic-min-sec 4 --out film.npy
    """
    run(_recording(Video, media, option, recording), settings, output)


@with_groups
def document(
    media: _MediaArgument,
    output: Output,
    settings: MediaSettings,
    spatial: str | None = declare("Split the pages of a PDF: standard or quadrants.", "WORD"),
    max_sentences: int | None = declare("Split a text into chunks of at most N sentences.", "N"),
    overlap_sentences: int | None = declare("How many sentences adjacent chunks share.", "N"),
    option: list[str] | None = choices(
        "options", "document", "What the vectors describe", "what fits the file"
    ),
    scope: list[str] | None = choices(
        "scopes",
        "document",
        "A vector for each page or chunk, or one for the whole document",
        "what fits the file",
    ),
) -> None:
    """Embed a document with a task: PDF, plain text or Markdown. Needs marengo3.5.

    Example: twelvelabs-embed document paper.pdf --model marengo3.5
    """
    if spatial is not None and (max_sentences is not None or overlap_sentences is not None):
        raise excludes("--spatial", "--max-sentences")
    if overlap_sentences is not None and max_sentences is None:
        raise typer.BadParameter("it needs --max-sentences.", param_hint="--overlap-sentences")
    violations: list[Violation] = []
    segmentation: Spatial | Sequential | None = None
    if spatial is not None:
        segmentation = _try(partial(Spatial, cast(Any, spatial)), violations)
    elif max_sentences is not None:
        make = partial(Sequential, max_sentences, overlap_sentences=overlap_sentences)
        segmentation = _try(make, violations)
    input = _make(
        lambda: Document(
            parse_media(media),
            segmentation=segmentation,
            options=cast(Any, option or None),
            scopes=cast(Any, scope or None),
        ),
        violations,
    )
    run(input, settings, output)


def _sources(kind: str) -> Any:
    """Declare an option that may be repeated, for the media of one kind."""
    text = f"{kind}: a path, an http(s) link or asset:ID, which the text refers to as <@NAME>. "
    return declare(f"{text}May be repeated.", "[NAME=]MEDIA")


@with_groups
def multi(
    output: Output,
    settings: Settings,
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="[TEXT]",
            help="The text, or - to read it from standard input; <@NAME> refers to a source.",
        ),
    ] = None,
    image: list[str] | None = _sources("An image"),
    video: list[str] | None = _sources("A video"),
    audio: list[str] | None = _sources("An audio file"),
    document: list[str] | None = _sources("A document"),
) -> None:
    """Embed a text and up to 10 sources together, as one vector.

    For a path that looks like NAME=MEDIA, write ./a=b.png.

    Example: twelvelabs-embed multi "wearing <@hat> at sea" --image hat=beach.jpg
    """
    violations: list[Violation] = []
    unnamed: list[Any] = []
    named: dict[str, Any] = {}
    kinds = ((Image, image), (Video, video), (Audio, audio), (Document, document))
    for kind, arguments in kinds:
        for argument in arguments or []:
            name, media = _parse_source(argument)
            source = _try(partial(kind, media), violations)
            if not name:
                unnamed.append(source)
            elif name in named:
                allowed, hint = "each name refers to one source", "Give each source its own name"
                value = f"two sources are called {name!r}"
                violations.append(Violation(name, value, allowed, hint))
            else:
                named[name] = source
    if violations:
        raise InvalidInputError(violations)
    typed = None if text is None else parse_text(text)
    run(MultiInput(typed, *unnamed, **named), settings, output)


# ---------------------------------------------------------------------------------- making inputs


def _recording(
    kind: type[Audio] | type[Video], media: str, options: list[str] | None, recording: Recording
) -> Audio | Video:
    violations: list[Violation] = []
    segmentation = _try(recording.segmentation, violations)
    texts = recording.timed_text or []
    input: Audio | Video = _make(
        lambda: kind(
            parse_media(media),
            start=recording.start_sec,
            end=recording.end_sec,
            segmentation=segmentation,
            options=cast(Any, options or None),
            scopes=cast(Any, recording.scope or None),
            types=cast(Any, recording.type or None),
            time_based_metadata=[_parse_timed_text(one) for one in texts] or None,
        ),
        violations,
    )
    return input


def _try(make: Callable[[], T], violations: list[Violation]) -> T | None:
    """Return what `make` makes; when that is invalid, collect its violations."""
    try:
        return make()
    except InvalidInputError as error:
        violations += error.violations
        return None


def _make(make: Callable[[], T], violations: list[Violation]) -> T:
    """Return what `make` makes; raise its violations together with earlier ones."""
    made = _try(make, violations)
    if violations or made is None:
        raise InvalidInputError(violations)
    return made


def _parse_source(argument: str) -> tuple[str | None, str | Media]:
    """Parse `outfit=o.png` to a name and media; the name is None where there is none."""
    name, equals, media = argument.partition("=")
    if equals and re.fullmatch(r"[\w-]+", name):
        return name, parse_media(media)
    return None, parse_media(argument)


def _parse_timed_text(argument: str) -> TimedText:
    """Parse `12.5-20=the goal` to a text with its times."""
    if found := re.fullmatch(rf"{_SECONDS}-{_SECONDS}=(.*)", argument, re.DOTALL):
        start_sec, end_sec = float(found[1]), float(found[2])
        if start_sec < end_sec:
            return TimedText(start_sec, end_sec, found[3])
    allowed = "it is a start and a later end in seconds, and a text: START-END=TEXT"
    hint = "For example: '12.5-20=the goal'"
    raise InvalidInputError([Violation("time_based_metadata", repr(argument), allowed, hint)])
