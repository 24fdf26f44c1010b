"""The responses for marengo3.0 are the same as before there was another model."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
import yaml
from numpy.testing import assert_allclose

from tests.emulator.helpers import request_body

CASSETTES = Path(__file__).parents[1] / "cassettes"
KINDS = ("text", "image", "text_image", "audio", "video")


def recorded(kind):
    """Return the recorded request and response; in place of media there is its digest."""
    path = CASSETTES / "emulator" / f"test_embed[{kind}].yaml"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    (one,) = yaml.load(path.read_text(), Loader=loader)["interactions"]
    return json.loads(one["request"]["body"]), one["response"]["body"]["string"]


def media_of(digest):
    """Return the media, in base64, that was recorded as `sha256 <hex> of <n> characters`."""
    for path in (CASSETTES / "media").iterdir():
        encoded = base64.b64encode(path.read_bytes())
        if hashlib.sha256(encoded).hexdigest() in digest:
            return encoded.decode()
    raise AssertionError(digest)


@pytest.mark.parametrize("kind", KINDS)
def test_responses_are_those_that_were_recorded(client, kind):
    request, response = recorded(kind)
    if source := request[kind].get("media_source"):
        source["base64_string"] = media_of(source["base64_string"])
    assert_same(client.post("/embed-v2", json=request).json(), json.loads(response))


def assert_same(response, expected):
    """Compare two responses; numbers of vectors may differ a little, nothing else may.

    numpy's `arctan2` rounds the last bit differently from version to version. A colour whose angle
    lies between two of the ranges that are counted then counts in the other.
    """
    vectors = [one.pop("embedding") for one in response["data"]]
    assert_allclose(vectors, [one.pop("embedding") for one in expected["data"]], atol=1e-3)
    assert response == expected


DIGEST = "f038cebc0294ecfc3a2e972ac1109e10fceaef7df6eeddfe361d8aebef44adb9"


def test_the_response_for_a_text_has_not_changed_since_the_contract_of_2026_02(client):
    response = client.post("/embed-v2", json=request_body("text", input_text="a man walking a dog"))
    assert hashlib.sha256(response.content).hexdigest() == DIGEST
