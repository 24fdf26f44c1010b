"""Bytes to vectors, each way of doing it, against `json.loads` and `numpy.array`."""

from __future__ import annotations

import json
import math
import tracemalloc
from fractions import Fraction
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, strategies as st
from twelvelabs_embed._http import decoding
from twelvelabs_embed._http.decoding import DecodeError, decode_embeddings, read_task_state
from twelvelabs_embed.results import Embeddings
from twelvelabs_embed.results.embeddings import Segment, Usage

FLOAT32_MAX = float(np.finfo(np.float32).max)
# All ways where the extra `fast` is installed, otherwise those that are always there.
WAYS: dict[str, dict[str, Any]] = {
    "at once": {},
    "msgspec": {"simdjson": None, "_SMALL_BODY_BYTES": -1},
}
if decoding.simdjson:
    WAYS["simdjson"] = {"simdjson": decoding.simdjson, "_SMALL_BODY_BYTES": -1}


@pytest.fixture(params=WAYS.values(), ids=list(WAYS))
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in request.param.items():
        monkeypatch.setattr(decoding, name, value)


def decode_each_way(body: bytes) -> list[Embeddings | str]:
    """What each way makes of a body: the result, or the message of its error."""
    outcomes: list[Embeddings | str] = []
    for way in WAYS.values():
        with pytest.MonkeyPatch.context() as patch:
            for name, value in way.items():
                patch.setattr(decoding, name, value)
            try:
                outcomes.append(decode_embeddings(body))
            except DecodeError as error:
                outcomes.append(str(error))
    return outcomes


def body_of(*embeddings: str) -> bytes:
    rows = ", ".join(f'{{"embedding": {embedding}}}' for embedding in embeddings)
    return f'{{"data": [{rows}]}}'.encode()


def bits(vectors: npt.NDArray[np.float32]) -> list[list[int]]:
    same: list[list[int]] = vectors.view(np.uint32).tolist()
    return same


# --- numbers --------------------------------------------------------------------------------------


def midpoint_texts(lower: float) -> list[str]:
    """Decimals at and around the middle of two neighbouring float32, where rounding twice shows."""
    upper = float(np.nextafter(np.float32(lower), np.float32(np.inf)))
    middle = (Fraction(lower) + Fraction(upper)) / 2
    scaled = middle * 10**60
    return [f"{math.floor(scaled) + nudge}e-60" for nudge in (-1, 0, 1)]


number_texts = st.one_of(
    st.floats(-FLOAT32_MAX, FLOAT32_MAX).map(repr),
    st.floats(-1, 1, width=32).map(lambda number: repr(round(number, 7))),
    st.integers(-(10**38), 10**38).map(str),
    st.from_regex(r"\A-?(0|[1-9][0-9]{0,30})\.[0-9]{1,50}([eE][+-]?[0-7])?\Z"),
    st.floats(2**-20, 2**20, width=32).map(midpoint_texts).flatmap(st.sampled_from),
    st.sampled_from(
        ["-0", "-0.0", "0", "1e-46", "5e-324", "1e-400", "1E+2", "18446744073709551616"]
    ),
)
number_rows = st.integers(1, 6).flatmap(
    lambda length: st.lists(
        st.lists(number_texts, min_size=length, max_size=length), min_size=1, max_size=4
    )
)


@given(number_rows)
def test_numbers_are_those_of_json_and_numpy_bit_for_bit(rows: list[list[str]]) -> None:
    body = body_of(*(f"[{', '.join(row)}]" for row in rows))
    loaded = [row["embedding"] for row in json.loads(body)["data"]]
    expected = np.array(loaded, dtype=np.float32)
    for outcome in decode_each_way(body):
        assert isinstance(outcome, Embeddings), outcome
        assert outcome.vectors.dtype == np.float32
        assert outcome.vectors.flags.c_contiguous
        assert bits(outcome.vectors) == bits(expected)


@pytest.mark.usefixtures("way")
def test_rounds_by_way_of_float64() -> None:
    # A hair above the middle of 1 and the next float32: float64 does not see the hair, and the
    # middle goes to the even neighbour. Rounding once would go up.
    body = body_of("[1.00000005960464477539062500000001]")
    assert decode_embeddings(body).vectors.tolist() == [[1.0]]


