# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model
from ..models.async_document_input_request_embedding_option_item import (
    AsyncDocumentInputRequestEmbeddingOptionItem,
)
from ..models.async_document_input_request_embedding_scope_item import (
    AsyncDocumentInputRequestEmbeddingScopeItem,
)
from ..models.async_document_input_request_embedding_type_item import (
    AsyncDocumentInputRequestEmbeddingTypeItem,
)

if TYPE_CHECKING:
    from ..models.document_segmentation import DocumentSegmentation
    from ..models.media_source import MediaSource


def _media_source(value: MediaSource | Mapping[str, Any]) -> MediaSource:
    return value  # type: ignore[return-value]  # the model checks it


def _segmentation(
    value: DocumentSegmentation | None | Mapping[str, Any],
) -> DocumentSegmentation | None:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class AsyncDocumentInputRequest(Model):
    """A document to embed by a task: PDF, plain text or Markdown, at most 512 MB. A PDF may have 64 pages for each MB
    of its size, and 64 if it is smaller. The pages of a PDF are seen (visual, local), all of it is seen or read
    (visual or text, asset); other documents are read as a whole (text, asset) or in pieces (text, local).

        Attributes:
            media_source (MediaSource): Where the media comes from. Exactly one of the three is given.
            segmentation (DocumentSegmentation | None): How a document is cut, spatial for a PDF, sequential for others.
                Exactly one of the two is given.
            embedding_option (Sequence[AsyncDocumentInputRequestEmbeddingOptionItem] | None): Whether to look at the
                document or to read it. A PDF is looked at when absent, others are read.
            embedding_type (Sequence[AsyncDocumentInputRequestEmbeddingTypeItem] | None): Separate vectors are the only ones
                that documents have.
            embedding_scope (Sequence[AsyncDocumentInputRequestEmbeddingScopeItem] | None): A vector for each page or piece
                (local), for the whole file (asset), or both. The pages of a PDF when
                absent, the whole file of others.
    """

    media_source: MediaSource = _attrs_field(converter=_media_source)
    segmentation: DocumentSegmentation | None = _attrs_field(default=None, converter=_segmentation)
    embedding_option: Sequence[AsyncDocumentInputRequestEmbeddingOptionItem] | None = None
    embedding_type: Sequence[AsyncDocumentInputRequestEmbeddingTypeItem] | None = None
    embedding_scope: Sequence[AsyncDocumentInputRequestEmbeddingScopeItem] | None = None
