"""The example runs as a reader would run it."""

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from twelvelabs_embed_emulator import Emulator

ROOT = Path(__file__).resolve().parents[2]


def test_the_example(tmp_path: Path) -> None:
    words = ["a dog", "", *(f"text {number}" for number in range(20))]
    pq.write_table(pa.table({"text": words}), tmp_path / "texts.parquet")
    with Emulator() as emulator:
        settings = {"TWELVELABS_API_KEY": "any", "TWELVELABS_BASE_URL": emulator.base_url}
        done = subprocess.run(
            [
                sys.executable,
                str(ROOT / "examples" / "daft_cluster.py"),
                str(tmp_path / "texts.parquet"),
                str(tmp_path / "vectors"),
            ],
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    first, *failed = done.stdout.splitlines()
    assert first.startswith("22 rows in ")
    assert first.endswith(", 1 failed")
    assert failed == ["'': text: the text is empty, but there must be something to embed"]
