# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import Model
from ..models.document_spatial_segmentation_strategy import (
    DocumentSpatialSegmentationStrategy,
)


@_attrs_frozen(kw_only=True)
class DocumentSpatialSegmentation(Model):
    """How each page of a PDF is cut. It needs the option visual and the scope local.

    Attributes:
        strategy (DocumentSpatialSegmentationStrategy | None): A vector for each page (standard), or five: the page and
            its quarters (quadrants), which count as five pages.
            Standard when absent.
    """

    strategy: DocumentSpatialSegmentationStrategy | None = None
