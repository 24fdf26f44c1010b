"""kill -9 at any time: nothing is lost, nothing is twice, and little is paid again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from twelvelabs_embed import TwelveLabs
from twelvelabs_embed.bulk.failures import read_errors
from twelvelabs_embed.bulk.part_files import scan
from twelvelabs_embed.bulk.task_log import read_tasks
from twelvelabs_embed.cli.run_panel import _STOPPING
from twelvelabs_embed_emulator import Emulator, samples

from tests.bulk.conftest import QUICK
from tests.bulk.datasets import failed, manifest, written
from tests.bulk.fault_proxy import Faulty
from tests.waiting import TIMEOUT_SEC, process_of, wait_until

PROGRAM = str(Path(sys.executable).with_name("twelvelabs-embed"))
CONCURRENCY, FLUSH_ROWS, KILLS = 8, 20, 5


def start(
    source: Path, out: Path, base_url: str, *words: str
) -> AbstractContextManager[subprocess.Popen[str]]:
    """Run the command line in a process of its own."""
    pace = ["--concurrency", str(CONCURRENCY), "--flush-rows", str(FLUSH_ROWS)]
    return process_of(
        [PROGRAM, "run", str(source), "--out", str(out), *pace, *words],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),  # set by scripts/mutate
            "TWELVELABS_API_KEY": "k",
            "TWELVELABS_BASE_URL": base_url,
            "TWELVELABS_EMBED_RESUME_DIR": str(out.parent / "resume"),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,  # less than a pipe holds
        text=True,
    )


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_five_kills_lose_and_duplicate_nothing(service: Faulty, tmp_path: Path) -> None:
    kinds = ["permanent"] * 15 + ["passing"] * 30 + ["plain"] * 255
    texts = [f"{kind} {number}" for number, kind in enumerate(kinds)]
    random.Random(1).shuffle(texts)
    source, out = manifest(tmp_path / "m.jsonl", texts), tmp_path / "out"
    service.delay_sec = 0.03
    chance = random.Random(2)
    kills_after = [chance.randrange(50 * kill + 10, 50 * kill + 60) for kill in range(KILLS)]
    paid_before, paid_again = 0, list[int]()
    for kill_after in kills_after:
        # Counted is what was paid for the first time, and the service holds what comes much later,
        # so that each kill comes.
        service.hold_after = service.forwarded + kill_after - len(service.sent) + FLUSH_ROWS
        with start(source, out, service.base_url) as process:
            wait_until(lambda least=kill_after: len(service.sent) >= least)
            time.sleep(chance.uniform(0.001, 0.01))  # at any time, not only right after a response
            process.kill()
            assert process.wait(TIMEOUT_SEC) == -signal.SIGKILL
        doubled = sum(service.sent.values()) - len(service.sent)
        paid_again.append(doubled - paid_before)
        paid_before = doubled
    service.hold_after = None
    with TwelveLabs("k", base_url=service.base_url, retry=QUICK) as client:
        report = client.bulk.run(source, out)
        assert report.done + report.done_before == 285
        assert client.bulk.run(source, out).requests == 0
    rows = Counter(id for batch in scan(out, ["id"]) for id in batch.column("id").to_pylist())
    assert rows == Counter(text for text in texts if "permanent" not in text)  # not lost, not twice
    assert set(failed(out)) == {text for text in texts if "permanent" in text}
    paid_again.append(sum(service.sent.values()) - len(service.sent) - paid_before)
    print(f"killed after {kills_after} items; paid again after each: {paid_again}")
    assert max(paid_again) <= CONCURRENCY + FLUSH_ROWS
    assert not list(out.glob(".*.tmp"))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_task_of_a_killed_process_is_collected(tmp_path: Path) -> None:
    films = tmp_path / "films"
    films.mkdir()
    samples.video(films / "film.mkv", fps=6)
    out = tmp_path / "out"
    with Emulator(processing_sec=3600) as emulator:
        with start(films, out, emulator.base_url, "--route", "task") as process:
            wait_until(lambda: read_tasks(out))  # the file alone is there before its first line is
            process.kill()
        emulator.advance(hours=2)
        with start(films, out, emulator.base_url, "--route", "task") as process:
            assert process.wait(2 * TIMEOUT_SEC) == 0
        with TwelveLabs("k", base_url=emulator.base_url) as client:
            assert len(list(client.embed.v_2.tasks.list())) == 1
    assert list(written(out)) == ["film.mkv"]
    assert not list(read_errors(out))


@pytest.mark.parametrize(
    ("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
def test_a_signal_lets_items_in_progress_finish(
    service: Faulty, tmp_path: Path, sent: signal.Signals, status: int
) -> None:
    source = manifest(tmp_path / "m.jsonl", [f"text {number}" for number in range(200)])
    out = tmp_path / "out"
    service.hold_after = 20
    with start(source, out, service.base_url) as process:
        wait_until(lambda: service.sent.total() == 20 and service.tried.total() > 20)
        process.send_signal(sent)
        assert any(_STOPPING in line for line in process.stderr or ())
        service.hold_after = None
        assert process.wait(TIMEOUT_SEC) == status
    done = sum(written(out).values())
    assert done == service.sent.total()  # nothing that was paid is lost
    assert 20 < done <= 20 + CONCURRENCY  # what was in progress, and no other item


def test_a_second_signal_ends_the_run_immediately(service: Faulty, tmp_path: Path) -> None:
    source = manifest(tmp_path / "m.jsonl", [f"text {number}" for number in range(20)])
    out = tmp_path / "out"
    service.hold_after = 0
    with start(source, out, service.base_url) as process:
        wait_until(lambda: service.open == CONCURRENCY)
        process.send_signal(signal.SIGINT)
        assert any(_STOPPING in line for line in process.stderr or ())
        assert process.poll() is None  # it waits for what is in progress
        process.send_signal(signal.SIGINT)
        assert process.wait(TIMEOUT_SEC) == 130
