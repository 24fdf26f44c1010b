"""Search for the moment in a video at which something is said."""

import asyncio
from pathlib import Path

from twelvelabs_embed import AsyncTwelveLabs, Embeddings, TwelveLabs, Video


def embed_speech(video: Path) -> Embeddings:
    """Embed what is said in a video of up to four hours, one vector for each clip."""
    with TwelveLabs() as client:
        return client.embed(Video(video)).select(option="transcription", scope="clip")


def find_start_sec(speech: Embeddings, text: str) -> float | None:
    """Return the second at which the clip starts that is most similar to the text."""
    with TwelveLabs() as client:
        return speech.best(client.embed(text)).segment.start_sec


async def embed_titles(texts: list[str]) -> list[Embeddings]:
    """Embed many titles concurrently."""
    async with AsyncTwelveLabs() as client:
        return await asyncio.gather(*(client.embed(text) for text in texts))
