"""The control of the emulator responds as its own OpenAPI document says."""

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
import yaml
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)
from twelvelabs_embed_emulator import Emulator
from twelvelabs_embed_emulator.server.app import CONTROL_CONTRACT

schema = schemathesis.openapi.from_dict(yaml.safe_load(CONTROL_CONTRACT.read_text()))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with Emulator(strict_nulls=True) as emulator:
        yield emulator.base_url.removesuffix("/v1.3")


@pytest.mark.parametrize("address", ["emulator"], indirect=True)
@schema.parametrize()
@hypothesis.settings(
    max_examples=20, deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
)
def test_the_control_responds_as_its_document_says(
    case: schemathesis.Case[Any], address: str
) -> None:
    response = case.call(base_url=address)
    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
        negative_data_rejection,
    ]
    if case.operation.label.startswith("PUT /_emulator/state"):
        checks.remove(negative_data_rejection)  # any bytes are valid by the document
    case.validate_response(response, checks=checks)
