"""What came with marengo3.5: several inputs as one, shorter vectors, documents and images."""

import pytest
from twelvelabs_embed_emulator import samples
from twelvelabs_embed_emulator.embedding.av import _overlaps
from twelvelabs_embed_emulator.embedding.segments import Segment

from tests.emulator.helpers import (
    MIB,
    SETTINGS_35,
    body_35,
    code_of,
    cosine,
    dynamic,
    ended,
    error,
    fixed,
    inline,
    request_body,
    rows,
    vector,
)

TEXT = "a man walking a dog"


def pdf(path, page_count):
    return samples.document(path, pages=["a page"] * page_count)


def source(media_type, file, **settings):
    return {"media_type": media_type, **inline(file), **settings}


@pytest.fixture(scope="module")
def combine(client):
    """`combine(input_text="a dog")` sends a `multi_input`."""
    return lambda **settings: client.post("/embed-v2", json=body_35("multi_input", **settings))


# -------------------------------------------------------------------------------------- multi_input


def test_a_text(combine):
    response = combine(input_text=TEXT)
    (row,) = rows(response)
    assert len(row.pop("embedding")) == 512
    assert row == {
        "embedding_option": None,
        "embedding_scope": None,
        "start_sec": None,
        "end_sec": None,
        "start_page_number": None,
        "end_page_number": None,
        "quadrant": None,
        "chunk_index": None,
    }
    assert response.json()["metadata"] == {"input_type": "multi_input", "embedding_dimension": 512}
    assert response.json()["usage"] == {"input_tokens": {"text": 5}, "truncated": False}


def test_all_kinds_of_media_become_one_vector(combine, files):
    sources = [source(kind, files[kind]) for kind in ("image", "audio", "video", "document")]
    response = combine(input_text="all of it", media_sources=sources)
    assert len(rows(response)) == 1
    assert response.json()["usage"]["input_tokens"] == {
        "text": 3 + len(files["document"].read_text().split()),
        "image": 256,
        "audio": 25 * 5,
        "video": 64 * 4,
    }


def test_one_image_is_near_itself_with_a_text(combine, files):
    image = source("image", files["image"])
    alone = vector(combine(media_sources=[image]))
    both = vector(combine(input_text=TEXT, media_sources=[image]))
    assert 0.5 < cosine(alone, both) < 0.9


def test_the_order_of_sources_matters(combine, files, sample):
    images = [source("image", file) for file in (files["image"], sample("image", ".png", scene=1))]
    there, back = (vector(combine(media_sources=one)) for one in (images, images[::-1]))
    assert 0.9 < cosine(there, back) < 0.9999


def test_references(combine, files):
    image = source("image", files["image"], name="outfit")
    assert rows(combine(input_text="A person wearing <@outfit>", media_sources=[image]))
    message = "multi_input.input_text: refers to <@hat>, and no source has that name"
    response = combine(input_text="A person wearing <@hat>", media_sources=[image])
    assert error(response) == (400, "parameter_invalid", message)
    message = 'multi_input.media_sources: two sources have the name "outfit"'
    assert error(combine(media_sources=[image] * 2)) == (400, "parameter_invalid", message)


def test_vectors_of_two_models_are_far_from_each_other(combine, embed):
    old, new = vector(embed("text", input_text=TEXT)), vector(combine(input_text=TEXT))
    assert abs(cosine(old, new)) < 0.2
    assert cosine(new, vector(combine(input_text=TEXT + "!"))) > 0.99


INVALID = [
    # kinds of the sources, text, message
    ((), None, "multi_input: {} has less than 1 property"),
    (("image", "audio"), None, "multi_input.input_text: is required for media of several types"),
    (("pdf",), TEXT, "multi_input.media_sources: a PDF must be the only source and goes without"),
    (("pdf", "document"), None, "multi_input.media_sources: a PDF must be the only source"),
    (("document",), TEXT, "multi_input.media_sources: all of it is text"),
    (("document", "document"), None, "multi_input.media_sources: all of it is text"),
    (("image",) * 11, None, "multi_input.media_sources: [{"),
]


@pytest.mark.parametrize(
    ("kinds", "text", "message"), INVALID, ids=[str(row[0]) for row in INVALID]
)
def test_combinations_that_are_rejected(combine, files, kinds, text, message):
    media_types = {"pdf": "document"}
    sources = [source(media_types.get(kind, kind), files[kind]) for kind in kinds]
    settings = {"media_sources": sources} if sources else {}
    response = combine(**settings, **({"input_text": text} if text else {}))
    status, code, found = error(response)
    assert (status, code) == (400, code_of(message))
    assert found.startswith(message)


