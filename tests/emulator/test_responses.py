"""Rows, scopes, options, segments and metadata of responses, for all five input types."""

import json

import jsonschema_rs
import numpy as np
import pytest
import yaml
from twelvelabs_embed_emulator import samples

from tests.emulator.helpers import (
    OPENAPI,
    cosine,
    dynamic,
    error,
    fixed,
    inline,
    rows,
    spans,
    vector,
)

NOTHING = {"embedding_option": None, "embedding_scope": None, "start_sec": None, "end_sec": None}


@pytest.fixture(scope="module")
def response_schema():
    schemas = yaml.safe_load(OPENAPI.read_text())["components"]
    return jsonschema_rs.validator_for(
        {"$ref": "#/components/schemas/EmbeddingSuccessResponse", "components": schemas}
    )


def settings_of(kind, sample):
    suffix = {"image": ".jpg", "text_image": ".png", "audio": ".mp3", "video": ".mkv"}
    settings = {"input_text": "a dog on a beach"} if "text" in kind else {}
    if kind != "text":
        make = "image" if "image" in kind else kind
        settings["media_source"] = inline(sample(make, suffix[kind]))
    return settings


@pytest.mark.parametrize("kind", ["text", "image", "text_image", "audio", "video"])
def test_every_response_is_valid_by_the_contract(embed, sample, response_schema, kind):
    response = embed(kind, **settings_of(kind, sample))
    assert rows(response)
    response_schema.validate(response.json())


@pytest.mark.parametrize("kind", ["text", "image", "text_image"])
def test_one_row_without_times(embed, sample, kind):
    response = embed(kind, **settings_of(kind, sample))
    (row,) = rows(response)
    assert len(row.pop("embedding")) == 512
    assert row == NOTHING
    metadata = response.json().get("metadata")
    assert metadata == (None if kind == "text" else {"input_type": kind})


@pytest.mark.parametrize("kind", ["text", "image", "text_image", "audio", "video"])
def test_equal_requests_have_equal_responses(embed, sample, kind):
    settings = settings_of(kind, sample)
    assert embed(kind, **settings).content == embed(kind, **settings).content


@pytest.mark.parametrize("kind", ["text", "image", "text_image", "audio", "video"])
def test_vectors_are_about_one_long_and_print_short(embed, sample, kind):
    response = embed(kind, **settings_of(kind, sample))
    for row in rows(response):
        assert 0.9 <= np.linalg.norm(row["embedding"]) < 0.995
        assert max(len(json.dumps(abs(number))) for number in row["embedding"]) <= 12


def test_text_and_image_both_count(embed, sample):
    beach, station = (inline(sample("image", ".png", scene=scene)) for scene in (0, 1))
    dog_on_beach, dog_at_station, train_on_beach = (
        vector(embed("text_image", media_source=image, input_text=text))
        for image, text in ((beach, "a dog"), (station, "a dog"), (beach, "a train"))
    )
    assert 0.2 < cosine(dog_on_beach, dog_at_station) < 0.8
    assert 0.2 < cosine(dog_on_beach, train_on_beach) < 0.8


# ------------------------------------------------------------------------------------------ audio


def test_audio_by_default(embed, sample):
    response = embed("audio", **settings_of("audio", sample))
    assert spans(response, "audio") == [(0, 6), (6, 12)]
    assert spans(response, "audio", "asset") == [(0, 12)]
    assert spans(response, "transcription") == []  # no subtitles: there is no transcription
    assert response.json()["metadata"] == {
        "input_type": "audio",
        "embedding_options": ["audio", "transcription"],
        "embedding_scopes": ["clip", "asset"],
        "duration": 12,
        "start_offset_sec": 0,
        "end_offset_sec": 12,
    }


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_the_documented_example_of_fixed_segments(embed, sample, kind):
    only = {"segmentation": fixed(5), "embedding_option": ["audio"]}
    response = embed(kind, **settings_of(kind, sample), **only)
    assert spans(response, "audio") == [(0, 5), (5, 10), (10, 12)]
    metadata = response.json()["metadata"]
    assert metadata.get("clip_length") == (5 if kind == "video" else None)


