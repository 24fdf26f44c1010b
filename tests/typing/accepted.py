"""Code that must type-check, under mypy --strict and pyright's strict mode. It is never run."""

import io
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, assert_never, assert_type

from PIL import Image as Pillow
from twelvelabs_embed.checks import check, examine, notes, problems
from twelvelabs_embed.errors import Problem
from twelvelabs_embed.inputs import (
    Audio,
    Dynamic,
    Fixed,
    Image,
    Input,
    Scope,
    Text,
    TextImage,
    Video,
    VideoOption,
    promote,
)
from twelvelabs_embed.limits import Limit, find_limit
from twelvelabs_embed.media import Media, as_media
from twelvelabs_embed.probing import MediaFacts, probe

# Media from anywhere.
Image("dog.jpg")
Image("https://a.example/dog.jpg")
Image(Path("dog.jpg"))
Image(b"abc")
Image(bytearray(b"abc"))
Image(memoryview(b"abc"))
Image(io.BytesIO(b"abc"))
with open("dog.jpg", "rb") as dog:
    Image(dog)
Image(Pillow.new("RGB", (200, 200)))
with Pillow.open("dog.jpg") as opened:
    Image(opened)
    Image(opened.convert("RGB"))
    TextImage("a dog", opened)
    promote(opened)
for media in (
    Media.file("a"),
    Media.bytes(b"a", "a.jpg"),
    Media.url("https://a"),
    Media.asset("a"),
):
    assert_type(media, Media)
    Image(media)
    Audio(media)
    Video(media)

# Settings.
Text("a dog")
TextImage("a dog", "dog.jpg")
TextImage(text="a dog", media=Path("dog.jpg"))
Audio("a.mp3", start=1, end=2.5, segmentation=Fixed(5), options=["audio"], scopes=["clip"])
Audio("a.mp3", start=timedelta(minutes=1), end=None, segmentation=None, options=None)
Video("a.mp4", segmentation=Fixed(sec=5))
Video("a.mp4", segmentation=Dynamic(min_sec=4), options=["visual", "audio", "transcription"])
Video("a.mp4", options={"visual"}, scopes=("clip", "asset"))
wanted: dict[Scope, bool] = {"asset": True}
Video("a.mp4", scopes=wanted.keys())
Video("a.mp4", options="visual", scopes="clip")
chosen: list[VideoOption] = ["visual"]
Video("a.mp4", options=chosen)

# What they hold.
video = Video("a.mp4")
assert_type(video.media, Media)
assert_type(video.start_sec, float | None)
assert_type(video.segmentation, Fixed | Dynamic | None)
assert_type(video.options, tuple[VideoOption, ...] | None)
assert_type(video.scopes, tuple[Scope, ...] | None)
assert_type(Fixed(5).sec, int)

# Plain values.
assert_type(promote("a dog"), Input)
promote(Path("dog.jpg"))
promote(b"abc")
promote(Media.file("dog.jpg"))
promote(video)
assert_type(as_media("dog.jpg"), Media)


# A match over the classes is exhaustive, and one over the tag too.
def by_class(input: Input) -> str:
    match input:
        case Text(text):
            return text
        case Image(media):
            return media.label
        case TextImage(text, media):
            return text + media.label
        case Audio(media, segmentation=Fixed(sec)):
            return f"{media.label} {sec}"
        case Audio(media):
            return media.label
        case Video(segmentation=Dynamic(min_sec)):
            return f"{min_sec}"
        case Video():
            return input.media.label


def by_tag(input: Input) -> object:
    if input.input_type == "text":
        return input.text
    if input.input_type == "text_image":
        return input.text, input.media
    if input.input_type == "image":
        return input.media
    if input.input_type == "audio":
        return input.segmentation
    if input.input_type == "video":
        return input.segmentation
    assert_never(input)


def source(media: Media) -> Mapping[str, Any]:
    return {"url": media.value}


assert_type(video.section(source), dict[str, Any])

# Checks.
facts = examine(video)
assert_type(facts, MediaFacts)
assert_type(probe(video.media, video.input_type), MediaFacts)
assert_type(check(video), list[Problem])
assert_type(problems(video, facts, model="marengo3.0"), list[Problem])
assert_type(notes(video, facts), list[str])
assert_type(find_limit("max_duration_sec", "video", via="url"), Limit | None)
