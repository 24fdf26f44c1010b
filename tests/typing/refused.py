"""Code that must not type-check: mypy and pyright have to find an error in each marked line.

A line that says "error" in a comment at its end is marked; there must be none in any other line.
It is never run.
"""

import io
from datetime import datetime
from pathlib import Path
from typing import assert_never

from twelvelabs_embed.checks import check
from twelvelabs_embed.inputs import (
    Audio,
    Dynamic,
    Fixed,
    Image,
    Input,
    Text,
    TextImage,
    Video,
    promote,
)
from twelvelabs_embed.limits import find_limit
from twelvelabs_embed.media import Media

# Audio is cut into equal pieces only, and is not seen.
Audio("a.mp3", segmentation=Dynamic(4))  # error
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
promote(42)  # error
promote(["a", "b"])  # error
check("a dog")  # error

# The tag is never given, and nothing is changed.
Image("a.jpg", input_type="image")  # error
Text("a").text = "b"  # error
Media.file("a").value = b""  # error
find_limit("max_duration", "video")  # error


# What has not been told apart.
def media_of(input: Input) -> Media:
    return input.media  # error


def not_exhaustive(input: Input) -> str:
    match input:
        case Text() | Image() | TextImage() | Audio():
            return "not a video"
        case _:
            assert_never(input)  # error
