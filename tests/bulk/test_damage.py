"""A dataset whose disk fails, whose files are damaged, or whose folder others can write to."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from pyarrow import parquet
from twelvelabs_embed import TwelveLabs
from twelvelabs_embed._files import atomic_write, sync_folder
from twelvelabs_embed.bulk import DamagedFileError, FolderError, dry_run
from twelvelabs_embed.bulk.failures import error_paths, read_errors
from twelvelabs_embed.bulk.part_files import part_paths, scan
from twelvelabs_embed.bulk.task_log import TaskLog
from twelvelabs_embed.cli.errors import Status
from twelvelabs_embed.report import write_report
from twelvelabs_embed.search.exact import describe, search

from tests.bulk.datasets import failed, manifest, written
from tests.bulk.fault_proxy import Faulty
from tests.cli.runner import run_here
from tests.scripted_server import Response, scripted_server


@pytest.fixture
def source(client: TwelveLabs, tmp_path: Path, out: Path) -> Path:
    """A manifest that was run: two parts, and two files of failures."""
    path = tmp_path / "m.jsonl"
    for texts in (["one", "permanent 1"], ["one", "permanent 1", "two", "permanent 2"]):
        client.bulk.run(manifest(path, texts), out)
    assert (len(part_paths(out)), len(error_paths(out))) == (2, 2)
    return path


def flip_data(path: Path) -> None:
    """Damage the first page, of which the metadata at the end say nothing."""
    content = bytearray(path.read_bytes())
    content[4:24] = bytes(20)
    path.write_bytes(content)


def change_columns(path: Path) -> None:
    table = pyarrow.table({"id": [1], "strange": ["a"]})
    parquet.write_table(table, path)


def change_types(path: Path) -> None:
    """As a program of the user's may write it: ids are numbers."""
    table = parquet.read_table(path)
    numbers = pyarrow.array(range(table.num_rows), pyarrow.int64())
    parquet.write_table(table.set_column(table.column_names.index("id"), "id", numbers), path)


def drop_ids(path: Path) -> None:
    table = parquet.read_table(path)
    nothing = pyarrow.nulls(table.num_rows, pyarrow.string())
    parquet.write_table(table.set_column(table.column_names.index("id"), "id", nothing), path)


def lead_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("missing.parquet"))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-20]),
    "the end only": lambda path: path.write_bytes(path.read_bytes()[-60:]),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "something else": lambda path: path.write_text("<html>Sign in</html>" * 50),
    "a damaged page": flip_data,
    "other columns": change_columns,
    "other types": change_types,
    "no ids": drop_ids,
    "a link that leads nowhere": lead_nowhere,
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}
damaged_by = pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)


@damaged_by
def test_a_damaged_part_is_named_and_moving_it_away_embeds_its_items_again(
    damage: Callable[[Path], object], client: TwelveLabs, service: Faulty, source: Path, out: Path
) -> None:
    part = part_paths(out)[0]
    damage(part)
    readers: list[Callable[[], object]] = [
        lambda: client.bulk.run(source, out),
        lambda: dry_run(source, out),
        lambda: list(scan(out)),
    ]
    for read in readers:
        with pytest.raises(DamagedFileError, match="move it away") as caught:
            read()
        assert caught.value.path == part
    query = np.ones(512, np.float32)
    for read in (
        lambda: search(out, query),
        lambda: write_report(out, out / "report.html"),
    ):
        # A file that is none of a run is rejected like a file that is given by mistake.
        with pytest.raises((DamagedFileError, ValueError), match=part.name):
            read()
    part.rename(out / "damaged")
    before = service.sent.total()
    assert client.bulk.run(source, out).done == 1
    assert service.sent.total() == before + 1
    assert written(out) == {"one": 1, "two": 1}
    assert describe(out).rows == 2


