"""Takes and releases the record of one upload, again and again, in a process of its own.

    python -m tests.faults.lock_holder RESUME_DIR MARKER HOLDS

Says `ready`, starts when it reads a line, and prints in JSON how often it held the record and how
often another process held it at the same time. What it asks about that is not the lock of the
record: a holder creates the file MARKER, which fails when it exists, and deletes it at the end.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from twelvelabs_embed.uploads.resume_store import Record, ResumeStore, Session

LONGEST_SEC = 60  # for all holds, so that a lock that no process gets ends the process


def main(resume_dir: str, marker: str, holds: str) -> None:
    resume_store = ResumeStore(Path(resume_dir))
    print("ready", flush=True)
    sys.stdin.readline()
    held = overlaps = 0
    deadline_sec = time.monotonic() + LONGEST_SEC
    while held < int(holds) and time.monotonic() < deadline_sec:
        record = resume_store.hold("key")
        if record.is_held:
            overlaps += not hold(record, Path(marker), keeps_session=held % 2 == 0)
            held += 1
    print(json.dumps({"held": held, "overlaps": overlaps}), flush=True)


def hold(record: Record, marker: Path, *, keeps_session: bool) -> bool:
    """Change the record as an upload does, and say whether no other process held it meanwhile."""
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        is_alone = False
    else:
        is_alone = True
    if keeps_session:  # a lock file with a session stays, one without is deleted
        record.start(session())
    else:
        record.drop()
    if is_alone:
        marker.unlink()
    record.release()
    return is_alone


def session() -> Session:
    return Session(
        base_url="http://api/v1.3",
        label="film.mp4",
        path="/films/film.mp4",
        filename="film.mp4",
        size_bytes=95,
        upload_id="u1",
        asset_id="a1",
        chunk_bytes=10,
        total_chunks=10,
        upload_headers={},
        expires_at=datetime.now(UTC) + timedelta(hours=24),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
