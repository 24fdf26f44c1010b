"""The checkpoint of a run: when what waits is written, and that it is written once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define
from pyarrow import parquet
from twelvelabs_embed import Clock
from twelvelabs_embed._version import VERSION
from twelvelabs_embed.bulk import FolderError, FolderInUseError, RunChangedError
from twelvelabs_embed.bulk.checkpoint import Checkpoint
from twelvelabs_embed.bulk.part_files import part_paths
from twelvelabs_embed.bulk.plan import RunPlan

from tests.bulk.datasets import Kept, failed, failure, vectors, written
from tests.bulk.test_part_files import text

VECTOR_BYTES = text(0).vectors.nbytes


@define
class FakeTime:
    sec: float = 100.0

    def checkpoint(
        self, out: Path, rows: int = 100, sink: Any = None, model: str = "marengo3.0"
    ) -> Checkpoint:
        clock = Clock(monotonic=lambda: self.sec)
        return Checkpoint(out, RunPlan(model, {}, "/", []), rows, 30.0, sink, clock)


def add_rows(checkpoint: Checkpoint, number: int) -> None:
    checkpoint.add(f"{number}", text(number))


def add_failure(checkpoint: Checkpoint, number: int) -> None:
    checkpoint.add_failure(failure(f"{number}"))


@pytest.mark.parametrize(
    ("add", "rows", "max_bytes"),
    [
        (add_rows, 4, 1 << 20),
        (add_rows, 100, 4 * VECTOR_BYTES),
        (add_failure, 4, 1 << 20),
    ],
    ids=["rows", "bytes", "failures"],
)
def test_a_part_is_due_at_three_quarters_of_what_may_wait(
    add: Callable[[Checkpoint, int], None],
    rows: int,
    max_bytes: int,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("twelvelabs_embed.bulk.checkpoint._MAX_BYTES", max_bytes)
    with FakeTime().checkpoint(out, rows) as checkpoint:
        for count in range(1, 5):
            add(checkpoint, count)
            assert (checkpoint.is_due, checkpoint.is_full) == (count >= 3, count >= 4)
        checkpoint.flush_if_due()
        assert (checkpoint.is_due, checkpoint.is_full) == (False, False)
    assert len({*written(out), *failed(out)}) == 4


class Looking(Kept):
    """A sink that looks at the checkpoint while it writes."""

    checkpoint: Checkpoint
    seen: tuple[bool, bool] = (False, False)

    def write(self, table: Any) -> None:
        add_rows(self.checkpoint, 9)
        self.seen = (self.checkpoint.is_due, self.checkpoint.is_full)
        super().write(table)


def test_what_is_being_written_still_counts_as_waiting(out: Path) -> None:
    sink = Looking()
    with FakeTime().checkpoint(out, 4, sink) as sink.checkpoint:
        for number in range(3):
            add_rows(sink.checkpoint, number)
        sink.checkpoint.flush()
        assert sink.seen == (False, True)
        assert (sink.checkpoint.is_due, sink.checkpoint.is_full) == (False, False)
        sink.checkpoint.flush()
    assert written(out) == Counter("0129")


@pytest.mark.parametrize("add", [add_rows, add_failure], ids=["rows", "failures"])
def test_the_oldest_of_what_waits_decides_when_it_is_written(
    add: Callable[[Checkpoint, int], None], out: Path
) -> None:
    time = FakeTime()

    def found() -> int:
        return len(written(out)) + len(failed(out))

    with time.checkpoint(out) as checkpoint:
        for number, (sec, expected) in enumerate([(0, 0), (20, 0), (29.9, 0), (30, 4), (59, 4)]):
            time.sec = 100.0 + sec
            add(checkpoint, number)
            checkpoint.flush_if_due()
            assert found() == expected
        time.sec = 189.0  # 30 s after the last
        checkpoint.flush_if_due()
        assert found() == 5
        files = sorted(out.glob("*-*.parquet"))
        time.sec = 1e9
        checkpoint.flush_if_due()  # nothing waits
        assert sorted(out.glob("*-*.parquet")) == files


class Refusing(Kept):
    """A sink that fails once, and meanwhile another item ends."""

    checkpoint: Checkpoint

    def __init__(self, fails_at: int) -> None:
        super().__init__()
        self._left = fails_at

    def write(self, table: Any) -> None:
        self._left -= 1
        if self._left == 0:
            add_rows(self.checkpoint, 7)
            self.checkpoint.add_failure(failure("later"))
            raise ConnectionError("away")
        super().write(table)


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_what_could_not_be_written_waits_and_is_written_once(
    fails_at: int, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New rows, rows that replace others, and failures are written one after the other."""
    time, sink = FakeTime(), Refusing(fails_at)
    with time.checkpoint(out) as checkpoint:
        add_rows(checkpoint, 1)
        checkpoint.flush()
    with time.checkpoint(out) as sink.checkpoint:
        checkpoint = sink.checkpoint
        checkpoint._sink = sink  # without the rows of the first run
        checkpoint.add("1", text(10))
        add_rows(checkpoint, 2)
        checkpoint.add_failure(failure("before"))
        with monkeypatch.context() as patch:
            if fails_at == 3:
                patch.setattr("twelvelabs_embed.bulk.failures.write_errors", raise_full)
            with pytest.raises((ConnectionError, FolderError)):
                checkpoint.flush()
        time.sec += 29.9
        checkpoint.flush_if_due()
        assert failed(out) == {}
        time.sec += 0.1  # 30 s after the first of them, and not after the error
        checkpoint.flush_if_due()
        checkpoint.finish({})
    later = {"7"} if fails_at < 3 else set[str]()
    assert set(failed(out)) == ({"before", "later"} if later else {"before"})
    assert vectors(out) == {
        "1": text(10).vector.tolist(),
        **{id: text(int(id)).vector.tolist() for id in {"2", *later}},
    }
    assert set(sink.rows) == {"1", "2", *later}


