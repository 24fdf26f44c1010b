"""Settings of all tests; the examples of README.md and docs/guide.md, run against the emulator."""

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import settings
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

if TYPE_CHECKING:
    from twelvelabs_embed_emulator import Emulator

# How long an example takes depends on what else the machine does.
settings.register_profile("no deadline", settings(), deadline=None)
settings.load_profile("no deadline")


def pytest_configure() -> None:
    # A process that a shell starts in the background ignores Ctrl-C, and so would its children.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def resume_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep tests, and the processes that they start, out of the cache folder of the user."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWELVELABS_EMBED_RESUME_DIR", str(tmp_path_factory.mktemp("resume")))
        yield


@pytest.fixture(scope="module")
def emulator() -> Iterator["Emulator"]:
    """A running emulator, where a folder has no other one."""
    from twelvelabs_embed_emulator import Emulator

    with Emulator() as running:
        yield running


@pytest.fixture(scope="module")
def first_steps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give the page what its reader has: a key, a service, some media."""
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
    """Find open clients: a page need not close its own, but open sockets warn in later tests."""
    known = [one for one in gc.get_objects() if issubclass(type(one), httpx.Client)]
    return {client for client in known if not client.is_closed}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.suffix == ".md":
            # The examples of a page are read from top to bottom, also by --random-order.
            item.add_marker(pytest.mark.random_order(disabled=True))
            # A short script need not close its client; the process closes the sockets.
            item.add_marker(
                pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
            )


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser()],
    patterns=["README.md", "guide.md"],
    fixtures=["first_steps"],
).pytest()
