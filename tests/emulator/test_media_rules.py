"""The documented limits of texts and media, at the edge and just past it."""

import av
import numpy as np
import pytest
from twelvelabs_embed_emulator.contract.errors import ApiError
from twelvelabs_embed_emulator.contract.limits import check_image

from tests.emulator.helpers import (
    MIB,
    broken_file,
    create_task,
    ended,
    error,
    fixed,
    inline,
    rows,
    spans,
)
from tests.validation.media_files import image_bytes, wav_bytes

# ---------------------------------------------------------------------------------------- texts


@pytest.mark.parametrize("kind", ["text", "text_image"])
def test_500_words_are_accepted_and_501_are_not(embed, kind):
    settings = {"media_source": inline(image_bytes((128, 128)))} if kind == "text_image" else {}
    assert rows(embed(kind, input_text="word " * 500, **settings))
    status, code, message = error(embed(kind, input_text="word " * 501, **settings))
    assert (status, code) == (400, "parameter_invalid")
    assert message == f"{kind}.input_text: 501 words are more than the maximum of 500 tokens"


# ---------------------------------------------------------------------------------------- images


@pytest.mark.parametrize("size", [(128, 128), (128, 4000)])
def test_images_that_are_large_enough(embed, size):
    assert rows(embed("image", media_source=inline(image_bytes(size))))


@pytest.mark.parametrize("kind", ["image", "text_image"])
@pytest.mark.parametrize("size", [(127, 128), (128, 127), (1, 1)])
def test_images_that_are_too_small(embed, kind, size):
    settings = {"input_text": "a"} if kind == "text_image" else {}
    response = embed(kind, media_source=inline(image_bytes(size)), **settings)
    size_px = f"{size[0]}x{size[1]} px"
    message = f"{kind}.media_source: {size_px} is less than the minimum of 128x128 px"
    assert error(response) == (400, "parameter_invalid", message)


def test_32_mb_of_image_are_accepted_and_one_byte_more_is_not(embed):
    image = image_bytes((128, 128), "JPEG")
    padded = image + bytes(32 * MIB - len(image))
    assert rows(embed("image", media_source=inline(padded)))
    message = (
        "image.media_source.base64_string: 33554433 bytes is greater than the maximum of "
        "33554432 bytes (32 MB)"
    )
    response = embed("image", media_source=inline(padded + b"x"))
    assert error(response) == (400, "parameter_invalid", message)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_kinds_of_jpeg(embed, mode):
    assert rows(embed("image", media_source=inline(image_bytes((200, 200), "JPEG", mode))))


@pytest.mark.parametrize("form", ["GIF", "BMP", "WEBP", "TIFF"])
def test_other_image_formats(embed, form):
    response = embed("image", media_source=inline(image_bytes((200, 200), form)))
    message = "image.media_source: the file is not a JPEG or PNG image"
    assert error(response) == (400, "parameter_invalid", message)


def test_an_image_is_known_by_its_content_and_not_by_its_name(embed, film):
    assert error(embed("image", media_source=inline(film)))[1] == "parameter_invalid"


def test_an_image_that_decompresses_to_too_many_pixels(embed):
    """One byte for 8 pixels, and packed: 225 million pixels in a file of some kilobytes."""
    data = image_bytes((15_000, 15_000), mode="1")
    assert len(data) < MIB
    status, code, message = error(embed("image", media_source=inline(data)))
    assert (status, code) == (400, "parameter_invalid")
    assert "pixels" in message
    with pytest.raises(ApiError, match="more than the 200000000 pixels"):
        check_image("image", 20_001, 10_000)
    check_image("image", 20_000, 10_000)


# ----------------------------------------------------------------------------------------- audio


@pytest.mark.parametrize("suffix", [".wav", ".mp3", ".flac"])
def test_audio_formats(embed, sample, suffix):
    response = embed("audio", media_source=inline(sample("audio", suffix)))
    assert rows(response)
    assert response.json()["metadata"]["duration"] == 12.0


@pytest.mark.parametrize(("samples", "status"), [(64_000, "ready"), (63_983, "failed")])
def test_a_task_takes_audio_of_exactly_the_shortest_duration(client, samples, status):
    task = create_task(client, "audio", media_source=inline(wav_bytes(samples / 16_000, 16_000)))
    assert ended(client, f"/embed-v2/tasks/{task['_id']}")["status"] == status


