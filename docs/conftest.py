"""Runs the examples of the pages here, as the conftest.py above does with the guide."""

from pathlib import Path

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser()],
    path=str(Path(__file__).parent),
    patterns=["index.md", "tutorial.md", "how-to/*.md"],
    fixtures=["first_steps"],
).pytest()
