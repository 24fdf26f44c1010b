"""scripts/regenerate: the same output everywhere, and a check that names what differs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.codegen import codegen, regenerate

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path("generated/twelvelabs_embed_api")


def test_the_output_is_the_same_in_hostile_surroundings(tmp_path: Path) -> None:
    """What generation reads and writes, elsewhere, under a configuration that would spoil it."""
    (tmp_path / "pyproject.toml").write_text(
        "[tool.ruff]\nline-length = 40\n[tool.ruff.format]\nquote-style = 'single'\n"
    )
    (tmp_path / "ruff.toml").write_text(
        "line-length = 40\nindent-width = 2\n[lint.isort]\nforce-single-line = true\n"
    )
    root = tmp_path / "project"
    for folder in ("openapi", "scripts"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run(
        [sys.executable, "-m", "scripts.codegen.regenerate"],
        cwd=root,
        env={**os.environ, "PYTHONHASHSEED": "4242", "LC_ALL": "C", "RUFF_LINE_LENGTH": "40"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert regenerate.differences(root / PACKAGE, codegen.PACKAGE) == []


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the generated package, of which the generator makes another one."""

    def generate(folder: Path) -> Path:
        return Path(shutil.copytree(codegen.PACKAGE, folder / codegen.PACKAGE.name))

    place = Path(shutil.copytree(codegen.PACKAGE, tmp_path / PACKAGE))
    for name, value in (("ROOT", tmp_path), ("PACKAGE", place), ("generate", generate)):
        monkeypatch.setattr(regenerate, name, value)
    return place


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["x", *arguments])
    return regenerate.main()


def test_the_check_names_changed_extra_and_missing_files(
    package: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (package / "__pycache__").mkdir(exist_ok=True)
    (package / "__pycache__" / "old.pyc").write_bytes(b"")
    assert run(monkeypatch, "--check") == 0
    assert capsys.readouterr().out == f"{PACKAGE} is what the contract makes\n"
    changed = package / "models" / "media_source.py"
    data = bytearray(changed.read_bytes())
    data[len(data) // 2] ^= 1
    changed.write_bytes(data)
    for name in ("b", "a"):
        (package / "models" / f"{name}.py").write_text("")
    for name in ("types.py", "py.typed"):
        (package / name).unlink()
    assert run(monkeypatch, "--check") == 1
    first, *lines, last = capsys.readouterr().out.splitlines()
    assert first == f"{PACKAGE} is not what the contract makes:"
    assert lines == [
        "  missing  py.typed",
        "  missing  types.py",
        "  extra    models/a.py",
        "  extra    models/b.py",
        "  changed  models/media_source.py",
    ]
    assert "scripts/regenerate" in last
    assert (package / "models" / "a.py").exists()


def test_the_package_is_replaced_and_its_changes_are_shown(
    package: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (package / "models" / "extra.py").write_text("")
    model = package / "models" / "asset.py"
    model.write_text(model.read_text("utf-8").replace("filename: ", "file_name: "), "utf-8")
    assert run(monkeypatch) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"Wrote {PACKAGE}\nWhat breaks code in Python:\n")
    assert "  models.Asset.file_name: removed\n" in shown
    assert regenerate.differences(codegen.PACKAGE, package) == []
    shutil.rmtree(package)
    assert run(monkeypatch) == 0
    assert capsys.readouterr().out == f"Wrote {PACKAGE}\n"
    assert regenerate.differences(codegen.PACKAGE, package) == []


def test_a_contract_that_is_rejected_changes_nothing(
    package: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def generate(folder: Path) -> Path:
        raise codegen.GenerationError("no such thing")

    monkeypatch.setattr(regenerate, "generate", generate)
    with pytest.raises(SystemExit, match="no such thing"):
        run(monkeypatch)
    assert regenerate.differences(codegen.PACKAGE, package) == []
    with pytest.raises(SystemExit):
        run(monkeypatch, "--help")
    assert capsys.readouterr().out.startswith("usage: scripts/regenerate [-h] [--check]\n\n")


def test_the_package_is_what_the_contract_makes(tmp_path: Path) -> None:
    made = codegen.generate(tmp_path)
    assert made == tmp_path / PACKAGE.name
    assert regenerate.differences(made, codegen.PACKAGE) == []


def test_every_file_says_that_it_is_generated() -> None:
    files = [f for f in (ROOT / PACKAGE).rglob("*") if f.is_file() and f.suffix != ".pyc"]
    assert len(files) > 30
    for file in files:
        assert "do not edit" in file.read_text().partition("\n\n")[0], file


def test_other_versions_of_the_tools_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {**codegen.PINNED, codegen.FORMATTER: "0.1"}
    monkeypatch.setattr(codegen, "version", found.get)
    with pytest.raises(SystemExit) as ended:
        codegen.generate(tmp_path)
    assert f"ruff is 0.1, but the generated code is made with {codegen.PINNED['ruff']}" in str(
        ended.value
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", [0, 2])
def test_tools_have_no_other_variables_and_their_output_is_the_error(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    def start(command: list[str], **settings: object) -> subprocess.CompletedProcess[str]:
        assert command == [sys.executable, "-m", "ruff", "check", "a.py"]
        variables = {"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "PYTHONHASHSEED": "0"}
        wanted = {"capture_output": True, "text": True, "env": variables, "check": False}
        assert settings == wanted
        return subprocess.CompletedProcess(command, status, "out\n", "err\n")

    monkeypatch.setattr(subprocess, "run", start)
    if status == 0:
        codegen.run("ruff", "check", Path("a.py"))
        return
    with pytest.raises(codegen.GenerationError) as failed:
        codegen.run("ruff", "check", Path("a.py"))
    assert str(failed.value) == "ruff failed:\nout\nerr\n"


def test_errors_are_hidden_from_the_generator_and_nothing_else_is() -> None:
    parameters = [{"name": "id", "in": "path"}]
    fine, bad = {"description": "Fine"}, {"description": "Bad"}
    responses = {"200": fine, 204: fine, "400": bad, "default": bad, "2XX": fine}
    contract = {
        "paths": {"/assets/{id}": {"parameters": parameters, "get": {"responses": responses}}}
    }
    assert codegen.without_errors(contract) == {
        "paths": {
            "/assets/{id}": {
                "parameters": parameters,
                "get": {"responses": {"200": fine, 204: fine, "2XX": fine}},
            }
        }
    }


def test_a_package_is_made_from_a_contract_whatever_its_line_endings(tmp_path: Path) -> None:
    windows = tmp_path / "windows.yaml"
    windows.write_bytes(codegen.CONTRACT.read_bytes().replace(b"\n", b"\r\n"))
    assert codegen.is_made_from(codegen.PACKAGE, codegen.CONTRACT)
    assert codegen.is_made_from(codegen.PACKAGE, windows)
    windows.write_text(windows.read_text() + "# More.\n")
    assert not codegen.is_made_from(codegen.PACKAGE, windows)
    assert not codegen.is_made_from(tmp_path, codegen.CONTRACT)
