"""The site of docs/ can be built, says what the docstrings say, and asks no other host."""

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FETCHED = re.compile(r"""<(?:script|link|img)[^>]+(?:src|href)=["']?(?://|http)[^>]*""")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_it_is_built_without_warnings(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    assert "WARNING" not in built.stderr

    pages = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*.html")}
    clients = words(pages["reference/client.html"])
    assert "auto_truncate: bool = False" in clients  # of a method that is made of a flow
    assert "TooManyRequestsError" in words(pages["reference/errors.html"])
    for page in pages.values():
        fetched = FETCHED.findall(page.read_text(encoding="utf-8"))
        assert fetched == [], page
    linked = re.findall(r'href="([^"#:]+)"', pages["index.html"].read_text())
    assert {"tutorial.html", "guide.html", "parity.html", "architecture.html"} <= set(linked)


def words(page: Path) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", page.read_text(encoding="utf-8"))).split())
