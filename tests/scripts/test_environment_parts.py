"""What `scripts/environment.py` installs, and when; installers are replaced, nothing is fetched."""

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.scripts.test_environment import PROJECT

ROOT = Path(__file__).resolve().parents[2]
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The module as it is run: beside `versions`, and in no package."""
    monkeypatch.syspath_prepend(ROOT / "scripts")
    for name in ("TWELVELABS_EMBED_ENVIRONMENT", "VERSIONS", "PYTHON"):
        monkeypatch.delenv(name, raising=False)
    found = importlib.import_module("environment")
    # Locks are held until a process ends; this one makes several environments.
    monkeypatch.setattr(found, "acquire", lambda *_: None)
    yield found
    sys.modules.pop("environment")
    sys.modules.pop("versions")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "constraints.txt").write_text("a==1\n")
    (tmp_path / "package.json").write_text("{}")
    return tmp_path


@pytest.fixture
def installed(
    module: Any, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[list[str], str | None]]:
    """What is installed: the arguments, and what the constraints say."""
    commands: list[tuple[list[str], str | None]] = []

    def run(command: list[str], cwd: Path, environment: dict[str, str]) -> None:
        assert cwd == checkout
        constraints = environment.get("PIP_CONSTRAINT")
        text = Path(constraints).read_text() if constraints else None
        tool = "npm" if command[0] == "npm" else Path(command[0]).parent.parent.name
        bare = [one for one in command[1:] if one not in {"-m", "pip", "install"}]
        commands.append(([tool, *bare], text))

    monkeypatch.setattr(module, "run_with_progress", run)
    monkeypatch.setattr(module, "make_venv", lambda folder: folder.mkdir(exist_ok=True))
    return commands


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({}, ".venv"),
        ({"VERSIONS": "pinned"}, ".venv"),
        ({"VERSIONS": "newest"}, f".venv-{PYTHON}-newest"),
        ({"PYTHON": "python3"}, f".venv-{PYTHON}-pinned"),
        ({"TWELVELABS_EMBED_ENVIRONMENT": "HERE/.venv-other"}, ".venv-other"),
        ({"TWELVELABS_EMBED_ENVIRONMENT": "/elsewhere/.venv-other"}, ".venv"),
    ],
)
def test_each_combination_has_a_folder(
    variables: dict[str, str], folder: str, module: Any, checkout: Path
) -> None:
    given = {name: value.replace("HERE", str(checkout)) for name, value in variables.items()}
    assert module.Environment(checkout, given).folder == checkout / folder


PIP_OPTIONS = ["--no-compile", "--disable-pip-version-check", "--progress-bar", "off"]


def test_a_part_is_installed_once_and_anew_when_what_it_is_made_of_changes(
    module: Any, checkout: Path, installed: list[tuple[list[str], str | None]]
) -> None:
    library = [".venv", *PIP_OPTIONS, "--editable", f"{checkout}[cli,emulator]"]
    environment = module.Environment(checkout, {})
    environment.require(["library"])
    assert installed == [(library, "a==1\n")]
    environment.require(["library"])
    assert len(installed) == 1
    environment.require(["library", "node"])  # only what is missing
    npm = ["npm", "--no-package-lock", "--no-audit", "--no-fund"]
    assert installed[1:] == [(npm, None)]
    for name in ("constraints.txt", "package.json", "pyproject.toml"):
        installed.clear()
        file = checkout / name
        # A comment of pyproject.toml decides nothing.
        file.write_text(file.read_text().replace('version = "1"', 'version = "2"') + " ")
        environment.require(["library"])
        assert [command for command, _ in installed] == [library], name


def test_development_takes_pip_all_extras_and_the_tools(
    module: Any, checkout: Path, installed: list[tuple[list[str], str | None]]
) -> None:
    module.Environment(checkout, {}).require(["development"])
    groups = f"{checkout / 'pyproject.toml'}:dev"
    assert [(command[len(PIP_OPTIONS) + 1 :], text) for command, text in installed] == [
        ([module.PIP], None),
        (["--editable", f"{checkout}[all]", "--group", groups], "a==1\n"),
        (["--no-deps", "langchain-tests"], "a==1\n"),
    ]


def test_versions_are_constraints(
    module: Any, checkout: Path, installed: list[tuple[list[str], str | None]]
) -> None:
    for versions in ("newest", "lowest"):
        module.Environment(checkout, {"VERSIONS": versions}).require(["library"])
    (_, newest), (_, lowest) = installed
    pins = module.lowest_versions("all") | module.lowest_versions("chroma")
    assert newest is None
    assert lowest == "\n".join(sorted(pins))


def test_what_fails_is_not_taken_for_complete(
    module: Any, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise module.SetupError("no index")

    monkeypatch.setattr(module, "make_venv", lambda folder: folder.mkdir(exist_ok=True))
    monkeypatch.setattr(module, "run_with_progress", fail)
    environment = module.Environment(checkout, {})
    for _ in range(2):
        with pytest.raises(module.SetupError):
            environment.require(["library"])


def test_an_inherited_environment_is_used_as_it_is(
    module: Any, checkout: Path, installed: list[tuple[list[str], str | None]]
) -> None:
    folder = checkout / ".venv-other"
    environment = module.Environment(checkout, {module.RUNNING_IN: str(folder)})
    environment.require(["library"])
    assert installed == []
    assert not folder.exists()


def test_a_command_gets_the_variables_of_its_environment(
    module: Any, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHOME", "/usr")
    monkeypatch.setenv("PATH", "/bin")
    variables = module.Environment(checkout, {"VERSIONS": "newest"}).variables()
    folder = str(checkout / f".venv-{PYTHON}-newest")
    expected = {
        module.RUNNING_IN: folder,
        "VIRTUAL_ENV": folder,
        "VERSIONS": "newest",
        "PATH": os.pathsep.join([f"{folder}/bin", "/bin"]),
    }
    assert {name: variables[name] for name in expected} == expected
    assert "PYTHONHOME" not in variables


def test_node_is_left_to_machines_that_have_it(
    module: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    assert module.parts_of("development") == ["development", "node"]
    assert module.parts_of("library") == ["library"]
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert module.parts_of("development") == ["development"]


def test_the_end_of_what_failed_is_shown(module: Any, tmp_path: Path) -> None:
    print_lines = "[print('line', n) for n in range(20)]; raise SystemExit(3)"
    with pytest.raises(module.SetupError) as caught:
        module.run_with_progress(
            [sys.executable, "-c", print_lines], tmp_path, {**os.environ, "PYTHONUTF8": "1"}
        )
    first, *lines = str(caught.value).splitlines()
    assert first.endswith("failed with 3:")
    assert lines == [f"line {number}" for number in range(5, 20)]


PIP_OUTPUT = (
    "Collecting numpy<3,>=2\n",
    "  Downloading numpy-2.3.0-cp311.whl (16.5 MB)\n",
    "Processing /home/me/twelvelabs-embed\n",
    "Collecting httpx\n",
    "  Downloading httpx-0.28.1-py3-none-any.whl (73 kB)\n",
)


@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_counts_packages_and_megabytes(
    is_terminal: bool,
    module: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On a terminal one line that is written again, elsewhere a line now and then."""
    now = [100.0]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    progress = module.Progress()
    progress.update("Obtaining file:///home/me\n")
    for line in PIP_OUTPUT:
        progress.update(line)
    now[0] += 6
    progress.update("Installing collected packages: numpy, httpx\n")
    progress.update("more\n")
    progress.close()
    shown = capsys.readouterr().err
    last = "      3 packages, 16 MB fetched: unpacking"
    if is_terminal:
        lines = [line.rstrip() for line in shown.split("\r")]
        assert lines[1:3] == ["      working", "      1 packages, 0 MB fetched: numpy"]
        assert lines[-2:] == ["", ""]
        assert shown.endswith("\r")
        assert lines[-3] == last
    else:
        assert shown == f"{last}\n"


