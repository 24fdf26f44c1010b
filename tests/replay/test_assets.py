"""Assets, against recorded responses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from twelvelabs_embed import (
    AssetFailedError,
    AudioInputRequest,
    BadRequestError,
    ConflictError,
    Media,
    MediaSource,
    NotFoundError,
)

from tests.replay.recording import MEDIA, MEDIA_URL

pytestmark = [pytest.mark.vcr, pytest.mark.block_network(allowed_hosts=["127.0.0.1"])]


@asynccontextmanager
async def uploaded(client: Any, name: str) -> AsyncIterator[str]:
    """The id of an asset, which is deleted afterwards: they are kept, and count."""
    asset_id = str((await client.assets.upload(MEDIA / name)).id)
    try:
        yield asset_id
    finally:
        await client.assets.delete(asset_id)


async def test_upload_and_delete(client: Any) -> None:
    asset = await client.assets.upload(MEDIA / "talk.wav", filename="a talk.wav")
    assert (asset.status, asset.method, asset.filename) == ("ready", "direct", "a talk.wav")
    assert str(asset.file_type).startswith("audio/")
    assert isinstance(asset.created_at, datetime)
    assert asset.created_at.utcoffset() == timedelta(0)
    await client.assets.delete(asset.id)
    with pytest.raises(NotFoundError) as caught:
        await client.assets.retrieve(asset.id)
    assert caught.value.code == "resource_not_exist"


async def test_create_from_a_file(client: Any) -> None:
    """The vendor's style: the asset is not ready yet."""
    with (MEDIA / "beach.jpg").open("rb") as file:
        raw = await client.assets.with_raw_response.create(
            method="direct", file=("a beach.jpg", file, "image/jpeg")
        )
    assert raw.status_code == 201
    assert (raw.data.status, raw.data.filename) == ("processing", "a beach.jpg")
    asset = await client.assets.wait_until_ready(str(raw.data.id))
    assert asset.file_type == "image/jpeg"
    await client.assets.delete(asset.id)


async def test_create_from_a_link(client: Any) -> None:
    created = await client.assets.create(
        method="url", url=f"{MEDIA_URL}/talk.wav", filename="talk.wav"
    )
    assert (created.method, created.status) == ("url", "processing")
    asset = await client.assets.wait_until_ready(str(created.id))
    assert str(asset.file_type).startswith("audio/")
    await client.assets.delete(asset.id)


async def test_upload_a_link(client: Any) -> None:
    asset = await client.assets.upload(Media.url(f"{MEDIA_URL}/beach.jpg"))
    assert (asset.method, asset.status) == ("url", "ready")
    await client.assets.delete(asset.id)


async def test_list_of_assets(client: Any) -> None:
    """Two on a page, so that the third comes with the second page."""
    async with (
        uploaded(client, "beach.jpg") as first,
        uploaded(client, "talk.wav") as second,
        uploaded(client, "beach.jpg") as third,
    ):
        listed = await client.assets.list(page_limit=2)
        found = aiter(listed)
        assert [(await anext(found)).id for _ in range(3)] == [third, second, first]
        assert listed.first_page.number == 1
        chosen = await client.assets.list(asset_ids=[first, second], asset_types="audio")
        assert [asset.id async for asset in chosen] == [second]


async def test_an_asset_that_is_needed(client: Any) -> None:
    async with uploaded(client, "talk.wav") as asset_id:
        tasks = client.embed.v_2.tasks
        task = await tasks.create(
            input_type="audio",
            model_name="marengo3.0",
            audio=AudioInputRequest(
                media_source=MediaSource(asset_id=asset_id),
                embedding_option=["audio"],
                embedding_scope=["asset"],
            ),
        )
        with pytest.raises(ConflictError) as caught:
            await client.assets.delete(asset_id)
        assert caught.value.status_code == 409
        await tasks.wait_for_done(task.id, sleep_interval=1)


async def test_an_asset_that_is_no_media(client: Any) -> None:
    with pytest.raises(AssetFailedError) as caught:
        await client.assets.upload(Media.bytes(b"these are words", "notes.mp4"))
    await client.assets.delete(caught.value.asset_id)


async def test_a_method_that_is_not_known(client: Any) -> None:
    with pytest.raises(BadRequestError) as caught:
        await client.assets.create(method="fax", filename="a.jpg")
    assert caught.value.code == "parameter_invalid"


async def test_deleting_what_is_not_there(client: Any) -> None:
    with pytest.raises(NotFoundError) as caught:
        await client.assets.delete("0" * 24)
    assert caught.value.code == "resource_not_exist"
