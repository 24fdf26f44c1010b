"""Without its extra, what needs it names it."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from twelvelabs_embed import MissingDependencyError

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("package", "extra"),
    [("langchain_core", "langchain"), ("lancedb", "lancedb"), ("chromadb", "chroma")],
)
def test_what_is_missing_is_named(package: str, extra: str) -> None:
    code = (
        f"import sys; sys.modules[{package!r}] = None; import twelvelabs_embed.integrations.{extra}"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    last_line = done.stderr.splitlines()[-1]
    assert last_line.endswith(f"MissingDependencyError: {MissingDependencyError(package, extra)}")


def test_each_extra_that_is_named_brings_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    brought = {
        (_plain(re.split(r"[\[<>=]", requirement)[0]), extra)
        for extra, requirements in project["optional-dependencies"].items()
        for requirement in requirements
    }
    distributions = packages_distributions()
    named = {
        (_plain(distributions[package.partition(".")[0]][0]), extra)
        for package, extra in _named_extras()
    }
    assert named
    assert named - brought == set()


def _named_extras() -> Iterator[tuple[str, object]]:
    for file in (ROOT / "wrapper").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="import_extra" | "MissingDependencyError"),
                    args=[ast.Constant(value=str(package)), ast.Constant(value=extra)],
                ):
                    yield package, extra


def _plain(distribution: str) -> str:
    return distribution.lower().replace("_", "-")
