"""From a request that keeps the contract to the rows and the metadata of the answer."""

import json
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

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

# What is done when a request does not say how to cut; not documented for these endpoints.
_AUDIO_SEGMENTATION: _Json = {"strategy": "fixed", "fixed": {"duration_sec": 6}}
_VIDEO_SEGMENTATION: _Json = {"strategy": "dynamic", "dynamic": {"min_duration_sec": 4}}


@dataclass(frozen=True)
class Context:
    """What an endpoint allows, and where media may come from.

    Attributes:
        rules: what the endpoint takes.
        allow_hosts: where media may be fetched from, besides this machine.
        assets: finds the file of an asset.
    """

    rules: _rules.Rules = _rules.SYNC
    allow_hosts: Collection[str] = ()
    assets: _sources.Assets = _sources.no_assets


class Row(NamedTuple):
    """A vector, and what it is the vector of; nothing of this for texts and images."""

    vector: Array
    option: str | None = None
    scope: str | None = None
    segment: Segment | None = None

    def json(self) -> bytes:
        """Return the row as it stands in the answer."""
        rest = {
            "embedding_option": self.option,
            "embedding_scope": self.scope,
            "start_sec": self.segment.start_sec if self.segment else None,
            "end_sec": self.segment.end_sec if self.segment else None,
        }
        return b'{"embedding":' + _vectors.printed(self.vector) + b"," + _dumps(rest)[1:]


@dataclass(frozen=True)
class Embedded:
    """What came of a request.

    Attributes:
        rows: can be gone through once. Those of a long recording are made one by one: four hours
            of them would take 90 MB as arrays.
        metadata: None for a text.
    """

    rows: Iterable[Row]
    metadata: _Json | None = None

    def data(self) -> Iterator[bytes]:
        """Yield the JSON array of the rows, one row (6 KB) at a time; goes through `rows`."""
        before = b"["
        for row in self.rows:
            yield before + row.json()
            before = b","
        yield b"]" if before == b"," else b"[]"


def answer(request: Mapping[str, Any], context: Context) -> bytes:
    """Return the JSON body that answers `request`, a decoded body that the contract has let pass.

    Raises:
        ApiError: a limit that the contract cannot express is broken.
    """
    if request["input_type"] == "text":
        return _answer_text(request["text"]["input_text"])
    with embed(request, context) as embedded:
        return _body(embedded)


@lru_cache(maxsize=1024)  # 6 KB each; benchmarks and tests send the same text again and again
def _answer_text(text: str) -> bytes:
    _rules.check_text("text.input_text", text)
    return _body(Embedded([Row(_vectors.text_vector(text))]))


def _body(embedded: Embedded) -> bytes:
    metadata = embedded.metadata
    end = b"}" if metadata is None else b',"metadata":' + _dumps(metadata) + b"}"
    return b"".join([b'{"data":', *embedded.data(), end])


def _dumps(value: _Json) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


@contextmanager
def embed(request: Mapping[str, Any], context: Context) -> Generator[Embedded, None, None]:
    """Embed the media of `request`; its rows can be read while the `with` lasts.

    Media and what is seen and heard in it lie in temporary files, which are gone afterwards.

    Args:
        request: a decoded body that the contract has let pass, and that is not about a text.
        context: the rules of the endpoint, and where media comes from.

    Raises:
        ApiError: a limit that the contract cannot express is broken.
    """
    kind = request["input_type"]
    if kind not in context.rules.input_types or kind not in _KINDS:
        raise refuse("input_type", f'"{kind}" is in the contract, but not in this emulator')
    with ExitStack() as stack:
        yield _KINDS[kind](request[kind], context, stack)


def _load(
    kind: str, settings: _Json, context: Context, inline: _rules.SizeLimit, remote: _rules.SizeLimit
) -> AbstractContextManager[_sources.Media]:
    return _sources.load(
        settings["media_source"],
        field=f"{kind}.media_source",
        inline=inline,
        remote=remote,
        allow_hosts=context.allow_hosts,
        assets=context.assets,
    )


def _metadata(kind: str, media: _sources.Media) -> _Json:
    metadata = {"input_type": kind}
    if media.url is not None:
        metadata["input_url"] = media.url
    if media.filename is not None:
        metadata["input_filename"] = media.filename
    return metadata


# ------------------------------------------------------------------------------------------ images


def _image(settings: _Json, context: Context, stack: ExitStack) -> Embedded:
    vector, metadata = _image_vector("image", settings, context, stack)
    return Embedded([Row(vector)], metadata)


def _text_image(settings: _Json, context: Context, stack: ExitStack) -> Embedded:
    text = settings["input_text"]
    _rules.check_text("text_image.input_text", text)
    look, metadata = _image_vector("text_image", settings, context, stack)
    return Embedded([Row(_vectors.combine(_vectors.text_vector(text), look))], metadata)


