"""Several inputs that together become one vector: `MultiInput`."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Literal, TypeAlias

from attrs import frozen

from twelvelabs_embed._text import did_you_mean, shorten_middle, value_words
from twelvelabs_embed.errors import Hint, Violation
from twelvelabs_embed.inputs.base import InputBase, SourceOf, given_only
from twelvelabs_embed.inputs.documents import Document
from twelvelabs_embed.inputs.images import Image
from twelvelabs_embed.inputs.recordings import Audio, Video
from twelvelabs_embed.inputs.text import text_violations
from twelvelabs_embed.limits import find_limit

SourceInput: TypeAlias = Image | Audio | Video | Document
"""What `MultiInput` is made of, besides text."""


@frozen
class Source:
    """One part of a `MultiInput`.

    Attributes:
        input: an image, audio, a video or a document
        name: what the text calls it, as `<@name>`; None when it does not
    """

    input: SourceInput
    name: str | None = None


@frozen(repr=False, init=False)
class MultiInput(InputBase):
    """A text, images, audio and videos that together become one vector. `marengo3.5`; images also
    with `marengo3.0`.

        MultiInput("A person wearing <@outfit>", outfit=Image("outfit.png"))
        MultiInput(None, Image("front.png"), Image("back.png"))

    Args:
        text: the text, which refers to a source by `<@name>`; None for no text
        media: sources without a name
        named: sources that the text refers to

    Attributes:
        text: the text
        sources: all sources, at most 10, those without a name first

    Raises:
        InvalidInputError: with everything that is wrong: a source with settings of its own, which
            the service does not take here; a reference without a source, and a named source that
            the text does not refer to.

    Source: `MultiInputRequest` of the contract.
    """

    text: str | None
    sources: tuple[Source, ...]
    input_type: ClassVar[Literal["multi_input"]] = "multi_input"
    plural: ClassVar[str] = "several sources together"

    def __init__(
        self, text: str | None = None, /, *media: SourceInput, **named: SourceInput
    ) -> None:
        sources = [*map(Source, media), *(Source(one, name) for name, one in named.items())]
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "sources", tuple(sources))
        self.__attrs_post_init__()

    @property
    def label(self) -> str:
        """What messages call it."""
        return "the multi-input"

    def _violations(self) -> list[Violation]:
        text: object = self.text
        found = [] if text is None else text_violations(text)
        if text is None and not self.sources:
            allowed, hint = "there must be something to embed", "Give a text, an image or a video"
            found.append(Violation("MultiInput", "it is empty", allowed, hint, code="input.empty"))
        limit, count = find_limit("max_sources", "multi_input"), len(self.sources)
        if limit is not None and count > limit.value:
            allowed = f"it may have at most {limit.value:g} sources"
            value = f"{count} sources are given"
            found.append(Violation("media", value, allowed, code="sources.too_many"))
        for number, source in enumerate(self.sources, 1):
            found += _source_violations(source.name or f"media {number}", source.input)
        return found + _reference_violations(text if isinstance(text, str) else "", self.sources)

    def to_payload(self, source: SourceOf) -> dict[str, Any]:
        """Write the request's `multi_input`; `source` makes each media source."""
        sources = [
            given_only(name=one.name, media_type=one.input.input_type, **source(one.input.media))
            for one in self.sources
        ]
        return given_only(input_text=self.text, media_sources=sources or None)

    to_multi_input = to_payload

    def __repr__(self) -> str:
        text = self.text and shorten_middle(self.text)
        named = (
            f"{one.name}={one.input!r}" if one.name else repr(one.input) for one in self.sources
        )
        return f"MultiInput({', '.join([repr(text), *named])})"


_REFERENCE = re.compile(r"<@([^<>@]*)>")


def _source_violations(name: str, input: object) -> list[Violation]:
    if not isinstance(input, (Image, Audio, Video, Document)):
        allowed = "it is an Image, Audio, Video or Document"
        hint = "Wrap it: Image(…), for example"
        return [Violation(name, value_words(input), allowed, hint, code="source.wrong_type")]
    allowed = "a source is embedded as a whole, without options of its own"
    hint = "Omit it, or embed the source by itself"
    return [
        Violation(name, f"it has {option}", allowed, hint, code="source.has_option")
        for option in input.given_options()
    ]


def _reference_violations(text: str, sources: tuple[Source, ...]) -> list[Violation]:
    wanted = list(dict.fromkeys(_REFERENCE.findall(text)))
    names = tuple(source.name for source in sources if source.name is not None)
    without_source = [
        Violation(
            "text",
            f"it refers to <@{name}>",
            "each reference needs a source of that name",
            did_you_mean(name, names) or Hint("add_source", name or "name"),
            code="reference.without_source",
        )
        for name in wanted
        if name not in names
    ]
    without_reference = [
        Violation(
            name,
            "the text does not refer to it",
            f"a named source is referred to by <@{name}>",
            "Write that into the text, or give the source without a name",
            code="source.without_reference",
        )
        for name in names
        if name not in wanted
    ]
    return without_source + without_reference
