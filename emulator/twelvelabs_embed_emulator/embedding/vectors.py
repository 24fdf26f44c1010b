"""Vectors of 512 numbers: equal content has equal vectors, and similar content similar ones.

Content is first described by *features* (numbers with a meaning: which words, which colours where,
how loud which pitch), centred so that what all content has in common is near zero. Then features
are projected on fixed directions of +1 and -1, which keeps angles as they were. The directions are
bits of BLAKE2b hashes: the same in each process, on each machine, with each version of NumPy.
"""

import json
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from twelvelabs_embed_emulator.contract.limits import DIMENSIONS

Array: TypeAlias = npt.NDArray[np.float64]


# ------------------------------------------------------------------------- directions and vectors


def _directions(names: Iterable[str]) -> Array:
    """Return one row of 512 signs (+1, -1) for each name: 64 bytes of hash are 512 bits."""
    digests = b"".join(
        blake2b(name.encode(), digest_size=DIMENSIONS // 8).digest() for name in names
    )
    bits = np.unpackbits(np.frombuffer(digests, np.uint8)).reshape(-1, DIMENSIONS)
    return np.where(bits, 1.0, -1.0)


@cache
def _projection(kind: str, count: int) -> Array:
    return _directions(f"{kind} {number}" for number in range(count))


def _unit(vector: Array) -> Array:
    return vector / math.sqrt(float(vector @ vector))


_LEAN = np.cos(np.arange(DIMENSIONS))


def finish(vector: Array) -> Array:
    """Scale to a length that depends on the content, between 0.9 and 1, and is never 1.

    The length of real vectors is not documented: code that takes it for 1 should fail here first.
    """
    unit = _unit(vector)
    lean = float(unit @ _LEAN)
    return unit * (0.95 + 0.04 * math.tanh(lean))


def combine(*vectors: Array, weights: Sequence[float] = ()) -> Array:
    """Return the mean of vectors (of a text and its image), weighted if there are weights."""
    units = [_unit(vector) for vector in vectors]
    if weights:
        units = [unit * weight for unit, weight in zip(units, weights, strict=True)]
    return finish(sum(units, start=np.zeros(DIMENSIONS)))


def in_space_of(vector: Array, model: str) -> Array:
    """Map a vector to the space of another model: distances within the space stay the same.

    Vectors of two models cannot be compared (documented): a search across models finds nothing.
    """
    return vector * _space(model)


@cache
def _space(model: str) -> Array:
    signs: Array = _directions([f"model {model}"])[0]
    return signs


def uncertainty(vector: Array) -> Array:
    """Return an uncertainty for each number of a vector: derived from it, positive, and small."""
    return np.abs(np.roll(vector, 1)) / 10 + 0.001


def numbers(vector: Array) -> list[float]:
    """Return the numbers with the precision of the service: that of a float32."""
    rounded: list[float] = np.round(vector, 8).tolist()
    return rounded


_SMALL = re.compile(rb"0\.0000[0-9]+")


def to_json(vector: Array) -> bytes:
    """Return the JSON array of `numbers`, identical to that of the standard library, but faster."""
    values = numbers(vector)
    text = msgspec.json.encode(values)
    if b"e" in text:  # msgspec writes 1e-7 where the standard library has 1e-07
        return json.dumps(values, separators=(",", ":")).encode()
    return _SMALL.sub(lambda match: repr(float(match[0])).encode(), text)  # 2e-05 for 0.00002


# ------------------------------------------------------------------------------------------- text

_WORD = re.compile(r"[^\W_]+")
_WORD_MAX_CHARACTERS = 64  # of a longer one, only these are compared

_COMMON_WORDS = """
    a about all also an and are as at be been but by can did do does for from had has have he her
    his how i if in into is it its just me more my no not of on one or our out she so some than
    that the their them there they this to up us was we were what when which who will with you your
"""
_COMMON_WEIGHTS = {str(word): 0.15 for word in _COMMON_WORDS.split()}
_PAIR_WEIGHT = 0.3


def text_vector(text: str) -> Array:
    """Return the vector of `text`: its words, their parts, and which word follows which.

    Case and punctuation do not matter. Common words count little. Forms of a word ("walk",
    "walking") are near, as they share most of their parts.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = _WORD.findall(folded) or [folded]  # of signs only: the whole text is the word
    # In batches: the transcription of four hours, as one array, would take 120 MB.
    total = np.zeros(DIMENSIONS)
    for word in words:
        total += _word_direction(word)
    pairs = [f"pair {first} {second}" for first, second in pairwise(words)]
    sums = [_directions(pairs[at : at + 256]).sum(axis=0) for at in range(0, len(pairs), 256)]
    return finish(total + _PAIR_WEIGHT * sum(sums, start=np.zeros(DIMENSIONS)))


@lru_cache(maxsize=16_384)  # 4 KB each
def _word_direction(word: str) -> Array:
    marked = f"<{word[:_WORD_MAX_CHARACTERS]}>"
    parts = [marked[at : at + size] for size in (3, 4) for at in range(len(marked) - size + 1)]
    direction = _directions([f"word {word}"])[0]
    if parts:
        direction = direction + _directions(f"part {part}" for part in parts).sum(axis=0) / (
            len(parts) ** 0.5
        )
    weighted: Array = direction * _COMMON_WEIGHTS.get(word, 1.0)
    return weighted


# ------------------------------------------------------------------------------------------- images

_HUES = 16
_SLOPES = 8


def image_features(thumbnail: npt.NDArray[np.uint8]) -> Array:
    """Return the features of a thumbnail: light and colours by place, hues, edges by place.

    Brightness as a whole counts little, so that the same picture a little brighter stays similar.
    """
    red, green, blue = np.moveaxis(thumbnail / 255.0, 2, 0)
    light = (red + green + blue) / 3
    warm, tint = red - blue, green - (red + blue) / 2  # two axes of colour, zero for grey
    mean_light = light.mean()
    return np.concatenate(
        [
            _block(_cells(light - mean_light, 8), 1.0),
            _block(np.concatenate([_cells(warm, 8), _cells(tint, 8)]), 1.0),
            _block(_angles(np.arctan2(tint, warm), np.hypot(warm, tint), _HUES, cells=1), 0.7),
            _block(_edges(light), 0.7),
            [0.2 * (mean_light - 0.5), 0.05],  # the last keeps a grey picture from being zero
        ]
    )


def image_vector(features: Array) -> Array:
    """Return the vector of an image, or of several, from the mean of their features."""
    return finish(features @ _projection("look", len(features)))


def _edges(light: Array) -> Array:
    down, right = np.gradient(light)
    slope = np.arctan2(down, right) * 2  # an edge is the same seen from both of its sides
    return _angles(slope, np.hypot(down, right), _SLOPES, cells=4)


def _angles(angle: Array, strength: Array, bins: int, *, cells: int) -> Array:
    """Return how much `strength` there is at each angle (-2 pi to 2 pi), by cells, centred."""
    number = np.floor((angle / (2 * np.pi) % 1) * bins).astype(int) % bins
    side_px = len(angle)
    row_or_column = np.arange(side_px) * cells // side_px
    place = row_or_column[:, None] * cells + row_or_column
    sums = np.bincount(
        (place * bins + number).ravel(), weights=strength.ravel(), minlength=cells * cells * bins
    )
    means: Array = np.sqrt(sums * (cells * cells / side_px**2))
    centred: Array = means - means.mean()
    return centred


def _cells(plane: Array, count: int) -> Array:
    """Return the means of `count` x `count` equal cells of a square plane, as one row."""
    side = plane.shape[0] // count
    means: Array = plane.reshape(count, side, count, side).mean(axis=(1, 3)).ravel()
    return means


def _block(values: Array, weight: float) -> Array:
    """Bring a block of features to about length `weight`; one that is almost zero stays small."""
    return values * (weight / math.sqrt(float(values @ values) + 0.01))


# -------------------------------------------------------------------------------------------- audio

SAMPLE_RATE_HZ = 16_000
"""The sample rate of the audio from which spectra are made."""
WINDOW = 1024
"""Samples of one spectrum: 64 ms. The next one begins after it."""
BATCH_WINDOWS = 64
"""All spectra of ten minutes would take 200 MB; these stay in the cache of a processor."""

_BANDS = 40
_LOWEST_HZ, _HIGHEST_HZ = 50.0, 7_600.0
_QUIETEST = 1e-7  # power, 70 dB below full scale: what is weaker counts as silence


def audio_bands(samples: npt.NDArray[np.float32]) -> Array:
    """Return the loudness (in units of 10 dB) of 40 bands of pitch for each window of `samples`.

    Shape (windows, 40). The last window is padded with silence.
    """
    padded = np.pad(samples, (0, -len(samples) % WINDOW)).reshape(-1, WINDOW)
    starts = range(0, len(padded), BATCH_WINDOWS)
    batches = [_loudness(padded[start : start + BATCH_WINDOWS]) for start in starts]
    return np.concatenate(batches)


def _loudness(windows: npt.NDArray[np.float32]) -> Array:
    spectra = np.fft.rfft(windows * np.hanning(WINDOW), axis=1)
    power = (np.abs(spectra) / (WINDOW / 4)) ** 2
    # Eight at a time: for more, BLAS wakes its threads, which takes far longer than the work.
    eights = [power[start : start + 8] @ _band_filters() for start in range(0, len(power), 8)]
    return np.log10(np.concatenate(eights) + _QUIETEST)


def audio_features(mean: Array, change: Array) -> Array:
    """Return the features of audio from the mean and deviation of the loudness of its bands."""
    level = mean.mean()
    return np.concatenate(
        [
            _block(mean - level, 1.0),
            _block(change - change.mean(), 0.7),
            [0.1 * (change.mean() - 0.5), 0.05 * (level + 4), 0.05],
        ]
    )


def audio_vector(features: Array) -> Array:
    """Return the vector of audio from its features."""
    return finish(features @ _projection("sound", len(features)))


@cache
def _band_filters() -> Array:
    """Return (frequencies, bands): triangles that are equally wide to the ear (the mel scale)."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (_LOWEST_HZ, _HIGHEST_HZ))
    edges_hz = 700 * (10 ** (np.linspace(low, high, _BANDS + 2) / 2595) - 1)
    frequencies = np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE_HZ)[:, None]
    left, middle, right = edges_hz[:-2], edges_hz[1:-1], edges_hz[2:]
    rising = (frequencies - left) / (middle - left)
    falling = (right - frequencies) / (right - middle)
    return np.clip(np.minimum(rising, falling), 0, None)
