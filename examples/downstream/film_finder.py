"""Finds where in a film something is said."""

import asyncio
from pathlib import Path

from twelvelabs_embed import AsyncTwelveLabs, Embeddings, TwelveLabs, Video


def spoken(film: Path) -> Embeddings:
    """What is said in a film, one row for each clip. It may be up to four hours long."""
    with TwelveLabs() as client:
        return client.embed(Video(film)).select(option="transcription", scope="clip")


def moment_sec(film: Embeddings, words: str) -> float | None:
    """The second at which the clip begins that is nearest to the words."""
    with TwelveLabs() as client:
        return film.best(client.embed(words)).segment.start_sec


async def titles(texts: list[str]) -> list[Embeddings]:
    """The vectors of many titles, at once."""
    async with AsyncTwelveLabs() as client:
        return await asyncio.gather(*(client.embed(text) for text in texts))
