"""Each class of requests and responses: plain dicts, None, copies, and dumps as the vendor's."""

from __future__ import annotations

import copy
import json
import multiprocessing
import pickle
from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs
import pytest
import twelvelabs as vendor
import twelvelabs_embed
from twelvelabs.core.pydantic_utilities import parse_obj_as
from twelvelabs_embed_api.fields import InvalidFieldError, Shape, fields_of
from twelvelabs_embed_api.model import Model, OpenModel
from twelvelabs_embed_api.types import UNSET, Unset

SCALARS: dict[type, Any] = {str: "a", float: 1.5, int: 3, bool: True}
MOMENT = "2026-02-01T12:00:00Z"


def named(kind: type[Any]) -> list[Any]:
    """The public classes of a kind, each once."""
    found = {
        one: name
        for name in sorted(dir(twelvelabs_embed), reverse=True)
        if isinstance(one := getattr(twelvelabs_embed, name), type) and issubclass(one, kind)
    }
    return [pytest.param(one, id=name) for one, name in sorted(found.items(), key=lambda i: i[1])]


def sample(shape: Shape, *, deep: bool = True) -> Any:
    """A value of a field, as JSON has it."""
    if shape.models:
        return document(shape.models[0], deep=deep)
    if shape.item:
        return [sample(shape.item, deep=deep)]
    if shape.constants:
        return shape.constants[0]
    if datetime in shape.scalars:
        return MOMENT
    return next((SCALARS[one] for one in shape.scalars if one in SCALARS), "x")


def document(model: type[Any], *, deep: bool = True) -> dict[str, Any]:
    """An object of JSON with all fields, or with those that must be there."""
    if not issubclass(model, Model):
        return {"a": 1 if "Tokens" in model.__name__ else "b"}
    return {
        one.wire: sample(one.shape, deep=deep)
        for one in fields_of(model)
        if deep or one.is_required or one.shape.constants
    }


def arguments(model: type[Any], *, deep: bool = True) -> dict[str, Any]:
    """The same by the names of Python, with objects where they belong."""
    made = model.from_dict(document(model, deep=deep))
    return {
        one.name: getattr(made, one.name)
        for one in fields_of(model)
        if one.wire in document(model, deep=deep)
    }


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(value, default=lambda one: one.isoformat().replace("+00:00", "Z")))


ALL = named(Model)
SENT = [one for one in ALL if not issubclass(one.values[0], OpenModel)]
RECEIVED = [one for one in ALL if issubclass(one.values[0], OpenModel)]


def test_there_are_classes_of_both_kinds() -> None:
    assert len(SENT) >= 20
    assert len(RECEIVED) >= 20


# ------------------------------------------------------------------------------------------- dicts


@pytest.mark.parametrize("deep", [True, False])
@pytest.mark.parametrize("model", ALL)
def test_dicts_stand_for_objects_at_every_level(model: Any, deep: bool) -> None:
    by_objects = model(**arguments(model, deep=deep))
    nested = {one.name: document(model, deep=deep).get(one.wire) for one in fields_of(model)}
    assert model(**nested) == by_objects
    assert model.model_validate(document(model, deep=deep)) == by_objects
    assert model.model_validate(by_objects) is by_objects
    assert model.model_validate_json(json.dumps(document(model, deep=deep))) == by_objects
    assert as_json(by_objects.model_dump(by_alias=True, exclude_none=True)) == document(
        model, deep=deep
    )


@pytest.mark.parametrize("model", SENT)
def test_a_wrong_key_or_class_is_an_error_that_names_the_field(model: Any) -> None:
    given = arguments(model)
    with pytest.raises(InvalidFieldError) as caught:
        model.model_validate({**given, "colour": 3})
    assert (caught.value.field, caught.value.value) == ("colour", 3)
    assert all(one.name in caught.value.expected for one in fields_of(model))
    with pytest.raises(TypeError, match="colour"):
        model(**given, colour=3)
    for one in fields_of(model):
        wrong: list[Any] = [b"x"] if one.shape.scalars else [twelvelabs_embed.TechnicalMetadata()]
        if one.shape.models and all(issubclass(found, Model) for found in one.shape.models):
            wrong.append({"colour": 3})
        for value in wrong:
            with pytest.raises(InvalidFieldError) as caught:
                model(**{**given, one.name: value})
            assert caught.value.field.partition(".")[0] == one.name


@pytest.mark.parametrize("model", SENT)
def test_a_text_in_place_of_a_list_is_one_clear_error(model: Any) -> None:
    for one in fields_of(model):
        if one.shape.item:
            with pytest.raises(InvalidFieldError) as caught:
                model(**{**arguments(model), one.name: "visual"})
            assert caught.value.field == one.name
            assert caught.value.expected == f"{one.expected} is needed; write ['visual']"


# ------------------------------------------------------------------------------- what is not given


@pytest.mark.parametrize("nothing", [None, UNSET, ...], ids=repr)
@pytest.mark.parametrize("model", ALL)
def test_nothing_in_an_optional_field_means_that_it_is_omitted(model: Any, nothing: Any) -> None:
    given = arguments(model, deep=False)
    optional = [one for one in fields_of(model) if one.name not in given]
    made = model(**given, **dict.fromkeys([one.name for one in optional], nothing))
    assert made == model(**given)
    assert made.to_dict() == model(**given).to_dict() == document(model, deep=False)
    assert {one.name: getattr(made, one.name) for one in optional} == dict.fromkeys(
        [one.name for one in optional]
    )


