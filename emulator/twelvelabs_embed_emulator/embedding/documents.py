"""Embedding of documents by tasks: pages, chunks of text, or the whole."""

from collections.abc import Iterator

from twelvelabs_embed_emulator.contract.errors import bad_request
from twelvelabs_embed_emulator.contract.limits import (
    DIMENSIONS,
    DOCUMENT_SIZE,
    INLINE_SIZE,
    count_words,
)
from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.contract.validation import document_pairs
from twelvelabs_embed_emulator.embedding.chunking import chunks, quarters
from twelvelabs_embed_emulator.embedding.job import Job
from twelvelabs_embed_emulator.embedding.results import Embedded, Row
from twelvelabs_embed_emulator.media.documents import Document, open_document

_CHUNKS_MAX_BYTES = 256 * 1024 * 1024
"""A rule of the emulator: how much memory the chunks of a document may take."""
_CHUNK_OVERHEAD_BYTES = 8 * DIMENSIONS + 512  # a vector, and the objects around it

_QUADRANTS = ("top_left", "top_right", "bottom_left", "bottom_right")


def embed_document(job: Job) -> Embedded:
    """Embed a document. Pages are represented by their text: nothing is rendered here."""
    media = job.load(INLINE_SIZE, DOCUMENT_SIZE)
    document = open_document(media, job.field)
    pairs = document_pairs(job.request, is_pdf=document.is_pdf)
    segmentation = job.settings.get("segmentation") or {}
    has_quadrants = segmentation.get("spatial", {}).get("strategy") == "quadrants"
    per_page = 5 if has_quadrants else 1
    document.check_pages(job.field, job.context.rules, per_page=per_page)
    metadata = job.metadata(media) | {
        "embedding_options": list(dict.fromkeys(option for option, _ in pairs)),
        "embedding_scopes": list(dict.fromkeys(scope for _, scope in pairs)),
    }
    text_chunks = _chunks(job, document) if ("text", "local") in pairs else []
    rows: list[Row] = []
    for option, scope in pairs:
        if scope == "asset":
            rows.append(Row(job.context.text_vector(document.text), option, scope))
        elif document.is_pdf:
            rows += _page_rows(job, document, has_quadrants=has_quadrants)
        else:
            rows += [
                Row(job.context.text_vector(chunk), option, "chunk", place={"chunk_index": at})
                for at, chunk in enumerate(text_chunks)
            ]
    return Embedded(rows, metadata, document.tokens(per_page))


def validate_document(job: Job) -> None:
    """Reject a document whose kind does not allow what the request asks for."""
    document = open_document(job.load(INLINE_SIZE, DOCUMENT_SIZE), job.field)
    document_pairs(job.request, is_pdf=document.is_pdf)


def _page_rows(job: Job, document: Document, *, has_quadrants: bool) -> Iterator[Row]:
    for number, text in enumerate(document.pages, 1):
        place: Json = {"start_page_number": number, "end_page_number": number, "quadrant": None}
        yield Row(job.context.text_vector(text), "visual", "page", place=place)
        if has_quadrants:
            for name, quarter in zip(_QUADRANTS, quarters(text), strict=True):
                vector = job.context.text_vector(quarter or f"{name} of {text}")
                yield Row(vector, "visual", "page", place=place | {"quadrant": name})


def _chunks(job: Job, document: Document) -> list[str]:
    sequential = job.settings["segmentation"]["sequential"]
    maximum, overlap = sequential["max_sentences"], sequential.get("overlap_sentences", 0)
    max_tokens, bytes_left = job.context.rules.text_max_tokens, _CHUNKS_MAX_BYTES
    field = "document.segmentation.sequential.max_sentences"
    found: list[str] = []
    for at, chunk in enumerate(chunks(document.text, int(maximum), int(overlap))):
        bytes_left -= len(chunk) + _CHUNK_OVERHEAD_BYTES
        if bytes_left < 0:
            reason = "cuts the document into more chunks than the emulator holds; take more"
            raise bad_request(field, reason)
        if (count := count_words(chunk)) > max_tokens:
            reason = f"chunk {at} has {count} words, more than the {max_tokens} tokens of the model"
            raise bad_request(field, reason)
        found.append(chunk)
    return found
