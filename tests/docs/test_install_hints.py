"""Nothing says to install `twelvelabs-embed` from an index, where another project has the name."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSTALLERS = r"\b(?:pip3?|pipx|uv|poetry|pdm|conda)\b[^\n#`]*\b(?:install|add|tool|run)\b"
NAME = r"(?<![\w/.-])twelvelabs-embed(?![\w/.-])"
COMMAND = re.compile(rf"{INSTALLERS}[^\n`]*?{NAME}|\binstall {NAME}")


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("pip install 'twelvelabs-embed[cli]'", True),
        ('python -m pip install pytest "twelvelabs-embed[emulator]" .', True),
        ("uv add twelvelabs-embed", True),
        ("for pixels, install twelvelabs-embed[media]", True),
        ("pip install '.[cli]'", False),
        ("pip install dist/twelvelabs-embed-0.1.0.tar.gz", False),
        ("The extra [cli] of twelvelabs-embed brings it", False),
    ],
)
def test_what_is_looked_for(line: str, is_found: bool) -> None:
    assert bool(COMMAND.search(line)) is is_found


def test_nothing_installs_the_name_from_an_index() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    own = Path(__file__).relative_to(ROOT).as_posix()
    found = [
        f"{name}:{number}: {line.strip()}"
        for name in tracked.stdout.split("\0")
        if name.endswith((".py", ".md", ".toml", ".yml", ".js", ".html")) and name != own
        if (ROOT / name).is_file()
        for number, line in enumerate((ROOT / name).read_text("utf-8").splitlines(), 1)
        if COMMAND.search(line)
    ]
    assert found == []