def _image_vector(
    kind: str, settings: _Json, context: Context, stack: ExitStack
) -> tuple[Array, _Json]:
    limit = _rules.IMAGE_SIZE
    media = stack.enter_context(_load(kind, settings, context, limit, limit))
    features = _vectors.look_features(open_image(media, f"{kind}.media_source"))
    return _vectors.look_vector(features), _metadata(kind, media)


# --------------------------------------------------------------------------------- audio and video


def _audio(settings: _Json, context: Context, stack: ExitStack) -> Embedded:
    media = _load_recording("audio", settings, context, stack)
    recording = open_audio(media, "audio.media_source", context.rules)
    whole = _whole("audio", settings, recording)
    options = settings.get("embedding_option") or _AUDIO_OPTIONS
    segmentation = settings.get("segmentation") or _AUDIO_SEGMENTATION
    segments = _segments.fixed(whole, segmentation["fixed"]["duration_sec"])
    describe = _sound_options("audio", recording, whole, options, stack)
    scopes = settings.get("embedding_scope") or _SCOPES
    metadata = _recording_metadata("audio", recording, whole, options, scopes)
    return Embedded(_rows(describe, options, scopes, segments, whole), metadata)


def _video(settings: _Json, context: Context, stack: ExitStack) -> Embedded:
    media = _load_recording("video", settings, context, stack)
    recording = open_video(media, "video.media_source", context.rules)
    whole = _whole("video", settings, recording)
    options = settings.get("embedding_option") or _VIDEO_OPTIONS
    if not (recording.has_sound or "visual" in options):
        raise refuse("video.embedding_option", f"{_list(options)} need an audio track; it has none")
    segmentation = settings.get("segmentation") or _VIDEO_SEGMENTATION
    is_fixed = segmentation["strategy"] == "fixed"
    describe = _sound_options("video", recording, whole, options, stack)
    cuts_sec: list[float] = []
    if "visual" in options or not is_fixed:
        pictures = stack.enter_context(closing(_senses.Moments()))
        cuts_sec = _senses.look(recording, whole, "video.media_source", pictures)
        describe["visual"] = lambda part: _vectors.look_vector(pictures.mean(part))
    segments = (
        _segments.fixed(whole, segmentation["fixed"]["duration_sec"])
        if is_fixed
        else _segments.dynamic(whole, cuts_sec, segmentation["dynamic"]["min_duration_sec"])
    )
    scopes = settings.get("embedding_scope") or _SCOPES
    metadata = _recording_metadata("video", recording, whole, options, scopes)
    if is_fixed:
        metadata["clip_length"] = segmentation["fixed"]["duration_sec"]
    return Embedded(_rows(describe, options, scopes, segments, whole), metadata)


def _load_recording(
    kind: str, settings: _Json, context: Context, stack: ExitStack
) -> _sources.Media:
    inline, remote = _rules.INLINE_SIZE, _rules.FILE_SIZE
    return stack.enter_context(_load(kind, settings, context, inline, remote))


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
    kind: str, recording: Recording, whole: Segment, options: Sequence[str], stack: ExitStack
) -> dict[str, _Describe]:
    """Return how to describe what is heard and said; nothing when there is no audio track."""
    describe: dict[str, _Describe] = {}
    if recording.has_sound and "transcription" in options:
        # No speech is recognised here: what is said stands in the subtitles.
        describe["transcription"] = lambda part: _text_or_none(recording.words(part))
    if recording.has_sound and "audio" in options:
        sounds = stack.enter_context(closing(_senses.Moments()))
        _senses.listen(recording, whole, f"{kind}.media_source", sounds)
        describe["audio"] = lambda part: _vectors.sound_vector(
            _vectors.sound_features(sounds.mean(part), sounds.deviation(part))
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
) -> Iterator[Row]:
    """Yield one row for each option, scope and segment that there is something to say of."""
    parts = {"clip": segments, "asset": [whole]}
    return (
        Row(vector, option, scope, segment)
        for option in options
        if option in describe
        for scope in scopes
        for segment in parts[scope]
        if (vector := describe[option](segment)) is not None
    )


def _recording_metadata(
    kind: str,
    recording: Recording,
    whole: Segment,
    options: Iterable[str],
    scopes: Iterable[str],
) -> _Json:
    return _metadata(kind, recording.media) | {
        "embedding_options": list(options),
        "embedding_scopes": list(scopes),
        "duration": recording.duration_sec,
        "start_offset_sec": whole.start_sec,
        "end_offset_sec": whole.end_sec,
    }


def _list(options: Sequence[str]) -> str:
    return " and ".join(f'"{option}"' for option in options)


_KINDS: dict[str, Callable[[_Json, Context, ExitStack], Embedded]] = {
    "image": _image,
    "text_image": _text_image,
    "audio": _audio,
    "video": _video,
}
