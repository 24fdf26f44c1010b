# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model

if TYPE_CHECKING:
    from ..models.document_sequential_segmentation import DocumentSequentialSegmentation
    from ..models.document_spatial_segmentation import DocumentSpatialSegmentation


def _spatial(
    value: DocumentSpatialSegmentation | None | Mapping[str, Any],
) -> DocumentSpatialSegmentation | None:
    return value  # type: ignore[return-value]  # the model checks it


def _sequential(
    value: DocumentSequentialSegmentation | None | Mapping[str, Any],
) -> DocumentSequentialSegmentation | None:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class DocumentSegmentation(Model):
    """How a document is cut, spatial for a PDF, sequential for others. Exactly one of the two is given.

    Attributes:
        spatial (DocumentSpatialSegmentation | None): How each page of a PDF is cut. It needs the option visual and the
            scope local.
        sequential (DocumentSequentialSegmentation | None): Pieces of whole sentences, of plain text or Markdown. It
            needs the option text and the scope local.
    """

    spatial: DocumentSpatialSegmentation | None = _attrs_field(default=None, converter=_spatial)
    sequential: DocumentSequentialSegmentation | None = _attrs_field(
        default=None, converter=_sequential
    )