@damaged_by
def test_a_damaged_file_of_failures_is_named_and_moving_it_away_runs_its_items_again(
    damage: Callable[[Path], object], client: TwelveLabs, source: Path, out: Path
) -> None:
    file = error_paths(out)[0]
    damage(file)
    readers: list[Callable[[], object]] = [
        lambda: client.bulk.run(source, out),
        lambda: list(read_errors(out)),
        lambda: write_report(out, out / "report.html"),
    ]
    for read in readers:
        with pytest.raises(DamagedFileError, match="move it away") as caught:
            read()
        assert caught.value.path == file
    file.rename(out / "damaged")
    report = client.bulk.run(source, out)
    assert (report.failed, report.failed_before) == (1, 1)
    assert set(failed(out)) == {"permanent 1", "permanent 2"}


# ---------------------------------------------------------------------------------- failing fsyncs


class Disk:
    """`os.fsync` that fails for folders: so many times, with an error."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, code: int, times: int) -> None:
        self._left = times
        self._code = code
        self._fsync = os.fsync
        self.failures = 0
        monkeypatch.setattr(os, "fsync", self)

    def __call__(self, handle: int) -> None:
        if self._left and os.path.isdir(f"/proc/self/fd/{handle}"):
            self._left -= 1
            self.failures += 1
            raise OSError(self._code, os.strerror(self._code))
        self._fsync(handle)


needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="handles have no names")


@needs_proc
@pytest.mark.parametrize("at", range(5))
def test_rows_are_written_once_when_the_folder_cannot_be_flushed(
    at: int, client: TwelveLabs, service: Faulty, tmp_path: Path, out: Path
) -> None:
    """Whichever flush of the folder fails: of run.json, of a part, of failures."""
    source = manifest(tmp_path / "m.jsonl", ["one", "two", "permanent"])
    with pytest.MonkeyPatch.context() as patch:
        disk = Disk(patch, errno.EIO, 1)
        disk._left, skipped = 0, 0
        fsync = disk.__call__

        def fail_later(handle: int) -> None:
            nonlocal skipped
            if os.path.isdir(f"/proc/self/fd/{handle}"):
                disk._left = int(skipped == at)
                skipped += 1
            fsync(handle)

        patch.setattr(os, "fsync", fail_later)
        with contextlib.suppress(FolderError):
            client.bulk.run(source, out)
        assert disk.failures == int(at < skipped)
    client.bulk.run(source, out)
    assert written(out) == {"one": 1, "two": 1}
    assert failed(out) == {"permanent": "parameter_invalid"}
    assert [failure.id for failure in read_errors(out)] == ["permanent"]
    # Not the vectors that have their place: only what had not been written is paid for again.
    assert service.sent.total() <= 4


@needs_proc
@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP, errno.ENOSYS])
def test_a_file_system_that_cannot_flush_folders_is_no_error(
    code: int, client: TwelveLabs, tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = manifest(tmp_path / "m.jsonl", ["one", "permanent"])
    disk = Disk(monkeypatch, code, 10**9)
    assert client.bulk.run(source, out).done == 1
    assert client.bulk.run(source, out).done_before == 1
    assert disk.failures


def test_a_folder_that_may_not_be_opened_is_not_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reject(path: object, flags: int) -> int:
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(os, "open", reject)
    sync_folder(tmp_path)


class Order:
    """The order in which a file is flushed, named, and its folder is flushed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps: list[tuple[str, str]] = []
        fsync, replace = os.fsync, Path.replace

        def flush(handle: int) -> None:
            self.steps.append(("flush", os.path.basename(os.readlink(f"/proc/self/fd/{handle}"))))
            fsync(handle)

        def rename(path: Path, target: Path) -> Path:
            self.steps.append(("name", Path(target).name))
            return replace(path, target)

        monkeypatch.setattr(os, "fsync", flush)
        monkeypatch.setattr(Path, "replace", rename)


