"""A dataset of three parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.search.part_files import as_item, random_vectors, write_parts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    parts = [[as_item(f"{name}{n}", random_vectors(50, seed=n))] for n, name in enumerate("abc")]
    return write_parts(tmp_path / "data", *parts)
