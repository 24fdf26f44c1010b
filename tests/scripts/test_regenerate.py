"""scripts/regenerate: the same output everywhere, and a check that names what differs."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.codegen import codegen

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path("generated/twelvelabs_embed_api")


def regenerate(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scripts.codegen.regenerate", *arguments],
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What generation reads and writes, elsewhere, under a configuration that would spoil it."""
    above = tmp_path_factory.mktemp("hostile")
    (above / "pyproject.toml").write_text(
        "[tool.ruff]\nline-length = 40\n[tool.ruff.format]\nquote-style = 'single'\n"
    )
    (above / "ruff.toml").write_text(
        "line-length = 40\nindent-width = 2\n[lint.isort]\nforce-single-line = true\n"
    )
    root = above / "project"
    for folder in ("openapi", "scripts", "generated"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return root


@pytest.fixture
def package(copy: Path) -> Iterator[Path]:
    """The generated package of the copy, put right again afterwards."""
    yield copy / PACKAGE
    shutil.rmtree(copy / PACKAGE)
    shutil.copytree(ROOT / PACKAGE, copy / PACKAGE)


def test_the_output_is_the_same_in_hostile_surroundings(copy: Path, package: Path) -> None:
    shutil.rmtree(package)
    hostile = {"PYTHONHASHSEED": "4242", "LC_ALL": "C", "RUFF_LINE_LENGTH": "40"}
    done = regenerate(copy, **hostile)
    assert done.returncode == 0, done.stdout + done.stderr
    difference = subprocess.run(
        ["diff", "-r", "-x", "__pycache__", ROOT / PACKAGE, package],
        capture_output=True,
        text=True,
        check=False,
    )
    assert difference.stdout == ""


def test_the_check_names_changed_extra_and_missing_files(copy: Path, package: Path) -> None:
    changed = package / "models" / "media_source.py"
    data = bytearray(changed.read_bytes())
    data[len(data) // 2] ^= 1
    changed.write_bytes(data)
    (package / "models" / "extra.py").write_text("")
    (package / "py.typed").unlink()
    done = regenerate(copy, "--check")
    assert done.returncode == 1
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["changed", "models/media_source.py"] in lines
    assert ["extra", "models/extra.py"] in lines
    assert ["missing", "py.typed"] in lines
    assert len([line for line in lines if line[0] in ("changed", "extra", "missing")]) == 3


def test_a_changed_contract_fails_the_check(copy: Path, package: Path) -> None:
    contract = copy / "openapi" / "embed-v2.yaml"
    original = contract.read_text()
    try:
        contract.write_text(original.replace("A text to embed.", "A text to embed!"))
        done = regenerate(copy, "--check")
    finally:
        contract.write_text(original)
    assert done.returncode == 1
    assert "changed  models/text_input_request.py" in done.stdout
    assert "changed  provenance.json" in done.stdout


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
