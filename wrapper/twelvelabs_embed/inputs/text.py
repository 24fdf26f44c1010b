"""Texts: `Text`. Imports none of the inputs that have media."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from msgspec import Struct

from twelvelabs_embed._text import shorten_middle, value_words
from twelvelabs_embed.errors import InvalidInputError, Violation

if TYPE_CHECKING:
    from twelvelabs_embed.inputs.base import SourceOf


class Text(Struct, frozen=True, gc=False):
    """A text, at most 500 tokens long, 2,000 with `marengo3.5`. One vector.

    Raises:
        InvalidInputError: not a `str`.

    Source: `TextInputRequest` of the contract.
    """

    text: str
    input_type: ClassVar[Literal["text"]] = "text"
    plural: ClassVar[str] = "texts"
    label: ClassVar[str] = "the text"

    def __post_init__(self) -> None:
        if not isinstance(cast(object, self.text), str):
            raise InvalidInputError(text_violations(self.text))

    def given_options(self) -> tuple[str, ...]:
        """Return the names of the options that are given: a text has none."""
        return ()

    def to_payload(self, source: SourceOf) -> dict[str, Any]:
        """Write the request's `text`. `source` is not needed."""
        return {"input_text": self.text}

    to_multi_input = to_payload

    def __repr__(self) -> str:
        return f"Text({shorten_middle(self.text)!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("text", shorten_middle(self.text))]


def text_violations(text: object) -> list[Violation]:
    """Judge the text of any input."""
    if isinstance(text, str):
        return []
    hint = "Convert it with str(), or wrap media in Image, Audio or Video"
    return [Violation("text", value_words(text), "a text is a str", hint, code="text.wrong_type")]
