"""Fixed answers: what a test wants a text or a file to give."""

from hashlib import sha256
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from twelvelabs_embed_emulator.contract.errors import ApiError
from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.media.sources import Media

_READ_BYTES = 1024 * 1024


class Answers:
    """Fixed answers to texts and to contents of files. It is thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: dict[tuple[str, str], Json] = {}

    def add(self, answer: Json) -> None:
        """Fix an answer, as the control describes it; an earlier one to the same is replaced."""
        name = "text" if "text" in answer else "sha256"
        with self._lock:
            self._answers.pop((name, answer[name]), None)
            self._answers[name, answer[name]] = answer

    def list(self) -> list[Json]:
        """Return all of them, in the order in which they were added."""
        with self._lock:
            return list(self._answers.values())

    def clear(self) -> None:
        """Forget them."""
        with self._lock:
            self._answers.clear()

    def of_text(self, text: str) -> npt.NDArray[np.float64] | None:
        """Return the fixed vector of a text; None when there is none.

        Raises:
            ApiError: the fixed error.
        """
        return self._vector("text", text) if self._answers else None

    def of_media(self, media: Media) -> npt.NDArray[np.float64] | None:
        """Return the fixed vector of a file, as `of_text` does."""
        if not self._answers:
            return None
        digest = sha256()
        with media.open() as file:
            while data := file.read(_READ_BYTES):
                digest.update(data)
        return self._vector("sha256", digest.hexdigest())

    def _vector(self, name: str, value: str) -> npt.NDArray[np.float64] | None:
        with self._lock:
            answer = self._answers.get((name, value))
        if answer is None:
            return None
        if "error" in answer:
            error: Any = answer["error"]
            raise ApiError(error["status"], error["code"], error["message"])
        return np.array(answer["embedding"], np.float64)
