# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model
from ..models.create_async_embedding_request_input_type import (
    CreateAsyncEmbeddingRequestInputType,
)
from ..models.create_async_embedding_request_model_name import (
    CreateAsyncEmbeddingRequestModelName,
)
from ..models.embedding_dimension import EmbeddingDimension

if TYPE_CHECKING:
    from ..models.async_audio_input_request import AsyncAudioInputRequest
    from ..models.async_document_input_request import AsyncDocumentInputRequest
    from ..models.async_image_input_request import AsyncImageInputRequest
    from ..models.async_video_input_request import AsyncVideoInputRequest


def _audio(
    value: AsyncAudioInputRequest | None | Mapping[str, Any],
) -> AsyncAudioInputRequest | None:
    return value  # type: ignore[return-value]  # the model checks it


def _video(
    value: AsyncVideoInputRequest | None | Mapping[str, Any],
) -> AsyncVideoInputRequest | None:
    return value  # type: ignore[return-value]  # the model checks it


def _document(
    value: AsyncDocumentInputRequest | None | Mapping[str, Any],
) -> AsyncDocumentInputRequest | None:
    return value  # type: ignore[return-value]  # the model checks it


def _image(
    value: AsyncImageInputRequest | None | Mapping[str, Any],
) -> AsyncImageInputRequest | None:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class CreateAsyncEmbeddingRequest(Model):
    """What to embed by a task. The property that is named like the input type is required.

    Attributes:
        input_type (CreateAsyncEmbeddingRequestInputType): The kind of content to embed. Documents and images need
            marengo3.5.
        model_name (CreateAsyncEmbeddingRequestModelName): The embedding model. Vectors of two models cannot be
            compared.
        audio (AsyncAudioInputRequest | None): Audio to embed by a task: WAV, MP3 or FLAC, 4 seconds to 4 hours long, at
            most 4 GB, at most 36 MB when sent
            inline.
        video (AsyncVideoInputRequest | None): A video to embed by a task: any format FFmpeg reads, 360x360 to 5184x2160
            pixels, an aspect ratio between
            1:2.4 and 2.4:1, 4 seconds to 4 hours long, at most 4 GB, at most 36 MB when sent inline.
        document (AsyncDocumentInputRequest | None): A document to embed by a task: PDF, plain text or Markdown, at most
            512 MB. A PDF may have 64 pages for each MB
            of its size, and 64 if it is smaller. The pages of a PDF are seen (visual, local), all of it is seen or read
            (visual or text, asset); other documents are read as a whole (text, asset) or in pieces (text, local).
        image (AsyncImageInputRequest | None): An image to embed by a task: JPEG or PNG, at least 128 pixels on each
            side, at most 32 MB. Option, type and
            scope have one value each.
        embedding_dimension (EmbeddingDimension | None): How many numbers a vector has, 512 when absent. A shorter
            vector is the beginning of a longer one. Only for
            marengo3.5, and the same for all vectors that are to be compared.
        embedding_uncertainty (bool | None): Whether each row also says how unsure each of its numbers is. Only for
            marengo3.5.
    """

    input_type: CreateAsyncEmbeddingRequestInputType
    model_name: CreateAsyncEmbeddingRequestModelName
    audio: AsyncAudioInputRequest | None = _attrs_field(default=None, converter=_audio)
    video: AsyncVideoInputRequest | None = _attrs_field(default=None, converter=_video)
    document: AsyncDocumentInputRequest | None = _attrs_field(default=None, converter=_document)
    image: AsyncImageInputRequest | None = _attrs_field(default=None, converter=_image)
    embedding_dimension: EmbeddingDimension | None = None
    embedding_uncertainty: bool | None = None
