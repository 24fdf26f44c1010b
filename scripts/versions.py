"""Print pip constraints for the lowest versions that pyproject.toml allows.

`python scripts/versions.py lowest` prints a line `name==version` for each direct dependency of the
package, of `[all]` and of the extras that are named after it. It needs nothing but Python, because
it runs before anything is installed:

    python scripts/versions.py lowest chroma > lowest.txt
    pip install --constraint lowest.txt --editable '.[all,chroma]' --group dev
    pip install --no-deps langchain-tests

pip then fails for a lower bound that does not exist or conflicts with another one, and does not
take the next version. Indirect dependencies have the newest version that fits, and so do
the tools of the tests: all of them, because bounds that one of them would break are raised in
pyproject.toml (anyio, jsonschema-rs, langchain-core, rich). Only langchain-tests is installed
without what it asks for, as scripts/setup does: it wants other versions of vcrpy and httpx, which
its tests of embeddings do not use.
"""

import argparse
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
# A requirement without a URL; its marker, if it has one, comes after a semicolon.
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)\s*(?:\[(?P<extras>[^]]*)\])?\s*(?P<bounds>[^;]*)")
_LOWER_BOUND = re.compile(r">=\s*([\w.]+)")


def main() -> int:
    """Print the constraints that the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("which", choices=["lowest"])
    parser.add_argument("extras", nargs="*", help="extras besides [all]")
    arguments = parser.parse_args()
    pins = set[str]().union(*map(lowest_versions, ["all", *arguments.extras]))
    print("\n".join(sorted(pins)))
    return 0


def lowest_versions(extra: str = "") -> set[str]:
    """Give the lower bound of each package that pyproject.toml names, also for an extra.

    Returns:
        constraints as pip reads them; markers of the requirements are omitted, because a
        constraint on a package that is not installed does nothing
    """
    project = read_project()
    requirements = [*project["dependencies"]]
    if extra:
        requirements += project["optional-dependencies"][extra]
    pins: set[str] = set()
    for requirement in requirements:
        name, extras, bounds = split_requirement(requirement)
        if name == project["name"]:  # an extra that stands for others
            pins.update(*map(lowest_versions, extras))
            continue
        low = _LOWER_BOUND.findall(bounds)
        if len(low) != 1:
            raise SystemExit(f"pyproject.toml: {requirement!r} needs exactly one lower bound, `>=`")
        pins.add(f"{name}=={low[0]}")
    return pins


def split_requirement(requirement: str) -> tuple[str, list[str], str]:
    """Split a requirement into the package's name, its extras, and the bounds of its version."""
    match = _REQUIREMENT.match(requirement)
    if match is None:
        raise SystemExit(f"pyproject.toml: {requirement!r} is not a requirement")
    extras = re.findall(r"[\w.-]+", match["extras"] or "")
    return match["name"], extras, match["bounds"].strip()


def read_project() -> dict[str, Any]:
    """Read the table `[project]` of pyproject.toml."""
    return dict(tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"])


if __name__ == "__main__":
    sys.exit(main())
