"""The examples of the reference page run with only their import lines changed."""

import contextlib
import io
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.vendor_style.running import OURS, THEIRS, Outcome, RunProgram, with_imports_from

pytest.importorskip("twelvelabs")

EXAMPLES = dict(
    re.findall(
        r"(?ms)^# (Create .*?)\n(.*?)(?=^# Create|\Z)",
        Path(__file__).with_name("reference_page.txt").read_text(),
    )
)
_CLIENT = 'from twelvelabs import TwelveLabs\nclient = TwelveLabs(api_key="tlk_test")\n'
"""The page omits how its `client` is made."""


def _run(run_program: RunProgram, package: str, example: str) -> Outcome:
    def program() -> Any:
        values = {"YOUR_TEXT": "a dog"} | {
            f"YOUR_{kind}_URL": os.environ[f"{kind}_URL"] for kind in ("IMAGE", "VIDEO")
        }
        source = re.sub("<(YOUR_[A-Z_]+)>", lambda found: values[found[1]], example)
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(with_imports_from(package, _CLIENT + source), {})
        return printed.getvalue()

    return run_program(program)


@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_prints_and_sends_the_same(run_program: RunProgram, title: str) -> None:
    ours = _run(run_program, OURS, EXAMPLES[title])
    theirs = _run(run_program, THEIRS, EXAMPLES[title])
    assert "Embedding dimensions: 512" in ours.result
    assert ours.result == theirs.result
    assert ours.sent == theirs.sent


def test_there_are_three_examples() -> None:
    assert [title.split()[1] for title in EXAMPLES] == ["text", "image", "video"]
