"""Everything the emulator remembers, put together."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from secrets import token_bytes
from typing import Self

from twelvelabs_embed_emulator.endpoints.assets import Assets
from twelvelabs_embed_emulator.endpoints.presigned_urls import Signer
from twelvelabs_embed_emulator.endpoints.tasks import Tasks
from twelvelabs_embed_emulator.endpoints.uploads import MOST_URLS, Uploads
from twelvelabs_embed_emulator.state import expiry as _lifetimes
from twelvelabs_embed_emulator.state.clock import Clock
from twelvelabs_embed_emulator.state.files import Files
from twelvelabs_embed_emulator.state.store import Store


@dataclass(frozen=True)
class Settings:
    """How the emulator deals with media; see `Emulator`.

    Raises:
        ValueError: a value is out of bounds.
    """

    allow_hosts: Collection[str] = ()
    processing_sec: float = 0.0
    chunk_bytes: int = 8 * 1024 * 1024
    urls_per_answer: int = MOST_URLS

    def __post_init__(self) -> None:
        if not 0 <= self.processing_sec < 1e9:
            raise ValueError(f"processing_sec is {self.processing_sec}; it must be 0 or more")
        if self.chunk_bytes < 1:
            raise ValueError(f"chunk_bytes is {self.chunk_bytes}; it must be 1 or more")
        if not 0 <= self.urls_per_answer <= MOST_URLS:
            problem = f"urls_per_answer is {self.urls_per_answer}"
            raise ValueError(f"{problem}; it must be 0 to {MOST_URLS}")


class State:
    """The store and the rooms that work on it.

    Args:
        path: the file; None is one for the time that the emulator runs.
        settings: how to deal with media.
        storage_url: where chunks are put.

    Raises:
        OSError: the file cannot be used.
    """

    def __init__(self, path: Path | None, settings: Settings, storage_url: str) -> None:
        self._store = Store(path)
        self.files = Files(self._store)
        self.clock = Clock(self._store.setting("clock_offset_ms", 0))
        self.signer = Signer(storage_url, self._store.setting("secret", token_bytes(32)))
        processing_ms = round(settings.processing_sec * 1000)
        self.assets = Assets(
            self._store,
            self.files,
            self.clock,
            signer=self.signer,
            processing_ms=processing_ms,
            allow_hosts=settings.allow_hosts,
        )
        self.uploads = Uploads(
            self._store,
            self.files,
            self.clock,
            self.assets,
            signer=self.signer,
            chunk_bytes=settings.chunk_bytes,
            urls_per_answer=settings.urls_per_answer,
        )
        self.tasks = Tasks(
            self._store,
            self.files,
            self.clock,
            self.assets,
            processing_ms=processing_ms,
            allow_hosts=settings.allow_hosts,
        )

    def start(self) -> None:
        """Go on where an earlier process ended, however it ended."""
        self.files.delete_lost()
        self.assets.start()
        self.tasks.start()

    def settled(self) -> Self:
        """Let happen what the clock says should have happened by now, and return the state."""
        _lifetimes.settle(self._store, self.files, self.clock.now_ms())
        return self

    def advance(self, step: timedelta) -> None:
        """Move the clock ahead; it stays so when the state is used again."""
        self.clock.advance(step)
        self._store.keep_setting("clock_offset_ms", self.clock.offset_ms)

    def wait_until_idle(self) -> None:
        """Return when nothing is being worked on in the background."""
        self.assets.wait()
        self.tasks.wait()

    def close(self) -> None:
        """Close the file, which ends what is being worked on."""
        self.assets.stop()
        self.tasks.stop()
        self._store.close()
