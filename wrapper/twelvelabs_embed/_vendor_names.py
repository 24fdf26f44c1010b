"""Names of the vendor's SDK that are not here, and what to use instead."""

from __future__ import annotations

from collections.abc import Mapping

_V1 = "belongs to the first version of the Embed API"
_V1_HOW_TO = "see the how-to 'From the first version of the Embed API'"
_OTHER = "is a part of the API that this package does not have"
_BESIDE = "use the vendor's package for it, beside this one: from twelvelabs import TwelveLabs"

OF_EMBED: Mapping[str, str] = {
    "create": f"{_V1}: call client.embed(...), or client.embed.v_2.create(...); {_V1_HOW_TO}",
    "tasks": f"{_V1}: use client.embed(...), or client.embed.v_2.tasks; {_V1_HOW_TO}",
    "task": f"{_V1}: use client.embed(...), or client.embed.v_2.tasks; {_V1_HOW_TO}",
    "with_raw_response": f"{_V1}: use client.embed.v_2.with_raw_response; {_V1_HOW_TO}",
}
"""What `client.embed` has in the vendor's SDK, and where it is here."""

_INPUT = "the input itself: client.embed('a dog'), client.embed(Image('beach.jpg'))"

EMBED_ARGUMENTS: Mapping[str, str] = {
    "model_name": "'model'",
    "embedding_dimension": "'dimension'",
    "embedding_uncertainty": "'uncertainty'",
    "embedding_option": "it with the input: Video(..., options=[...])",
    "embedding_scope": "it with the input: Video(..., scopes=[...])",
    "embedding_type": "it with the input: Video(..., types=[...])",
    "segmentation": "it with the input: Video(..., segmentation=Fixed(4))",
    "start_sec": "it with the input: Video(..., start=...)",
    "end_sec": "it with the input: Video(..., end=...)",
    "video_start_offset_sec": "it with the input: Video(..., start=...)",
    "video_end_offset_sec": "it with the input: Video(..., end=...)",
    "video_clip_length": "it with the input: Video(..., segmentation=Fixed(4))",
    "video_embedding_scope": "it with the input: Video(..., scopes=[...])",
    "audio_start_offset_sec": "it with the input: Audio(..., start=...)",
    "media_source": "the file or link with the input: Video('film.mkv'), Video('https://...')",
    **dict.fromkeys(
        (
            "input_type",
            "text",
            "image",
            "text_image",
            "audio",
            "video",
            "document",
            "multi_input",
            "image_url",
            "image_file",
            "audio_url",
            "audio_file",
            "video_url",
            "video_file",
        ),
        _INPUT,
    ),
}
"""Arguments of `client.embed.v_2.create` and of its first version, and what `client.embed` has."""

OF_CLIENT: Mapping[str, str] = dict.fromkeys(
    (
        "analyze",
        "analyze_async",
        "analyze_stream",
        "data_connectors",
        "entity_collections",
        "generate",
        "imports",
        "index",
        "indexes",
        "knowledge_store_item_collections",
        "knowledge_store_items",
        "knowledge_stores",
        "responses",
        "search",
        "summarize",
        "task",
        "tasks",
        "with_raw_response",
    ),
    f"{_OTHER}: {_BESIDE}",
)
"""What a client has in the vendor's SDK, and where it is."""


def missing_attribute(owner: object, name: str, hints: Mapping[str, str]) -> AttributeError:
    """Return the error of a missing attribute, with what to use instead if it is known."""
    kind = type(owner).__name__
    if hint := hints.get(name):
        return AttributeError(f"{kind}.{name} {hint}", name=name)
    return AttributeError(f"{kind!r} object has no attribute {name!r}", name=name, obj=owner)
