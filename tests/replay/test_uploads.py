"""Multipart uploads, against recorded responses. A chunk of 5 MB is a hash in the recording."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from twelvelabs_embed import Asset, BadRequestError, CompletedChunk, Media, NotFoundError, Progress
from twelvelabs_embed.uploads.upload import UploadFlows

from tests.replay.recording import MEDIA

pytestmark = [pytest.mark.vcr, pytest.mark.block_network(allowed_hosts=["127.0.0.1"])]

SIZE_BYTES = 15_000_000


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A film of 15 MB: what stands behind its end is no part of it."""
    content = (MEDIA / "film.mkv").read_bytes()
    path = tmp_path / "film.mkv"
    path.write_bytes(content.ljust(SIZE_BYTES, b"\0"))
    return path


@pytest.fixture
def storage() -> Iterator[httpx.Client]:
    """What a user sends chunks with: it knows no key."""
    with httpx.Client(timeout=60) as http:
        yield http


async def test_an_upload_call_by_call(client: Any, storage: httpx.Client, film: Path) -> None:
    uploads, content = client.multipart_upload, film.read_bytes()
    session = await uploads.create(filename=film.name, type="video", total_size=len(content))
    assert session.total_chunks == -(-len(content) // session.chunk_size)
    assert session.upload_headers
    headers = session.upload_headers
    links = {link.chunk_index: link.url for link in session.upload_urls or []}
    done = []
    for index in range(1, session.total_chunks + 1):
        if index not in links:
            more = await uploads.get_additional_presigned_urls(
                session.upload_id, start=index, count=1
            )
            links |= {link.chunk_index: link.url for link in more.upload_urls or []}
        chunk = content[(index - 1) * session.chunk_size : index * session.chunk_size]
        response = storage.put(links[index], content=chunk, headers=headers).raise_for_status()
        etag = response.headers["etag"].strip('"')
        done.append(
            CompletedChunk(chunk_index=index, proof=etag, proof_type="etag", chunk_size=len(chunk))
        )

    report = await uploads.report_chunk_batch(session.upload_id, completed_chunks=done[:-1])
    assert (report.processed_chunks, report.total_completed) == (len(done) - 1, len(done) - 1)
    assert not report.url
    status = await uploads.get_status(session.upload_id, page_limit=50)
    assert (status.response.status, status.response.chunks_pending) == ("active", 1)
    assert [chunk.status async for chunk in status] == ["completed"] * (len(done) - 1) + ["pending"]

    report = await uploads.report_chunk_batch(session.upload_id, completed_chunks=done)
    assert (report.processed_chunks, report.duplicate_chunks) == (1, len(done) - 1)
    assert report.url
    assert (await uploads.get_status(session.upload_id)).response.status == "completed"
    await check_and_delete(client, await client.assets.wait_until_ready(session.asset_id))


async def check_and_delete(client: Any, asset: Asset) -> None:
    assert (asset.status, asset.filename) == ("ready", "film.mkv")
    assert str(asset.file_type).startswith("video/")
    await client.assets.delete(asset.id)


async def test_a_multipart_upload(client: Any, film: Path) -> None:
    """What `assets.upload` does with larger files, several chunks at a time."""
    reports: list[Progress] = []
    flows = UploadFlows(client._connection, client._resume_store(), direct_bytes=0)
    asset = await client._runner.run(flows.upload(Media.file(film), progress=reports.append))
    assert (reports[-1].done_bytes, reports[-1].total_bytes) == (SIZE_BYTES, SIZE_BYTES)
    assert client._resume_store().uploads() == []
    await check_and_delete(client, await client.assets.wait_until_ready(asset.id))


async def test_uploads_that_are_not_complete(client: Any) -> None:
    """One on a page, so that the second comes with the second page."""
    uploads = client.multipart_upload
    sessions = [
        await uploads.create(filename="film.mkv", type="video", total_size=SIZE_BYTES)
        for _ in range(2)
    ]
    listed = aiter(await uploads.list_incomplete_uploads(page_limit=1))
    for session in reversed(sessions):
        found = await anext(listed)
        assert (found.upload_id, found.status) == (session.upload_id, "active")
        assert (found.total_size, found.total_chunks) == (SIZE_BYTES, session.total_chunks)
    for session in sessions:
        await client.assets.delete(session.asset_id)


async def test_a_chunk_that_was_not_put(client: Any) -> None:
    uploads = client.multipart_upload
    session = await uploads.create(filename="film.mkv", type="video", total_size=100)
    chunk = CompletedChunk(chunk_index=1, proof="0" * 32, proof_type="etag", chunk_size=100)
    with pytest.raises(BadRequestError) as caught:
        await uploads.report_chunk_batch(session.upload_id, completed_chunks=[chunk])
    assert caught.value.code == "parameter_invalid"
    await client.assets.delete(session.asset_id)


async def test_an_upload_that_is_not_there(client: Any) -> None:
    with pytest.raises(NotFoundError) as caught:
        await client.multipart_upload.get_status("0" * 24)
    assert caught.value.code == "resource_not_exist"
