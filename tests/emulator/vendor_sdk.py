"""The vendor's own SDK, connected to an emulator."""

from contextlib import asynccontextmanager, contextmanager

import httpx
import pytest

from tests.emulator.helpers import inline

twelvelabs = pytest.importorskip("twelvelabs")

SOON = {"request_options": {"max_retries": 0}}
MODEL = {"model_name": "marengo3.0", **SOON}
NEW = {"model_name": "marengo3.5", **SOON}
TEXT = twelvelabs.TextInputRequest(input_text="a man walking a dog")


@contextmanager
def connected(emulator, api_key="any"):
    """Yield the SDK, connected to an emulator, with a client that it would never close itself."""
    with httpx.Client(timeout=60) as client:
        yield _made(twelvelabs.TwelveLabs, emulator, client, api_key)


@asynccontextmanager
async def connected_async(emulator):
    async with httpx.AsyncClient(timeout=60) as client:
        yield _made(twelvelabs.AsyncTwelveLabs, emulator, client, "any")


def _made(sdk, emulator, client, api_key):
    with pytest.MonkeyPatch.context() as patch:  # the SDK lets the variable win over the argument
        patch.delenv("TWELVELABS_BASE_URL", raising=False)
        return sdk(api_key=api_key, base_url=emulator.base_url, httpx_client=client)


def wait_for(retrieve, id):
    """Return an asset or a task when it is no longer processing."""
    while (found := retrieve(id, **SOON)).status == "processing":
        pass
    return found


async def wait_for_async(retrieve, id):
    while (found := await retrieve(id, **SOON)).status == "processing":
        pass
    return found


def media(path):
    return twelvelabs.MediaSource(base_64_string=inline(path)["base64_string"])