@pytest.mark.usefixtures("way")
def test_largest_float32_and_what_still_rounds_to_it() -> None:
    vectors = decode_embeddings(body_of("[3.4028235e38, -3.4028235677e38]")).vectors
    assert vectors.tolist() == [[FLOAT32_MAX, -FLOAT32_MAX]]


@pytest.mark.skipif("simdjson" not in WAYS, reason="the extra `fast` is not installed")
def test_the_faster_way_reads_what_it_can_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert decoding._import_simdjson() is decoding.simdjson
    left_over: list[bytes] = []
    reference = decoding._decode_numbers

    def watched(raw: msgspec.Raw) -> Any:
        left_over.append(bytes(raw))
        return reference(raw)

    monkeypatch.setattr(decoding, "_decode_numbers", watched)
    monkeypatch.setattr(decoding, "_SMALL_BODY_BYTES", -1)
    big = "[18446744073709551616, 0]"
    assert decode_embeddings(body_of("[1.5, 2]", big, "[-3, 0]")).vectors[0].tolist() == [1.5, 2]
    assert left_over == [big.encode()]


# --- what surrounds them --------------------------------------------------------------------------

VIDEO = {
    "data": [
        {
            "embedding": [0.5, -1, 2.25],
            "embedding_option": "visual",
            "embedding_scope": "clip",
            "start_sec": 0,
            "end_sec": 4.5,
        },
        {
            "embedding": [1, 2, 3],
            "embedding_option": "fused",
            "embedding_scope": "page",
            "start_page_number": 3,
            "embedding_uncertainty": [0.1, 0.2, 0.3],
        },
        {
            "embedding": [4, 5, 6],
            "embedding_option": None,
            "embedding_scope": None,
            "start_sec": None,
            "end_sec": None,
        },
    ],
    "metadata": {"input_type": "video", "duration": 4.5, "embedding_options": ["visual"]},
    "usage": {"input_tokens": {"video": 3}},
}


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("around", [{}, {"_id": "6298d673f1090f1100476d4c", "status": "ready"}])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_response_and_that_of_a_task(around: dict[str, str], indent: int | None) -> None:
    decoded = decode_embeddings(json.dumps(around | VIDEO, indent=indent).encode())
    assert decoded.vectors.tolist() == [[0.5, -1, 2.25], [1, 2, 3], [4, 5, 6]]
    assert list(decoded.segments) == [
        Segment("visual", "clip", 0.0, 4.5),
        Segment("fused", "page", start_page=3),
        Segment(),
    ]
    assert decoded.metadata == VIDEO["metadata"]
    assert decoded.usage == Usage({"video": 3})
    assert decoded.uncertainties is not None
    assert np.isnan(decoded.uncertainties).all(axis=1).tolist() == [True, False, True]
    assert decoded.uncertainties[1].tolist() == np.array([0.1, 0.2, 0.3], np.float32).tolist()


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("metadata", ["", ', "metadata": null'])
def test_no_metadata(metadata: str) -> None:
    decoded = decode_embeddings(f'{{"data": [{{"embedding": [1]}}]{metadata}}}'.encode())
    assert decoded.metadata is None


@pytest.mark.usefixtures("way")
def test_no_rows() -> None:
    decoded = decode_embeddings(b'{"data": []}')
    assert decoded.vectors.shape == (0, 0)
    assert decoded.vectors.dtype == np.float32
    assert list(decoded.segments) == []


@pytest.mark.usefixtures("way")
def test_rows_of_documents() -> None:
    page = {"embedding_option": "visual", "embedding_scope": "page", "start_page_number": 2}
    rows = [
        page | {"end_page_number": 2, "quadrant": None, "embedding_uncertainty": None},
        page | {"end_page_number": 2, "quadrant": "middle"},  # a value that is not documented
        {"embedding_option": "text", "embedding_scope": "chunk", "chunk_index": 0},
        {"start_page_number": None, "chunk_index": None},
    ]
    body = {"data": [{"embedding": [1], **row} for row in rows], "usage": None}
    decoded = decode_embeddings(json.dumps(body).encode())
    assert list(decoded.segments) == [
        Segment("visual", "page", start_page=2, end_page=2),
        Segment("visual", "page", start_page=2, end_page=2, quadrant="middle"),
        Segment("text", "chunk", chunk_index=0),
        Segment(),
    ]
    assert decoded.usage is None
    assert decoded.uncertainties is None


