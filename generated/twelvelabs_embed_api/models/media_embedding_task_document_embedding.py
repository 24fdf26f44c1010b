# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen as _attrs_frozen

from ..model import OpenModel

if TYPE_CHECKING:
    from ..models.document_embedding_metadata import DocumentEmbeddingMetadata


@_attrs_frozen(kw_only=True)
class MediaEmbeddingTaskDocumentEmbedding(OpenModel):
    """What the task embeds, when it is a document.

    Attributes:
        metadata (DocumentEmbeddingMetadata | None): What the task list says of a document.
    """

    metadata: DocumentEmbeddingMetadata | None = None
