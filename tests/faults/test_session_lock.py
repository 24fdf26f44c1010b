"""The record of an upload, which several processes want at once: one at a time has it."""

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.waiting import process_of

ROOT = Path(__file__).parents[2]
PROCESSES = 4
HOLDS = 300  # of each process


def test_one_process_at_a_time_holds_a_record(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.faults.lock_holder", str(tmp_path / "resume")]
    with ExitStack() as stack:
        holders = [
            stack.enter_context(
                process_of(
                    [*command, str(tmp_path / "marker"), str(HOLDS)],
                    cwd=ROOT,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            for _ in range(PROCESSES)
        ]
        for holder in holders:  # all are ready before any starts
            assert holder.stdout is not None
            assert holder.stdout.readline() == "ready\n"
        for holder in holders:
            assert holder.stdin is not None
            holder.stdin.write("\n")
            holder.stdin.flush()
        counts = [count(holder) for holder in holders]
    assert sum(each["overlaps"] for each in counts) == 0, counts
    assert all(each["held"] == HOLDS for each in counts), counts


def count(holder: "subprocess.Popen[str]") -> dict[str, Any]:
    out, err = holder.communicate(timeout=100)
    assert holder.returncode == 0, err
    counted: dict[str, Any] = json.loads(out)
    return counted
