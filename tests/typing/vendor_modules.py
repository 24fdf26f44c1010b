"""Modules and arguments of the vendor's SDK: the types are known. Lines with errors are marked."""

from typing import assert_type

import httpx
from twelvelabs_embed import AsyncTwelveLabs, TwelveLabs
from twelvelabs_embed.core import RequestOptions
from twelvelabs_embed.core.api_error import ApiError
from twelvelabs_embed.environment import TwelveLabsEnvironment
from twelvelabs_embed.errors import BadRequestError, TooManyRequestsError
from twelvelabs_embed.types import (
    MediaSource,
    VideoInputRequest,
    VideoInputRequestEmbeddingOptionItem,
)
from twelvelabs_embed.wrapper.multipart_upload_client_wrapper import UploadProgress, UploadResult

options: list[VideoInputRequestEmbeddingOptionItem] = ["visual", "audio"]
source = MediaSource(url="https://a.example/b.mp4")
video = VideoInputRequest(media_source=source, embedding_option=options)

client = TwelveLabs(
    api_key="k",
    environment=TwelveLabsEnvironment.DEFAULT,
    httpx_client=httpx.Client(),
    follow_redirects=True,
    timeout=None,
)
TwelveLabs(api_key=5)  # error
TwelveLabs(api_key="k", httpx_client=httpx.AsyncClient())  # error
searching = client.search  # error
embedding = client.embed.create  # error


class Key:
    def get_secret_value(self) -> str:
        return "k"


TwelveLabs(api_key=Key())


def show(progress: UploadProgress) -> None:
    print(progress.percentage)


async def show_async(progress: UploadProgress) -> None:
    show(progress)


result = client.multipart_upload.upload_file("a.mp4", progress_callback=show)
assert_type(result, UploadResult)
client.multipart_upload.upload_file("a.mp4", file_type="smell")  # error


async def upload() -> None:
    async with AsyncTwelveLabs(api_key="k") as awaited:
        found = await awaited.multipart_upload.upload_file("a.mp4", progress_callback=show_async)
        assert_type(found, UploadResult)


settings: RequestOptions = {"timeout_in_seconds": 3, "chunk_size": 1024}
wrong: RequestOptions = {"timeout": 3}  # error
try:
    client.embed.v_2.create(
        input_type="video", model_name="marengo3.0", video=video, request_options=settings
    )
except TooManyRequestsError as error:
    print(error.headers.get("retry-after"), error.status_code + 1)
except ApiError as error:
    print(error.body, error.response is None)
BadRequestError(body={"code": "parameter_invalid"}, headers={})
