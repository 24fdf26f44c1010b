"""Embeds audio and video: what is seen, heard and said, segment by segment."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeAlias

from twelvelabs_embed_emulator.contract import rules as _rules
from twelvelabs_embed_emulator.contract.errors import refuse
from twelvelabs_embed_emulator.embedding import (
    features as _senses,
    segments as _segments,
    vectors as _vectors,
)
from twelvelabs_embed_emulator.embedding.features import Moments
from twelvelabs_embed_emulator.embedding.results import Embedded, Job, Row, length_in_tokens
from twelvelabs_embed_emulator.embedding.segments import Segment
from twelvelabs_embed_emulator.embedding.vectors import Array
from twelvelabs_embed_emulator.media.av_files import Recording, open_audio, open_video
from twelvelabs_embed_emulator.media.sources import Media

_Json: TypeAlias = dict[str, Any]
_Describe: TypeAlias = Callable[[Segment], Array | None]
"""Returns the vector of a segment; None when there is nothing to describe."""


@dataclass(frozen=True)
class _Asked:
    """What a request asks of a recording, with what the model does by default."""

    options: Sequence[str]
    scopes: Sequence[str]
    types: Sequence[str]
    cut: _Json
    moments: Sequence[_Json]  # time_based_metadata

    @property
    def is_fixed(self) -> bool:
        return bool(self.cut["strategy"] == "fixed")

    def shown(self) -> list[str]:
        """Return the options that rows are made of."""
        separate = list(self.options) if "separate_embedding" in self.types else []
        return separate + (["fused"] if "fused_embedding" in self.types else [])

    def segments(self, whole: Segment, changes_sec: Iterable[float]) -> list[Segment]:
        """Cut `whole`; `changes_sec` is where something changes."""
        if self.is_fixed:
            return _segments.fixed(whole, self.cut["fixed"]["duration_sec"])
        return _segments.dynamic(whole, changes_sec, self.cut["dynamic"]["min_duration_sec"])


def embed_audio(job: Job) -> Embedded:
    """Embed an audio file."""
    asked = _asked(job)
    recording = open_audio(_load(job), job.field, job.context.rules)
    whole = _whole(job, recording)
    changes_sec: Iterable[float] = ()
    describe = _words_said(recording, asked)
    if "audio" in asked.options or not asked.is_fixed:
        sounds = _listen(job, recording, whole)
        describe["audio"] = _sound(sounds)
        changes_sec = () if asked.is_fixed else _senses.changes(sounds, whole)
    return _embedded(job, recording, whole, asked, describe, asked.segments(whole, changes_sec))


def embed_video(job: Job) -> Embedded:
    """Embed a video."""
    asked = _asked(job)
    recording = open_video(_load(job), job.field, job.context.rules)
    whole = _whole(job, recording)
    if not (recording.has_sound or "visual" in asked.options):
        problem = f"{_list(asked.options)} need an audio track; it has none"
        raise refuse("video.embedding_option", problem)
    describe = _words_said(recording, asked) if recording.has_sound else {}
    if recording.has_sound and "audio" in asked.options:
        describe["audio"] = _sound(_listen(job, recording, whole))
    cuts_sec: list[float] = []
    if "visual" in asked.options or not asked.is_fixed:
        pictures = job.stack.enter_context(closing(Moments()))
        cuts_sec = _senses.look(recording, whole, job.field, pictures)
        describe["visual"] = lambda part: _vectors.look_vector(pictures.mean(part))
    segments = asked.segments(whole, cuts_sec)
    embedded = _embedded(job, recording, whole, asked, describe, segments)
    if asked.is_fixed and embedded.metadata is not None:
        embedded.metadata["clip_length"] = asked.cut["fixed"]["duration_sec"]
    return embedded


def describe_whole(job: Job, recording: Recording, field: str) -> Array:
    """Return one vector of all that is seen and heard in a recording."""
    whole, vectors = Segment(0.0, recording.duration_sec), []
    if recording.picture_stream is not None:
        pictures = job.stack.enter_context(closing(Moments()))
        _senses.look(recording, whole, field, pictures)
        vectors.append(_vectors.look_vector(pictures.mean(whole)))
    if recording.has_sound and (heard := _sound(_listen(job, recording, whole))(whole)) is not None:
        vectors.append(heard)
    return _vectors.combine(*vectors)


# ------------------------------------------------------------------------------- what is asked for


def _asked(job: Job) -> _Asked:
    settings, rules = job.settings, job.context.rules
    cut: _Json = settings.get("segmentation") or rules.default_segmentation[job.kind]
    return _Asked(
        options=settings.get("embedding_option") or rules.options[job.kind],
        scopes=settings.get("embedding_scope") or ("clip", "asset"),
        types=settings.get("embedding_type") or ("separate_embedding",),
        cut=cut.get("temporal", cut),
        moments=settings.get("time_based_metadata") or (),
    )


def _load(job: Job) -> Media:
    return job.load(_rules.INLINE_SIZE, _rules.FILE_SIZE)


def _whole(job: Job, recording: Recording) -> Segment:
    """Return the part of the file that is to be embedded; an end past its end is its end."""
    kind, settings = job.kind, job.settings
    start_sec, duration_sec = settings.get("start_sec", 0), recording.duration_sec
    end_sec = settings.get("end_sec", duration_sec)
    if end_sec <= start_sec and "end_sec" in settings:
        raise refuse(f"{kind}.end_sec", f"{end_sec} is not greater than start_sec, {start_sec}")
    if start_sec >= duration_sec:
        raise refuse(
            f"{kind}.start_sec", f"{start_sec} is past the end of the file, {duration_sec}"
        )
    return Segment(float(start_sec), float(min(end_sec, duration_sec)))


# ------------------------------------------------------------------------- what it is described by


def _words_said(recording: Recording, asked: _Asked) -> dict[str, _Describe]:
    """Return how to describe what is said; nothing when that is not asked for."""
    # No speech is recognised here: what is said stands in the subtitles.
    if "transcription" not in asked.options:
        return {}
    return {"transcription": lambda part: _text_or_none(recording.words(*part))}


def _listen(job: Job, recording: Recording, whole: Segment) -> Moments:
    sounds = job.stack.enter_context(closing(Moments()))
    _senses.listen(recording, whole, job.field, sounds)
    return sounds


def _sound(sounds: Moments) -> _Describe:
    return lambda part: _vectors.sound_vector(
        _vectors.sound_features(sounds.mean(part), sounds.deviation(part))
    )


def _text_or_none(words: str) -> Array | None:
    return _vectors.text_vector(words) if words else None


def _fused(describe: Mapping[str, _Describe], asked: _Asked) -> _Describe:
    """Return how to describe all options together, with what is noted of the moments."""

    def fuse(part: Segment) -> Array | None:
        found = [describe[option](part) for option in asked.options if option in describe]
        noted = " ".join(one["text"] for one in asked.moments if _overlaps(one, part))
        vectors = [vector for vector in (*found, _text_or_none(noted)) if vector is not None]
        return _vectors.combine(*vectors) if vectors else None

    return fuse


def _overlaps(moment: _Json, part: Segment) -> bool:
    """Whether something noted is of `part`; it may have no length."""
    start_sec, end_sec = moment["start"], moment["end"]
    begins_within = part.start_sec <= start_sec < part.end_sec
    return bool(begins_within or start_sec < part.start_sec < end_sec)


# ------------------------------------------------------------------------------------------ answers


def _embedded(
    job: Job,
    recording: Recording,
    whole: Segment,
    asked: _Asked,
    describe: dict[str, _Describe],
    segments: Sequence[Segment],
) -> Embedded:
    describe["fused"] = _fused(dict(describe), asked)
    metadata = job.metadata(recording.media) | {
        "embedding_options": list(asked.options),
        "embedding_scopes": list(asked.scopes),
        "duration": recording.duration_sec,
        "start_offset_sec": whole.start_sec,
        "end_offset_sec": whole.end_sec,
    }
    tokens = length_in_tokens(job.kind, whole.end_sec - whole.start_sec)
    return Embedded(_rows(describe, asked, segments, whole), metadata, tokens)


def _rows(
    describe: Mapping[str, _Describe], asked: _Asked, segments: Sequence[Segment], whole: Segment
) -> Iterator[Row]:
    """Yield one row for each option, scope and segment that there is something to say of."""
    parts = {"clip": segments, "asset": [whole]}
    # "local" is another word for "clip"; who asks for both gets it once.
    scopes = dict.fromkeys("clip" if scope == "local" else scope for scope in asked.scopes)
    return (
        Row(vector, option, scope, segment)
        for option in asked.shown()
        if option in describe
        for scope in scopes
        for segment in parts[scope]
        if (vector := describe[option](segment)) is not None
    )


def _list(options: Sequence[str]) -> str:
    return " and ".join(f'"{option}"' for option in options)
