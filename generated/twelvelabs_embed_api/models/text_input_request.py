# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import Model


@_attrs_frozen(kw_only=True)
class TextInputRequest(Model):
    """A text to embed.

    Attributes:
        input_text (str): The text, at most 500 tokens long.
    """

    input_text: str
