"""Embeddings to test with."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from twelvelabs_embed.results.embeddings import Embeddings, Segment, Usage

CLIPS = (
    Segment("visual", "clip", 0.0, 4.0),
    Segment("visual", "clip", 4.0, 10.0),
    Segment("audio", "clip", 0.0, 4.0),
    Segment("visual", "asset", 0.0, 10.0),
)
METADATA = {"input_type": "video", "input_filename": "dog.mp4", "duration": 10.0}


def make(rows: Any, segments: Any = None, **about: Any) -> Embeddings:
    vectors = np.array(rows, dtype=np.float32)
    about = {"model": "marengo3.0", "input_type": "video"} | about
    return Embeddings(vectors, segments or [Segment()] * len(vectors), **about)


PAGES = (
    Segment("visual", "page", start_page=1, end_page=1),
    Segment("visual", "page", start_page=3, end_page=3, quadrant="top_left"),
    Segment("visual", "asset", start_page=1, end_page=3),
)
USAGE = Usage({"document": 512}, truncated=True, truncation_reason="model_context_window")
TEXT = make([[2, 1]], input_type="text")
NOTHING = make(np.empty((0, 0)))
finite = st.floats(width=32, allow_nan=False, allow_infinity=False)


def arrays(dimensions: int = 3, min_rows: int = 0) -> st.SearchStrategy[npt.NDArray[np.float32]]:
    shapes = st.tuples(st.integers(min_rows, 4), st.just(dimensions))
    return st_numpy.arrays(np.float32, shapes, elements=finite)


texts = st.none() | st.text(st.characters(codec="utf-8"), max_size=5)
times = st.none() | st.floats(allow_nan=False)
pages = st.none() | st.integers(0, 2**62)
segments = st.builds(Segment, texts, texts, times, times) | st.builds(
    Segment, texts, texts, times, times, pages, pages, texts, pages
)
usages = st.builds(
    Usage, st.dictionaries(st.text(max_size=3), st.integers(0), max_size=2), st.booleans(), texts
)
json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@st.composite
def any_embeddings(draw: st.DrawFn) -> Embeddings:
    vectors = draw(arrays(draw(st.integers(1, 4)), min_rows=0))
    return Embeddings(
        vectors,
        [draw(segments) for _ in vectors],
        model=draw(st.text(max_size=5)),
        input_type=draw(st.text(max_size=5)),
        metadata=draw(st.none() | st.dictionaries(st.text(max_size=3), json_like, max_size=3)),
        usage=draw(st.none() | usages),
        uncertainties=draw(st.none() | st.just(np.abs(vectors))),
    )


def assert_same(one: Embeddings, other: Embeddings) -> None:
    assert one == other
    assert one.vectors.view(np.uint32).tolist() == other.vectors.view(np.uint32).tolist()
    assert not other.vectors.flags.writeable
