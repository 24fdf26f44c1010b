"""The fixture `embed_emulator`: used here, and in runs of pytest of its own, as users have them."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock, call

import pytest
from twelvelabs_embed import ApiError, TwelveLabs
from twelvelabs_embed.client import KEY_VARIABLES
from twelvelabs_embed.integrations import pytest_plugin
from twelvelabs_embed.integrations.pytest_plugin import EmbedEmulator
from twelvelabs_embed_emulator import samples

pytest_plugins = ["pytester"]


def ahead_sec(embed_emulator: EmbedEmulator) -> float:
    return embed_emulator.emulator.control.clock()["ahead_sec"]


def test_its_client_is_ready(embed_emulator: EmbedEmulator) -> None:
    assert embed_emulator.client is embed_emulator.client
    assert embed_emulator.client.embed("a dog").vector.shape == (512,)


async def test_so_is_one_that_is_awaited(embed_emulator: EmbedEmulator) -> None:
    embed_emulator.set_faults("503:60")
    async with embed_emulator.async_client() as client:
        assert (await client.embed("a dog")).vector.shape == (512,)
    assert ahead_sec(embed_emulator) >= 60  # it was not waited for


def test_a_wait_lets_the_emulator_finish_before_time_passes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    today = datetime(2026, 12, 1, tzinfo=UTC)
    monkeypatch.setattr(pytest_plugin, "time", Mock(monotonic=lambda: 5.0))
    monkeypatch.setattr(pytest_plugin, "datetime", Mock(now=lambda zone: today))
    emulator = Mock()
    passing = pytest_plugin._Time(emulator)
    is_locked = list[bool]()
    emulator.advance.side_effect = lambda seconds: is_locked.append(passing._lock.locked())
    clock = passing.clock()
    clock.sleep(3600)
    assert emulator.method_calls == [call.wait_until_idle(), call.advance(seconds=3600)]
    assert is_locked == [True]
    assert (clock.now(), clock.monotonic()) == (today + timedelta(hours=1), 3605)


def test_the_tested_code_finds_it(embed_emulator: EmbedEmulator) -> None:
    assert {os.environ[name] for name in KEY_VARIABLES} == {embed_emulator.api_key}
    with TwelveLabs() as client:
        assert client.base_url == embed_emulator.base_url
        assert client.embed("a dog").vector.shape == (512,)
    assert Path(os.environ["TWELVELABS_EMBED_RESUME_DIR"]).is_dir()


def test_so_do_processes(embed_emulator: EmbedEmulator) -> None:
    code = "from twelvelabs_embed import TwelveLabs; print(TwelveLabs().base_url)"
    shown = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True)
    assert shown.stdout.decode().strip() == embed_emulator.base_url


@pytest.mark.parametrize("time", ["first", "second"])
def test_each_test_begins_with_nothing(
    embed_emulator: EmbedEmulator, time: str, tmp_path: Path
) -> None:
    assert list(embed_emulator.client.assets.list()) == [], time
    embed_emulator.client.assets.upload(samples.image(tmp_path / "beach.jpg"))
    assert len(list(embed_emulator.client.assets.list())) == 1


@pytest.mark.embed_emulator(api_keys=["far"])
class TestMarks:
    def test_they_set_the_emulator(self, embed_emulator: EmbedEmulator) -> None:
        assert embed_emulator.api_key == "far"

    @pytest.mark.embed_emulator(api_keys=["near"])
    def test_the_nearest_counts(self, embed_emulator: EmbedEmulator) -> None:
        embed_emulator.client.embed("a dog")
        with TwelveLabs("far") as client, pytest.raises(ApiError, match="401"):
            client.embed("a dog")


def test_settings_of_a_mark_are_those_of_its_tests_alone(
    embed_emulator_settings: dict[str, object],
) -> None:
    assert embed_emulator_settings == {}


@pytest.mark.embed_emulator(processing_sec=1200)
def test_the_clock_advances_when_a_client_waits(
    embed_emulator: EmbedEmulator, tmp_path: Path
) -> None:
    clock = embed_emulator.clock
    expected_sec = clock.monotonic() + 1200
    embed_emulator.client.assets.upload(samples.image(tmp_path / "beach.jpg"))
    assert clock.monotonic() >= expected_sec


async def test_all_its_clocks_go_ahead(embed_emulator: EmbedEmulator) -> None:
    clock = embed_emulator.clock
    before_sec, before = clock.monotonic(), clock.now()
    await clock.sleep_async(3600)
    assert 3600 <= clock.monotonic() - before_sec < 7200
    assert 3600 <= (clock.now() - before).total_seconds() < 7200


def test_failures_are_not_waited_for(embed_emulator: EmbedEmulator) -> None:
    """Really waited for, these would take three minutes, more than a test may."""
    embed_emulator.set_faults("503:60*3,reset")
    embed_emulator.client.embed("a dog")
    assert len(embed_emulator.seen) == 5
    with pytest.raises(ValueError, match="fault"):
        embed_emulator.set_faults("nonsense")


def test_its_own_time_only_goes_ahead(embed_emulator: EmbedEmulator) -> None:
    embed_emulator.advance(days=1, hours=2, minutes=3, seconds=4)
    assert ahead_sec(embed_emulator) == 24 * 3600 + 2 * 3600 + 3 * 60 + 4
    with pytest.raises(ValueError, match="ahead"):
        embed_emulator.advance(hours=-1)


def test_nothing_is_imported_for_those_who_do_not_use_it(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    pytester.makepyfile(
        """
        import sys

        def test_what_is_loaded(pytestconfig):
            assert pytestconfig.pluginmanager.has_plugin("twelvelabs_embed")
            heavy = {"httpx", "numpy", "attrs", "uvicorn", "twelvelabs_embed_emulator"}
            assert not heavy & set(sys.modules)
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_it_is_strict_and_tidies_up(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWELVE_LABS_API_KEY", "my real key")
    monkeypatch.delenv("TWELVELABS_BASE_URL", raising=False)
    pytester.makeini(
        """
        [pytest]
        addopts = --strict-markers -p no:langsmith_plugin
        filterwarnings = error
        asyncio_default_fixture_loop_scope = function
        """
    )
    pytester.makepyfile(
        """
        import os
        import pytest

        clients = []

        @pytest.mark.embed_emulator(processing_sec=1)
        def test_inside(embed_emulator):
            embed_emulator.client.embed("a dog")
            clients.append(embed_emulator.client)
            assert os.environ["TWELVE_LABS_API_KEY"] == embed_emulator.api_key != "my real key"

        def test_outside():
            with pytest.raises(RuntimeError, match="closed"):
                clients[0].embed("a dog")
            assert os.environ["TWELVE_LABS_API_KEY"] == "my real key"
            assert "TWELVELABS_BASE_URL" not in os.environ
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


# --------------------------------------------------------------------------------- shared emulators

TESTS = """
import os
import pytest

@pytest.mark.parametrize("number", range(6))
def test_where_it_is(embed_emulator, number, request):
    embed_emulator.client.embed("a dog")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    with open(request.config.rootpath / "urls.txt", "a") as file:
        file.write(f"{worker} {embed_emulator.base_url} {len(embed_emulator.seen)}\\n")
"""


def lines_of(pytester: pytest.Pytester) -> list[list[str]]:
    lines = (pytester.path / "urls.txt").read_text().splitlines()
    return [line.split(" ") for line in lines]


def test_tests_share_one_by_choice(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nembed_emulator_scope = session")
    pytester.makepyfile(TESTS)
    pytester.runpytest_subprocess().assert_outcomes(passed=6)
    lines = lines_of(pytester)
    assert len({url for _, url, _ in lines}) == 1
    assert [seen for _, _, seen in lines] == list("123456")


def test_each_worker_has_one_of_its_own(pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    pytester.makeini("[pytest]\nembed_emulator_scope = session")
    pytester.makepyfile(TESTS)
    pytester.runpytest_subprocess("-n", "2", "--dist", "each").assert_outcomes(passed=12)
    urls = {(worker, url) for worker, url, _ in lines_of(pytester)}
    assert len(urls) == len({url for _, url in urls}) == len({worker for worker, _ in urls}) == 2


def test_a_shared_one_is_reset_and_set_by_a_fixture(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nembed_emulator_scope = session")
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def embed_emulator_settings():
            return {"api_keys": ["mine"]}

        @pytest.fixture(autouse=True)
        def _reset(embed_emulator):
            embed_emulator.reset()
        """
    )
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(2))
        def test_it_is_empty(embed_emulator, number):
            assert embed_emulator.api_key == "mine"
            assert embed_emulator.seen == []
            embed_emulator.advance(hours=1)
            embed_emulator.client.embed("a dog")
            assert embed_emulator.emulator.control.clock()["ahead_sec"] == 3600 * (number + 1)
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("scope", "errors"), [("class", 1), ("module", 2), ("package", 3), ("session", 3)]
)
def test_a_mark_that_comes_too_late_is_an_error(
    pytester: pytest.Pytester, scope: str, errors: int
) -> None:
    """That of a test, of its class where a module shares one, or of its module."""
    pytester.makeini(f"[pytest]\nembed_emulator_scope = {scope}")
    pytester.makepyfile(
        test_of_module="""
        import pytest

        pytestmark = pytest.mark.embed_emulator(api_keys=["module"])

        def test_that_of_the_module(embed_emulator):
            assert embed_emulator.api_key == "module"
        """,
        test_of_class="""
        import pytest

        @pytest.mark.embed_emulator(api_keys=["class"])
        class TestClass:
            def test_that_of_the_class(self, embed_emulator):
                assert embed_emulator.api_key == "class"

        class TestOther:
            @pytest.mark.embed_emulator(api_keys=["test"])
            def test_that_of_a_test(self, embed_emulator):
                pass
        """,
    )
    ran = pytester.runpytest_subprocess()
    ran.assert_outcomes(passed=3 - errors, errors=errors)
    ran.stdout.fnmatch_lines([f"*embed_emulator_scope is {scope}; set it by a fixture*"])
