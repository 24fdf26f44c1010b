"""Lines of standard input, read until the run is stopped."""

from __future__ import annotations

import os
import select
from collections.abc import Callable, Iterator
from functools import partial
from io import UnsupportedOperation
from typing import BinaryIO


class LineStream:
    """The lines of a stream, until the run is stopped.

    Reading from a pipe blocks until data arrives, and would not notice that.

    Args:
        stream: where the lines come from
        is_stopped: whether the run is stopped; called every `_POLL_SEC`
    """

    _POLL_SEC = 0.2

    def __init__(self, stream: BinaryIO, is_stopped: Callable[[], bool]) -> None:
        self._lines = _decoded(_polled(stream, partial(self._is_ready, stream), is_stopped))
        self._peeked = ""

    def peek(self) -> str:
        """Return the first line that is not empty, and yield it again later; empty at the end."""
        self._peeked = next((line for line in self._lines if line.strip()), "")
        return self._peeked

    def __iter__(self) -> Iterator[str]:
        if self._peeked:
            yield self._peeked
        yield from self._lines

    def _is_ready(self, stream: BinaryIO) -> bool:
        return bool(select.select([stream], [], [], self._POLL_SEC)[0])


def _decoded(lines: Iterator[bytes]) -> Iterator[str]:
    """Decode lines, which may also end in CR; what is not UTF-8 is decoded as for file names."""
    for number, line in enumerate(lines):
        text = line.decode("utf-8" if number else "utf-8-sig", "surrogateescape")
        yield from text.split("\r") if "\r" in text else (text,)


def _polled(
    stream: BinaryIO, is_ready: Callable[[], bool], is_stopped: Callable[[], bool]
) -> Iterator[bytes]:
    try:
        number = stream.fileno()
        is_ready()
    except (OSError, ValueError, UnsupportedOperation):  # no pipe, or a system that cannot poll it
        yield from stream
        return
    rest = b""
    while not is_stopped():
        if not is_ready():
            continue
        data = os.read(number, 1 << 16)
        *lines, rest = (rest + data).split(b"\n")
        yield from lines
        if not data:
            yield rest
            return
