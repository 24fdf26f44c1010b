"""Samples: the same each time, drawn as they are described."""

import wave

import av
import numpy as np
import pytest
from pypdf import PdfReader
from twelvelabs_embed_emulator import samples
from twelvelabs_embed_emulator.samples.images import draw_scene
from twelvelabs_embed_emulator.samples.sounds import synthesize


def test_samples_are_made_the_same_way_each_time(tmp_path):
    for make, suffix in ((samples.image, ".jpg"), (samples.audio, ".mp3"), (samples.video, ".mkv")):
        first, second = make(tmp_path / f"1{suffix}"), make(tmp_path / f"2{suffix}")
        assert first.read_bytes() == second.read_bytes()


def test_subrip_of_the_samples():
    first, second, third = samples.SUBRIP.split("\n\n")
    assert first == f"1\n00:00:00,500 --> 00:00:03,500\n{samples.SENTENCES[0]}"
    assert second.startswith("2\n00:00:04,500 --> 00:00:07,500\n")
    assert third == f"3\n00:00:08,500 --> 00:00:11,500\n{samples.SENTENCES[2]}\n"


SHAPES = {
    # by colour: percent of the picture, and its middle from the left and from the top
    "beach": {
        "sky": ("8fc9f2", 43, 49, 22),
        "sun": ("ffe45c", 1, 82, 16),
        "sea": ("1f6fb5", 16, 51, 53),
        "sand": ("e8cf91", 35, 51, 81),
        "man": ("5a2d82", 2, 30, 68),
        "his head": ("f0b58a", 1, 30, 44),
        "dog": ("3b2413", 2, 48, 76),
    },
    "station": {
        "wall": ("2c3038", 27, 59, 40),
        "roof": ("4a515c", 13, 50, 6),
        "platform": ("6d6f73", 15, 50, 92),
        "train": ("b3122a", 29, 43, 58),
        "windows": ("f7f3c6", 9, 43, 46),
        "posts": ("15171b", 7, 48, 48),
    },
    "kitchen": {
        "wall": ("dfeee0", 52, 50, 34),
        "tiles": ("4d9a5b", 8, 45, 18),
        "table": ("7a4a21", 27, 50, 85),
        "pot": ("8d99a6", 5, 50, 66),
        "soup": ("f08a1d", 6, 50, 50),
        "bubbles": ("ffffff", 1, 50, 26),
    },
}


@pytest.mark.parametrize("scene", samples.SCENES)
def test_what_is_drawn(scene):
    pixels = np.asarray(draw_scene(scene, 200, 100, progress=0.25))
    shown = {
        name: (pixels == list(bytes.fromhex(one[0]))).all(2) for name, one in SHAPES[scene].items()
    }
    assert sum(map(np.count_nonzero, shown.values())) == 200 * 100
    for name, mask in shown.items():
        down, right = np.nonzero(mask)
        found = (len(right) / 200, right.mean() / 2, down.mean())
        assert found == pytest.approx(SHAPES[scene][name][1:], abs=1.1), name


def spectrum(kind):
    """Return how loud each whole frequency of a sound is; of a pure tone, its amplitude."""
    heard = synthesize(kind, 8000, 8000)
    assert np.abs(heard).max() <= 1
    return np.abs(np.fft.rfft(heard)) / 4000


@pytest.mark.parametrize(
    ("kind", "loudest_hz"),
    [("tone", [440]), ("train", [55, 82, 620]), ("music", [220, 262, 330, 392])],
)
def test_what_is_heard(kind, loudest_hz):
    loud = spectrum(kind)
    others = np.delete(loud, [near for hz in loudest_hz for near in range(hz - 8, hz + 9)])
    assert all(loud[hz - 8 : hz + 9].max() > 0.05 for hz in loudest_hz)
    assert loud.max() > 3 * others.max()
    assert kind != "tone" or loud[440] == pytest.approx(0.4)


def test_waves_are_low_and_sizzling_is_high_and_silence_is_nothing():
    waves, sizzle, speech = spectrum("waves"), spectrum("sizzle"), spectrum("speech")
    assert waves[:1000].sum() > 2 * waves[1000:].sum() / 3
    assert sizzle[3000:].sum() > 2 * sizzle[:1000].sum()
    assert speech[:500].sum() > speech[500:].sum()
    assert not spectrum("silence").any()


def test_long_sound_is_a_minute_again_and_again(tmp_path):
    path = samples.write_long_audio(tmp_path / "a.wav", 121.5, kind="waves", sample_rate_hz=2000)
    with wave.open(str(path)) as sound:
        assert (sound.getframerate(), sound.getnframes()) == (2000, 243_000)
        heard = np.frombuffer(sound.readframes(243_000), np.int16)
    assert np.array_equal(heard[120_000:240_000], heard[:120_000])
    assert np.array_equal(heard[240_000:], heard[:3000])
    assert not np.array_equal(heard[:60_000], heard[60_000:120_000])


def test_a_sentence_is_in_each_scene_of_a_video(tmp_path):
    path = samples.video(tmp_path / "a.mkv", duration_sec=6, scenes=3, width=360, height=360, fps=4)
    with av.open(str(path)) as container:
        packets = [one for one in container.demux(container.streams.subtitles[0]) if one.size]
        times = [
            (float(one.pts * one.time_base), float(one.duration * one.time_base)) for one in packets
        ]
        words = [bytes(one).decode() for one in packets]
    assert times == [(0.5, 1), (2.5, 1), (4.5, 1)]
    assert words == list(samples.SENTENCES)


def test_a_pdf_has_the_texts_of_its_pages(tmp_path):
    pages = ["a (b) c", "d \\ e", "f) g"]
    path = samples.document(tmp_path / "a.PDF", pages=pages)
    assert [page.extract_text() for page in PdfReader(path).pages] == pages
    text = samples.document(tmp_path / "a.txt", pages=pages)
    assert text.read_text(encoding="utf-8") == "\n\n".join(pages) + "\n"
