"""Embeds documents, by tasks: pages, pieces of text, or all of it."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from twelvelabs_embed_emulator.contract import rules as _rules, validation as _requests
from twelvelabs_embed_emulator.contract.errors import refuse
from twelvelabs_embed_emulator.embedding.results import Embedded, Job, Row
from twelvelabs_embed_emulator.embedding.vectors import text_vector
from twelvelabs_embed_emulator.media.documents import Document, chunks, open_document, quarters

_Json: TypeAlias = dict[str, Any]

_MOST_PIECES_BYTES = 256 * 1024 * 1024
"""A rule of the emulator: how much memory the pieces of a document may take."""
_PIECE_BYTES = 8 * _rules.DIMENSIONS + 512  # of a vector, and of what holds it

_QUARTERS = ("top_left", "top_right", "bottom_left", "bottom_right")


def embed_document(job: Job) -> Embedded:
    """Embed a document. What pages look like is told by their words: nothing is rendered here."""
    media = job.load(_rules.INLINE_SIZE, _rules.DOCUMENT_SIZE)
    document = open_document(media, job.field)
    pairs = _requests.document_pairs(job.request, is_pdf=document.is_pdf)
    segmentation = job.settings.get("segmentation") or {}
    has_quarters = segmentation.get("spatial", {}).get("strategy") == "quadrants"
    document.check_pages(job.field, job.context.rules, per_page=5 if has_quarters else 1)
    metadata = job.metadata(media) | {
        "embedding_options": list(dict.fromkeys(option for option, _ in pairs)),
        "embedding_scopes": list(dict.fromkeys(scope for _, scope in pairs)),
    }
    pieces = _chunks(job, document) if ("text", "local") in pairs else []
    rows: list[Row] = []
    for option, scope in pairs:
        if scope == "asset":
            rows.append(Row(text_vector(document.text), option, scope))
        elif document.is_pdf:
            rows += _page_rows(document, has_quarters=has_quarters)
        else:
            rows += [
                Row(text_vector(piece), option, "chunk", place={"chunk_index": at})
                for at, piece in enumerate(pieces)
            ]
    return Embedded(rows, metadata, document.tokens(5 if has_quarters else 1))


def check_document(job: Job) -> None:
    """Refuse a document whose kind does not go with what is asked for."""
    document = open_document(job.load(_rules.INLINE_SIZE, _rules.DOCUMENT_SIZE), job.field)
    _requests.document_pairs(job.request, is_pdf=document.is_pdf)


def _page_rows(document: Document, *, has_quarters: bool) -> Iterator[Row]:
    for number, words in enumerate(document.pages, 1):
        place: _Json = {"start_page_number": number, "end_page_number": number, "quadrant": None}
        yield Row(text_vector(words), "visual", "page", place=place)
        if has_quarters:
            for name, quarter in zip(_QUARTERS, quarters(words), strict=True):
                vector = text_vector(quarter or f"{name} of {words}")
                yield Row(vector, "visual", "page", place=place | {"quadrant": name})


def _chunks(job: Job, document: Document) -> list[str]:
    sequential = job.settings["segmentation"]["sequential"]
    overlap = sequential.get("overlap_sentences", 0)
    most, left_bytes = job.context.rules.text_max_tokens, _MOST_PIECES_BYTES
    pieces: list[str] = []
    for at, piece in enumerate(
        chunks(document.text, int(sequential["max_sentences"]), int(overlap))
    ):
        left_bytes -= len(piece) + _PIECE_BYTES
        if left_bytes < 0:
            problem = "cuts the document into more pieces than the emulator holds; take more"
            raise refuse("document.segmentation.sequential.max_sentences", problem)
        if (count := _rules.words(piece)) > most:
            problem = f"piece {at} has {count} words, more than the {most} tokens of the model"
            raise refuse("document.segmentation.sequential.max_sentences", problem)
        pieces.append(piece)
    return pieces
