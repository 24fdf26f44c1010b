"""`client.embed.v_2.tasks`: long media and documents, embedded while you do something else.

The signatures and class names are the vendor SDK's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from twelvelabs_embed_api.models import (
    AsyncAudioInputRequest,
    AsyncDocumentInputRequest,
    AsyncDocumentMetadata,
    AsyncImageInputRequest,
    AsyncImageMetadata,
    AsyncTemporalSegmentation,
    AsyncVideoInputRequest,
    AudioInputRequest,
    AudioSegmentation,
    CreateAsyncEmbeddingRequest,
    EmbeddingAudioMetadata,
    EmbeddingTaskResponse,
    EmbeddingVideoMetadata,
    MediaEmbeddingTask,
    TasksCreateResponse,
    TemporalSegmentationDynamic,
    TemporalSegmentationFixed,
    VideoInputRequest,
    VideoSegmentationDynamic,
    VideoSegmentationFixed,
)
from twelvelabs_embed_api.types import UNSET

from twelvelabs_embed._http import endpoints
from twelvelabs_embed._http.effects import Flow
from twelvelabs_embed._http.methods import AsyncResource, Resource, awaited_docstring
from twelvelabs_embed._http.pagination import Page
from twelvelabs_embed._http.raw_response import RawResponse
from twelvelabs_embed._http.request import RequestOptions
from twelvelabs_embed._http.resources import (
    AsyncRawResource,
    Flows,
    RawForm,
    RawResource,
    composed,
    endpoint,
    pages,
)
from twelvelabs_embed.api._arguments import OMIT, build_request, given_parts, warn_of_links
from twelvelabs_embed.api.polling import has_ended, wait_until
from twelvelabs_embed.errors import TaskFailedError
from twelvelabs_embed.timestamps import Moment, read_moment

__all__ = [
    "AsyncAudioInputRequestSegmentation",
    "AsyncTasksClient",
    "AsyncTasksRawClient",
    "AsyncVideoInputRequestSegmentation",
    "EmbeddingTaskMediaMetadata",
    "EmbeddingTaskMediaMetadata_Audio",
    "EmbeddingTaskMediaMetadata_Document",
    "EmbeddingTaskMediaMetadata_Image",
    "EmbeddingTaskMediaMetadata_Video",
    "TasksClient",
    "TasksRawClient",
    "TemporalSegmentation",
    "TemporalSegmentation_Dynamic",
    "TemporalSegmentation_Fixed",
]

# Unions have a name in the contract but no class in the generated code.
TemporalSegmentation: TypeAlias = TemporalSegmentationFixed | TemporalSegmentationDynamic
AsyncAudioInputRequestSegmentation: TypeAlias = AudioSegmentation | AsyncTemporalSegmentation
AsyncVideoInputRequestSegmentation: TypeAlias = (
    VideoSegmentationFixed | VideoSegmentationDynamic | AsyncTemporalSegmentation
)
EmbeddingTaskMediaMetadata: TypeAlias = (
    EmbeddingAudioMetadata | EmbeddingVideoMetadata | AsyncDocumentMetadata | AsyncImageMetadata
)

# The vendor SDK's spelling of the variants.
TemporalSegmentation_Fixed = TemporalSegmentationFixed
TemporalSegmentation_Dynamic = TemporalSegmentationDynamic
EmbeddingTaskMediaMetadata_Audio = EmbeddingAudioMetadata
EmbeddingTaskMediaMetadata_Document = AsyncDocumentMetadata
EmbeddingTaskMediaMetadata_Image = AsyncImageMetadata
EmbeddingTaskMediaMetadata_Video = EmbeddingVideoMetadata

DEFAULT_TIMEOUT_SEC = 7200.0
"""How long to wait for a task by default."""

WAIT_AGAIN_HINT = "The task continues: wait again with the same id, or embed.resume(id)"


class TasksFlows(Flows):
    """The flows of the four clients below."""

    path = "client.embed.v_2.tasks"

    @endpoint
    def create(
        self,
        *,
        input_type: str,
        model_name: str,
        audio: AsyncAudioInputRequest | AudioInputRequest | Mapping[str, Any] | None = OMIT,
        video: AsyncVideoInputRequest | VideoInputRequest | Mapping[str, Any] | None = OMIT,
        document: AsyncDocumentInputRequest | Mapping[str, Any] | None = OMIT,
        image: AsyncImageInputRequest | Mapping[str, Any] | None = OMIT,
        embedding_dimension: int | None = OMIT,
        embedding_uncertainty: bool | None = OMIT,
        request_options: RequestOptions | None = None,
    ) -> Flow[RawResponse[TasksCreateResponse]]:
        """Create a task that embeds audio or video of 4 seconds to 4 hours, a document or an image.

        Args:
            input_type: `audio` or `video`; of marengo3.5 also `document` or `image`
            model_name: `marengo3.0` or `marengo3.5`
            audio: what to embed when `input_type` is `audio`. The segmentation of marengo3.5 is an
                `AsyncTemporalSegmentation`, and so it is for video
            video: what to embed when `input_type` is `video`
            document: what to embed when `input_type` is `document`: PDF, plain text or Markdown
            image: what to embed when `input_type` is `image`
            embedding_dimension: how many numbers a vector has, 128, 256 or 512; only of marengo3.5
            embedding_uncertainty: add the uncertainty of each number; only of marengo3.5
            request_options: settings of this call

        Returns:
            the task's `id` and `status`, without vectors: `wait_for_done` fetches them

        Raises:
            InvalidRequestError: the part that `input_type` names is missing; nothing was sent
            OutcomeUnknownError: the task may have been created; the request is not repeated
            ApiError: the service responded with an error; no task was created

        Source: `POST /embed-v2/tasks` of the contract.
        """
        known = {"audio": audio, "video": video, "document": document, "image": image}
        parts = given_parts(input_type, known)
        request = build_request(
            CreateAsyncEmbeddingRequest,
            input_type=input_type,
            model_name=model_name,
            **{name: _as_task_part(part) for name, part in parts.items()},
            embedding_dimension=embedding_dimension,
            embedding_uncertainty=embedding_uncertainty,
        )
        warn_of_links(getattr(request, input_type))
        return self._call(endpoints.create_task("embed.v_2.tasks.create", request), request_options)

    @endpoint
    def retrieve(
        self, task_id: str, *, request_options: RequestOptions | None = None
    ) -> Flow[RawResponse[EmbeddingTaskResponse]]:
        """Fetch a task and, when it is `ready`, its vectors.

        Args:
            task_id: the task
            request_options: settings of this call

        Returns:
            `status`; `data`, as in `v_2.create`, None unless it is ready; `metadata`

        Raises:
            NotFoundError: there is no such task, or it has expired: the service keeps vectors for
                seven days

        Source: `GET /embed-v2/tasks/{task_id}` of the contract.
        """
        operation = endpoints.retrieve_task(
            "embed.v_2.tasks.retrieve", task_id, endpoints.parse_task
        )
        return self._call(operation, request_options)

    @composed
    def wait_for_done(
        self,
        task_id: str,
        *,
        sleep_interval: float = 5.0,
        timeout: float | None = DEFAULT_TIMEOUT_SEC,
        callback: Callable[[EmbeddingTaskResponse], object] | None = None,
        request_options: RequestOptions | None = None,
    ) -> Flow[EmbeddingTaskResponse]:
        """Wait until a task is ready, and fetch its vectors.

        Temporary failures, such as a lost connection or a service that is busy, do not end the
        waiting before `timeout` does.

        Args:
            task_id: the task
            sleep_interval: seconds between two requests
            timeout: seconds to wait at most; None waits without limit
            callback: called with the task after each request
            request_options: settings of each call

        Raises:
            TaskFailedError: the service could not embed the media, with the reason it gives
            WaitTimeoutError: the task is still processing; it is not lost
            NotFoundError: there is no such task
        """
        task = yield from wait_until(
            lambda connection: TasksFlows(connection).retrieve(
                task_id, request_options=request_options
            ),
            lambda task: has_ended(task.status),
            connection=self._connection,
            kind="task",
            id=task_id,
            hint=WAIT_AGAIN_HINT,
            timeout_sec=timeout,
            sleep_sec=lambda attempts: sleep_interval,
            callback=callback,
        )
        if task.status == "failed":
            raise TaskFailedError(task_id, endpoints.read_message(task.error), task)
        return task

    @pages
    def list(
        self,
        *,
        started_at: Moment | None = None,
        ended_at: Moment | None = None,
        status: str | None = None,
        page: int | None = None,
        page_limit: int | None = None,
        request_options: RequestOptions | None = None,
    ) -> Flow[Page[MediaEmbeddingTask]]:
        """List tasks, newest first, without their vectors.

        Args:
            started_at: only tasks created at this moment or later: a `datetime`, a `date`, or a
                text such as `2026-02-01 14:30`, which is this machine's time unless it names a zone
            ended_at: only tasks created at this moment or before
            status: `processing`, `ready` or `failed`
            page: the first page, from 1
            page_limit: how many are fetched at once, 1 to 50
            request_options: settings of each call

        Returns:
            a pager: iterate it for tasks, or its `iter_pages()`

        Source: `GET /embed-v2/tasks` of the contract.
        """
        now = self._connection.clock.now()
        make = partial(
            endpoints.list_tasks,
            started_at=read_moment(started_at, "started_at", now) if started_at else UNSET,
            ended_at=read_moment(ended_at, "ended_at", now) if ended_at else UNSET,
            status=status or UNSET,
        )
        return self._fetch_page(make, page, page_limit, request_options)


def _as_task_part(part: object) -> object:
    """Convert the parts of `v_2.create`, which tasks take, too."""
    return part.to_dict() if isinstance(part, AudioInputRequest | VideoInputRequest) else part


class TasksRawClient(RawResource[TasksFlows], TasksFlows):
    """`client.embed.v_2.tasks.with_raw_response`: results with their HTTP responses."""


class AsyncTasksRawClient(AsyncRawResource[TasksFlows], TasksFlows):
    """`client.embed.v_2.tasks.with_raw_response`: results with their HTTP responses, awaited."""


class TasksClient(Resource[TasksFlows], TasksFlows):
    """`client.embed.v_2.tasks`: creates and retrieves tasks, and waits for them."""

    with_raw_response = RawForm(TasksRawClient)


class AsyncTasksClient(AsyncResource[TasksFlows], TasksFlows):
    __doc__ = awaited_docstring(TasksClient)

    with_raw_response = RawForm(AsyncTasksRawClient)
