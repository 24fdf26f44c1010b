"""Feature extraction from audio and video: features over time, and scene changes.

All of it happens while the file is decoded, so that hours need no more memory than minutes.
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
    BATCH_WINDOWS,
    SAMPLE_RATE_HZ,
    WINDOW,
    Array,
    audio_bands,
    image_features,
)
from twelvelabs_embed_emulator.media.av_files import AVFile
from twelvelabs_embed_emulator.media.containers import (
    DECODER_OPTIONS,
    broken,
    decode,
    open_container,
    packets,
)
from twelvelabs_embed_emulator.media.images import THUMBNAIL_PX

_Samples: TypeAlias = npt.NDArray[np.float32]
_Chunk: TypeAlias = tuple[float, _Samples]
"""When the audio of which this is a part starts, and the samples of the part."""

_FRAMES_PER_SEC = 4  # at most; cuts are found to a quarter of a second
_CUT_THRESHOLD = 27.0  # mean change of hue, saturation and light (0 to 255), PySceneDetect's own

_LOUDNESS_CHANGE = 0.5  # root of the mean square over the bands, in units of 10 dB

_BLOCK_ROWS = 1024  # of features that are read together
_SPOOL_BYTES = 16 * 1024 * 1024  # of features in memory; more of them are on the disk


class FeatureTrack:
    """Features over time, each of which holds from some time on.

    The features of more than about 20 minutes are on the disk, until `close`. Sums are made one
    row after the other, so that the result does not depend on how many are read together.
    """

    def __init__(self) -> None:
        self._times_sec = array("d")
        self._file = SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115
        self._width = 0  # features of a row

    def close(self) -> None:
        """Delete the temporary file."""
        self._file.close()

    def __len__(self) -> int:
        return len(self._times_sec)

    def add(self, times_sec: Array, features: Array) -> None:
        """Add features, shape (times, features), that hold from `times_sec` on."""
        self._times_sec.frombytes(times_sec.tobytes())
        self._file.write(features.tobytes())
        self._width = features.shape[1]

    def mean(self, segment: Segment) -> Array:
        """Return the mean of the features during `segment`, or else of those when it starts."""
        first, end = self._rows_of(segment)
        return _sum(self._blocks(first, end)) / (end - first)

    def deviation(self, segment: Segment) -> Array:
        """Return the standard deviation of the features during `segment`, as `mean` does."""
        first, end = self._rows_of(segment)
        mean = self.mean(segment)
        squares = ((block - mean) ** 2 for block in self._blocks(first, end))
        return np.sqrt(_sum(squares) / (end - first))

    def _rows_of(self, segment: Segment) -> tuple[int, int]:
        """Return the index of the first row in `segment`, and of the first one after it."""
        first, end = np.searchsorted(np.frombuffer(self._times_sec), segment).tolist()
        first = min(first, max(0, end - 1))
        return first, max(end, first + 1)

    def _blocks(self, first: int, end: int) -> Iterator[Array]:
        row_bytes = self._width * np.dtype(np.float64).itemsize
        self._file.seek(first * row_bytes)
        for start in range(first, end, _BLOCK_ROWS):
            data = self._file.read(min(_BLOCK_ROWS, end - start) * row_bytes)
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


# ------------------------------------------------------------------------------------------- video


def extract_video(file: AVFile, part: Segment, name: str, track: FeatureTrack) -> list[float]:
    """Extract the features of some frames a second of `part` to `track`, in one pass.

    Returns:
        The times at which a new scene starts.

    Raises:
        ApiError: no frame can be decoded.
    """
    # Imported here as it takes half a second. It has annotations, but does not say so (py.typed).
    from scenedetect import ContentDetector, FrameTimecode  # type: ignore[import-untyped]

    detector = ContentDetector(threshold=_CUT_THRESHOLD, min_scene_len=0)
    cuts_sec: list[float] = []
    for time_sec, thumbnail in _thumbnails(file, part, name):
        timecode = FrameTimecode(len(track), fps=float(_FRAMES_PER_SEC))
        if detector.process_frame(timecode, np.ascontiguousarray(thumbnail[:, :, ::-1])):  # BGR
            cuts_sec.append(round(time_sec, 3))
        track.add(np.array([time_sec]), _features(thumbnail.tobytes())[np.newaxis])
    if not len(track):
        raise broken(name, "no picture can be decoded")
    return cuts_sec


@lru_cache(maxsize=256)  # 4 MB; slides, and videos that are made for tests, repeat their frames
def _features(thumbnail: bytes) -> Array:
    pixels = np.frombuffer(thumbnail, np.uint8)
    return image_features(pixels.reshape(THUMBNAIL_PX, THUMBNAIL_PX, 3))


def _thumbnails(
    file: AVFile, part: Segment, name: str
) -> Iterator[tuple[float, npt.NDArray[np.uint8]]]:
    """Yield the times and the thumbnails, shape (64, 64, 3), of some frames of `part`."""
    reformatter, side = VideoReformatter(), THUMBNAIL_PX
    with open_container(file.media, name) as container:
        stream = container.streams[file.video_stream or 0]
        assert isinstance(stream, VideoStream)
        stream.thread_type = "AUTO"
        stream.codec_context.options = DECODER_OPTIONS  # a frame may be larger than the header says
        for time_sec, frame in _sampled(_decoded(container, stream, file), part):
            small = reformatter.reformat(
                frame, side, side, "rgb24", interpolation=Interpolation.AREA, threads=1
            )
            yield time_sec, small.to_ndarray().astype(np.uint8, copy=False)


def _sampled(
    frames: Iterable[tuple[float, VideoFrame]], part: Segment
) -> Iterator[tuple[float, VideoFrame]]:
    """Choose the frame that is on screen when `part` starts, and the first of each quarter."""
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
        if (now := math.floor((time_sec - part.start_sec + 0.001) * _FRAMES_PER_SEC)) >= quarter:
            yield time_sec, frame
            quarter = now + 1
    if shown:
        yield part.start_sec, shown


# ------------------------------------------------------------------------------------------- audio


def extract_audio(file: AVFile, part: Segment, name: str, track: FeatureTrack) -> None:
    """Extract the loudness of the bands of each window (64 ms) of `part` to `track`.

    Where the audio is shorter than `part`, there is silence.

    Raises:
        ApiError: no audio can be decoded.
    """
    for start_sec, samples in _joined(_cropped(_resampled(file, part, name), part)):
        bands = audio_bands(_clipped(samples))
        windows = np.arange(len(track), len(track) + len(bands), dtype=np.float64)
        track.add(start_sec + windows * (WINDOW / SAMPLE_RATE_HZ), bands)
    if not len(track):
        track.add(np.array([part.start_sec]), audio_bands(np.zeros(1, np.float32)))


def audio_changes(track: FeatureTrack, part: Segment) -> list[float]:
    """Return the seconds of `part` at which the loudness of the bands changes."""
    count = math.floor(part.end_sec - part.start_sec)
    seconds = [Segment(part.start_sec + at, part.start_sec + at + 1) for at in range(count)]
    means = [track.mean(second) for second in seconds]
    return [
        second.start_sec
        for second, before, now in zip(seconds[1:], means, means[1:], strict=False)
        if math.sqrt(float(((now - before) ** 2).mean())) > _LOUDNESS_CHANGE
    ]


def _clipped(samples: _Samples) -> _Samples:
    """Bring samples to -1 to 1: files of floats may hold anything."""
    clipped = np.clip(samples, -1, 1)
    clipped[np.isnan(clipped)] = 0
    return clipped


def _resampled(file: AVFile, part: Segment, name: str) -> Iterator[_Chunk]:
    """Yield the audio of the frames that touch `part`, all with the time of the first frame."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
    queue = av.AudioFifo()  # most frames are so short that they are better resampled together
    first_sec = last_sec = channels = None
    with open_container(file.media, name) as container:
        stream = container.streams[file.audio_stream or 0]
        assert isinstance(stream, AudioStream)
        for time_sec, frame in _decoded(container, stream, file):
            last_sec = time_sec
            if time_sec >= part.end_sec:
                break
            if time_sec + frame.samples / frame.sample_rate > part.start_sec:
                first_sec = time_sec if first_sec is None else first_sec
                channels = frame.layout.nb_channels if channels is None else channels
                if frame.layout.nb_channels != channels:  # the queue would read past its end
                    raise broken(name, f"its sound has {channels} channels, and then it has not")
                frame.pts = None  # gaps and overlaps between frames are ignored
                queue.write(frame)
                if queue.samples >= frame.sample_rate:
                    for resampled in resampler.resample(queue.read()):
                        yield first_sec, resampled.to_ndarray()[0]
        if first_sec is not None:
            rest = [queue.read()] if queue.samples else []
            for frame in (*rest, None):
                for resampled in resampler.resample(frame):
                    yield first_sec, resampled.to_ndarray()[0]
    if last_sec is None:
        raise broken(name, "no sound can be decoded")


