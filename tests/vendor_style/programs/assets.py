"""Assets: created, used, listed and deleted."""

import json
import os
import time
from pathlib import Path

from tests.vendor_style.running import given


def _wait(client, asset_id):
    while (asset := client.assets.retrieve(asset_id=asset_id)).status == "processing":
        time.sleep(0.005)
    return asset


def an_open_file():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    with open("film.mp4", "rb") as file:
        asset = client.assets.create(method="direct", file=file)
    asset = _wait(client, asset.id)
    return [asset.status, asset.method, asset.filename, asset.file_type, asset.source]


def bytes_of_a_file():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    asset = client.assets.create(method="direct", file=Path("beach.jpg").read_bytes())
    return _wait(client, asset.id).status


def a_tuple_with_headers():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    content = Path("beach.jpg").read_bytes()
    asset = client.assets.create(
        method="direct", file=("shore.jpg", content, "image/jpeg", {"X-Part": "1"})
    )
    return [_wait(client, asset.id).status, asset.filename]


def a_tuple_of_name_and_bytes():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    content = Path("beach.jpg").read_bytes()
    asset = client.assets.create(
        method="direct", file=("holiday.jpg", content, "image/jpeg"), filename="holiday.jpg"
    )
    return [_wait(client, asset.id).filename, asset.created_at.year > 2000]


def a_link():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    asset = client.assets.create(
        method="url", url=os.environ["VIDEO_URL"], enable_hls=False, enable_thumbnail=False
    )
    asset = _wait(client, asset.id)
    return [asset.status, asset.filename, asset.hls, asset.thumbnail, asset.error]


def details():
    from twelvelabs import AssetDetail, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    with open("film.mp4", "rb") as file:
        asset = client.assets.create(method="direct", file=file)
    asset = _wait(client, asset.id)
    return [isinstance(asset, AssetDetail), asset.size, asset.duration]


def a_file_that_is_no_media():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    asset = client.assets.create(method="direct", file=("film.mp4", b"no media"))
    asset = _wait(client, asset.id)
    return [asset.status, bool(asset.error.message)]


def user_metadata():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    asset = client.assets.create(
        method="url", url=os.environ["IMAGE_URL"], user_metadata=json.dumps({"shoot": 5})
    )
    _wait(client, asset.id)
    found = []
    client.assets.update_user_metadata(asset.id, user_metadata={"place": "beach", "ok": True})
    found.append(dict(client.assets.retrieve(asset.id).user_metadata))
    client.assets.replace_user_metadata(asset.id, user_metadata={"rating": 4.5})
    found.append(client.assets.retrieve(asset.id).user_metadata["rating"])
    client.assets.delete_user_metadata(asset.id)
    found.append(client.assets.retrieve(asset.id).user_metadata or {})
    return found


def a_list_by_ids():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    ids = [client.assets.create(method="url", url=os.environ["IMAGE_URL"]).id for _ in range(3)]
    for asset_id in ids:
        _wait(client, asset_id)
    pager = client.assets.list(asset_ids=ids, asset_types=["image"], page_limit=2)
    return [ids.index(asset.id) for asset in pager]


@given(fresh=True)
def pages_of_assets():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    for number in range(3):
        client.assets.create(method="direct", file=b"0123456789", filename=f"beach-{number}.jpg")
    response = client.assets.list(page=1, page_limit=2, filename="beach")
    names = [asset.filename for asset in response]
    pages = [[asset.filename for asset in page.items] for page in response.iter_pages()]
    return [names, pages, response.has_next]


@given(fresh=True)
async def an_awaited_list_of_assets():
    from twelvelabs import AsyncTwelveLabs

    client = AsyncTwelveLabs(api_key="tlk_test")
    async with client:
        for _ in range(2):
            await client.assets.create(method="direct", file=b"0123456789")
        pager = await client.assets.list()
        return [asset.filename async for asset in pager]


def a_deleted_asset():
    from twelvelabs import NotFoundError, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    asset = client.assets.create(method="url", url=os.environ["IMAGE_URL"])
    _wait(client, asset.id)
    deleted = client.assets.delete(asset_id=asset.id, force=True)
    try:
        client.assets.retrieve(asset.id)
    except NotFoundError as error:
        return [deleted, error.status_code, error.body["code"]]


def an_asset_without_a_file():
    from twelvelabs import BadRequestError, TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    try:
        client.assets.create(method="direct")
    except BadRequestError as error:
        return [error.status_code, error.body["code"]]


def a_transcription():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    with open("film.mp4", "rb") as file:
        asset = client.assets.create(method="direct", file=file)
    _wait(client, asset.id)
    while True:
        found = client.assets.retrieve_transcription(
            asset_id=asset.id, include=["sentences", "utterances"]
        )
        if found.status not in ("pending", "processing"):
            break
        time.sleep(0.005)
    sentences = [[one.start, one.end, one.value] for one in (found.sentences or [])[:2]]
    return [found.status, sentences, found.words, len(found.utterances or [])]


async def an_awaited_asset():
    from twelvelabs import AsyncTwelveLabs, MediaSource, VideoInputRequest

    client = AsyncTwelveLabs(api_key="tlk_test")
    async with client:
        with open("film.mp4", "rb") as file:
            asset = await client.assets.create(method="direct", file=file)
        while (await client.assets.retrieve(asset.id)).status == "processing":
            pass
        response = await client.embed.v_2.create(
            input_type="video",
            model_name="marengo3.0",
            video=VideoInputRequest(
                media_source=MediaSource(asset_id=asset.id), embedding_scope=["asset"]
            ),
        )
        await client.assets.delete(asset.id)
    return [row.embedding[:2] for row in response.data]


def the_raw_response_of_an_asset():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    created = client.assets.with_raw_response.create(method="url", url=os.environ["IMAGE_URL"])
    return [created.data.method, created.headers["content-type"]]


def the_raw_response_of_a_list_of_assets():
    from twelvelabs import TwelveLabs

    client = TwelveLabs(api_key="tlk_test")
    client.assets.create(method="url", url=os.environ["IMAGE_URL"])
    pager = client.assets.with_raw_response.list(page_limit=1)
    return [len(pager.items), type(next(iter(pager))).__name__]
