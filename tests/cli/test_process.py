"""The command line as a process: streams, signals, terminals, missing parts, completion."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from twelvelabs_embed_emulator import Emulator

from tests.cli.runner import PROGRAM, on_terminal
from tests.waiting import TIMEOUT_SEC, process_of

# Runs the command line as if modules were not installed.
WITHOUT = "import sys; sys.modules.update(dict.fromkeys({modules!r}.split())); {imports}; main()"


def run(
    *words: str, env: Mapping[str, str], cwd: Path, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, env=env, cwd=cwd, input=stdin, capture_output=True, text=True, check=False
    )


def without(modules: str) -> list[str]:
    imports = "from twelvelabs_embed.cli import main"
    return [sys.executable, "-c", WITHOUT.format(modules=modules, imports=imports)]


def test_json_is_all_that_is_on_standard_output(environment: dict[str, str], media: Path) -> None:
    del environment["TWELVELABS_API_KEY"]
    done = run(PROGRAM, "video", "film.mkv", "--emulator", "--json", env=environment, cwd=media)
    assert done.returncode == 0
    assert len(json.loads(done.stdout)["embeddings"]) == 12
    assert done.stderr.startswith("Note: ")


def test_it_runs_as_a_module(environment: dict[str, str], media: Path) -> None:
    words = (sys.executable, "-m", "twelvelabs_embed", "text", "-", "--json")
    done = run(*words, env=environment, cwd=media, stdin="a dog\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["input_type"] == "text"


def test_help_imports_nothing_heavy(environment: dict[str, str], media: Path) -> None:
    code = (
        "import sys, atexit; atexit.register(lambda: print(*sorted(sys.modules)));"
        "from twelvelabs_embed.cli import main; main()"
    )
    done = run(sys.executable, "-c", code, "--version", env=environment, cwd=media)
    version, modules = done.stdout.splitlines()
    assert version.startswith("twelvelabs-embed ")
    loaded = set(modules.split())
    assert "typer" in loaded
    assert not {"httpx", "numpy", "av", "PIL", "twelvelabs_embed_api", "uvicorn"} & loaded


@pytest.mark.parametrize(
    ("modules", "words", "status", "message"),
    [
        ("typer", ["--help"], 4, "typer is not installed. The extra [cli] of"),
        ("rich.console", ["--help"], 4, "rich is not installed. The extra [cli] of"),
        ("pyarrow", ["text", "hi", "--out", "x.parquet"], 4, "The extra [arrow] of"),
        ("pyarrow", ["tasks", "wait", "t1", "--out", "x.parquet"], 4, "The extra [arrow] of"),
        ("uvicorn", ["text", "hi", "--emulator"], 4, "The extra [emulator] of"),
        ("uvicorn", ["emulator"], 4, "The extra [emulator] of"),
        ("httpx", ["text", "hi"], 5, "This is a bug in twelvelabs-embed"),
    ],
)
def test_a_missing_part_is_named(
    environment: dict[str, str],
    media: Path,
    modules: str,
    words: list[str],
    status: int,
    message: str,
    emulator: Emulator,
) -> None:
    before = len(emulator.seen)
    done = run(*without(modules), *words, env=environment, cwd=media)
    assert emulator.seen[before:] == []
    assert (done.returncode, done.stdout) == (status, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (media / "x.parquet").exists()


def test_a_mistake_shows_its_traceback_on_demand(environment: dict[str, str], media: Path) -> None:
    environment["TWELVELABS_EMBED_TRACEBACK"] = "1"
    done = run(*without("httpx"), "text", "hi", env=environment, cwd=media)
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_ctrl_c_is_130(environment: dict[str, str], media: Path) -> None:
    with process_of(
        [PROGRAM, "text", "-"],
        env=environment,
        cwd=media,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(b"word " * 100_000)  # more than a pipe holds, so the command reads it
        for _ in range(int(TIMEOUT_SEC // 10)):
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):  # Python misses one just before it waits
                process.wait(10)
                break
        assert process.returncode == 130
        assert process.stderr is not None
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    "words",
    [
        ["check", "beach.jpg"], ["check", "beach.jpg", "--json"],
        ["--help"], ["check", "--help"], ["tasks", "--help"], ["--version"],
    ],
)  # fmt: skip
def test_a_pipe_without_a_reader_is_141(
    environment: dict[str, str], media: Path, words: list[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [PROGRAM, *words],
        env=environment,
        cwd=media,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_streams_that_are_closed_are_no_error(environment: dict[str, str], media: Path) -> None:
    words = ["sh", "-c", '"$0" check beach.jpg >&- 2>&-', PROGRAM]
    assert run(*words, env=environment, cwd=media).returncode == 0


def test_a_terminal_shows_colours_unless_they_are_turned_off(
    environment: dict[str, str], media: Path
) -> None:
    words = [PROGRAM, "check", "beach.jpg", "silent.mp4"]
    coloured = on_terminal(words, environment, media)
    assert "\x1b[1m" in coloured
    bare = on_terminal(words, {**environment, "NO_COLOR": "1"}, media)
    assert "\x1b[1m" not in bare
    assert "expect visual vectors only" in bare


def test_a_terminal_gets_the_first_rows(environment: dict[str, str], media: Path) -> None:
    script = (
        "import sys, numpy as np; from twelvelabs_embed import Embeddings, Segment\n"
        "from twelvelabs_embed.cli.rendering import show_embeddings\n"
        "segments = [Segment('visual', 'clip', i, i + 1) for i in range(900)]\n"
        "show_embeddings(Embeddings(np.ones((900, 512), np.float32), segments, model='m',"
        " input_type='video'), 'x')"
    )
    shown = on_terminal([sys.executable, "-c", script], environment, media)
    assert "x: 900 vectors of 512 numbers (m, video)" in shown
    assert shown.count("visual") == 40
    assert "and 860 more; --json prints and --out saves all" in shown
    assert max(map(len, re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines())) <= 80


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_any_encoding_will_do(environment: dict[str, str], media: Path, encoding: str) -> None:
    environment["PYTHONIOENCODING"] = encoding
    done = subprocess.run(
        [PROGRAM, "check", "beach.jpg", "талк.wav"],
        env=environment,
        cwd=media,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert b"????.wav" in done.stdout
    assert done.stderr == b""


# -------------------------------------------------------------------------------------- completion


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("twelvelabs-embed te", "text text-image"),
        ("twelvelabs-embed video x --option v", "visual"),
        ("twelvelabs-embed check x --as a", "audio"),
        ("twelvelabs-embed video x --dyn", "--dynamic-min-sec"),
    ],
)
def test_bash_completes(
    environment: dict[str, str], media: Path, typed: str, completed: str
) -> None:
    environment |= {
        "_TWELVELABS_EMBED_COMPLETE": "complete_bash",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(typed.split()) - 1),
    }
    done = run(PROGRAM, env=environment, cwd=media)
    assert done.stdout.split() == completed.split()


def test_completion_can_be_installed(environment: dict[str, str], tmp_path: Path) -> None:
    environment |= {"HOME": str(tmp_path), "SHELL": "/bin/bash"}
    environment["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"
    done = run(PROGRAM, "--install-completion", "bash", env=environment, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    script = tmp_path / ".bash_completions" / "twelvelabs-embed.sh"
    assert "_TWELVELABS_EMBED_COMPLETE=complete_bash" in script.read_text()
    shown = run(PROGRAM, "--show-completion", "zsh", env=environment, cwd=tmp_path)
    assert shown.stdout.startswith("#compdef twelvelabs-embed")


# ------------------------------------------------------------------------------------- the emulator


def test_the_emulator_serves_until_ctrl_c(environment: dict[str, str], media: Path) -> None:
    words = [PROGRAM, "emulator", "--port", "0"]
    with process_of(
        words, env=environment, cwd=media, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        address = said.partition("TWELVELABS_BASE_URL=")[2].split()[0]
        done = run(PROGRAM, "text", "hi", "--base-url", address, env=environment, cwd=media)
        assert done.returncode == 0, done.stderr
        process.send_signal(signal.SIGINT)
        assert process.wait(TIMEOUT_SEC) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
