"""What people install. The extras, one after the other, are for `scripts/check-wheel --all`."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.release.check_wheel import NEEDED, check_contents, contents, known_extras
from scripts.versions import lowest_versions
from tests.package import smoke

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_it_works_without_any_extra() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.release.check_wheel"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "twelvelabs-embed: good" in done.stdout


def test_every_extra_is_tried() -> None:
    assert [extra for extra in known_extras() if not hasattr(smoke, extra)] == []


def test_lowest_is_an_option_for_any_extra() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.release.check_wheel", "--lowest", "nothing-of-ours"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "there is no extra nothing-of-ours" in done.stderr


def test_the_lowest_versions_are_those_of_one_extra_or_of_all_it_stands_for() -> None:
    def names(extra: str) -> set[str]:
        return {pin.partition("==")[0] for pin in lowest_versions(extra)}

    assert names("arrow") - names("") == {"pyarrow"}
    assert names("media") | names("cli") <= names("all")


@pytest.mark.parametrize("extra", ["", *known_extras()])
def test_a_package_has_one_lower_bound(extra: str) -> None:
    names = [pin.partition("==")[0] for pin in lowest_versions(extra)]
    assert len(names) == len(set(names))


def wheel_of(folder: Path, *names: str) -> Path:
    wheel = folder / "ours.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in names:
            archive.writestr(name, name)
    return wheel


def test_a_wheel_has_our_packages_and_nothing_else(tmp_path: Path) -> None:
    assert {
        "twelvelabs_embed/py.typed",
        "twelvelabs_embed_api/py.typed",
        "twelvelabs_embed_emulator/py.typed",
        "twelvelabs_embed_emulator/embed-v2.yaml",
        "twelvelabs_embed_emulator/PARITY.md",
    } == NEEDED
    needed = [*NEEDED, "twelvelabs_embed-1.dist-info/METADATA"]
    check_contents(wheel_of(tmp_path, *needed))
    for missing in NEEDED:
        with pytest.raises(SystemExit, match=re.escape(f"has no {missing}")):
            check_contents(wheel_of(tmp_path, *(name for name in needed if name != missing)))
    with pytest.raises(SystemExit, match=re.escape(f"has no {', '.join(sorted(NEEDED))}")):
        check_contents(wheel_of(tmp_path))
    with pytest.raises(SystemExit, match=r"has docs, tests, which"):
        check_contents(wheel_of(tmp_path, *needed, "tests/test_it.py", "docs/a.md"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_an_error(tmp_path: Path) -> None:
    assert contents(wheel_of(tmp_path, "a", "b")).keys() == {"a", "b"}
    with pytest.raises(SystemExit, match="has a file twice"):
        contents(wheel_of(tmp_path, "a", "b", "a"))
