"""What is seen and heard in a recording: features at moments, and where scenes change."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream

from ._media import Recording, broken, decode, open_container, readable
from ._segments import Segment
from ._vectors import (
    SOUND_RATE_HZ,
    THUMBNAIL_PX,
    WINDOW,
    Array,
    look_features,
    sound_bands,
)

_PICTURES_PER_SEC = 4  # at most; cuts are found to a quarter of a second
_CUT_THRESHOLD = 27.0  # mean change of hue, saturation and light (0 to 255), PySceneDetect's own


@dataclass(frozen=True)
class Moments:
    """Features, shape (moments, features), and the time from which each of them holds."""

    times_sec: Array
    features: Array

    def during(self, segment: Segment) -> Array:
        """Return the features from within `segment`, or else those that hold when it begins."""
        first, end = np.searchsorted(self.times_sec, segment)
        first = min(first, max(0, end - 1))
        return self.features[first : max(end, first + 1)]


# ------------------------------------------------------------------------------------------- sight


def look(recording: Recording, part: Segment, name: str) -> tuple[Moments, list[float]]:
    """Look at `part` of a video, some pictures a second, in one pass.

    Returns:
        The features of each picture, and the times at which a new scene begins.

    Raises:
        ApiError: no picture can be decoded.
    """
    # Imported here as it takes half a second. It has annotations, but does not say so (py.typed).
    from scenedetect import ContentDetector, FrameTimecode  # type: ignore[import-untyped]

    detector = ContentDetector(threshold=_CUT_THRESHOLD, min_scene_len=0)
    times_sec: list[float] = []
    features: list[Array] = []
    cuts_sec: list[float] = []
    for time_sec, picture in _thumbnails(recording, part, name):
        timecode = FrameTimecode(len(times_sec), fps=float(_PICTURES_PER_SEC))
        if detector.process_frame(timecode, np.ascontiguousarray(picture[:, :, ::-1])):  # BGR
            cuts_sec.append(round(time_sec, 3))
        times_sec.append(time_sec)
        features.append(look_features(picture))
    if not times_sec:
        raise broken(name, "no picture can be decoded")
    return Moments(np.array(times_sec), np.array(features)), cuts_sec


def _thumbnails(
    recording: Recording, part: Segment, name: str
) -> Iterator[tuple[float, npt.NDArray[np.uint8]]]:
    """Yield the time and the look, shape (64, 64, 3), of some pictures of `part`."""
    reformatter, side = VideoReformatter(), THUMBNAIL_PX
    with open_container(recording.data, name) as container:
        stream = container.streams[recording.picture_stream or 0]
        assert isinstance(stream, VideoStream)
        stream.thread_type = "AUTO"
        for time_sec, frame in _sampled(_decoded(container, stream, recording), part):
            small = reformatter.reformat(
                frame, side, side, "rgb24", interpolation=Interpolation.AREA
            )
            yield time_sec, small.to_ndarray().astype(np.uint8, copy=False)


def _sampled(
    frames: Iterable[tuple[float, VideoFrame]], part: Segment
) -> Iterator[tuple[float, VideoFrame]]:
    """Choose the frame that is on screen when `part` begins, and the first of each quarter."""
    shown: VideoFrame | None = None
    quarter = 0
    for time_sec, frame in frames:
        if time_sec >= part.end_sec:
            break
        if time_sec <= part.start_sec:
            shown = frame
            continue
        if shown:
            yield part.start_sec, shown
            shown, quarter = None, 1
        # A thousandth of a second is left for clocks that tick in milliseconds.
        if (now := math.floor((time_sec - part.start_sec + 0.001) * _PICTURES_PER_SEC)) >= quarter:
            yield time_sec, frame
            quarter = now + 1
    if shown:
        yield part.start_sec, shown


# ----------------------------------------------------------------------------------------- hearing


def listen(recording: Recording, part: Segment, name: str) -> Moments:
    """Listen to `part` of a recording, all of it, in windows of 64 ms.

    Where the track of sound is shorter than `part`, there is silence.

    Raises:
        ApiError: no sound can be decoded.
    """
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SOUND_RATE_HZ)
    pieces: list[npt.NDArray[np.float32]] = []
    first_sec = last_sec = None
    with open_container(recording.data, name) as container:
        stream = next(readable(container.streams.audio))
        for time_sec, frame in _decoded(container, stream, recording):
            last_sec = time_sec
            if time_sec >= part.end_sec:
                break
            if time_sec + frame.samples / frame.sample_rate > part.start_sec:
                first_sec = time_sec if first_sec is None else first_sec
                pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
        if pieces:
            pieces += [piece.to_ndarray()[0] for piece in resampler.resample(None)]
    if last_sec is None:
        raise broken(name, "no sound can be decoded")
    begin_sec, samples = _crop(pieces, first_sec or 0.0, part)
    bands = sound_bands(samples)
    windows = np.arange(len(bands), dtype=np.float64)
    return Moments(begin_sec + windows * (WINDOW / SOUND_RATE_HZ), bands)


def _crop(
    pieces: list[npt.NDArray[np.float32]], first_sec: float, part: Segment
) -> tuple[float, npt.NDArray[np.float32]]:
    """Join `pieces`, which begin at `first_sec`, and keep what is of `part`, at least one sample.

    Returns:
        When the sound begins, and its samples.
    """
    begin_sec = max(first_sec, part.start_sec)
    start, end = (round((at - first_sec) * SOUND_RATE_HZ) for at in (begin_sec, part.end_sec))
    samples = np.concatenate([*pieces, np.zeros(0, np.float32)])[start:end]
    if not samples.size:
        return part.start_sec, np.zeros(1, np.float32)
    return begin_sec, np.clip(np.nan_to_num(samples), -1, 1)  # files of floats may hold anything


def _decoded(
    container: InputContainer, stream: VideoStream | AudioStream, recording: Recording
) -> Iterator[tuple[float, Any]]:
    """Yield the frames (`VideoFrame` or `AudioFrame`) of `stream` and when each begins."""
    clock_sec = 0.0  # for raw streams, whose frames carry no time
    for packet in container.demux(stream):
        for frame in decode(packet):
            if frame.time is not None:
                clock_sec = frame.time - recording.origin_sec
            yield clock_sec, frame
            clock_sec += _length_sec(frame, stream)


def _length_sec(frame: VideoFrame | AudioFrame, stream: VideoStream | AudioStream) -> float:
    if isinstance(frame, AudioFrame):
        return frame.samples / frame.sample_rate
    assert isinstance(stream, VideoStream)
    return float(1 / stream.average_rate) if stream.average_rate else 0.04
