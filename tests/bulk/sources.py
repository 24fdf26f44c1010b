"""Sources that are read at once, and manifests of each format."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet
from twelvelabs_embed.bulk.row_settings import Defaults
from twelvelabs_embed.bulk.rows import Entry
from twelvelabs_embed.bulk.sources import Source, SourceLike


def read(given: SourceLike, defaults: Defaults = Defaults(), **settings: Any) -> list[Entry]:
    source = Source(given, defaults, **settings)
    source.prepare()
    return list(source)


def ids(entries: Sequence[Entry]) -> list[str]:
    return [entry.id for entry in entries]


def only(entries: Sequence[Entry]) -> Entry:
    assert len(entries) == 1
    return entries[0]


def write_csv(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_jsonl(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n\n" for row in rows))
    return path


def write_parquet(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    parquet.write_table(pa.Table.from_pylist(rows), path)
    return path
