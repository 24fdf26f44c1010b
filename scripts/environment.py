"""Python environments of this checkout: made, brought up to date, shared and locked.

Only the standard library is used here, because this runs before anything is installed.

A part is installed when a script first needs it, with the versions that VERSIONS names:

pinned   constraints.txt, in .venv (with PYTHON set: in .venv-3.13-pinned and the like)
newest   the newest that pyproject.toml allows, in .venv-3.13-newest and the like
lowest   the lower bounds of pyproject.toml, in .venv-3.11-lowest and the like
"""

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from versions import lowest_versions

ROOT = Path(__file__).resolve().parent.parent
PARTS = {
    "library": "the library with its command line and emulator",
    "development": "all extras and the tools for development",
    "node": "the checking tools that are node programs",
}
VERSIONS = ("pinned", "newest", "lowest")
PIP = "pip==26.3"  # the first that comes with Python 3.11 knows no dependency groups
RUNNING_IN = "TWELVELABS_EMBED_ENVIRONMENT"  # set for what a script starts: no second set-up
REPORT_EVERY_SEC = 5.0  # where standard error is no terminal
FAILURE_LINES = 15


class SetupError(Exception):
    """The environment cannot be made; the message is for people."""


def main() -> int:
    arguments = parse_arguments()
    if arguments.command and {"-h", "--help"} & set(arguments.command):
        print(usage(arguments.script))
        return 0
    try:
        environment = Environment(ROOT, os.environ)
        environment.require(parts_of(arguments.part))
    except SetupError as error:
        print(f"{arguments.script.name}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the next run starts over, with what pip has kept.", file=sys.stderr)
        return 130
    if not arguments.command:
        print(environment.folder)
        return 0
    os.chdir(ROOT)
    program, variables = arguments.command[0], environment.variables()
    return os.execvpe(program, arguments.command, variables)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/setup",
        description="Make the Python environment of this checkout, or bring it up to date, and "
        "print its folder. PYTHON names the interpreter, VERSIONS the versions: pinned (default), "
        "newest or lowest.",
    )
    parser.add_argument(
        "--part", choices=("library", "development"), default="development", help="%(default)s"
    )
    parser.add_argument(
        "--script", type=Path, default=Path("scripts/setup"), help="whose usage --help prints"
    )
    parser.add_argument(
        "command", nargs=argparse.REMAINDER, help="a command to run in the environment"
    )
    return parser.parse_args()


def parts_of(part: str) -> list[str]:
    """Return `part` and what it includes; the node tools only where there is npm."""
    if part == "library":
        return ["library"]
    return ["development", *(["node"] if shutil.which("npm") else [])]


def usage(script: Path) -> str:
    """Return the comment at the head of a script, which is its help."""
    lines = script.read_text(encoding="utf-8").splitlines()[1:]
    comment: list[str] = []
    for line in lines:
        if not line.startswith("#"):
            break
        comment.append(line.removeprefix("#").removeprefix(" "))
    return "\n".join(comment)


