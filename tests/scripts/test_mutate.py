"""`scripts/mutate`: its packages are complete, and mutants are programs with one change each."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.quality import mutate
from scripts.quality.mutants import Mutant, find_sites, make_mutant
from scripts.quality.mutated_packages import PACKAGES
from tests.waiting import process_of, wait_until

ROOT = Path(__file__).resolve().parents[2]

CODE = """\
import os
from functools import cache

LIMITS = {"image": 5}
Part = Literal["prose"]


@cache
def save(path, size=3):
    '''Save it.'''
    if size > LIMITS["image"]:
        raise ValueError("too large for this")
    os.fsync(path)
    _log.info("saved")
    return _listed(size)


def _listed(size):
    return [_sized(size)]


def _sized(size):
    return size + 1


def _both(size):
    return size + 2


def load(path):
    return path, save(path), _both(4)


@cache
def both(path):
    return _both(path)
"""


def test_every_package_and_its_tests_are_listed() -> None:
    folders = [
        path.parent.relative_to(ROOT).as_posix()
        for top in ("wrapper/twelvelabs_embed", "emulator/twelvelabs_embed_emulator", "scripts")
        for path in (ROOT / top).glob("*/__init__.py")
        # The vendor's module names, without code of their own; and the code that makes mutants.
        if path.parent.name not in {"core", "wrapper", "quality"}
    ]
    assert {name for name in PACKAGES if not name.endswith("*.py")} == set(folders)
    files = {test.partition("::")[0] for tests in PACKAGES.values() for test in tests}
    missing = [file for file in files if not (ROOT / file).exists()]
    assert missing == []


@pytest.fixture
def diffs(tmp_path: Path) -> list[str]:
    (tmp_path / "code.py").write_text(CODE)
    sites = find_sites(tmp_path, Path("code.py"))
    return [make_mutant(tmp_path, *site).diff for site in sites]


@pytest.mark.parametrize(
    "change",
    [
        '+LIMITS = {"image": 6}',  # data of a module
        "+    if size >= LIMITS",  # a decorated function
        "+    if not (size > LIMITS",
        "+    pass",  # a call whose result nobody uses
        "+def save(path, size=4):",
    ],
)
def test_mutants_are_made(diffs: list[str], change: str) -> None:
    assert any(change in diff for diff in diffs)


def test_tests_that_use_what_another_call_has_made_are_run(tmp_path: Path) -> None:
    """Coverage knows the first test alone of a cached result, and of a fixture of several tests."""
    path = Path("code.py")
    (tmp_path / path).write_text(CODE)
    mutants = [make_mutant(tmp_path, *site) for site in find_sites(tmp_path, path)]
    lines = CODE.splitlines()
    of_function = {lines[one.line - 1].strip(): one for one in mutants if one.is_in_function}
    assert {text for text, one in of_function.items() if not one.is_cached} == {
        "return size + 2",
        "return path, save(path), _both(4)",
    }
    cached, other = of_function["return size + 1"], of_function["return size + 2"]
    some, everything = [f"test_{number}" for number in range(50)], ["tests"]
    by_line = {(path, one.line): some for one in (cached, other)}

    def chosen(mutant: Mutant, in_setup: set[tuple[Path, int]]) -> list[list[str]]:
        return mutate.Tests(by_line, in_setup, everything, 1).of(mutant)

    assert chosen(cached, set()) == [some[:40], everything]
    assert chosen(other, set()) == [some[:40], some[40:]]
    assert chosen(other, {(path, other.line)}) == [some[:40], everything]
    by_line[path, other.line] = some[:2]
    assert chosen(other, set()) == [some[:2]]


def test_messages_imports_types_and_docstrings_are_left_alone(diffs: list[str]) -> None:
    removed = [line for diff in diffs for line in diff.splitlines() if line.startswith("-")]
    assert not any(
        word in line for line in removed for word in ("too large", "import", "Save it", "_log")
    )
    assert not any("PROSE" in diff for diff in diffs)


def test_an_unknown_package_is_a_usage_error() -> None:
    command = [sys.executable, "-m", "scripts.quality.mutate", "kitchen"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert shown.returncode == 2
    assert "there is no kitchen; there are top" in shown.stderr


PROJECT = {
    ".gitignore": "dist/\n__pycache__/\n",
    "pyproject.toml": "[tool.pytest.ini_options]\nmarkers = ['slow']\ntimeout = 5\n",
    "kitchen/__init__.py": "",
    "kitchen/oven.py": """\
