"""Whatever the contract allows or forbids, the emulator responds as the contract says.

schemathesis makes requests from the contract: valid ones, and ones with one thing wrong. Nearly all
of them would be about nothing: media of random characters, ids of nothing. So the media is mostly
replaced by real media, and most ids by real ones, so that many requests are done.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from zlib import crc32

import httpx
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

from tests.emulator.helpers import Upload, create_asset, create_task, inline

ROOT = Path(__file__).resolve().parents[2]
CASES = 400
# Of each operation, besides those that are made for every bound of the contract.
RANDOM_CASES = 20
CHUNK_BYTES = 10
responses: Counter[tuple[str, int]] = Counter()

schema = schemathesis.openapi.from_path(ROOT / "openapi" / "embed-v2.yaml")
OPERATIONS = {operation.ok().label for operation in schema.get_all_operations()}  # type: ignore[union-attr]


class Real:
    """What there is to embed and to ask for: small media, and one of each that has an id."""

    def __init__(self, emulator: Emulator, client: httpx.Client, folder: Path) -> None:
        self.base_url = emulator.base_url
        self._client = client
        image = samples.image(folder / "i.jpg", width=160, height=160)
        self.files = {
            "image": image,
            "text_image": image,
            "audio": samples.audio(folder / "a.wav", duration_sec=4, sample_rate_hz=2_000),
            "video": samples.video(folder / "v.mkv", duration_sec=4, width=360, height=360, fps=4),
            "document": samples.document(folder / "d.pdf"),
        }

    @cached_property
    def media(self) -> dict[str, str]:
        """The media of each input type, as base64."""
        return {kind: inline(file)["base64_string"] for kind, file in self.files.items()}

    @cached_property
    def assets(self) -> dict[str, str]:
        """The id of an asset that is ready, for each input type."""
        return {kind: self.new_asset(kind) for kind in self.files}

    def new_asset(self, kind: str) -> str:
        asset_id: str = create_asset(self._client, self.files[kind])["_id"]
        return asset_id

    @cached_property
    def task_id(self) -> str:
        source = {"asset_id": self.assets["audio"]}
        task_id: str = create_task(self._client, "audio", media_source=source)["_id"]
        return task_id

    @cached_property
    def upload(self) -> Upload:
        """A session of sixty chunks."""
        return Upload(self._client, bytes(60 * CHUNK_BYTES))

    @cached_property
    def chunk(self) -> dict[str, Any]:
        """The report of its first chunk, which is there."""
        return self.upload.put(1)

    def path_parameters(self, operation_id: str) -> dict[str, str]:
        is_last_time = operation_id == "delete_asset"
        return {
            "asset_id": self.new_asset("image") if is_last_time else self.assets["audio"],
            "task_id": self.task_id,
            "upload_id": self.upload.session["upload_id"],
        }

    def body(self, operation_id: str, given: dict[str, Any], is_chosen: bool) -> dict[str, Any]:
        """The body of a request that can be done; empty when it stays as it is given."""
        match operation_id:
            case "create_asset":
                return self._form(given)
            case "report_chunk_batch" if is_chosen:
                return {"completed_chunks": [self.chunk]}
            case "request_presigned_urls" if is_chosen:
                return {"start": 1 + given["start"] % 10, "count": given["count"]}
        return {}

    def _form(self, given: dict[str, Any]) -> dict[str, Any]:
        """What the method needs, and nothing that is for the other one."""
        needed: dict[str, dict[str, Any]] = {
            "direct": {"file": self.files["image"].read_bytes()},
            "url": {
                "url": "http://127.0.0.1:9/beach.jpg"
            },  # nothing listens there: the asset will fail
        }
        kept = {name: given[name] for name in given.keys() & {"method", "filename"}}
        return {**kept, **needed[given["method"]]}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    headers = {"x-api-key": "any"}
    with (
        Emulator(chunk_bytes=CHUNK_BYTES, strict_nulls=True) as emulator,
        httpx.Client(base_url=emulator.base_url, headers=headers, timeout=60) as client,
    ):
        yield Real(emulator, client, tmp_path_factory.mktemp("media"))


def be_about_something(case: schemathesis.Case[Any], real: Real) -> None:
    """Put what is real in the place of what is random, where that changes nothing of its validity.

    What is wrong on purpose stays wrong. Changed in place: otherwise schemathesis judges anew
    whether the case is valid, and it knows no valid file.
    """
    assert case.meta is not None
    is_valid = case.meta.generation.mode.is_positive
    # Half of the random ones; all others, so that each operation is done at least once.
    is_chosen = case.meta.phase.name != "fuzzing" or crc32(repr(case).encode()) % 2 == 0
    operation_id = case.operation.definition.raw["operationId"]
    if "x-api-key" in case.headers:  # mostly an empty one, and then nothing else is judged
        case.headers["x-api-key"] = "any"
    if case.path_parameters and is_chosen:
        ids = real.path_parameters(operation_id)
        case.path_parameters.update({name: ids[name] for name in case.path_parameters})
    if not isinstance(case.body, dict):
        return
    if operation_id in ("create_embeddings", "create_task"):
        put_media(case.body, real, is_chosen)
    elif is_valid and (body := real.body(operation_id, case.body, is_chosen)):
        case.body.clear()
        case.body.update(body)


def put_media(body: dict[str, Any], real: Real, is_chosen: bool) -> None:
    for kind, encoded in real.media.items():
        match body.get(kind):
            case {"media_source": {"base64_string": str(given)} as source} if given:
                source["base64_string"] = encoded
            case {"media_source": {"asset_id": str()} as source} if is_chosen:
                source["asset_id"] = real.assets[kind]
    match body.get("multi_input"):
        case {"media_sources": list() as sources}:
            for source in sources:
                put_source(source, real, is_chosen)


def put_source(source: Any, real: Real, is_chosen: bool) -> None:
    match source:
        case {"media_type": str() as kind, "base64_string": str() as given} if (
            given and kind in real.media
        ):
            source["base64_string"] = real.media[kind]
        case {"media_type": str() as kind, "asset_id": str()} if is_chosen and kind in real.media:
            source["asset_id"] = real.assets[kind]


@pytest.fixture(scope="module", autouse=True)
def enough_was_sent_and_both_accepted_and_rejected() -> Iterator[None]:
    """Judge what all tests have sent, after the last of them, whichever that is."""
    yield
    if {label for label, _ in responses} != OPERATIONS:
        return  # some were not selected
    assert responses.total() >= CASES
    done = sum(n for (_, status), n in responses.items() if status < 300)
    # What has no key, or a method that is not there, is not judged by anything else.
    rejected = sum(n for (_, status), n in responses.items() if status in (400, 404, 409))
    assert min(done, rejected) >= responses.total() / 20
    assert {label for label, status in responses if status < 300} == OPERATIONS


# Parametrized, though by one value: otherwise pytest 9.2 gives the tests of all operations one id,
# and pytest-xdist runs only one of them.
@pytest.mark.slow
@pytest.mark.parametrize("real", ["emulator"], indirect=True)
@schema.parametrize()
@hypothesis.settings(
    max_examples=RANDOM_CASES, deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
)
def test_the_emulator_responds_as_the_contract_says(
    case: schemathesis.Case[Any], real: Real
) -> None:
    be_about_something(case, real)
    response = case.call(base_url=real.base_url)
    responses[case.operation.label, response.status_code] += 1
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
