"""What is seen and heard in a recording: features at moments, and where scenes change.

All of it is done as the file is decoded, so that hours need no more memory than minutes.
"""

import math
from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from tempfile import SpooledTemporaryFile
from typing import Any, TypeAlias

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream

from twelvelabs_embed_emulator.embedding.segments import Segment
from twelvelabs_embed_emulator.embedding.vectors import (
    SOUND_RATE_HZ,
    WINDOW,
    WINDOWS_AT_ONCE,
    Array,
    look_features,
    sound_bands,
)
from twelvelabs_embed_emulator.media.av_files import (
    DECODER_OPTIONS,
    THUMBNAIL_PX,
    Recording,
    broken,
    decode,
    open_container,
    readable,
)

_Piece: TypeAlias = tuple[float, npt.NDArray[np.float32]]
"""When the sound begins of which this is a piece, and the samples of the piece."""

_PICTURES_PER_SEC = 4  # at most; cuts are found to a quarter of a second
_CUT_THRESHOLD = 27.0  # mean change of hue, saturation and light (0 to 255), PySceneDetect's own

_CHANGE_OF_LOUDNESS = 0.5  # root of the mean square over the bands, in units of 10 dB

_BLOCK = 1024  # moments that are read at once
_SPOOL_BYTES = 16 * 1024 * 1024  # of features in memory; more of them lie on the disk


class Moments:
    """Features, and the time from which each of them holds, in order of time.

    The features of more than about 20 minutes lie on the disk, until `close`. Sums are made one
    moment after the other, so that it makes no difference how many are read at once.
    """

    def __init__(self) -> None:
        self._times_sec = array("d")
        self._file = SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115
        self._width = 0  # features of a moment

    def close(self) -> None:
        """Delete what lies on the disk."""
        self._file.close()

    def __len__(self) -> int:
        return len(self._times_sec)

    def add(self, times_sec: Array, features: Array) -> None:
        """Add features, shape (moments, features), that hold from `times_sec` on."""
        self._times_sec.frombytes(times_sec.tobytes())
        self._file.write(features.tobytes())
        self._width = features.shape[1]

    def mean(self, segment: Segment) -> Array:
        """Return the mean of the features during `segment`, or else of those when it begins."""
        first, end = self._during(segment)
        return _sum(self._blocks(first, end)) / (end - first)

    def deviation(self, segment: Segment) -> Array:
        """Return the standard deviation of the features during `segment`, as `mean` does."""
        first, end = self._during(segment)
        mean = self.mean(segment)
        squares = ((block - mean) ** 2 for block in self._blocks(first, end))
        deviation: Array = np.sqrt(_sum(squares) / (end - first))
        return deviation

    def _during(self, segment: Segment) -> tuple[int, int]:
        """Return the numbers of the first moment in `segment` and of the first one after it."""
        first, end = np.searchsorted(np.frombuffer(self._times_sec), segment).tolist()
        first = min(first, max(0, end - 1))
        return first, max(end, first + 1)

    def _blocks(self, first: int, end: int) -> Iterator[Array]:
        row_bytes = self._width * np.dtype(np.float64).itemsize
        self._file.seek(first * row_bytes)
        for start in range(first, end, _BLOCK):
            data = self._file.read(min(_BLOCK, end - start) * row_bytes)
            yield np.frombuffer(bytearray(data)).reshape(-1, self._width)


def _sum(blocks: Iterable[Array]) -> Array:
    """Return the sum of the rows of all `blocks`, which it may change."""
    total: Array | None = None
    for block in blocks:
        if total is not None:
            block[0] += total
        total = block.sum(axis=0)
    assert total is not None
    return total


# ------------------------------------------------------------------------------------------- sight


def look(recording: Recording, part: Segment, name: str, moments: Moments) -> list[float]:
    """Look at `part` of a video, some pictures a second, in one pass.

    Adds the features of each picture to `moments`.

    Returns:
        The times at which a new scene begins.

    Raises:
        ApiError: no picture can be decoded.
    """
    # Imported here as it takes half a second. It has annotations, but does not say so (py.typed).
    from scenedetect import ContentDetector, FrameTimecode  # type: ignore[import-untyped]

    detector = ContentDetector(threshold=_CUT_THRESHOLD, min_scene_len=0)
    cuts_sec: list[float] = []
    for time_sec, picture in _thumbnails(recording, part, name):
        timecode = FrameTimecode(len(moments), fps=float(_PICTURES_PER_SEC))
        if detector.process_frame(timecode, np.ascontiguousarray(picture[:, :, ::-1])):  # BGR
            cuts_sec.append(round(time_sec, 3))
        moments.add(np.array([time_sec]), _features(picture.tobytes())[np.newaxis])
    if not len(moments):
        raise broken(name, "no picture can be decoded")
    return cuts_sec


@lru_cache(maxsize=256)  # 4 MB; slides, and videos that are made for tests, repeat their pictures
def _features(thumbnail: bytes) -> Array:
    return look_features(np.frombuffer(thumbnail, np.uint8).reshape(THUMBNAIL_PX, THUMBNAIL_PX, 3))


