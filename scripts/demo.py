"""Make some media, embed it, and find the scene of a video that a text describes."""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.box import ROUNDED
from rich.console import Console
from rich.table import Table
from twelvelabs_embed import (
    Audio,
    Dynamic,
    Embeddings,
    Image,
    Input,
    Text,
    TextImage,
    TwelveLabs,
    Video,
)
from twelvelabs_embed_emulator import Emulator, samples

QUERY = "a man and his dog on the beach"
VIDEO_SEC = 12.0

console = Console(highlight=False)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument(
        "--live", action="store_true", help="use the real service and the key in the environment"
    )
    with TemporaryDirectory() as folder, connected(parser.parse_args().live) as client:
        with console.status("making the media"):
            inputs = make_inputs(Path(folder))
        results: dict[str, tuple[Embeddings, float]] = {}
        with console.status("embedding") as status:
            for name, input in inputs.items():
                status.update(f"embedding: {name}")
                results[name] = timed(client, input)
        show_results(results)
        show_matches(client, results["video"][0])


@contextmanager
def connected(live: bool) -> Iterator[TwelveLabs]:
    """Yield a client of the real service, or of an emulator that runs meanwhile."""
    if live:
        with TwelveLabs() as client:
            console.print("Embedding with the real service.\n")
            yield client
    else:
        with Emulator() as emulator, TwelveLabs("any", base_url=emulator.base_url) as client:
            console.print(
                f"Embedding with the emulator at {emulator.base_url}: no key, no network.\n"
            )
            yield client


def make_inputs(folder: Path) -> dict[str, Input]:
    """Draw, synthesize and encode media files."""
    picture = samples.image(folder / "beach.jpg", scene="beach")
    talk = samples.audio(folder / "talk.wav", kind="speech", duration_sec=12)
    video = samples.video(folder / "video.mkv", duration_sec=VIDEO_SEC)
    return {
        "text": Text(QUERY),
        "image": Image(picture),
        "text with image": TextImage("the same beach, at night", picture),
        "audio": Audio(talk),
        "video": Video(video, segmentation=Dynamic(3)),
    }


def timed(client: TwelveLabs, input: Input) -> tuple[Embeddings, float]:
    started_sec = time.perf_counter()
    return client.embed(input), time.perf_counter() - started_sec


def show_results(results: dict[str, tuple[Embeddings, float]]) -> None:
    table = Table("input", "what the vectors describe", box=ROUNDED)
    for name in ("vectors", "dimensions", "seconds"):
        table.add_column(name, justify="right")
    for name, (embeddings, duration_sec) in results.items():
        count, dimensions = embeddings.vectors.shape
        table.add_row(name, kinds(embeddings), str(count), str(dimensions), f"{duration_sec:.2f}")
    console.print(table)


def kinds(embeddings: Embeddings) -> str:
    """Return the options and scopes of the embeddings, each once."""
    options = dict.fromkeys(s.option for s in embeddings.segments if s.option)
    scopes = dict.fromkeys(s.scope for s in embeddings.segments if s.scope)
    return f"{', '.join(options)} / {', '.join(scopes)}" if options else "the whole input"


def show_matches(client: TwelveLabs, video: Embeddings) -> None:
    """Find the segment of the video that is nearest to the query."""
    words = video.select(option="transcription", scope="clip")
    table = Table("seconds", "what is said there", box=ROUNDED)
    table.add_column("similarity", justify="right")
    for match in words.best(client.embed(QUERY), top=len(words)):
        start_sec, end_sec = match.segment.start_sec or 0.0, match.segment.end_sec or 0.0
        scene_sec = VIDEO_SEC / len(samples.SENTENCES)
        said = samples.SENTENCES[int((start_sec + end_sec) / 2 // scene_sec)]
        table.add_row(f"{start_sec:4.1f} to {end_sec:4.1f}", said, f"{match.score:z.2f}")
    console.print(f"\nWhere in the video is it about “{QUERY}”?")
    console.print(table)


if __name__ == "__main__":
    main()
