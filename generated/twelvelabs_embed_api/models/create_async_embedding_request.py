# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.create_async_embedding_request_input_type import (
    CreateAsyncEmbeddingRequestInputType,
    check_create_async_embedding_request_input_type,
)
from ..models.create_async_embedding_request_model_name import (
    CreateAsyncEmbeddingRequestModelName,
    check_create_async_embedding_request_model_name,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.async_audio_input_request import AsyncAudioInputRequest
    from ..models.async_document_input_request import AsyncDocumentInputRequest
    from ..models.async_image_input_request import AsyncImageInputRequest
    from ..models.async_video_input_request import AsyncVideoInputRequest


T = TypeVar("T", bound="CreateAsyncEmbeddingRequest")


@_attrs_define
class CreateAsyncEmbeddingRequest:
    """What to embed by a task. The property that is named like the input type is required.

    Attributes:
        input_type (CreateAsyncEmbeddingRequestInputType): The kind of content to embed. Documents and images need
            marengo3.5.
        model_name (CreateAsyncEmbeddingRequestModelName): The embedding model. Vectors of two models cannot be
            compared.
        audio (AsyncAudioInputRequest | Unset): Audio to embed by a task: WAV, MP3 or FLAC, 4 seconds to 4 hours long,
            at most 4 GB, at most 36 MB when sent
            inline.
        video (AsyncVideoInputRequest | Unset): A video to embed by a task: any format FFmpeg reads, 360x360 to
            5184x2160 pixels, an aspect ratio between
            1:2.4 and 2.4:1, 4 seconds to 4 hours long, at most 4 GB, at most 36 MB when sent inline.
        document (AsyncDocumentInputRequest | Unset): A document to embed by a task: PDF, plain text or Markdown, at
            most 512 MB. A PDF may have 64 pages for each MB
            of its size, and 64 if it is smaller. The pages of a PDF are seen (visual, local), all of it is seen or read
            (visual or text, asset); other documents are read as a whole (text, asset) or in pieces (text, local).
        image (AsyncImageInputRequest | Unset): An image to embed by a task: JPEG or PNG, at least 128 pixels on each
            side, at most 32 MB. Option, type and
            scope have one value each.
        embedding_dimension (int | Unset): How many numbers a vector has, 512 when absent. A shorter vector is the
            beginning of a longer one. Only for
            marengo3.5, and the same for all vectors that are to be compared.
        embedding_uncertainty (bool | Unset): Whether each row also says how unsure each of its numbers is. Only for
            marengo3.5.
    """

    input_type: CreateAsyncEmbeddingRequestInputType
    model_name: CreateAsyncEmbeddingRequestModelName
    audio: AsyncAudioInputRequest | Unset = UNSET
    video: AsyncVideoInputRequest | Unset = UNSET
    document: AsyncDocumentInputRequest | Unset = UNSET
    image: AsyncImageInputRequest | Unset = UNSET
    embedding_dimension: int | Unset = UNSET
    embedding_uncertainty: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        input_type: str = self.input_type

        model_name: str = self.model_name

        audio: dict[str, Any] | Unset = UNSET
        if not isinstance(self.audio, Unset):
            audio = self.audio.to_dict()

        video: dict[str, Any] | Unset = UNSET
        if not isinstance(self.video, Unset):
            video = self.video.to_dict()

        document: dict[str, Any] | Unset = UNSET
        if not isinstance(self.document, Unset):
            document = self.document.to_dict()

        image: dict[str, Any] | Unset = UNSET
        if not isinstance(self.image, Unset):
            image = self.image.to_dict()

        embedding_dimension = self.embedding_dimension

        embedding_uncertainty = self.embedding_uncertainty

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "input_type": input_type,
                "model_name": model_name,
            }
        )
        if audio is not UNSET:
            field_dict["audio"] = audio
        if video is not UNSET:
            field_dict["video"] = video
        if document is not UNSET:
            field_dict["document"] = document
        if image is not UNSET:
            field_dict["image"] = image
        if embedding_dimension is not UNSET:
            field_dict["embedding_dimension"] = embedding_dimension
        if embedding_uncertainty is not UNSET:
            field_dict["embedding_uncertainty"] = embedding_uncertainty

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.async_audio_input_request import AsyncAudioInputRequest  # noqa: PLC0415
        from ..models.async_document_input_request import AsyncDocumentInputRequest  # noqa: PLC0415
        from ..models.async_image_input_request import AsyncImageInputRequest  # noqa: PLC0415
        from ..models.async_video_input_request import AsyncVideoInputRequest  # noqa: PLC0415

        d = dict(src_dict)
        input_type = check_create_async_embedding_request_input_type(d.pop("input_type"))

        model_name = check_create_async_embedding_request_model_name(d.pop("model_name"))

        _audio = d.pop("audio", UNSET)
        audio: AsyncAudioInputRequest | Unset
        if isinstance(_audio, Unset):
            audio = UNSET
        else:
            audio = AsyncAudioInputRequest.from_dict(_audio)

        _video = d.pop("video", UNSET)
        video: AsyncVideoInputRequest | Unset
        if isinstance(_video, Unset):
            video = UNSET
        else:
            video = AsyncVideoInputRequest.from_dict(_video)

        _document = d.pop("document", UNSET)
        document: AsyncDocumentInputRequest | Unset
        if isinstance(_document, Unset):
            document = UNSET
        else:
            document = AsyncDocumentInputRequest.from_dict(_document)

        _image = d.pop("image", UNSET)
        image: AsyncImageInputRequest | Unset
        if isinstance(_image, Unset):
            image = UNSET
        else:
            image = AsyncImageInputRequest.from_dict(_image)

        embedding_dimension = d.pop("embedding_dimension", UNSET)

        embedding_uncertainty = d.pop("embedding_uncertainty", UNSET)

        create_async_embedding_request = cls(
            input_type=input_type,
            model_name=model_name,
            audio=audio,
            video=video,
            document=document,
            image=image,
            embedding_dimension=embedding_dimension,
            embedding_uncertainty=embedding_uncertainty,
        )

        return create_async_embedding_request
