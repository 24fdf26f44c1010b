"""What is missing of the vendor SDK's public names, or differs, stands in the migration page."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

pytest.importorskip("twelvelabs")

from tests.vendor_style.surface import differences, type_names

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "migrating.md"
_SECTION = re.compile(r"(?s)### Names that are missing or differ\n(.*?)(?=\n##|\Z)")


def listed() -> list[str]:
    """The names in the first column of the page's table; `*` stands for anything."""
    found = _SECTION.search(PAGE.read_text())
    assert found is not None
    rows = [line.split("|")[1] for line in found[1].splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def test_the_page_lists_what_differs_and_no_more() -> None:
    found, patterns = differences(), listed()
    assert len(patterns) == len(set(patterns))
    not_listed = {
        name: why
        for name, why in found.items()
        if not any(fnmatchcase(name, pattern) for pattern in patterns)
    }
    assert not_listed == {}
    stale = [one for one in patterns if not any(fnmatchcase(name, one) for name in found)]
    assert stale == []


def test_the_walk_sees_what_there_is() -> None:
    assert len(type_names()) > 120
    assert {"VideoInputRequest", "EmbeddingData", "AssetStatus"} <= type_names().keys()
