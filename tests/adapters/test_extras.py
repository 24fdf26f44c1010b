"""Without its extra, an adapter names it."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("package", "extra"),
    [("langchain_core", "langchain"), ("lancedb", "lancedb"), ("chromadb", "chroma")],
)
def test_what_is_missing_is_named(package: str, extra: str) -> None:
    code = f"import sys; sys.modules[{package!r}] = None; import twelvelabs_embed.adapters.{extra}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    wanted = f"ImportError: {package} is not installed: pip install 'twelvelabs-embed[{extra}]'"
    assert done.stderr.splitlines()[-1] == wanted