NAMES = ["bread"]
MAX_C = 250


def heat(c):
    return min(c, MAX_C)


def wait(steps):
    while steps:
        steps -= 1
""",
    "tests/test_oven.py": """\
import pytest

from kitchen import oven


@pytest.mark.parametrize("name", oven.NAMES)
def test_names(name):
    assert oven.heat(20) == 20
    assert name


def test_wait():
    oven.wait(1)
""",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a repository with one package."""
    for name, text in PROJECT.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    commit(tmp_path)
    monkeypatch.setattr(mutate, "ROOT", tmp_path)
    monkeypatch.setattr(mutate, "WORK", tmp_path / "dist" / "mutate")
    monkeypatch.setitem(PACKAGES, "kitchen", ("tests/test_oven.py",))
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "add", ".")
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    git(folder, *identity, "commit", "--quiet", "--message", "change")


def test_changed_lines_are_those_of_the_branch_committed_or_not(project: Path) -> None:
    oven = project / "kitchen" / "oven.py"
    git(project, "checkout", "--quiet", "-b", "mine")
    oven.write_text(oven.read_text().replace("250", "300"))
    commit(project)
    git(project, "checkout", "--quiet", "main")
    (project / "kitchen" / "theirs.py").write_text("LATER = 1\n")
    commit(project)
    git(project, "checkout", "--quiet", "mine")
    (project / "kitchen" / "staged.py").write_text("A = 1\n")
    git(project, "add", ".")
    (project / "kitchen" / "untracked.py").write_text("A = 1\nB = 2\n")
    oven.write_text(oven.read_text().replace("        steps -= 1\n", "        steps -= 2\n"))
    assert mutate.changed_lines("main") == {
        Path("kitchen/oven.py"): {2, 11},
        Path("kitchen/staged.py"): {1},
        Path("kitchen/untracked.py"): {1, 2},
    }


def test_an_unknown_branch_is_a_usage_error(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        mutate.main(["kitchen", "--changed", "nothing"])
    assert ended.value.code == 2
    assert "nothing" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_mutants_survive_when_no_test_fails(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (project / "kitchen" / "oven.py").read_text()
    assert mutate.main(["kitchen", "--sample", "0", "--jobs", "1"]) == 1
    printed = capsys.readouterr().out
    survivors = [line for line in printed.splitlines() if line[:1] == "+" and line[1] != "+"]
    # Nothing is tested near the maximum; `test_names[XXbreadXX]` and an endless loop are killed,
    # or not, by what the tests say and not by their names.
    assert "+MAX_C = 251" in survivors
    assert '+NAMES = ["XXbreadXX"]' in survivors
    assert not [line for line in survivors if "steps" in line]
    assert (project / "kitchen" / "oven.py").read_text() == before
    assert not list((project / "dist" / "mutate").rglob("copy-*"))
    (project / "kitchen" / "oven.py").write_text("# A line more.\n" + before)
    mutate.main(["kitchen", "--again", "--jobs", "1"])
    again = capsys.readouterr().out.splitlines()
    assert [line for line in again if line[:1] == "+" and line[1] != "+"] == survivors


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_is_left_when_it_is_stopped(project: Path) -> None:
    (project / "kitchen" / "oven.py").write_text("def heat(c):\n    return c + 1\n")
    (project / "tests" / "test_oven.py").write_text(
        "import os, pathlib, time\n"
        f"started = pathlib.Path({str(project / 'started')!r})\n"
        "from kitchen import oven\n"
        "def test_heat():\n"
        "    if oven.heat(20) != 21:\n"
        "        started.with_suffix('.new').write_text(str(os.getpid()))\n"
        "        started.with_suffix('.new').rename(started)\n"
        "        time.sleep(1000)\n"
    )
    run = (
        "import sys\nfrom pathlib import Path\nfrom scripts.quality import mutate\n"
        f"mutate.ROOT = Path({str(project)!r})\nmutate.WORK = mutate.ROOT / 'dist' / 'mutate'\n"
        "mutate.PACKAGES['kitchen'] = ('tests/test_oven.py',)\n"
        "sys.exit(mutate.main(['kitchen', '--sample', '0', '--jobs', '1']))\n"
    )
    with process_of([sys.executable, "-c", run], cwd=ROOT) as process:
        wait_until((project / "started").exists, timeout_sec=500)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    with pytest.raises(ProcessLookupError):
        os.kill(int((project / "started").read_text()), 0)
    assert not list((project / "dist" / "mutate").rglob("copy-*"))
