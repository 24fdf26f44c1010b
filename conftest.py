"""Runs the examples of README.md and docs/guide.md against the emulator, in a folder with media."""

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import settings
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

# How long an example takes depends on what else the machine does.
settings.register_profile("patient", settings(), deadline=None)
settings.load_profile("patient")


def pytest_configure() -> None:
    # A shell has what it starts in the background ignore Ctrl-C, and so would all that tests start.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def resume_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test, and no process that one starts, writes into your cache folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWELVELABS_EMBED_RESUME_DIR", str(tmp_path_factory.mktemp("journal")))
        yield


@pytest.fixture(scope="module")
def first_steps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a reader has: a key, a service, some media."""
    from twelvelabs_embed_emulator import Emulator, samples

    folder = tmp_path_factory.mktemp("readme")
    samples.video(folder / "film.mkv")
    samples.audio(folder / "talk.wav")
    samples.image(folder / "beach.jpg")
    samples.document(folder / "paper.pdf", pages=["a man and his dog", "the beach"])
    before = Path.cwd()
    with pytest.MonkeyPatch.context() as patch, Emulator() as emulator:
        patch.setenv("TWELVELABS_API_KEY", "any")
        patch.setenv("TWELVELABS_BASE_URL", emulator.base_url)
        patch.delenv("TWELVE_LABS_API_KEY", raising=False)
        os.chdir(folder)
        clients_before = _open_clients()
        yield
        os.chdir(before)
        for client in _open_clients() - clients_before:
            client.close()


def _open_clients() -> set[httpx.Client]:
    """Of a page, the client of a short script need not be closed; its sockets are, so that nobody
    else is told of them."""
    known = [one for one in gc.get_objects() if issubclass(type(one), httpx.Client)]
    return {client for client in known if not client.is_closed}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.suffix == ".md":
            # The client of a short script need not be closed; the socket goes with the process.
            item.add_marker(
                pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
            )


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser()],
    patterns=["README.md", "guide.md"],
    fixtures=["first_steps"],
).pytest()
