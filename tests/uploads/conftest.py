"""A service, and uploads to it with one resume store."""

from pathlib import Path

import pytest

from tests.uploads.service import Service, Uploader


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def upload(service: Service, tmp_path: Path) -> Uploader:
    return Uploader(service, tmp_path)
