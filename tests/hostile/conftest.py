"""An emulator for each module, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from twelvelabs_embed import TwelveLabs
from twelvelabs_embed_emulator import Emulator


@pytest.fixture
def client(emulator: Emulator, tmp_path: Path) -> Iterator[TwelveLabs]:
    with TwelveLabs("k", base_url=emulator.base_url, resume_dir=tmp_path / "resume") as client:
        yield client
