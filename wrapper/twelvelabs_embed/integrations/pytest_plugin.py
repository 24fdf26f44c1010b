"""A pytest plugin: `embed_emulator` is a running emulator with a client that is ready.

    def test_a_film_is_found(embed_emulator):
        film = embed_emulator.client.embed(Video("film.mkv"))

pytest finds it by itself where this package is installed. It needs the extra `[emulator]`. Where no
test asks for the fixture, it costs nothing: what is heavy is imported when it is used.

Each test has an emulator of its own, and so has each worker of pytest-xdist. Tests share one with
`embed_emulator_scope = session` (or `module`, `class`, `package`) in pytest's configuration.
"""

from __future__ import annotations

import functools
import os
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from twelvelabs_embed_emulator import Emulator, Fault, Seen
    from twelvelabs_embed_emulator.conformance import Case, Judge, Target

    from twelvelabs_embed import AsyncTwelveLabs, Clock, TwelveLabs

__all__ = ["EmbedEmulator", "embed_emulator", "embed_emulator_settings"]

_Scope: TypeAlias = Literal["session", "package", "module", "class", "function"]
_SCOPE = "embed_emulator_scope"

_MARK = "embed_emulator(**settings): how the emulator of the fixture is made; see `Emulator`"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the setting of the scope, and the options of the contract tests."""
    description = "what shares an emulator: session, package, module, class or function"
    parser.addini(_SCOPE, description, default="function")
    group = parser.getgroup("twelvelabs-embed")
    group.addoption(
        "--embed-contract-test",
        metavar="URL",
        help="also test whether the server at this address does what the contract of the "
        "TwelveLabs Embed API says; the key comes from TWELVE_LABS_API_KEY or TWELVELABS_API_KEY",
    )
    group.addoption(
        "--embed-contract-subset",
        choices=["read", "cheap", "all"],
        default="cheap",
        help="read: changes nothing; cheap: also short texts and what is rejected; all: also "
        "media, assets, uploads and tasks [%(default)s]",
    )


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the contract tests, a test for each case, if they are asked for."""
    base_url = config.getoption("--embed-contract-test", None)
    if not base_url:
        return
    from twelvelabs_embed_emulator.conformance import Judge, Target, cases_of
    from twelvelabs_embed_emulator.conformance.runner import read_contract

    from twelvelabs_embed.client import KEY_VARIABLES

    key = next(filter(None, map(os.environ.get, KEY_VARIABLES)), None)
    if key is None:
        raise pytest.UsageError(f"--embed-contract-test: set {' or '.join(KEY_VARIABLES)}")
    document = read_contract()
    judge, target = Judge(document), Target(str(base_url).rstrip("/"), key)
    subset: Any = config.getoption("--embed-contract-subset")
    for case in cases_of(document, subset):
        name = f"contract[{case.name}]"
        items.append(_ContractTest.from_parent(session, name=name, run=(case, target, judge)))


