"""The fixtures of programs in the vendor's style."""

from collections.abc import Iterator

import pytest

from tests.vendor_style.running import RunProgram, programs_environment


@pytest.fixture(scope="session")
def run_program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunProgram]:
    """Run a program against an emulator, and return what it gave and what it sent."""
    with programs_environment(tmp_path_factory.mktemp("media")) as run:
        yield run
