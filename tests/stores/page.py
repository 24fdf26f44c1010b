"""The bucket of docs/how-to/object-stores.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stores.s3_server import s3_server


@pytest.fixture(scope="module")
def bucket(first_steps: None) -> Iterator[None]:
    """Give the page what its reader has: a bucket with media."""
    from twelvelabs_embed_emulator import samples

    with pytest.MonkeyPatch.context() as patch, s3_server() as s3:
        for name, value in s3.environment().items():
            patch.setenv(name, value)
        film = samples.video(Path("film.mp4"), duration_sec=10).read_bytes()
        beach = Path("beach.jpg").read_bytes()
        s3.fill("media", {"raw/film.mp4": film, "raw/beach 1.jpg": beach, "raw/notes.txt": b"hi"})
        yield
