"""The contract tests find nothing in the emulator, and name each violation of wrong servers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from twelvelabs_embed_emulator import Emulator
from twelvelabs_embed_emulator.conformance import Report, Target, cases_of, run
from twelvelabs_embed_emulator.conformance.__main__ import main
from twelvelabs_embed_emulator.conformance.runner import read_contract

from tests.contract.mistakes import EMBED, WRONG
from tests.contract.wrong_server import changing

pytest_plugins = ["pytester"]

KEY = "a-key-that-is-secret"
CASSETTES = Path(__file__).parents[1] / "cassettes" / "emulator"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(api_keys=[KEY]) as running:
        yield running


def run_at(base_url: str, emulator: Emulator, names: tuple[str, ...] = ()) -> Report:
    def sleep(duration_sec: float) -> None:
        emulator.wait_until_idle()

    target = Target(base_url, KEY, wait_sec=10, sleep=sleep)
    cases = [one for one in cases_of(read_contract()) if not names or one.name in names]
    assert len(cases) >= len(names)
    return run(target, cases=cases)


def test_the_emulator_has_no_violation_and_all_operations_are_called(emulator: Emulator) -> None:
    report = run_at(emulator.base_url, emulator)
    assert report.violations == []
    assert report.undocumented == []
    assert report.not_called == []
    assets = [exchange for one in report.results for exchange in one.exchanges]
    made = sum(exchange.status == 201 for exchange in assets)
    gone = sum(exchange.method == "DELETE" and exchange.status == 204 for exchange in assets)
    assert made == gone == 2  # what is made is deleted


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_server_is_noticed_by_name(emulator: Emulator, name: str, tmp_path: Path) -> None:
    operation, change, case, kind, where = WRONG[name]
    with changing(emulator.base_url, operation, change) as address:
        report = run_at(address, emulator, (case,))
    found = [one for result in report.results for one in result.findings]
    named = {one.operation for one in found if (one.kind, one.where) == (kind, where)}
    assert operation in {re.sub(r"{\w+}", "*", name) for name in named}, found
    if kind == "undocumented":
        assert report.violations == []
        return
    assert operation.partition(" ")[0] in report.text()
    failure = ElementTree.fromstring(report.junit()).find("testcase/failure")
    assert failure is not None
    assert failure.text is not None
    assert kind in failure.text
    assert kind in [one["kind"] for one in json.loads(report.json())["violations"]]
    (file,) = report.keep(tmp_path / "kept")
    kept = json.loads(file.read_text())
    assert any(finding["kind"] == kind for one in kept for finding in one["findings"])
    assert KEY not in file.read_text()
    assert not re.search(r"signature=[0-9a-f]", file.read_text())


@pytest.mark.parametrize("name", ["notes that are not kept", "a chunk that does not count"])
def test_what_a_case_made_is_deleted_also_when_it_cannot_go_on(
    emulator: Emulator, name: str
) -> None:
    emulator.control.clear_requests()
    operation, change, case, _, _ = WRONG[name]
    with changing(emulator.base_url, operation, change) as address:
        assert run_at(address, emulator, (case,)).violations
    sent = emulator.control.requests()
    made = [one["path"] for one in sent if one["status"] == 201]
    assert len(made) == 1
    deleted = [one for one in sent if one["method"] == "DELETE" and one["status"] == 204]
    assert [one["path"].rpartition("/")[0] for one in deleted] == ["/v1.3/assets"]


def test_a_server_that_is_not_there(emulator: Emulator) -> None:
    report = run(Target("http://127.0.0.1:9/v1.3", KEY), subset="read")
    assert {one.kind for one in report.violations} == {"connection"}


def test_reading_changes_nothing(emulator: Emulator) -> None:
    report = run(Target(emulator.base_url, KEY), subset="read")
    exchanges = [exchange for one in report.results for exchange in one.exchanges]
    assert {one.method for one in exchanges} == {"GET"}
    assert report.violations == []
    cheap = {one.name for one in cases_of(read_contract(), "cheap")}
    assert {one.name for one in report.results} < cheap


# ---------------------------------------------------------------------------------- command line


def test_the_program_writes_its_reports(
    emulator: Emulator,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TWELVELABS_API_KEY", KEY)
    files = {"--junit": tmp_path / "a" / "report.xml", "--json": tmp_path / "report.json"}
    words = [word for name, file in files.items() for word in (name, str(file))]
    subset = ["--subset", "cheap", "--cassettes", str(CASSETTES)]
    with changing(emulator.base_url, EMBED, WRONG["an extra field"][1]) as address:
        assert main(["--base-url", address, *subset, *words]) == 0
        assert "data[].confidence" in capsys.readouterr().out
        assert main(["--base-url", address, *subset, "--strict"]) == 1
    names = [one.get("name", "") for one in ElementTree.parse(files["--junit"]).iter("testcase")]
    assert any(name.startswith("recorded: ") for name in names)
    assert json.loads(files["--json"].read_text())["violations"] == []
    kept = tmp_path / "kept"
    with changing(emulator.base_url, EMBED, WRONG["too few dimensions"][1]) as address:
        words = ["--base-url", address, "--only", "a text", "--keep", str(kept)]
        assert main(words) == 1
    assert f"Kept {kept / 'a-text.json'}" in capsys.readouterr().out


def test_the_server_and_the_key_come_from_the_environment(
    emulator: Emulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TWELVELABS_API_KEY", "TWELVE_LABS_API_KEY", "TWELVELABS_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for missing in ("TWELVELABS_BASE_URL", "TWELVE_LABS_API_KEY"):
        with pytest.raises(SystemExit) as error:
            main(["--subset", "read"])
        assert error.value.code == 2
        assert missing in capsys.readouterr().err
        monkeypatch.setenv("TWELVELABS_BASE_URL", emulator.base_url)
    monkeypatch.setenv("TWELVE_LABS_API_KEY", KEY)
    assert main(["--subset", "read"]) == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--only", "no such case"),
        ("--base-url", "localhost:8321/v1.3"),
        ("--cassettes", "gone"),
        ("--contract", "gone.yaml"),
        ("--fuzz", "-1"),
    ],
)
def test_a_wrong_option_is_an_error_of_use(
    words: tuple[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWELVELABS_API_KEY", KEY)
    monkeypatch.setenv("TWELVELABS_BASE_URL", "http://127.0.0.1:9/v1.3")
    with pytest.raises(SystemExit) as error:
        main(["--subset", "read", *words])
    assert error.value.code == 2
    assert words[1] in capsys.readouterr().err


def test_schemathesis_sends_more(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TWELVELABS_API_KEY", KEY)
    words = ["--base-url", emulator.base_url, "--subset", "cheap", "--only", "schemathesis"]
    assert main([*words, "--fuzz", "5"]) == 0
    assert "7 cases" in capsys.readouterr().out


# ---------------------------------------------------------------------------------------- pytest


def test_the_option_of_pytest(
    pytester: pytest.Pytester, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWELVE_LABS_API_KEY", KEY)
    words = ["-p", "no:cacheprovider", "--embed-contract-subset", "cheap"]
    result = pytester.runpytest(*words, "--embed-contract-test", emulator.base_url)
    count = len(cases_of(read_contract(), "cheap"))
    result.assert_outcomes(passed=count)
    with changing(emulator.base_url, EMBED, WRONG["too few dimensions"][1]) as address:
        result = pytester.runpytest(*words, "--embed-contract-test", address, "-k", "text")
    assert result.parseoutcomes()["failed"] >= 5
    result.stdout.fnmatch_lines(["*POST /embed-v2: vectors: data[[]0[]].embedding: 511 numbers*"])
