"""What a test of `many` or of the worker pool may leave behind: nothing."""

import threading
from collections.abc import Iterator

import pytest

from tests.batch.many import open_sockets, threads_that_send
from tests.waiting import wait_until


@pytest.fixture
def nothing_left_open() -> Iterator[None]:
    sockets = open_sockets()
    yield
    assert not threads_that_send()
    wait_until(lambda: open_sockets() <= sockets)  # a server sees a little later that a client left


@pytest.fixture
def no_threads_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    # Idle threads of anyio end with their event loop, a moment after it.
    wait_until(lambda: set(threading.enumerate()) <= before)
