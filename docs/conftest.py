"""Runs the examples of the pages here, as the conftest.py above does with the guide."""

from pathlib import Path

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from tests.stores.page import bucket  # noqa: F401  a fixture

_HERE = str(Path(__file__).parent)
_STORES = "how-to/object-stores.md"

_pages = Sybil(
    parsers=[PythonCodeBlockParser()],
    path=_HERE,
    patterns=["index.md", "tutorial.md", "how-to/*.md"],
    excludes=[_STORES],
    fixtures=["first_steps"],
)
_stores = Sybil(
    parsers=[PythonCodeBlockParser()],
    path=_HERE,
    patterns=[_STORES],
    fixtures=["first_steps", "bucket"],
)

pytest_collect_file = (_pages + _stores).pytest()
