"""Mutation testing: change code in small ways, one at a time, and see whether tests fail.

{packages}

Of each package some mutants are drawn at random (`--sample`), or all of the lines that were changed
(`--changed`). Which tests run a line is measured first, once for all packages that have the same
tests; a mutant has to be noticed by those of its line, one of module data, of what is cached or of
what fixtures run by any test of its package. A mutant is killed when a test fails or does not end;
otherwise it survives, and its change is shown.
tests/mutants.md has the scores, and explains survivors. Copies and results are in dist/mutate.

exit status:
  0  of each package at least {min_percent} % of the mutants were killed
  1  of a package fewer were killed
  2  the arguments are wrong
  130  it was stopped
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import SimpleQueue

from coverage import CoverageData

from scripts.quality.mutants import Mutant, find_sites, make_mutant
from scripts.quality.mutated_packages import PACKAGES, readers_of, short_name

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "dist" / "mutate"
MIN_PERCENT = 90.0
SAMPLE = 40
MAX_TESTS = 40
"""How many tests of a line are run first, those that run the least other code; then the others."""

USAGE_ERROR, NO_TESTS = 4, 5  # of pytest


@dataclass(frozen=True)
class Result:
    mutant: Mutant
    survived: bool


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _arguments(argv)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    results: dict[str, list[Result]] = {}
    measured: dict[tuple[str, ...], Tests] = {}
    is_stopped = False
    try:
        for package in arguments.packages:
            _try_package(package, arguments, measured, results.setdefault(package, []))
    except KeyboardInterrupt:
        is_stopped = True
        print("stopped; the counts so far:", file=sys.stderr)
    print(f"\n{'package':24} {'tried':>6} {'killed':>7} {'survived':>9} {'score':>8}")
    is_low = False
    for package, tried in results.items():
        if tried:
            survived = sum(one.survived for one in tried)
            killed = len(tried) - survived
            percent = 100 * killed / len(tried)
            is_low |= percent < MIN_PERCENT
            print(
                f"{short_name(package):24} {len(tried):6} {killed:7} {survived:9} {percent:6.1f} %"
            )
    return 130 if is_stopped else int(is_low)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    rows = "\n".join(f"  {short_name(name):24} {' '.join(of)}" for name, of in PACKAGES.items())
    parser = argparse.ArgumentParser(
        prog="scripts/mutate",
        description=(__doc__ or "").format(packages=rows, min_percent=f"{MIN_PERCENT:g}"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "packages", nargs="*", metavar="PACKAGE", help="such as emulator/media; default: all"
    )
    parser.add_argument(
        "--sample", type=int, default=SAMPLE, help=f"mutants of each package ({SAMPLE}); 0: all"
    )
    parser.add_argument("--seed", type=int, default=1, help="which sample is drawn (1)")
    parser.add_argument(
        "--changed", metavar="REF", help="all mutants of the lines that were changed since REF"
    )
    parser.add_argument(
        "--again", action="store_true", help="only the survivors of each package's last run"
    )
    cores = os.cpu_count() or 1
    parser.add_argument(
        "--jobs", type=int, default=cores, help=f"mutants tried in parallel ({cores})"
    )
    arguments = parser.parse_args(argv)
    by_short_name = {short_name(name): name for name in PACKAGES}
    if unknown := set(arguments.packages) - set(by_short_name):
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(by_short_name)}")
    arguments.packages = [by_short_name[name] for name in arguments.packages or by_short_name]
    try:
        arguments.changed = changed_lines(arguments.changed) if arguments.changed else None
    except subprocess.CalledProcessError as error:
        parser.error(f"git does not know what changed: {error.stderr.strip()}")
    return arguments


def _files(package: str) -> list[Path]:
    pattern = package if package.endswith(".py") else f"{package}/**/*.py"
    return [path.relative_to(ROOT) for path in sorted(ROOT.glob(pattern))]


def _try_package(
    package: str,
    arguments: argparse.Namespace,
    measured: dict[tuple[str, ...], "Tests"],
    results: list[Result],
) -> None:
    """Try mutants of a package, and add what came of each to the results."""
    folder = WORK / short_name(package).replace("/", "-")
    survivors = folder / "survivors.json"
    mutants = _draw(package, arguments, survivors)
    if not mutants:
        return
    folder.mkdir(parents=True, exist_ok=True)
    copies = [folder / f"copy-{number}" for number in range(arguments.jobs)]
    try:
        for copy in copies:
            _copy_project(copy)
        selection = PACKAGES[package]
        if selection not in measured:
            measured[selection] = _measure_tests(selection, copies[0], arguments.jobs)
        for result in _try_all(mutants, measured[selection], copies):
            results.append(result)
            if result.survived:
                print(f"\n{result.mutant.diff}", flush=True)
            survived = [one.mutant for one in results if one.survived]
            tried = f"{len(results)}/{len(mutants)} tried, {len(survived)} survived"
            print(f"{short_name(package)}: {tried}", file=sys.stderr, flush=True)
            survivors.write_text(json.dumps([[str(one.path), one.change] for one in survived]))
    finally:
        for copy in copies:
            shutil.rmtree(copy, ignore_errors=True)


def _draw(package: str, arguments: argparse.Namespace, survivors: Path) -> list[Mutant]:
    changed: dict[Path, set[int]] | None = arguments.changed
    before: list[list[str]] = []
    files = _files(package)
    if changed is not None:
        files = [path for path in files if path in changed]
    if arguments.again:
        before = json.loads(survivors.read_text()) if survivors.exists() else []
        files = [path for path in files if str(path) in {name for name, _ in before}]
    sites = [
        site
        for path in files
        for site in find_sites(ROOT, path, changed[path] if changed else None)
    ]
    if changed is None and not arguments.again and 0 < arguments.sample < len(sites):
        sites = sorted(random.Random(arguments.seed).sample(sites, arguments.sample))
    made = (make_mutant(ROOT, *site) for site in sites)
    return [
        one
        for one in made
        if one.is_program and (not arguments.again or [str(one.path), one.change] in before)
    ]


def changed_lines(ref: str) -> dict[Path, set[int]]:
    """List the lines of Python files that are new or changed since a branch or commit.

    Committed, staged, other and untracked changes count, those of the other branch do not.
    """
    diff = ("diff", "-U0", "--no-prefix", "--no-color", "--no-ext-diff", "--merge-base", ref)
    lines: dict[Path, set[int]] = {}
    path = Path()
    for line in _git(*diff, "--", "*.py").splitlines():
        if line.startswith("+++ "):
            path = Path(line[4:])
        elif line.startswith("@@ "):
            start, _, number = line.split()[2][1:].partition(",")
            lines.setdefault(path, set()).update(range(int(start), int(start) + int(number or 1)))
    for name in _git("ls-files", "--others", "--exclude-standard", "--", "*.py").splitlines():
        text = (ROOT / name).read_text(encoding="utf-8")
        lines[Path(name)] = set(range(1, len(text.splitlines()) + 1))
    return lines


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def _copy_project(folder: Path) -> None:
    """Copy the files that git knows, or would know, so that mutants never touch the checkout."""
    shutil.rmtree(folder, ignore_errors=True)
    # Some tests read earlier commits.
    _git("clone", "--quiet", "--shared", "--no-checkout", str(ROOT), str(folder))
    _git("-C", str(folder), "reset", "--quiet")
    names = _git("ls-files", "--cached", "--others", "--exclude-standard", "-z")
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for name in ("node_modules", Path(sys.prefix).name):
        if (ROOT / name).is_dir():
            (folder / name).symlink_to(ROOT / name)


_stopping = threading.Event()


def _pytest(copy: Path, *arguments: str, timeout_sec: float = float("inf"), **env: str) -> int:
    """Run pytest in a copy of the project, in a process group that ends with it."""
    paths = [copy / "generated", copy / "wrapper", copy / "emulator", copy]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    temporary = copy / "tmp"
    temporary.mkdir(exist_ok=True)
    with (copy / "pytest.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=copy, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths)),
                 "PYTEST_DEBUG_TEMPROOT": str(temporary), **env},
        )  # fmt: skip
        deadline_sec = time.monotonic() + timeout_sec
        try:
            while process.poll() is None and time.monotonic() < deadline_sec:
                if _stopping.wait(0.05):
                    break
        finally:
            _end(process)
            shutil.rmtree(temporary, ignore_errors=True)
    return process.returncode


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a run of pytest: its fixtures may end what they started, then its group is killed."""
    try:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@dataclass(frozen=True)
