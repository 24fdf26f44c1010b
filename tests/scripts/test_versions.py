"""`scripts/versions.py`: the lowest versions that pyproject.toml allows."""

import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from scripts import versions

ROOT = Path(__file__).parents[2]
PROJECT = versions.read_project()
EXTRAS = PROJECT["optional-dependencies"]
DIRECT = [*PROJECT["dependencies"], *(one for extra in EXTRAS.values() for one in extra)]


def parse_pins(text: str) -> dict[str, Version]:
    pins = (line.split("==") for line in text.splitlines() if "==" in line)
    return {canonicalize_name(name): Version(version) for name, version in pins}


def test_every_direct_dependency_has_its_lower_bound(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Without site-packages: the command runs before anything is installed.
    command = [sys.executable, "-I", "-S", str(ROOT / "scripts" / "versions.py"), "lowest"]
    ran = subprocess.run([*command, "chroma"], capture_output=True, text=True, check=True)
    monkeypatch.setattr("sys.argv", ["versions.py", "lowest", "chroma"])
    assert versions.main() == 0
    assert capsys.readouterr().out == ran.stdout
    assert ran.stdout.splitlines() == sorted(ran.stdout.split())
    lowest = parse_pins(ran.stdout)
    wanted = {canonicalize_name(r.name): r for r in map(Requirement, DIRECT)}
    del wanted[canonicalize_name(PROJECT["name"])]
    assert lowest.keys() == wanted.keys()
    for name, requirement in wanted.items():
        (low,) = (Version(b.version) for b in requirement.specifier if b.operator == ">=")
        assert lowest[name] == low


def test_a_package_has_one_lower_bound_in_all_extras() -> None:
    bounds: dict[str, set[str]] = {}
    for name, _, bound in map(versions.split_requirement, DIRECT):
        bounds.setdefault(name, set()).add(bound)
    assert [name for name, found in bounds.items() if len(found) > 1] == []


def test_what_is_tested_is_allowed() -> None:
    pinned = parse_pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    for requirement in map(Requirement, DIRECT):
        if requirement.name != PROJECT["name"]:
            assert pinned[canonicalize_name(requirement.name)] in requirement.specifier


def test_extras_are_those_that_are_asked_for() -> None:
    core = versions.lowest_versions()
    assert {pin.partition("==")[0] for pin in versions.lowest_versions("cli") - core} == {
        "rich",
        "typer",
    }
    assert versions.lowest_versions("all") >= core | versions.lowest_versions("cli")


@pytest.mark.parametrize("requirement", ["rich", "rich<14", "rich==14.2", "rich>=13,>=14"])
def test_a_dependency_without_one_lower_bound_is_an_error(
    requirement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = {"name": "ours", "dependencies": [requirement], "optional-dependencies": {}}
    monkeypatch.setattr(versions, "read_project", lambda: project)
    with pytest.raises(SystemExit, match="needs exactly one lower bound"):
        versions.lowest_versions()


@pytest.mark.parametrize(
    ("requirement", "parts"),
    [
        ("aiohttp>=3.14.4,<4", ("aiohttp", [], ">=3.14.4,<4")),
        ("psycopg[binary] >= 3.2.1", ("psycopg", ["binary"], ">= 3.2.1")),
        ("pysimdjson>=7; python_version < '3.14'", ("pysimdjson", [], ">=7")),
        ("twelvelabs-embed[arrow,bulk]", ("twelvelabs-embed", ["arrow", "bulk"], "")),
    ],
)
def test_a_requirement_is_split(requirement: str, parts: tuple[str, list[str], str]) -> None:
    assert versions.split_requirement(requirement) == parts
