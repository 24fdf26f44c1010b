"""Media that an emulator is asked to embed."""

from __future__ import annotations

import httpx
from twelvelabs_embed_emulator import Emulator

from tests.hostile.test_expanding_files import endless_wav as endless_wav

HEADERS = {"x-api-key": "k"}


def embed(emulator: Emulator, kind: str, source: dict[str, str]) -> httpx.Response:
    body = {"input_type": kind, "model_name": "marengo3.0", kind: {"media_source": source}}
    return httpx.post(f"{emulator.base_url}/embed-v2", json=body, headers=HEADERS, timeout=60)
