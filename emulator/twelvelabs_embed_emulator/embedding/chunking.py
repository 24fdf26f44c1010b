"""Chunking of text: sentences, groups of sentences, and quarters of a page."""

import re
from collections.abc import Iterator

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n\s*\n")


def sentences(text: str) -> list[str]:
    """Split a text at `.`, `!` or `?` before a space, and at empty lines."""
    return [sentence for part in _SENTENCE_END.split(text) if (sentence := part.strip())]


def chunks(text: str, max_sentences: int, overlap_sentences: int = 0) -> Iterator[str]:
    """Yield chunks of `max_sentences`, each of which starts with the end of the one before."""
    found, step = sentences(text), max_sentences - overlap_sentences
    last = max(1, len(found) - overlap_sentences)
    return (" ".join(found[at : at + max_sentences]) for at in range(0, last, step))


def quarters(text: str) -> list[str]:
    """Split the words of a page into four parts of about the same length."""
    found = text.split()
    cuts = [round(len(found) * part / 4) for part in range(5)]
    return [" ".join(found[cuts[part] : cuts[part + 1]]) for part in range(4)]
