"""The resume store: what it keeps, who holds an entry, and what happens when it is read-only."""

import logging
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
import pytest
from filelock import FileLock
from msgspec import json
from twelvelabs_embed import Clock
from twelvelabs_embed.uploads.resume_store import PendingTask, Record, ResumeStore, Session

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SESSION = Session(
    base_url="http://api/v1.3",
    label="film.mp4",
    path="/media/film.mp4",
    filename="film.mp4",
    size_bytes=95,
    upload_id="u1",
    asset_id="a1",
    chunk_bytes=10,
    total_chunks=10,
    upload_headers={"content-type": "application/octet-stream"},
    expires_at=NOW + timedelta(hours=24),
)
TASK = PendingTask("t1", "http://api/v1.3", "marengo3.0", "video", "film.mp4", "a1", NOW)


def resume_store(folder: Path, now: datetime = NOW) -> ResumeStore:
    return ResumeStore(folder, Clock(now=lambda: now))


def begin(folder: Path, *indexes: int) -> None:
    """Leave a session behind, as a process does that is killed."""
    record = resume_store(folder).hold("key")
    record.start(SESSION)
    for index in indexes:
        record.add(index, f"etag{index}")
    record.release()


def test_another_process_goes_on_where_the_last_stood(tmp_path: Path) -> None:
    begin(tmp_path, 3, 1)
    record = resume_store(tmp_path).hold("key")
    assert record.session == SESSION
    assert record.etags == {3: "etag3", 1: "etag1"}
    record.release()
    other = resume_store(tmp_path).hold("another key")
    assert other.session is None
    other.release()


def test_one_thread_at_a_time_writes_a_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_locked = list[bool]()
    record = resume_store(tmp_path).hold("key")
    record.start(SESSION)
    monkeypatch.setattr(
        Record, "_write", lambda one, *args: is_locked.append(one._writing.locked())
    )
    record.add(1, "etag1")
    record.release()
    assert is_locked == [True]


def test_what_is_dropped_leaves_nothing_behind(tmp_path: Path) -> None:
    begin(tmp_path, 1)
    record = resume_store(tmp_path).hold("key")
    record.drop()
    record.release()
    assert list((tmp_path / "uploads").iterdir()) == []


def test_what_is_noted_leaves_no_file_open(tmp_path: Path) -> None:
    record = resume_store(tmp_path).hold("key")
    with (tmp_path / "before").open("w") as before:
        lowest = before.fileno()
    record.start(SESSION)
    record.add(1, "etag1")
    with (tmp_path / "after").open("w") as after:
        assert after.fileno() == lowest
    record.release()


@pytest.mark.parametrize(
    "torn", [b'\n{"index": 4, "et', b"\n", b"\x00\x00", b"\nnull", b'\n{"x": ' + b"[" * 10_000]
)
def test_a_line_that_was_cut_off_spoils_nothing(tmp_path: Path, torn: bytes) -> None:
    begin(tmp_path, 1)
    (file,) = (tmp_path / "uploads").glob("*.jsonl")
    with file.open("ab") as end:
        end.write(torn)
    record = resume_store(tmp_path).hold("key")
    record.add(2, "etag2")
    record.release()
    kept = resume_store(tmp_path).hold("key").etags
    assert kept == ({2: "etag2"} if torn == b"\x00\x00" else {1: "etag1", 2: "etag2"})


OTHER_VERSION, LOCAL_TIME = (
    json.encode(attrs.evolve(SESSION, **change))
    for change in ({"version": 2}, {"expires_at": datetime(2026, 11, 23, 12)})
)


@pytest.mark.parametrize(
    "head", [b"", b"{", OTHER_VERSION, LOCAL_TIME, b"[]", b"\xff", b'{"x": ' + b"[" * 10_000]
)
def test_a_resume_store_that_cannot_be_read_is_started_anew(tmp_path: Path, head: bytes) -> None:
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "key.jsonl").write_bytes(head)
    assert resume_store(tmp_path).uploads() == []
    record = resume_store(tmp_path).hold("key")
    assert record.session is None
    record.start(SESSION)
    record.release()
    assert resume_store(tmp_path).hold("key").session == SESSION


def test_a_session_that_expired_is_forgotten(tmp_path: Path) -> None:
    begin(tmp_path, 1)
    tomorrow = resume_store(tmp_path, now=SESSION.expires_at)
    assert tomorrow.uploads() == []
    assert list((tmp_path / "uploads").iterdir()) == []
    begin(tmp_path, 1)
    record = tomorrow.hold("another key")
    assert list((tmp_path / "uploads").glob("key.*")) == []
    record.release()


def test_the_list_has_the_progress(tmp_path: Path) -> None:
    begin(tmp_path, 1, 10)
    (entry,) = resume_store(tmp_path).uploads()
    assert entry.session == SESSION
    assert (entry.done_chunks, entry.done_bytes) == (2, 15)
    assert resume_store(tmp_path / "nothing").uploads() == []
    assert "octet-stream" not in repr(entry)  # a header may be as good as a signature


def test_no_thread_shares_a_session(tmp_path: Path) -> None:
    begin(tmp_path, 1)
    holder, other = resume_store(tmp_path), resume_store(tmp_path)
    record = holder.hold("key")
    second = other.hold("key")
    assert (second.session, second.etags) == (None, {})
    second.start(SESSION)
    second.add(7, "of another session")
    second.drop()
    second.release()
    assert len(other.uploads()) == 1
    record.release()
    again = other.hold("key")
    assert again.etags == {1: "etag1"}
    again.release()


