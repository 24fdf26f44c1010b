"""What people install. The extras, one after the other, are for `scripts/check-wheel --all`."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts import smoke
from scripts.check_wheel import known_extras

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_it_works_without_any_extra() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "check_wheel.py"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "twelvelabs-embed: good" in done.stdout


def test_every_extra_is_tried() -> None:
    assert [extra for extra in known_extras() if not hasattr(smoke, extra)] == []
