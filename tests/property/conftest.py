"""Files and an emulator, made once for all."""

from collections.abc import Iterator

import httpx
import pytest
from twelvelabs_embed_emulator import Emulator

from tests.property.emulator_oracle import Judge, make_samples


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return make_samples(tmp_path_factory.mktemp("samples"))


@pytest.fixture(scope="session")
def judge() -> Iterator[Judge]:
    with Emulator() as emulator, httpx.Client(base_url=emulator.base_url, timeout=60) as http:
        yield Judge(http)
