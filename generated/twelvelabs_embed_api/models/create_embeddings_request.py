# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.create_embeddings_request_input_type import (
    CreateEmbeddingsRequestInputType,
    check_create_embeddings_request_input_type,
)
from ..models.create_embeddings_request_model_name import (
    CreateEmbeddingsRequestModelName,
    check_create_embeddings_request_model_name,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.audio_input_request import AudioInputRequest
    from ..models.image_input_request import ImageInputRequest
    from ..models.multi_input_request import MultiInputRequest
    from ..models.text_image_input_request import TextImageInputRequest
    from ..models.text_input_request import TextInputRequest
    from ..models.video_input_request import VideoInputRequest


T = TypeVar("T", bound="CreateEmbeddingsRequest")


@_attrs_define
class CreateEmbeddingsRequest:
    """What to embed. The property that is named like the input type is required.

    Attributes:
        input_type (CreateEmbeddingsRequestInputType): The kind of content to embed. With marengo3.5, multi_input alone.
        model_name (CreateEmbeddingsRequestModelName): The embedding model. Vectors of two models cannot be compared.
        text (TextInputRequest | Unset): A text to embed.
        image (ImageInputRequest | Unset): An image to embed: JPEG or PNG, at least 128 pixels on each side, at most 32
            MB.
        text_image (TextImageInputRequest | Unset): A text and an image that together become one vector.
        audio (AudioInputRequest | Unset): Audio to embed: WAV, MP3 or FLAC, at most 10 minutes long, at most 36 MB when
            sent inline.
        video (VideoInputRequest | Unset): A video to embed: any format FFmpeg reads, 360x360 to 5184x2160 pixels, an
            aspect ratio between
            1:2.4 and 2.4:1, at most 10 minutes long, at most 36 MB when sent inline.
        multi_input (MultiInputRequest | Unset): A text, media, or both, that together become one vector. Media of
            several kinds need a text. A PDF is the only
            source and goes without a text; another document counts as text, and something that is no text goes with it.
        embedding_dimension (int | Unset): How many numbers a vector has, 512 when absent. A shorter vector is the
            beginning of a longer one. Only for
            marengo3.5, and the same for all vectors that are to be compared.
        embedding_uncertainty (bool | Unset): Whether each row also says how unsure each of its numbers is. Only for
            marengo3.5.
        auto_truncate (bool | Unset): Whether a text that is too long is cut, and usage says so. Otherwise it is an
            error. Only for marengo3.5.
    """

    input_type: CreateEmbeddingsRequestInputType
    model_name: CreateEmbeddingsRequestModelName
    text: TextInputRequest | Unset = UNSET
    image: ImageInputRequest | Unset = UNSET
    text_image: TextImageInputRequest | Unset = UNSET
    audio: AudioInputRequest | Unset = UNSET
    video: VideoInputRequest | Unset = UNSET
    multi_input: MultiInputRequest | Unset = UNSET
    embedding_dimension: int | Unset = UNSET
    embedding_uncertainty: bool | Unset = UNSET
    auto_truncate: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        input_type: str = self.input_type

        model_name: str = self.model_name

        text: dict[str, Any] | Unset = UNSET
        if not isinstance(self.text, Unset):
            text = self.text.to_dict()

        image: dict[str, Any] | Unset = UNSET
        if not isinstance(self.image, Unset):
            image = self.image.to_dict()

        text_image: dict[str, Any] | Unset = UNSET
        if not isinstance(self.text_image, Unset):
            text_image = self.text_image.to_dict()

        audio: dict[str, Any] | Unset = UNSET
        if not isinstance(self.audio, Unset):
            audio = self.audio.to_dict()

        video: dict[str, Any] | Unset = UNSET
        if not isinstance(self.video, Unset):
            video = self.video.to_dict()

        multi_input: dict[str, Any] | Unset = UNSET
        if not isinstance(self.multi_input, Unset):
            multi_input = self.multi_input.to_dict()

        embedding_dimension = self.embedding_dimension

        embedding_uncertainty = self.embedding_uncertainty

        auto_truncate = self.auto_truncate

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "input_type": input_type,
                "model_name": model_name,
            }
        )
        if text is not UNSET:
            field_dict["text"] = text
        if image is not UNSET:
            field_dict["image"] = image
        if text_image is not UNSET:
            field_dict["text_image"] = text_image
        if audio is not UNSET:
            field_dict["audio"] = audio
        if video is not UNSET:
            field_dict["video"] = video
        if multi_input is not UNSET:
            field_dict["multi_input"] = multi_input
        if embedding_dimension is not UNSET:
            field_dict["embedding_dimension"] = embedding_dimension
        if embedding_uncertainty is not UNSET:
            field_dict["embedding_uncertainty"] = embedding_uncertainty
        if auto_truncate is not UNSET:
            field_dict["auto_truncate"] = auto_truncate

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audio_input_request import AudioInputRequest  # noqa: PLC0415
        from ..models.image_input_request import ImageInputRequest  # noqa: PLC0415
        from ..models.multi_input_request import MultiInputRequest  # noqa: PLC0415
        from ..models.text_image_input_request import TextImageInputRequest  # noqa: PLC0415
        from ..models.text_input_request import TextInputRequest  # noqa: PLC0415
        from ..models.video_input_request import VideoInputRequest  # noqa: PLC0415

        d = dict(src_dict)
        input_type = check_create_embeddings_request_input_type(d.pop("input_type"))

        model_name = check_create_embeddings_request_model_name(d.pop("model_name"))

        _text = d.pop("text", UNSET)
        text: TextInputRequest | Unset
        if isinstance(_text, Unset):
            text = UNSET
        else:
            text = TextInputRequest.from_dict(_text)

        _image = d.pop("image", UNSET)
        image: ImageInputRequest | Unset
        if isinstance(_image, Unset):
            image = UNSET
        else:
            image = ImageInputRequest.from_dict(_image)

        _text_image = d.pop("text_image", UNSET)
        text_image: TextImageInputRequest | Unset
        if isinstance(_text_image, Unset):
            text_image = UNSET
        else:
            text_image = TextImageInputRequest.from_dict(_text_image)

        _audio = d.pop("audio", UNSET)
        audio: AudioInputRequest | Unset
        if isinstance(_audio, Unset):
            audio = UNSET
        else:
            audio = AudioInputRequest.from_dict(_audio)

        _video = d.pop("video", UNSET)
        video: VideoInputRequest | Unset
        if isinstance(_video, Unset):
            video = UNSET
        else:
            video = VideoInputRequest.from_dict(_video)

        _multi_input = d.pop("multi_input", UNSET)
        multi_input: MultiInputRequest | Unset
        if isinstance(_multi_input, Unset):
            multi_input = UNSET
        else:
            multi_input = MultiInputRequest.from_dict(_multi_input)

        embedding_dimension = d.pop("embedding_dimension", UNSET)

        embedding_uncertainty = d.pop("embedding_uncertainty", UNSET)

        auto_truncate = d.pop("auto_truncate", UNSET)

        create_embeddings_request = cls(
            input_type=input_type,
            model_name=model_name,
            text=text,
            image=image,
            text_image=text_image,
            audio=audio,
            video=video,
            multi_input=multi_input,
            embedding_dimension=embedding_dimension,
            embedding_uncertainty=embedding_uncertainty,
            auto_truncate=auto_truncate,
        )

        return create_embeddings_request
