"""Uploads a file in a process of its own, and says in JSON what that took.

python -m tests.large.child BASE_URL FILE RESUME_DIR blocking|awaited
"""

import asyncio
import json
import sys
import time
from pathlib import Path

from twelvelabs_embed import Asset, AsyncTwelveLabs, TwelveLabs

Took = tuple[Asset, int, float]  # the asset, the memory before in KiB, seconds


def main(base_url: str, file: str, resume_dir: str, kind: str) -> None:
    asset, base_kib, duration_sec = (
        asyncio.run(upload_awaited(base_url, file, resume_dir))
        if kind == "awaited"
        else upload_blocking(base_url, file, resume_dir)
    )
    took = {
        "asset_id": asset.id,
        "status": asset.status,
        "duration_sec": round(duration_sec, 1),
        "memory_mib": round((peak_kib() - base_kib) / 1024, 1),
    }
    print(json.dumps(took), flush=True)


def upload_blocking(base_url: str, file: str, resume_dir: str) -> Took:
    with TwelveLabs("any", base_url=base_url, resume_dir=resume_dir) as client:
        client.assets.list()  # what every call needs is there
        base_kib, started_sec = peak_kib(), time.perf_counter()
        asset = client.assets.upload(Path(file))
        return asset, base_kib, time.perf_counter() - started_sec


async def upload_awaited(base_url: str, file: str, resume_dir: str) -> Took:
    async with AsyncTwelveLabs("any", base_url=base_url, resume_dir=resume_dir) as client:
        await client.assets.list()
        base_kib, started_sec = peak_kib(), time.perf_counter()
        asset = await client.assets.upload(Path(file))
        return asset, base_kib, time.perf_counter() - started_sec


def peak_kib() -> int:
    """The most memory that this process has had, in KiB; 0 where the system does not report it.

    Not by `getrusage`: that counts what the process was before it became this program.
    """
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
