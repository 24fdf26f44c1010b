"""The packages in a zip file, as `python -m zipapp` and Spark's `--py-files` use them."""

import shutil
import subprocess
import sys
import zipapp
from collections.abc import Sequence
from pathlib import Path

import pytest
from twelvelabs_embed_emulator import Emulator

ROOT = Path(__file__).resolve().parents[2]
CLIENT = """
import sys
import twelvelabs_embed
from twelvelabs_embed import TwelveLabs

assert twelvelabs_embed.__file__.startswith(sys.argv[0]), twelvelabs_embed.__file__
with TwelveLabs() as client:
    print(client.embed("a man walks his dog").vector.shape)
for name in twelvelabs_embed.__all__:
    getattr(twelvelabs_embed, name)
"""
WITH_EMULATOR = """
import sys
import twelvelabs_embed_emulator
from twelvelabs_embed import Document, TwelveLabs
from twelvelabs_embed.report.page import _read
from twelvelabs_embed_emulator import Emulator, samples

assert twelvelabs_embed_emulator.__file__.startswith(sys.argv[0])
assert _read("page.html")
with Emulator() as emulator, TwelveLabs(emulator.key, base_url=emulator.base_url) as client:
    manual = client.embed(Document(samples.document("manual.pdf")), model="marengo3.5")
    print(manual.vectors.shape)
"""


def run_zipped(folder: Path, program: str, packages: Sequence[str]) -> str:
    """What the program prints. Compiled dependencies come from this environment."""
    for package in packages:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, folder / "app" / Path(package).name, ignore=ignored)
    (folder / "app" / "__main__.py").write_text(program)
    emulator = folder / "app" / "twelvelabs_embed_emulator"
    if emulator.exists():  # as the wheel has it
        shutil.copy(ROOT / "openapi" / "embed-v2.yaml", emulator)
    zipapp.create_archive(folder / "app", folder / "app.pyz")
    done = subprocess.run(
        [sys.executable, folder / "app.pyz"], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = ["wrapper/twelvelabs_embed", "generated/twelvelabs_embed_api"]
    with Emulator() as emulator:
        monkeypatch.setenv("TWELVELABS_BASE_URL", emulator.base_url)
        monkeypatch.setenv("TWELVELABS_API_KEY", emulator.key)
        assert run_zipped(tmp_path, CLIENT, packages) == "(512,)\n"


def test_the_emulator_and_the_files_of_the_packages(tmp_path: Path) -> None:
    packages = [
        "wrapper/twelvelabs_embed",
        "generated/twelvelabs_embed_api",
        "emulator/twelvelabs_embed_emulator",
    ]
    assert run_zipped(tmp_path, WITH_EMULATOR, packages) == "(3, 512)\n"
