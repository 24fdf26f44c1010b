"""What a run left behind, in which a key or a signature may be found."""

from __future__ import annotations

import base64
import copy
import logging
import pickle
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from attrs import define, field
from rich.traceback import Traceback

from tests.otel_memory import InMemoryTelemetry

SIGNATURE = re.compile(r"signature=(?!\*\*\*)[^…&\s]{3}")


@define
class Evidence:
    """Texts, by where they come from."""

    texts: list[tuple[str, str]] = field(factory=list)

    def add(self, where: str, text: str | bytes) -> None:
        shown = text.decode("latin-1") if isinstance(text, bytes) else text
        self.texts.append((where, shown))

    def add_error(self, error: BaseException) -> None:
        """All that people and their tools make of an error."""
        for one in chain(error):
            self.add("repr", f"{one!s} {one!r} {one.args!r} {vars(one)!r}")
            with suppress(Exception):  # not all can be: that is no leak
                self.add("pickle", pickle.dumps(one))
            with suppress(Exception):
                self.add("copy", repr(vars(copy.copy(one))))
        with_locals = traceback.TracebackException.from_exception(error, capture_locals=True)
        self.add("traceback", "".join(with_locals.format()))
        # Not printed: colouring the source would take most of the time.
        rich = Traceback.extract(type(error), error, error.__traceback__, show_locals=True)
        for stack in rich.stacks:
            for frame in stack.frames:
                for name, node in (frame.locals or {}).items():
                    self.add("rich traceback", f"{name} = {node}")

    def add_files(self, folder: Path) -> None:
        for path in sorted(folder.rglob("*")):
            self.add("name of a file", str(path.relative_to(folder)))
            if path.is_file():
                self.add(path.name, path.read_bytes())

    def add_telemetry(self, otel: InMemoryTelemetry) -> None:
        """What OpenTelemetry would send elsewhere: attributes, events, statuses, measurements."""
        for span in otel.spans():
            self.add(f"span {span.name}", span.to_json())
        if (measured := otel.measured()) is not None:
            self.add("metrics", measured.to_json())

    def leaks(self, key: str) -> list[str]:
        """Where the key is, in any of its spellings, or the signature of a presigned link."""
        spellings = list(spelled(key))
        return [
            f"{where}: …{text[max(0, at - 200) : at + 60]}…"
            for where, text in self.texts
            if (at := _find(text, spellings)) >= 0
        ]

    @contextmanager
    def logs(self) -> Iterator[None]:
        """Collect what every logger says, at every level, with the locals of its tracebacks."""
        root, handler = logging.getLogger(), _Handler(self)
        loggers = [
            root,
            *(
                logging.getLogger(name)
                for name in ("httpx", "httpcore", "aiohttp", "asyncio", "twelvelabs_embed")
            ),
        ]
        before = [logger.level for logger in loggers]
        for logger in loggers:
            logger.setLevel(1)
        root.addHandler(handler)
        try:
            yield
        finally:
            root.removeHandler(handler)
            for logger, level in zip(loggers, before, strict=True):
                logger.setLevel(level)


class _Handler(logging.Handler):
    def __init__(self, evidence: Evidence) -> None:
        super().__init__(0)
        self._evidence = evidence

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] == "vcr":  # logs what it sees before it is filtered
            return
        self._evidence.add(f"log of {record.name}", f"{record.getMessage()} {vars(record)!r}")
        if record.exc_info and record.exc_info[1]:
            self._evidence.add_error(record.exc_info[1])


def chain(error: BaseException) -> Iterator[BaseException]:
    """An error and all that led to it, even what Python does not show."""
    seen, waiting = set[int](), [error]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        group = one.exceptions if isinstance(one, BaseExceptionGroup) else ()
        waiting += [found for found in (one.__cause__, one.__context__, *group) if found]


def spelled(key: str) -> Iterator[str]:
    """A key as it is, and as other encodings write it, wherever it stands in their text."""
    yield key
    yield quote(key, safe="")
    yield key.encode().hex()
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + key.encode()).decode()
        yield encoded[(4 if shift else 0) : -4]


def _find(text: str, spellings: list[str]) -> int:
    places = [place for one in spellings if (place := text.find(one)) >= 0]
    signature = SIGNATURE.search(text)
    return min([*places, *([signature.start()] if signature else [])], default=-1)
