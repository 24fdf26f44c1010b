"""Vectors: the pure functions, and the similarity of what they return."""

import io
import json
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageEnhance
from twelvelabs_embed_emulator import samples
from twelvelabs_embed_emulator.embedding import vectors
from twelvelabs_embed_emulator.samples.sounds import synthesize

from tests.emulator.helpers import cosine


def look(picture):
    small = picture.convert("RGB").resize((64, 64), Image.Resampling.BOX)
    return vectors.image_vector(vectors.image_features(np.asarray(small)))


def plain(red, green, blue):
    return Image.new("RGB", (128, 128), (red, green, blue))


def sound(waves):
    bands = vectors.audio_bands(waves)
    return vectors.audio_vector(vectors.audio_features(bands.mean(axis=0), bands.std(axis=0)))


@pytest.fixture(scope="module")
def scenes(sample):
    paths = [sample("image", ".png", scene=number) for number in range(6)]
    return [Image.open(io.BytesIO(path.read_bytes())) for path in paths]


@pytest.fixture(scope="module")
def sounds():
    kinds = ("speech", "music", "tone", "silence", "waves", "train", "sizzle")
    return {kind: synthesize(kind, 48_000, 16_000).astype(np.float32) for kind in kinds}


TEXTS = [
    "a man walking a dog",
    "quarterly tax report",
    "!!!",
    " ",
    "a",
    "\N{SNOWMAN}",
    "\u72ac\u3092\u6563\u6b69\u3055\u305b\u308b\u7537",
    "word " * 500,
    "x" * 60_000,
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:12].strip() or "space")
def test_every_text_has_a_vector(text):
    check_vector(vectors.text_vector(text))


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (128, 128, 128), (255, 0, 0)])
def test_a_plain_picture_has_a_vector(colour):
    check_vector(look(plain(*colour)))


@pytest.mark.parametrize("count", [1, 1023, 1024, 1025, 600_000])
def test_silence_of_any_length_has_a_vector(count):
    check_vector(sound(np.zeros(count, np.float32)))


def check_vector(vector):
    numbers = vectors.numbers(vector)
    assert len(numbers) == 512
    assert np.isfinite(numbers).all()
    assert 0.9 <= np.linalg.norm(numbers) < 0.995  # about one, and never quite
    assert all(len(f"{abs(number):.8f}".rstrip("0")) <= 10 for number in numbers)


@pytest.mark.parametrize("size", [0.04, 0.3, 1e-4, 1e-6])
def test_vectors_are_printed_as_the_standard_library_prints_them(size):
    random = np.random.default_rng(2)
    for _ in range(200):
        vector = np.clip(random.normal(0, size, 512), -0.99, 0.99)
        plain = json.dumps(vectors.numbers(vector), separators=(",", ":"))
        assert vectors.to_json(vector).decode() == plain


def test_a_text_of_any_length_is_the_sum_of_its_words_and_pairs():
    """Long texts are summed up in batches."""
    words = [f"word{number % 700}" for number in range(1000)]
    pairs = [f"pair {first} {second}" for first, second in pairwise(words)]
    total = np.sum([vectors._word_direction(word) for word in words], axis=0)
    total = total + vectors._PAIR_WEIGHT * vectors._directions(pairs).sum(axis=0)
    assert np.array_equal(vectors.text_vector(" ".join(words)), vectors.finish(total))


def test_lengths_differ_with_the_content():
    lengths = {round(float(np.linalg.norm(vectors.text_vector(text))), 6) for text in TEXTS}
    assert len(lengths) > len(TEXTS) / 2


def test_directions_are_the_same_everywhere():
    """Fixed values: a change of them changes every stored vector, and every recorded response."""
    numbers = vectors.numbers(vectors.text_vector("a man walking a dog"))
    assert numbers[:4] == [0.01812559, -0.03708329, -0.01318795, -0.04381112]
    assert vectors._directions(["look 0"])[0, :8].tolist() == [1, 1, 1, -1, -1, -1, 1, 1]


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("a man walking a dog", "man walks his dog", "quarterly tax report"),
        ("man with a dog", samples.SENTENCES[0], samples.SENTENCES[1]),
        ("a train at a station", samples.SENTENCES[1], samples.SENTENCES[2]),
        ("cooking carrot soup", samples.SENTENCES[2], samples.SENTENCES[0]),
        ("the the the dog", "dog", "the of and a to"),
    ],
)
def test_texts_that_share_words_are_nearer(text, near, far):
    to_near, to_far = (
        cosine(vectors.text_vector(text), vectors.text_vector(other)) for other in (near, far)
    )
    assert to_near > to_far + 0.25


def test_case_and_punctuation_do_not_matter_but_order_does():
    vector = vectors.text_vector("The dog bites, the man!")
    assert np.array_equal(vector, vectors.text_vector("the DOG bites the man"))
    assert cosine(vector, vectors.text_vector("the man bites the dog")) < 0.999


def test_different_scenes_are_far_apart(scenes):
    found = [look(scene) for scene in scenes]
    similarities = [cosine(a, b) for i, a in enumerate(found) for b in found[:i]]
    assert max(similarities) < 0.5


@pytest.mark.parametrize(
    "change",
    [
        lambda picture: ImageEnhance.Brightness(picture).enhance(1.2),
        lambda picture: ImageEnhance.Brightness(picture).enhance(0.75),
        lambda picture: picture.resize((600, 470)),
        lambda picture: picture.crop((6, 6, 634, 474)),
    ],
    ids=["brighter", "darker", "resized", "cropped"],
)
def test_a_changed_picture_stays_near(scenes, change):
    for scene in scenes[:3]:
        assert cosine(look(scene), look(change(scene))) > 0.9


def test_a_picture_saved_badly_stays_near(scenes):
    for scene in scenes:
        file = io.BytesIO()
        scene.save(file, "JPEG", quality=20)
        assert cosine(look(scene), look(Image.open(file))) > 0.95


def test_different_sounds_are_apart(sounds):
    found = {kind: sound(waves) for kind, waves in sounds.items()}
    similarities = [cosine(found[a], found[b]) for a in sounds for b in sounds if a < b]
    assert max(similarities) < 0.85


def test_a_changed_sound_stays_near(sounds):
    noise = np.random.default_rng(1).normal(0, 0.003, 48_000).astype(np.float32)
    for kind in ("speech", "music", "waves"):
        waves = sounds[kind]
        for changed in (waves * 0.5, np.roll(waves, 3000), waves + noise, waves[:32_000]):
            assert cosine(sound(waves), sound(changed)) > 0.9, kind


def test_combine_is_near_to_both(scenes):
    text, picture = vectors.text_vector("a dog on a beach"), look(scenes[0])
    both = vectors.combine(text, picture)
    assert cosine(both, text) > 0.6
    assert cosine(both, picture) > 0.6
