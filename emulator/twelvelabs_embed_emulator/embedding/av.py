"""Embedding of audio and video: what is seen, heard and said, segment by segment."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TypeAlias

from twelvelabs_embed_emulator.contract.errors import bad_request
from twelvelabs_embed_emulator.contract.limits import FILE_SIZE, INLINE_SIZE
from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.embedding import features, segments, vectors
from twelvelabs_embed_emulator.embedding.job import Job
from twelvelabs_embed_emulator.embedding.results import Embedded, Row, duration_tokens
from twelvelabs_embed_emulator.embedding.segments import Segment
from twelvelabs_embed_emulator.embedding.vectors import Array
from twelvelabs_embed_emulator.media.av_files import AVFile, open_audio, open_video
from twelvelabs_embed_emulator.media.sources import Media

_Embed: TypeAlias = Callable[[Segment], Array | None]
"""Returns the vector of a segment; None when the segment has no content of that option."""


@dataclass(frozen=True)
class _Settings:
    """The settings of a request, with the defaults of the model."""

    options: Sequence[str]
    scopes: Sequence[str]
    types: Sequence[str]
    strategy: Json
    time_based_metadata: Sequence[Json]

    @property
    def is_fixed(self) -> bool:
        return bool(self.strategy["strategy"] == "fixed")

    def row_options(self) -> list[str]:
        """Return the options that have rows."""
        separate = list(self.options) if "separate_embedding" in self.types else []
        return separate + (["fused"] if "fused_embedding" in self.types else [])

    def segments(self, whole: Segment, changes_sec: Iterable[float]) -> list[Segment]:
        """Cut `whole`; `changes_sec` is where something changes."""
        if self.is_fixed:
            return segments.fixed(whole, self.strategy["fixed"]["duration_sec"])
        return segments.dynamic(whole, changes_sec, self.strategy["dynamic"]["min_duration_sec"])


def embed_audio(job: Job) -> Embedded:
    """Embed an audio file."""
    settings = _settings(job)
    file = open_audio(_load(job), job.field, job.context.rules)
    whole = _whole(job, file)
    changes_sec: Iterable[float] = ()
    embed = _transcription_embed(job, file, settings)
    if "audio" in settings.options or not settings.is_fixed:
        track = _audio_track(job, file, whole)
        embed["audio"] = _audio_embed(track)
        changes_sec = () if settings.is_fixed else features.audio_changes(track, whole)
    return _embedded(job, file, whole, settings, embed, settings.segments(whole, changes_sec))


def embed_video(job: Job) -> Embedded:
    """Embed a video."""
    settings = _settings(job)
    file = open_video(_load(job), job.field, job.context.rules)
    whole = _whole(job, file)
    has_audio = file.audio_stream is not None
    if not (has_audio or "visual" in settings.options):
        options = " and ".join(f'"{option}"' for option in settings.options)
        reason = f"{options} need an audio track; it has none"
        raise bad_request("video.embedding_option", reason)
    embed = _transcription_embed(job, file, settings) if has_audio else {}
    if has_audio and "audio" in settings.options:
        embed["audio"] = _audio_embed(_audio_track(job, file, whole))
    cuts_sec: list[float] = []
    if "visual" in settings.options or not settings.is_fixed:
        embed["visual"], cuts_sec = _visual_embed(job, file, whole, job.field)
    embedded = _embedded(job, file, whole, settings, embed, settings.segments(whole, cuts_sec))
    if settings.is_fixed and embedded.metadata is not None:
        embedded.metadata["clip_length"] = settings.strategy["fixed"]["duration_sec"]
    return embedded


def whole_vector(job: Job, file: AVFile, field: str) -> Array:
    """Return one vector of all that is seen and heard in a file."""
    whole, embeds = Segment(0.0, file.duration_sec), []
    if file.video_stream is not None:
        embeds.append(_visual_embed(job, file, whole, field)[0])
    if file.audio_stream is not None:
        embeds.append(_audio_embed(_audio_track(job, file, whole)))
    return vectors.combine(*[one for embed in embeds if (one := embed(whole)) is not None])


# ----------------------------------------------------------------------------------- the request


def _settings(job: Job) -> _Settings:
    given, rules = job.settings, job.context.rules
    segmentation: Json = given.get("segmentation") or rules.default_segmentation[job.kind]
    return _Settings(
        options=given.get("embedding_option") or rules.options[job.kind],
        scopes=given.get("embedding_scope") or ("clip", "asset"),
        types=given.get("embedding_type") or ("separate_embedding",),
        strategy=segmentation.get("temporal", segmentation),
        time_based_metadata=given.get("time_based_metadata") or (),
    )


def _load(job: Job) -> Media:
    return job.load(INLINE_SIZE, FILE_SIZE)


def _whole(job: Job, file: AVFile) -> Segment:
    """Return the part of the file to embed; an end past the end of the file is that end."""
    kind, settings = job.kind, job.settings
    start_sec, duration_sec = settings.get("start_sec", 0), file.duration_sec
    end_sec = settings.get("end_sec", duration_sec)
    if end_sec <= start_sec and "end_sec" in settings:
        reason = f"{end_sec} is not greater than start_sec, {start_sec}"
        raise bad_request(f"{kind}.end_sec", reason)
    if start_sec >= duration_sec:
        reason = f"{start_sec} is past the end of the file, {duration_sec}"
        raise bad_request(f"{kind}.start_sec", reason)
    return Segment(float(start_sec), float(min(end_sec, duration_sec)))


# ------------------------------------------------------------------------------ vectors by option


def _transcription_embed(job: Job, file: AVFile, settings: _Settings) -> dict[str, _Embed]:
    """Return how to embed the transcription; empty when it is not requested."""
    # No speech is recognised here: what is said stands in the subtitles.
    if "transcription" not in settings.options:
        return {}
    return {"transcription": lambda segment: _text_or_none(job, file.words(*segment))}


def _audio_track(job: Job, file: AVFile, whole: Segment) -> features.FeatureTrack:
    track = job.stack.enter_context(closing(features.FeatureTrack()))
    features.extract_audio(file, whole, job.field, track)
    return track


def _audio_embed(track: features.FeatureTrack) -> _Embed:
    return lambda segment: vectors.audio_vector(
        vectors.audio_features(track.mean(segment), track.deviation(segment))
    )


def _visual_embed(job: Job, file: AVFile, whole: Segment, field: str) -> tuple[_Embed, list[float]]:
    """Return how to embed frames, and the times of scene changes."""
    track = job.stack.enter_context(closing(features.FeatureTrack()))
    cuts_sec = features.extract_video(file, whole, field, track)
    return lambda segment: vectors.image_vector(track.mean(segment)), cuts_sec


def _text_or_none(job: Job, words: str) -> Array | None:
    return job.context.text_vector(words) if words else None


def _fused_embed(job: Job, embed: Mapping[str, _Embed], settings: _Settings) -> _Embed:
    """Return how to embed all options together, with the time-based metadata."""

    def fuse(segment: Segment) -> Array | None:
        parts = [embed[option](segment) for option in settings.options if option in embed]
        entries = [one for one in settings.time_based_metadata if _overlaps(one, segment)]
        parts.append(_text_or_none(job, " ".join(one["text"] for one in entries)))
        found = [vector for vector in parts if vector is not None]
        return vectors.combine(*found) if found else None

    return fuse


def _overlaps(entry: Json, segment: Segment) -> bool:
    """Return whether an entry of the metadata, which may have no duration, is about `segment`."""
    start_sec, end_sec = entry["start"], entry["end"]
    starts_within = segment.start_sec <= start_sec < segment.end_sec
    return bool(starts_within or start_sec < segment.start_sec < end_sec)


# ------------------------------------------------------------------------------------------ results


def _embedded(
    job: Job,
    file: AVFile,
    whole: Segment,
    settings: _Settings,
    embed: dict[str, _Embed],
    clips: Sequence[Segment],
) -> Embedded:
    embed["fused"] = _fused_embed(job, dict(embed), settings)
    metadata = job.metadata(file.media) | {
        "embedding_options": list(settings.options),
        "embedding_scopes": list(settings.scopes),
        "duration": file.duration_sec,
        "start_offset_sec": whole.start_sec,
        "end_offset_sec": whole.end_sec,
    }
    tokens = duration_tokens(job.kind, whole.end_sec - whole.start_sec)
    return Embedded(_rows(embed, settings, clips, whole), metadata, tokens)


def _rows(
    embed: Mapping[str, _Embed], settings: _Settings, clips: Sequence[Segment], whole: Segment
) -> Iterator[Row]:
    """Yield a row for each option, scope and segment with content."""
    parts = {"clip": clips, "asset": [whole]}
    # "local" is another word for "clip"; a request for both gets the rows once.
    scopes = dict.fromkeys("clip" if scope == "local" else scope for scope in settings.scopes)
    return (
        Row(vector, option, scope, segment)
        for option in settings.row_options()
        if option in embed
        for scope in scopes
        for segment in parts[scope]
        if (vector := embed[option](segment)) is not None
    )