def test_no_other_process_shares_a_session(tmp_path: Path) -> None:
    begin(tmp_path, 1)
    record = resume_store(tmp_path).hold("key")
    code = (
        "import sys; from pathlib import Path\n"
        "from twelvelabs_embed.uploads.resume_store import ResumeStore\n"
        "from twelvelabs_embed import Clock; from datetime import datetime\n"
        "clock = Clock(now=lambda: datetime.fromisoformat(sys.argv[2]))\n"
        "print(ResumeStore(Path(sys.argv[1]), clock).hold('key').session is None)"
    )
    command = [sys.executable, "-c", code, str(tmp_path), NOW.isoformat()]
    held = subprocess.run(command, capture_output=True, text=True, check=True)
    record.release()
    free = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (held.stdout.strip(), free.stdout.strip()) == ("True", "False")


def test_what_expired_but_is_held_stays(tmp_path: Path) -> None:
    begin(tmp_path, 1)
    record = resume_store(tmp_path).hold("key")
    assert len(resume_store(tmp_path, now=SESSION.expires_at).uploads()) == 1
    record.release()
    assert resume_store(tmp_path, now=SESSION.expires_at).uploads() == []


def test_another_thread_may_release_it(tmp_path: Path) -> None:
    """The awaited driver does each chunk of work in some thread."""
    with ThreadPoolExecutor(1) as pool:
        record = pool.submit(resume_store(tmp_path).hold, "key").result()
        record.start(SESSION)
        assert record.is_held
        record.release()
        assert not record.is_held
    again = resume_store(tmp_path).hold("key")
    assert again.session == SESSION
    again.release()


@pytest.mark.skipif(sys.platform == "win32", reason="has no such permissions")
def test_only_you_can_read_it(tmp_path: Path) -> None:
    begin(tmp_path, 1)
    keep(resume_store(tmp_path), "t1")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    folders = [tmp_path / "uploads", tmp_path / "tasks"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


@pytest.mark.skipif(sys.platform == "win32", reason="needs rights to make links")
def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    record = resume_store(tmp_path).hold("key")
    record.start(SESSION)
    (path,) = tmp_path.rglob("*.jsonl")
    path.unlink()
    target = tmp_path / "target"
    target.write_bytes(b"mine")
    path.symlink_to(target)
    record.start(SESSION)
    record.add(1, "etag1")
    record.release()
    assert target.read_bytes() == b"mine"


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    broken = resume_store(tmp_path / "file")
    with caplog.at_level(logging.WARNING, "twelvelabs_embed"):
        record = broken.hold("key")
        record.start(SESSION)
        record.add(1, "etag1")
        assert record.etags == {1: "etag1"}
        record.drop()
        record.release()
        keep(broken, "t1")
        assert broken.find_task("t1") is None
        broken.drop_task("t1")
        assert broken.tasks() == []
        assert broken.uploads() == []
    assert len(caplog.records) == 1
    assert "no resume store" in caplog.text


@pytest.mark.parametrize("kind", [OSError, NotImplementedError, RuntimeError])
def test_a_folder_without_locks_is_no_reason_to_fail(
    kind: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lock(*args: object, **kwargs: object) -> None:
        raise kind("this file system has no locks")

    monkeypatch.setattr(FileLock, "acquire", lock)
    record = resume_store(tmp_path).hold("key")
    record.start(SESSION)
    record.add(1, "etag1")
    assert (record.session, record.etags, record.is_held) == (SESSION, {1: "etag1"}, False)
    record.release()
    assert resume_store(tmp_path).uploads() == []


def test_it_lies_in_your_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    keep(ResumeStore(), "t1")
    (file,) = tmp_path.rglob("t1.json")
    assert file.parts.count("twelvelabs-embed") == 1


# ----------------------------------------------------------------------------------------- tasks


def keep(kept: ResumeStore, task_id: str, created_at: datetime = NOW) -> None:
    kept.save_task(
        PendingTask(
            task_id,
            base_url=TASK.base_url,
            model=TASK.model,
            input_type=TASK.input_type,
            label=TASK.label,
            asset_id=TASK.asset_id,
            created_at=created_at,
        )
    )


def test_a_task_is_kept_until_it_is_dropped(tmp_path: Path) -> None:
    keep(resume_store(tmp_path), "t1")
    assert resume_store(tmp_path).find_task("t1") == TASK
    assert resume_store(tmp_path).find_task("t2") is None
    resume_store(tmp_path).drop_task("t1")
    resume_store(tmp_path).drop_task("t1")
    assert resume_store(tmp_path).find_task("t1") is None
    assert list((tmp_path / "tasks").iterdir()) == []


def test_tasks_are_listed_oldest_first(tmp_path: Path) -> None:
    keep(resume_store(tmp_path), "a", NOW)
    keep(resume_store(tmp_path), "b", NOW - timedelta(days=1))
    (tmp_path / "tasks" / "broken.json").write_text('{"task_id":')
    assert [task.task_id for task in resume_store(tmp_path).tasks()] == ["b", "a"]


@pytest.mark.parametrize("task_id", ["../../up", "a/b", "", ".", "x" * 300, "nul\0", "Ünïcode"])
def test_any_id_is_a_safe_file_name(tmp_path: Path, task_id: str) -> None:
    keep(resume_store(tmp_path), task_id)
    found = resume_store(tmp_path).find_task(task_id)
    assert found is not None
    assert found.task_id == task_id
    assert [path.parent.name for path in tmp_path.rglob("*.json")] == ["tasks"]
