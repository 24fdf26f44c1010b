"""Media on its way: sent anew with each attempt, and never half."""

import base64
from pathlib import Path

import pytest
from twelvelabs_embed import AsyncTwelveLabs, InvalidInputError, TwelveLabs, Video

from tests.faults.test_retries import OK, Waits
from tests.scripted_server import Reset, Response, Step, Truncated, scripted_server

CONTENT = bytes(range(256)) * 8_000  # about 2 MB, several chunks


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(CONTENT)
    return path


async def embed(base_url: str, awaited: bool, film: Path) -> None:
    clock = Waits().clock()
    if awaited:
        async with AsyncTwelveLabs("k", base_url=base_url, clock=clock) as client:
            await client.embed(Video(film), check=False)
    else:
        with TwelveLabs("k", base_url=base_url, clock=clock) as sync_method:
            sync_method.embed(Video(film), check=False)


@pytest.mark.parametrize("awaited", [False, True], ids=["blocking", "awaited"])
@pytest.mark.parametrize(
    "fault", [Response(503), Reset(), Truncated(OK)], ids=["503", "reset", "cut"]
)
async def test_each_attempt_sends_the_whole_file(film: Path, awaited: bool, fault: Step) -> None:
    with scripted_server(fault, fault, OK) as server:
        await embed(server.base_url, awaited, film)
    assert len(server.requests) == 3
    for request in server.requests:
        assert request.headers["content-length"] == str(len(request.body))
        assert "transfer-encoding" not in request.headers
        sent = request.json["video"]["media_source"]["base64_string"]
        assert base64.b64decode(sent) == CONTENT


@pytest.mark.parametrize("awaited", [False, True], ids=["blocking", "awaited"])
async def test_a_file_that_is_gone_is_reported_once(film: Path, awaited: bool) -> None:
    film.unlink()
    with scripted_server(OK) as server, pytest.raises(InvalidInputError, match=r"film\.mp4"):
        await embed(server.base_url, awaited, film)
    assert server.requests == []