@needs_proc
def test_content_is_flushed_before_a_file_has_its_name_and_then_the_name(
    client: TwelveLabs, tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = manifest(tmp_path / "m.jsonl", ["one", "permanent"])
    order = Order(monkeypatch)
    client.bulk.run(source, out)
    named = [name for step, name in order.steps if step == "name"]
    assert {"part-00000.parquet", "errors-00000.parquet", "run.json"} <= set(named)
    for index, (step, name) in enumerate(order.steps):
        if step == "name":
            before, after = order.steps[index - 1], order.steps[index + 1]
            assert before[0] == "flush"
            assert name in before[1]
            assert after == ("flush", "out")


@needs_proc
def test_the_line_of_a_task_is_flushed_and_the_name_of_a_new_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order(monkeypatch)
    log = TaskLog(tmp_path)
    log.save("one", "task 1")
    assert order.steps == [("flush", "tasks.jsonl"), ("flush", tmp_path.name)]
    log.save("two", "task 2")
    assert order.steps[2:] == [("flush", "tasks.jsonl")]


# ---------------------------------------------------------------------------------- shared folders


def test_nothing_is_written_through_a_symbolic_link(
    client: TwelveLabs, tmp_path: Path, out: Path
) -> None:
    """Another user of the folder puts links where temporary files had their names."""
    source = manifest(tmp_path / "m.jsonl", ["one", "permanent"])
    out.mkdir()
    victim = tmp_path / "victim"
    victim.write_text("mine")
    for name in ("part-00000.parquet", "errors-00000.parquet", "run.json", "tasks.jsonl"):
        (out / f".{name}.tmp").symlink_to(victim)
    assert client.bulk.run(source, out).done == 1
    assert victim.read_text() == "mine"


def test_names_of_temporary_files_differ_and_none_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def write(_: object) -> None:
        seen.extend(path.name for path in tmp_path.iterdir() if path.name != "a")

    for _ in range(2):
        atomic_write(tmp_path / "a", write)
    assert len(seen) == 2
    assert len(set(seen)) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_the_log_of_tasks_is_not_written_through_a_symbolic_link(
    tmp_path: Path,
) -> None:
    (tmp_path / "victim").write_text("mine")
    (tmp_path / "tasks.jsonl").symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="symbolic links"):
        TaskLog(tmp_path).save("one", "task")
    assert (tmp_path / "victim").read_text() == "mine"


def test_what_a_killed_process_left_is_removed(client: TwelveLabs, source: Path, out: Path) -> None:
    for name in (".part-00007.parquet.tmp", ".part-00007.parquet.0a1b2c3d.tmp", ".run.json.ff.tmp"):
        (out / name).write_text("half")
    (out / ".mine.tmp").write_text("of someone else")
    client.bulk.run(source, out)
    hidden = {path.name for path in out.iterdir() if path.name.startswith(".")}
    assert hidden == {".lock", ".mine.tmp"}
    assert json.loads((out / "run.json").read_text())["format"] == 1


# ----------------------------------------------------------------------------------- command line


@pytest.mark.parametrize("words", [["report"], ["search"], ["run"]], ids=" ".join)
def test_the_command_line_names_a_damaged_file(
    words: list[str], service: Faulty, source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWELVELABS_API_KEY", "any")
    monkeypatch.setenv("TWELVELABS_BASE_URL", service.base_url)
    part = part_paths(out)[0]
    flip_data(part)
    rest = {"report": [str(out)], "search": [str(out), "a dog"]}
    arguments = rest.get(words[0], [str(source), "--out", str(out)])
    ran = run_here(*words, *arguments)
    assert ran.status == Status.SETUP, ran.err
    shown = "".join(ran.err.split())
    assert part.name in shown
    assert "moveitaway" in shown
    assert "bug" not in ran.err


def test_the_command_line_says_when_to_run_again(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = manifest(tmp_path / "m.jsonl", ["one", "two"])
    limited = {"code": "too_many_requests", "message": "wait"}
    with scripted_server(Response(429, limited, {"retry-after": "86400"})) as server:
        monkeypatch.setenv("TWELVELABS_API_KEY", "any")
        monkeypatch.setenv("TWELVELABS_BASE_URL", server.base_url)
        ran = run_here("run", str(source), "--out", str(out))
    assert ran.status == Status.NO_RESPONSE, ran.err
    assert "Run it again at" in " ".join(ran.err.split())
    assert not error_paths(out)
