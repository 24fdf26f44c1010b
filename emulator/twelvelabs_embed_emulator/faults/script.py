"""Scripts of faults, as data: what happens to which request.

A script is a list of steps: the next one for the next request, in the order in which requests
start. After the last step everything passes. A script can be typed::

    503*2,reset,pass        two responses 503, then a lost response; all that follows passes
    429:3                   a response 429 with Retry-After: 3
    pass*4,503,repeat       of five requests the last one fails, for ever

or it is a JSON file: a list of such words, or of objects with `kind`, `value` and `times`. `KINDS`
lists the faults, and `actions` performs them.
"""

import json
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias


class Kind(NamedTuple):
    """A kind of fault.

    Attributes:
        description: a sentence for people.
        value: what its value is: `SEC`, `MB`, `STATUS` or `URL`; empty when it has none.
    """

    description: str
    value: str = ""


STATUS, PASS, REPEAT = "STATUS", "pass", "repeat"

KINDS = {
    PASS: Kind("the request passes"),
    STATUS: Kind("an error response with this status; `503:3` has `Retry-After: 3`", "SEC"),
    "html": Kind("a proxy responds with an HTML page, status 502 or the given one", STATUS),
    "redirect": Kind("a redirect to another host", "URL"),
    "reset-before": Kind("the connection is reset before the request is read"),
    "reset-during": Kind("the connection is reset when half of the request is read"),
    "reset": Kind("the connection is reset when the request is done: the response is lost"),
    "stall-request": Kind("half of the request is read, and nothing more for 60 s, or SEC", "SEC"),
    "stall": Kind("the request is read, and there is no response"),
    "stall-body": Kind("half of the response body is sent, and nothing more"),
    "slow-head": Kind("the head of the response is sent in 8 parts, 0.25 s apart, or SEC", "SEC"),
    "slow-body": Kind("the response body is sent in 8 parts, 0.25 s apart, or SEC", "SEC"),
    "truncated": Kind("the connection ends after half of the response body"),
    "short-length": Kind("Content-Length is half of the length of the response body"),
    "long-length": Kind("Content-Length is more than is sent, and the connection stays open"),
    "gzip": Kind("the response is declared as gzip, and is not"),
    "garbage": Kind("the response body is 100 MB of noise, or MB", "MB"),
    REPEAT: Kind("at the end of a script: start again with its first step"),
}
"""The kinds of faults by their words in a script; `STATUS` stands for any from 300 to 599."""


@dataclass(frozen=True)
class Fault:
    """A step of a script: what happens to the next request.

    Attributes:
        kind: a status, such as `503`, or a word of `KINDS`.
        value: what stands behind the colon, such as the seconds of `429:3`; empty when nothing
            does.
        times: to how many requests it happens.

    Raises:
        ValueError: there is no such kind, or it has no such value.
    """

    kind: str
    value: str = ""
    times: int = 1

    def __post_init__(self) -> None:
        if self.name not in KINDS:
            raise ValueError(f"fault {self.kind!r}: there are only {', '.join(KINDS)}")
        if self.times < 1:
            raise ValueError(f"fault {self}: it happens at least once")
        expected = KINDS[self.name].value
        if self.value and not expected:
            raise ValueError(f"fault {self}: it takes no value")
        if expected in _NUMBERS and self.value and not re.fullmatch(r"\d+(\.\d+)?", self.value):
            raise ValueError(f"fault {self}: the value is no number of {expected}")

    @property
    def name(self) -> str:
        """Its name in `KINDS`."""
        is_status = self.kind.isdecimal() and 300 <= int(self.kind) <= 599
        return STATUS if is_status else self.kind

    def number(self, default: float) -> float:
        """Return the value as a number."""
        return float(self.value) if self.value else default

    @property
    def step(self) -> str:
        """How it is written when it happens once."""
        return f"{self.kind}:{self.value}" if self.value else self.kind

    def __str__(self) -> str:
        return self.step + (f"*{self.times}" if self.times != 1 else "")


Script: TypeAlias = str | Iterable[Fault | str]
"""A script as people write it: the typed form, or its steps."""

_STEP = re.compile(r"(?P<kind>[a-z-]+|\d{3})(:(?P<value>.+?))?(\*(?P<times>\d+))?")
_NUMBERS = ("SEC", "MB", STATUS)


def read_faults(script: Script) -> list[Fault]:
    """Return the steps of a script.

    Args:
        script: such as `503*2,reset,pass`, the path of a JSON file (it ends in `.json`), or steps.

    Raises:
        ValueError: a step is not a fault, or the file cannot be read or is not a list of them.
    """
    if isinstance(script, str) and script.endswith(".json"):
        script = _read_file(Path(script))
    if isinstance(script, str):
        script = [step for step in script.split(",") if step.strip()]
    steps = [step if isinstance(step, Fault) else _read_step(step) for step in script]
    if any(step.kind == REPEAT for step in steps[:-1]) or [s.kind for s in steps] == [REPEAT]:
        raise ValueError(f"faults: {REPEAT} stands at the end, behind what is repeated")
    return steps


def _read_step(text: str) -> Fault:
    if (found := _STEP.fullmatch(text.strip())) is None:
        raise ValueError(f"fault {text!r}: it is written as KIND, KIND:VALUE or KIND:VALUE*TIMES")
    return Fault(found["kind"], found["value"] or "", int(found["times"] or 1))


def _read_file(path: Path) -> list[Fault | str]:
    try:
        entries = json.loads(path.read_bytes())
    except OSError as error:
        raise ValueError(f"faults: {path}: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"faults: {path} is no JSON ({error})") from error
    hint = "it has to be a list of words, or of objects with kind, value and times"
    if not isinstance(entries, list):
        raise ValueError(f"faults: {path}: {hint}")
    try:
        return [_read_entry(entry) for entry in entries]
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"faults: {path}: {hint}") from error


def _read_entry(entry: Any) -> Fault | str:
    if isinstance(entry, str):
        return entry
    return Fault(str(entry["kind"]), str(entry.get("value", "")), int(entry.get("times", 1)))


class FaultScript:
    """The steps of a script, one for each request. It is thread-safe."""

    def __init__(self, script: Script) -> None:
        self._lock = threading.Lock()
        self._next: Fault | None = None
        self.replace(script)

    def replace(self, script: Script) -> None:
        """Continue with another script.

        Raises:
            ValueError: see `read_faults`.
        """
        steps = _unroll(read_faults(script))
        with self._lock:
            self._steps = steps
            self._next = next(steps, None)

    @property
    def is_at_end(self) -> bool:
        """Whether all that follows passes."""
        return self._next is None

    def next(self) -> Fault:
        """Return what happens to the next request."""
        with self._lock:
            fault, self._next = self._next, next(self._steps, None)
            return fault or Fault(PASS)


def _unroll(steps: list[Fault]) -> Iterator[Fault]:
    is_repeated = bool(steps) and steps[-1].kind == REPEAT
    while steps:
        for step in steps:
            if step.kind != REPEAT:
                yield from repeat(step, step.times)
        if not is_repeated:
            return
