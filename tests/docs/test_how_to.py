"""The test files in docs/how-to/test-your-code.md pass, as readers would run them."""

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "test-your-code.md"
TEST_FILE = re.compile(r"^```py\n# (?P<name>test_\w+)\.py\n(?P<content>.*?)^```$", re.DOTALL | re.M)


def test_the_tests_of_the_page_pass(pytester: pytest.Pytester) -> None:
    files = {one["name"]: one["content"] for one in TEST_FILE.finditer(PAGE.read_text())}
    assert set(files) == {"test_titles", "test_time", "test_failures"}
    pytester.makepyfile(**files)
    pytester.runpytest_subprocess("--strict-markers").assert_outcomes(passed=4)
