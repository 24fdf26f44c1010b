"""What came with marengo3.5: several inputs as one, shorter vectors, documents and images."""

import pytest
from twelvelabs_embed_emulator.embedding.av import _overlaps
from twelvelabs_embed_emulator.embedding.segments import Segment

from tests.emulator.helpers import (
    SETTINGS_35,
    body_35,
    code_of,
    dynamic,
    ended,
    error,
    fixed,
    inline,
    request_body,
    rows,
    source,
)

TEXT = "a man walking a dog"


# ------------------------------------------------------------------- settings of the whole request


def test_a_shorter_vector_is_the_beginning_of_the_whole_one(combine):
    whole, short = (combine(input_text=TEXT, embedding_dimension=n) for n in (512, 256))
    assert rows(short)[0]["embedding"] == rows(whole)[0]["embedding"][:256]
    assert short.json()["metadata"]["embedding_dimension"] == 256


@pytest.mark.parametrize("dimension", [0, 1, 300, 513, 1024])
def test_dimensions_that_are_rejected(combine, create, files, dimension):
    of_text = combine(input_text=TEXT, embedding_dimension=dimension)
    source = inline(files["image"])
    of_task = create("image", media_source=source, embedding_dimension=dimension)
    for response in (of_text, of_task):
        assert error(response)[0] == 400
        assert error(response)[2].startswith("embedding_dimension: ")
        assert "128, 256 or 512" in error(response)[2]


def test_uncertainty(combine, files):
    response = combine(input_text=TEXT, embedding_uncertainty=True, embedding_dimension=128)
    (row,) = rows(response)
    assert len(row["embedding_uncertainty"]) == 128
    assert min(row["embedding_uncertainty"]) > 0
    for settings in (
        {"input_text": TEXT, "media_sources": [source("image", files["image"])]},
        {"media_sources": [source("document", files["document"])]},
    ):
        status, _, message = error(combine(embedding_uncertainty=True, **settings))
        assert status == 400
        assert message.startswith("embedding_uncertainty: ")


def test_a_long_text_is_rejected_or_truncated(combine):
    long = "word " * 2001
    assert "maximum of 2000 tokens" in error(combine(input_text=long))[2]
    response = combine(input_text=long, auto_truncate=True)
    assert response.json()["usage"] == {
        "input_tokens": {"text": 2000},
        "truncated": True,
        "truncation_reason": "model_context_window",
    }
    assert rows(response) == rows(combine(input_text="word " * 2000))


def test_the_older_model_takes_no_more_text_here_than_elsewhere(client):
    def combine_with_marengo30(text):
        request = body_35("multi_input", input_text=text) | {"model_name": "marengo3.0"}
        return client.post("/embed-v2", json=request)

    assert "maximum of 500 tokens" in error(combine_with_marengo30("word " * 501))[2]
    assert rows(combine_with_marengo30("word " * 500))


# -------------------------------------------------------------------- what each model does not take


def test_marengo35_accepts_only_multi_input_synchronously(client):
    status, code, message = error(client.post("/embed-v2", json=body_35("text", input_text=TEXT)))
    assert (status, code) == (400, "parameter_invalid")
    assert message.endswith('marengo3.5 takes only "multi_input" here')


def test_marengo30_combines_only_images(embed, files):
    response = embed("multi_input", media_sources=[source("image", files["image"])])
    assert len(rows(response)) == 1
    assert response.json().keys() == {"data", "metadata"}
    assert response.json()["metadata"] == {"input_type": "multi_input"}
    message = error(embed("multi_input", media_sources=[source("audio", files["audio"])]))[2]
    assert '"audio" is not for marengo3.0' in message


@pytest.mark.parametrize(
    ("name", "value"), [(SETTINGS_35[0], 256), *((one, True) for one in SETTINGS_35[1:])]
)
def test_marengo30_does_not_know_the_new_settings(client, name, value):
    request = request_body("text", input_text=TEXT) | {name: value}
    message = error(client.post("/embed-v2", json=request))[2]
    assert message == f'{name}: is only for "marengo3.5", not for marengo3.0'


@pytest.mark.parametrize(
    ("kind", "suffix", "settings"),
    [
        ("image", ".jpg", {"width": 127}),
        ("image", ".gif", {}),
        ("audio", ".ogg", {"duration_sec": 5}),
        ("audio", ".wav", {"duration_sec": 3}),
        ("video", ".mp4", {"duration_sec": 4, "width": 358, "fps": 4}),
        ("video", ".mp4", {"duration_sec": 4, "width": 900, "fps": 4}),
    ],
)
def test_other_limits_are_those_of_marengo30(client, sample, kind, suffix, settings):
    file = sample(kind, suffix, **settings)
    reasons = []
    for model in ("marengo3.0", "marengo3.5"):
        if kind == "image":  # which the older model embeds in no task
            request = body_35("multi_input", media_sources=[source(kind, file)])
            response = client.post("/embed-v2", json=request | {"model_name": model})
            reasons.append(error(response))
        else:
            request = body_35(kind, media_source=inline(file)) | {"model_name": model}
            response = client.post("/embed-v2/tasks", json=request)
            task = ended(client, f"/embed-v2/tasks/{response.json()['_id']}")
            reasons.append((task["status"], task["error"]["message"]))
    assert reasons[0] == reasons[1]