class Tests:
    """Which tests run which line, the narrowest first, and all tests that pass without a change."""

    by_line: dict[tuple[Path, int], list[str]]
    in_setup: set[tuple[Path, int]]  # lines that run for several tests: in fixtures, or at import
    all: list[str]
    duration_sec: float

    def of(self, mutant: Mutant) -> list[list[str]]:
        """Choose tests, those to run first in a list of their own.

        What runs at import time is measured for the first importer alone: first come tests that run
        anything of the module, then all.
        """
        line = (mutant.path, mutant.line)
        if mutant.is_in_function and (of_line := self.by_line.get(line)):
            # Tests that use what another one's call has made are not known.
            is_shared = mutant.is_cached or line in self.in_setup
            chosen = [of_line[:MAX_TESTS], self.all if is_shared else of_line[MAX_TESTS:]]
            return [tests for tests in (*chosen, readers_of(mutant.path)) if tests]
        lines = (tests for (path, _), tests in self.by_line.items() if path == mutant.path)
        of_module = list(dict.fromkeys(test for tests in lines for test in tests))
        return [of_module[:MAX_TESTS], self.all] if of_module else [self.all]


def _measure_tests(selection: tuple[str, ...], copy: Path, jobs: int) -> Tests:
    """Run fast tests once with coverage, and see which of them run which line of their packages."""
    packages = [name for name, tests in PACKAGES.items() if tests == selection]
    print(f"measure which tests run which line of {', '.join(map(short_name, packages))}",
          file=sys.stderr, flush=True)  # fmt: skip
    sources = "\n  ".join(str(copy / re.sub(r"/[^/]*\.py$", "", name)) for name in packages)
    data_file = copy / ".coverage"
    (copy / "coveragerc").write_text(f"[run]\ndata_file = {data_file}\nsource =\n  {sources}\n")
    started_sec = time.monotonic()
    status = _pytest(
        copy, "-n", str(jobs), "-m", "not slow", "--cov",
        "--cov-context=test", "--cov-config=coveragerc", "--cov-report=", *selection,
        PYTHONDONTWRITEBYTECODE="",
    )  # fmt: skip
    duration_sec = time.monotonic() - started_sec
    if status not in (0, 1):  # 1: some tests failed
        raise RuntimeError(f"pytest ended with {status}:\n{_log_of(copy)[-2000:]}")
    failed = _failed_tests(copy)
    data = CoverageData(str(data_file))
    data.read()
    by_line: dict[tuple[Path, int], list[str]] = {}
    in_setup: set[tuple[Path, int]] = set()
    sizes = Counter[str]()
    for file in data.measured_files():
        path = Path(file).relative_to(copy)
        for line, contexts in data.contexts_by_lineno(file).items():
            # `tests/test_retry.py::test_waits[3]|run`; nothing at import time
            tests = {one.rpartition("|")[0] for one in contexts if one} - failed
            sizes.update(tests)
            by_line[path, line] = list(tests)
            if any(not one or one.endswith("|setup") for one in contexts):
                in_setup.add((path, line))
    for tests_of_line in by_line.values():
        tests_of_line.sort(key=lambda test: (sizes[test], test))
    ignored = [f"--deselect={test}" for test in sorted(failed)]
    if failed:
        names = ", ".join(sorted(failed)[:5])
        print(f"{len(failed)} tests fail in an unchanged copy: {names}", file=sys.stderr)
    return Tests(by_line, in_setup, [*selection, "-m", "not slow", *ignored], duration_sec)


