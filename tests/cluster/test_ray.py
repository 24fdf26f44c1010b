"""A Ray cluster of two nodes on this machine, with a counting service."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from twelvelabs_embed import TwelveLabs
from twelvelabs_embed_emulator import Emulator

from tests.cluster.rows import CALLS, CONCURRENCY, ROWS, WINDOW_SEC, text

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_killed_node_loses_nothing_and_the_quota_holds(tmp_path: Path) -> None:
    script = ROOT / "tests" / "cluster" / "two_nodes.py"
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=390,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    print(found)
    assert found["max_in_window"] <= CALLS
    assert 1 < found["max_in_flight"] <= CONCURRENCY
    assert (found["rate_limiters"], found["pause_after_restart_sec"]) == (1, WINDOW_SEC)
    rate_limiter = found["rate_limiter"]
    assert (
        rate_limiter["attempts"] + rate_limiter["lost"] + rate_limiter["open"]
        >= found["calls"]
        > ROWS
    )
    # What the dead node had not handed in, which may be nothing.
    assert found["paid_again"] <= ROWS // 2

    table = pa.concat_tables(pq.read_table(path) for path in found["paths"]).sort_by("number")
    assert table["number"].to_pylist() == list(range(ROWS))
    failed = {i for i in range(ROWS) if "permanent" in text(i)}
    errors = table["error"].to_pylist()
    assert {i for i in range(ROWS) if errors[i] is not None} == failed
    assert {errors[i]["code"] for i in failed} == {"parameter_invalid"}
    assert_as_on_one_machine(table["embeddings"].to_pylist())


def assert_as_on_one_machine(embeddings: list[Any]) -> None:
    texts = {i: text(i) for i in range(ROWS) if embeddings[i] is not None}
    with Emulator() as emulator, TwelveLabs("any", base_url=emulator.base_url) as client:
        outcomes = client.embed.many(texts.values(), in_order=True)
        for i, outcome in zip(texts, outcomes, strict=True):
            (row,) = embeddings[i]
            assert (
                np.array(row["vector"], np.float32).tobytes() == outcome.unwrap().vector.tobytes()
            )
