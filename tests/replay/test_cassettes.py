"""The recordings themselves: nothing secret, nothing large, and all as the contract has it."""

import re
from collections.abc import Iterator, Mapping
from email.parser import Parser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from attrs import frozen
from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest, MockResponse
from vcr.request import Request

from tests.replay.recording import (
    CASSETTES,
    STABLE_BASE_URL,
    STABLE_STORAGE_URL,
    without_cookies_and_signatures,
    without_secrets_and_media,
)

CONTRACT = Path(__file__).resolve().parents[2] / "openapi" / "embed-v2.yaml"
FILES = sorted(CASSETTES.glob("*/*.yaml"))
each_file = pytest.mark.parametrize("file", FILES, ids=lambda f: f"{f.parent.name}/{f.stem}")


@frozen
class Interaction:
    """A request as it was recorded, and its response."""

    method: str
    url: str
    sent_headers: Mapping[str, list[str]]
    sent: str
    status: int
    headers: Mapping[str, list[str]]
    response: str

    @property
    def is_of_storage(self) -> bool:
        return self.url.startswith(STABLE_STORAGE_URL + "/")

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.url).query)


def interactions(file: Path) -> list[Interaction]:
    found = yaml.load(file.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    assert found["interactions"]
    return [
        Interaction(
            one["request"]["method"],
            one["request"]["uri"],
            one["request"]["headers"],
            one["request"]["body"] or "",
            one["response"]["status"]["code"],
            one["response"]["headers"],
            one["response"]["body"]["string"],
        )
        for one in found["interactions"]
    ]


def all_interactions() -> Iterator[Interaction]:
    for file in FILES:
        yield from interactions(file)


# ------------------------------------------------------------------------------------ the contract


def document() -> dict[str, Any]:
    contract: dict[str, Any] = yaml.safe_load(CONTRACT.read_text())
    return contract


@pytest.fixture(scope="module")
def contract() -> OpenAPI:
    # Bytes are no string to openapi-core; the file of a form is a hash here, which is text.
    config = Config(
        extra_media_type_deserializers={"application/octet-stream": lambda data: data.decode()}
    )
    # Recordings name another host.
    return OpenAPI.from_dict(document() | {"servers": [{"url": "/v1.3"}]}, config=config)


@each_file
def test_is_as_the_contract_has_it(contract: OpenAPI, file: Path) -> None:
    """Not what goes to storage: the contract does not describe it."""
    for one in interactions(file):
        if one.is_of_storage:
            continue
        request = MockRequest(
            "http://api",
            one.method.lower(),
            one.path,
            args=one.query,
            headers={"x-api-key": "removed from the recording"},
            data=one.sent.encode(),
            content_type=one.sent_headers.get("content-type", [""])[0],
        )
        content_type = one.headers.get("content-type", ["application/json"])[0]
        response = MockResponse(one.response.encode(), one.status, content_type=content_type)
        if one.status != 400:  # the service rejected it, perhaps for what the contract forbids
            contract.validate_request(request)
        contract.validate_response(request, response)


def test_nothing_is_sent_that_the_contract_does_not_know() -> None:
    """Names in queries and forms: openapi-core passes over those that it does not know."""
    contract = document()
    form = contract["components"]["schemas"]["CreateAssetRequest"]["properties"].keys()
    for one in all_interactions():
        if one.is_of_storage:
            continue
        operation = contract["paths"][template_of(one.path)][one.method.lower()]
        known = {name_of(parameter, contract) for parameter in operation.get("parameters", [])}
        assert one.query.keys() <= known, one.url
        if one.sent.startswith("--"):
            assert form_fields(one) <= form


def name_of(parameter: dict[str, str], contract: dict[str, Any]) -> str:
    shared = parameter.get("$ref", "").rpartition("/")[2]
    return str((contract["components"]["parameters"][shared] if shared else parameter)["name"])


def form_fields(one: Interaction) -> set[object]:
    head = f"Content-Type: {one.sent_headers['content-type'][0]}\n\n"
    parts = Parser().parsestr(head + one.sent).walk()
    return {
        part.get_param("name", header="content-disposition")
        for part in parts
        if not part.is_multipart()
    }


TEMPLATES = sorted(document()["paths"], key=lambda path: path.count("{"))


def template_of(path: str) -> str:
    """The path of the contract that this one is of: without ids where there is a choice."""
    below = path.removeprefix("/v1.3")
    return next(
        template
        for template in TEMPLATES
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), below)
    )


