"""A call of each operation of the contract, by both clients."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import yaml
from attrs import frozen
from twelvelabs_embed import (
    AudioInputRequest,
    CompletedChunk,
    MediaSource,
    TextInputRequest,
    TwelveLabs,
)
from twelvelabs_embed_emulator import samples

CONTRACT = Path(__file__).parents[2] / "openapi" / "embed-v2.yaml"

CHUNK_BYTES = 1000
"""How long the chunks of uploads have to be in the emulator."""

Client: TypeAlias = Any  # one of the two; what the other returns is awaited


def operation_ids() -> list[str]:
    """All that the contract has, in its order."""
    paths = yaml.safe_load(CONTRACT.read_text())["paths"]
    return [
        said["operationId"]
        for path in paths.values()
        for said in path.values()
        if isinstance(said, dict) and "operationId" in said
    ]


@frozen
class Things:
    """What an emulator has, for the calls to work on."""

    client: TwelveLabs
    talk_id: str
    task_id: str
    upload_id: str
    chunk: CompletedChunk

    def spare_asset_id(self) -> str:
        """An asset to delete."""
        return _asset(self.client, b"no media")


def make_things(base_url: str, folder: Path) -> Things:
    """Make them, by a client without faults, which stays open."""
    client = TwelveLabs("k", base_url=base_url)
    talk = samples.audio(folder / "talk.wav", duration_sec=4)
    talk_id = _asset(client, talk.read_bytes())
    while client.assets.retrieve(talk_id).status == "processing":
        time.sleep(0.01)
    created = client.embed.v_2.tasks.create(
        input_type="audio", model_name="marengo3.0", audio=_audio(talk_id)
    )
    session = client.multipart_upload.create(
        filename="film.mkv", type="video", total_size=2 * CHUNK_BYTES
    )
    assert session.total_chunks == 2  # the second never comes, so the session stays open
    headers = session.upload_headers.to_dict()
    put = httpx.put(session.upload_urls[0].url, headers=headers, content=bytes(CHUNK_BYTES))
    chunk = CompletedChunk(
        chunk_index=1,
        proof=put.headers["etag"].strip('"'),
        proof_type="etag",
        chunk_size=CHUNK_BYTES,
    )
    return Things(client, talk_id, created.id, session.upload_id, chunk)


def _asset(client: TwelveLabs, content: bytes) -> str:
    file = io.BytesIO(content)
    return client.assets.create(method="direct", file=file, filename="talk.wav").id


def _audio(asset_id: str) -> AudioInputRequest:
    return AudioInputRequest(media_source=MediaSource(asset_id=asset_id))


CALLS: dict[str, Callable[[Client, Things], Any]] = {
    "create_embeddings": lambda client, _: client.embed.v_2.create(
        input_type="text", model_name="marengo3.0", text=TextInputRequest(input_text="a dog")
    ),
    "create_task": lambda client, things: client.embed.v_2.tasks.create(
        input_type="audio", model_name="marengo3.0", audio=_audio(things.talk_id)
    ),
    "list_tasks": lambda client, _: client.embed.v_2.tasks.list(page_limit=1),
    "retrieve_task": lambda client, things: client.embed.v_2.tasks.retrieve(things.task_id),
    "create_asset": lambda client, _: client.assets.create(
        method="direct", file=io.BytesIO(bytes(5000)), filename="a.mkv"
    ),
    "list_assets": lambda client, _: client.assets.list(page_limit=1),
    "retrieve_asset": lambda client, things: client.assets.retrieve(things.talk_id),
    "delete_asset": lambda client, things: client.assets.delete(things.spare_asset_id()),
    "retrieve_transcription": lambda client, things: client.assets.retrieve_transcription(
        things.talk_id
    ),
    "replace_user_metadata": lambda client, things: client.assets.replace_user_metadata(
        things.talk_id, user_metadata={"place": "home"}
    ),
    "update_user_metadata": lambda client, things: client.assets.update_user_metadata(
        things.talk_id, user_metadata={"year": 2026}
    ),
    "delete_user_metadata": lambda client, things: client.assets.delete_user_metadata(
        things.talk_id
    ),
    "list_indexed_assets": lambda client, things: client.assets.list_indexed_assets(things.talk_id),
    "list_entities": lambda client, things: client.assets.list_entities(things.talk_id),
    "create_multipart_upload": lambda client, _: client.multipart_upload.create(
        filename="film.mkv", type="video", total_size=1000
    ),
    "list_incomplete_uploads": lambda client, _: client.multipart_upload.list_incomplete_uploads(
        page_limit=1
    ),
    "report_chunk_batch": lambda client, things: client.multipart_upload.report_chunk_batch(
        things.upload_id, completed_chunks=[things.chunk]
    ),
    "get_upload_status": lambda client, things: client.multipart_upload.get_status(
        things.upload_id, page_limit=1
    ),
    "request_presigned_urls": lambda client, things: (
        client.multipart_upload.get_additional_presigned_urls(things.upload_id, start=2, count=1)
    ),
}
"""How each operation is called, by the name that the contract gives it."""

CREATES = ("create_task", "create_asset", "create_multipart_upload")
"""What would be there twice if it were sent twice."""

EMPTY = ("delete_asset", "replace_user_metadata", "update_user_metadata", "delete_user_metadata")
"""Operations whose response has no body."""