def _cropped(chunks: Iterable[_Chunk], part: Segment) -> Iterator[_Chunk]:
    """Crop the audio to `part`; the times become the one at which the cropped audio starts."""
    position = 0
    for first_sec, samples in chunks:
        start_sec = max(first_sec, part.start_sec)
        start, end = (
            max(0, round((at - first_sec) * SAMPLE_RATE_HZ) - position)
            for at in (start_sec, part.end_sec)
        )
        position += len(samples)
        if len(samples[start:end]):
            yield start_sec, samples[start:end]


def _joined(chunks: Iterable[_Chunk]) -> Iterator[_Chunk]:
    """Join chunks of audio to batches of windows."""
    size = BATCH_WINDOWS * WINDOW
    waiting: list[_Samples] = []
    start_sec, count = 0.0, 0
    for start_sec, samples in chunks:
        waiting.append(samples)
        count += len(samples)
        while count >= size:
            whole = np.concatenate(waiting)
            yield start_sec, whole[:size]
            waiting, count = [whole[size:]], count - size
    if count:
        yield start_sec, np.concatenate(waiting)


def _decoded(
    container: InputContainer, stream: VideoStream | AudioStream, file: AVFile
) -> Iterator[tuple[float, Any]]:
    """Yield the frames (`VideoFrame` or `AudioFrame`) of `stream` and when each starts."""
    clock_sec = 0.0  # for raw streams, whose frames carry no time
    for packet in packets(container, stream):
        for frame in decode(packet):
            if frame.time is not None:
                clock_sec = frame.time - file.origin_sec
            yield clock_sec, frame
            clock_sec += _duration_sec(frame, stream)


def _duration_sec(frame: VideoFrame | AudioFrame, stream: VideoStream | AudioStream) -> float:
    if isinstance(frame, AudioFrame):
        return frame.samples / frame.sample_rate
    assert isinstance(stream, VideoStream)
    return float(1 / stream.average_rate) if stream.average_rate else 0.04
