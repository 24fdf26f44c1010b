"""The contract tests find nothing in the emulator, and name each violation of wrong servers."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
import yaml
from twelvelabs_embed_emulator import Emulator, samples
from twelvelabs_embed_emulator.conformance import (
    Case,
    Exchange,
    Finding,
    Judge,
    Report,
    Result,
    Target,
    cases_of,
    replay,
    run,
)
from twelvelabs_embed_emulator.conformance.__main__ import _parser, main
from twelvelabs_embed_emulator.conformance.cases import TEXT
from twelvelabs_embed_emulator.conformance.runner import read_contract

from tests.contract.mistakes import ALLOWED, ASSETS, EMBED, TASK, WRONG
from tests.contract.wrong_server import Response, changing
from tests.emulator.helpers import create_asset

pytest_plugins = ["pytester"]

A = {"properties": {"a": {}}}
KEY = "a-key-that-is-secret"
SENT = Path(__file__).with_name("sent.yaml")
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


def sent_by(report: Report) -> dict[str, dict[str, list[str]]]:
    """Return the requests of each case by its subset, as `sent.yaml` has them."""
    subsets = {one.name: one.subset for one in cases_of(read_contract())}
    found: dict[str, dict[str, list[str]]] = {}
    for result in report.results:
        lines = []
        for one in result.exchanges:
            body = "" if one.request is None else f" {json.dumps(one.request)}"
            line = f"{one.method} {one.path.removeprefix('/v1.3')} {one.status}{body}"
            line = re.sub(r'("base64_string": ".{5})[^"]*', r"\1", line)
            line = re.sub(r'("(proof|total_size|chunk_size)": )[^,}]*', r"\1*", line)
            lines.append(re.sub("(?!0123)[0-9a-f]{24}", "*", line))
        found.setdefault(subsets[result.name], {})[result.name] = list(dict.fromkeys(lines))
    return found


def test_the_emulator_has_no_violation_and_all_operations_are_called() -> None:
    with Emulator(api_keys=[KEY]) as emulator:  # of its own: what is listed is fetched
        report = run_at(emulator.base_url, emulator)
    assert sent_by(report) == yaml.safe_load(SENT.read_text("utf-8"))
    assert report.violations == []
    assert report.undocumented == []
    assert report.not_called == []
    assets = [exchange for one in report.results for exchange in one.exchanges]
    made = sum(exchange.status == 201 for exchange in assets)
    deleted = [one.status for one in assets if one.operation == "DELETE /assets/{asset_id}"]
    assert deleted == [204] * made == [204] * 2  # what is made is deleted, once


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
    assert all(one["request"] for one in kept if one["method"] in ("POST", "PUT", "PATCH"))
    assert max(len(json.dumps(one["request"])) for one in kept) < 1000
    assert max(len(one["body"]) for one in kept) <= 4000
    assert KEY not in file.read_text()
    assert not re.search(r"signature=[0-9a-f]", file.read_text())


@pytest.mark.parametrize("name", ALLOWED)
def test_what_a_server_may_do_is_no_violation(emulator: Emulator, name: str) -> None:
    operation, change, case = ALLOWED[name]
    with changing(emulator.base_url, operation, change) as address:
        report = run_at(address, emulator, (case,))
    assert report.violations == report.undocumented == []


@pytest.mark.parametrize(
    ("schema", "undocumented"),
    [
        (A, ["[].b"]),
        ({"allOf": [A, {"additionalProperties": True}]}, []),
        ({"type": "object"}, []),
        *(
            ({key: [A, {"properties": {"b": {"properties": {"d": {}}}}}]}, ["[].b.c"])
            for key in ("anyOf", "allOf")
        ),
    ],
)
def test_fields_that_a_schema_does_not_describe(
    schema: dict[str, Any], undocumented: list[str]
) -> None:
    response = {"content": {"application/json": {"schema": {"items": schema}}}}
    operation = {"operationId": "get", "responses": {"200": response}}
    judge = Judge({"components": {}, "paths": {"/": {"get": operation}}})
    body = json.dumps([{"a": 1, "b": {"c": 1}}] * 2).encode()
    found = judge.judge("get", 200, {"content-type": "application/json"}, body)
    assert [(one.kind, one.where) for one in found] == [("undocumented", w) for w in undocumented]


def test_a_task_is_waited_for_as_long_as_was_said(emulator: Emulator) -> None:
    _, change, case, _, _ = WRONG["a task that does not end"]
    waits_sec: list[float] = []
    with changing(emulator.base_url, TASK, change) as address:
        target = Target(address, KEY, wait_sec=10, sleep=waits_sec.append)
        run(target, cases=[one for one in cases_of(read_contract()) if one.name == case])
    assert sum(waits_sec) == 10


@pytest.mark.parametrize(
    "name",
    [
        "notes that are not kept",
        "a chunk that does not count",
        "a link that takes no chunk",
        "a link that is not accepted",
    ],
)
def test_what_a_case_made_is_deleted_also_when_it_cannot_go_on(
    emulator: Emulator, name: str
) -> None:
    emulator.control.clear_requests()
    operation, change, case, _, _ = WRONG[name]
    with changing(emulator.base_url, operation, change) as address:
        assert len(run_at(address, emulator, (case,)).violations) == 1
    sent = emulator.control.requests()
    made = [one["path"] for one in sent if one["status"] == 201]
    assert len(made) == 1
    deleted = [one for one in sent if one["method"] == "DELETE" and one["status"] == 204]
    assert [one["path"].rpartition("/")[0] for one in deleted] == ["/v1.3/assets"]


def test_an_upload_in_several_chunks_is_only_started() -> None:
    with Emulator(api_keys=[KEY], chunk_bytes=1000) as emulator:
        assert run_at(emulator.base_url, emulator, ("an upload in chunks",)).violations == []


@pytest.mark.parametrize("is_there", [False, True])
def test_a_server_that_is_not_there_or_does_not_respond(is_there: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1] if is_there else 9
        target = Target(f"http://127.0.0.1:{port}/v1.3", KEY, timeout_sec=0.01)
        report = run(target, subset="read")
    assert Target(target.base_url, KEY).timeout_sec > 0  # not for ever
    assert {one.kind for one in report.violations} == {"connection"}


def test_an_id_is_one_segment_of_the_path(emulator: Emulator) -> None:
    case = Case("an id", "read", lambda session: session.send("retrieve_task", task_id="a/b?c"))
    (exchange,) = run(Target(emulator.base_url, KEY), cases=[case]).results[0].exchanges
    assert exchange.path == "/v1.3/embed-v2/tasks/a%2Fb%3Fc"


def test_long_texts_are_cut_in_what_is_shown_of_a_request(emulator: Emulator) -> None:
    body = {"a": ["x" * 201, {"b": "y" * 200}], "c": 3}
    case = Case("cut", "cheap", lambda session: session.send("create_embeddings", json=body))
    (exchange,) = run(Target(emulator.base_url, KEY), cases=[case]).results[0].exchanges
    assert exchange.status == 400
    assert exchange.request == {
        "a": [f"{'x' * 60}... (201 characters)", {"b": "y" * 200}],
        "c": 3,
    }


def test_reading_changes_nothing(emulator: Emulator, tmp_path: Path) -> None:
    with httpx.Client(base_url=emulator.base_url, headers={"x-api-key": KEY}) as client:
        create_asset(client, samples.image(tmp_path / "a.jpg"))
    run_at(emulator.base_url, emulator, ("example of /embed-v2/tasks: image",))
    report = run(Target(emulator.base_url, KEY), subset="read")
    exchanges = [exchange for one in report.results for exchange in one.exchanges]
    called = {(one.operation, one.status) for one in exchanges}
    reads = {one for one in Judge(read_contract()).operations.values() if "GET" in one}
    assert {operation for operation, _ in called} == reads
    assert ("GET /embed-v2/tasks/{task_id}", 200) in called
    assert report.violations == []
    cheap = {one.name for one in cases_of(read_contract(), "cheap")}
    assert {one.name for one in report.results} < cheap
    examples = [one for one in cheap if one.startswith("example of ")]
    assert sorted(examples) == [f"example of /embed-v2: {one}" for one in ("shortVectors", "text")]


def test_reports_hold_whatever_a_server_sends(tmp_path: Path) -> None:
    link = "https://b/a?X-Amz-Credential=5ec9e7%2Fs3&X-Amz-Signature=5ec9e7&signature=5ec9e7"
    found = Finding("GET /assets", "schema", "a\0\ud800", "two\nlines")
    extra = Finding("GET /assets", "undocumented", "b", "")
    exchanges = [
        Exchange("GET /assets", "GET", "/assets", None, 200, {"location": link}, link, findings)
        for findings in ((found, extra, found), (extra,))
    ]
    results = [Result(f"A case: {number}!", (one,)) for number, one in enumerate(exchanges)]
    report = Report("https://a", "1", results, ())
    assert (report.violations, report.undocumented) == ([found], [extra])
    suite = ElementTree.fromstring(report.junit())
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    (failure,) = suite.iter("failure")
    assert failure.text == failure.get("message") == "GET /assets: schema: a??: two lines"
    (file,) = report.keep(tmp_path)
    assert file.name == "a-case-0.json"
    assert "5ec9e7" not in file.read_text()


def test_recorded_requests_are_sent_again(emulator: Emulator, tmp_path: Path) -> None:
    def recorded(method: str, path: str, status: int, body: str = "") -> dict[str, Any]:
        request = {"method": method, "uri": f"http://127.0.0.1:9/v1.3{path}", "body": body}
        return {"request": request, "response": {"status": {"code": status}}}

    text = json.dumps(TEXT)
    interactions = [
        *[recorded("GET", "/assets?page_limit=1", 200)] * 2,
        recorded("GET", "/assets?page=0", 200),  # which the emulator rejects
        recorded("GET", "/assets", 401),
        recorded("POST", "/embed-v2", 200, text),
        recorded("POST", "/embed-v2", 200, text.replace("a dog", "sha256 " + "0" * 64)),
        recorded("POST", "/embed-v2/tasks", 202, text),
    ]
    (tmp_path / "some.yaml").write_text(json.dumps({"interactions": interactions}))
    reads = replay.cases_of(tmp_path, read_contract(), "read")
    assert [one.name for one in reads] == ["recorded: some list_assets"] * 2
    cases = replay.cases_of(tmp_path, read_contract(), "cheap")
    report = run(Target(emulator.base_url, KEY), cases=cases)
    paths = [exchange.path for one in report.results for exchange in one.exchanges]
    assert paths == [f"/v1.3/{one}" for one in ("assets?page_limit=1", "assets?page=0", "embed-v2")]
    assert [one.kind for one in report.violations] == ["status"]


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
        shown = capsys.readouterr()
        assert "data[].confidence" in shown.out
        assert "ok  a text\n" in shown.err
        assert "FAILED" not in shown.err
        assert main(["--base-url", address, *subset, "--strict"]) == 1
    names = [one.get("name", "") for one in ElementTree.parse(files["--junit"]).iter("testcase")]
    assert any(name.startswith("recorded: ") for name in names)
    assert json.loads(files["--json"].read_text())["violations"] == []
    kept = tmp_path / "kept"
    with changing(emulator.base_url, EMBED, WRONG["too few dimensions"][1]) as address:
        words = ["--base-url", address, "--only", "a text", "--keep", str(kept)]
        assert main(words) == 1
    shown = capsys.readouterr()
    assert f"Kept {kept / 'a-text.json'}" in shown.out
    assert "FAILED  a text\n" in shown.err


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
        monkeypatch.setenv("TWELVELABS_BASE_URL", f"{emulator.base_url}/")
    monkeypatch.setenv("TWELVE_LABS_API_KEY", KEY)
    assert main(["--subset", "read"]) == 0


USAGE = """
usage: scripts/contract-test [-h] [--base-url URL] [--emulator] [--subset {read,cheap,all}]
[--only WORD] [--cassettes DIR] [--fuzz N] [--contract FILE] [--strict] [--junit FILE]
[--json FILE] [--keep DIR]
"""


def test_options_and_what_they_take(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"], prog="scripts/contract-test")
    assert ended.value.code == 0
    usage = capsys.readouterr().out.partition("\n\n")[0]
    assert usage.split() == USAGE.split()
    assert vars(_parser("x").parse_args([])) == {
        **dict.fromkeys(("base_url", "only", "cassettes", "contract", "junit", "json", "keep")),
        **{"emulator": False, "subset": "all", "fuzz": 0, "strict": False},
    }


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
    failed = Response(500, "application/json", {"code": "internal_server_error", "message": "no"})
    with changing(emulator.base_url, ASSETS, lambda _: failed) as address:
        words = ["--base-url", address, "--subset", "cheap", "--only", "schemathesis"]
        assert main([*words, "--fuzz", "5"]) == 1
    shown = capsys.readouterr().out
    assert "7 cases, 35 requests; cases with violations: 1" in shown
    assert "GET /assets: status: 500" in shown


# ---------------------------------------------------------------------------------------- pytest


def test_the_option_of_pytest(
    pytester: pytest.Pytester, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWELVE_LABS_API_KEY", KEY)
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    words = ["-p", "no:cacheprovider"]
    result = pytester.runpytest(*words, "--embed-contract-test", emulator.base_url + "/")
    result.assert_outcomes(passed=len(cases_of(read_contract(), "cheap")))
    for subset in ("read", "all"):
        chosen = [*words, "--embed-contract-subset", subset, "--collect-only", "-q"]
        result = pytester.runpytest(*chosen, "--embed-contract-test", emulator.base_url)
        cases = cases_of(read_contract(), subset)
        assert result.outlines[: len(cases)] == [f"::contract[{case.name}]" for case in cases]
    monkeypatch.delenv("TWELVE_LABS_API_KEY")
    monkeypatch.delenv("TWELVELABS_API_KEY", raising=False)
    result = pytester.runpytest(*words, "--embed-contract-test", emulator.base_url)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    monkeypatch.setenv("TWELVELABS_API_KEY", KEY)
    with changing(emulator.base_url, EMBED, WRONG["too few dimensions"][1]) as address:
        result = pytester.runpytest(*words, "--embed-contract-test", address, "-k", "text")
    assert result.parseoutcomes()["failed"] >= 5
    result.stdout.fnmatch_lines(["*POST /embed-v2: vectors: data[[]0[]].embedding: 511 numbers*"])
