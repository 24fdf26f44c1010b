"""Sources and datasets of runs, and a sink in memory."""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image
from twelvelabs_embed.bulk.failures import Failure, read_errors
from twelvelabs_embed.bulk.part_files import scan

from tests.bulk.fault_proxy import Faulty


def manifest(path: Path, texts: list[str]) -> Path:
    """A manifest of texts that are their own ids."""
    path.write_text("".join(f"{json.dumps({'id': text, 'text': text})}\n" for text in texts))
    return path


def written(out: Path) -> Counter[str]:
    """How many rows each item has."""
    return Counter(id for batch in scan(out, ["id"]) for id in batch.column("id").to_pylist())


def failure(id: str, code: str = "code") -> Failure:
    """The failure of a text, of any time."""
    return Failure(id, "text", code, "message", "{}", 1, datetime(2026, 11, 30, tzinfo=UTC))


def failed(out: Path) -> dict[str, str]:
    """The code of each item that failed; no item is there twice."""
    failures = list(read_errors(out))
    codes = {failure.id: failure.code for failure in failures}
    assert len(codes) == len(failures)
    return codes


class Kept:
    """A sink in memory."""

    address = "memory"

    def __init__(self) -> None:
        self.rows: dict[str, list[Any]] = {}
        self.is_broken = False

    def check(self, model: str, dimensions: int | None) -> None:
        assert model == "marengo3.0"

    def write(self, table: Any) -> None:
        if self.is_broken:
            raise ConnectionError("away")
        new: dict[str, list[Any]] = {}
        for row in table.to_pylist():
            new.setdefault(row["id"], []).append(row)
        self.rows.update(new)

    def close(self) -> None:
        raise AssertionError("its caller closes it")


LONG_AGO = 1_700_000_000


def paint(path: Path, color: str, *, at: int = LONG_AGO) -> Path:
    """An image that was modified at a time. All have one size, those of a color one content."""
    Image.new("RGB", (128, 128), color).save(path, "PNG", compress_level=0)
    os.utime(path, (at, at))
    return path


def vectors(out: Path) -> dict[str, list[float]]:
    """The vector of each item, which has one."""
    found = {}
    for batch in scan(out, ["id", "vector"]):
        for row in batch.to_pylist():
            assert row["id"] not in found
            found[row["id"]] = row["vector"]
    return found


def requests(service: Faulty) -> int:
    """How many inputs were embedded."""
    return service.posts["/embed-v2"]