@pytest.mark.parametrize("kind", ["audio", "video"])
@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"start_sec": 3}, [(3, 8), (8, 12)]),
        ({"end_sec": 7}, [(0, 5), (5, 7)]),
        ({"start_sec": 1.5, "end_sec": 4.25}, [(1.5, 4.25)]),
        ({"start_sec": 10, "end_sec": 500}, [(10, 12)]),
        ({"start_sec": 0, "end_sec": 10**400}, [(0, 5), (5, 10), (10, 12)]),
    ],
)
def test_a_part_of_the_file(embed, sample, kind, part, expected):
    only = {"segmentation": fixed(5), "embedding_option": ["audio"]}
    response = embed(kind, **settings_of(kind, sample), **only, **part)
    assert spans(response, "audio") == expected
    whole = (expected[0][0], expected[-1][1])
    assert spans(response, "audio", "asset") == [whole]
    metadata = response.json()["metadata"]
    assert (metadata["start_offset_sec"], metadata["end_offset_sec"]) == whole
    assert metadata["duration"] == 12


@pytest.mark.parametrize("kind", ["audio", "video"])
@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ({"start_sec": 5, "end_sec": 5}, "end_sec: 5 is not greater than start_sec, 5"),
        ({"start_sec": 5, "end_sec": 3.5}, "end_sec: 3.5 is not greater than start_sec, 5"),
        ({"end_sec": 0}, "end_sec: 0 is not greater than start_sec, 0"),
        ({"end_sec": -1}, "end_sec: -1 is not greater than start_sec, 0"),
        ({"start_sec": 12}, "start_sec: 12 is past the end of the file, 12.0"),
        ({"start_sec": 50, "end_sec": 60}, "start_sec: 50 is past the end of the file, 12.0"),
    ],
)
def test_a_part_outside_the_file_is_rejected(embed, sample, kind, part, reason):
    response = embed(kind, **settings_of(kind, sample), **part)
    assert error(response) == (400, "parameter_invalid", f"{kind}.{reason}")


def test_the_part_decides_what_is_heard(embed, sample):
    film = settings_of("video", sample)
    only = {"embedding_option": ["audio"], "embedding_scope": ["asset"]}
    train = vector(embed("video", **film, **only, start_sec=4, end_sec=8))
    waves = vector(embed("video", **film, **only, start_sec=0, end_sec=4))
    again = vector(embed("video", **film, **only, start_sec=4.5, end_sec=7.5))
    assert cosine(train, again) > 0.95 > cosine(train, waves) + 0.2


@pytest.mark.parametrize(
    ("options", "scopes"),
    [
        (["audio"], ["clip"]),
        (["visual"], ["asset"]),
        (["transcription", "visual"], ["asset", "clip"]),
        ([], []),
    ],
)
def test_options_and_scopes(embed, film, options, scopes):
    asked = {"embedding_option": options, "embedding_scope": scopes}
    response = embed("video", media_source=inline(film), segmentation=fixed(6), **asked)
    options = options or ["visual", "audio", "transcription"]
    scopes = scopes or ["clip", "asset"]
    found = [(row["embedding_option"], row["embedding_scope"]) for row in rows(response)]
    expected = {"clip": 2, "asset": 1}
    assert sorted(found) == sorted(
        (option, scope) for option in options for scope in scopes for _ in range(expected[scope])
    )
    metadata = response.json()["metadata"]
    assert metadata["embedding_options"] == options
    assert metadata["embedding_scopes"] == scopes


# ------------------------------------------------------------------------------------------ video


def test_video_by_default_is_cut_at_its_scenes(embed, film):
    response = embed("video", media_source=inline(film))
    for option in ("visual", "audio", "transcription"):
        assert spans(response, option) == [(0, 4), (4, 8), (8, 12)]
        assert spans(response, option, "asset") == [(0, 12)]
    assert response.json()["metadata"] == {
        "input_type": "video",
        "embedding_options": ["visual", "audio", "transcription"],
        "embedding_scopes": ["clip", "asset"],
        "duration": 12,
        "start_offset_sec": 0,
        "end_offset_sec": 12,
    }


@pytest.mark.parametrize(
    ("min_duration_sec", "expected"),
    [
        (2, [(0, 2.5), (2.5, 5), (5, 7.5), (7.5, 10)]),
        (3, [(0, 5), (5, 10)]),
        (4, [(0, 5), (5, 10)]),
        (5, [(0, 5), (5, 10)]),
    ],
)
def test_dynamic_segments_keep_scenes_and_the_minimum(embed, sample, min_duration_sec, expected):
    path = sample("video", ".mkv", duration_sec=10, scenes=4, sound=False)
    response = embed("video", media_source=inline(path), segmentation=dynamic(min_duration_sec))
    assert spans(response, "visual") == expected