def _thumbnails(
    recording: Recording, part: Segment, name: str
) -> Iterator[tuple[float, npt.NDArray[np.uint8]]]:
    """Yield the time and the look, shape (64, 64, 3), of some pictures of `part`."""
    reformatter, side = VideoReformatter(), THUMBNAIL_PX
    with open_container(recording.media, name) as container:
        stream = container.streams[recording.picture_stream or 0]
        assert isinstance(stream, VideoStream)
        stream.thread_type = "AUTO"
        stream.codec_context.options = DECODER_OPTIONS  # a picture may say that it is larger
        for time_sec, frame in _sampled(_decoded(container, stream, recording), part):
            small = reformatter.reformat(
                frame, side, side, "rgb24", interpolation=Interpolation.AREA, threads=1
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


def listen(recording: Recording, part: Segment, name: str, moments: Moments) -> None:
    """Listen to `part` of a recording, all of it, in windows of 64 ms.

    Adds the loudness of the bands of each window to `moments`. Where the track of sound is shorter
    than `part`, there is silence.

    Raises:
        ApiError: no sound can be decoded.
    """
    for begin_sec, samples in _joined(_cropped(_resampled(recording, part, name), part)):
        bands = sound_bands(_tamed(samples))
        windows = np.arange(len(moments), len(moments) + len(bands), dtype=np.float64)
        moments.add(begin_sec + windows * (WINDOW / SOUND_RATE_HZ), bands)
    if not len(moments):
        moments.add(np.array([part.start_sec]), sound_bands(np.zeros(1, np.float32)))


def changes(sounds: Moments, part: Segment) -> list[float]:
    """Return when the sound of `part` becomes another: how loud its bands are, second by second."""
    count = math.floor(part.end_sec - part.start_sec)
    seconds = [Segment(part.start_sec + at, part.start_sec + at + 1) for at in range(count)]
    means = [sounds.mean(second) for second in seconds]
    return [
        second.start_sec
        for second, before, now in zip(seconds[1:], means, means[1:], strict=False)
        if math.sqrt(float(((now - before) ** 2).mean())) > _CHANGE_OF_LOUDNESS
    ]


def _tamed(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Bring samples to -1 to 1: files of floats may hold anything."""
    tamed = np.clip(samples, -1, 1)
    tamed[np.isnan(tamed)] = 0
    return tamed


def _resampled(recording: Recording, part: Segment, name: str) -> Iterator[_Piece]:
    """Yield the sound of the frames that touch `part`, all with the time of the first frame."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SOUND_RATE_HZ)
    waiting = av.AudioFifo()  # most frames are so short that they are better resampled together
    first_sec = last_sec = channels = None
    with open_container(recording.media, name) as container:
        stream = next(readable(container.streams.audio))
        for time_sec, frame in _decoded(container, stream, recording):
            last_sec = time_sec
            if time_sec >= part.end_sec:
                break
            if time_sec + frame.samples / frame.sample_rate > part.start_sec:
                first_sec = time_sec if first_sec is None else first_sec
                channels = frame.layout.nb_channels if channels is None else channels
                if frame.layout.nb_channels != channels:  # the queue would read what is not there
                    raise broken(name, f"its sound has {channels} channels, and then it has not")
                frame.pts = None  # there may be gaps and overlaps, which do not count
                waiting.write(frame)
                if waiting.samples >= frame.sample_rate:
                    for piece in resampler.resample(waiting.read()):
                        yield first_sec, piece.to_ndarray()[0]
        if first_sec is not None:
            rest = [waiting.read()] if waiting.samples else []
            for frame in (*rest, None):
                for piece in resampler.resample(frame):
                    yield first_sec, piece.to_ndarray()[0]
    if last_sec is None:
        raise broken(name, "no sound can be decoded")


def _cropped(pieces: Iterable[_Piece], part: Segment) -> Iterator[_Piece]:
    """Keep what is of `part`, and turn the times into the one at which that begins."""
    position = 0
    for first_sec, samples in pieces:
        begin_sec = max(first_sec, part.start_sec)
        start, end = (
            max(0, round((at - first_sec) * SOUND_RATE_HZ) - position)
            for at in (begin_sec, part.end_sec)
        )
        position += len(samples)
        if len(samples[start:end]):
            yield begin_sec, samples[start:end]


def _joined(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Join pieces of sound until they fill as many windows as are worth working on at once."""
    size = WINDOWS_AT_ONCE * WINDOW
    waiting: list[npt.NDArray[np.float32]] = []
    begin_sec, count = 0.0, 0
    for begin_sec, samples in pieces:
        waiting.append(samples)
        count += len(samples)
        while count >= size:
            whole = np.concatenate(waiting)
            yield begin_sec, whole[:size]
            waiting, count = [whole[size:]], count - size
    if count:
        yield begin_sec, np.concatenate(waiting)


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
