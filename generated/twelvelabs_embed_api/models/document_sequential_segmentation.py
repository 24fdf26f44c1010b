# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import (
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="DocumentSequentialSegmentation")


@_attrs_define
class DocumentSequentialSegmentation:
    """Pieces of whole sentences, of plain text or Markdown. It needs the option text and the scope local.

    Attributes:
        strategy (Literal['sentence']): The strategy. There is only this one. Default: 'sentence'.
        max_sentences (int): How many sentences a piece has at most. A piece that the model cannot hold fails the task.
        overlap_sentences (int | Unset): How many sentences a piece repeats of the one before it; less than
            max_sentences. 0 when absent.
    """

    max_sentences: int
    strategy: Literal["sentence"] = "sentence"
    overlap_sentences: int | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        strategy = self.strategy

        max_sentences = self.max_sentences

        overlap_sentences = self.overlap_sentences

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "strategy": strategy,
                "max_sentences": max_sentences,
            }
        )
        if overlap_sentences is not UNSET:
            field_dict["overlap_sentences"] = overlap_sentences

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        strategy = cast(Literal["sentence"], d.pop("strategy"))
        if strategy != "sentence":
            raise ValueError(f"strategy must match const 'sentence', got '{strategy}'")

        max_sentences = d.pop("max_sentences")

        overlap_sentences = d.pop("overlap_sentences", UNSET)

        document_sequential_segmentation = cls(
            strategy=strategy,
            max_sentences=max_sentences,
            overlap_sentences=overlap_sentences,
        )

        return document_sequential_segmentation
