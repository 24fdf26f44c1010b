"""Samples: the same each time, drawn as they are described."""

import wave

import av
import numpy as np
import pytest
from PIL import Image
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


@pytest.mark.parametrize(
    ("number", "colours"),
    [
        (3, "cfbec2 b7b471 da963b cfbec2 cdbfc0 59bb41 9c5f80 7692d8 cfbec2 bea9b1 b36b98 3671ea"),
        (4, "b9f826 baf626 d8ac22 b9f028 b9f826 beec2b f6677b a3d055 d1c627 c7d831 f0789a ddcd58"),
    ],
)
def test_a_scene_without_a_name_is_abstract(number, colours):
    drawn = draw_scene(number, 120, 80, progress=0.9 if number == 3 else 0.1)
    cells = np.asarray(drawn.resize((4, 3), Image.Resampling.BOX)).reshape(-1, 3)
    wanted = np.array([list(bytes.fromhex(one)) for one in colours.split()])
    assert cells == pytest.approx(wanted, abs=2)


# At 800 Hz, every 233rd sample and the last one.
SOUNDS = {
    "speech": [-0.1971, -0.0921, -0.0075, 0.0031, -0.0292, -0.0766, -0.1469, -0.2095, -0.1612],
    "music": [0.2656, -0.0928, 0.0593, 0.4975, 0.0832, -0.3965, -0.0328, 0.0, -0.1119],
    "tone": [0.1236, -0.2351, -0.4, -0.2351, 0.1236, 0.3804, 0.3236, 0.0, 0.1236],
    "silence": [0] * 9,
    "waves": [-0.0013, -0.0714, 0.0138, 0.0046, -0.013, 0.0044, 0.0, 0.0022, -0.0014],
    "train": [-0.0698, 0.1367, -0.1481, 0.0627, 0.0657, 0.3688, 0.2187, -0.079, -0.1483],
    "sizzle": [-0.4642, 0.0194, -0.0455, -0.0765, 0.3646, -0.0687, -0.1028, -0.0076, -0.2038],
}


@pytest.mark.parametrize("kind", SOUNDS)
def test_what_is_heard(kind):
    """Recordings contain hashes of sounds, so that each version has to make the same."""
    heard = synthesize(kind, 1700, 800)
    assert [*heard[19::233], heard[-1]] == pytest.approx(SOUNDS[kind], abs=1e-4)


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [(".wav", "pcm_s16le"), (".MP3", "mp3"), (".flac", "flac"), (".m4a", "aac"), (".ogg", None)],
)
def test_sound_in_each_format(tmp_path, suffix, codec):
    path = samples.audio(tmp_path / f"a{suffix}", duration_sec=3, kind="tone", sample_rate_hz=8000)
    with av.open(str(path)) as container:
        (stream,) = container.streams
        frames = [frame.to_ndarray() for frame in container.decode(stream)]
        codecs = (codec,) if codec else ("vorbis", "flac", "opus")  # by the build of FFmpeg
        assert stream.codec_context.name.removesuffix("float") in codecs
        assert stream.channels == 1
        assert stream.rate == 8000 or codec is None
        heard = np.concatenate(frames, axis=1)[0] / (32768 if frames[0].dtype == np.int16 else 1)
        assert len(heard) / stream.rate == pytest.approx(3, abs=0.1)
    assert np.sqrt(np.mean(heard**2)) == pytest.approx(0.4 / np.sqrt(2), rel=0.06)


def test_long_sound_is_a_minute_again_and_again(tmp_path):
    path = samples.write_long_audio(tmp_path / "a.wav", 121.5, kind="waves", sample_rate_hz=2000)
    with wave.open(str(path)) as sound:
        assert (sound.getframerate(), sound.getnframes()) == (2000, 243_000)
        heard = np.frombuffer(sound.readframes(243_000), np.int16)
    assert np.array_equal(heard[120_000:240_000], heard[:120_000])
    assert np.array_equal(heard[240_000:], heard[:3000])
    assert not np.array_equal(heard[:60_000], heard[60_000:120_000])


def test_each_scene_of_a_video_has_its_picture_and_sound(tmp_path):
    path = samples.video(
        tmp_path / "a.mp4", duration_sec=12, scenes=6, width=361, height=240, fps=4
    )
    with av.open(str(path)) as container:
        pictures = [one.to_ndarray(format="rgb24") for one in container.decode(video=0)]
    with av.open(str(path)) as container:
        sound = [one.to_ndarray()[0] for one in container.decode(audio=0)]
        assert container.streams.audio[0].codec_context.name == "aac"
        assert (container.streams.audio[0].rate, len(pictures)) == (16_000, 48)
    for number, picture in enumerate(pictures):
        drawn = np.asarray(draw_scene(number // 8, 361, 240, progress=number % 8 / 8))
        assert np.abs(picture - drawn.astype(float)).mean() < 8, number
    # The encoder's first samples are its own, and what is near a cut is of both scenes.
    heard = np.concatenate(sound)[: 12 * 16_000].reshape(6, -1)[:, 4000:28_000]
    kinds = ("waves", "train", "sizzle", "music", "speech", "waves")
    made = np.array([synthesize(kind, 32_000, 16_000) for kind in kinds])[:, 4000:28_000]
    assert heard.std(axis=1) == pytest.approx(made.std(axis=1), rel=0.1)


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
