"""Code that must not type-check: mypy and pyright have to find an error in each marked line.

A line that says "error" in a comment at its end is marked; there must be none in any other line.
It is never run.
"""

import io
from datetime import datetime
from pathlib import Path
from typing import assert_never

from twelvelabs_embed import (
    AsyncTwelveLabs,
    Progress,
    RequestOptions,
    TwelveLabs,
)
from twelvelabs_embed.inputs import (
    Audio,
    Document,
    Dynamic,
    Fixed,
    Image,
    Input,
    MultiInput,
    Spatial,
    Text,
    TextImage,
    Video,
    coerce,
)
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.limits import find_limit
from twelvelabs_embed.validation.media_probe import inspect_media

# Audio is not seen, and documents are cut in other ways.
Audio("a.mp3", segmentation=Spatial("quadrants"))  # error
Document("a.pdf", segmentation=Dynamic(4))  # error
Document("a.pdf", scopes=["clip"])  # error
Document("a.pdf", start=1)  # error
Spatial("halves")  # error
Video("a.mp4", types=["both"])  # error
MultiInput("a dog", "dog.jpg")  # error
MultiInput("a dog", Text("a dog"))  # error
MultiInput("<@a>", a=TextImage("a dog", "dog.jpg"))  # error
Audio("a.mp3", options=["visual"])  # error
Audio("a.mp3", options="visual")  # error

# Words that are not known.
Video("a.mp4", options=["visul"])  # error
Video("a.mp4", options="visul")  # error
Video("a.mp4", scopes=["clips"])  # error
Video("a.mp4", options=3)  # error
words: list[str] = ["visual"]
Video("a.mp4", options=words)  # error

# Settings of other types, by position, or of inputs that have none.
Video("a.mp4", segmentation=4)  # error
Video("a.mp4", segmentation="dynamic")  # error
Video("a.mp4", start="1:30")  # error
Video("a.mp4", end=datetime(2026, 1, 1))  # error
Video("a.mp4", 1.0)  # error
Video("a.mp4", start_sec=1)  # error
Image("a.jpg", start=1)  # error
Text("a", options=["visual"])  # error
Fixed(2.5)  # error
Fixed("5")  # error
Dynamic(min_sec=None)  # error
Dynamic(sec=4)  # error

# Media and texts of other types.
Image(42)  # error
Image(None)  # error
Image(["a.jpg"])  # error
Image(io.StringIO("a"))  # error
Text(b"a dog")  # error
Text(Path("a.txt"))  # error
TextImage("a dog")  # error
TextImage(Path("dog.jpg"), "a dog")  # error
Media.file(b"a.jpg")  # error
Media.url(Path("a.jpg"))  # error
Media.bytes("a")  # error
coerce(42)  # error
coerce(["a", "b"])  # error
inspect_media("a dog")  # error

# The tag is never given, and nothing is changed.
Image("a.jpg", input_type="image")  # error
Text("a").text = "b"  # error
Media.file("a").value = b""  # error
find_limit("max_duration", "video")  # error


# What has not been narrowed.
def media_of(input: Input) -> Media:
    return input.media  # error


def not_exhaustive(input: Input) -> str:
    match input:
        case Text() | Image() | TextImage() | Audio():
            return "not a video"
        case _:
            assert_never(input)  # error


# Ways, waits and callbacks.
client = TwelveLabs("k")
video = Video("a.mp4")
client.embed(video, route="upload")  # error
client.embed(video, "task")  # error
client.embed(video, wait_sec="1h")  # error
client.embed(video, keep_assets=True)  # error
client.embed(video, timeout=5)  # error
client.embed(video, request_options={"retries": 3})  # error
client.embed([video, video])  # error
client.embed.resume(b"t")  # error
RequestOptions(max_retries="no")  # error
TwelveLabs("k", resume_dir=1)  # error


def show_bytes(done_bytes: int, total_bytes: int) -> None: ...


def show_name(name: str) -> None: ...


def show(progress: Progress) -> None:
    progress.done_bytes = 0  # error
    print(progress.percent)  # error


client.embed(video, progress=show_bytes)  # error
client.assets.upload("a.mp4", progress=show_name)  # error
client.embed("a dog").route.name = "task"  # error

# Tasks, assets and uploads.
tasks = client.embed.v_2.tasks
tasks.create("audio", "marengo3.0")  # error
tasks.create(input_type="text", model_name="marengo3.0", text="a dog")  # error
tasks.create(input_type="video")  # error
tasks.retrieve()  # error
tasks.wait_for_done("t", callback=show_name)  # error
tasks.wait_for_done("t", sleep_interval="5")  # error
tasks.list(started_at=1767225600)  # error
tasks.list(page="2")  # error
client.assets.upload(42)  # error
client.assets.upload("a.mp4", "name.mp4")  # error
client.assets.create(file=b"abc")  # error
client.assets.create(method="direct", file=42)  # error
client.assets.list(asset_ids=[1, 2])  # error
client.multipart_upload.create(filename="a.mp4", type="video")  # error
client.multipart_upload.create(filename="a.mp4", type="video", total_size="1 GB")  # error
client.multipart_upload.report_chunk_batch("u", completed_chunks=["1"])  # error

# A pager is no list, and not of something else.
names: list[str] = tasks.list()  # error
first: str = tasks.list().items[0]  # error
tasks.list()[0]  # error
len(tasks.list())  # error
for task in tasks.list():
    print(task.data)  # error


# What is awaited is not there before.
async def awaited(client: AsyncTwelveLabs) -> None:
    print(client.embed(video).vectors)  # error
    print(client.embed.v_2.tasks.list().items)  # error
    listed = await client.embed.v_2.tasks.list()
    for task in listed:  # error
        print(task)
    print(list(listed))  # error
    async for asset in client.assets.list():  # error
        print(asset)
    await client.assets.upload("a.mp4", progress=show_bytes)  # error