WRONG = {
    'embedding_uncertainty: the scope "asset" has none; set audio.embedding_scope': body_35(
        "audio", embedding_uncertainty=True
    ),
    "video.segmentation: marengo3.5 has the strategy inside": body_35(
        "video", segmentation=fixed(3)
    ),
    "video.segmentation: marengo3.0 has the strategy here": request_body(
        "video", segmentation={"temporal": fixed(3)}
    ),
    'video.embedding_option: "transcription" is not for': body_35(
        "video", embedding_option=["transcription"]
    ),
    'audio.embedding_scope: "local" is not for': request_body("audio", embedding_scope=["local"]),
    "video.time_based_metadata: is required": body_35("video", embedding_type=["fused_embedding"]),
    "video.time_based_metadata[0].end: 1 is less than start, 2": body_35(
        "video",
        embedding_type=["fused_embedding"],
        time_based_metadata=[{"start": 2, "end": 1, "text": "goal"}],
    ),
    "video.time_based_metadata: is not for": request_body("video", time_based_metadata=[]),
    "video.time_based_metadata: goes into fused vectors only": body_35(
        "video", time_based_metadata=[]
    ),
    "video.embedding_type: is for two options or more": request_body(
        "video", embedding_option=["visual"], embedding_type=["fused_embedding"]
    ),
    'video.segmentation.strategy: "x" is not "fixed" or "dynamic"': body_35(
        "video", segmentation={"strategy": "x"}
    ),
    "video.segmentation.temporal.dynamic.min_duration_sec: 9": body_35(
        "video", segmentation={"temporal": dynamic(9)}
    ),
    'input_type: "image" is for "marengo3.5"': request_body("image"),
}


@pytest.mark.parametrize("message", WRONG)
def test_tasks_that_are_rejected(client, files, message):
    request = WRONG[message]
    kind = request["input_type"]
    request = request | {kind: {**request[kind], "media_source": inline(files[kind])}}
    response = client.post("/embed-v2/tasks", json=request)
    status, code, found = error(response)
    assert (status, code) == (400, code_of(message))
    assert found.startswith(message)


# -------------------------------------------------------------------------------------------- tasks


def test_a_new_task_has_the_dimension(create, files):
    source = inline(files["image"])
    body = create("image", media_source=source, embedding_dimension=128).json()
    assert body["metadata"] == {"embedding_dimension": 128}


def test_an_image(task, files):
    image = task("image", media_source=inline(files["image"]))
    (row,) = image["data"]
    assert (row["embedding_option"], row["embedding_scope"]) == ("visual", "asset")
    assert image["metadata"] == {
        "input_type": "image",
        "embedding_options": ["visual"],
        "embedding_scopes": ["asset"],
        "embedding_dimension": 512,
    }
    assert image["usage"]["input_tokens"] == {"image": 256}


def test_sound_is_cut_where_it_changes(task, sample, tmp_path):
    """A tone that begins after silence begins a segment."""
    path = tmp_path / "a.wav"
    parts = [sample("audio", ".wav", duration_sec=4, kind=kind) for kind in ("silence", "tone")]
    head, silence = parts[0].read_bytes()[:44], parts[0].read_bytes()[44:]
    sizes = len(silence) * 2
    fixed_head = head[:4] + (36 + sizes).to_bytes(4, "little") + head[8:40]
    path.write_bytes(
        fixed_head + sizes.to_bytes(4, "little") + silence + parts[1].read_bytes()[44:]
    )
    settings = {"embedding_scope": ["local"], "embedding_uncertainty": True}
    audio = task("audio", media_source=inline(path), **settings)
    assert all(len(row["embedding_uncertainty"]) == 512 for row in audio["data"])
    spans = [(row["start_sec"], row["end_sec"]) for row in audio["data"]]
    assert spans == [(0, 4), (4, 8)]
    assert {row["embedding_scope"] for row in audio["data"]} == {"clip"}
    assert audio["metadata"]["embedding_scopes"] == ["local"]


def test_fused_vectors_hold_what_is_noted(task, film):
    noted = [{"start": 5, "end": 5, "text": "goal by the home team"}]
    settings = {"media_source": inline(film), "embedding_scope": ["clip"]}
    types = ["separate_embedding", "fused_embedding"]
    with_goal, without = (
        task(
            "video",
            embedding_type=types,
            time_based_metadata=[one | {"text": text} for one in noted],
            **settings,
        )["data"]
        for text in ("goal by the home team", "rain")
    )
    options = [row["embedding_option"] for row in with_goal]
    assert options == ["visual"] * 3 + ["audio"] * 3 + ["fused"] * 3
    same = [
        here["embedding"] == there["embedding"]
        for here, there in zip(with_goal, without, strict=True)
    ]
    assert same == [True] * 6 + [True, False, True]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (4, 4, True),  # an instant belongs to the segment that it starts
        (8, 8, False),
        (3, 4, False),
        (3, 4.5, True),
        (7.9, 20, True),
        (0, 20, True),
    ],
)
def test_which_segment_an_entry_of_the_metadata_is_about(start, end, expected):
    assert _overlaps({"start": start, "end": end}, Segment(4, 8)) == expected


def test_fused_vectors_of_marengo30(embed, film):
    response = embed("video", media_source=inline(film), embedding_type=["fused_embedding"])
    assert {row["embedding_option"] for row in rows(response)} == {"fused"}
