"""Each way of decoding embeddings, and bodies for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from twelvelabs_embed._http import decoding
from twelvelabs_embed._http.decoding import DecodeError, decode_embeddings
from twelvelabs_embed.results import Embeddings

# All ways where the extra `fast` is installed, otherwise those that are always there.
WAYS: dict[str, dict[str, Any]] = {
    "at once": {},
    "msgspec": {"simdjson": None, "_SMALL_BODY_BYTES": -1},
}
if decoding.simdjson:
    WAYS["simdjson"] = {"simdjson": decoding.simdjson, "_SMALL_BODY_BYTES": -1}

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