def test_durations_have_milliseconds(embed):
    """64,777 samples of 16,000 a second are 4.0485625 s."""
    response = embed("audio", media_source=inline(wav_bytes(64_777 / 16_000, 16_000)))
    assert response.json()["metadata"]["duration"] == 4.049


def test_durations_of_video_have_milliseconds(embed, sample):
    """103 frames of 24 a second are 4.291666 s."""
    film = sample("video", ".mp4", duration_sec=103 / 24, fps=24, width=360, height=360)
    duration_sec = embed("video", media_source=inline(film)).json()["metadata"]["duration"]
    assert duration_sec == round(duration_sec, 3) == pytest.approx(103 / 24, abs=0.05)


@pytest.mark.parametrize("suffix", [".m4a", ".ogg"])
def test_other_audio_formats(embed, sample, suffix):
    status, code, message = error(embed("audio", media_source=inline(sample("audio", suffix))))
    assert (status, code) == (400, "parameter_invalid")
    assert "is not WAV (uncompressed), MP3 or FLAC" in message


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_a_title_that_is_not_utf8(embed, sample, tmp_path, kind):
    suffix = {"audio": ".mp3", "video": ".mkv"}[kind]
    path = tmp_path / f"titled{suffix}"
    with av.open(str(sample(kind, suffix))) as source, av.open(str(path), "w") as target:
        target.metadata["title"] = "cafX"
        streams = [target.add_stream_from_template(stream) for stream in source.streams]
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream_index]
                target.mux(packet)
    data = path.read_bytes()
    assert data.count(b"cafX") == 1
    assert rows(embed(kind, media_source=inline(data.replace(b"cafX", b"caf\xe9"))))


def test_a_video_is_no_audio(embed, film):
    assert error(embed("audio", media_source=inline(film)))[1] == "parameter_invalid"


LONG = {"sample_rate_hz": 8000, "kind": "silence"}


def test_ten_minutes_of_audio_are_accepted(embed, sample):
    path = sample("audio", ".flac", duration_sec=600, **LONG)
    response = embed("audio", media_source=inline(path), embedding_option=["transcription"])
    assert rows(response) == []
    assert response.json()["metadata"]["duration"] == 600


def test_more_than_ten_minutes_of_audio(embed, sample):
    path = sample("audio", ".flac", duration_sec=600.25, **LONG)
    status, code, message = error(embed("audio", media_source=inline(path), end_sec=5))
    assert (status, code) == (400, "video_duration_too_long")
    assert (
        message
        == "audio.media_source: the duration of 600.25 s is greater than the maximum of 600 s"
    )


# ----------------------------------------------------------------------------------------- video

TINY = {"duration_sec": 2, "fps": 2, "scenes": 1, "sound": False, "subtitles": None}
LARGE = {**TINY, "duration_sec": 1, "fps": 1}


@pytest.mark.parametrize("suffix", [".mkv", ".mp4", ".mov", ".avi", ".ts", ".flv", ".h264"])
def test_video_formats(embed, sample, suffix):
    assert rows(embed("video", media_source=inline(sample("video", suffix, **TINY))))


@pytest.mark.parametrize(
    ("width", "height"),
    [(360, 360), (864, 360), (360, 864), (5184, 2160), (2160, 5184)],
)
def test_sizes_of_video_within_the_limits(embed, sample, width, height):
    path = sample("video", ".mkv", width=width, height=height, **LARGE)
    assert rows(embed("video", media_source=inline(path)))


@pytest.mark.parametrize(
    ("width", "height", "code", "reason"),
    [
        (359, 360, "too_low", "359x360 px is less than the minimum of 360x360 px"),
        (640, 358, "too_low", "640x358 px is less than the minimum of 360x360 px"),
        (5186, 2162, "too_high", "5186x2162 px is greater than the maximum of 5184x2160 px"),
        (2200, 2200, "too_high", "2200x2200 px is greater than the maximum of 5184x2160 px"),
        (
            866,
            360,
            "invalid_aspect_ratio",
            "the aspect ratio of 866x360 px is 2.406:1, more than the maximum of 2.4:1",
        ),
        (
            360,
            866,
            "invalid_aspect_ratio",
            "the aspect ratio of 360x866 px is 2.406:1, more than the maximum of 2.4:1",
        ),
    ],
)
def test_sizes_of_video_past_the_limits(embed, sample, width, height, code, reason):
    path = sample("video", ".mkv", width=width, height=height, **LARGE)
    response = embed("video", media_source=inline(path))
    expected = (400, f"video_resolution_{code}", f"video.media_source: {reason}")
    assert error(response) == expected


