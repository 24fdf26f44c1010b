"""Without its extra, an adapter names it."""

import subprocess
import sys

import pytest
from twelvelabs_embed import MissingDependencyError


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
