"""Power cuts: what is reported as done is there afterwards, and files are whole or not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from twelvelabs_embed import TwelveLabs
from twelvelabs_embed.bulk.failures import read_errors, write_errors
from twelvelabs_embed.bulk.item_index import ItemIndex
from twelvelabs_embed.bulk.numbered_files import remove_temporary_files
from twelvelabs_embed.bulk.part_files import PartWriter, part_paths, read_parts
from twelvelabs_embed.bulk.task_log import TaskLog, read_tasks
from twelvelabs_embed.results.embeddings import Embeddings, Segment
from twelvelabs_embed_emulator import Emulator, samples

from tests.bulk.datasets import Kept, failure, manifest, written
from tests.bulk.fault_proxy import Faulty
from tests.power_cut import Disk, PowerCutError


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def write_part(folder: Path, id: str) -> None:
    vectors = np.ones((1, 2), np.float32)
    embeddings = Embeddings(vectors, [Segment()], model="m", input_type="text", metadata=None)
    PartWriter(folder, 2).write([(id, embeddings)])


def write_failure(folder: Path, id: str) -> None:
    write_errors(folder, [failure(id)])


def save_task(folder: Path, id: str) -> None:
    log = TaskLog(folder)
    log.load(ItemIndex())
    log.save(id, f"task {id}")


def drop_done_tasks(folder: Path, id: str) -> None:
    """Write the log anew, with one task more and without one that is done."""
    save_task(folder, id)
    save_task(folder, "done")
    done = folder.parent / f"{folder.name}-done"
    done.mkdir(exist_ok=True)
    if not part_paths(done):
        write_part(done, "done")
    TaskLog(folder).load(read_parts(done).items)


WRITERS: dict[str, tuple[Callable[[Path, str], None], Callable[[Path], Any]]] = {
    "part": (write_part, lambda folder: {"a", "b"} & set(written(folder))),
    "failures": (write_failure, lambda folder: {one.id for one in read_errors(folder)}),
    "task": (save_task, lambda folder: set(read_tasks(folder))),
    "task log": (drop_done_tasks, lambda folder: set(read_tasks(folder)) - {"done"}),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_power_cut_at_any_step_loses_nothing_that_was_committed(
    name: str, disk: Disk, tmp_path: Path
) -> None:
    write, ids = WRITERS[name]
    for cut_at in count(1):
        folder = tmp_path / str(cut_at)
        folder.mkdir()
        write(folder, "a")
        disk.steps, disk.cut_at = 0, cut_at
        try:
            write(folder, "b")
        except PowerCutError:
            is_committed = False
        else:
            is_committed = True
        disk.cut_at = None
        disk.restore(folder)
        remove_temporary_files(folder)
        assert ids(folder) in ([{"a", "b"}] if is_committed else [{"a"}, {"a", "b"}])
        if is_committed:
            assert cut_at > 1
            return


def test_a_run_that_has_ended_survives_a_power_cut(
    client: TwelveLabs, service: Faulty, disk: Disk, tmp_path: Path, out: Path
) -> None:
    texts = ["permanent", *(f"text {number}" for number in range(40))]
    source = manifest(tmp_path / "m.jsonl", texts)
    report = client.bulk.run(source, out, flush_rows=10)
    assert (report.done, report.failed) == (40, 1)
    disk.restore(out)
    again = client.bulk.run(source, out)
    assert (again.done_before, again.failed_before, again.requests) == (40, 1, 0)
    assert written(out) == Counter(texts[1:])


def test_a_task_is_collected_after_a_power_cut(disk: Disk, tmp_path: Path, out: Path) -> None:
    films = tmp_path / "films"
    films.mkdir()
    samples.video(films / "film.mkv", fps=6)
    with (
        Emulator(processing_sec=3600) as slow,
        TwelveLabs("k", base_url=slow.base_url, resume_dir=tmp_path / "resume") as client,
    ):
        assert client.bulk.run(films, out, route="task", wait_sec=0).unfinished == 1
        disk.restore(out)
        slow.advance(hours=2)
        slow.wait_until_idle()
        assert client.bulk.run(films, out, route="task", wait_sec=0).done == 1
        assert len(list(client.embed.v_2.tasks.list())) == 1  # it was created once


# ------------------------------------------------------------------------------------------- sinks


class FailingSink(Kept):
    """A sink that fails when it gets its part of this number."""

    def __init__(self, fails_at: int) -> None:
        super().__init__()
        self._left = fails_at

    def write(self, table: Any) -> None:
        self._left -= 1
        if not self._left:
            raise ConnectionError("away")
        super().write(table)


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_a_sink_that_failed_on_older_rows_gets_all_of_them_later(
    client: TwelveLabs, tmp_path: Path, out: Path, fails_at: int
) -> None:
    texts = [f"text {number}" for number in range(3)]
    source = manifest(tmp_path / "m.jsonl", texts)
    for _ in texts:  # three parts
        client.bulk.run(source, out, limit=1)
    with pytest.raises(ConnectionError):
        client.bulk.run(source, out, sink=FailingSink(fails_at))
    sink = Kept()
    client.bulk.run(source, out, sink=sink)
    assert set(sink.rows) == set(texts)


# ------------------------------------------------------------------------------------ failed tasks


def test_a_failed_task_is_not_collected_again(
    client: TwelveLabs, service: Faulty, tmp_path: Path, out: Path
) -> None:
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    samples.audio(sounds / "short.wav", duration_sec=2)  # too short, which processing finds
    settings: dict[str, Any] = {"route": "task", "check": False}
    assert client.bulk.run(sounds, out, **settings).failed == 1
    assert read_tasks(out) == {}
    samples.audio(sounds / "short.wav", duration_sec=6)
    assert client.bulk.run(sounds, out, retry_errors=True, **settings).done == 1
    assert service.posts["/embed-v2/tasks"] == 2
