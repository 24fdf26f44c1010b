"""The commands that embed: `text`, `image`, `text-image`, `audio`, `video`.

Docstrings are what `--help` shows.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any, TypeAlias, TypeVar, cast

import typer

from twelvelabs_embed._commands.calling import run
from twelvelabs_embed._commands.settings import MediaSettings, Settings, with_settings
from twelvelabs_embed.errors import InvalidInputError, Problem
from twelvelabs_embed.inputs import Audio, Dynamic, Fixed, Image, Text, TextImage, Video
from twelvelabs_embed.limits import InputType, LimitName, WordListName, find_limit, find_words
from twelvelabs_embed.media import Media

T = TypeVar("T")


# ---------------------------------------------------------------------------- what can be written


def _words_option(name: WordListName, input_type: InputType, help: str) -> Any:
    """An option that may be repeated and takes the words that the contract has.

    The words are checked by the builder, which finds everything that is wrong and the near word.
    """
    words: Sequence[str] = find_words(name, input_type) or ()

    def complete(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return typer.Option(
        metavar="WORD",
        autocompletion=complete,
        help=f"{help}: {', '.join(words)}. May be repeated; all when left out.",
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
    typer.Option(metavar="SECONDS", help="Where to start; the beginning when left out."),
]
_EndSec: TypeAlias = Annotated[
    float | None, typer.Option(metavar="SECONDS", help="Where to stop; the end when left out.")
]
_FixedSec: TypeAlias = Annotated[
    int | None,
    typer.Option(
        metavar="SECONDS",
        help=f"Segments of this length: {_range('min_fixed_sec', 'max_fixed_sec')}. "
        "The service decides when left out.",
    ),
]
_DynamicMinSec: TypeAlias = Annotated[
    int | None,
    typer.Option(
        metavar="SECONDS",
        help="Segments that follow the scenes, none shorter than this: "
        f"{_range('min_dynamic_sec', 'max_dynamic_sec')}. Not together with --fixed-sec.",
    ),
]
_AudioOptions: TypeAlias = Annotated[
    list[str] | None, _words_option("options", "audio", "What the vectors describe")
]
_VideoOptions: TypeAlias = Annotated[
    list[str] | None, _words_option("options", "video", "What the vectors describe")
]
_Scopes: TypeAlias = Annotated[
    list[str] | None,
    _words_option("scopes", "video", "A vector for each segment, or one for the whole file"),
]


# ------------------------------------------------------------------------------------ the commands


@with_settings
def text(settings: Settings, text: _TextArgument) -> None:
    """Embed a text. One vector.

    Example: twelvelabs-embed text "a man walks his dog along the beach"
    """
    run(Text(_read_text(text)), settings)


@with_settings
def image(settings: MediaSettings, media: _MediaArgument) -> None:
    """Embed an image: JPEG or PNG. One vector.

    Example: twelvelabs-embed image beach.jpg --json
    """
    run(Image(_read_media(media)), settings)


@with_settings
def text_image(settings: MediaSettings, text: _TextArgument, media: _MediaArgument) -> None:
    """Embed a text and an image together, as one vector.

    Example: twelvelabs-embed text-image "the same beach, at night" beach.jpg
    """
    run(TextImage(_read_text(text), _read_media(media)), settings)


@with_settings
def audio(
    settings: MediaSettings,
    media: _MediaArgument,
    start_sec: _StartSec = None,
    end_sec: _EndSec = None,
    fixed_sec: _FixedSec = None,
    option: _AudioOptions = None,
    scope: _Scopes = None,
) -> None:
    """Embed a sound file: WAV, MP3 or FLAC. A vector for each segment, option and scope.

    Example: twelvelabs-embed audio talk.wav --fixed-sec 5 --option transcription
    """
    problems: list[Problem] = []
    segmentation = None if fixed_sec is None else _try(partial(Fixed, fixed_sec), problems)
    input = _try(
        lambda: Audio(
            _read_media(media),
            start=start_sec,
            end=end_sec,
            segmentation=segmentation,
            options=cast(Any, option or None),
            scopes=cast(Any, scope or None),
        ),
        problems,
    )
    run(_whole(input, problems), settings)


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
) -> None:
    """Embed a video. A vector for each segment, option and scope.

    Example: twelvelabs-embed video film.mkv --dynamic-min-sec 4 --out film.npy
    """
    if fixed_sec is not None and dynamic_min_sec is not None:
        raise typer.BadParameter(
            "a video is cut in one way: give this or --fixed-sec.", param_hint="--dynamic-min-sec"
        )
    problems: list[Problem] = []
    segmentation: Fixed | Dynamic | None = None
    if fixed_sec is not None:
        segmentation = _try(partial(Fixed, fixed_sec), problems)
    elif dynamic_min_sec is not None:
        segmentation = _try(partial(Dynamic, dynamic_min_sec), problems)
    input = _try(
        lambda: Video(
            _read_media(media),
            start=start_sec,
            end=end_sec,
            segmentation=segmentation,
            options=cast(Any, option or None),
            scopes=cast(Any, scope or None),
        ),
        problems,
    )
    run(_whole(input, problems), settings)


# --------------------------------------------------------------------------------- reading values


def _try(make: Callable[[], T], problems: list[Problem]) -> T | None:
    """What `make` makes; when that is refused, its problems join the others."""
    try:
        return make()
    except InvalidInputError as error:
        problems += error.problems
        return None


def _whole(input: T | None, problems: list[Problem]) -> T:
    if problems or input is None:
        raise InvalidInputError(problems)
    return input


def _read_text(argument: str) -> str:
    if argument != "-":
        return argument
    data = sys.stdin.buffer.read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        value = f"standard input is not UTF-8 (byte {error.start})"
        way_out = "Convert it first, for example: iconv -f latin1 -t utf-8"
        raise InvalidInputError(
            [Problem("text", value, "a text is read as UTF-8", way_out)]
        ) from error
    # The line end that `echo` and editors put behind a text is none of it.
    return text.removesuffix("\n").removesuffix("\r")


def _read_media(argument: str) -> str | Media:
    scheme, colon, asset_id = argument.partition(":")
    return Media.asset(asset_id) if colon and scheme == "asset" else argument
