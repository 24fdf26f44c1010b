"""Mutation testing: change code in small ways, one at a time, and see whether tests fail.

{packages}

Of each package some mutants are drawn at random (`--sample`), or all of the lines that were changed
(`--changed`). Which tests run a line is measured first, once for each package; a mutant has to be
noticed by those of its line, a mutant of module data by any test of its package. A mutant is killed
when a test fails or does not end; otherwise it survives, and its change is shown.
tests/mutants.md has the scores, and explains survivors. Copies and results are in dist/mutate.

exit status:
  0  of each package at least {min_percent} % of the mutants were killed
  1  of a package fewer were killed
  2  the arguments are wrong
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from coverage import CoverageData

from scripts.quality.mutants import Mutant, compiles, find_sites, make_mutant

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "dist" / "mutate"
MIN_PERCENT = 90.0
SAMPLE = 40
MAX_TESTS = 40
"""How many tests of a line are run at most, those that run the least other code first."""

LIBRARY, EMULATOR = "wrapper/twelvelabs_embed", "emulator/twelvelabs_embed_emulator"
_TOP_TESTS = tuple(
    f"tests/test_{name}.py" for name in ("client", "embed", "errors", "retry", "sending")
)

# Each package with the tests that should notice a mistake in it.
PACKAGES: dict[str, tuple[str, ...]] = {
    f"{LIBRARY}/*.py": (*_TOP_TESTS, "tests/test_timestamps.py", "tests/faults"),
    f"{LIBRARY}/_http": ("tests/http", *_TOP_TESTS, "tests/telemetry", "tests/secrets"),
    f"{LIBRARY}/api": ("tests/api", "tests/vendor_style", "tests/http/test_pagination.py"),
    f"{LIBRARY}/batch": ("tests/batch", "tests/bulk/test_run.py"),
    f"{LIBRARY}/bulk": ("tests/bulk", "tests/stores"),
    f"{LIBRARY}/cli": ("tests/cli", "tests/search/test_search_cli.py"),
    f"{LIBRARY}/inputs": ("tests/inputs", "tests/validation", "tests/stores"),
    f"{LIBRARY}/integrations": ("tests/integrations", "tests/cluster", "tests/package"),
    f"{LIBRARY}/limits": ("tests/limits", "tests/validation"),
    f"{LIBRARY}/report": ("tests/report",),
    f"{LIBRARY}/results": ("tests/results", "tests/test_embed.py"),
    f"{LIBRARY}/search": ("tests/search",),
    f"{LIBRARY}/uploads": ("tests/uploads", "tests/faults/test_upload.py"),
    f"{LIBRARY}/validation": ("tests/validation", "tests/hostile"),
    f"{EMULATOR}/*.py": ("tests/emulator",),
    f"{EMULATOR}/conformance": ("tests/contract", "tests/emulator"),
    f"{EMULATOR}/contract": ("tests/emulator", "tests/contract"),
    f"{EMULATOR}/embedding": ("tests/emulator",),
    f"{EMULATOR}/endpoints": ("tests/emulator",),
    f"{EMULATOR}/faults": ("tests/emulator", "tests/faults/test_retries.py"),
    f"{EMULATOR}/media": ("tests/emulator", "tests/hostile"),
    f"{EMULATOR}/samples": ("tests/emulator",),
    f"{EMULATOR}/server": ("tests/emulator",),
    f"{EMULATOR}/state": ("tests/emulator",),
    "scripts/*.py": ("tests/scripts",),
    "scripts/api_watch": ("tests/scripts", "tests/contract"),
    "scripts/codegen": ("tests/scripts", "tests/generated"),
    "scripts/docs_site": ("tests/scripts", "tests/docs"),
    "scripts/recording": ("tests/scripts",),
    "scripts/release": ("tests/scripts", "tests/package"),
}  # fmt: skip


@dataclass(frozen=True)
class Result:
    """What came of a mutant: `killed` or `survived`."""

    mutant: Mutant
    state: str


def main() -> int:
    arguments = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    scores: dict[str, list[Result]] = {}
    is_stopped = False
    try:
        for package in arguments.packages:
            if results := _try_package(package, arguments):
                scores[package] = results
    except KeyboardInterrupt:
        is_stopped = True
        print("stopped; the counts so far:", file=sys.stderr)
    print(f"\n{'package':52} {'tried':>6} {'killed':>7} {'survived':>9} {'score':>8}")
    for package, results in scores.items():
        killed = sum(one.state == "killed" for one in results)
        percent = 100 * killed / len(results)
        print(
            f"{package:52} {len(results):6} {killed:7} {len(results) - killed:9} {percent:6.1f} %"
        )
    if is_stopped:
        return 130
    return int(any(_percent(results) < MIN_PERCENT for results in scores.values()))


def _percent(results: list[Result]) -> float:
    return 100 * sum(one.state == "killed" for one in results) / len(results)


def _arguments() -> argparse.Namespace:
    rows = "\n".join(f"  {_short(name):24} {' '.join(of)}" for name, of in PACKAGES.items())
    parser = argparse.ArgumentParser(
        prog="scripts/mutate",
        description=(__doc__ or "").format(packages=rows, min_percent=f"{MIN_PERCENT:g}"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "packages",
        nargs="*",
        metavar="PACKAGE",
        help="such as bulk or emulator/media; default: all",
    )
    add("--sample", type=int, default=SAMPLE, help=f"mutants of each package ({SAMPLE}); 0: all")
    add("--seed", type=int, default=1, help="which sample is drawn (1)")
    add("--changed", metavar="REF", help="all mutants of the lines that were changed since REF")
    add(
        "--again",
        action="store_true",
        help="only the survivors of the last run, as far as they exist",
    )
    cores = os.cpu_count() or 1
    add("--jobs", type=int, default=cores, help=f"mutants tried in parallel ({cores})")
    arguments = parser.parse_args()
    by_short = {_short(name): name for name in PACKAGES}
    if unknown := set(arguments.packages) - set(by_short):
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(by_short)}")
    arguments.packages = [by_short[name] for name in arguments.packages or by_short]
    return arguments


def _short(package: str) -> str:
    """Shorten a package to `bulk` or `emulator/media`; `top` is the modules beside the packages."""
    name = package.replace("*.py", "top").removeprefix(f"{LIBRARY}/")
    return name.replace(EMULATOR, "emulator")


def _files(package: str) -> list[Path]:
    pattern = package if package.endswith(".py") else f"{package}/**/*.py"
    return [path.relative_to(ROOT) for path in sorted(ROOT.glob(pattern))]


def _try_package(package: str, arguments: argparse.Namespace) -> list[Result]:
    changed = _changed_lines(arguments.changed) if arguments.changed else None
    folder = WORK / _short(package).replace("/", "-")
    survivors = folder / "survivors.json"
    sites: list[tuple[Path, int]] = []
    for path in _files(package):
        if changed is None or path in changed:
            sites += find_sites(ROOT, path, changed[path] if changed else None)
    if arguments.again:
        before = set(json.loads(survivors.read_text())) if survivors.exists() else set()
        made = [mutant for mutant in _make(sites, changed) if mutant.diff in before]
    else:
        if changed is None and 0 < arguments.sample < len(sites):
            sites = random.Random(arguments.seed).sample(sites, arguments.sample)
        made = list(_make(sites, changed))
    if not made:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    copies = [_copy_project(folder / f"copy-{number}") for number in range(arguments.jobs)]
    tests = _measure_tests(package, copies[0], arguments.jobs)
    results = list(_try_all(package, made, tests, copies))
    survivors.write_text(json.dumps([one.mutant.diff for one in results if one.state != "killed"]))
    for copy in copies:
        shutil.rmtree(copy, ignore_errors=True)
    return results


def _make(
    sites: Iterable[tuple[Path, int]], changed: dict[Path, set[int]] | None
) -> Iterator[Mutant]:
    for path, number in sites:
        mutant = make_mutant(ROOT, path, number, changed[path] if changed else None)
        if compiles(mutant.code) and mutant.diff:
            yield mutant


def _changed_lines(ref: str) -> dict[Path, set[int]]:
    """Read from `git diff` which lines of which files are new or changed since a commit."""
    command = ["git", "diff", "-U0", "--no-prefix", ref, "--", "*.py"]
    lines: dict[Path, set[int]] = {}
    path = Path()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        if line.startswith("+++ "):
            path = Path(line[4:])
        elif line.startswith("@@ "):
            start, _, count = line.split()[2][1:].partition(",")
            lines.setdefault(path, set()).update(range(int(start), int(start) + int(count or 1)))
    return lines


def _copy_project(folder: Path) -> Path:
    """Copy the files that git knows, or would know, so that mutants never touch the checkout."""
    shutil.rmtree(folder, ignore_errors=True)
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, done.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for name in ("node_modules", Path(sys.prefix).name):
        if (ROOT / name).is_dir():
            (folder / name).symlink_to(ROOT / name)
    return folder


def _pytest(copy: Path, *arguments: str, timeout_sec: float | None = None, **env: str) -> int:
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
        try:
            return process.wait(timeout_sec)
        except subprocess.TimeoutExpired:
            return -signal.SIGKILL
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            shutil.rmtree(temporary, ignore_errors=True)


@dataclass(frozen=True)
class Tests:
    """Which tests run which line, the narrowest first, and all tests that pass without a change."""

    by_line: dict[tuple[Path, int], list[str]]
    all: list[str]
    duration_sec: float

    def of(self, mutant: Mutant) -> list[str]:
        return self.by_line.get((mutant.path, mutant.line), self.all)[:MAX_TESTS]


def _measure_tests(package: str, copy: Path, jobs: int) -> Tests:
    """Run the package's fast tests once with coverage, and see which tests run which line."""
    print(f"{_short(package)}: measure which tests run which line", file=sys.stderr, flush=True)
    junit, data_file = copy / "junit.xml", copy / ".coverage"
    (copy / "coveragerc").write_text(
        "[run]\ndata_file = .coverage\n"
        f"source = {copy / package.removesuffix('/*.py')}\n"
    )
    begun = time.monotonic()
    _pytest(
        copy, "-n", str(jobs), "-m", "not slow", f"--junitxml={junit}", "--cov",
        "--cov-context=test", "--cov-config=coveragerc", "--cov-report=", *PACKAGES[package],
        PYTHONDONTWRITEBYTECODE="",
    )  # fmt: skip
    duration_sec = time.monotonic() - begun
    failed = _failed_tests(copy / "pytest.log")
    data = CoverageData(str(data_file))
    data.read()
    by_line: dict[tuple[Path, int], list[str]] = {}
    sizes: dict[str, int] = {}
    for file in data.measured_files():
        path = Path(file).relative_to(copy)
        for line, contexts in data.contexts_by_lineno(file).items():
            tests = {one.partition("|")[0] for one in contexts if one} - failed
            for test in tests:
                sizes[test] = sizes.get(test, 0) + 1
            if tests:
                by_line[path, line] = list(tests)
    for tests_of_line in by_line.values():
        tests_of_line.sort(key=lambda test: (sizes[test], test))
    ignored = [f"--deselect={test}" for test in sorted(failed)]
    if failed:
        print(f"{_short(package)}: {len(failed)} tests fail in an unchanged copy and are left out: "
              f"{', '.join(sorted(failed)[:5])}", file=sys.stderr, flush=True)  # fmt: skip
    return Tests(by_line, [*PACKAGES[package], "-m", "not slow", *ignored], duration_sec)


