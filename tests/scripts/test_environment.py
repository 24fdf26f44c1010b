"""`scripts/setup` and the scripts that run in its environments."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.waiting import process_of, wait_until

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(
    path
    for path in (ROOT / "scripts").iterdir()
    if path.is_file() and path.read_bytes().startswith(b"#!")
)
PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "example"
version = "1"
[project.optional-dependencies]
cli = []
emulator = []
[dependency-groups]
dev = []
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small project with our scripts, and no environment."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "constraints.txt").write_text("")
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "example").mkdir()
    (tmp_path / "example" / "__init__.py").write_text("")
    return tmp_path


def variables(**others: str) -> dict[str, str]:
    """The environment variables of a shell of its own."""
    ours = ("TWELVELABS_EMBED_ENVIRONMENT", "VERSIONS", "PYTHON", "VIRTUAL_ENV")
    return {key: value for key, value in os.environ.items() if key not in ours} | others


def run(
    *command: str | Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=env or variables(), capture_output=True, text=True, check=False
    )


def test_there_is_a_script_for_each_command() -> None:
    assert {"bench", "demo", "setup", "test"} <= {path.name for path in SCRIPTS}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_help_needs_no_environment(checkout: Path, script: Path) -> None:
    done = run(checkout / "scripts" / script.name, "--help")
    assert done.returncode == 0, done.stderr
    assert f"scripts/{script.name}" in done.stdout
    assert list(checkout.glob(".venv*")) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_help_names_every_option(script: Path) -> None:
    usage = script.read_text()
    run = re.search(r" python (?:-m (scripts\.\S+|benchmarks)|(\S+)\.py)", usage)
    if run is None:
        assert script.name in {"changelog", "docs", "setup", "test"}
        return
    path = ROOT / (run[1] or run[2]).replace(".", "/")
    text = (path / "__main__.py" if path.is_dir() else path.with_suffix(".py")).read_text()
    options = re.findall(r'add_argument\(\s*"(--[a-z-]+)"', text)
    assert [option for option in options if option not in usage] == []


def test_versions_are_one_of_three(checkout: Path) -> None:
    done = run(checkout / "scripts" / "setup", env=variables(VERSIONS="latest"))
    assert done.returncode == 1
    assert "VERSIONS=latest" in done.stderr
    assert "pinned, newest, lowest" in done.stderr


def test_an_interpreter_that_is_too_old_is_an_error(checkout: Path, tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo "Python 3.9.1"\nexit 1\n')
    old.chmod(0o755)
    done = run(checkout / "scripts" / "setup", env=variables(PYTHON=str(old)))
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr
    assert "3.9.1" in done.stderr


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_two_concurrent_setups_make_one_environment(checkout: Path) -> None:
    command = [checkout / "scripts" / "setup", "--part", "library"]
    with start(command) as one, start(command) as other:
        printed = [process.communicate() for process in (one, other)]
    assert (one.returncode, other.returncode) == (0, 0), printed
    assert {out.strip() for out, _ in printed} == {str(checkout / ".venv")}
    messages = sorted(error for _, error in printed)
    assert sum("Making .venv" in message for message in messages) == 1
    assert sum("Waiting: " in message for message in messages) == 1

    again = run(*command)
    assert (again.returncode, again.stderr) == (0, "")
    script = checkout / "scripts" / "in-environment"
    script.write_text("#!/usr/bin/env bash\n")
    code = "import sys, example; print(sys.prefix)"
    inside = run(*command, "--script", script, "python", "-c", code)
    assert inside.stdout.strip() == str(checkout / ".venv"), inside.stderr


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_environment_is_not_made_anew_while_a_script_runs_in_it(checkout: Path) -> None:
    command = [checkout / "scripts" / "setup", "--part", "library"]
    first = "print('ready', flush=True); input(); import example; print('done')"
    with start([*command, "python", "-c", first]) as running:
        assert running.stdout
        assert running.stdout.readline() == "ready\n"
        (checkout / "constraints.txt").write_text("# other versions\n")
        with start(command) as other:
            assert other.stderr
            assert "Waiting: a running script uses .venv" in other.stderr.readline()
            printed, _ = running.communicate("go on\n")
            assert (printed, running.returncode) == ("done\n", 0)
            assert "Making .venv" in other.communicate()[1]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_was_interrupted_is_made_anew(checkout: Path) -> None:
    command = [checkout / "scripts" / "setup", "--part", "library"]
    with start(command) as process:
        wait_until((checkout / ".venv" / "bin" / "pip").exists)
        assert process.poll() is None
        os.killpg(process.pid, signal.SIGKILL)
    done = run(*command)
    assert done.returncode == 0, done.stderr
    assert "Making .venv" in done.stderr
    assert run(checkout / ".venv" / "bin" / "python", "-c", "import example").returncode == 0


@pytest.mark.slow
def test_the_last_lines_of_an_installer_that_fails_are_shown(checkout: Path) -> None:
    """Without an index; and another interpreter has a folder of its own."""
    env = variables(PIP_NO_INDEX="1", PYTHON=sys.executable, VERSIONS="newest")
    done = run(checkout / "scripts" / "setup", "--part", "library", env=env)
    folder = f".venv-{sys.version_info.major}.{sys.version_info.minor}-newest"
    assert done.returncode == 1
    assert f"Making {folder}" in done.stderr
    assert "hatchling" in done.stderr.partition("failed with 1")[2]
    assert "Traceback" not in done.stderr
    assert not (checkout / folder / ".setup.json").exists()


def start(command: list[str | Path]) -> AbstractContextManager[subprocess.Popen[str]]:
    return process_of(
        command,
        env=variables(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