def _log_of(copy: Path) -> str:
    return (copy / "pytest.log").read_text(errors="replace")


def _failed_tests(copy: Path) -> set[str]:
    return set(re.findall(r"(?m)^(?:FAILED|ERROR) (.+?)(?: - .*)?$", _log_of(copy)))


def _try_all(mutants: Iterable[Mutant], tests: Tests, copies: Iterable[Path]) -> Iterator[Result]:
    free: SimpleQueue[Path] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def attempt(mutant: Mutant) -> Result:
        copy = free.get()
        try:
            return Result(mutant, _survives(mutant, tests, copy))
        finally:
            free.put(copy)

    with ThreadPoolExecutor(free.qsize()) as pool:
        try:
            for future in as_completed([pool.submit(attempt, mutant) for mutant in mutants]):
                yield future.result()
        except BaseException:
            _stopping.set()
            pool.shutdown(cancel_futures=True)
            raise


_ages_sec = count(2)


def _survives(mutant: Mutant, tests: Tests, copy: Path) -> bool:
    path = copy / mutant.path
    before = path.stat()
    original = path.read_bytes()
    path.write_text(mutant.code, encoding="utf-8")
    # A time that no other version of the file has, so that no compiled one is used.
    modified_sec = before.st_mtime + next(_ages_sec)
    os.utime(path, (modified_sec, modified_sec))
    try:
        for selected in tests.of(mutant):
            status = _run_selected(copy, selected, tests.duration_sec)
            if status == USAGE_ERROR and selected is not tests.all:
                # Names of tests are made of the data that was changed: run their whole files.
                files = sorted({test.partition("::")[0] for test in selected})
                status = _run_selected(copy, files, tests.duration_sec)
            if status:
                break
    finally:
        path.write_bytes(original)
        os.utime(path, (before.st_atime, before.st_mtime))
    if status == NO_TESTS:
        raise RuntimeError(f"no test was run:\n{_log_of(copy)[-2000:]}")
    return status == 0


def _run_selected(copy: Path, tests: list[str], duration_sec: float) -> int:
    selected = copy / "selected.txt"
    selected.write_text("\n".join(tests), encoding="utf-8")
    return _pytest(
        copy, "-n", "0", "-x", f"@{selected}",
        timeout_sec=60 + 3 * duration_sec, PYTHONDONTWRITEBYTECODE="1",
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