class _ContractTest(pytest.Item):
    """One case of the contract tests."""

    def __init__(self, *, run: tuple[Case, Target, Judge], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._run = run

    def runtest(self) -> None:
        """Run the case, and fail with its violations."""
        from twelvelabs_embed_emulator.conformance import run_case

        violations = run_case(*self._run).violations
        if violations:
            pytest.fail("\n".join(dict.fromkeys(map(str, violations))), pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return what reports call it."""
        return self.path, None, self.name


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known, as `--strict-markers` wants it."""
    config.addinivalue_line("markers", _MARK)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Reject a mark that comes too late, since the emulator is shared and runs already."""
    scope = item.config.getini(_SCOPE)
    kinds: dict[str, Any] = {"class": pytest.Class, "module": pytest.Module}
    shared = item if scope == "function" else item.getparent(kinds.get(scope, pytest.Session))
    nodes = (shared or item).listchain()
    for node, _ in item.iter_markers_with_node("embed_emulator"):
        if node not in nodes:
            hint = (
                "set it by a fixture embed_emulator_settings in conftest.py, or start an Emulator"
            )
            reason = f"the mark embed_emulator has no effect, as {_SCOPE} is {scope}"
            raise pytest.UsageError(f"{item.nodeid}: {reason}; {hint}")


class EmbedEmulator:
    """A running emulator, and clients of it for which waiting takes no time.

    When a client waits, as before a retry or for a task, its clock and the emulator's go ahead
    instead: a task that takes an hour is done in a moment.

    Attributes:
        emulator: the emulator itself
        clock: the time of the clients; give it to clients that you make yourself
        api_key: a key that the emulator accepts
    """

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.api_key = emulator.key
        self.clock: Clock = _Time(emulator).clock()
        self._client: TwelveLabs | None = None

    @property
    def base_url(self) -> str:
        """The address for clients, the vendor's SDK among them; it ends in `/v1.3`."""
        return self.emulator.base_url

    @property
    def client(self) -> TwelveLabs:
        """A client, the same each time. It is closed after the test."""
        from twelvelabs_embed import TwelveLabs

        if self._client is None:
            self._client = TwelveLabs(self.api_key, base_url=self.base_url, clock=self.clock)
        return self._client

    def async_client(self) -> AsyncTwelveLabs:
        """Return a new client to be awaited; use it in `async with`, or close it."""
        from twelvelabs_embed import AsyncTwelveLabs

        return AsyncTwelveLabs(self.api_key, base_url=self.base_url, clock=self.clock)

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Let time pass for the emulator: links expire, what is processed gets done.

        Raises:
            ValueError: it would go back
        """
        self.emulator.advance(days=days, hours=hours, minutes=minutes, seconds=seconds)

    def set_faults(self, script: str | Iterable[Fault | str]) -> None:
        """Let the next requests fail: `set_faults("503*2,reset")`. Retries are not waited for.

        Args:
            script: what happens to which request, as docs/faults.md says; "" ends it

        Raises:
            ValueError: it is no script
        """
        self.emulator.set_faults(script)

    @property
    def seen(self) -> list[Seen]:
        """The last requests that came and what happened to them, oldest first."""
        return self.emulator.seen

    def reset(self) -> None:
        """Forget assets, tasks, requests, faults and stubs, for tests that share an emulator.

        The clocks of the clients and of the emulator continue.
        """
        ahead_sec = self.emulator.control.clock()["ahead_sec"]
        self.emulator.control.reset()
        self.advance(seconds=ahead_sec)

    def close(self) -> None:
        """Close the client, if there is one."""
        if self._client is not None:
            self._client.close()


def _scope(fixture_name: str, config: pytest.Config) -> _Scope:
    scope: _Scope = config.getini(_SCOPE)
    return scope


@pytest.fixture(scope="session")
def embed_emulator_settings() -> dict[str, Any]:
    """Settings of the emulator, which a mark adds to; to be overridden in a conftest.py."""
    return {}


@pytest.fixture(scope=_scope)
def embed_emulator(
    request: pytest.FixtureRequest,
    embed_emulator_settings: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[EmbedEmulator]:
    """A running emulator of the TwelveLabs Embed API, empty in each test; see `EmbedEmulator`.

    Clients that the tested code makes find it, too, as do processes that it starts: the variables
    for the key, the base URL and the journal are set for the time of the test. Settings of the
    emulator come from the mark: `@pytest.mark.embed_emulator(processing_sec=60)`.
    """
    from twelvelabs_embed_emulator import Emulator

    settings = dict(embed_emulator_settings)
    for mark in reversed(list(request.node.iter_markers("embed_emulator"))):
        settings |= mark.kwargs  # the mark of a test counts more than that of its module
    with (
        Emulator(**settings) if settings else _plain_emulator() as emulator,
        pytest.MonkeyPatch.context() as monkeypatch,
    ):
        # Nothing that is tested can reach the service, or a journal, with what is set up here.
        monkeypatch.setenv("TWELVELABS_BASE_URL", emulator.base_url)
        monkeypatch.setenv("TWELVELABS_API_KEY", emulator.key)
        monkeypatch.setenv("TWELVE_LABS_API_KEY", emulator.key)
        resume_dir = tmp_path_factory.mktemp("journal")
        monkeypatch.setenv("TWELVELABS_EMBED_RESUME_DIR", str(resume_dir))
        running = EmbedEmulator(emulator)
        yield running
        running.close()


@functools.cache
def _plain_emulator() -> Emulator:
    """Return the emulator of all tests without settings: it reads the contract once."""
    from twelvelabs_embed_emulator import Emulator

    return Emulator()


class _Time:
    """Time that a wait advances at once, and that otherwise passes as usual."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._passed_sec = 0.0
        self._lock = threading.Lock()

    def clock(self) -> Clock:
        from twelvelabs_embed import Clock

        return Clock(
            monotonic=lambda: time.monotonic() + self._passed_sec,
            now=lambda: datetime.now(UTC) + timedelta(seconds=self._passed_sec),
            sleep=self._sleep,
            sleep_async=self._sleep_async,
        )

    def _sleep(self, duration_sec: float) -> None:
        """Let the emulator do what it is at, which takes real time, and let the rest pass."""
        self._emulator.wait_until_idle()
        with self._lock:
            self._passed_sec += duration_sec
            self._emulator.advance(seconds=duration_sec)

    async def _sleep_async(self, duration_sec: float) -> None:
        from anyio import to_thread

        await to_thread.run_sync(self._sleep, duration_sec)
