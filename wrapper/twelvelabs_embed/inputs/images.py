"""Inputs with one image: `Image`, `TextImage`."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from attrs import field, frozen

from twelvelabs_embed.errors import Violation
from twelvelabs_embed.inputs.base import MediaBase, SourceOf, as_source
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.inputs.text import text_violations
from twelvelabs_embed.inputs.validators import media_violations, to_media


@frozen(repr=False)
class Image(MediaBase):
    """An image: JPEG or PNG, at least 128 pixels on each side, at most 32 MB. One vector.

    Args:
        media: a path, a link, bytes, a file object, a PIL image or `Media`

    Raises:
        InvalidInputError: `media` is none of these, or cannot be read.

    Source: `ImageInputRequest` of the contract.
    """

    media: Media = field(converter=to_media)
    input_type: ClassVar[Literal["image"]] = "image"
    plural: ClassVar[str] = "images"

    def _violations(self) -> list[Violation]:
        return media_violations(self.media)

    def to_payload(self, source: SourceOf) -> dict[str, Any]:
        """Write the request's `image`; `source` makes the media source."""
        return {"media_source": source(self.media)}


@frozen(repr=False)
class TextImage(MediaBase):
    """A text and an image that together become one vector. The limits are those of each.

    Args:
        text: the text
        media: a path, a link, bytes, a file object, a PIL image or `Media`

    Raises:
        InvalidInputError: `text` is no `str`, `media` is none of these, or cannot be read.

    Source: `TextImageInputRequest` of the contract.
    """

    text: str
    media: Media = field(converter=to_media)
    input_type: ClassVar[Literal["text_image"]] = "text_image"
    plural: ClassVar[str] = "texts with images"

    def _violations(self) -> list[Violation]:
        return [*text_violations(self.text), *media_violations(self.media)]

    def to_payload(self, source: SourceOf) -> dict[str, Any]:
        """Write the request's `text_image`; `source` makes the media source."""
        return {"input_text": self.text, "media_source": source(self.media)}

    def to_multi_input(self, source: SourceOf) -> dict[str, Any]:
        """Write the `multi_input` that means the same."""
        return {"input_text": self.text, **as_source("image", self.media, source)}
