"""Archives for tests, and their reports."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen
from twelvelabs_embed import Audio, Fixed, Image, Segment, TwelveLabs, Video
from twelvelabs_embed.bulk.failures import Failure, write_errors
from twelvelabs_embed.report import ReportFacts, write_report
from twelvelabs_embed_emulator import Emulator, samples

from tests.search.part_files import as_item, random_vectors, write_parts

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUERIES = ("a man walking his dog", "soup with onions </title>")
# What a name of a file may hold, and must not do.
HOSTILE = (
    "</script><script>window.hacked = 1</script>\n<img src=x onerror='hacked = 1'>\u202egpj.exe"
)


@frozen
class Written:
    """A dataset and its report."""

    folder: Path
    page: Path
    facts: ReportFacts


def write_films(root: Path) -> Written:
    """Write a small dataset of every input type, embedded by the emulator."""
    media, folder = root / "media", root / "vectors"
    media.mkdir()
    samples.video(media / "film.mkv", fps=6)
    samples.video(media / "copy.mp4", fps=6)
    samples.video(media / "long.mkv", duration_sec=30, fps=4, scenes=6)
    samples.audio(media / "waves.wav", kind="waves", sample_rate_hz=8_000)
    for scene in ("beach", "kitchen"):
        samples.image(media / f"{scene}.jpg", width=320, height=240, scene=scene)
    with Emulator() as emulator, TwelveLabs("any", base_url=emulator.base_url) as client:
        items = [
            (name, client.embed(Video(media / name, segmentation=Fixed(4))))
            for name in ("film.mkv", "copy.mp4", "long.mkv")
        ]
        items.append(("waves.wav", client.embed(Audio(media / "waves.wav"))))
        items += [
            (name, client.embed(Image(media / name))) for name in ("beach.jpg", "kitchen.jpg")
        ]
        items.append((HOSTILE, client.embed("a text with an odd name")))
        write_parts(folder, items)
        (folder / "run.json").write_text(json.dumps({"root": str(media)}))
        write_failures(folder)
        page = root / "report.html"
        facts = write_report(
            folder, page, queries=QUERIES, client=client, title="Films <b>", made_at=NOON
        )
    return Written(folder, page, facts)


def write_failures(folder: Path) -> None:
    too_short = "The video is 2 s long, but at least 4 s are needed"
    write_errors(
        folder,
        [
            Failure("a.mp4", "video", "video_duration_too_short", too_short, "{}", 1, NOON),
            Failure("b.mp4", "video", "video_duration_too_short", too_short, "{}", 2, NOON),
            Failure(HOSTILE, None, "bad_row", "media: <i>nothing</i>", "{}", 0, NOON),
        ],
    )


def write_many(root: Path) -> Written:
    """10,000 segments of 40 topics: 250 films of 36 segments, and 1,000 images."""
    random = np.random.default_rng(0)
    topics = random_vectors(40, dimensions=512, seed=1)
    # As in the vectors of models, some directions hold more than others.
    extents = np.arange(1, 513) ** -0.6

    def near(topic: int, rows: int) -> np.ndarray:
        return (topics[topic] + random.normal(scale=0.8, size=(rows, 512))) * extents

    clips = [
        Segment(option, "clip", 6.0 * place, 6.0 * place + 6)
        for option in ("visual", "audio", "transcription")
        for place in range(12)
    ]
    items = [
        as_item(f"2026/film-{number:04}.mp4", near(number % 40, 36), segments=clips)
        for number in range(250)
    ]
    items += [
        as_item(
            f"2026/image-{number:04}.jpg",
            near(number % 40, 1),
            segments=[Segment()],
            input_type="image",
        )
        for number in range(1000)
    ]
    folder = write_parts(root / "vectors", items)
    page = root / "report.html"
    return Written(folder, page, write_report(folder, page, made_at=NOON))


def document_of(page: Path) -> dict[str, Any]:
    """The data in a page."""
    text = page.read_text(encoding="utf-8")
    [data] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    found: dict[str, Any] = json.loads(data)
    return found
