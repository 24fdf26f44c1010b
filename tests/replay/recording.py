"""Replay what was recorded, with the network blocked; scripts/record makes the recordings.

Cassettes lie in tests/cassettes/<where they came from>: `emulator`, or `live` for the real service.
The media that they embed lies beside them, so that a replay does not depend on this machine's
encoders. A recorded body holds the hash of its media, not the media.

Hosts have names that stay: `api`, `storage` for what takes the chunks of uploads, `media` for what
serves tests/cassettes/media while it is recorded. Links to storage lose their signature, which lets
anybody write there for an hour.

vcrpy calls what stands here on what is sent and on what it loads from a cassette, too: doing it
twice must be the same as doing it once.
"""

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from twelvelabs_embed import Clock
from vcr.request import Request

from tests.clients import NO_WAIT

CASSETTES = Path(__file__).resolve().parents[1] / "cassettes"
MEDIA = CASSETTES / "media"

STABLE_BASE_URL = "http://api/v1.3"
STABLE_STORAGE_URL = "http://storage"
STABLE_MEDIA_URL = "http://media"

# Set by scripts/record.
RECORDING = os.environ.get("RECORD_FOLDER")
BASE_URL = os.environ.get("RECORD_BASE_URL", STABLE_BASE_URL)
API_KEY = os.environ.get("RECORD_API_KEY", "any")
MEDIA_URL = os.environ.get("RECORD_MEDIA_URL", STABLE_MEDIA_URL)

SHORT_CHARACTERS = 200
BOUNDARY = "the-boundary"
SECRETS = ("x-api-key", "authorization", "cookie")
LINKS = ("url", "manifest_url", "representative_url")
"""The fields of responses with links to the storage host."""
IS_HASH = re.compile(rb"sha256 [0-9a-f]{64} of [0-9]+ [a-z]+")


CLOCK = Clock() if RECORDING else NO_WAIT

# ---------------------------------------------------------------------------------------- requests


def without_secrets_and_media(request: Request) -> Request:
    """What is kept of a request, and what a request is looked up by."""
    if request.uri.startswith((BASE_URL, STABLE_BASE_URL)):
        request.body = api_body(request)
        request.uri = request.uri.replace(BASE_URL, STABLE_BASE_URL)
    else:
        check_no_secret(request)
        request.body = hash_of(request.body, "bytes")
        request.uri = STABLE_STORAGE_URL + request.path
    for name in (*SECRETS, "user-agent", "host"):
        request.headers.pop(name, None)
    return request


def check_no_secret(request: Request) -> None:
    """What goes to another host than the service's must not hold the key, also before filtering."""
    leaked = [name for name in SECRETS if name in request.headers]
    assert not leaked, f"{request.method} {request.host}: {', '.join(leaked)} was sent along"


def api_body(request: Request) -> bytes | None:
    body: bytes = request.body
    if not body:
        return None
    content_type = request.headers["content-type"]
    if boundary := re.fullmatch("multipart/form-data; boundary=(.+)", content_type):
        request.headers["content-type"] = f"multipart/form-data; boundary={BOUNDARY}"
        kept = form_with_hashes(body, boundary[1])
    else:
        kept = json.dumps(media_as_hashes(json.loads(body))).encode()
    return kept.replace(MEDIA_URL.encode(), STABLE_MEDIA_URL.encode())


def form_with_hashes(body: bytes, boundary: str) -> bytes:
    """A form whose files are hashes, with a boundary that is the same each time."""
    parts = body.split(f"--{boundary}".encode())
    return f"--{BOUNDARY}".encode().join(map(part_with_hash, parts))


def part_with_hash(part: bytes) -> bytes:
    head, gap, content = part.partition(b"\r\n\r\n")
    if b"; filename=" not in head:
        return part
    return head + gap + hash_of(content.removesuffix(b"\r\n"), "bytes") + b"\r\n"


def media_as_hashes(value: Any) -> Any:
    match value:
        case dict():
            return {name: media_as_hashes(part) for name, part in value.items()}
        case list():
            return [media_as_hashes(part) for part in value]
        case str() if len(value) > SHORT_CHARACTERS:
            return hash_of(value.encode(), "characters").decode()
        case _:
            return value


def hash_of(data: bytes, unit: str) -> bytes:
    if IS_HASH.fullmatch(data):
        return data
    return f"sha256 {hashlib.sha256(data).hexdigest()} of {len(data)} {unit}".encode()


# --------------------------------------------------------------------------------------- responses


def without_cookies_and_signatures(response: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a response."""
    body = response["body"]["string"].replace(MEDIA_URL.encode(), STABLE_MEDIA_URL.encode())
    if any(f'"{name}"'.encode() in body for name in LINKS):
        body = json.dumps(without_signatures(json.loads(body))).encode()
    headers = {
        name: [value.replace(BASE_URL, STABLE_BASE_URL) for value in values]
        for name, values in response["headers"].items()
        if name.lower() != "set-cookie"
    }
    if "content-length" in headers:
        headers["content-length"] = [str(len(body))]
    return {**response, "headers": headers, "body": {"string": body}}


def without_signatures(value: Any) -> Any:
    """Every link of a response leads to storage."""
    match value:
        case dict():
            return {
                name: STABLE_STORAGE_URL + urlsplit(part).path
                if name in LINKS and isinstance(part, str)
                else without_signatures(part)
                for name, part in value.items()
            }
        case list():
            return [without_signatures(part) for part in value]
        case _:
            return value