def test_exactly_one_place_of_a_source(combine):
    place = {"url": "http://127.0.0.1:9/a.jpg"}
    both = {"media_type": "image", **place, "asset_id": "1"}
    _, code, message = error(combine(media_sources=[both]))
    assert code == "parameter_invalid"
    assert "gives more than one of what may be given alone" in message
    _, code, message = error(combine(media_sources=[{"media_type": "image"}]))
    assert code == "parameter_not_provided"
    assert message.endswith('one of "url", "base64_string" or "asset_id" is required')


def test_32_mb_and_30_seconds(combine, files, sample):
    large = files["image"].read_bytes().ljust(32 * MIB, b"\0")
    assert rows(combine(media_sources=[source("image", large)]))
    response = combine(media_sources=[source("image", large + b"x")])
    assert error(response)[:2] == (413, "video_filesize_too_large")
    long = sample("audio", ".wav", duration_sec=31, sample_rate_hz=2_000)
    response = combine(media_sources=[source("audio", long)])
    assert error(response)[1] == "video_duration_too_long"


def test_pages_of_a_pdf_are_limited_by_its_size(combine, tmp_path):
    fits, too_many = (pdf(tmp_path / f"{count}.pdf", count) for count in (16, 17))
    assert rows(combine(media_sources=[source("document", fits)]))
    status, _, message = error(combine(media_sources=[source("document", too_many)]))
    assert status == 413
    assert "17 pages are more than the 16" in message


def test_a_document_without_content(combine):
    response = combine(media_sources=[source("document", b" \n")])
    assert "no content to embed" in error(response)[2]


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


TEMPORAL = {"segmentation": {"temporal": fixed(3)}}
WRONG = [
    (
        "marengo3.5",
        "audio",
        {"embedding_uncertainty": True},
        'embedding_uncertainty: the scope "asset" has none; set audio.embedding_scope',
    ),
    # model, kind, settings, message
    (
        "marengo3.5",
        "video",
        {"segmentation": fixed(3)},
        "video.segmentation: marengo3.5 has the strategy inside",
    ),
    ("marengo3.0", "video", TEMPORAL, "video.segmentation: marengo3.0 has the strategy here"),
    (
        "marengo3.5",
        "video",
        {"embedding_option": ["transcription"]},
        'video.embedding_option: "transcription" is not for',
    ),
    (
        "marengo3.0",
        "audio",
        {"embedding_scope": ["local"]},
        'audio.embedding_scope: "local" is not for',
    ),
    (
        "marengo3.5",
        "video",
        {"embedding_type": ["fused_embedding"]},
        "video.time_based_metadata: is required",
    ),
    (
        "marengo3.5",
        "video",
        {
            "embedding_type": ["fused_embedding"],
            "time_based_metadata": [{"start": 2, "end": 1, "text": "goal"}],
        },
        "video.time_based_metadata[0].end: 1 is less than start, 2",
    ),
    ("marengo3.0", "video", {"time_based_metadata": []}, "video.time_based_metadata: is not for"),
    (
        "marengo3.5",
        "video",
        {"time_based_metadata": []},
        "video.time_based_metadata: goes into fused vectors only",
    ),
    (
        "marengo3.0",
        "video",
        {"embedding_option": ["visual"], "embedding_type": ["fused_embedding"]},
        "video.embedding_type: is for two options or more",
    ),
    (
        "marengo3.5",
        "video",
        {"segmentation": {"strategy": "x"}},
        'video.segmentation.strategy: "x" is not "fixed" or "dynamic"',
    ),
    (
        "marengo3.5",
        "video",
        {"segmentation": {"temporal": dynamic(9)}},
        "video.segmentation.temporal.dynamic.min_duration_sec: 9",
    ),
    ("marengo3.0", "image", {}, 'input_type: "image" is for "marengo3.5"'),
]


@pytest.mark.parametrize(("model", "kind", "settings", "message"), WRONG, ids=[r[3] for r in WRONG])
def test_tasks_that_are_rejected(client, files, model, kind, settings, message):
    request = body_35(kind, media_source=inline(files[kind]), **settings) | {"model_name": model}
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
