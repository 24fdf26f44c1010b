# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import OpenModel
from ..models.embedding_data_embedding_option import (
    EmbeddingDataEmbeddingOption,
)
from ..models.embedding_data_embedding_scope import (
    EmbeddingDataEmbeddingScope,
)
from ..models.embedding_data_quadrant import (
    EmbeddingDataQuadrant,
)


@_attrs_frozen(kw_only=True)
class EmbeddingData(OpenModel):
    """One vector and the part of the input that it stands for.

    Attributes:
        embedding (list[float]): The vector, 512 numbers or embedding_dimension. Its length (L2 norm) is not promised to
            be 1.
        embedding_option (EmbeddingDataEmbeddingOption | None):
        embedding_scope (EmbeddingDataEmbeddingScope | None):
        start_sec (float | None): Where the segment starts, in seconds. Null for text and images.
        end_sec (float | None): Where the segment ends, in seconds. Null for text and images.
        embedding_uncertainty (list[float] | None): How unsure each number of the vector is, higher for less sure, when
            that was asked for.
        start_page_number (int | None): The first page of a PDF that the vector stands for, from 1.
        end_page_number (int | None): The last page of a PDF that the vector stands for, that page included.
        quadrant (EmbeddingDataQuadrant | None):
        chunk_index (int | None): Which piece of a plain text or Markdown file the vector stands for, from 0.
    """

    embedding: list[float]
    embedding_option: EmbeddingDataEmbeddingOption | None = None
    embedding_scope: EmbeddingDataEmbeddingScope | None = None
    start_sec: float | None = None
    end_sec: float | None = None
    embedding_uncertainty: list[float] | None = None
    start_page_number: int | None = None
    end_page_number: int | None = None
    quadrant: EmbeddingDataQuadrant | None = None
    chunk_index: int | None = None
