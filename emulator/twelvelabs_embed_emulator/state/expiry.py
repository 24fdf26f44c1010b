"""What happens to state by the mere passing of time.

Nothing waits for a moment to come: before each operation, what should have happened by now is done.
"""

from twelvelabs_embed_emulator.state import clock as _clock
from twelvelabs_embed_emulator.state.files import Files
from twelvelabs_embed_emulator.state.store import Store

URL_LIFE_MS = _clock.HOUR_MS
UPLOAD_LIFE_MS = 24 * _clock.HOUR_MS
TASK_LIFE_MS = 7 * _clock.DAY_MS

_EXPIRED = "The upload of its file was not completed within 24 hours."

_END_PROCESSING = (
    "update asset set status = outcome"
    " where status = 'processing' and outcome is not null and due_ms <= :now",
    "update task set status = outcome"
    " where status = 'processing' and outcome is not null and due_ms <= :now",
)


def settle(store: Store, files: Files, now_ms: int) -> None:
    """Let processing end, sessions expire and old tasks go."""
    with store.transaction():
        for change in _END_PROCESSING:
            store.run(change, now=now_ms)
        sql = "select * from upload where status = 'active' and expires_ms <= :now"
        for upload in store.all(sql, now=now_ms):
            _expire(store, files, upload["id"], upload["asset_id"])
        old = "from task where created_ms <= :then"
        then = now_ms - TASK_LIFE_MS
        for task in store.all(f"select file_id, result_id {old}", then=then):
            files.delete(task["file_id"])
            files.delete(task["result_id"])
        store.run(f"delete {old}", then=then)


def _expire(store: Store, files: Files, upload_id: str, asset_id: str) -> None:
    """End a session. What was known of its chunks stays known, their content goes."""
    for chunk in store.all("select file_id from chunk where upload_id = :id", id=upload_id):
        files.delete(chunk["file_id"])
    store.run("update chunk set file_id = null where upload_id = :id", id=upload_id)
    sql = "update upload set status = 'expired', updated_ms = expires_ms where id = :id"
    store.run(sql, id=upload_id)
    store.run(
        "update asset set status = 'failed', error = :error where id = :id",
        error=_EXPIRED,
        id=asset_id,
    )
