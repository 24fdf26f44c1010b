"""The package of docs/how-to/own-sink.md, built and installed: a real embedded database."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from twelvelabs_embed import ModelMismatchError, TwelveLabs
from twelvelabs_embed_emulator import Emulator

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "examples" / "duckdb_sink"
PAGE = ROOT / "docs" / "how-to" / "own-sink.md"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the package is installed."""
    site = tmp_path_factory.mktemp("site-packages")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    command = [*pip, "--no-build-isolation", "--target", str(site), str(PACKAGE)]
    subprocess.run(command, check=True, capture_output=True)
    return site


@pytest.fixture
def base_url() -> Iterator[str]:
    with Emulator() as emulator:
        yield emulator.base_url


@pytest.fixture
def found(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in an environment with the package."""
    monkeypatch.syspath_prepend(installed)
    monkeypatch.delitem(sys.modules, "duckdb_sink", raising=False)


def texts(path: Path, count: int) -> Path:
    path.write_text("\n".join(json.dumps({"id": f"{n}", "text": f"dog {n}"}) for n in range(count)))
    return path


def test_it_takes_less_than_fifty_lines() -> None:
    assert len((PACKAGE / "duckdb_sink.py").read_text().splitlines()) < 50


def test_the_page_shows_the_files_of_the_package() -> None:
    page = PAGE.read_text()
    for name in ("duckdb_sink.py", "pyproject.toml"):
        assert (PACKAGE / name).read_text().partition("\n\n")[2] in page


def test_a_run_fills_a_database_and_can_be_repeated(
    found: None, base_url: str, tmp_path: Path
) -> None:
    source, address = texts(tmp_path / "a.jsonl", 5), f"duckdb:{tmp_path / 'v.duckdb'}#dogs"
    with TwelveLabs("k", base_url=base_url) as client:
        report = client.bulk.run(source, tmp_path / "out", sink=address)
        assert (report.done, report.failed) == (5, 0)
        # Another folder with the same items: their rows are replaced.
        client.bulk.run(source, tmp_path / "again", sink=address)
        texts(source, 3)
        client.bulk.run(source, tmp_path / "again", sink=address, prune=True)
    with duckdb.connect(tmp_path / "v.duckdb") as database:
        rows = database.execute("select id, len(vector) from dogs order by id").fetchall()
    assert rows == [("0", 512), ("1", 512), ("2", 512)]


def test_vectors_of_another_model_are_rejected_before_anything_is_sent(
    found: None, base_url: str, tmp_path: Path
) -> None:
    source, address = texts(tmp_path / "a.jsonl", 1), f"duckdb:{tmp_path / 'v.duckdb'}#dogs"
    with TwelveLabs("k", base_url=base_url) as client:
        client.bulk.run(source, tmp_path / "out", sink=address)
        with pytest.raises(ModelMismatchError):
            client.bulk.run(source, tmp_path / "b", sink=address, model="marengo3.5")


def test_the_command_line_finds_it(installed: Path, base_url: str, tmp_path: Path) -> None:
    source = texts(tmp_path / "a.jsonl", 2)
    command = [str(Path(sys.executable).with_name("twelvelabs-embed")), "run", str(source)]
    command += ["--out", str(tmp_path / "out"), "--sink", f"duckdb:{tmp_path / 'v.duckdb'}#dogs"]
    environment = {
        **os.environ,
        "PYTHONPATH": str(installed),
        "TWELVELABS_API_KEY": "k",
        "TWELVELABS_BASE_URL": base_url,
    }
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=100)
    with duckdb.connect(tmp_path / "v.duckdb") as database:
        assert database.execute("select count(*) from dogs").fetchone() == (2,)
