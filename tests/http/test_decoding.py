"""Bytes to vectors, each way of doing it, against `json.loads` and `numpy.array`."""

from __future__ import annotations

import json
import math
import tracemalloc
from fractions import Fraction
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, strategies as st
from twelvelabs_embed._http import decoding
from twelvelabs_embed._http.decoding import decode_embeddings, read_task_state
from twelvelabs_embed.results import Embeddings
from twelvelabs_embed.results.embeddings import Segment, Usage

from tests.http.decoders import VIDEO, WAYS, bits, body_of, decode_each_way

FLOAT32_MAX = float(np.finfo(np.float32).max)


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


@pytest.mark.usefixtures("decoder")
def test_rounds_by_way_of_float64() -> None:
    # A hair above the middle of 1 and the next float32: float64 does not see the hair, and the
    # middle goes to the even neighbour. Rounding once would go up.
    body = body_of("[1.00000005960464477539062500000001]")
    assert decode_embeddings(body).vectors.tolist() == [[1.0]]


@pytest.mark.usefixtures("decoder")
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


@pytest.mark.usefixtures("decoder")
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


@pytest.mark.usefixtures("decoder")
@pytest.mark.parametrize("metadata", ["", ', "metadata": null'])
def test_no_metadata(metadata: str) -> None:
    decoded = decode_embeddings(f'{{"data": [{{"embedding": [1]}}]{metadata}}}'.encode())
    assert decoded.metadata is None


@pytest.mark.usefixtures("decoder")
def test_no_rows() -> None:
    decoded = decode_embeddings(b'{"data": []}')
    assert decoded.vectors.shape == (0, 0)
    assert decoded.vectors.dtype == np.float32
    assert list(decoded.segments) == []


@pytest.mark.usefixtures("decoder")
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


@pytest.mark.usefixtures("decoder")
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


@pytest.mark.usefixtures("decoder")
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


@pytest.mark.usefixtures("decoder")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_is_passed_over(encoding: str) -> None:
    vectors = '\ufeff{"data": [{"embedding": [1]}]}'
    assert decode_embeddings(vectors.encode(encoding)).vectors[0] == [1]
    failed = '\ufeff{"status": "failed", "error": {"message": "no"}}'
    task = read_task_state(failed.encode(encoding))
    assert (task.status, task.message) == ("failed", "no")


# --- memory ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("decoder")
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
