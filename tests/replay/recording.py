"""Replay what was recorded, with the network blocked; scripts/record makes the recordings.

Cassettes lie in tests/cassettes/<where they came from>: `emulator`, or `live` for the real service.
The media that they embed lies beside them, so that a replay does not depend on this machine's
encoders. A recorded body holds the hash of its media, not the media.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from vcr.request import Request

CASSETTES = Path(__file__).resolve().parents[1] / "cassettes"
MEDIA = CASSETTES / "media"

# Set by scripts/record.
RECORDING = os.environ.get("RECORD_SOURCE")
BASE_URL = os.environ.get("RECORD_BASE_URL", "http://emulator/v1.3")
API_KEY = os.environ.get("RECORD_API_KEY", "any")

SHORT_CHARACTERS = 200


def without_secrets_and_media(request: Request) -> Request:
    for name in ("x-api-key", "user-agent", "cookie", "host"):
        request.headers.pop(name, None)
    # The emulator's port changes each time.
    if RECORDING != "live":
        request.uri = "http://emulator" + request.path
    if request.body:
        request.body = json.dumps(media_as_hashes(json.loads(request.body))).encode()
    return request


def media_as_hashes(value: Any) -> Any:
    match value:
        case dict():
            return {name: media_as_hashes(part) for name, part in value.items()}
        case str() if len(value) > SHORT_CHARACTERS:
            return f"sha256 {hashlib.sha256(value.encode()).hexdigest()} of {len(value)} characters"
        case _:
            return value


def without_cookies(response: dict[str, Any]) -> dict[str, Any]:
    for name in list(response["headers"]):
        if name.lower() == "set-cookie":
            del response["headers"][name]
    return response
