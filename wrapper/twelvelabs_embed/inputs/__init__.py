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

Every name below is imported when it is first used, since a text needs nothing but `Text`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# As in the package's own `__init__`: type checkers read the imports, Python reads the table.
if TYPE_CHECKING:
    from twelvelabs_embed.inputs.coercion import (
        EmbedInput as EmbedInput,
        Input as Input,
        MediaInput as MediaInput,
        coerce as coerce,
    )
    from twelvelabs_embed.inputs.documents import (
        Document as Document,
        DocumentOption as DocumentOption,
        DocumentScope as DocumentScope,
    )
    from twelvelabs_embed.inputs.images import Image as Image, TextImage as TextImage
    from twelvelabs_embed.inputs.multi_input import (
        MultiInput as MultiInput,
        Source as Source,
        SourceInput as SourceInput,
    )
    from twelvelabs_embed.inputs.recordings import (
        Audio as Audio,
        AudioOption as AudioOption,
        EmbeddingKind as EmbeddingKind,
        Scope as Scope,
        Video as Video,
        VideoOption as VideoOption,
    )
    from twelvelabs_embed.inputs.segmentation import (
        Dynamic as Dynamic,
        Fixed as Fixed,
        Sequential as Sequential,
        Spatial as Spatial,
        TimedText as TimedText,
    )
    from twelvelabs_embed.inputs.text import Text as Text
    from twelvelabs_embed.inputs.validators import Seconds as Seconds

_NAMES_BY_MODULE = {
    "coercion": "EmbedInput Input MediaInput coerce",
    "documents": "Document DocumentOption DocumentScope",
    "images": "Image TextImage",
    "multi_input": "MultiInput Source SourceInput",
    "recordings": "Audio AudioOption EmbeddingKind Scope Video VideoOption",
    "segmentation": "Dynamic Fixed Sequential Spatial TimedText",
    "text": "Text",
    "validators": "Seconds",
}
_MODULES = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names.split()}

if not TYPE_CHECKING:  # which know the names by their imports
    __all__ = sorted(_MODULES)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value  # so that this is asked once
    return value
