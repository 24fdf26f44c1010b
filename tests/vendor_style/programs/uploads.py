"""Multipart uploads, by one call and step by step."""

import os
import time
from pathlib import Path

import httpx

from tests.vendor_style.running import given


def _wait(client, asset_id):
    while (asset := client.assets.retrieve(asset_id)).status == "processing":
        time.sleep(0.005)
    return asset


def a_file():
    from twelvelabs import MediaSource, TwelveLabs, VideoInputRequest

    client = TwelveLabs(api_key="tlk_test")
    result = client.multipart_upload.upload_file("film.mp4")
    asset = _wait(client, result.asset_id)
    response = client.embed.v_2.create(
        input_type="video",
        model_name="marengo3.0",
        video=VideoInputRequest(
            media_source=MediaSource(asset_id=result.asset_id), embedding_scope=["asset"]
        ),
    )
    client.assets.delete(result.asset_id)
    return [asset.status, asset.filename, bool(result.asset_url), len(response.data)]


def a_file_with_all_arguments():
    from twelvelabs import TwelveLabs
    from twelvelabs.wrapper.multipart_upload_client_wrapper import UploadProgress

    seen = []

    def progress_callback(progress: UploadProgress):
        seen.append([progress.total_chunks, progress.status, f"{progress.percentage:.1f}"])

    client = TwelveLabs(api_key="tlk_test")
    result = client.multipart_upload.upload_file(
        file_path=Path("film.mp4"),
        filename="my-uploaded-video.mp4",
        file_type="video",
        batch_size=5,
        max_workers=3,
        max_retries=3,
        retry_delay=1.0,
        progress_callback=progress_callback,
    )
    asset = _wait(client, result.asset_id)
    return [asset.filename, seen[-1]]


async def an_awaited_file():
    from twelvelabs import AsyncTwelveLabs

    seen = []

    async def progress_callback(progress):
        seen.append(progress.percentage)

    client = AsyncTwelveLabs(api_key="tlk_test")
    async with client:
        result = await client.multipart_upload.upload_file(
            file_path="film.mp4",
            file_type="video",
            max_workers=2,
            max_retries=3,
            progress_callback=progress_callback,
        )
        while (await client.assets.retrieve(result.asset_id)).status == "processing":
            pass
        await client.assets.delete(result.asset_id)
    return [bool(result.asset_id), seen[-1]]


def a_file_that_there_is_not():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    try:
        client.multipart_upload.upload_file("missing.mp4")
    except FileNotFoundError as error:
        return "missing.mp4" in str(error)


def an_empty_file():
    from twelvelabs import TwelveLabs
    from twelvelabs.wrapper.multipart_upload_client_wrapper import UploadError

    client = TwelveLabs(api_key="tlk_test")
    Path("empty.mp4").write_bytes(b"")
    try:
        client.multipart_upload.upload_file("empty.mp4")
    except UploadError as error:
        return [error.chunk_index, bool(error.message)]


def a_recording():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    result = client.multipart_upload.upload_file("talk.mp3", file_type="audio")
    return _wait(client, result.asset_id).file_type


def step_by_step():
    from twelvelabs import CompletedChunk, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    content = Path("film.mp4").read_bytes()
    session = client.multipart_upload.create(
        filename="film.mp4", type="video", total_size=len(content)
    )
    size = session.chunk_size
    urls = {one.chunk_index: one.url for one in session.upload_urls}
    chunks = []
    for number in range(1, session.total_chunks + 1):
        if number not in urls:
            more = client.multipart_upload.get_additional_presigned_urls(
                session.upload_id, start=number, count=1
            )
            urls.update({one.chunk_index: one.url for one in more.upload_urls})
        part = content[(number - 1) * size : number * size]
        response = httpx.put(
            urls[number],
            content=part,
            headers={"content-type": "application/octet-stream"},
            verify=False,
        )
        chunks.append(
            CompletedChunk(
                chunk_index=number,
                proof=response.headers["etag"].strip('"'),
                proof_type="etag",
                chunk_size=len(part),
            )
        )
    report = client.multipart_upload.report_chunk_batch(session.upload_id, completed_chunks=chunks)
    return [
        report.asset_id == session.asset_id,
        report.processed_chunks,
        report.total_completed,
        _wait(client, session.asset_id).status,
    ]


def chunks_as_plain_dicts():
    from twelvelabs import BadRequestError, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    session = client.multipart_upload.create(filename="film.mp4", type="video", total_size=10)
    chunk = {"chunk_index": 1, "proof": "wrong", "proof_type": "etag", "chunk_size": 10}
    try:
        client.multipart_upload.report_chunk_batch(session.upload_id, completed_chunks=[chunk])
    except BadRequestError as error:
        return error.status_code


@given(fresh=True)
def sessions_that_are_open():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    made = [
        client.multipart_upload.create(filename=name, type="video", total_size=10)
        for name in ("a.mp4", "b.mp4")
    ]
    listed = client.multipart_upload.list_incomplete_uploads(page=1, page_limit=10)
    ids = [session.upload_id for session in made]
    return [[ids.index(one.upload_id), one.status] for one in listed]


def the_state_of_an_upload():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    session = client.multipart_upload.create(filename="a.mp4", type="video", total_size=10)
    pager = client.multipart_upload.get_status(session.upload_id, page=1, page_limit=10)
    return [[chunk.index, chunk.status] for chunk in pager]


def a_wait_that_ends():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    session = client.multipart_upload.create(filename="a.mp4", type="video", total_size=10)
    response = httpx.put(
        session.upload_urls[0].url,
        content=b"0123456789",
        headers={"content-type": "application/octet-stream"},
        verify=False,
    )
    chunk = {
        "chunk_index": 1,
        "proof": response.headers["etag"],
        "proof_type": "etag",
        "chunk_size": 10,
    }
    client.multipart_upload.report_chunk_batch(session.upload_id, completed_chunks=[chunk])
    seen = []
    status = client.multipart_upload.wait_for_upload_completion(
        upload_id=session.upload_id,
        sleep_interval=0.01,
        max_wait_time=10.0,
        callback=lambda status: seen.append(status.status),
    )
    return [status.status, status.completed_chunks, status.total_chunks, seen]


def a_wait_that_takes_too_long():
    from twelvelabs import TwelveLabs
    from twelvelabs.wrapper.multipart_upload_client_wrapper import UploadError

    client = TwelveLabs(api_key="tlk_test")
    session = client.multipart_upload.create(filename="a.mp4", type="video", total_size=10)
    try:
        client.multipart_upload.wait_for_upload_completion(
            session.upload_id, sleep_interval=0.01, max_wait_time=0.05
        )
    except UploadError as error:
        return isinstance(error, Exception)


def the_raw_response_of_a_session():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    raw = client.multipart_upload.with_raw_response
    session = raw.create(filename="a.mp4", type="video", total_size=10)
    state = raw.get_status(session.data.upload_id)
    listed = raw.list_incomplete_uploads(page_limit=1)
    return [session.data.total_chunks, [chunk.status for chunk in state], len(listed.items)]


def a_folder_stays_as_it_is():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    before = sorted(os.listdir())
    client.multipart_upload.upload_file("film.mp4")
    return sorted(os.listdir()) == before
