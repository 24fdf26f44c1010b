"""Flows that run concurrently: what the threads of `RunConcurrently` share, and how they end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from threading import Lock, Thread
from time import monotonic
from typing import Any

from twelvelabs_embed._http.effects import Flow, RunConcurrently

# How long threads that were interrupted may take to record what they have done, in seconds.
_GRACE_SEC = 0.5


class SharedFlows:
    """The flows that several workers take from, one at a time, until one of them fails.

    Attributes:
        results: what the flows returned, by their number
        error: the first failure
    """

    def __init__(self, command: RunConcurrently) -> None:
        self._flows = enumerate(command.flows)
        self._concurrency = command.concurrency
        self._lock = Lock()
        self._is_stopped = False
        self._is_interrupted = False
        self.results: dict[int, Any] = {}
        self.error: BaseException | None = None

    def __iter__(self) -> Iterator[tuple[int, Flow[Any]]]:
        while True:
            with self._lock:
                item = None if self._is_stopped else next(self._flows, None)
            if item is None:
                return
            yield item

    def check(self) -> None:
        """Raise when the flows are to end."""
        if self._is_interrupted:
            raise _InterruptedError

    def in_order(self) -> list[Any]:
        """Return the results in the order of the flows."""
        return [self.results[number] for number in sorted(self.results)]

    def run_in_threads(self, work: Callable[[], None]) -> list[Any]:
        """Run the work of a worker in each of several threads; returns the results in order.

        Not by an executor: the interpreter waits for its threads, however long they send, and
        Ctrl-C would wait with it.
        """
        threads = [
            Thread(
                target=copy_context().run,
                args=(self._guard, work),
                name="twelvelabs-embed",
                daemon=True,
            )
            for _ in range(self._concurrency)
        ]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                while thread.is_alive():
                    thread.join(1.0)  # on Windows, an endless wait would not see Ctrl-C
        except BaseException:
            # No flow starts, and those that run end with the step that they are at.
            self._is_stopped = self._is_interrupted = True
            _join_soon(threads)
            raise
        if self.error is not None:
            raise self.error
        return self.in_order()

    def _guard(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            with self._lock:
                self._is_stopped = True
                self.error = self.error or error


class _InterruptedError(Exception):
    """The thread that waits for the others was interrupted. It reaches no caller."""


def _join_soon(threads: Sequence[Thread]) -> None:
    until_sec = monotonic() + _GRACE_SEC
    for thread in threads:
        if thread.ident is not None:
            thread.join(max(0.0, until_sec - monotonic()))
