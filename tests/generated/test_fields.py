"""Fields of the generated models: which values they take, and what is said of others."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from typing import Any, Literal, get_args

import numpy as np
import pytest
from twelvelabs_embed_api import models
from twelvelabs_embed_api.fields import InvalidFieldError, fields_of, shape_of, shortened
from twelvelabs_embed_api.types import File

SOURCE = models.MediaSource(url="https://example.com/a.mp4")
FIXED = {"strategy": "fixed", "fixed": {"duration_sec": 5}}
NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)


def video(**fields: Any) -> models.AsyncVideoInputRequest:
    given: dict[str, Any] = {"media_source": SOURCE}
    return models.AsyncVideoInputRequest(**{**given, **fields})


def request(**fields: Any) -> models.CreateEmbeddingsRequest:
    return models.CreateEmbeddingsRequest(input_type="text", model_name="marengo3.0", **fields)


def chunk(**fields: Any) -> models.CompletedChunk:
    given: dict[str, Any] = {"chunk_index": 1, "proof": "a", "proof_type": "etag", "chunk_size": 2}
    return models.CompletedChunk(**{**given, **fields})


def asset(**fields: Any) -> models.Asset:
    given: dict[str, Any] = {"id": "a"}
    return models.Asset(**{**given, **fields})


def options() -> Iterator[str]:
    yield from ("visual", "audio")


# --------------------------------------------------------------------------- what is taken


@pytest.mark.parametrize(
    ("made", "name", "expected"),
    [
        (video(start_sec=2), "start_sec", 2.0),
        (video(start_sec="2.5"), "start_sec", 2.5),
        (video(start_sec=np.float32(2.5)), "start_sec", 2.5),
        (video(start_sec=np.int64(2)), "start_sec", 2.0),
        (video(start_sec=np.array(2)), "start_sec", 2.0),
        (request(embedding_dimension=512), "embedding_dimension", 512),
        (request(embedding_dimension=512.0), "embedding_dimension", 512),
        (request(embedding_dimension=512.5), "embedding_dimension", 512.5),
        (request(embedding_dimension="512"), "embedding_dimension", 512),
        (request(embedding_dimension=np.int32(512)), "embedding_dimension", 512),
        (request(embedding_dimension=np.float64(512)), "embedding_dimension", 512),
        (request(embedding_uncertainty=True), "embedding_uncertainty", True),
        (request(embedding_uncertainty=np.True_), "embedding_uncertainty", True),
        (request(embedding_uncertainty=1.0), "embedding_uncertainty", 1.0),
        (asset(size=2**70), "size", 2**70),
        (asset(created_at="2026-02-01T12:00:00+00:00"), "created_at", NOON),
        (asset(created_at=NOON), "created_at", NOON),
        (video(embedding_option=("visual", "audio")), "embedding_option", ["visual", "audio"]),
        (video(embedding_option=options()), "embedding_option", ["visual", "audio"]),
        (video(embedding_option={"visual": 1}.keys()), "embedding_option", ["visual"]),
        (video(embedding_option=[]), "embedding_option", []),
        (video(media_source={"url": "x"}), "media_source", models.MediaSource(url="x")),
    ],
)
def test_a_value_becomes_that_of_the_field(made: Any, name: str, expected: object) -> None:
    value = getattr(made, name)
    assert (value, type(value)) == (expected, type(expected))


def test_a_received_field_may_be_null_though_it_is_promised() -> None:
    assert models.Asset(id=None).id is None  # type: ignore[arg-type]
    with pytest.raises(InvalidFieldError) as caught:
        chunk(proof=None)
    assert caught.value.args == ("proof", None, "a text is needed")


@pytest.mark.parametrize("strategy", ["fixed", "dynamic"])
def test_a_dict_becomes_the_class_that_its_discriminator_names(strategy: str) -> None:
    shapes = {"fixed": {"duration_sec": 5}, "dynamic": {"min_duration_sec": 4}}
    made: Any = video(segmentation={"strategy": strategy, strategy: shapes[strategy]}).segmentation
    kinds = {"fixed": models.VideoSegmentationFixed, "dynamic": models.VideoSegmentationDynamic}
    assert made.to_dict() == {"strategy": strategy, strategy: shapes[strategy]}
    assert type(made) is kinds[strategy]


# --------------------------------------------------------------------------- what is not


@pytest.mark.parametrize(
    ("make", "field", "value", "expected"),
    [
        (video, "start_sec", "soon", "a number is needed"),
        (video, "start_sec", b"2", "a number is needed"),
        (video, "start_sec", [2], "a number is needed"),
        (video, "start_sec", (2,), "a number is needed"),
        (video, "start_sec", {2}, "a number is needed"),
        (video, "start_sec", {"sec": 2}, "a number is needed"),
        (video, "start_sec", SOURCE, "a number is needed"),
        (request, "embedding_dimension", "5.5", "a whole number is needed"),
        (request, "embedding_uncertainty", "yes", "True or False is needed"),
        (asset, "created_at", "noon", "a datetime is needed"),
        (asset, "created_at", [NOON], "a datetime is needed"),
        (chunk, "proof", 5, "a text is needed"),
        (chunk, "proof", NOON, "a text is needed"),
        (chunk, "proof", None, "a text is needed"),
        (chunk, "chunk_size", ..., "a whole number is needed"),
        (video, "embedding_option", "visual", "a list of texts is needed; write ['visual']"),
        (video, "embedding_option", b"visual", "a list of texts is needed"),
        (video, "embedding_option", {"visual": 1}, "a list of texts is needed"),
        (video, "embedding_option", SOURCE, "a list of texts is needed"),
        (video, "embedding_option", 5, "a list of texts is needed"),
        (
            video,
            "time_based_metadata",
            {},
            "a list of TimeBasedMetadataEntry or of dicts of its fields is needed",
        ),
        (video, "media_source", 5, "MediaSource or a dict of its fields is needed"),
        (video, "media_source", NOON, "MediaSource or a dict of its fields is needed"),
    ],
)
def test_what_a_field_cannot_hold_is_an_error_that_says_what_it_can(
    make: Any, field: str, value: object, expected: str
) -> None:
    with pytest.raises(InvalidFieldError) as caught:
        make(**{field: value})
    assert caught.value.args == (field, value, expected)


@pytest.mark.parametrize(
    ("make", "given", "field", "value", "expected"),
    [
        (video, {"embedding_option": ["visual", 5]}, "embedding_option[1]", 5, "a text is needed"),
        (
            video,
            {"time_based_metadata": [{"start": "a", "end": 1, "text": "b"}]},
            "time_based_metadata[0].start",
            "a",
            "a number is needed",
        ),
        (
            video,
            {"segmentation": {"strategy": "even", "fixed": {}}},
            "segmentation.strategy",
            "even",
            "only 'dynamic' or 'fixed' is possible",
        ),
        # Of the classes that a dict could be of, the most similar one says what is wrong.
        (
            video,
            {"segmentation": {**FIXED, "fixed": {"duration_sec": "a"}}},
            "segmentation.fixed.duration_sec",
            "a",
            "a whole number is needed",
        ),
        (
            video,
            {"segmentation": {"fixed": {"duration_sec": []}}},
            "segmentation.fixed.duration_sec",
            [],
            "a whole number is needed",
        ),
        (
            video,
            {"segmentation": {"strategy": "fixed", "dynamic": {"min_duration_sec": 4}}},
            "segmentation.dynamic",
            {"min_duration_sec": 4},
            "VideoSegmentationFixed has only strategy, fixed",
        ),
        (
            models.VideoSegmentationFixed,
            {"strategy": "dynamic", "fixed": {"duration_sec": 5}},
            "strategy",
            "dynamic",
            "only 'fixed' is possible",
        ),
    ],
)
def test_the_path_of_a_wrong_value_leads_through_dicts_and_lists(
    make: Any, given: dict[str, Any], field: str, value: object, expected: str
) -> None:
    with pytest.raises(InvalidFieldError) as caught:
        make(**given)
    assert caught.value.args == (field, value, expected)


def test_an_error_says_all_and_shortens_what_is_long() -> None:
    with pytest.raises(InvalidFieldError) as caught:
        chunk(chunk_size="x" * 100)
    error = pickle.loads(pickle.dumps(caught.value))
    assert (error.field, error.value) == ("chunk_size", "x" * 100)
    shown = "'" + "x" * 76 + "..."
    assert str(error) == f"chunk_size is {shown}, but a whole number is needed"
    assert [len(shortened("x" * count)) for count in (77, 78, 79, 200)] == [79, 80, 80, 80]


@pytest.mark.parametrize(
    ("annotation", "expected", "of_a_list"),
    [
        (str, "a text", "texts"),
        (float | None, "a number", "numbers"),
        (int, "a whole number", "whole numbers"),
        (bool, "True or False", "booleans"),
        (datetime, "a datetime", "datetimes"),
        (str | float, "a text or a number", "texts or numbers"),
        (Literal["a"] | Literal["b", 3], "'a' or 'b' or 3", "values"),
        (object, "a value", "values"),
        (
            models.MediaSource | models.Asset | None,
            "MediaSource or Asset or a dict of its fields",
            "MediaSource or Asset or of dicts of its fields",
        ),
    ],
)
def test_what_is_expected_is_read_from_the_annotation(
    annotation: Any, expected: str, of_a_list: str
) -> None:
    found = shape_of(annotation)
    assert (found.expected, found.is_optional) == (expected, type(None) in get_args(annotation))
    for items in (list[annotation], Sequence[annotation] | None):
        assert shape_of(items).expected == f"a list of {of_a_list}"


def test_a_dict_without_what_is_required_says_what_is_missing() -> None:
    for rest in ({}, {"proof": None}):
        given = {"chunk_index": 1, "proof_type": "etag", "chunk_size": 2, **rest}
        with pytest.raises(InvalidFieldError) as caught:
            models.CompletedChunk.model_validate(given)
        assert caught.value.args == ("proof", None, "a text is needed")


# --------------------------------------------------------------------------- what is received


def test_what_is_no_object_is_no_model() -> None:
    nothings: list[Any] = [None, [], "a"]
    for value in nothings:
        with pytest.raises(TypeError):
            models.Asset.from_dict(value)
        with pytest.raises(InvalidFieldError) as caught:
            models.Asset.model_validate(value)
        assert caught.value.args == ("Asset", value, "a dict of its fields is needed")


def test_a_received_object_of_another_kind_is_omitted_but_a_dict_is_kept() -> None:
    read = models.Asset.from_dict({"_id": "a", "source": 5, "hls": {"colour": 1}, "size": 6.0})
    assert (read.source, read.size) == (None, 6.0)
    assert read.hls is not None
    assert read.to_dict()["hls"] == {"colour": 1}
    with pytest.raises(KeyError, match="code"):  # of the one class that it can be
        models.ErrorResponse.from_dict({"error": {"message": "a"}})
    untagged = {"embedding_options": [], "embedding_scopes": [], "duration": 1.0}
    response: Any = models.EmbeddingSuccessResponse.from_dict({"data": [], "metadata": untagged})
    assert response.metadata == untagged
    with pytest.raises(KeyError, match="input_type"):
        models.EmbeddingVideoMetadata.from_dict(untagged)
    segment = {"start": 1, "end": 2.5, "value": "a"}
    document = {"status": "ready", "words": [segment]}
    (entry,) = models.AssetTranscriptionResponse.from_dict(document).words or []
    assert (entry.start, type(entry.start), entry.end) == (1.0, float, 2.5)


def test_unknown_fields_are_part_of_a_received_model() -> None:
    read = models.Asset.from_dict({"_id": "a", "smell": "sweet", "_private": 1})
    assert ("smell" in read, "sound" in read, "id" in read) == (True, False, False)
    assert (read["smell"], read.smell) == ("sweet", "sweet")  # type: ignore[attr-defined]
    assert read.model_extra == {"smell": "sweet", "_private": 1}
    assert dict(read)["smell"] == "sweet"
    assert read != models.Asset.from_dict({"_id": "a", "smell": "sour", "_private": 1})
    assert read != asset()
    assert repr(read) == repr(asset())
    null = models.Asset.from_dict({"_id": "a", "filename": None})
    assert (null, repr(null)) == (asset(), repr(asset()))
    for name in ("_private", "sound"):
        with pytest.raises(AttributeError) as caught:
            getattr(read, name)
        assert str(caught.value) == f"'Asset' object has no attribute {name!r}"
    with pytest.raises(KeyError):
        read["sound"]
    assert read.model_dump(include={"id", "smell"}) == {"id": "a", "smell": "sweet"}
    rest = {name: None for name in dict(read) if name not in ("id", "smell", "_private")}
    assert read.model_dump(exclude={"smell", "id"}) == {**rest, "_private": 1}
    assert read.model_copy(update={"id": "b"}).to_dict() == {**read.to_dict(), "_id": "b"}
    assert SOURCE.model_extra is None


# --------------------------------------------------------------------------- what is sent


def test_settings_of_a_dump_reach_models_within_models() -> None:
    made = video(start_sec=0, segmentation=FIXED, embedding_option=["visual"])
    sent = {
        "media_source": {"url": "https://example.com/a.mp4"},
        "start_sec": 0.0,
        "segmentation": FIXED,
        "embedding_option": ["visual"],
    }
    unset = {one.name for one in fields_of(type(made)) if one.name not in sent}
    assert made.to_dict() == made.dict() == made.model_dump(exclude_none=True) == sent
    assert made.model_dump(exclude_unset=True) == sent
    fixed = {"fixed": {"duration_sec": 5}}  # whose strategy is the default of its class
    assert made.model_dump(exclude_defaults=True) == {**sent, "segmentation": fixed}
    assert made.model_fields_set == set(sent)
    assert made.to_dict()["embedding_option"] is not made.embedding_option
    assert made.model_copy().media_source is made.media_source
    assert made.model_copy(deep=True).media_source is not made.media_source
    whole = made.model_dump()
    assert {name for name in whole if whole[name] is None} == unset
    assert whole["media_source"]["asset_id"] is None


def test_json_is_compact_unless_it_is_indented() -> None:
    metadata = models.TimeBasedMetadataEntry(start=0, end=1, text="Bär")
    document = metadata.model_dump(exclude_none=True)
    for dump in (metadata.json, metadata.model_dump_json):
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        assert dump(exclude_none=True) == text
        assert dump(exclude_none=True, indent=1) == json.dumps(
            document, ensure_ascii=False, indent=1
        )


def test_timestamps_are_kept_and_are_written_as_pydantic_does() -> None:
    there = datetime(2026, 2, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    for moment, text in ((NOON, "2026-02-01T12:00:00Z"), (there, "2026-02-01T12:00:00+02:00")):
        one = asset(created_at=moment)
        assert one.model_dump()["created_at"] is moment
        assert one.model_dump(mode="json")["created_at"] == text
        assert one.to_dict()["created_at"] == moment.isoformat()
        listed = models.AssetsListResponse(data=[one], page_info=models.PageInfo())
        assert listed.model_dump()["data"][0]["created_at"] is moment
        assert listed.model_dump(mode="json")["data"][0]["created_at"] == text
        assert listed.to_dict()["data"][0]["created_at"] == moment.isoformat()


def test_a_form_has_files_and_texts() -> None:
    payload = BytesIO(b"abc")
    made = models.CreateAssetRequest(
        method="direct", file=File(payload, "a.mp4", "video/mp4"), enable_hls=True
    )
    assert made.to_multipart() == [
        ("method", (None, b"direct", "text/plain")),
        ("file", ("a.mp4", payload, "video/mp4")),
        ("enable_hls", (None, b"True", "text/plain")),
    ]
    assert made.to_dict()["file"] == ("a.mp4", payload, "video/mp4")
    assert made.model_dump()["file"] == ("a.mp4", payload, "video/mp4")


def test_an_object_without_names_of_the_contract_is_a_dict() -> None:
    kind = models.UserMetadata
    for made in (kind.from_dict({"a": "b"}), kind.model_validate({"a": "b"})):
        assert (type(made), made) == (kind, {"a": "b"})
        assert (type(made.to_dict()), made.to_dict()) == (dict, {"a": "b"})
    assert fields_of(kind) == ()
