"""What is public keeps its parameters and defaults, unless signatures.txt shows the change."""

import ast
import re
from pathlib import Path

from tests.package import signatures
from tests.package.surface import modules


def test_signatures_are_those_of_the_file() -> None:
    kept = set(signatures.FILE.read_text("utf-8").splitlines())
    found = set(signatures.lines())
    assert found - kept == set(), "python -m tests.package.signatures writes the file anew"
    commands = set(signatures.command_lines())
    assert commands - kept == set()
    if commands:
        assert {line for line in kept - commands if line.startswith("twelvelabs-embed ")} == set()
    there = tuple(f"{module.__name__}." for module in modules())  # some need an extra
    assert {line for line in kept - found if line.startswith(there)} == set()


def test_a_violation_names_something_that_one_gives() -> None:
    words = re.findall(r"[\w.]+", signatures.FILE.read_text("utf-8"))
    named = set()
    for file in (Path(__file__).parents[2] / "wrapper").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Violation"), args=[ast.Constant(str(field)), *_]):
                    named.add(field)
    assert len(named) > 20
    assert named - {word.rpartition(".")[2] for word in words} == set()