def test_every_operation_and_input_type_is_recorded() -> None:
    """With a response that says that it was done."""
    contract, recorded = document(), list(all_interactions())
    done = {
        (one.method.lower(), template_of(one.path))
        for one in recorded
        if not one.is_of_storage and one.status < 300
    }
    assert any(one.is_of_storage for one in recorded)
    wanted = {(method, path) for path, item in contract["paths"].items() for method in item}
    assert wanted - done == set()
    input_types = contract["components"]["schemas"]["CreateEmbeddingsRequestInputType"]["enum"]
    for input_type in input_types:
        assert any(f'"input_type": "{input_type}"' in one.sent for one in recorded), input_type


def test_every_failure_of_the_service_that_users_meet_is_recorded() -> None:
    assert {400, 401, 404, 409} <= {one.status for one in all_interactions()}


# --------------------------------------------------------------------------- what must not be there


@each_file
def test_holds_nothing_secret_and_nothing_large(file: Path) -> None:
    text = file.read_text()
    assert file.stat().st_size < 100_000
    assert "tlk_" not in text  # how the service's keys begin
    assert not re.search(r"[?&](\w|-)*(signature|credential|token|sig|expires)=", text, re.I)
    assert not re.search(r"127\.0\.0\.1|localhost", text)
    for one in interactions(file):
        names = {name.lower() for name in [*one.sent_headers, *one.headers]}
        assert not names & {"x-api-key", "authorization", "cookie", "set-cookie"}
        assert len(one.sent) < 2_000


@each_file
def test_storage_sees_nothing_but_chunks(file: Path) -> None:
    for one in interactions(file):
        assert one.is_of_storage or one.url.startswith(STABLE_BASE_URL)
        if one.is_of_storage:
            assert (one.method, one.status, one.query) == ("PUT", 200, {})
            assert re.fullmatch("sha256 [0-9a-f]{64} of [0-9]+ bytes", one.sent)
            assert one.headers["etag"]


@each_file
def test_says_where_it_came_from(file: Path) -> None:
    for one in interactions(file):
        names = {name.lower() for name in one.headers}
        assert ("x-emulated-by" in names) == (file.parent.name == "emulator")


def test_every_recording_belongs_to_a_test() -> None:
    here = Path(__file__).parent
    tests = "".join(file.read_text() for file in here.glob("test_*.py"))
    for file in FILES:
        assert f"def {file.stem.partition('[')[0]}(" in tests, file


# -------------------------------------------------------------------------------------- the filters

LINK = "http://bucket.example/u1/3?X-Amz-Signature=5a5a&X-Amz-Expires=3600"
FORM = (
    b'--{0}\r\nContent-Disposition: form-data; name="method"\r\n\r\ndirect\r\n--{0}\r\n'
    b'Content-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    b"\0\r\n\xff\r\n--{0}--\r\n"
)


def form_with(boundary: str) -> Request:
    body = FORM.replace(b"{0}", boundary.encode())
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    return Request("POST", f"{STABLE_BASE_URL}/assets", body, headers)


def test_the_key_is_never_sent_to_storage() -> None:
    with pytest.raises(AssertionError, match=r"PUT bucket\.example: x-api-key was sent along"):
        without_secrets_and_media(Request("PUT", LINK, b"chunk", {"X-API-Key": "k"}))


def test_links_to_storage_lose_their_signature() -> None:
    request = without_secrets_and_media(Request("PUT", LINK, b"chunk", {}))
    assert request.uri == "http://storage/u1/3"
    body = f'{{"upload_urls": [{{"chunk_index": 3, "url": "{LINK}"}}]}}'.encode()
    kept = without_cookies_and_signatures({"headers": {}, "body": {"string": body}})
    assert kept["body"]["string"] == (
        b'{"upload_urls": [{"chunk_index": 3, "url": "http://storage/u1/3"}]}'
    )


def test_files_in_forms_are_hashes_and_boundaries_stay() -> None:
    kept, other = (without_secrets_and_media(form_with(name)) for name in ("abc", "xyz"))
    assert kept.body == other.body
    assert kept.headers == other.headers
    assert b"\r\n\r\ndirect\r\n--the-boundary\r\n" in kept.body
    assert re.search(rb"\r\n\r\nsha256 [0-9a-f]{64} of 4 bytes\r\n--the-boundary--\r\n", kept.body)


@pytest.mark.parametrize(
    "make",
    [
        lambda: form_with("abc"),
        lambda: Request("PUT", LINK, bytes(9), {}),
        lambda: Request(
            "POST",
            f"{STABLE_BASE_URL}/embed-v2?page=2",
            b'{"image": {"media_source": {"base64_string": "%s"}}}' % (b"A" * 999),
            {"content-type": "application/json"},
        ),
    ],
)
def test_filtering_twice_is_filtering_once(make: Any) -> None:
    """vcrpy filters also what it loads from a cassette."""
    once = without_secrets_and_media(make())
    kept = once._to_dict()
    assert without_secrets_and_media(once)._to_dict() == kept