def _failed_tests(log: Path) -> set[str]:
    lines = log.read_text(errors="replace").splitlines()
    named = (line.split(" ", 1)[1] for line in lines if line.startswith(("FAILED ", "ERROR ")))
    return {name.partition(" - ")[0] for name in named}


def _try_all(
    package: str, mutants: list[Mutant], tests: Tests, copies: list[Path]
) -> Iterator[Result]:
    free: SimpleQueue[Path] = SimpleQueue()
    for copy in copies:
        free.put(copy)
    lock, done, survived = threading.Lock(), 0, 0

    def attempt(mutant: Mutant) -> Result:
        nonlocal done, survived
        copy = free.get()
        try:
            result = _try(mutant, tests, copy)
        finally:
            free.put(copy)
        with lock:
            done += 1
            survived += result.state != "killed"
            if result.state != "killed":
                print(f"\n{mutant.diff}", flush=True)
            print(f"{_short(package)}: {done}/{len(mutants)} tried, {survived} survived",
                  file=sys.stderr, flush=True)  # fmt: skip
        return result

    with ThreadPoolExecutor(len(copies)) as pool:
        try:
            yield from pool.map(attempt, mutants)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _try(mutant: Mutant, tests: Tests, copy: Path) -> Result:
    path = copy / mutant.path
    before = path.stat()
    original = path.read_bytes()
    path.write_text(mutant.code, encoding="utf-8")
    os.utime(path, (before.st_atime + 2, before.st_mtime + 2))  # so that no compiled file is used
    selected = copy / "selected.txt"
    selected.write_text("\n".join(tests.of(mutant)))
    try:
        status = _pytest(
            copy, "-n", "0", "-x", f"@{selected}",
            timeout_sec=60 + 3 * tests.duration_sec, PYTHONDONTWRITEBYTECODE="1",
        )  # fmt: skip
    finally:
        path.write_bytes(original)
        os.utime(path, (before.st_atime, before.st_mtime))
    if status == 5:  # no test was selected
        raise RuntimeError(
            f"no test was run:\n{(copy / 'pytest.log').read_text(errors='replace')[-2000:]}"
        )
    return Result(mutant, "survived" if status == 0 else "killed")


if __name__ == "__main__":
    sys.exit(main())
