"""Inputs with what is known of their media, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import msgspec
from twelvelabs_embed.errors import Violation
from twelvelabs_embed.inputs import Audio, Image, Input, Text, TextImage, Video
from twelvelabs_embed.limits.file_signatures import FORMATS
from twelvelabs_embed.validation.media_probe import MediaFacts

MB = 1 << 20
IMAGE = MediaFacts(
    label="dog.jpg", size_bytes=9_000, format=FORMATS["jpeg"], width_px=640, height_px=480
)
SOUND = MediaFacts(
    label="talk.mp3",
    size_bytes=90_000,
    format=FORMATS["mp3"],
    duration_sec=60.0,
    has_video=False,
    has_audio=True,
)
FILM = MediaFacts(
    label="match.mp4",
    size_bytes=900_000,
    format=FORMATS["mp4"],
    duration_sec=60.0,
    width_px=640,
    height_px=360,
    has_video=True,
    has_audio=True,
)
GOOD: list[tuple[Input, MediaFacts]] = [
    (Text("a dog"), MediaFacts()),
    (Image("dog.jpg"), IMAGE),
    (TextImage("a dog", "dog.jpg"), IMAGE),
    (Audio("talk.mp3"), SOUND),
    (Video("match.mp4"), FILM),
]


def only(found: list[Violation]) -> Violation:
    (violation,) = found
    return violation


def but(facts: MediaFacts, **changes: Any) -> MediaFacts:
    return msgspec.structs.replace(facts, **changes)
