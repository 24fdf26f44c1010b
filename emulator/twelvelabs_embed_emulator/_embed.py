"""From a request that keeps the contract to the body of the answer."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from . import _rules, _segments, _senses, _sources, _vectors
from ._errors import refuse
from ._media import Recording, open_audio, open_image, open_video
from ._segments import Segment
from ._vectors import Array

_Json: TypeAlias = dict[str, Any]
_Describe: TypeAlias = Callable[[Segment], Array | None]
"""Returns the vector of a segment; None when there is nothing to describe."""

_AUDIO_OPTIONS = ("audio", "transcription")
_VIDEO_OPTIONS = ("visual", "audio", "transcription")
_SCOPES = ("clip", "asset")

# What is done when a request does not say how to cut; not documented for this endpoint.
_AUDIO_SEGMENTATION: _Json = {"strategy": "fixed", "fixed": {"duration_sec": 6}}
_VIDEO_SEGMENTATION: _Json = {"strategy": "dynamic", "dynamic": {"min_duration_sec": 4}}


def embed(request: Mapping[str, Any], allow_hosts: Collection[str]) -> bytes:
    """Return the JSON body that answers `request`.

    Args:
        request: a decoded body that the contract has let pass.
        allow_hosts: where media may be fetched from, besides this machine.

    Raises:
        ApiError: a limit that the contract cannot express is broken.
    """
    kind = request["input_type"]
    if kind == "text":
        return embed_text(request["text"]["input_text"])
    embed_media = _MEDIA.get(kind)
    if embed_media is None:
        raise refuse("input_type", f'"{kind}" is in the contract, but not in this emulator')
    return _body(*embed_media(request[kind], allow_hosts))


@lru_cache(maxsize=1024)  # 6 KB each; benchmarks and tests send the same text again and again
def embed_text(text: str) -> bytes:
    """Return the JSON body for a text."""
    _rules.check_text("text.input_text", text)
    return _body([_row(_vectors.text_vector(text))])


def _body(rows: Sequence[_Json], metadata: _Json | None = None) -> bytes:
    body: _Json = {"data": rows}
    if metadata is not None:
        body["metadata"] = metadata
    return json.dumps(body, separators=(",", ":")).encode()


def _row(
    vector: Array,
    option: str | None = None,
    scope: str | None = None,
    segment: Segment | None = None,
) -> _Json:
    return {
        "embedding": _vectors.numbers(vector),
        "embedding_option": option,
        "embedding_scope": scope,
        "start_sec": segment.start_sec if segment else None,
        "end_sec": segment.end_sec if segment else None,
    }


# ------------------------------------------------------------------------------------------ images


def _image(settings: _Json, allow_hosts: Collection[str]) -> tuple[list[_Json], _Json]:
    vector, metadata = _image_vector("image", settings, allow_hosts)
    return [_row(vector)], metadata


def _text_image(settings: _Json, allow_hosts: Collection[str]) -> tuple[list[_Json], _Json]:
    text = settings["input_text"]
    _rules.check_text("text_image.input_text", text)
    look, metadata = _image_vector("text_image", settings, allow_hosts)
    return [_row(_vectors.combine(_vectors.text_vector(text), look))], metadata


def _image_vector(kind: str, settings: _Json, allow_hosts: Collection[str]) -> tuple[Array, _Json]:
    limit, field = _rules.IMAGE_SIZE, f"{kind}.media_source"
    media = _sources.load(
        settings["media_source"], field=field, inline=limit, remote=limit, allow_hosts=allow_hosts
    )
    features = _vectors.look_features(open_image(media.data, field))
    return _vectors.look_vector(features), _metadata(kind, media)


def _metadata(kind: str, media: _sources.Media) -> _Json:
    metadata = {"input_type": kind}
    if media.url is not None:
        metadata["input_url"] = media.url
    if media.filename is not None:
        metadata["input_filename"] = media.filename
    return metadata


# --------------------------------------------------------------------------------- audio and video


def _audio(settings: _Json, allow_hosts: Collection[str]) -> tuple[list[_Json], _Json]:
    media = _load("audio", settings, allow_hosts)
    recording = open_audio(media.data, "audio.media_source")
    whole = _whole("audio", settings, recording)
    options = settings.get("embedding_option") or _AUDIO_OPTIONS
    segmentation = settings.get("segmentation") or _AUDIO_SEGMENTATION
    segments = _segments.fixed(whole, segmentation["fixed"]["duration_sec"])
    describe = _sound_options("audio", recording, whole, options)
    scopes = settings.get("embedding_scope") or _SCOPES
    metadata = _recording_metadata("audio", media, recording, whole, options, scopes)
    return _rows(describe, options, scopes, segments, whole), metadata


def _video(settings: _Json, allow_hosts: Collection[str]) -> tuple[list[_Json], _Json]:
    media = _load("video", settings, allow_hosts)
    recording = open_video(media.data, "video.media_source")
    whole = _whole("video", settings, recording)
    options = settings.get("embedding_option") or _VIDEO_OPTIONS
    if not (recording.has_sound or "visual" in options):
        raise refuse("video.embedding_option", f"{_list(options)} need an audio track; it has none")
    segmentation = settings.get("segmentation") or _VIDEO_SEGMENTATION
    is_fixed = segmentation["strategy"] == "fixed"
    describe = _sound_options("video", recording, whole, options)
    cuts_sec: list[float] = []
    if "visual" in options or not is_fixed:
        moments, cuts_sec = _senses.look(recording, whole, "video.media_source")
        describe["visual"] = lambda part: _vectors.look_vector(moments.during(part).mean(axis=0))
    segments = (
        _segments.fixed(whole, segmentation["fixed"]["duration_sec"])
        if is_fixed
        else _segments.dynamic(whole, cuts_sec, segmentation["dynamic"]["min_duration_sec"])
    )
    scopes = settings.get("embedding_scope") or _SCOPES
    metadata = _recording_metadata("video", media, recording, whole, options, scopes)
    if is_fixed:
        metadata["clip_length"] = segmentation["fixed"]["duration_sec"]
    return _rows(describe, options, scopes, segments, whole), metadata


def _load(kind: str, settings: _Json, allow_hosts: Collection[str]) -> _sources.Media:
    return _sources.load(
        settings["media_source"],
        field=f"{kind}.media_source",
        inline=_rules.INLINE_SIZE,
        remote=_rules.REMOTE_SIZE,
        allow_hosts=allow_hosts,
    )


def _whole(kind: str, settings: _Json, recording: Recording) -> Segment:
    """Return the part of the file that is to be embedded; an end past its end is its end."""
    start_sec, duration_sec = settings.get("start_sec", 0), recording.duration_sec
    end_sec = settings.get("end_sec", duration_sec)
    if end_sec <= start_sec and "end_sec" in settings:
        raise refuse(f"{kind}.end_sec", f"{end_sec} is not greater than start_sec, {start_sec}")
    if start_sec >= duration_sec:
        raise refuse(
            f"{kind}.start_sec", f"{start_sec} is past the end of the file, {duration_sec}"
        )
    return Segment(float(start_sec), float(min(end_sec, duration_sec)))


def _sound_options(
    kind: str, recording: Recording, whole: Segment, options: Sequence[str]
) -> dict[str, _Describe]:
    """Return how to describe what is heard and said; nothing when there is no audio track."""
    describe: dict[str, _Describe] = {}
    if recording.has_sound and "transcription" in options:
        # No speech is recognised here: what is said stands in the subtitles.
        describe["transcription"] = lambda part: _text_or_none(recording.words(part))
    if recording.has_sound and "audio" in options:
        moments = _senses.listen(recording, whole, f"{kind}.media_source")
        describe["audio"] = lambda part: _vectors.sound_vector(
            _vectors.sound_features(moments.during(part))
        )
    return describe


def _text_or_none(words: str) -> Array | None:
    return _vectors.text_vector(words) if words else None


def _rows(
    describe: Mapping[str, _Describe],
    options: Iterable[str],
    scopes: Iterable[str],
    segments: Sequence[Segment],
    whole: Segment,
) -> list[_Json]:
    """Return one row for each option, scope and segment that there is something to say of."""
    parts = {"clip": segments, "asset": [whole]}
    return [
        _row(vector, option, scope, segment)
        for option in options
        if option in describe
        for scope in scopes
        for segment in parts[scope]
        if (vector := describe[option](segment)) is not None
    ]


def _recording_metadata(
    kind: str,
    media: _sources.Media,
    recording: Recording,
    whole: Segment,
    options: Iterable[str],
    scopes: Iterable[str],
) -> _Json:
    return _metadata(kind, media) | {
        "embedding_options": list(options),
        "embedding_scopes": list(scopes),
        "duration": recording.duration_sec,
        "start_offset_sec": whole.start_sec,
        "end_offset_sec": whole.end_sec,
    }


def _list(options: Sequence[str]) -> str:
    return " and ".join(f'"{option}"' for option in options)


_MEDIA: dict[str, Callable[[_Json, Collection[str]], tuple[list[_Json], _Json]]] = {
    "image": _image,
    "text_image": _text_image,
    "audio": _audio,
    "video": _video,
}
