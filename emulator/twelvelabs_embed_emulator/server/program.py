"""The program that runs an emulator: until it is stopped, for a command, or in the background."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import FrameType
from typing import Any

from twelvelabs_embed_emulator.server.emulator import Emulator


def serve(emulator: Emulator, *, command: Sequence[str] = (), prints_json: bool = False) -> int:
    """Run an emulator until Ctrl-C or SIGTERM, and print how to use it; or run a command with it.

    To be called from the main thread.

    Args:
        emulator: not running yet.
        command: a program and its arguments, which finds the emulator by the variables that the
            vendor's SDKs read. Nothing is printed then, and the emulator stops when it ends.
        prints_json: whether the line that is printed is JSON.

    Returns:
        The exit status of the command; 0 without one.

    Raises:
        OSError: as `Emulator` does when starting, or the command cannot be started.
    """
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        with emulator:
            ready = _ready(emulator)
            variables = _variables(ready)
            if command:
                return _run_command(command, variables, stopping)
            exports = " ".join(f"{name}={value}" for name, value in variables.items())
            line = f"Emulator at {emulator.base_url}; to use it: export {exports}"
            print(json.dumps(ready) if prints_json else line, flush=True)
            while not stopping.wait(0.5):  # with a pause: else Ctrl-C goes unheard on Windows
                pass
            return 0
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _variables(ready: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment variables that point a client to the emulator.

    The vendor's JavaScript SDK reads both; its Python SDK reads only the address.
    """
    return {"TWELVELABS_BASE_URL": ready["base_url"], "TWELVE_LABS_API_KEY": ready["api_key"]}


def _ready(emulator: Emulator) -> dict[str, str]:
    addresses = {"base_url": emulator.base_url, "storage_url": emulator.storage_url}
    return addresses | {"api_key": emulator.key}


def start_in_background(arguments: Sequence[str], *, prints_json: bool = False) -> int:
    """Start an emulator that outlives this process; when it is ready, print how to use it.

    Args:
        arguments: those of the program, for the new process.
        prints_json: whether the line that is printed is JSON.

    Returns:
        0, or the exit status of an emulator that did not start, with what it wrote to stderr.
    """
    program = [sys.executable, "-m", "twelvelabs_embed_emulator", *arguments, "--json"]
    settings: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        settings = {"creationflags": flags}
    with NamedTemporaryFile(prefix="twelvelabs-emulator-", suffix=".log", delete=False) as log:
        process = subprocess.Popen(
            program, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, **settings
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        print(Path(log.name).read_text(errors="replace"), end="", file=sys.stderr)
        os.remove(log.name)
        return process.wait()
    ready = json.loads(line) | {"pid": process.pid, "log": log.name}
    exports = " ".join(f"{name}={value}" for name, value in _variables(ready).items())
    text = f"Emulator at {ready['base_url']}; to use it: export {exports}; to stop it: kill"
    print(json.dumps(ready) if prints_json else f"{text} {process.pid}", flush=True)
    process.returncode = 0  # it continues: otherwise Python would warn of a process that still runs
    return 0


def _run_command(
    command: Sequence[str], variables: dict[str, str], stopping: threading.Event
) -> int:
    program = shutil.which(command[0])  # on Windows, npm is npm.cmd
    if program is None:
        raise FileNotFoundError(errno.ENOENT, "there is no such program", command[0])
    # The name that this library prefers may be set to a real key.
    own_key = {"TWELVELABS_API_KEY": variables["TWELVE_LABS_API_KEY"]}
    environment = {**os.environ, **variables, **own_key}
    with subprocess.Popen([program, *command[1:]], env=environment) as process:
        while True:
            try:
                status = process.wait(0.1)
                return status if status >= 0 else 128 - status  # as a shell says it of a signal
            except subprocess.TimeoutExpired:
                if stopping.is_set():  # Ctrl-C has reached the command, too; SIGTERM has not
                    process.terminate()
