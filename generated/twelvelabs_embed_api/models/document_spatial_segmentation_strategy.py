# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from typing import Literal, TypeAlias

DocumentSpatialSegmentationStrategy: TypeAlias = Literal["quadrants", "standard"] | str

DOCUMENT_SPATIAL_SEGMENTATION_STRATEGY_VALUES: set[DocumentSpatialSegmentationStrategy] = {
    "quadrants",
    "standard",
}


def check_document_spatial_segmentation_strategy(
    value: DocumentSpatialSegmentationStrategy,
) -> DocumentSpatialSegmentationStrategy:
    """Return the value as it came, also one that the contract does not list."""
    return value
