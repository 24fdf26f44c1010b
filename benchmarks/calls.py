"""Calls of our own functions, for one warm text and one warm video against the emulator.

    python -m benchmarks.calls            # one line for each input
    python -m benchmarks.calls --trace    # every call, indented by its depth

A call of a function counts, and so does a generator that is resumed; code of other packages does
not, nor do comprehensions, which are part of their function from Python 3.12 on. `inspect_media`
and what it calls are counted apart, as `probing`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

import twelvelabs_embed
from attrs import field, frozen
from twelvelabs_embed import TwelveLabs, Video

_PACKAGE = str(Path(twelvelabs_embed.__file__).parent) + "/"
_PROBE = "validation/media_probe.py"
_COMPREHENSIONS = ("<listcomp>", "<setcomp>", "<dictcomp>")


@frozen
class Call:
    """A call of a function of ours.

    Attributes:
        depth: how many of our calls it is inside of
        file: where the function is, below the package
        name: the function
        is_probing: whether it is `inspect_media`, or called by it
    """

    depth: int
    file: str
    name: str
    is_probing: bool


@frozen
class Walk:
    """The calls of one `client.embed`, in their order."""

    calls: list[Call] = field(factory=list)

    def summary(self) -> str:
        own = [call.file for call in self.calls if not call.is_probing]
        changes = sum(one != other for one, other in pairwise(own))
        probing = len(self.calls) - len(own)
        depth = max(call.depth for call in self.calls)
        return (
            f"{len(own)} calls, {len(set(own))} files, {changes} changes of file, depth {depth}; "
            f"probing: {probing} calls"
        )


def walk(work: Callable[[], object]) -> Walk:
    """Do the work, and record the calls of our functions."""
    found, stack = Walk(), list[Call | None]()

    def record(frame: FrameType, event: str, _: object) -> None:
        if event == "return" and stack:
            stack.pop()
        if event != "call":
            return
        code, call = frame.f_code, None
        if code.co_filename.startswith(_PACKAGE) and code.co_name not in _COMPREHENSIONS:
            outer = [one for one in stack if one]
            file = code.co_filename.removeprefix(_PACKAGE)
            starts = file == _PROBE and code.co_name == "inspect_media"
            is_probing = starts or (bool(outer) and outer[-1].is_probing)
            call = Call(len(outer), file, code.co_qualname, is_probing)
            found.calls.append(call)
        stack.append(call)

    sys.setprofile(record)
    try:
        work()
    finally:
        sys.setprofile(None)
    return found


def main() -> None:
    from twelvelabs_embed_emulator import Emulator, samples

    parser = argparse.ArgumentParser(prog="python -m benchmarks.calls", description=__doc__)
    parser.add_argument("--trace", action="store_true", help="print every call")
    options = parser.parse_args()
    with TemporaryDirectory() as folder, Emulator() as emulator:
        file = samples.video(Path(folder, "video.mp4"))
        with TwelveLabs("emulator", base_url=emulator.base_url) as client:
            works: dict[str, Callable[[], object]] = {
                "text": lambda: client.embed("a dog"),
                "video": lambda: client.embed(Video(file)),
            }
            for name, work in works.items():
                work()
                found = walk(work)
                if options.trace:
                    for call in found.calls:
                        mark = " (probing)" if call.is_probing else ""
                        print(f"{'  ' * call.depth}{call.file}: {call.name}{mark}")
                print(f"{name}: {found.summary()}")


if __name__ == "__main__":
    main()
