"""The state: store, files and clock, and the settings of what works on them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from secrets import token_bytes

from twelvelabs_embed_emulator.state.clock import Clock
from twelvelabs_embed_emulator.state.expiry import apply_expiry
from twelvelabs_embed_emulator.state.files import Files
from twelvelabs_embed_emulator.state.presigned_urls import Signer
from twelvelabs_embed_emulator.state.quota import Quota
from twelvelabs_embed_emulator.state.store import Store

MAX_URLS = 50
"""In one response."""


@dataclass(frozen=True)
class Settings:
    """Settings of media, uploads and the quota; see `Emulator`.

    Raises:
        ValueError: a value is out of bounds.
    """

    allow_hosts: Collection[str] = ()
    processing_sec: float = 0.0
    chunk_bytes: int = 8 * 1024 * 1024
    urls_per_response: int = MAX_URLS
    reusable_urls: bool = False
    rpm: float | None = None
    tpm: float | None = None
    minutes_per_hour: float | None = None
    latency_sec: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.processing_sec < 1e9:
            raise ValueError(f"processing_sec is {self.processing_sec}; it must be 0 or more")
        if not 0 <= self.latency_sec <= 3600:
            raise ValueError(f"latency_sec is {self.latency_sec}; it must be 0 to 3600")
        if self.chunk_bytes < 1:
            raise ValueError(f"chunk_bytes is {self.chunk_bytes}; it must be 1 or more")
        if not 0 <= self.urls_per_response <= MAX_URLS:
            value = f"urls_per_response is {self.urls_per_response}"
            raise ValueError(f"{value}; it must be 0 to {MAX_URLS}")
        for name in ("rpm", "tpm", "minutes_per_hour"):
            if (limit := getattr(self, name)) is not None and not limit > 0:
                raise ValueError(f"{name} is {limit}; it must be greater than 0")

    @property
    def processing_ms(self) -> int:
        """How long assets and tasks are `processing` at least."""
        return round(self.processing_sec * 1000)


class State:
    """What the emulator remembers.

    Args:
        path: the file; None is a temporary one.
        settings: settings of media and uploads.
        storage_url: the address of the storage host.

    Raises:
        OSError: the file cannot be used.
    """

    def __init__(self, path: Path | None, settings: Settings, storage_url: str) -> None:
        self.settings = settings
        self.store = Store(path)
        self.files = Files(self.store)
        self.clock = Clock()
        self.quota = Quota(
            self.clock.now_ms,
            rpm=settings.rpm,
            tpm=settings.tpm,
            minutes_per_hour=settings.minutes_per_hour,
        )
        self._storage_url = storage_url
        self._read_settings()

    def apply_expiry(self) -> None:
        """Do what should have happened by now."""
        apply_expiry(self.store, self.files, self.clock.now_ms())

    def reset(self) -> None:
        """Forget everything; the clock shows the real time again."""
        with self.store.transaction():
            self.store.clear()
            self.store.set_setting("clock_offset_ms", 0)
            self.clock.offset_ms = 0
        self.quota.reset()

    def load(self, data: bytes) -> None:
        """Replace everything by an exported state.

        Raises:
            ValueError: it is none, or that of another version.
        """
        self.store.load(data)
        self.quota.reset()
        self._read_settings()

    def _read_settings(self) -> None:
        self.clock.offset_ms = self.store.setting("clock_offset_ms", 0)
        secret = self.store.setting("secret", token_bytes(32))
        self.signer = Signer(self._storage_url, secret)

    def advance(self, step: timedelta) -> None:
        """Move the clock ahead; it stays so when the state is used again.

        Raises:
            ValueError: it would go back, or past the year 9000.
        """
        with self.store.transaction():
            self.clock.advance(step)
            self.store.set_setting("clock_offset_ms", self.clock.offset_ms)
