"""Whatever the contract allows or forbids, the emulator answers as the contract has it.

schemathesis makes requests from the contract: valid ones, and ones with one thing wrong. In valid
ones the random base64 is mostly replaced by real media, so that many are answered with vectors.
"""

import base64
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from twelvelabs_embed_emulator import Emulator, samples

ROOT = Path(__file__).resolve().parents[2]
CASES = 400
answered: Counter[int] = Counter()

schema = schemathesis.openapi.from_path(ROOT / "openapi" / "embed-v2.yaml")


@cache
def media() -> dict[str, str]:
    """Small real media of each input type, as base64."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        image = samples.image(folder / "i.jpg", width=160, height=160)
        files = {
            "image": image,
            "text_image": image,
            "audio": samples.audio(folder / "a.wav", duration_sec=3, sample_rate_hz=2_000),
            "video": samples.video(folder / "v.mkv", duration_sec=3, width=360, height=360, fps=4),
        }
        return {kind: base64.b64encode(file.read_bytes()).decode() for kind, file in files.items()}


@schema.hook
def map_body(context: Any, body: Any) -> Any:
    """Put real media in the place of random base64."""
    for kind, encoded in media().items():
        match body:
            case {**sections} if kind in sections:
                match sections[kind]:
                    case {"media_source": {"base64_string": str(given)} as source} if given:
                        source["base64_string"] = encoded
    return body


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.mark.slow
@schema.parametrize()
@hypothesis.settings(
    max_examples=CASES, deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
)
def test_the_emulator_answers_as_the_contract_has_it(
    case: schemathesis.Case, emulator: Emulator
) -> None:
    response = case.call(base_url=emulator.base_url)
    answered[response.status_code] += 1
    # Not `positive_data_acceptance`: what the contract allows, the media may still not be.
    case.validate_response(
        response,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_headers_conformance,
            response_schema_conformance,
            negative_data_rejection,
        ],
    )


@pytest.mark.slow
def test_enough_was_asked_and_both_answers_came() -> None:
    assert answered.total() >= CASES
    assert answered[200] >= CASES / 20
    assert answered[400] >= CASES / 20
