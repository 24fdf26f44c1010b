"""The commands that embed: `text`, `image`, `text-image`, `audio`, `video`, `document`, `multi`.

Docstrings are what `--help` shows.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any, TypeAlias, TypeVar, cast

import typer

from twelvelabs_embed.cli.options import MediaSettings, Settings, with_settings
from twelvelabs_embed.cli.session import run
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs import (
    Audio,
    Document,
    Dynamic,
    Fixed,
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
from twelvelabs_embed.limits.tables import ChoiceName, InputType, LimitName, all_choices, find_limit

T = TypeVar("T")


# -------------------------------------------------------------------- arguments and options


def _choices_option(
    name: ChoiceName, input_type: InputType, help: str, default: str = "all"
) -> Any:
    """Declare an option that may be repeated and takes the choices of the contract.

    The builder validates them: it finds all violations, and the closest match.
    """
    words: Sequence[str] = all_choices(name, input_type)

    def complete(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return typer.Option(
        metavar="WORD",
        autocompletion=complete,
        help=f"{help}: {', '.join(words)}. May be repeated. [default: {default}]",
    )


def _range(low: LimitName, high: LimitName) -> str:
    low_limit, high_limit = find_limit(low, "video"), find_limit(high, "video")
    return f"{low_limit.value:g} to {high_limit.value:g}" if low_limit and high_limit else ""


_TextArgument: TypeAlias = Annotated[
    str, typer.Argument(metavar="TEXT", help="The text, or - to read it from standard input.")
]
_MediaArgument: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="MEDIA", help="The path of a file, an http(s) link, or asset:ID for an asset."
    ),
]
_StartSec: TypeAlias = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", help="Where to start. [default: the beginning]"),
]
_EndSec: TypeAlias = Annotated[
    float | None, typer.Option(metavar="SECONDS", help="Where to end. [default: the end]")
]
_FixedSec: TypeAlias = Annotated[
    int | None,
    typer.Option(
        metavar="SECONDS",
        help=f"Segments of this length, {_range('min_fixed_sec', 'max_fixed_sec')} seconds. "
        "[default: the service decides]",
    ),
]
_DynamicMinSec: TypeAlias = Annotated[
    int | None,
    typer.Option(
        metavar="SECONDS",
        help="Segments that follow the scenes, none shorter than this: "
        f"{_range('min_dynamic_sec', 'max_dynamic_sec')} seconds. Not together with --fixed-sec; "
        "for audio only with marengo3.5.",
    ),
]
_AudioOptions: TypeAlias = Annotated[
    list[str] | None, _choices_option("options", "audio", "What the vectors describe")
]
_VideoOptions: TypeAlias = Annotated[
    list[str] | None, _choices_option("options", "video", "What the vectors describe")
]
_Scopes: TypeAlias = Annotated[
    list[str] | None,
    _choices_option(
        "scopes",
        "video",
        "A vector for each segment, or one for the whole file",
        "clip and asset",
    ),
]
_Types: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--type",
        metavar="WORD",
        help="separate (a vector for each option), fused (one for all of them). May be repeated. "
        "[default: separate]",
    ),
]
_TimedText: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        metavar="START-END=TEXT",
        help="A text about a time span, such as '12.5-20=the goal'; marengo3.5 needs it for fused. "
        "May be repeated.",
    ),
]
_DocumentOptions: TypeAlias = Annotated[
    list[str] | None,
    _choices_option("options", "document", "What the vectors describe", "what fits the file"),
]
_DocumentScopes: TypeAlias = Annotated[
    list[str] | None,
    _choices_option(
        "scopes",
        "document",
        "A vector for each page or chunk, or one for the whole document",
        "what fits the file",
    ),
]


def _sources_option(kind: str) -> Any:
    """Declare an option that may be repeated, for the media of one kind."""
    return typer.Option(
        metavar="[NAME=]MEDIA",
        help=f"{kind}: a path, an http(s) link or asset:ID, which the text refers to as <@NAME>"
        ". May be repeated.",
    )


_Images: TypeAlias = Annotated[list[str] | None, _sources_option("An image")]
_Videos: TypeAlias = Annotated[list[str] | None, _sources_option("A video")]
_Audios: TypeAlias = Annotated[list[str] | None, _sources_option("An audio file")]
_Documents: TypeAlias = Annotated[list[str] | None, _sources_option("A document")]


# ------------------------------------------------------------------------------------ the commands


@with_settings
def text(settings: Settings, text: _TextArgument) -> None:
    """Embed a text. One vector.

    Example: twelvelabs-embed text "a man walks his dog along the beach"
    """
    run(Text(parse_text(text)), settings)


@with_settings
def image(settings: MediaSettings, media: _MediaArgument) -> None:
    """Embed an image: JPEG or PNG. One vector.

    Example: twelvelabs-embed image beach.jpg --json
    """
    run(Image(parse_media(media)), settings)


@with_settings
def text_image(settings: MediaSettings, text: _TextArgument, media: _MediaArgument) -> None:
    """Embed a text and an image together, as one vector.

    Example: twelvelabs-embed text-image "the same beach, at night" beach.jpg
    """
    run(TextImage(parse_text(text), parse_media(media)), settings)


@with_settings
def audio(
    settings: MediaSettings,
    media: _MediaArgument,
    start_sec: _StartSec = None,
    end_sec: _EndSec = None,
    fixed_sec: _FixedSec = None,
    dynamic_min_sec: _DynamicMinSec = None,
    option: _AudioOptions = None,
    scope: _Scopes = None,
    type: _Types = None,
    timed_text: _TimedText = None,
) -> None:
    """Embed audio: WAV, MP3 or FLAC. A vector for each segment, option and scope.

    Example: twelvelabs-embed audio talk.wav --fixed-sec 5 --option transcription
    """
    lengths_sec = fixed_sec, dynamic_min_sec
    choices = option, scope, type
    input = _recording(Audio, media, start_sec, end_sec, lengths_sec, choices, timed_text)
    run(input, settings)


@with_settings
def video(
    settings: MediaSettings,
    media: _MediaArgument,
    start_sec: _StartSec = None,
    end_sec: _EndSec = None,
    fixed_sec: _FixedSec = None,
    dynamic_min_sec: _DynamicMinSec = None,
    option: _VideoOptions = None,
    scope: _Scopes = None,
    type: _Types = None,
    timed_text: _TimedText = None,
) -> None:
    """Embed a video. A vector for each segment, option and scope.

    Example: twelvelabs-embed video film.mkv --dynamic-min-sec 4 --out film.npy
    """
    lengths_sec = fixed_sec, dynamic_min_sec
    choices = option, scope, type
    input = _recording(Video, media, start_sec, end_sec, lengths_sec, choices, timed_text)
    run(input, settings)


def _recording(
    make: type[Audio] | type[Video],
    media: str,
    start_sec: float | None,
    end_sec: float | None,
    lengths_sec: tuple[int | None, int | None],
    choices: tuple[list[str] | None, list[str] | None, list[str] | None],
    timed_texts: list[str] | None,
) -> Audio | Video:
    violations: list[Violation] = []
    segmentation = _segmentation(*lengths_sec, violations)
    options, scopes, types = choices
    input: Audio | Video | None = _try(
        lambda: make(
            parse_media(media),
            start=start_sec,
            end=end_sec,
            segmentation=segmentation,
            options=cast(Any, options or None),
            scopes=cast(Any, scopes or None),
            types=cast(Any, types or None),
            time_based_metadata=[_parse_timed_text(one) for one in timed_texts or []] or None,
        ),
        violations,
    )
    if violations or input is None:  # not by `_require_valid`: mypy would join the two classes
        raise InvalidInputError(violations)
    return input


@with_settings
def document(
    settings: MediaSettings,
    media: _MediaArgument,
    spatial: Annotated[
        str | None,
        typer.Option(metavar="WORD", help="Split the pages of a PDF: standard or quadrants."),
    ] = None,
    max_sentences: Annotated[
        int | None,
        typer.Option(metavar="N", help="Split a text into chunks of at most N sentences."),
    ] = None,
    overlap_sentences: Annotated[
        int | None,
        typer.Option(metavar="N", help="How many sentences adjacent chunks share."),
    ] = None,
    option: _DocumentOptions = None,
    scope: _DocumentScopes = None,
) -> None:
    """Embed a document with a task: PDF, plain text or Markdown. Needs marengo3.5.

    Example: twelvelabs-embed document paper.pdf --model marengo3.5
    """
    if spatial is not None and (max_sentences is not None or overlap_sentences is not None):
        raise typer.BadParameter(
            "it excludes --max-sentences: give one of them.", param_hint="--spatial"
        )
    if overlap_sentences is not None and max_sentences is None:
        raise typer.BadParameter("it needs --max-sentences.", param_hint="--overlap-sentences")
    violations: list[Violation] = []
    segmentation: Spatial | Sequential | None = None
    if spatial is not None:
        segmentation = _try(partial(Spatial, cast(Any, spatial)), violations)
    elif max_sentences is not None:
        make = partial(Sequential, max_sentences, overlap_sentences=overlap_sentences)
        segmentation = _try(make, violations)
    input = _try(
        lambda: Document(
            parse_media(media),
            segmentation=segmentation,
            options=cast(Any, option or None),
            scopes=cast(Any, scope or None),
        ),
        violations,
    )
    run(_require_valid(input, violations), settings)


@with_settings
def multi(
    settings: Settings,
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="[TEXT]",
            help="The text, or - to read it from standard input; <@NAME> refers to a source.",
        ),
    ] = None,
    image: _Images = None,
    video: _Videos = None,
    audio: _Audios = None,
    document: _Documents = None,
) -> None:
    """Embed a text and up to 10 sources together, as one vector.

    For a path that looks like NAME=MEDIA, write ./a=b.png.

    Example: twelvelabs-embed multi "wearing <@hat> at sea" --image hat=beach.jpg
    """
    violations: list[Violation] = []
    unnamed: list[Any] = []
    named: dict[str, Any] = {}
    kinds = ((Image, image), (Video, video), (Audio, audio), (Document, document))
    for make, arguments in kinds:
        for argument in arguments or []:
            name, media = _parse_source(argument)
            source = _try(partial(make, media), violations)
            if not name:
                unnamed.append(source)
            elif name in named:
                violations.append(_duplicate_name(name))
            else:
                named[name] = source
    if violations:
        raise InvalidInputError(violations)
    typed = None if text is None else parse_text(text)
    run(MultiInput(typed, *unnamed, **named), settings)


# ----------------------------------------------------------------------------- parsing values


def _parse_source(argument: str) -> tuple[str | None, str | Media]:
    """Parse `outfit=o.png` to a name and media; the name is None where there is none."""
    name, equals, media = argument.partition("=")
    if equals and re.fullmatch(r"[\w-]+", name):
        return name, parse_media(media)
    return None, parse_media(argument)


def _duplicate_name(name: str) -> Violation:
    hint = "Give each source its own name"
    return Violation(
        name, f"two sources are called {name!r}", "each name refers to one source", hint
    )


def _parse_timed_text(argument: str) -> TimedText:
    """Parse `12.5-20=the goal` to a text with its times."""
    found = re.fullmatch(r"([\d.]+)-([\d.]+)=(.*)", argument, re.DOTALL)
    try:
        start_sec, end_sec = (float(found[1]), float(found[2])) if found else (None, None)
    except ValueError:
        start_sec = end_sec = None
    if found is None or start_sec is None or end_sec is None or start_sec >= end_sec:
        limit = "it is a start and a later end in seconds, and a text: START-END=TEXT"
        hint = "For example: '12.5-20=the goal'"
        raise InvalidInputError([Violation("time_based_metadata", repr(argument), limit, hint)])
    return TimedText(start_sec, end_sec, found[3])


def _try(make: Callable[[], T], violations: list[Violation]) -> T | None:
    """Return what `make` makes; when that is invalid, collect its violations."""
    try:
        return make()
    except InvalidInputError as error:
        violations += error.violations
        return None


def _segmentation(
    fixed_sec: int | None, dynamic_min_sec: int | None, violations: list[Violation]
) -> Fixed | Dynamic | None:
    if fixed_sec is not None and dynamic_min_sec is not None:
        raise typer.BadParameter(
            "it excludes --fixed-sec: give one of them.", param_hint="--dynamic-min-sec"
        )
    if fixed_sec is not None:
        return _try(partial(Fixed, fixed_sec), violations)
    if dynamic_min_sec is not None:
        return _try(partial(Dynamic, dynamic_min_sec), violations)
    return None


def _require_valid(input: T | None, violations: list[Violation]) -> T:
    if violations or input is None:
        raise InvalidInputError(violations)
    return input


def parse_text(argument: str) -> str:
    """Return the text of an argument; `-` reads it from standard input."""
    if argument != "-":
        return argument
    data = sys.stdin.buffer.read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        value = f"standard input is not UTF-8 (byte {error.start})"
        hint = "Convert it first, for example: iconv -f latin1 -t utf-8"
        raise InvalidInputError(
            [Violation("text", value, "a text is read as UTF-8", hint)]
        ) from error
    # `echo` and editors add a line end that is not part of the text.
    return text.removesuffix("\n").removesuffix("\r")


def parse_media(argument: str) -> str | Media:
    """Parse a path, a link or `asset:ID`."""
    scheme, colon, asset_id = argument.partition(":")
    return Media.asset(asset_id) if colon and scheme == "asset" else argument
