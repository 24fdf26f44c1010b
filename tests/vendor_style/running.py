"""Programs in the vendor's style, run with the vendor's SDK and with this package.

The import lines are the only thing that differs between the two.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import logging
import os
import re
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar
from unittest.mock import patch

from attrs import field, frozen
from twelvelabs_embed_emulator import Emulator, samples

from tests.vendor_style.recorder import recording, with_numbered_ids

PROGRAMS = Path(__file__).parent / "programs"
OURS, THEIRS = "twelvelabs_embed", "twelvelabs"
KEY = "tlk_test"

Program = Callable[[], Any]
F = TypeVar("F", bound=Program)


@frozen
class Setting:
    """What a program needs besides the media.

    Attributes:
        fresh: an emulator without tasks and assets of others
        faults: what happens to its requests, as a script of faults
    """

    fresh: bool = False
    faults: str = "pass"


@frozen
class Outcome:
    """What a program returned, or the name of the exception that it raised; and what it sent."""

    result: Any
    sent: Any
    message: str = field(default="", eq=False)


RunProgram = Callable[[Program], Outcome]


def given(**settings: Any) -> Callable[[F], F]:
    """Say what a program needs."""

    def mark(program: F) -> F:
        program.setting = Setting(**settings)  # type: ignore[attr-defined]
        return program

    return mark


def with_imports_from(package: str, source: str) -> str:
    """The source of a program of the vendor's, with its imports from another package."""
    source = re.sub(r"(?m)^(\s*)from twelvelabs\b", rf"\1from {package}", source)
    return re.sub(r"(?m)^(\s*)import twelvelabs$", rf"\1import {package} as twelvelabs", source)


def load(package: str) -> dict[str, Program]:
    """Load all programs with their imports from the package."""
    programs: dict[str, Program] = {}
    for path in sorted(PROGRAMS.glob("*.py")):
        source = with_imports_from(package, path.read_text())
        module = ModuleType(f"programs_of_{package}_{path.stem}")
        sys.modules[module.__name__] = module  # so that what it defines can be pickled
        exec(compile(source, f"{path} with {package}", "exec"), module.__dict__)
        for name, value in vars(module).items():
            if inspect.isfunction(value) and value.__module__ == module.__name__ and name[0] != "_":
                programs[f"{path.stem}.{name}"] = value
    return programs


@contextmanager
def programs_environment(media: Path) -> Iterator[RunProgram]:
    """Yield a function that runs a program in a folder with media, against an emulator.

    The address of the emulator is where programs find it: in TWELVELABS_BASE_URL.
    """
    _make_media(media)
    with _start() as shared, recording() as recorder, _served(media) as media_url:
        outside = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {
            "TWELVELABS_BASE_URL": recorder.base_url,
            "TWELVELABS_EMBED_RESUME_DIR": str(media.parent / "resume"),
            "IMAGE_URL": f"{media_url}/beach.jpg",
            "VIDEO_URL": f"{media_url}/film.mp4",
            "TEST_SERVER": recorder.base_url.removesuffix("/v1.3"),
            "BROKEN_URL": f"{media_url}/broken.mp4",
        }

        def run_program(program: Program) -> Outcome:
            setting: Setting = getattr(program, "setting", Setting())
            recorder.requests = []
            gc.freeze()  # what a program leaves behind is collected after each: quickly
            with (
                chdir(media),
                patch.dict(os.environ, outside, clear=True),
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("ignore")  # like most programs, these do not close clients
                logging.disable()  # records would keep what they are about from being collected
                if setting.fresh:
                    with _start() as fresh:
                        recorder.target = fresh.base_url
                        result, message = _run(program)
                else:
                    recorder.target = shared.base_url
                    shared.set_faults(setting.faults)
                    result, message = _run(program)
                gc.collect()
                logging.disable(logging.NOTSET)
            gc.unfreeze()
            outcome = with_numbered_ids({"result": result, "sent": recorder.requests})
            return Outcome(outcome["result"], outcome["sent"], message)

        yield run_program


def _run(program: Program) -> tuple[Any, str]:
    try:
        result = program()
        return (asyncio.run(result) if inspect.iscoroutine(result) else result), ""
    except Exception as error:
        return {"raised": type(error).__name__}, str(error)


def _start() -> Emulator:
    return Emulator(api_keys=[KEY], chunk_bytes=100_000, urls_per_response=5)


def _make_media(folder: Path) -> None:
    samples.image(folder / "beach.jpg")
    samples.audio(folder / "talk.mp3", duration_sec=6)
    samples.video(folder / "film.mp4", duration_sec=6, fps=4)
    samples.document(folder / "paper.pdf")
    (folder / "broken.mp4").write_bytes(b"no media")


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    handler = partial(Handler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