@pytest.mark.parametrize(
    ("said", "usage"),
    [
        (
            {"input_tokens": {"text": 12, "smell": 2}, "truncated": True, "truncation_reason": "x"},
            Usage({"text": 12, "smell": 2}, truncated=True, truncation_reason="x"),
        ),
        ({"input_tokens": {}, "truncated": False, "truncation_reason": None}, Usage({})),
        ({"new": 1}, Usage({})),
    ],
)
def test_usage(said: dict[str, Any], usage: Usage) -> None:
    assert decode_embeddings(json.dumps({"data": [], "usage": said}).encode()).usage == usage


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("beside", "segment"),
    [
        ({"start_page_number": 1.0, "end_page_number": 2.0}, Segment(start_page=1, end_page=2)),
        ({"chunk_index": 0.0}, Segment(chunk_index=0)),
    ],
)
def test_whole_numbers_may_be_written_as_floats(beside: dict[str, Any], segment: Segment) -> None:
    rows = [{"embedding": [1, 2]}, {"embedding": [3, 4], **beside}]
    decoded = decode_embeddings(json.dumps({"data": rows}).encode())
    assert decoded.vectors.tolist() == [[1, 2], [3, 4]]
    assert list(decoded.segments) == [Segment(), segment]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("odd", "usage"),
    [
        ({"usage": []}, None),
        ({"usage": "much", "metadata": []}, None),
        ({"usage": {"input_tokens": {"text": None, "image": 3.0}}}, Usage({"image": 3})),
        ({"usage": {"input_tokens": {"text": "12", "a": 0.5}, "truncated": "no"}}, Usage({})),
        ({"usage": {"input_tokens": [], "truncation_reason": 1}}, Usage({})),
    ],
)
def test_odd_data_beside_the_rows_costs_no_vectors(odd: dict[str, Any], usage: Usage) -> None:
    decoded = decode_embeddings(json.dumps({"data": [{"embedding": [1]}], **odd}).encode())
    assert decoded.vectors.tolist() == [[1]]
    assert (decoded.usage, decoded.metadata) == (usage, None)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_passed_over(encoding: str) -> None:
    assert decode_embeddings('{"data": [{"embedding": [1]}]}'.encode(encoding)).vectors[0] == [1]
    task = read_task_state('{"status": "failed", "error": {"message": "no"}}'.encode(encoding))
    assert (task.status, task.message) == ("failed", "no")


# --- what is rejected -----------------------------------------------------------------------------


@pytest.mark.usefixtures("way")
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


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "nan", "01", "+1", "1.", ".5"])
def test_what_is_no_json_number_is_found_near_its_row(number: str) -> None:
    with pytest.raises(DecodeError, match=r"^near row 1: JSON is malformed"):
        decode_embeddings(body_of("[1, 2]", f"[1, {number}]", "[1, 2]"))


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "Input data was truncated"),
        (b'{"data": [{"embedding": [1]}, {"embed', "near row 0: Input data was truncated"),
        (b"<html>", "JSON is malformed: invalid character (byte 0): '<html>'"),
        (b'{"data": \xff}', "JSON is malformed: invalid character (byte 9): '\ufffd}'"),
        (
            b'{"data": [], "usage": }, "metadata": {}}',
            "JSON is malformed: invalid character (byte 22): '}, \"metadata\": {}}'",
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


@pytest.mark.usefixtures("way")
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


@pytest.mark.usefixtures("way")
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


@pytest.mark.usefixtures("way")
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


# --- memory ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("way")
def test_needs_little_more_memory_than_the_vectors() -> None:
    numbers = [round(number, 7) for number in np.random.default_rng(0).normal(size=512).tolist()]
    body = json.dumps({"data": [{"embedding": numbers}] * 400}).encode()
    decode_embeddings(body_of("[1]"))  # what is made once is not counted
    tracemalloc.start()
    try:
        vectors = decode_embeddings(body).vectors
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # All numbers as Python floats at once would take 16 times the vectors.
    assert peak_bytes < 1.5 * vectors.nbytes
