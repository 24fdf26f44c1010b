"""The vendor SDK's calling style, `client.embed.v_2.create(...)`, and its classes.

The signature and the class names are those of the reference page "Create sync embeddings".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twelvelabs_embed_api.models import (
    AudioInputRequest,
    CreateEmbeddingsRequest,
    CreateEmbeddingsRequestInputType,
    EmbeddingAudioMetadata,
    EmbeddingImageMetadata,
    EmbeddingMultiInputMetadata,
    EmbeddingSuccessResponse,
    EmbeddingTextImageMetadata,
    EmbeddingVideoMetadata,
    ImageInputRequest,
    MultiInputRequest,
    TextImageInputRequest,
    TextInputRequest,
    VideoInputRequest,
    VideoSegmentationDynamic,
    VideoSegmentationFixed,
)

from twelvelabs_embed._http.effects import Flow
from twelvelabs_embed._http.endpoints import create_embeddings, parse_embeddings
from twelvelabs_embed._http.methods import (
    AsyncResource,
    Resource,
    awaited_docstring,
    resource_property,
)
from twelvelabs_embed._http.raw_response import RawResponse
from twelvelabs_embed._http.request import RequestOptions
from twelvelabs_embed._http.resources import (
    AsyncRawResource,
    Flows,
    RawForm,
    RawResource,
    endpoint,
)
from twelvelabs_embed.api._arguments import OMIT, build_request, given_parts, warn_of_links
from twelvelabs_embed.api.tasks import AsyncTasksClient, TasksClient, TasksFlows
from twelvelabs_embed.errors import BadRequestError

__all__ = [
    "OMIT",
    "AsyncV2Client",
    "AsyncV2RawClient",
    "EmbeddingMediaMetadata",
    "EmbeddingMediaMetadata_Audio",
    "EmbeddingMediaMetadata_Image",
    "EmbeddingMediaMetadata_MultiInput",
    "EmbeddingMediaMetadata_TextImage",
    "EmbeddingMediaMetadata_Video",
    "V2Client",
    "V2RawClient",
    "VideoSegmentation",
    "VideoSegmentation_Dynamic",
    "VideoSegmentation_Fixed",
]

# Unions have a name in the contract but no class in the generated code.
VideoSegmentation = VideoSegmentationFixed | VideoSegmentationDynamic
EmbeddingMediaMetadata = (
    EmbeddingImageMetadata
    | EmbeddingTextImageMetadata
    | EmbeddingAudioMetadata
    | EmbeddingVideoMetadata
    | EmbeddingMultiInputMetadata
)

# The vendor SDK's spelling of the variants.
VideoSegmentation_Fixed = VideoSegmentationFixed
VideoSegmentation_Dynamic = VideoSegmentationDynamic
EmbeddingMediaMetadata_Audio = EmbeddingAudioMetadata
EmbeddingMediaMetadata_Image = EmbeddingImageMetadata
EmbeddingMediaMetadata_MultiInput = EmbeddingMultiInputMetadata
EmbeddingMediaMetadata_TextImage = EmbeddingTextImageMetadata
EmbeddingMediaMetadata_Video = EmbeddingVideoMetadata


class V2Flows(Flows):
    """The flows of the four clients below."""

    path = "client.embed.v_2"

    @endpoint
    def create(
        self,
        *,
        input_type: CreateEmbeddingsRequestInputType,
        model_name: str,
        text: TextInputRequest | Mapping[str, Any] | None = OMIT,
        image: ImageInputRequest | Mapping[str, Any] | None = OMIT,
        text_image: TextImageInputRequest | Mapping[str, Any] | None = OMIT,
        audio: AudioInputRequest | Mapping[str, Any] | None = OMIT,
        video: VideoInputRequest | Mapping[str, Any] | None = OMIT,
        multi_input: MultiInputRequest | Mapping[str, Any] | None = OMIT,
        embedding_dimension: int | None = OMIT,
        embedding_uncertainty: bool | None = OMIT,
        auto_truncate: bool | None = OMIT,
        request_options: RequestOptions | None = None,
    ) -> Flow[RawResponse[EmbeddingSuccessResponse]]:
        """Create embeddings and receive them in the response.

        Args:
            input_type: `text`, `image`, `text_image`, `audio`, `video` or `multi_input`, which is
                the only one that marengo3.5 takes here
            model_name: `marengo3.0` or `marengo3.5`
            text: what to embed when `input_type` is `text`
            image: what to embed when `input_type` is `image`
            text_image: what to embed when `input_type` is `text_image`
            audio: what to embed when `input_type` is `audio`
            video: what to embed when `input_type` is `video`
            multi_input: what to embed when `input_type` is `multi_input`; of media, marengo3.0
                takes only images
            embedding_dimension: how many numbers a vector has, 128, 256 or 512; only of marengo3.5
            embedding_uncertainty: add the uncertainty of each number; only of marengo3.5
            auto_truncate: whether a text that is too long is truncated, and not rejected; only
                of marengo3.5
            request_options: settings of this call

        Returns:
            `data`, one for each segment, option and scope, `metadata`, and `usage` if the service
            sends it. Each `embedding` is a list of 512 floats, or as many as were requested, with
            the very numbers that the service sent.

        Raises:
            InvalidRequestError: the part that `input_type` names is missing; nothing was sent
            ApiError: the service responded with an error
            ApiConnectionError: the service could not be reached
            InvalidResponseError: the response is not what the contract promises

        Source: the reference page "Create sync embeddings".
        """
        known = {
            "text": text,
            "image": image,
            "text_image": text_image,
            "audio": audio,
            "video": video,
            "multi_input": multi_input,
        }
        request = build_request(
            CreateEmbeddingsRequest,
            input_type=input_type,
            model_name=model_name,
            **given_parts(input_type, known),
            embedding_dimension=embedding_dimension,
            embedding_uncertainty=embedding_uncertainty,
            auto_truncate=auto_truncate,
        )
        warn_of_links(getattr(request, input_type))
        operation = create_embeddings("embed.v_2.create", request, parse_embeddings)
        try:
            return (yield from self._call(operation, request_options))
        except BadRequestError as error:
            if error.code == "video_duration_too_long" and input_type in ("audio", "video"):
                error.hint = "For up to four hours, create a task: client.embed.v_2.tasks.create"
            raise


class V2RawClient(RawResource[V2Flows], V2Flows):
    """`client.embed.v_2.with_raw_response`: results with their HTTP responses."""


class AsyncV2RawClient(AsyncRawResource[V2Flows], V2Flows):
    """`client.embed.v_2.with_raw_response`: results with their HTTP responses, awaited."""


class V2Client(Resource[V2Flows], V2Flows):
    """`client.embed.v_2`: the reference page's `EmbedClient.V2Client`."""

    with_raw_response = RawForm(V2RawClient)

    @resource_property
    def tasks(self) -> TasksClient:
        """Tasks, for long audio and video, and for documents."""
        return TasksClient(TasksFlows(self._flows._connection), self._runner)


class AsyncV2Client(AsyncResource[V2Flows], V2Flows):
    __doc__ = awaited_docstring(V2Client)

    with_raw_response = RawForm(AsyncV2RawClient)

    @resource_property
    def tasks(self) -> AsyncTasksClient:
        """Tasks, for long audio and video, and for documents; awaited."""
        return AsyncTasksClient(TasksFlows(self._flows._connection), self._runner)