SLOW = {**TINY, "fps": 0.5, "width": 360, "height": 360, "scenes": 2}


def test_ten_minutes_of_video_are_accepted(embed, sample):
    path = sample("video", ".mkv", **{**SLOW, "duration_sec": 600})
    response = embed("video", media_source=inline(path), segmentation=fixed(10), start_sec=580)
    assert spans(response, "visual") == [(580, 590), (590, 600)]
    assert response.json()["metadata"]["duration"] == 600


def test_more_than_ten_minutes_of_video(embed, sample):
    path = sample("video", ".mkv", **{**SLOW, "duration_sec": 602, "scenes": 1})
    status, code, message = error(embed("video", media_source=inline(path), end_sec=5))
    assert (status, code) == (400, "video_duration_too_long")
    assert "602.0 s is greater than the maximum of 600 s" in message


@pytest.mark.parametrize("kind", ["image", "audio"])
def test_what_has_no_moving_pictures_is_no_video(embed, sample, kind):
    path = sample(kind, {"image": ".jpg", "audio": ".mp3"}[kind])
    status, code, message = error(embed("video", media_source=inline(path)))
    assert (status, code) == (400, "parameter_invalid")
    assert {"image": "is a picture", "audio": "has no video stream"}[kind] in message


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_a_file_of_which_nothing_can_be_decoded(embed, sample, kind):
    """The header is good, and all that follows is zeros."""
    path = sample(kind, {"audio": ".flac", "video": ".mp4"}[kind])
    data = path.read_bytes()
    end = len(data) if kind == "audio" else data.index(b"moov")
    data = data[:200] + bytes(end - 200) + data[end:]
    reason = {"audio": "it has no content", "video": "no sound can be decoded"}[kind]
    assert broken_file(embed(kind, media_source=inline(data)), kind) == reason
    if kind == "video":
        response = embed(kind, media_source=inline(data), embedding_option=["visual"])
        assert broken_file(response, kind) == "no picture can be decoded"


@pytest.mark.parametrize("order", [("mono", "stereo"), ("stereo", "mono")])
def test_sound_whose_channels_change_on_the_way(embed, tmp_path, order):
    for layout in order:
        with av.open(str(tmp_path / f"{layout}.mp3"), "w") as container:
            stream = container.add_stream("libmp3lame", rate=16_000, layout=layout)
            shape = (1, 32_000 * stream.layout.nb_channels)
            frame = av.AudioFrame.from_ndarray(np.ones(shape, np.int16), "s16", layout)
            frame.sample_rate = 16_000
            container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    data = b"".join((tmp_path / f"{layout}.mp3").read_bytes() for layout in order)
    assert "channels" in broken_file(embed("audio", media_source=inline(data)), "audio")


@pytest.mark.parametrize("kind", ["audio", "video"])
@pytest.mark.parametrize(
    "data", [b"\0", b"no media at all" * 100, bytes(range(256)) * 100], ids=len
)
def test_what_is_no_media(embed, kind, data):
    assert broken_file(embed(kind, media_source=inline(data)), kind)


def test_a_playlist_does_not_make_the_emulator_open_other_files(embed, film, monkeypatch):
    monkeypatch.chdir(film.parent)  # FFmpeg by itself takes playlists of files beside them
    playlist = f"ffconcat version 1.0\nfile {film.name}\n"
    response = embed("video", media_source=inline(playlist.encode()))
    assert broken_file(response, "video")


def test_random_damage_is_never_an_internal_error(embed, sample):
    random = np.random.default_rng(5)
    short = {"duration_sec": 2, "scenes": 1}
    files = [
        ("video", sample("video", ".mkv", **short)),
        ("video", sample("video", ".mp4", **short)),
        ("audio", sample("audio", ".mp3", duration_sec=2)),
        ("image", sample("image", ".png")),
    ]
    for kind, path in files:
        for _ in range(6):
            data = np.frombuffer(path.read_bytes(), np.uint8).copy()
            places = random.integers(0, min(len(data), random.choice([300, 10**6])), 20)
            data[places] = random.integers(0, 256, 20)
            assert embed(kind, media_source=inline(data.tobytes())).status_code in (200, 400)
