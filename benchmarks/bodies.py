"""Answers as the service sends them: 512 numbers a row, printed as short as those of a float32."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle, islice
from random import Random

DIMENSIONS = 512
# Beyond so many the numbers are those of the first rows again: no reader gains by it, and making
# them takes longer than reading them.
_DIFFERENT_ROWS = 900


def make_body(rows: int) -> bytes:
    """Make a response body with this many rows, the clips of a video."""
    numbers = list(_rows_of_numbers(min(rows, _DIFFERENT_ROWS)))
    written = (
        f'{{"embedding": {text}, "embedding_option": "visual", "embedding_scope": "clip", '
        f'"start_sec": {6.0 * index}, "end_sec": {6.0 * (index + 1)}}}'
        for index, text in enumerate(islice(cycle(numbers), rows))
    )
    return f'{{"data": [{", ".join(written)}], "metadata": null}}'.encode()


def _rows_of_numbers(rows: int) -> Iterator[str]:
    random = Random(1)
    deviation = DIMENSIONS**-0.5  # as in vectors whose length is about one
    for _ in range(rows):
        yield json.dumps([round(random.gauss(0, deviation), 8) for _ in range(DIMENSIONS)])
