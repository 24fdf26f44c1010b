"""Media on its way: sent anew with each attempt, and never half."""

import base64
from pathlib import Path

import pytest
from twelvelabs_embed import InvalidInputError, Video

from tests.clients import NO_WAIT, ClientKind, each_transport
from tests.faults.test_retries import OK
from tests.scripted_server import Reset, Response, Step, Truncated

CONTENT = bytes(range(256)) * 8_000  # about 2 MB, several chunks


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(CONTENT)
    return path


@each_transport
@pytest.mark.parametrize(
    "fault", [Response(503), Reset(), Truncated(OK)], ids=["503", "reset", "cut"]
)
async def test_each_attempt_sends_the_whole_file(kind: ClientKind, film: Path, fault: Step) -> None:
    async with kind.connected(fault, fault, OK, clock=NO_WAIT) as (client, server):
        await client.embed(Video(film), check=False)
    assert len(server.requests) == 3
    for request in server.requests:
        assert request.headers["content-length"] == str(len(request.body))
        assert "transfer-encoding" not in request.headers
        sent = request.json["video"]["media_source"]["base64_string"]
        assert base64.b64decode(sent) == CONTENT


@each_transport
async def test_a_file_that_is_gone_is_reported_once(kind: ClientKind, film: Path) -> None:
    film.unlink()
    async with kind.connected(OK) as (client, server):
        with pytest.raises(InvalidInputError, match=r"film\.mp4"):
            await client.embed(Video(film), check=False)
    assert server.requests == []