def test_sizes_are_those_of_files(module: Any, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a").write_bytes(b"x" * 1_500_000)
    (tmp_path / "b").write_bytes(b"x" * 500_000)
    assert module.folder_mb(tmp_path) == 2.0


def test_a_command_replaces_the_set_up(
    module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only a request for help is answered here, from the head of the script."""
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n# Do it.\n#   script --fast\necho\n# not this\n")
    required: list[list[str]] = []
    started: list[tuple[Any, ...]] = []
    monkeypatch.setattr(module.Environment, "require", lambda _, parts: required.append(parts))
    monkeypatch.setattr(module.os, "chdir", lambda folder: started.append((folder,)))
    monkeypatch.setattr(module.os, "execvpe", lambda *words: started.append(words))
    options = ["setup", "--part", "library", "--script", str(script)]

    monkeypatch.setattr("sys.argv", [*options, "tool", "--help"])
    assert module.main() == 0
    assert capsys.readouterr().out == "Do it.\n  script --fast\n"
    assert (required, started) == ([], [])

    monkeypatch.setattr("sys.argv", [*options, "tool", "--fast"])
    module.main()
    assert required == [["library"]]
    (folder,), (program, words, variables) = started
    assert (folder, program, words) == (ROOT, "tool", ["tool", "--fast"])
    assert variables["VIRTUAL_ENV"] == str(ROOT / ".venv")

    monkeypatch.setattr("sys.argv", options)
    assert module.main() == 0
    assert capsys.readouterr().out == f"{ROOT / '.venv'}\n"


@pytest.mark.parametrize("ends_by", ["error", "Ctrl-C"])
def test_a_set_up_that_ends_early_has_its_status(
    ends_by: str, module: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = KeyboardInterrupt() if ends_by == "Ctrl-C" else module.SetupError("no index")

    def require(*_: object) -> None:
        raise error

    monkeypatch.setattr(module.Environment, "require", require)
    monkeypatch.setattr("sys.argv", ["setup", "--script", "scripts/test"])
    assert module.main() == (130 if ends_by == "Ctrl-C" else 1)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert ("test: no index" in shown.err) is (ends_by == "error")
