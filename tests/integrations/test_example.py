"""examples/langchain_search.py runs as a reader would run it."""

import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "langchain_search.py"


def test_the_text_itself_is_nearest() -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLE, "a car drives through rain"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "1.000 a car drives through rain"
