"""Segments: what each embedding represents; matches and usage."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import force_setattr

__all__ = ["Match", "Segment", "Usage"]

SEGMENT_COLUMNS = ("option", "scope", "start_sec", "end_sec")
# Only in tables with embeddings of documents: other tables look as they did before there were any.
DOCUMENT_COLUMNS = {
    "start_page": "int64",
    "end_page": "int64",
    "quadrant": "string",
    "chunk_index": "int64",
}
ALL_COLUMNS = (*SEGMENT_COLUMNS, *DOCUMENT_COLUMNS)


class Segment(Struct, frozen=True, gc=False):  # nothing in it refers to others
    """The part of an input that one vector represents.

    Attributes:
        option: what the vector describes: `visual`, `audio`, `transcription`, `text`, or `fused`
            for all of them together; None for text and images
        scope: `clip` for a segment, `page` for a page or its quarter, `chunk` for a chunk of a
            text, `asset` for the whole file; None for text and images
        start_sec: where the segment starts, in seconds; only of audio and video
        end_sec: where it ends, in seconds; only of audio and video
        start_page: its first page, from 1; only of PDFs
        end_page: its last page, inclusive; only of PDFs
        quadrant: the quarter of a page, such as `top_left`; None for whole pages
        chunk_index: the number of the chunk of the text, from 0; only of text documents

    Words are plain strings: an API that is newer than this library may send others.
    Source: `EmbeddingData` in the contract.
    """

    option: str | None = None
    scope: str | None = None
    start_sec: float | None = None
    end_sec: float | None = None
    start_page: int | None = None
    end_page: int | None = None
    quadrant: str | None = None
    chunk_index: int | None = None

    def __repr__(self) -> str:
        # Most segments are of no document: then their fields are omitted.
        shown = [
            f"{name}={value!r}"
            for name in ALL_COLUMNS
            if (value := getattr(self, name)) is not None or name in SEGMENT_COLUMNS
        ]
        return f"Segment({', '.join(shown)})"

    @property
    def is_of_document(self) -> bool:
        """Whether it has a field that only segments of documents have."""
        # Spelled out: it is read for each embedding of a dataset.
        return (
            self.start_page is not None
            or self.end_page is not None
            or self.quadrant is not None
            or self.chunk_index is not None
        )


class Usage(Struct, frozen=True):
    """What a request used, as reported by models from `marengo3.5` on.

    Attributes:
        input_tokens: how many tokens each kind of content took, such as `{"text": 12}`; a copy. Do
            not change it
        truncated: whether something was cut off to fit
        truncation_reason: why, such as `model_context_window`; None when nothing was cut off

    Source: `EmbeddingUsage` in the contract.
    """

    input_tokens: Mapping[str, int]
    truncated: bool = False
    truncation_reason: str | None = None

    def __post_init__(self) -> None:
        force_setattr(self, "input_tokens", dict(self.input_tokens))


class Match(Struct, frozen=True, gc=False):
    """An embedding that is near to a query.

    Attributes:
        index: its index
        score: the cosine similarity, from -1 to 1
        segment: what it represents
    """

    index: int
    score: float
    segment: Segment
