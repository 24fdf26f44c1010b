"""Code of users under mypy and pyright: errors only in the marked lines.

Both checkers must find the errors in the same lines; how they call them is theirs.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FILES = [
    str((HERE / name).relative_to(ROOT))
    for name in ("accepted.py", "rejected.py", "vendor_modules.py", "vendor_style.py")
]

Errors: TypeAlias = dict[tuple[str, int], str]
"""What a checker says, by file and line."""


def run(*command: str) -> str:
    result = subprocess.run([*command, *FILES], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 1, result.stderr + result.stdout  # it ran, and found something
    return result.stdout


def errors_of_mypy() -> Errors:
    output = run(sys.executable, "-m", "mypy", "--strict", "--no-error-summary")
    found = re.findall(r"^(.+?):(\d+): error: (.*)$", output, re.MULTILINE)
    return {(Path(file).name, int(line)): text for file, line, text in found}


def errors_of_pyright() -> Errors:
    pyright = str(ROOT / "node_modules" / ".bin" / "pyright")
    report = json.loads(run(pyright, "--outputjson", "--pythonpath", sys.executable))
    return {
        (Path(error["file"]).name, error["range"]["start"]["line"] + 1): error["message"]
        for error in report["generalDiagnostics"]
    }


NEEDS_NODE = pytest.mark.skipif(shutil.which("npm") is None, reason="pyright needs node")


@pytest.mark.parametrize(
    "errors_of", [errors_of_mypy, pytest.param(errors_of_pyright, marks=NEEDS_NODE)]
)
def test_errors_are_where_they_are_marked(errors_of: Callable[[], Errors]) -> None:
    marked = {
        (Path(file).name, number)
        for file in FILES
        for number, line in enumerate((ROOT / file).read_text().splitlines(), start=1)
        if line.endswith("# error")
    }
    assert len(marked) > 30
    found = errors_of()
    assert {place: text for place, text in found.items() if place not in marked} == {}
    assert marked - found.keys() == set()
