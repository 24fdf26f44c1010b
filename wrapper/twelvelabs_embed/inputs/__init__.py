"""Inputs: `Text`, `Image`, `TextImage`, `Audio`, `Video`, `Document`, `MultiInput`; together,
`Input`.

    Video("match.mp4", segmentation=Dynamic(min_sec=4), options=["visual"])
    MultiInput("A person wearing <@outfit>", outfit=Image("outfit.png"))

All are frozen and can be compared and hashed. A constructor raises `InvalidInputError` with
everything that is wrong at once; what depends on the model or on the media's content is found by
`validation`. Every input has

- `input_type`, the tag of the union, never typed by hand; a `match` over the classes is exhaustive;
- `label`, what messages call it, and `plural`, what they call all of its type;
- `to_payload(source)`, its part of the request, with the names of the contract.
"""

from twelvelabs_embed.inputs.coercion import EmbedInput, Input, MediaInput, coerce
from twelvelabs_embed.inputs.documents import Document, DocumentOption, DocumentScope
from twelvelabs_embed.inputs.multi_input import MultiInput, Source, SourceInput
from twelvelabs_embed.inputs.recordings import (
    Audio,
    AudioOption,
    EmbeddingKind,
    Scope,
    Video,
    VideoOption,
)
from twelvelabs_embed.inputs.segmentation import Dynamic, Fixed, Sequential, Spatial, TimedText
from twelvelabs_embed.inputs.text_and_images import Image, Text, TextImage
from twelvelabs_embed.inputs.validators import Seconds

__all__ = [
    "Audio",
    "AudioOption",
    "Document",
    "DocumentOption",
    "DocumentScope",
    "Dynamic",
    "EmbeddingKind",
    "Fixed",
    "Image",
    "Input",
    "MediaInput",
    "MultiInput",
    "EmbedInput",
    "Scope",
    "Seconds",
    "Sequential",
    "Source",
    "SourceInput",
    "Spatial",
    "Text",
    "TextImage",
    "TimedText",
    "Video",
    "VideoOption",
    "coerce",
]
