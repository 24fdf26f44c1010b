"""The pure functions that cut time."""

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st
from twelvelabs_embed_emulator.embedding.segments import Segment, dynamic, fixed
from twelvelabs_embed_emulator.media.av_files import AVFile, Cue
from twelvelabs_embed_emulator.media.sources import in_memory

TIMES = st.floats(0, 600).map(lambda number: round(number, 3))
WHOLES = st.tuples(TIMES, st.floats(0.01, 600)).map(
    lambda pair: Segment(pair[0], round(pair[0] + pair[1], 3))
)


def test_the_documented_example():
    assert fixed(Segment(0, 12), 5) == [(0, 5), (5, 10), (10, 12)]


@pytest.mark.parametrize(
    ("whole", "duration_sec", "expected"),
    [
        ((0, 10), 5, [(0, 5), (5, 10)]),
        ((0, 3), 5, [(0, 3)]),
        ((3, 12), 5, [(3, 8), (8, 12)]),
        ((0.25, 4.5), 2, [(0.25, 2.25), (2.25, 4.25), (4.25, 4.5)]),
    ],
)
def test_fixed(whole, duration_sec, expected):
    assert fixed(Segment(*whole), duration_sec) == expected


@pytest.mark.parametrize(
    ("cuts_sec", "min_duration_sec", "expected"),
    [
        ([4, 8], 4, [(0, 4), (4, 8), (8, 12)]),
        ([], 4, [(0, 12)]),
        ([3, 8], 4, [(0, 8), (8, 12)]),  # too soon after the start
        ([4, 6, 8], 3, [(0, 4), (4, 8), (8, 12)]),  # too soon after another
        ([5, 10], 4, [(0, 5), (5, 12)]),  # too little would remain
        ([8, 4, 15, -1], 2, [(0, 4), (4, 8), (8, 12)]),  # in any order; outside does not count
    ],
)
def test_dynamic(cuts_sec, min_duration_sec, expected):
    assert dynamic(Segment(0, 12), cuts_sec, min_duration_sec) == expected


def test_dynamic_keeps_a_whole_that_is_itself_too_short():
    assert dynamic(Segment(5, 6), [5.5], 4) == [(5, 6)]


@given(WHOLES, st.integers(2, 10))
def test_fixed_segments_cover_the_whole(whole, duration_sec):
    segments = fixed(whole, duration_sec)
    _check_cover(segments, whole)
    assert all(
        segment.end_sec - segment.start_sec == pytest.approx(duration_sec)
        for segment in segments[:-1]
    )
    assert segments[-1].end_sec - segments[-1].start_sec <= duration_sec + 1e-6


@given(WHOLES, st.lists(TIMES), st.integers(2, 5))
def test_dynamic_segments_cover_the_whole_and_keep_the_minimum(whole, cuts_sec, min_duration_sec):
    segments = dynamic(whole, cuts_sec, min_duration_sec)
    _check_cover(segments, whole)
    if len(segments) > 1:
        lengths = [segment.end_sec - segment.start_sec for segment in segments]
        assert min(lengths) >= min_duration_sec - 1e-9
        assert {segment.start_sec for segment in segments[1:]} <= set(cuts_sec)


def _check_cover(segments, whole):
    assert segments[0].start_sec == whole.start_sec
    assert segments[-1].end_sec == whole.end_sec
    for first, second in pairwise(segments):
        assert first.start_sec < first.end_sec == second.start_sec


def test_cuts_have_no_error_of_floating_point():
    cuts = fixed(Segment(0.1, 2), 0.2)
    assert cuts[:4] == [(0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9)]


def test_words_are_those_that_are_shown_in_the_segment():
    cues = (Cue(0, 5, "a man"), Cue(5, 7, "and his"), Cue(9, 12, "dog"))
    file = AVFile(in_memory(b""), 12, 0, None, None, cues)
    spans_sec = ((0, 5), (4, 6), (5, 9), (7, 9), (9, 12))
    assert [file.words(*span) for span in spans_sec] == [
        "a man", "a man and his", "and his", "", "dog",
    ]  # fmt: skip
