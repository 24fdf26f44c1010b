"""Assets, against recorded responses."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice

import pytest
from twelvelabs_embed import (
    AssetFailedError,
    AsyncTwelveLabs,
    AudioInputRequest,
    BadRequestError,
    ConflictError,
    Media,
    MediaSource,
    NotFoundError,
    TwelveLabs,
)

from tests.replay.recording import MEDIA, MEDIA_URL

pytestmark = [pytest.mark.vcr, pytest.mark.block_network(allowed_hosts=["127.0.0.1"])]


@contextmanager
def uploaded(client: TwelveLabs, name: str) -> Iterator[str]:
    """The id of an asset, which is deleted afterwards: they are kept, and count."""
    asset_id = str(client.assets.upload(MEDIA / name).id)
    try:
        yield asset_id
    finally:
        client.assets.delete(asset_id)


def test_upload_and_delete(client: TwelveLabs) -> None:
    asset = client.assets.upload(MEDIA / "talk.wav", filename="a talk.wav")
    assert (asset.status, asset.method, asset.filename) == ("ready", "direct", "a talk.wav")
    assert str(asset.file_type).startswith("audio/")
    assert isinstance(asset.created_at, datetime)
    assert asset.created_at.utcoffset() == timedelta(0)
    client.assets.delete(asset.id)
    with pytest.raises(NotFoundError) as caught:
        client.assets.retrieve(asset.id)
    assert caught.value.code == "resource_not_exist"


async def test_upload_and_delete_awaited(async_client: AsyncTwelveLabs) -> None:
    assets = async_client.assets
    asset = await assets.upload(MEDIA / "beach.jpg")
    assert (asset.status, asset.filename) == ("ready", "beach.jpg")
    await assets.delete(asset.id)
    with pytest.raises(NotFoundError):
        await assets.retrieve(asset.id)


def test_create_from_a_file(client: TwelveLabs) -> None:
    """The vendor's style: the asset is not ready yet."""
    with (MEDIA / "beach.jpg").open("rb") as file:
        raw = client.assets.with_raw_response.create(
            method="direct", file=("a beach.jpg", file, "image/jpeg")
        )
    assert raw.status_code == 201
    assert (raw.data.status, raw.data.filename) == ("processing", "a beach.jpg")
    asset = client.assets.wait_until_ready(str(raw.data.id))
    assert asset.file_type == "image/jpeg"
    client.assets.delete(asset.id)


def test_create_from_a_link(client: TwelveLabs) -> None:
    created = client.assets.create(method="url", url=f"{MEDIA_URL}/talk.wav", filename="talk.wav")
    assert (created.method, created.status) == ("url", "processing")
    asset = client.assets.wait_until_ready(str(created.id))
    assert str(asset.file_type).startswith("audio/")
    client.assets.delete(asset.id)


async def test_upload_a_link_awaited(async_client: AsyncTwelveLabs) -> None:
    asset = await async_client.assets.upload(Media.url(f"{MEDIA_URL}/beach.jpg"))
    assert (asset.method, asset.status) == ("url", "ready")
    await async_client.assets.delete(asset.id)


def test_list_of_assets(client: TwelveLabs) -> None:
    """Two on a page, so that the third comes with the second page."""
    with (
        uploaded(client, "beach.jpg") as first,
        uploaded(client, "talk.wav") as second,
        uploaded(client, "beach.jpg") as third,
    ):
        listed = client.assets.list(page_limit=2)
        assert [asset.id for asset in islice(listed, 3)] == [third, second, first]
        assert listed.first_page.number == 1
        chosen = client.assets.list(asset_ids=[first, second], asset_types="audio")
        assert [asset.id for asset in chosen] == [second]


def test_an_asset_that_is_needed(client: TwelveLabs) -> None:
    with uploaded(client, "talk.wav") as asset_id:
        tasks = client.embed.v_2.tasks
        task = tasks.create(
            input_type="audio",
            model_name="marengo3.0",
            audio=AudioInputRequest(
                media_source=MediaSource(asset_id=asset_id),
                embedding_option=["audio"],
                embedding_scope=["asset"],
            ),
        )
        with pytest.raises(ConflictError) as caught:
            client.assets.delete(asset_id)
        assert caught.value.status_code == 409
        tasks.wait_for_done(task.id, sleep_interval=1)


def test_an_asset_that_is_no_media(client: TwelveLabs) -> None:
    with pytest.raises(AssetFailedError) as caught:
        client.assets.upload(Media.bytes(b"these are words", "notes.mp4"))
    client.assets.delete(caught.value.asset_id)


def test_a_method_that_is_not_known(client: TwelveLabs) -> None:
    with pytest.raises(BadRequestError) as caught:
        client.assets.create(method="fax", filename="a.jpg")
    assert caught.value.code == "parameter_invalid"


def test_deleting_what_is_not_there(client: TwelveLabs) -> None:
    with pytest.raises(NotFoundError) as caught:
        client.assets.delete("0" * 24)
    assert caught.value.code == "resource_not_exist"
