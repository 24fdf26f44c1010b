# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import Literal

from attrs import frozen as _attrs_frozen

from ..model import Model


@_attrs_frozen(kw_only=True)
class DocumentSequentialSegmentation(Model):
    """Pieces of whole sentences, of plain text or Markdown. It needs the option text and the scope local.

    Attributes:
        strategy (Literal['sentence']): The strategy. There is only this one. Default: 'sentence'.
        max_sentences (int): How many sentences a piece has at most. A piece that the model cannot hold fails the task.
        overlap_sentences (int | None): How many sentences a piece repeats of the one before it; less than
            max_sentences. 0 when absent.
    """

    strategy: Literal["sentence"] = "sentence"
    max_sentences: int
    overlap_sentences: int | None = None
