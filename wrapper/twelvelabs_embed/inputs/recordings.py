"""Inputs with a duration: `Audio`, `Video`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, ClassVar, Literal, TypeAlias, cast

from attrs import field, frozen

from twelvelabs_embed._text import value_words
from twelvelabs_embed.errors import Violation
from twelvelabs_embed.inputs.base import MediaBase, SourceOf, given_only
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.inputs.segmentation import Dynamic, Fixed, TimedText
from twelvelabs_embed.inputs.validators import (
    choice_violations,
    media_violations,
    segmentation_violations,
    time_violations,
    to_choices,
    to_media,
    to_sec,
)

AudioOption: TypeAlias = Literal["audio", "transcription"]
VideoOption: TypeAlias = Literal["visual", "audio", "transcription"]
Scope: TypeAlias = Literal["clip", "local", "asset"]
EmbeddingKind: TypeAlias = Literal["separate", "fused"]
"""A vector for each option, or one of all of them."""


def _to_audio_options(
    value: AudioOption | Collection[AudioOption] | None,
) -> tuple[AudioOption, ...] | None:
    return to_choices(value, "options", "audio")


def _to_video_options(
    value: VideoOption | Collection[VideoOption] | None,
) -> tuple[VideoOption, ...] | None:
    return to_choices(value, "options", "video")


def _to_scopes(value: Scope | Collection[Scope] | None) -> tuple[Scope, ...] | None:
    return to_choices(value, "scopes", "video")


def _to_types(
    value: EmbeddingKind | Collection[EmbeddingKind] | None,
) -> tuple[EmbeddingKind, ...] | None:
    return to_choices(value, "types", "video")


def _to_timed_texts(value: Collection[TimedText] | None) -> tuple[TimedText, ...] | None:
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        return tuple(value)
    return cast("tuple[TimedText, ...] | None", value)


@frozen(repr=False)
class _Recording(MediaBase):
    """What `Audio` and `Video` have in common."""

    media: Media = field(converter=to_media)
    start_sec: float | None = field(default=None, converter=to_sec, alias="start", kw_only=True)
    end_sec: float | None = field(default=None, converter=to_sec, alias="end", kw_only=True)
    segmentation: Fixed | Dynamic | None = field(default=None, kw_only=True)
    scopes: tuple[Scope, ...] | None = field(default=None, converter=_to_scopes, kw_only=True)
    types: tuple[EmbeddingKind, ...] | None = field(default=None, converter=_to_types, kw_only=True)
    time_based_metadata: tuple[TimedText, ...] | None = field(
        default=None, converter=_to_timed_texts, kw_only=True
    )

    def _violations(self) -> list[Violation]:
        own = cast("Audio | Video", self)
        return [
            *media_violations(own.media),
            *time_violations(own.start_sec, own.end_sec),
            *segmentation_violations(own.segmentation, (Fixed, Dynamic)),
            *choice_violations(
                own.input_type, options=own.options, scopes=own.scopes, types=own.types
            ),
            *_timed_text_violations(own.time_based_metadata),
        ]

    def to_payload(self, source: SourceOf) -> dict[str, Any]:
        """Write the request's `audio` or `video`; `source` makes the media source."""
        own = cast("Audio | Video", self)
        timed = own.time_based_metadata
        return given_only(
            media_source=source(own.media),
            start_sec=own.start_sec,
            end_sec=own.end_sec,
            segmentation=own.segmentation and own.segmentation.to_payload(),
            embedding_option=own.options and list(own.options),
            embedding_scope=own.scopes and list(own.scopes),
            embedding_type=own.types and [f"{kind}_embedding" for kind in own.types],
            time_based_metadata=timed and [one.to_payload() for one in timed],
        )


@frozen(repr=False)
class Audio(_Recording):
    """A sound file: WAV, MP3 or FLAC, at most 10 minutes long, 36 MB unless it is a link.

    One vector for each segment, option and scope.

    Args:
        media: a path, a link, bytes, a file object or `Media`
        start: where to start, in seconds or as `timedelta`; the beginning when omitted
        end: where to stop, likewise; the end of the file when omitted
        segmentation: `Fixed`, or `Dynamic` with `marengo3.5`; when omitted `Fixed(6)`, with
            `marengo3.5` `Dynamic(2)`
        options: `audio` (sounds and music), `transcription` (speech); both when omitted
        scopes: `clip` (each segment), `asset` (the whole file); both when omitted. `marengo3.5`
            has `local`, too, its own word for `clip`
        types: `separate` (a vector for each option), `fused` (one of all options); separate when
            omitted
        time_based_metadata: what is known of parts of it, as `TimedText`; `marengo3.5`, for fused
            vectors

    Raises:
        InvalidInputError: with everything that is wrong.

    Source: `AudioInputRequest` of the contract.
    """

    options: tuple[AudioOption, ...] | None = field(
        default=None, converter=_to_audio_options, kw_only=True
    )
    input_type: ClassVar[Literal["audio"]] = "audio"
    plural: ClassVar[str] = "audio"


@frozen(repr=False)
class Video(_Recording):
    """A video: any format that FFmpeg reads, at most 10 minutes long, 36 MB unless it is a link.

    360x360 to 5184x2160 pixels, the longer side at most 2.4 times the shorter one. One vector for
    each segment, option and scope.

    Args:
        media: a path, a link, bytes, a file object or `Media`
        start: where to start, in seconds or as `timedelta`; the beginning when omitted
        end: where to stop, likewise; the end of the file when omitted
        segmentation: `Fixed` or `Dynamic`; when omitted `Dynamic(4)`, with `marengo3.5`
            `Dynamic(2)`
        options: `visual` (what is seen), `audio` (sounds and music), `transcription` (speech); all
            when omitted
        scopes: `clip` (each segment), `asset` (the whole file); both when omitted. `marengo3.5`
            has `local`, too, its own word for `clip`
        types: `separate` (a vector for each option), `fused` (one of all options); separate when
            omitted
        time_based_metadata: what is known of parts of it, as `TimedText`; `marengo3.5`, for fused
            vectors

    Raises:
        InvalidInputError: with everything that is wrong.

    Source: `VideoInputRequest` of the contract.
    """

    options: tuple[VideoOption, ...] | None = field(
        default=None, converter=_to_video_options, kw_only=True
    )
    input_type: ClassVar[Literal["video"]] = "video"
    plural: ClassVar[str] = "videos"


def _timed_text_violations(value: object) -> list[Violation]:
    if value is None:
        return []
    name, allowed = "time_based_metadata", "it is a list of TimedText(start, end, text)"
    if not isinstance(value, tuple):
        return [Violation(name, value_words(value), allowed, "Omit it for nothing")]
    if not value:
        return [Violation(name, "it is empty", allowed, "Omit it for nothing")]
    others = [one for one in cast(tuple[object, ...], value) if not isinstance(one, TimedText)]
    return [Violation(name, value_words(one), allowed) for one in others[:1]]
