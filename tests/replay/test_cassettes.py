"""The recordings themselves: nothing secret, nothing large, and all as the contract has it."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from tests.replay.recording import CASSETTES

CONTRACT = Path(__file__).resolve().parents[2] / "openapi" / "embed-v2.yaml"
FILES = sorted(CASSETTES.glob("*/*.yaml"))
each_file = pytest.mark.parametrize("file", FILES, ids=lambda f: f"{f.parent.name}/{f.stem}")


def interactions(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(file.read_text())["interactions"]
    assert found
    return found


def document() -> dict[str, Any]:
    contract: dict[str, Any] = yaml.safe_load(CONTRACT.read_text())
    return contract


@pytest.fixture(scope="module")
def contract() -> OpenAPI:
    # Recordings of the emulator name another host.
    return OpenAPI.from_dict(document() | {"servers": [{"url": "/v1.3"}]})


@each_file
def test_is_as_the_contract_has_it(contract: OpenAPI, file: Path) -> None:
    for interaction in interactions(file):
        sent, answered = interaction["request"], interaction["response"]
        status = answered["status"]["code"]
        host, path = re.fullmatch(r"(https?://[^/]+)(/.*)", sent["uri"]).groups()  # type: ignore[union-attr]
        request = MockRequest(
            host,
            sent["method"].lower(),
            path,
            headers={"x-api-key": "removed from the recording"},
            data=sent["body"].encode(),
            content_type="application/json",
        )
        response = MockResponse(answered["body"]["string"].encode(), status_code=status)
        if status != 400:  # the service refused it, perhaps for what the contract forbids
            contract.validate_request(request)
        contract.validate_response(request, response)


@each_file
def test_holds_nothing_secret_and_nothing_large(file: Path) -> None:
    assert file.stat().st_size < 200_000
    assert "tlk_" not in file.read_text()  # how the service's keys begin
    for interaction in interactions(file):
        sent, answered = interaction["request"], interaction["response"]
        names = {name.lower() for name in [*sent["headers"], *answered["headers"]]}
        assert not names & {"x-api-key", "authorization", "cookie", "set-cookie"}
        assert len(sent["body"] or "") < 2_000


@each_file
def test_says_where_it_came_from(file: Path) -> None:
    for interaction in interactions(file):
        names = {name.lower() for name in interaction["response"]["headers"]}
        assert ("x-emulated-by" in names) == (file.parent.name == "emulator")


def test_every_operation_and_input_type_is_recorded() -> None:
    recorded = [i["request"] for file in FILES for i in interactions(file)]
    contract = document()
    for path in contract["paths"]:
        assert any(request["uri"].endswith(path) for request in recorded), path
    input_types = contract["components"]["schemas"]["CreateEmbeddingsRequestInputType"]["enum"]
    for input_type in input_types:
        quoted = f'"input_type": "{input_type}"'
        assert any(quoted in request["body"] for request in recorded), input_type


def test_every_recording_belongs_to_a_test() -> None:
    tests = Path(__file__).with_name("test_embed.py").read_text()
    for file in FILES:
        assert f"def {file.stem.partition('[')[0]}(" in tests, file
