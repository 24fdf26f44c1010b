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
    from ..models.audio_input_request import AudioInputRequest
    from ..models.video_input_request import VideoInputRequest


T = TypeVar("T", bound="CreateAsyncEmbeddingRequest")


@_attrs_define
class CreateAsyncEmbeddingRequest:
    """What to embed by a task. The property that is named like the input type is required.

    Attributes:
        input_type (CreateAsyncEmbeddingRequestInputType): The kind of content to embed.
        model_name (CreateAsyncEmbeddingRequestModelName): The embedding model.
        audio (AudioInputRequest | Unset): Audio to embed: WAV, MP3 or FLAC, at most 10 minutes long, at most 36 MB when
            sent inline.
        video (VideoInputRequest | Unset): A video to embed: any format FFmpeg reads, 360x360 to 5184x2160 pixels, an
            aspect ratio between
            1:2.4 and 2.4:1, at most 10 minutes long, at most 36 MB when sent inline.
    """

    input_type: CreateAsyncEmbeddingRequestInputType
    model_name: CreateAsyncEmbeddingRequestModelName
    audio: AudioInputRequest | Unset = UNSET
    video: VideoInputRequest | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        input_type: str = self.input_type

        model_name: str = self.model_name

        audio: dict[str, Any] | Unset = UNSET
        if not isinstance(self.audio, Unset):
            audio = self.audio.to_dict()

        video: dict[str, Any] | Unset = UNSET
        if not isinstance(self.video, Unset):
            video = self.video.to_dict()

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

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audio_input_request import AudioInputRequest  # noqa: PLC0415
        from ..models.video_input_request import VideoInputRequest  # noqa: PLC0415

        d = dict(src_dict)
        input_type = check_create_async_embedding_request_input_type(d.pop("input_type"))

        model_name = check_create_async_embedding_request_model_name(d.pop("model_name"))

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

        create_async_embedding_request = cls(
            input_type=input_type,
            model_name=model_name,
            audio=audio,
            video=video,
        )

        return create_async_embedding_request