@pytest.mark.parametrize("model", SENT)
def test_a_required_field_is_missed_where_the_object_is_made(model: Any) -> None:
    given = arguments(model)
    for one in fields_of(model):
        if one.is_required:
            rest = {name: value for name, value in given.items() if name != one.name}
            with pytest.raises(TypeError, match=one.name):
                model(**rest)
            with pytest.raises(InvalidFieldError) as caught:
                model(**rest, **{one.name: None})
            assert caught.value.field == one.name
            with pytest.raises(InvalidFieldError):
                model.model_validate(rest)


@pytest.mark.parametrize("model", ALL)
def test_arguments_have_names(model: Any) -> None:
    with pytest.raises(TypeError, match="positional"):
        model(*arguments(model).values())


@pytest.mark.parametrize("model", RECEIVED)
def test_absent_fields_of_a_response_are_none(model: Any) -> None:
    read = model.from_dict(document(model, deep=False))
    for one in fields_of(model):
        if one.wire not in document(model, deep=False):
            assert getattr(read, one.name) is None
    assert read.to_dict() == document(model, deep=False)


def test_null_is_distinguished_from_a_field_that_is_missing() -> None:
    row = {"embedding": [0.5], "embedding_scope": None, "smell": "sweet"}
    data = twelvelabs_embed.EmbeddingData.from_dict(row)
    assert data.to_dict() == data.dict() == row
    assert data.model_fields_set == {"embedding", "embedding_scope", "smell"}
    assert data["smell"] == data.smell == "sweet"  # type: ignore[attr-defined]  # as pydantic has it
    assert not hasattr(data, "sound")


# ------------------------------------------------------------------------------------------ copies


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


def doubled(value: Any) -> Any:
    return value, value


@pytest.mark.parametrize("made_by", [copy.copy, copy.deepcopy, pickled])
@pytest.mark.parametrize("deep", [True, False])
@pytest.mark.parametrize("model", ALL)
def test_copies_are_equal(model: Any, deep: bool, made_by: Callable[[Any], Any]) -> None:
    for one in (model(**arguments(model, deep=deep)), model.from_dict(document(model, deep=deep))):
        assert made_by(one) == one
        assert made_by(one).to_dict() == one.to_dict()
        assert made_by(UNSET) is UNSET


def test_another_process_gets_equal_objects() -> None:
    objects = [one.values[0].from_dict(document(one.values[0])) for one in ALL]
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        received = pool.map(doubled, [*objects, UNSET])
    assert received[-1] == (UNSET, UNSET)
    assert [one for one, _ in received[:-1]] == objects


def test_unset_is_one_object_with_a_short_repr() -> None:
    assert Unset() is UNSET
    assert repr(UNSET) == "UNSET"
    assert not UNSET


@pytest.mark.parametrize("model", ALL)
def test_a_copy_can_differ_in_some_fields(model: Any) -> None:
    one = model.from_dict({**document(model), **({"smell": 1} if model.is_open else {})})
    assert one.model_copy() == one.model_copy(deep=True) == one
    for field in fields_of(model):
        if not field.is_required and field.shape.scalars == (str,):
            changed = one.model_copy(update={field.name: "b"})
            assert getattr(changed, field.name) == "b"
            assert changed.to_dict() == {**one.to_dict(), field.wire: "b"}


# -------------------------------------------------------------------------- beside the vendor's


def theirs(model: Any) -> Any:
    return getattr(vendor, {"Asset": "AssetDetail"}.get(model.__name__, model.__name__), None)


# There, errors need a message, and the others have other fields.
ERRORS = {"AssetError", "AssetTranscriptionError", "EmbeddingTaskResponseError"}
OTHERS = {*ERRORS, "TasksCreateResponse", "TasksListResponse", "AudioEmbeddingMetadata"}
BOTH = [one for one in ALL if theirs(one.values[0]) and one.id not in OTHERS]


@pytest.mark.parametrize("deep", [True, False])
@pytest.mark.parametrize("model", BOTH)
def test_dumps_are_the_vendors(model: Any, deep: bool) -> None:
    given = document(model, deep=deep)
    known = theirs(model).model_fields.keys()
    mine, other = model.from_dict(given), parse_obj_as(theirs(model), given)
    assert mine.model_dump() == other.model_dump()
    assert mine.dict() == other.dict()
    assert json.loads(mine.model_dump_json()) == json.loads(other.model_dump_json())
    assert json.loads(mine.json()) == json.loads(other.json())
    assert dict(mine).keys() == dict(other).keys()
    assert (mine.model_extra or {}).items() <= other.model_extra.items()
    for settings in ({"exclude_none": True}, {"exclude_unset": True}, {"by_alias": False}):
        assert mine.model_dump(**settings) == other.model_dump(**settings)
    for name in known & mine.model_dump().keys():
        assert mine.model_dump(include={name}) == other.model_dump(include={name})
        assert mine.model_dump(exclude={name}) == other.model_dump(exclude={name})


@pytest.mark.parametrize("model", BOTH)
def test_they_are_hashable_and_immutable_as_the_vendors_are(model: Any) -> None:
    def is_hashable(one: Any) -> bool:
        try:
            return hash(one) == hash(copy.deepcopy(one))
        except TypeError:
            return False

    for deep in (True, False):
        mine = model.from_dict(document(model, deep=deep))
        other = parse_obj_as(theirs(model), document(model, deep=deep))
        assert is_hashable(mine) == is_hashable(other)
        for field in fields_of(model):
            with pytest.raises(attrs.exceptions.FrozenInstanceError):
                setattr(mine, field.name, None)
