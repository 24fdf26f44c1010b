"""Fixtures: embeddings of a video and of a document."""

from __future__ import annotations

import numpy as np
import pytest
from twelvelabs_embed.results.embeddings import Embeddings

from tests.results.made import CLIPS, METADATA, PAGES, USAGE, make


@pytest.fixture
def video() -> Embeddings:
    return make([[1, 0], [0, 2], [3, 3], [-1, 0]], CLIPS, metadata=METADATA)


@pytest.fixture
def document() -> Embeddings:
    unsure = np.array([[0.5, 0.25], [0.125, 1], [np.nan, np.nan]], np.float32)
    return make(
        [[1, 0], [0, 2], [3, 3]],
        PAGES,
        model="marengo3.5",
        input_type="document",
        usage=USAGE,
        uncertainties=unsure,
    )
