"""Something that takes long, in a process that is interrupted.

    python -m tests.faults.child WHAT BASE_URL FILE RESUME_DIR

Prints, once interrupted, what is left of the work in the store.
"""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
from twelvelabs_embed import AsyncTwelveLabs, TwelveLabs
from twelvelabs_embed.uploads.resume_store import ResumeStore

from tests.clients import shared_connections


def call(client: TwelveLabs, file: Path) -> None:
    client.embed("a dog")


def many(client: TwelveLabs, file: Path) -> None:
    list(client.embed.many(f"dog {number}" for number in range(100)))


def upload(client: TwelveLabs, file: Path) -> None:
    client.assets.upload(file)


def main(what: str, base_url: str, file: str, resume_dir: str) -> None:
    kind, _, which = what.partition("-")
    try:
        if which == "awaited":
            asyncio.run(awaited(kind, base_url, file, resume_dir))
        else:
            works: dict[str, Callable[[TwelveLabs, Path], None]] = {
                "call": call,
                "many": many,
                "upload": upload,
            }
            http = httpx.Client(timeout=60) if which == "given" else None
            with TwelveLabs(
                "k", base_url=base_url, resume_dir=resume_dir, httpx_client=http
            ) as client:
                if which == "shared":
                    client._runner._transport = shared_connections()
                works[kind](client, Path(file))
            if http is not None:
                http.close()
    except KeyboardInterrupt:
        chunks = [entry.done_chunks for entry in ResumeStore(Path(resume_dir)).uploads()]
        print("interrupted", chunks, flush=True)


async def awaited(kind: str, base_url: str, file: str, resume_dir: str) -> None:
    async with AsyncTwelveLabs("k", base_url=base_url, resume_dir=resume_dir) as client:
        if kind == "upload":
            await client.assets.upload(Path(file))
        elif kind == "many":
            async for _ in client.embed.many(f"dog {number}" for number in range(100)):
                pass
        else:
            await client.embed("a dog")


if __name__ == "__main__":
    main(*sys.argv[1:])
