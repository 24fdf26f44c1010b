"""What happens to state when time passes, to the millisecond."""

from contextlib import closing

import pytest
from twelvelabs_embed_emulator.state.expiry import apply_expiry
from twelvelabs_embed_emulator.state.files import Files
from twelvelabs_embed_emulator.state.store import Store

NOW_MS = 1_800_000_000_000
DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def store():
    with closing(Store()) as store:
        yield store


def insert_asset(store, **columns):
    defaults = {
        "method": "direct",
        "filename": "a",
        "file_type": "image/png",
        "user_metadata": "{}",
    }
    times = {"created_ms": 0, "due_ms": 0, "wants_hls": 0, "wants_thumbnail": 0}
    store.insert("asset", **defaults, **times | columns)


def insert_task(store, **columns):
    times = {"created_ms": NOW_MS, "updated_ms": NOW_MS, "due_ms": NOW_MS}
    store.insert("task", request="{}", **times | columns)


@pytest.mark.parametrize("table", ["asset", "task"])
@pytest.mark.parametrize("outcome", ["ready", "failed", None])
def test_processing_ends_when_it_is_due_and_done(store, table, outcome):
    {"asset": insert_asset, "task": insert_task}[table](
        store, id="a", outcome=outcome, due_ms=NOW_MS
    )
    found = []
    for now_ms in (NOW_MS - 1, NOW_MS):
        apply_expiry(store, Files(store), now_ms)
        found.append(store.find(table, "a")["status"])
    assert found == ["processing", outcome or "processing"]


def test_an_upload_session_expires_with_its_asset_and_chunks(store):
    files = Files(store)
    insert_asset(store, id="a")
    times = {"created_ms": 0, "updated_ms": 5, "expires_ms": NOW_MS}
    store.insert("upload", id="u", asset_id="a", total_bytes=2, chunk_bytes=1, **times)
    with files.create() as writer:
        writer.write(b"x")
    chunk = {"etag": "e", "size_bytes": 1, "put_ms": 7, "file_id": writer.file_id}
    store.insert("chunk", upload_id="u", chunk_index=1, **chunk)
    found = []
    for now_ms in (NOW_MS - 1, NOW_MS):
        apply_expiry(store, files, now_ms)
        upload = store.find("upload", "u")
        found.append((upload["status"], upload["updated_ms"], files.size_bytes(writer.file_id)))
    assert found == [("active", 5, 1), ("expired", NOW_MS, 0)]
    asset = store.find("asset", "a")
    assert (asset["status"], asset["error"]) == (
        "failed",
        "The upload of its file was not completed within 24 hours.",
    )
    assert store.first("select put_ms from chunk")["put_ms"] == 7  # what is known of it stays


def test_tasks_are_kept_for_seven_days_with_their_files(store):
    files = Files(store)
    for task_id, created_ms in (("old", NOW_MS - 7 * DAY_MS), ("new", NOW_MS - 7 * DAY_MS + 1)):
        ids = {}
        for name in ("file_id", "result_id"):
            with files.create() as writer:
                writer.write(b"x")
            ids[name] = writer.file_id
        insert_task(store, id=task_id, created_ms=created_ms, **ids)
    apply_expiry(store, files, NOW_MS)
    assert [row["id"] for row in store.all("select id from task")] == ["new"]
    assert [row["id"] for row in store.all("select id from file")] == [*ids.values()]
