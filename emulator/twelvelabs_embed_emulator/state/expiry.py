"""Expiry: what happens to state when time passes.

Nothing waits for a time to come: before each operation, what should have happened by now is done.
"""

from twelvelabs_embed_emulator.state.clock import DAY_MS, HOUR_MS
from twelvelabs_embed_emulator.state.files import Files
from twelvelabs_embed_emulator.state.store import Store

URL_EXPIRY_MS = HOUR_MS
UPLOAD_EXPIRY_MS = 24 * HOUR_MS
TASK_RETENTION_MS = 7 * DAY_MS

_UPLOAD_EXPIRED = "The upload of its file was not completed within 24 hours."


def apply_expiry(store: Store, files: Files, now_ms: int) -> None:
    """End processing that is due, expire upload sessions, and delete old tasks."""
    with store.transaction():
        for table in ("asset", "task"):
            store.run(
                f"update {table} set status = outcome"
                " where status = 'processing' and outcome is not null and due_ms <= :now",
                now=now_ms,
            )
        sql = "select * from upload where status = 'active' and expires_ms <= :now"
        for upload in store.all(sql, now=now_ms):
            _expire_upload(store, files, upload["id"], upload["asset_id"])
        old = "from task where created_ms <= :then"
        then = now_ms - TASK_RETENTION_MS
        for task in store.all(f"select file_id, result_id {old}", then=then):
            files.delete(task["file_id"])
            files.delete(task["result_id"])
        store.run(f"delete {old}", then=then)


def _expire_upload(store: Store, files: Files, upload_id: str, asset_id: str) -> None:
    """End a session: the content of its chunks is deleted, but not what is known of them."""
    for chunk in store.all("select file_id from chunk where upload_id = :id", id=upload_id):
        files.delete(chunk["file_id"])
    store.run("update chunk set file_id = null where upload_id = :id", id=upload_id)
    sql = "update upload set status = 'expired', updated_ms = expires_ms where id = :id"
    store.run(sql, id=upload_id)
    store.update("asset", asset_id, status="failed", error=_UPLOAD_EXPIRED)
