"""Mutation testing: change code in small ways, one at a time, and see whether tests fail (mutmut).

The targets, each with its files below wrapper/twelvelabs_embed and its tests:

{targets}
A mutant is killed when a test fails or does not end; otherwise it survives, and its diff is shown.
tests/mutants.md explains the survivors.

mutmut changes the bodies of functions and methods, but no data outside of them, no defaults of
fields, no decorated functions and no literal text of f-strings. The changed code and mutmut's log
are in dist/mutate/TARGET, where `mutmut browse` shows them.

exit status:
  0  of each target at least {min_percent} % of the mutants were killed
  1  of a target fewer were killed, or its tests fail without any change
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
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "twelvelabs_embed"
MIN_PERCENT = 85.0
REPORT_EVERY_SEC = 15.0


@dataclass(frozen=True)
class Target:
    """Code to change, as paths or patterns below the package, and the tests that should notice."""

    code: str
    tests: tuple[str, ...]


TARGETS = {
    "retry": Target("retry.py", ("tests/test_retry.py",)),
    "decoding": Target("_http/decoding.py", ("tests/http/test_decoding.py",)),
    "rules": Target(
        "validation/rules/*.py",
        ("tests/validation/test_rules.py", "tests/validation/test_models.py"),
    ),
}
SHARED = ["conftest.py", "tests/__init__.py", "tests/planning.py", "tests/scripted_server.py"]

KILLED = {"killed", "timeout", "segfault"}

# Appended to the project's own pyproject.toml, so that pytest runs with the same settings.
_SETTINGS = """
[tool.mutmut]
source_paths = ["{package}"]
only_mutate = ["{package}/{code}"]
also_copy = ["conftest.py"]
pytest_add_cli_args = [
    "-n", "0", "-p", "no:cacheprovider", "--hypothesis-profile", "ci",
    # Each process of mutmut leaves a file open. A test during which that is collected would fail.
    "-p", "no:unraisableexception",
    # It opens sockets: slow, and a socket that fails would count as a killed mutant.
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
        for name in arguments.targets or TARGETS:
            counts[name] = _count(name, arguments.jobs)
    except KeyboardInterrupt:
        is_stopped = True
        print("stopped; the counts so far:", file=sys.stderr)
    print(f"\n{'target':10} {'mutants':>8} {'killed':>8} {'survived':>8} {'score':>8}")
    for name, (total, killed) in counts.items():
        percent = 100 * killed / total
        print(f"{name:10} {total:8} {killed:8} {total - killed:8} {percent:6.1f} %")
    if is_stopped:
        return 130
    return int(any(100 * killed < MIN_PERCENT * total for total, killed in counts.values()))


def _arguments() -> argparse.Namespace:
    rows = (f"  {name:9} {one.code:22} {' '.join(one.tests)}\n" for name, one in TARGETS.items())
    parser = argparse.ArgumentParser(
        prog="scripts/mutate",
        description=(__doc__ or "").format(targets="".join(rows), min_percent=f"{MIN_PERCENT:g}"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="default: all")
    cores = os.cpu_count() or 1
    parser.add_argument(
        "--jobs", type=int, default=cores, help=f"mutants tried in parallel ({cores})"
    )
    arguments = parser.parse_args()
    if unknown := set(arguments.targets) - set(TARGETS):
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    return arguments


def _count(name: str, jobs: int) -> tuple[int, int]:
    """Try all mutants, show the survivors, and count all and the killed."""
    folder = ROOT / "dist" / "mutate" / name
    _copy_project(TARGETS[name], folder)
    log = folder / "mutmut.log"
    print(f"{name}: mutmut's log is {log.relative_to(ROOT)}", flush=True)
    with log.open("w") as out:
        command = [*_MUTMUT, "run", "--max-children", str(jobs)]
        # Its own temporary folder: pytest may fail to delete the folders of other runs.
        env = {**os.environ, "PYTEST_DEBUG_TEMPROOT": str(folder)}
        with subprocess.Popen(command, cwd=folder, env=env, stdout=out, stderr=out) as process:
            while process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(REPORT_EVERY_SEC)
                if counts := _COUNT.findall(log.read_text(errors="replace")):
                    print(f"{name}: {counts[-1]} mutants tried", file=sys.stderr, flush=True)
    if process.returncode:
        print(log.read_text()[-4000:], file=sys.stderr)
        sys.exit(f"{name}: mutmut failed; its whole log is {log}")
    states = dict(_states(folder))
    if not states:
        sys.exit(f"{name}: mutmut changes nothing in this code")
    for mutant, state in states.items():
        if state not in KILLED:
            print(_mutmut(folder, "show", mutant).rstrip(), flush=True)
    return len(states), sum(state in KILLED for state in states.values())


_COUNT = re.compile(r"\d+/\d+")
_MUTMUT = [str(Path(sys.executable).with_name("mutmut"))]


def _copy_project(target: Target, folder: Path) -> None:
    """Copy only the package and the tests, because mutmut copies the whole project."""
    # Anew each time: mutmut does not see that a test has changed, and would report old results.
    shutil.rmtree(folder, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "wrapper" / PACKAGE, folder / PACKAGE, ignore=ignored)
    for name in [*SHARED, *target.tests]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    settings = _SETTINGS.format(package=PACKAGE, code=target.code, tests=list(target.tests))
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text() + settings)


def _states(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name of each mutant and its state, such as `survived`."""
    for line in _mutmut(folder, "results", "--all", "true").splitlines():
        name, _, state = line.strip().partition(": ")
        yield name, state


def _mutmut(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [*_MUTMUT, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
