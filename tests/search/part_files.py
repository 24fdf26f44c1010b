"""Parts for tests, written as a run writes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from twelvelabs_embed import Embeddings, Segment
from twelvelabs_embed.bulk.part_files import PartWriter, scan, vectors_of
from twelvelabs_embed.search import Hit, search
from twelvelabs_embed.search.quantization import exact_scores

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


QUERY = random_vectors(1, seed=9)[0]


def shards(folder: Path) -> list[Path]:
    """The shards of the index of a dataset."""
    return [path for path in (folder / "index").iterdir() if not path.name.startswith(".")]


def rows_of(folder: Path) -> list[tuple[str, float]]:
    """All rows by what comparing everything finds, each as its id and start."""
    names: list[tuple[str, float]] = []
    vectors: list[Array] = []
    for batch in scan(folder):
        names += zip(
            batch.column("id").to_pylist(), batch.column("start_sec").to_pylist(), strict=True
        )
        vectors.append(vectors_of(batch).copy())
    scores = exact_scores(np.concatenate(vectors), QUERY / np.linalg.norm(QUERY))
    return [names[row] for row in np.argsort(-scores, kind="stable")]


def found(hits: Sequence[Hit]) -> list[tuple[str, float | None]]:
    """The id and start of each hit."""
    return [(hit.id, hit.segment.start_sec) for hit in hits]


def assert_true(folder: Path) -> None:
    """Everything is found, in the right order."""
    assert found(search(folder, QUERY, top=10_000)) == rows_of(folder)
    assert found(search(folder, QUERY, top=7)) == rows_of(folder)[:7]
