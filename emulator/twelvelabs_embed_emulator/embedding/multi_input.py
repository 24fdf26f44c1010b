"""Embedding of a `multi_input`: several inputs as one vector."""

from twelvelabs_embed_emulator.contract.limits import TOKENS_PER_IMAGE, check_text, count_words
from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.contract.validation import REFERENCE, validate_document_sources
from twelvelabs_embed_emulator.embedding import vectors
from twelvelabs_embed_emulator.embedding.av import whole_vector
from twelvelabs_embed_emulator.embedding.job import Job
from twelvelabs_embed_emulator.embedding.results import Embedded, Row, duration_tokens
from twelvelabs_embed_emulator.media.av_files import open_audio, open_video
from twelvelabs_embed_emulator.media.documents import open_document
from twelvelabs_embed_emulator.media.images import open_image

_LATER_WEIGHT = 0.9
"""The weight of a source, compared with the one before it: their order matters."""


def embed_multi_input(job: Job) -> Embedded:
    """Embed a text, media, or both, as one vector."""
    text, is_truncated = _text(job)
    found, weights, tokens = [], [], {}
    if text:
        found.append(job.context.text_vector(text))
        weights.append(1.0)
        tokens["text"] = count_words(text)
    are_pdfs: list[bool] = []
    for at, source in enumerate(job.settings.get("media_sources") or ()):
        vector, used = _embed_source(job, source, f"multi_input.media_sources[{at}]", are_pdfs)
        found.append(vector)
        weights.append(_LATER_WEIGHT**at)
        tokens = {name: tokens.get(name, 0) + used.get(name, 0) for name in {**tokens, **used}}
    if are_pdfs:
        validate_document_sources(job.settings, are_pdfs)
    # A single input keeps its own vector: a text has the vector of that text.
    vector = vectors.combine(*found, weights=weights) if found[1:] else found[0]
    return Embedded([Row(vector)], job.metadata(), tokens, is_truncated)


def _text(job: Job) -> tuple[str, bool]:
    """Return the text without its references, and whether it was truncated."""
    text: str = job.settings.get("input_text", "")
    max_tokens = job.context.rules.text_max_tokens
    is_truncated = bool(job.request.get("auto_truncate")) and count_words(text) > max_tokens
    if is_truncated:
        text = " ".join(text.split()[:max_tokens])
    check_text("multi_input.input_text", text, max_tokens)
    text = REFERENCE.sub(" ", text)
    is_all_references = not text.strip() and job.settings.get("media_sources")
    return "" if is_all_references else text, is_truncated


def _embed_source(
    job: Job, source: Json, field: str, are_pdfs: list[bool]
) -> tuple[vectors.Array, dict[str, int]]:
    """Return the vector of a source and its tokens; extends `are_pdfs` for a document."""
    rules = job.context.rules
    media = job.load(rules.source_size, rules.source_size, source, field)
    match source["media_type"]:
        case "image":
            features = vectors.image_features(open_image(media, field))
            return vectors.image_vector(features), {"image": TOKENS_PER_IMAGE}
        case "document":
            document = open_document(media, field)
            are_pdfs.append(document.is_pdf)
            document.check_pages(field, rules, status=413)
            return job.context.text_vector(document.text), document.tokens()
        case kind:
            file = (open_audio if kind == "audio" else open_video)(media, field, rules)
            return whole_vector(job, file, field), duration_tokens(kind, file.duration_sec)