def test_one_scene_is_one_dynamic_segment(embed, sample):
    path = sample("video", ".mkv", duration_sec=10, scenes=1)
    response = embed("video", media_source=inline(path), segmentation=dynamic(2))
    assert spans(response, "visual") == [(0, 10)]


def test_scenes_are_looked_for_within_the_part_only(embed, film):
    response = embed(
        "video",
        media_source=inline(film),
        segmentation=dynamic(2),
        start_sec=1.5,
        end_sec=10.5,
        embedding_option=["audio"],
    )
    assert spans(response, "audio") == [(1.5, 4), (4, 8), (8, 10.5)]


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_a_text_finds_the_words_of_a_video(embed, sample, suffix):
    path = sample("video", suffix)
    clips = [
        row
        for row in rows(embed("video", media_source=inline(path)))
        if (row["embedding_option"], row["embedding_scope"]) == ("transcription", "clip")
    ]
    for query, start_sec in (("man walking a dog", 0), ("train station", 4), ("soup", 8)):
        wanted = vector(embed("text", input_text=query))
        best = max(clips, key=lambda row: cosine(wanted, np.array(row["embedding"])))
        assert best["start_sec"] == start_sec, query


def test_words_are_embedded_as_text_is(embed, film):
    response = embed(
        "video", media_source=inline(film), embedding_option=["transcription"], end_sec=4
    )
    transcriptions = [row["embedding"] for row in rows(response)]
    (text,) = rows(embed("text", input_text=samples.SENTENCES[0]))
    assert transcriptions == [text["embedding"]] * 2  # the one clip and the asset


def test_a_picture_finds_the_scene_of_a_video(embed, sample, film):
    clips = rows(
        embed(
            "video",
            media_source=inline(film),
            embedding_option=["visual"],
            embedding_scope=["clip"],
        )
    )
    for scene, start_sec in (("beach", 0), ("station", 4), ("kitchen", 8)):
        picture = vector(embed("image", media_source=inline(sample("image", ".jpg", scene=scene))))
        scores = {row["start_sec"]: cosine(picture, np.array(row["embedding"])) for row in clips}
        best = max(scores, key=scores.__getitem__)
        assert best == start_sec
        assert scores.pop(best) > 0.6 > 0.3 > max(scores.values())


def test_a_segment_without_words_has_no_transcription(embed, sample):
    path = sample("video", ".mkv", subtitles=samples.SENTENCES[:2])
    response = embed("video", media_source=inline(path))
    assert spans(response, "transcription") == [(0, 4), (4, 8)]
    assert spans(response, "transcription", "asset") == [(0, 12)]
    assert spans(response, "audio") == [(0, 4), (4, 8), (8, 12)]


def test_a_video_without_subtitles_has_no_transcription(embed, sample):
    path = sample("video", ".mkv", subtitles=None)
    response = embed("video", media_source=inline(path))
    assert {row["embedding_option"] for row in rows(response)} == {"visual", "audio"}
    alone = embed("video", media_source=inline(path), embedding_option=["transcription"])
    assert rows(alone) == []


def test_a_video_without_sound_has_pictures_only(embed, sample):
    path = sample("video", ".mkv", sound=False, duration_sec=10, scenes=4)
    response = embed("video", media_source=inline(path))
    assert {row["embedding_option"] for row in rows(response)} == {"visual"}


@pytest.mark.parametrize("options", [["audio"], ["transcription"], ["audio", "transcription"]])
def test_a_video_without_sound_and_only_sound_asked_for(embed, sample, options):
    path = sample("video", ".mkv", sound=False, duration_sec=10, scenes=4)
    response = embed("video", media_source=inline(path), embedding_option=options)
    status, code, message = error(response)
    assert (status, code) == (400, "parameter_invalid")
    assert message.startswith("video.embedding_option: ")
    assert "need an audio track" in message


def test_silence_has_a_vector(embed, sample):
    path = sample("audio", ".wav", kind="silence", duration_sec=3)
    for row in rows(embed("audio", media_source=inline(path))):
        assert np.isfinite(row["embedding"]).all()


def test_a_very_short_part(embed, film):
    response = embed("video", media_source=inline(film), start_sec=5.001, end_sec=5.002)
    assert {(row["start_sec"], row["end_sec"]) for row in rows(response)} == {(5.001, 5.002)}
