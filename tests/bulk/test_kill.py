"""kill -9 at any kill_after: nothing is lost, nothing is twice, and little is paid again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from twelvelabs_embed import TwelveLabs
from twelvelabs_embed.bulk.failures import read_errors
from twelvelabs_embed.bulk.part_files import scan
from twelvelabs_embed.bulk.task_log import read_tasks
from twelvelabs_embed_emulator import Emulator, samples

from tests.bulk.conftest import QUICK
from tests.bulk.fault_proxy import Faulty
from tests.bulk.test_run import failed, manifest, written

PROGRAM = str(Path(sys.executable).with_name("twelvelabs-embed"))
CONCURRENCY, FLUSH_ROWS, KILLS = 8, 20, 5


def start(source: Path, out: Path, base_url: str, *words: str) -> subprocess.Popen[bytes]:
    """Run the command line in a process of its own."""
    pace = ["--concurrency", str(CONCURRENCY), "--flush-rows", str(FLUSH_ROWS)]
    return subprocess.Popen(
        [PROGRAM, "run", str(source), "--out", str(out), *pace, *words],
        env={
            "PATH": os.environ["PATH"],
            "TWELVELABS_API_KEY": "k",
            "TWELVELABS_BASE_URL": base_url,
            "TWELVELABS_EMBED_RESUME_DIR": str(out.parent / "journal"),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
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
        process = start(source, out, service.base_url)
        # The kill_after is counted in what was paid for the first time, so that each kill comes.
        while len(service.sent) < kill_after and process.poll() is None:
            time.sleep(chance.uniform(0.001, 0.01))
        process.kill()
        assert process.wait() == -signal.SIGKILL
        doubled = sum(service.sent.values()) - len(service.sent)
        paid_again.append(doubled - paid_before)
        paid_before = doubled
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
        process = start(films, out, emulator.base_url, "--route", "task")
        deadline = time.monotonic() + 120  # a busy machine takes long to start it
        while not read_tasks(out):  # the file alone is there before its first line is
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.kill()
        process.wait()
        emulator.advance(hours=2)
        process = start(films, out, emulator.base_url, "--route", "task")
        assert process.wait() == 0
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
    service.delay_sec = 0.1
    process = start(source, out, service.base_url)
    while not service.sent:
        time.sleep(0.01)
    process.send_signal(sent)
    assert process.wait() == status
    done = sum(written(out).values())
    assert done == sum(service.sent.values())  # nothing that was paid is lost
    assert done < 100


def test_a_second_signal_ends_the_run_immediately(service: Faulty, tmp_path: Path) -> None:
    source = manifest(tmp_path / "m.jsonl", [f"text {number}" for number in range(20)])
    out = tmp_path / "out"
    service.delay_sec = 60
    process = start(source, out, service.base_url)
    while service.open < CONCURRENCY:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None  # it waits for what is under way
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