class Environment:
    """A virtual environment of a checkout.

    Attributes:
        folder: where it is
    """

    def __init__(self, root: Path, variables: os._Environ[str]) -> None:
        self._root = root
        self._versions = variables.get("VERSIONS", "pinned")
        if self._versions not in VERSIONS:
            raise SetupError(f"VERSIONS={self._versions}: allowed are {', '.join(VERSIONS)}")
        inherited = variables.get(RUNNING_IN)
        self._is_inherited = inherited is not None and Path(inherited).parent == root
        if self._is_inherited:
            self.folder = Path(str(inherited))
            return
        python = ".".join(map(str, sys.version_info[:2]))
        is_default = self._versions == "pinned" and "PYTHON" not in variables
        self.folder = root / (".venv" if is_default else f".venv-{python}-{self._versions}")

    def require(self, parts: Sequence[str]) -> None:
        """Install what is missing of `parts`, while no other script uses the environment.

        The environment stays locked for sharing until this process, or the command that replaces
        it, ends.

        Raises:
            SetupError: something cannot be installed.
        """
        if self._is_inherited:
            return
        lock = os.open(f"{self.folder}.lock", os.O_RDWR | os.O_CREAT, 0o644)
        os.set_inheritable(lock, True)
        while True:
            acquire(lock, fcntl.LOCK_SH, f"another script sets up {self.folder.name}")
            if not self._missing(parts):
                return
            acquire(lock, fcntl.LOCK_EX, f"a running script uses {self.folder.name}")
            if missing := self._missing(parts):  # no other process has done it meanwhile
                self._build(missing)

    def variables(self) -> dict[str, str]:
        """Return the environment variables of a command that runs in it."""
        path = os.pathsep.join((str(self.folder / "bin"), os.environ.get("PATH", os.defpath)))
        inherited = {key: value for key, value in os.environ.items() if key != "PYTHONHOME"}
        return inherited | {
            RUNNING_IN: str(self.folder),
            "VIRTUAL_ENV": str(self.folder),
            "VERSIONS": self._versions,
            "PATH": path,
        }

    @property
    def _stamp(self) -> Path:
        return self.folder / ".setup.json"

    def _inputs(self) -> str:
        """Return a hash of all that decides what is installed."""
        project = tomllib.loads((self._root / "pyproject.toml").read_text(encoding="utf-8"))
        decides = ("build-system", "project", "dependency-groups")
        texts = (
            json.dumps({name: project[name] for name in decides}),
            (self._root / "constraints.txt").read_text(encoding="utf-8"),
            (self._root / "package.json").read_text(encoding="utf-8"),
            sys.version,
            str(self.folder),
        )
        return hashlib.sha256("\0".join(texts).encode()).hexdigest()

    def _missing(self, parts: Sequence[str]) -> list[str]:
        done = self._done()
        return [part for part in parts if part not in done]

    def _done(self) -> list[str]:
        try:
            stamp: dict[str, Any] = json.loads(self._stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return list(stamp["parts"]) if stamp["inputs"] == self._inputs() else []

    def _build(self, parts: Sequence[str]) -> None:
        done = self._done()
        self._stamp.unlink(missing_ok=True)  # what is interrupted is not taken for complete
        if not done:
            say(f"Making {self.folder.name} with Python {sys.version.split()[0]}")
            make_venv(self.folder)
        for number, part in enumerate(parts, 1):
            say(f"[{number}/{len(parts)}] {PARTS[part]}")
            self._install(part)
        stamp = {"inputs": self._inputs(), "parts": [*done, *parts]}
        self._stamp.write_text(json.dumps(stamp), encoding="utf-8")

    def _install(self, part: str) -> None:
        started_sec = time.monotonic()
        if part == "node":
            npm = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"]
            run_with_progress(npm, cwd=self._root, environment=dict(os.environ))
            what = f"{folder_mb(self._root / 'node_modules'):,.0f} MB in node_modules"
        else:
            with self._constraints() as constraints:
                if part == "library":
                    self._pip(constraints, "--editable", f"{self._root}[cli,emulator]")
                else:
                    self._pip(None, PIP)
                    groups = f"{self._root / 'pyproject.toml'}:dev"
                    self._pip(constraints, "--editable", f"{self._root}[all]", "--group", groups)
                    # By itself: it asks for an older vcrpy than the replays need, which its tests
                    # of embeddings do not use.
                    self._pip(constraints, "--no-deps", "langchain-tests")
            packages = len(list(self.folder.glob("lib/python*/site-packages/*.dist-info")))
            what = f"{packages} packages, {folder_mb(self.folder):,.0f} MB in {self.folder.name}"
        say(f"      {what}, {time.monotonic() - started_sec:.0f} s")

    def _pip(self, constraints: Path | None, *arguments: str) -> None:
        # Not compiled: Python does that with what is used, when it is used.
        pip = [str(self.folder / "bin" / "python"), "-m", "pip", "install", "--no-compile"]
        quiet = ["--disable-pip-version-check", "--progress-bar", "off"]
        environment = dict(os.environ)
        if constraints:  # in the environment, so that it also holds for what builds the project
            environment["PIP_CONSTRAINT"] = str(constraints)
        run_with_progress([*pip, *quiet, *arguments], cwd=self._root, environment=environment)

    @contextlib.contextmanager
    def _constraints(self) -> Iterator[Path | None]:
        match self._versions:
            case "pinned":
                yield self._root / "constraints.txt"
            case "newest":
                yield None
            case _:
                with NamedTemporaryFile("w", suffix=".txt") as file:
                    pins = lowest_versions("all") | lowest_versions("chroma")
                    file.write("\n".join(sorted(pins)))
                    file.flush()
                    yield Path(file.name)


def acquire(lock: int, kind: int, reason: str) -> None:
    """Take a file lock; say why when that has to wait."""
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        say(f"Waiting: {reason}")
        fcntl.flock(lock, kind)


def make_venv(folder: Path) -> None:
    """Make an empty virtual environment, in place of one that may be there."""
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SetupError(
            f"{sys.executable} cannot make a virtual environment; on Debian, its package "
            f"python3-venv may be missing.\n{done.stdout.strip()}"
        )


def run_with_progress(command: list[str], cwd: Path, environment: dict[str, str]) -> None:
    """Run an installer and show what it is at.

    Raises:
        SetupError: it failed; the message ends with the last lines that it printed.
    """
    progress, last_lines = Progress(), deque[str](maxlen=FAILURE_LINES)
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout
        try:
            for line in process.stdout:
                last_lines.append(line.rstrip())
                progress.update(line)
        except KeyboardInterrupt:
            process.terminate()
            raise
        finally:
            progress.close()
    if process.returncode:
        shown = "\n".join(last_lines)
        raise SetupError(f"{' '.join(command[:5])} … failed with {process.returncode}:\n{shown}")


class Progress:
    """One line on a terminal, or a line now and then, about what pip prints."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._reported_sec = time.monotonic()
        self._packages = 0
        self._downloaded_mb = 0.0
        self._current = ""

    def update(self, line: str) -> None:
        """Take a line of pip's output into account."""
        if found := re.match(r"\s*(?:Collecting|Processing \S*/)\s*([A-Za-z][\w.]*)", line):
            self._packages += 1
            self._current = found[1]
        elif found := re.match(r"\s*Downloading ([^-\s]+).*\(([\d.]+) MB\)", line):
            self._downloaded_mb += float(found[2])
            self._current = found[1]
        elif line.startswith("Installing collected packages"):
            self._current = "unpacking"
        text = f"{self._packages} packages, {self._downloaded_mb:.0f} MB fetched"
        text = f"      {text}: {self._current}" if self._packages else "      working"
        now_sec = time.monotonic()
        if self._is_terminal:
            print(f"\r{text[:78]:78}", end="", file=sys.stderr, flush=True)
        elif now_sec - self._reported_sec > REPORT_EVERY_SEC:
            self._reported_sec = now_sec
            say(text)

    def close(self) -> None:
        """Remove the line from the terminal."""
        if self._is_terminal:
            print(f"\r{'':78}\r", end="", file=sys.stderr, flush=True)


def folder_mb(folder: Path) -> float:
    """Return how large the files below a folder are, in MB of 1,000,000 bytes."""
    sizes = (path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())
    return sum(sizes) / 1e6


def say(text: str) -> None:
    """Print a line on standard error."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
