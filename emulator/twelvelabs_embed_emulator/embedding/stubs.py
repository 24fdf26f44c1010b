"""Stubs: the vector or error that a test wants for a text or a file."""

from hashlib import sha256
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from twelvelabs_embed_emulator.contract.errors import ApiError
from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.media.sources import Media

_READ_BYTES = 1024 * 1024


class Stubs:
    """Stubs of texts and of files, by their content. It is thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._stubs: dict[tuple[str, str], Json] = {}

    def add(self, stub: Json) -> None:
        """Add a stub, as the control describes it; an earlier one of the same is replaced."""
        name = "text" if "text" in stub else "sha256"
        with self._lock:
            self._stubs.pop((name, stub[name]), None)
            self._stubs[name, stub[name]] = stub

    def list(self) -> list[Json]:
        """Return all of them, in the order in which they were added."""
        with self._lock:
            return list(self._stubs.values())

    def clear(self) -> None:
        """Forget them."""
        with self._lock:
            self._stubs.clear()

    def of_text(self, text: str) -> npt.NDArray[np.float64] | None:
        """Return the fixed vector of a text; None when there is none.

        Raises:
            ApiError: the fixed error.
        """
        return self._vector("text", text) if self._stubs else None

    def of_media(self, media: Media) -> npt.NDArray[np.float64] | None:
        """Return the fixed vector of a file, as `of_text` does."""
        if not self._stubs:
            return None
        digest = sha256()
        with media.open() as file:
            while data := file.read(_READ_BYTES):
                digest.update(data)
        return self._vector("sha256", digest.hexdigest())

    def _vector(self, name: str, value: str) -> npt.NDArray[np.float64] | None:
        with self._lock:
            stub = self._stubs.get((name, value))
        if stub is None:
            return None
        if "error" in stub:
            error: Any = stub["error"]
            raise ApiError(error["status"], error["code"], error["message"])
        return np.array(stub["embedding"], np.float64)
