"""Change a room's code in small ways, one at a time, and see whether its tests notice (mutmut).

A room is a file of wrapper/twelvelabs_embed with the tests that judge it:

{rooms}
A change that a test notices is killed, also by being endless; one that none notices survives, and
its diff is shown. Why those that are left survive stands in tests/mutants.md.

Changed are the bodies of functions and methods. Data outside of them, defaults of fields,
decorated functions and the words of f-strings are not: mutmut leaves them alone. The changed code
and mutmut's log lie below dist/mutate/ROOM, where `mutmut browse` shows them.

exit status:
  0  of each room at least {least} % were killed
  1  of a room fewer were killed, or its tests fail without any change
  2  the arguments are wrong
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "twelvelabs_embed"
MIN_PERCENT = 85.0
REPORT_EVERY_SEC = 15.0

ROOMS = {
    "retry": ["tests/unit/test_retry.py"],
    "_wire": ["tests/unit/test_decode.py"],
    "checks": ["tests/unit/test_checks.py", "tests/unit/test_models.py"],
}
SHARED = ["conftest.py", "tests/__init__.py", "tests/scripted.py"]

KILLED = {"killed", "timeout", "segfault"}

# It comes after the project's own pyproject.toml, so that pytest runs as it does elsewhere.
_SETTINGS = """
[tool.mutmut]
source_paths = ["{package}"]
only_mutate = ["{package}/{room}.py"]
also_copy = ["conftest.py"]
pytest_add_cli_args = [
    "-n", "0", "-p", "no:cacheprovider", "--hypothesis-profile", "ci",
    # Each process of mutmut leaves a file open. A test during which that is collected would fail.
    "-p", "no:unraisableexception",
    # It opens sockets: slow, and where they fail it would seem to have noticed something.
    "-k", "not test_what_is_sent",
]
pytest_add_cli_args_test_selection = {tests}
use_git_change_detection = false
"""


def main() -> int:
    arguments = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    counts: dict[str, tuple[int, int]] = {}
    is_stopped = False
    try:
        for room in arguments.rooms or ROOMS:
            counts[room] = _count(room, arguments.jobs)
    except KeyboardInterrupt:
        is_stopped = True
        print("stopped; what was counted until then:", file=sys.stderr)
    print(f"\n{'room':10} {'mutants':>8} {'killed':>8} {'survived':>8} {'score':>8}")
    for room, (total, killed) in counts.items():
        percent = 100 * killed / total
        print(f"{room:10} {total:8} {killed:8} {total - killed:8} {percent:6.1f} %")
    if is_stopped:
        return 130
    return int(any(100 * killed < MIN_PERCENT * total for total, killed in counts.values()))


def _arguments() -> argparse.Namespace:
    rooms = "".join(f"  {room:8} {' '.join(tests)}\n" for room, tests in ROOMS.items())
    parser = argparse.ArgumentParser(
        prog="scripts/mutate",
        description=(__doc__ or "").format(rooms=rooms, least=f"{MIN_PERCENT:g}"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help="some rooms; all unless given")
    cores = os.cpu_count() or 1
    parser.add_argument("--jobs", type=int, default=cores, help=f"changes at once ({cores})")
    arguments = parser.parse_args()
    if unknown := set(arguments.rooms) - set(ROOMS):
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(ROOMS)}")
    return arguments


def _count(room: str, jobs: int) -> tuple[int, int]:
    """Try all changes, show those that survive, and count all and those that were killed."""
    folder = ROOT / "dist" / "mutate" / room
    _lay_out(room, folder)
    log = folder / "mutmut.log"
    print(f"{room}: mutmut's log is {log.relative_to(ROOT)}", flush=True)
    with log.open("w") as out:
        command = [*_MUTMUT, "run", "--max-children", str(jobs)]
        # What other runs of pytest left behind may be what pytest fails to clear away.
        env = {**os.environ, "PYTEST_DEBUG_TEMPROOT": str(folder)}
        with subprocess.Popen(command, cwd=folder, env=env, stdout=out, stderr=out) as process:
            while process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(REPORT_EVERY_SEC)
                if counts := _COUNT.findall(log.read_text(errors="replace")):
                    print(f"{room}: {counts[-1]} changes tried", file=sys.stderr, flush=True)
    if process.returncode:
        print(log.read_text()[-4000:], file=sys.stderr)
        sys.exit(f"{room} could not be judged; all that was said is in {log}")
    states = dict(_states(folder))
    if not states:
        sys.exit(f"{room} has nothing that mutmut changes, so that its tests cannot be judged")
    for name, state in states.items():
        if state not in KILLED:
            print(_said(folder, "show", name).rstrip(), flush=True)
    return len(states), sum(state in KILLED for state in states.values())


_COUNT = re.compile(r"\d+/\d+")
_MUTMUT = [str(Path(sys.executable).with_name("mutmut"))]


def _lay_out(room: str, folder: Path) -> None:
    """A project with nothing but the package and the tests, because mutmut copies all it sees."""
    # Anew each time: mutmut does not see when a test has changed, and would tell old results.
    shutil.rmtree(folder, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "wrapper" / PACKAGE, folder / PACKAGE, ignore=ignored)
    for name in [*SHARED, *ROOMS[room]]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    settings = _SETTINGS.format(package=PACKAGE, room=room, tests=ROOMS[room])
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text() + settings)


def _states(folder: Path) -> Iterator[tuple[str, str]]:
    """The names of all changes, and what became of each."""
    for line in _said(folder, "results", "--all", "true").splitlines():
        name, _, state = line.strip().partition(": ")
        yield name, state


def _said(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [*_MUTMUT, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
