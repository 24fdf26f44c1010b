"""The endpoints of the API as operations, made by the generated code.

No other module imports the generated endpoints. Nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar, cast

from twelvelabs_embed_api.api.assets import (
    create_asset as _create_asset,
    delete_asset as _delete_asset,
    delete_user_metadata as _delete_user_metadata,
    list_assets as _list_assets,
    list_entities as _list_entities,
    list_indexed_assets as _list_indexed_assets,
    replace_user_metadata as _replace_user_metadata,
    retrieve_asset as _retrieve_asset,
    retrieve_transcription as _retrieve_transcription,
    update_user_metadata as _update_user_metadata,
)
from twelvelabs_embed_api.api.embed import create_embeddings as _create_embeddings
from twelvelabs_embed_api.api.multipart_uploads import (
    create_multipart_upload as _create_upload,
    get_upload_status as _get_upload_status,
    list_incomplete_uploads as _list_uploads,
    report_chunk_batch as _report_chunk_batch,
    request_presigned_urls as _request_urls,
)
from twelvelabs_embed_api.api.tasks import (
    create_task as _create_task,
    list_tasks as _list_tasks,
    retrieve_task as _retrieve_task,
)
from twelvelabs_embed_api.models import (
    Asset,
    AssetsListResponse,
    AssetTranscriptionResponse,
    CreateAssetRequest,
    CreateAssetUploadRequest,
    CreateAssetUploadResponse,
    CreateAsyncEmbeddingRequest,
    CreateEmbeddingsRequest,
    EmbeddingSuccessResponse,
    EmbeddingTaskResponse,
    EntitiesListResponse,
    GetUploadStatusResponse,
    IndexedAssetsListResponse,
    ListIncompleteUploadsResponse,
    ReportChunkBatchRequest,
    ReportChunkBatchResponse,
    RequestAdditionalPresignedUrlsRequest,
    RequestAdditionalPresignedUrlsResponse,
    TasksCreateResponse,
    TasksListResponse,
    UserMetadata,
    UserMetadataRequest,
)
from twelvelabs_embed_api.types import UNSET, Unset

from twelvelabs_embed._http.operation import FormFile, MultipartForm, Operation
from twelvelabs_embed._http.redaction import Secret

if TYPE_CHECKING:
    import httpx

UserMetadataLike: TypeAlias = Mapping[str, str | float | bool | Sequence[str] | None] | UserMetadata
"""Your metadata of an asset: names, and texts, numbers, booleans or lists of texts."""

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


# What spans are named by: ids are too many for a name.
_ASSET = "/assets/{id}"
_USER_METADATA = "/assets/{id}/user-metadata"
_UPLOAD = "/assets/multipart-uploads/{id}"


class _Model(Protocol[T_co]):
    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> T_co: ...


def _reads(model: type[_Model[T]]) -> Callable[[httpx.Response], T]:
    # Not the endpoint's own `_parse_response`: it knows one status, and for a 200 in place of a 201
    # it returns None.
    return lambda response: model.from_dict(response.json())


def _reads_created(model: type[_Model[T]]) -> Callable[[httpx.Response], T]:
    """Make a parser of responses with the id of what was created."""

    def parse(response: httpx.Response) -> T:
        document = response.json()
        if not (isinstance(document.get("_id"), str) and document["_id"]):
            raise ValueError(f"_id: {document.get('_id')!r} is no id")
        return model.from_dict(document)

    return parse


def _reads_links(model: type[_Model[T]]) -> Callable[[httpx.Response], T]:
    """Make a parser of responses with presigned links, which are secrets."""

    def parse(response: httpx.Response) -> T:
        document = response.json()
        for link in document.get("upload_urls") or ():
            link["url"] = Secret(link["url"])
        return model.from_dict(document)

    return parse


def _operation(
    name: str,
    kwargs: Mapping[str, Any],
    parse: Callable[[httpx.Response], T],
    *,
    created_resource: str = "",
    lookup_hint: str = "",
    removes: bool = False,
    template: str = "",
) -> Operation[T]:
    return Operation(
        name,
        kwargs["method"].upper(),
        kwargs["url"],
        parse,
        kwargs.get("json"),
        kwargs.get("params", {}),
        created_resource,
        lookup_hint,
        removes,
        template or kwargs["url"],
    )


def only_given(**values: Any) -> dict[str, Any]:
    """Select the settings that were given. `None` counts as not given, as `OMIT` does."""
    return {
        name: value
        for name, value in values.items()
        if value is not None and not isinstance(value, Unset)
    }


def read_message(error: object) -> str | None:
    """Read the service's message from the `error` of a task, an asset or a transcription.

    An `error` of an unforeseen shape stays a dict.
    """
    if isinstance(error, Mapping):
        message = cast(Mapping[str, object], error).get("message")
    else:
        message = getattr(error, "message", None)
    return message if isinstance(message, str) and message else None


# ----------------------------------------------------------------------------------- embeddings


def create_embeddings(
    name: str, request: CreateEmbeddingsRequest, parse: Callable[[httpx.Response], T]
) -> Operation[T]:
    """`POST /embed-v2`."""
    return _operation(name, _create_embeddings._get_kwargs(body=request), parse)


def parse_embeddings(response: httpx.Response) -> EmbeddingSuccessResponse:
    """Decode a response to the contract's own classes, numbers as they were sent."""
    document = response.json()
    _check_rows(document["data"])
    return EmbeddingSuccessResponse.from_dict(document)


