"""Audio: synthesised sounds."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, TypeAlias

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream
from av.container import OutputContainer

from twelvelabs_embed_emulator.samples.images import PathLike

Sound: TypeAlias = Literal["speech", "music", "tone", "silence", "waves", "train", "sizzle"]
"""The sounds that `audio` can make. The last three belong to the scenes of a video."""

_Samples: TypeAlias = npt.NDArray[np.float64]
_CHORDS_HZ = ((262, 330, 392), (220, 262, 330), (175, 220, 262), (196, 247, 294))
_BLOCK = 1 << 13  # samples that are encoded in one frame
BITEXACT = {"fflags": "+bitexact"}  # no random ids and no dates: equal calls make equal files


def audio(
    path: PathLike,
    *,
    duration_sec: float = 12.0,
    kind: Sound = "speech",
    sample_rate_hz: int = 16_000,
) -> Path:
    """Write mono sound of `duration_sec` seconds; the suffix of `path` picks the format.

    `.wav`, `.mp3` and `.flac` are what the API takes; `.ogg` and `.m4a` are what it rejects.
    """
    path = Path(path)
    samples = synthesize(kind, round(duration_sec * sample_rate_hz), sample_rate_hz)
    return _encode_file(path, [samples], sample_rate_hz)


def _encode_file(path: Path, blocks: Iterable[_Samples], sample_rate_hz: int) -> Path:
    codecs = {".wav": "pcm_s16le", ".mp3": "libmp3lame", ".flac": "flac", ".m4a": "aac"}
    position = 0
    with av.open(str(path), "w", container_options=BITEXACT) as container:
        codec = codecs.get(path.suffix.lower(), container.default_audio_codec)
        stream = audio_stream(container, codec, sample_rate_hz)
        for samples in blocks:
            encode_audio(container, stream, samples, position=position)
            position += len(samples)
        container.mux(stream.encode(None))
    return path


def audio_stream(container: OutputContainer, codec: str, sample_rate_hz: int) -> AudioStream:
    stream = container.add_stream(codec, rate=sample_rate_hz)
    assert isinstance(stream, AudioStream)
    stream.layout = "mono"
    return stream


def encode_audio(
    container: OutputContainer, stream: AudioStream, samples: _Samples, *, position: int
) -> None:
    """Encode `samples`, of which the first is number `position` of the stream."""
    pcm = (np.clip(samples, -1, 1) * 32767).astype(np.int16)
    for offset in range(0, len(pcm), _BLOCK):  # in blocks: ten minutes in one frame are too much
        block = pcm[offset : offset + _BLOCK].reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(block, format="s16", layout="mono")
        frame.sample_rate, frame.pts = stream.rate, position + offset
        container.mux(stream.encode(frame))


def synthesize(kind: Sound, count: int, sample_rate_hz: int) -> _Samples:
    """Make `count` samples between -1 and 1."""
    time_sec = np.arange(count) / sample_rate_hz

    def tone(frequency_hz: float) -> _Samples:
        return np.sin(2 * math.pi * frequency_hz * time_sec)

    def noise() -> _Samples:
        return np.random.Generator(np.random.PCG64(7)).uniform(-1, 1, count)

    match kind:
        case "silence":
            return np.zeros(count)
        case "tone":
            return 0.4 * tone(440)
        case "music":
            beat = (time_sec * 2).astype(int) % len(_CHORDS_HZ)
            chords = [tone(low) + tone(middle) + tone(high) for low, middle, high in _CHORDS_HZ]
            return 0.25 * np.choose(beat, chords)
        case "speech":
            syllables = np.clip(np.sin(2 * math.pi * 3.5 * time_sec), 0, 1)
            voice = tone(120) + tone(240) / 2 + tone(360) / 3 + tone(480) / 4
            return 0.3 * syllables * (voice + 0.5 * tone(700) + 0.3 * tone(1150))
        case "waves":
            swell = 0.5 + 0.5 * np.sin(2 * math.pi * 0.4 * time_sec)
            return 0.5 * swell * np.convolve(noise(), np.ones(12) / 12, mode="same")
        case "train":
            wheels = np.clip(np.sin(2 * math.pi * 2.2 * time_sec), 0.2, 1)
            return 0.3 * wheels * (tone(55) + tone(82) + 0.2 * noise()) + 0.15 * tone(620)
        case "sizzle":
            return 0.3 * np.diff(noise(), append=0.0)


def write_long_audio(
    path: PathLike, duration_sec: float, *, kind: Sound = "speech", sample_rate_hz: int = 8_000
) -> Path:
    """Write sound of up to some hours, a minute of it repeated; otherwise as `audio`.

    Four hours take some seconds and 60 MB as `.flac`, less than a second and 230 MB as `.wav`.
    """
    path = Path(path)
    minute = synthesize(kind, 60 * sample_rate_hz, sample_rate_hz)
    count = round(duration_sec * sample_rate_hz)
    blocks = (minute[: count - start] for start in range(0, count, len(minute)))
    return _encode_file(path, blocks, sample_rate_hz)
