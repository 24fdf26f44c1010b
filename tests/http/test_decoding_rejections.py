"""Bodies that are rejected, and what the errors name."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from twelvelabs_embed._http.decoding import DecodeError, decode_embeddings, read_task_state
from twelvelabs_embed.results import Embeddings

from tests.http.decoders import VIDEO, bits, body_of, decode_each_way


@pytest.mark.usefixtures("decoder")
@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["[1, 2]", "[1]"], "row 1: 1 numbers, where row 0 has 2"),
        (["[1, 2]", "[1, 2]", "[1, 2, 3]"], "row 2: 3 numbers, where row 0 has 2"),
        (["[1, 2]", "[]"], "row 1: 0 numbers, where row 0 has 2"),
        (["[]", "[]"], "row 0: the vector is empty"),
        (["[1, 2]", "[[1, 2]]"], "row 1, number 0: Expected `float`, got `array`"),
        (["[1, 2]", "[[1, 2], []]"], "row 1, number 0: Expected `float`, got `array`"),
        (["[1, 2]", "[1, [2]]"], "row 1, number 1: Expected `float`, got `array`"),
        (["[1, null]"], "row 0, number 1: Expected `float`, got `null`"),
        (["[true, 1]"], "row 0, number 0: Expected `float`, got `bool`"),
        (['[1, "2"]'], "row 0, number 1: Expected `float`, got `str`"),
        (['["[", "["]'], "row 0, number 0: Expected `float`, got `str`"),
        (["[{}]"], "row 0, number 0: Expected `float`, got `object`"),
        (["[1]", "null"], "row 1, embedding: Expected `array`, got `null`"),
        (["[1]", '"AAAA"'], "row 1, embedding: Expected `array`, got `str`"),
        (["[1]", "7"], "row 1, embedding: Expected `array`, got `int`"),
        (["[1]", '{"0": 1}'], "row 1, embedding: Expected `array`, got `object`"),
        (["[1, 2]", "[1, 3.5e38]"], "row 1, number 1: too large for float32"),
        (["[1, 2]", "[-1e39, 0]"], "row 1, number 0: too large for float32"),
        (["[1, 2]", "[1, 1e999]"], "row 1, number 1: Number out of range"),
    ],
)
def test_a_bad_row_is_named(rows: list[str], message: str) -> None:
    with pytest.raises(DecodeError) as raised:
        decode_embeddings(body_of(*rows))
    assert str(raised.value) == message


@pytest.mark.usefixtures("decoder")
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "nan", "01", "+1", "1.", ".5"])
def test_what_is_no_json_number_is_found_near_its_row(number: str) -> None:
    with pytest.raises(DecodeError, match=r"^near row 1: JSON is malformed"):
        decode_embeddings(body_of("[1, 2]", f"[1, {number}]", "[1, 2]"))


@pytest.mark.usefixtures("decoder")
@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "Input data was truncated"),
        (b'{"data": [{"embedding": [1]}, {"embed', "near row 0: Input data was truncated"),
        (b"<html>", "JSON is malformed: invalid character (byte 0): '<html>'"),
        (b'{"data": \xff}', "JSON is malformed: invalid character (byte 9): '\ufffd}'"),
        (
            b'{"data": [], "usage": }, "metadata": {"a": 7}}',
            'JSON is malformed: invalid character (byte 22): \'}, "metadata": {"a":\'',
        ),
        (b"[]", "Expected `object`, got `array`"),
        (b'[{"embedding": [1]}]', "Expected `object`, got `array`"),
        (b"null", "Expected `object`, got `null`"),
        (b"{}", "Object missing required field `data`"),
        (b'{"data": null}', "data: Expected `array`, got `null`"),
        (b'{"data": {}}', "data: Expected `array`, got `object`"),
        (b'{"data": [{"embedding": [1]}, null]}', "row 1: Expected `object`, got `null`"),
        (b'{"data": [[1]]}', "row 0: Expected `object`, got `array`"),
        (b'{"data": [{}]}', "row 0: Object missing required field `embedding`"),
        (
            b'{"data": [{"embedding": [1], "start_sec": "0"}]}',
            "row 0, start_sec: Expected `float | null`, got `str`",
        ),
        (
            b'{"data": [{"embedding": [1], "embedding_scope": 1}]}',
            "row 0, embedding_scope: Expected `str | null`, got `int`",
        ),
        (
            b'{"data": [{"embedding": [1], "start_page_number": "1"}]}',
            "row 0, start_page_number: Expected `int | float | null`, got `str`",
        ),
        (
            b'{"data": [{"embedding": [1], "chunk_index": 0.5}]}',
            "row 0, chunk_index: Expected `int | null`, got `float`",
        ),
        (
            b'{"data": [{"embedding": [1], "quadrant": 1}]}',
            "row 0, quadrant: Expected `str | null`, got `int`",
        ),
        (b'{"data": [], "x": ' + b"[" * 10_000_000, "the JSON is nested too deeply"),
    ],
)
def test_a_bad_body_is_explained(body: bytes, message: str) -> None:
    with pytest.raises(DecodeError) as raised:
        decode_embeddings(body)
    assert str(raised.value) == message


@pytest.mark.usefixtures("decoder")
@pytest.mark.parametrize(
    ("uncertainty", "message"),
    [
        ("[1]", ": 1 numbers, where the vector has 2"),
        ("[]", ": 0 numbers, where the vector has 2"),
        ("7", ": Expected `array`, got `int`"),
        ("[1, null]", ", number 1: Expected `float`, got `null`"),
        ("[[1, 2], []]", ", number 0: Expected `float`, got `array`"),
        ("[1, 3.5e38]", ": a number is too large for float32"),
    ],
)
def test_bad_uncertainties_are_named(uncertainty: str, message: str) -> None:
    good = '{"embedding": [1, 2], "embedding_uncertainty": [0, 0]}'
    bad = f'{{"embedding": [1, 2], "embedding_uncertainty": {uncertainty}}}'
    with pytest.raises(DecodeError) as raised:
        decode_embeddings(f'{{"data": [{good}, {bad}]}}'.encode())
    assert str(raised.value) == f"row 1, embedding_uncertainty{message}"


@pytest.mark.usefixtures("decoder")
def test_text_that_is_not_utf8() -> None:
    body = b'{"data": [{"embedding": [1], "embedding_option": "\xff"}]}'
    with pytest.raises(DecodeError) as raised:
        decode_embeddings(body)
    at = body.index(b"\xff")
    assert str(raised.value) == f"the text is not UTF-8 (byte {at})"


def test_how_a_task_stands() -> None:
    failed = b'{"_id": "t1", "status": "failed", "error": {"message": "no sound"}, "data": 7}'
    state = read_task_state(failed)
    assert (state.status, state.message) == ("failed", "no sound")
    for odd in (b"{}", b"null", b'"no sound"', b'{"message": 1}'):
        assert read_task_state(b'{"status": "failed", "error": %b}' % odd).message is None


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{}", "Object missing required field `status`"),
        (b'{"status": 1}', "status: Expected `str`, got `int`"),
        (b"<html>", "JSON is malformed: invalid character (byte 0): '<html>'"),
    ],
)
def test_a_bad_state_of_a_task_is_explained(body: bytes, message: str) -> None:
    with pytest.raises(DecodeError) as raised:
        read_task_state(body)
    assert str(raised.value) == message


@pytest.mark.usefixtures("decoder")
def test_every_cut_off_response_is_rejected() -> None:
    body = json.dumps(VIDEO).encode()
    for length in range(len(body)):
        with pytest.raises(DecodeError):
            decode_embeddings(body[:length])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-4, 4) | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=6,
)
flat_vectors = st.lists(st.integers(-5, 5) | st.floats(-4, 4), min_size=2, max_size=2)


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@given(st.lists(json_values | flat_vectors, min_size=1, max_size=4))
def test_anything_is_read_rightly_or_rejected(embeddings: list[Any]) -> None:
    rows = [{"embedding": embedding} for embedding in embeddings]
    flat = all(isinstance(row, list) and row and all(map(is_number, row)) for row in embeddings)
    readable = flat and len({len(row) for row in embeddings}) == 1
    outcomes = decode_each_way(json.dumps({"data": rows}).encode())
    for outcome in outcomes:
        if readable:
            assert isinstance(outcome, Embeddings), outcome
            assert bits(outcome.vectors) == bits(np.array(embeddings, dtype=np.float32))
        else:
            assert isinstance(outcome, str)
            assert outcome == outcomes[0]