# ----------------------------------------------------------------------------------------- tasks


def create_task(name: str, request: CreateAsyncEmbeddingRequest) -> Operation[TasksCreateResponse]:
    """`POST /embed-v2/tasks`."""
    return _operation(
        name,
        _create_task._get_kwargs(body=request),
        _reads_created(TasksCreateResponse),
        created_resource="task",
        lookup_hint="client.embed.v_2.tasks.list(started_at={since!r})",
    )


def list_tasks(**filters: Any) -> Operation[TasksListResponse]:
    """`GET /embed-v2/tasks`."""
    kwargs = _list_tasks._get_kwargs(**filters)
    return _operation("embed.v_2.tasks.list", kwargs, _reads(TasksListResponse))


def retrieve_task(name: str, task_id: str, parse: Callable[[httpx.Response], T]) -> Operation[T]:
    """`GET /embed-v2/tasks/{task_id}`."""
    kwargs = _retrieve_task._get_kwargs(task_id)
    return _operation(name, kwargs, parse, template="/embed-v2/tasks/{id}")


def parse_task(response: httpx.Response) -> EmbeddingTaskResponse:
    """Decode a task to the contract's own classes, numbers as they were sent."""
    document = response.json()
    if document["status"] == "ready" or document.get("data") is not None:
        _check_rows(document.get("data"))
    return EmbeddingTaskResponse.from_dict(document)


_NUMBERS = ("start_sec", "end_sec")
_TEXTS = ("embedding_option", "embedding_scope")


def _check_rows(rows: Any) -> None:
    """Check what vectors cannot be used without. The rest is read as it is.

    Raises:
        ValueError: it is not what the contract promises
    """
    if not isinstance(rows, list):
        raise ValueError(f"data is {type(rows).__name__}, not a list")
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            raise ValueError(f"row {index} is {type(row).__name__}, not an object")
        vector = row.get("embedding")
        if not vector or not isinstance(vector, list) or not {*map(type, vector)} <= {float, int}:
            raise ValueError(f"row {index}, embedding: not a list of numbers")
        if len(vector) != len(rows[0]["embedding"]):
            raise ValueError(f"row {index}, embedding: of another length than in row 0")
        for name in _NUMBERS:
            if not isinstance(row.get(name), float | int | None):
                raise ValueError(f"row {index}, {name}: not a number")
        for name in _TEXTS:
            if not isinstance(row.get(name), str | None):
                raise ValueError(f"row {index}, {name}: not a text")


# ---------------------------------------------------------------------------------------- assets


def create_asset(name: str, request: CreateAssetRequest, file: FormFile | None) -> Operation[Asset]:
    """`POST /assets`. The file is streamed, so the generated form, which reads it, is not used."""
    texts = {key: _as_text(value) for key, value in request.to_dict().items() if key != "file"}
    kwargs = _create_asset._get_kwargs(body=request)
    return Operation(
        name,
        kwargs["method"].upper(),
        kwargs["url"],
        _reads_created(Asset),
        body=MultipartForm(texts, file),
        created_resource="asset",
        lookup_hint="client.assets.list(), newest first",
    )


def list_assets(**filters: Any) -> Operation[AssetsListResponse]:
    """`GET /assets`."""
    return _operation(
        "assets.list", _list_assets._get_kwargs(**filters), _reads(AssetsListResponse)
    )


def retrieve_asset(asset_id: str) -> Operation[Asset]:
    """`GET /assets/{asset_id}`."""
    kwargs = _retrieve_asset._get_kwargs(asset_id)
    return _operation("assets.retrieve", kwargs, _reads(Asset), template=_ASSET)


def delete_asset(asset_id: str, force: bool | Unset = UNSET) -> Operation[None]:
    """`DELETE /assets/{asset_id}`."""
    kwargs = _delete_asset._get_kwargs(asset_id, force=force)
    return _operation("assets.delete", kwargs, _reads_nothing, removes=True, template=_ASSET)


def replace_user_metadata(asset_id: str, request: UserMetadataRequest) -> Operation[None]:
    """`PUT /assets/{asset_id}/user-metadata`."""
    kwargs = _replace_user_metadata._get_kwargs(asset_id, body=request)
    return _operation(
        "assets.replace_user_metadata", kwargs, _reads_nothing, template=_USER_METADATA
    )


