"""Parts for tests, written as a run writes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from twelvelabs_embed import Embeddings, Segment
from twelvelabs_embed.bulk.part_files import PartWriter

Array = npt.NDArray[np.float32]


def random_vectors(rows: int, dimensions: int = 16, seed: int = 0) -> Array:
    """Vectors in all directions, of lengths from 0.5 to 2."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(rows, dimensions)) * random.uniform(0.5, 2, (rows, 1))
    return vectors.astype(np.float32)


def as_item(
    id: str,
    vectors: npt.ArrayLike,
    *,
    segments: Sequence[Segment] | None = None,
    input_type: str = "video",
    model: str = "marengo3.0",
) -> tuple[str, Embeddings]:
    """An item of a run: clips of six seconds of what is seen, unless `segments` says otherwise."""
    rows = np.array(vectors, np.float32)
    clips = [Segment("visual", "clip", 6.0 * row, 6.0 * row + 6) for row in range(len(rows))]
    return id, Embeddings(rows, segments or clips, model=model, input_type=input_type)


def write_parts(folder: Path, *parts: Sequence[tuple[str, Embeddings]]) -> Path:
    """Write each list of items as a part of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for items in parts:
        PartWriter(folder, items[0][1].vectors.shape[1]).write(items)
    return folder
