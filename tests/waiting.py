"""Waiting for what threads, processes and sockets do, and processes that end with a test."""

from __future__ import annotations

import asyncio
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

TIMEOUT_SEC = 60.0
"""How long a busy machine may take. Only a test that fails waits so long."""


def wait_until(is_so: Callable[[], object], timeout_sec: float = TIMEOUT_SEC) -> None:
    """Return as soon as it is so; fail if it is not in time."""
    until_sec = time.monotonic() + timeout_sec
    while not is_so():
        assert time.monotonic() < until_sec, f"not within {timeout_sec:g} s"
        time.sleep(0.005)


async def wait_until_async(is_so: Callable[[], object], timeout_sec: float = TIMEOUT_SEC) -> None:
    """Do the same while the event loop runs."""
    until_sec = time.monotonic() + timeout_sec
    while not is_so():
        assert time.monotonic() < until_sec, f"not within {timeout_sec:g} s"
        await asyncio.sleep(0.005)


def wait_for(event: threading.Event) -> None:
    """Wait for an event; fail if it is not set in time."""
    assert event.wait(TIMEOUT_SEC), f"not within {TIMEOUT_SEC:g} s"


@contextmanager
def process_of(command: Sequence[Any], **settings: Any) -> Iterator[subprocess.Popen[Any]]:
    """Run a process, and kill it at the end of the block if it still runs."""
    with subprocess.Popen(command, **settings) as process:
        try:
            yield process
        finally:
            process.kill()