def update_user_metadata(asset_id: str, request: UserMetadataRequest) -> Operation[None]:
    """`PATCH /assets/{asset_id}/user-metadata`."""
    kwargs = _update_user_metadata._get_kwargs(asset_id, body=request)
    return _operation(
        "assets.update_user_metadata", kwargs, _reads_nothing, template=_USER_METADATA
    )


def delete_user_metadata(asset_id: str) -> Operation[None]:
    """`DELETE /assets/{asset_id}/user-metadata`."""
    kwargs = _delete_user_metadata._get_kwargs(asset_id)
    return _operation(
        "assets.delete_user_metadata", kwargs, _reads_nothing, template=_USER_METADATA
    )


def retrieve_transcription(asset_id: str, **filters: Any) -> Operation[AssetTranscriptionResponse]:
    """`GET /assets/{asset_id}/transcription`."""
    kwargs = _retrieve_transcription._get_kwargs(asset_id, **filters)
    parse = _reads(AssetTranscriptionResponse)
    template = "/assets/{id}/transcription"
    return _operation("assets.retrieve_transcription", kwargs, parse, template=template)


def list_indexed_assets(asset_id: str, **filters: Any) -> Operation[IndexedAssetsListResponse]:
    """`GET /assets/{asset_id}/indexed-assets`."""
    kwargs = _list_indexed_assets._get_kwargs(asset_id, **filters)
    parse = _reads(IndexedAssetsListResponse)
    template = "/assets/{id}/indexed-assets"
    return _operation("assets.list_indexed_assets", kwargs, parse, template=template)


def list_entities(asset_id: str, **filters: Any) -> Operation[EntitiesListResponse]:
    """`GET /assets/{asset_id}/entities`."""
    kwargs = _list_entities._get_kwargs(asset_id, **filters)
    parse = _reads(EntitiesListResponse)
    return _operation("assets.list_entities", kwargs, parse, template="/assets/{id}/entities")


def as_user_metadata(value: UserMetadataLike) -> UserMetadata:
    """Convert it to the class of the generated code."""
    return value if isinstance(value, UserMetadata) else UserMetadata(value)  # type: ignore[arg-type]  # any sequence is written as a list


def _as_text(value: str | bool) -> str:
    """Write a value as a form has it: a boolean as JSON writes it."""
    return value if isinstance(value, str) else str(value).lower()


def _reads_nothing(response: httpx.Response) -> None:
    """Check a response that has no data: it is empty, or JSON.

    Raises:
        ValueError: it is something else, such as a proxy's page
    """
    if response.content:
        response.json()


# ------------------------------------------------------------------------------------ multipart


def create_multipart_upload(
    request: CreateAssetUploadRequest,
) -> Operation[CreateAssetUploadResponse]:
    """`POST /assets/multipart-uploads`."""
    return _operation(
        "multipart_upload.create",
        _create_upload._get_kwargs(body=request),
        _reads_links(CreateAssetUploadResponse),
        created_resource="upload session",
        lookup_hint="client.multipart_upload.list_incomplete_uploads(), newest first",
    )


def list_incomplete_uploads(**filters: Any) -> Operation[ListIncompleteUploadsResponse]:
    """`GET /assets/multipart-uploads`."""
    return _operation(
        "multipart_upload.list_incomplete_uploads",
        _list_uploads._get_kwargs(**filters),
        _reads(ListIncompleteUploadsResponse),
    )


def report_chunk_batch(
    upload_id: str, request: ReportChunkBatchRequest
) -> Operation[ReportChunkBatchResponse]:
    """`POST /assets/multipart-uploads/{upload_id}`. A chunk may be reported twice."""
    return _operation(
        "multipart_upload.report_chunk_batch",
        _report_chunk_batch._get_kwargs(upload_id, body=request),
        _reads(ReportChunkBatchResponse),
        template=_UPLOAD,
    )


def get_upload_status(upload_id: str, **filters: Any) -> Operation[GetUploadStatusResponse]:
    """`GET /assets/multipart-uploads/{upload_id}`."""
    return _operation(
        "multipart_upload.get_status",
        _get_upload_status._get_kwargs(upload_id, **filters),
        _reads(GetUploadStatusResponse),
        template=_UPLOAD,
    )


def request_presigned_urls(
    upload_id: str, request: RequestAdditionalPresignedUrlsRequest
) -> Operation[RequestAdditionalPresignedUrlsResponse]:
    """`POST /assets/multipart-uploads/{upload_id}/presigned-urls`."""
    return _operation(
        "multipart_upload.get_additional_presigned_urls",
        _request_urls._get_kwargs(upload_id, body=request),
        _reads_links(RequestAdditionalPresignedUrlsResponse),
        template=f"{_UPLOAD}/presigned-urls",
    )
