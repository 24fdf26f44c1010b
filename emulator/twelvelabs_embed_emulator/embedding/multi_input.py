"""Embeds several inputs as one: a `multi_input`."""

from typing import Any, TypeAlias

from twelvelabs_embed_emulator.contract import rules as _rules, validation as _requests
from twelvelabs_embed_emulator.embedding import av as _recordings, vectors as _vectors
from twelvelabs_embed_emulator.embedding.results import Embedded, Job, Row, length_in_tokens
from twelvelabs_embed_emulator.embedding.vectors import Array
from twelvelabs_embed_emulator.media.av_files import open_audio, open_image, open_video
from twelvelabs_embed_emulator.media.documents import Document, open_document
from twelvelabs_embed_emulator.media.sources import Media

_Json: TypeAlias = dict[str, Any]

_LATER_WEIGHT = 0.9
"""How much a source counts, compared with the one before it: their order matters."""


def embed_multi_input(job: Job) -> Embedded:
    """Embed a text, media, or both, as one vector."""
    sources = job.settings.get("media_sources") or ()
    text, is_truncated = _text(job)
    vectors, weights, tokens = [], [], {}
    if text:
        vectors.append(_vectors.text_vector(text))
        weights.append(1.0)
        tokens["text"] = _rules.words(text)
    documents: list[Document] = []
    for at, source in enumerate(sources):
        vector, used = _source(job, source, f"multi_input.media_sources[{at}]", documents)
        vectors.append(vector)
        weights.append(_LATER_WEIGHT**at)
        tokens = {name: tokens.get(name, 0) + used.get(name, 0) for name in {**tokens, **used}}
    if documents:
        _requests.check_documents(job.settings, [one.is_pdf for one in documents])
    # One alone stays as it is: a text has the vector of that text.
    vector = _vectors.combine(*vectors, weights=weights) if vectors[1:] else vectors[0]
    return Embedded([Row(vector)], job.metadata(), tokens, is_truncated)


def _text(job: Job) -> tuple[str, bool]:
    """Return the text without its references, and whether it was cut off."""
    text: str = job.settings.get("input_text", "")
    most = job.context.rules.text_max_tokens
    is_truncated = bool(job.request.get("auto_truncate")) and _rules.words(text) > most
    if is_truncated:
        text = " ".join(text.split()[:most])
    _rules.check_text("multi_input.input_text", text, most)
    without = _requests.REFERENCE.sub(" ", text)
    return (
        without if without.strip() or not job.settings.get("media_sources") else ""
    ), is_truncated


def _source(
    job: Job, source: _Json, field: str, documents: list[Document]
) -> tuple[Array, dict[str, int]]:
    """Return the vector of a source and the tokens it takes; adds to `documents` if it is one."""
    rules = job.context.rules
    media = job.load(rules.source_size, rules.source_size, source, field)
    match source["media_type"]:
        case "image":
            look = _vectors.look_vector(_vectors.look_features(open_image(media, field)))
            return look, {"image": _rules.TOKENS_PER_IMAGE}
        case "document":
            return _document(job, media, field, documents)
        case kind:
            opener = open_audio if kind == "audio" else open_video
            recording = opener(media, field, rules)
            tokens = length_in_tokens(kind, recording.duration_sec)
            return _recordings.describe_whole(job, recording, field), tokens


def _document(
    job: Job, media: Media, field: str, documents: list[Document]
) -> tuple[Array, dict[str, int]]:
    document = open_document(media, field)
    documents.append(document)
    document.check_pages(field, job.context.rules, status=413)
    return _vectors.text_vector(document.text), document.tokens()
