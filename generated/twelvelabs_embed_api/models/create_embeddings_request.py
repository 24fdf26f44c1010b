# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import field as _attrs_field
from attrs import frozen as _attrs_frozen

from ..model import Model
from ..models.create_embeddings_request_input_type import (
    CreateEmbeddingsRequestInputType,
)
from ..models.create_embeddings_request_model_name import (
    CreateEmbeddingsRequestModelName,
)
from ..models.embedding_dimension import EmbeddingDimension

if TYPE_CHECKING:
    from ..models.audio_input_request import AudioInputRequest
    from ..models.image_input_request import ImageInputRequest
    from ..models.multi_input_request import MultiInputRequest
    from ..models.text_image_input_request import TextImageInputRequest
    from ..models.text_input_request import TextInputRequest
    from ..models.video_input_request import VideoInputRequest


def _text(value: TextInputRequest | None | Mapping[str, Any]) -> TextInputRequest | None:
    return value  # type: ignore[return-value]  # the model checks it


def _image(value: ImageInputRequest | None | Mapping[str, Any]) -> ImageInputRequest | None:
    return value  # type: ignore[return-value]  # the model checks it


def _text_image(
    value: TextImageInputRequest | None | Mapping[str, Any],
) -> TextImageInputRequest | None:
    return value  # type: ignore[return-value]  # the model checks it


def _audio(value: AudioInputRequest | None | Mapping[str, Any]) -> AudioInputRequest | None:
    return value  # type: ignore[return-value]  # the model checks it


def _video(value: VideoInputRequest | None | Mapping[str, Any]) -> VideoInputRequest | None:
    return value  # type: ignore[return-value]  # the model checks it


def _multi_input(value: MultiInputRequest | None | Mapping[str, Any]) -> MultiInputRequest | None:
    return value  # type: ignore[return-value]  # the model checks it


@_attrs_frozen(kw_only=True)
class CreateEmbeddingsRequest(Model):
    """What to embed. The property that is named like the input type is required.

    Attributes:
        input_type (CreateEmbeddingsRequestInputType): The kind of content to embed. With marengo3.5, multi_input alone.
        model_name (CreateEmbeddingsRequestModelName): The embedding model. Vectors of two models cannot be compared.
        text (TextInputRequest | None): A text to embed.
        image (ImageInputRequest | None): An image to embed: JPEG or PNG, at least 128 pixels on each side, at most 32
            MB.
        text_image (TextImageInputRequest | None): A text and an image that together become one vector.
        audio (AudioInputRequest | None): Audio to embed: WAV, MP3 or FLAC, at most 10 minutes long, at most 36 MB when
            sent inline.
        video (VideoInputRequest | None): A video to embed: any format FFmpeg reads, 360x360 to 5184x2160 pixels, an
            aspect ratio between
            1:2.4 and 2.4:1, at most 10 minutes long, at most 36 MB when sent inline.
        multi_input (MultiInputRequest | None): A text, media, or both, that together become one vector. Media of
            several kinds need a text. A PDF is the only
            source and goes without a text; another document counts as text, and something that is no text goes with it.
        embedding_dimension (EmbeddingDimension | None): How many numbers a vector has, 512 when absent. A shorter
            vector is the beginning of a longer one. Only for
            marengo3.5, and the same for all vectors that are to be compared.
        embedding_uncertainty (bool | None): Whether each row also says how unsure each of its numbers is. Only for
            marengo3.5.
        auto_truncate (bool | None): Whether a text that is too long is cut, and usage says so. Otherwise it is an
            error. Only for marengo3.5.
    """

    input_type: CreateEmbeddingsRequestInputType
    model_name: CreateEmbeddingsRequestModelName
    text: TextInputRequest | None = _attrs_field(default=None, converter=_text)
    image: ImageInputRequest | None = _attrs_field(default=None, converter=_image)
    text_image: TextImageInputRequest | None = _attrs_field(default=None, converter=_text_image)
    audio: AudioInputRequest | None = _attrs_field(default=None, converter=_audio)
    video: VideoInputRequest | None = _attrs_field(default=None, converter=_video)
    multi_input: MultiInputRequest | None = _attrs_field(default=None, converter=_multi_input)
    embedding_dimension: EmbeddingDimension | None = None
    embedding_uncertainty: bool | None = None
    auto_truncate: bool | None = None