def raise_full(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("add", [add_rows, add_failure], ids=["rows", "failures"])
def test_what_has_its_name_is_not_written_again_if_its_folder_could_not_be_flushed(
    add: Callable[[Checkpoint, int], None], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeTime().checkpoint(out) as checkpoint:
        add(checkpoint, 1)
        with monkeypatch.context() as patch:
            patch.setattr("twelvelabs_embed._files.sync_folder", raise_full)
            with pytest.raises(FolderError):
                checkpoint.flush()
        checkpoint.flush()
    assert len(list(out.glob("*-*.parquet"))) == 1
    assert [*written(out), *failed(out)] == ["1"]


def test_a_folder_keeps_its_plan_and_a_sink_gets_each_row_once(out: Path) -> None:
    now = datetime(2026, 11, 30, tzinfo=UTC)

    def run(number: int, sink: Kept | None) -> None:
        clock = Clock(now=lambda: now + timedelta(days=number))
        plan = RunPlan("marengo3.0", {}, "/", [])
        with Checkpoint(out, plan, 100, 30.0, sink, clock) as checkpoint:
            add_rows(checkpoint, number)
            checkpoint.flush()

    def read() -> tuple[dict[str, Any], int]:
        path = out / "run.json"
        return json.loads(path.read_bytes()), path.stat().st_ino

    run(0, None)
    first, file = read()
    assert (first["created_at"], first["sinks"]) == (now.isoformat(), [])
    for path in part_paths(out):
        about = json.loads(parquet.read_schema(path).metadata[b"twelvelabs_embed"])
        assert about == {"version": VERSION, "run_id": first["run_id"]}
    run(1, None)
    assert read() == (first, file)  # not written again
    sink = Kept()
    run(2, sink)
    assert set(sink.rows) == {"0", "1", "2"}  # also the older ones
    assert read()[0] == {**first, "sinks": ["memory"]}
    sink = Kept()
    run(3, sink)
    assert set(sink.rows) == {"3"}
    run(4, None)  # which the sink lacks
    assert read()[0] == first
    run(5, sink)
    assert set(sink.rows) == {"0", "1", "2", "3", "4", "5"}


def test_a_folder_has_one_writer_and_one_plan(out: Path) -> None:
    time = FakeTime()
    with time.checkpoint(out) as checkpoint:
        add_rows(checkpoint, 1)
        checkpoint.flush()
        with pytest.raises(FolderInUseError):
            time.checkpoint(out).__enter__()
    with pytest.raises(RunChangedError):
        time.checkpoint(out, model="marengo3.5").__enter__()
    with time.checkpoint(out) as checkpoint:  # neither of the two has kept the lock
        assert len(checkpoint.items) == 1
    assert len(part_paths(out)) == 1
