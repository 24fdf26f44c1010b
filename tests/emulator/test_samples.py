"""Samples: the same each time, drawn as they are described."""

import numpy as np
import pytest
from twelvelabs_embed_emulator import samples
from twelvelabs_embed_emulator.samples.images import draw_scene


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
