"""One S3 server and one emulator for all tests of stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from twelvelabs_embed import RetryPolicy, TwelveLabs
from twelvelabs_embed.inputs import object_stores
from twelvelabs_embed_emulator import Emulator, samples

from tests.stores.s3_server import S3Server, s3_server


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    """A server that programs find by the environment."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    with s3_server() as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture(autouse=True)
def _forget_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(object_stores, "_unfetchable", set())


@pytest.fixture
def public_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if loopback were in the internet: the emulator fetches links from here."""
    monkeypatch.setattr(object_stores, "host_kind", lambda link: "public")


@pytest.fixture
def client(emulator: Emulator, tmp_path: Path) -> Iterator[TwelveLabs]:
    with TwelveLabs(
        "k",
        base_url=emulator.base_url,
        retry=RetryPolicy(base_sec=0.01),
        resume_dir=tmp_path / "resume",
    ) as client:
        yield client


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return samples.image(
        tmp_path_factory.mktemp("image") / "a.jpg", width=160, height=160
    ).read_bytes()


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return samples.video(tmp_path_factory.mktemp("video") / "a.mp4", duration_sec=6).read_bytes()


@pytest.fixture(scope="session")
def audio(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return samples.audio(tmp_path_factory.mktemp("audio") / "a.wav", duration_sec=6).read_bytes()
