"""A client for the TwelveLabs Embed v2 API. Unofficial.

    from twelvelabs_embed import TwelveLabs

    client = TwelveLabs()
    client.embed("a man walks his dog").vector      # numpy float32, shape (512,)

Every name below is imported when it is first used, so that `import twelvelabs_embed` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from twelvelabs_embed import _version

# Type checkers, and tools that look for the modules of a program, read the imports; Python reads
# the table below. tests/package/test_names.py holds the two equal.
if TYPE_CHECKING:
    from twelvelabs_embed._http.pagination import (
        AsyncPager as AsyncPager,
        Page as Page,
        Pager as Pager,
    )
    from twelvelabs_embed._http.request import (
        RawResponse as RawResponse,
        RequestOptions as RequestOptions,
    )
    from twelvelabs_embed.api.assets import (
        Asset as Asset,
        AssetDetail as AssetDetail,
        AssetError as AssetError,
        AssetHls as AssetHls,
        AssetsClient as AssetsClient,
        AssetSource as AssetSource,
        AssetThumbnail as AssetThumbnail,
        AssetTranscriptionEntry as AssetTranscriptionEntry,
        AssetTranscriptionInclude as AssetTranscriptionInclude,
        AssetTranscriptionResponse as AssetTranscriptionResponse,
        AssetTranscriptionUtterance as AssetTranscriptionUtterance,
        AsyncAssetsClient as AsyncAssetsClient,
        TechnicalMetadata as TechnicalMetadata,
        UserMetadata as UserMetadata,
    )
    from twelvelabs_embed.api.item_types import (
        AssetHlsStatus as AssetHlsStatus,
        AssetMethod as AssetMethod,
        AssetsCreateRequestMethod as AssetsCreateRequestMethod,
        AssetsListRequestAssetTypesItem as AssetsListRequestAssetTypesItem,
        AssetsListResponse as AssetsListResponse,
        AssetSourceDetails as AssetSourceDetails,
        AssetSourceDetailsProvider as AssetSourceDetailsProvider,
        AssetSourceType as AssetSourceType,
        AssetsRetrieveTranscriptionRequestIncludeItem as AssetsRetrieveTranscriptionRequestIncludeItem,  # noqa: E501
        AssetStatus as AssetStatus,
        AssetThumbnailStatus as AssetThumbnailStatus,
        AssetTranscriptionError as AssetTranscriptionError,
        AssetTranscriptionStatus as AssetTranscriptionStatus,
        AsyncAudioInputRequestEmbeddingOptionItem as AsyncAudioInputRequestEmbeddingOptionItem,
        AsyncAudioInputRequestEmbeddingScopeItem as AsyncAudioInputRequestEmbeddingScopeItem,
        AsyncAudioInputRequestEmbeddingTypeItem as AsyncAudioInputRequestEmbeddingTypeItem,
        AsyncDocumentInputRequestEmbeddingOptionItem as AsyncDocumentInputRequestEmbeddingOptionItem,  # noqa: E501
        AsyncDocumentInputRequestEmbeddingScopeItem as AsyncDocumentInputRequestEmbeddingScopeItem,
        AsyncDocumentInputRequestEmbeddingTypeItem as AsyncDocumentInputRequestEmbeddingTypeItem,
        AsyncDocumentMetadataEmbeddingScopesItem as AsyncDocumentMetadataEmbeddingScopesItem,
        AsyncImageInputRequestEmbeddingOptionItem as AsyncImageInputRequestEmbeddingOptionItem,
        AsyncImageInputRequestEmbeddingScopeItem as AsyncImageInputRequestEmbeddingScopeItem,
        AsyncImageInputRequestEmbeddingTypeItem as AsyncImageInputRequestEmbeddingTypeItem,
        AsyncImageMetadataEmbeddingScopesItem as AsyncImageMetadataEmbeddingScopesItem,
        AsyncVideoInputRequestEmbeddingOptionItem as AsyncVideoInputRequestEmbeddingOptionItem,
        AsyncVideoInputRequestEmbeddingScopeItem as AsyncVideoInputRequestEmbeddingScopeItem,
        AsyncVideoInputRequestEmbeddingTypeItem as AsyncVideoInputRequestEmbeddingTypeItem,
        AudioEmbeddingMetadata as AudioEmbeddingMetadata,
        AudioInputRequestEmbeddingOptionItem as AudioInputRequestEmbeddingOptionItem,
        AudioInputRequestEmbeddingScopeItem as AudioInputRequestEmbeddingScopeItem,
        AudioInputRequestEmbeddingTypeItem as AudioInputRequestEmbeddingTypeItem,
        AudioSegmentationStrategy as AudioSegmentationStrategy,
        AudioStream as AudioStream,
        ChunkInfoStatus as ChunkInfoStatus,
        CompletedChunkProofType as CompletedChunkProofType,
        CreateAssetUploadRequestType as CreateAssetUploadRequestType,
        CreateAsyncEmbeddingRequestInputType as CreateAsyncEmbeddingRequestInputType,
        CreateAsyncEmbeddingRequestModelName as CreateAsyncEmbeddingRequestModelName,
        CreatedAt as CreatedAt,
        CreateEmbeddingsRequestModelName as CreateEmbeddingsRequestModelName,
        DocumentEmbeddingMetadata as DocumentEmbeddingMetadata,
        DocumentSequentialSegmentationStrategy as DocumentSequentialSegmentationStrategy,
        DocumentSpatialSegmentationStrategy as DocumentSpatialSegmentationStrategy,
        EmbeddingAudioMetadataEmbeddingScopesItem as EmbeddingAudioMetadataEmbeddingScopesItem,
        EmbeddingDataQuadrant as EmbeddingDataQuadrant,
        EmbeddingDimension as EmbeddingDimension,
        EmbeddingTaskResponseError as EmbeddingTaskResponseError,
        EmbeddingTaskResponseStatus as EmbeddingTaskResponseStatus,
        EmbeddingUsageTruncationReason as EmbeddingUsageTruncationReason,
        EmbeddingVideoMetadataEmbeddingScopesItem as EmbeddingVideoMetadataEmbeddingScopesItem,
        ErrorResponse as ErrorResponse,
        ErrorResponseError as ErrorResponseError,
        ExpiresAt as ExpiresAt,
        GetUploadStatusResponse as GetUploadStatusResponse,
        ImageEmbeddingMetadata as ImageEmbeddingMetadata,
        LimitPerPageSimple as LimitPerPageSimple,
        ListIncompleteUploadsResponse as ListIncompleteUploadsResponse,
        MediaEmbeddingTaskAudioEmbedding as MediaEmbeddingTaskAudioEmbedding,
        MediaEmbeddingTaskDocumentEmbedding as MediaEmbeddingTaskDocumentEmbedding,
        MediaEmbeddingTaskImageEmbedding as MediaEmbeddingTaskImageEmbedding,
        MediaEmbeddingTaskVideoEmbedding as MediaEmbeddingTaskVideoEmbedding,
        MultipartUploadStatusType as MultipartUploadStatusType,
        PageInfo as PageInfo,
        RequestAdditionalPresignedUrLsResponse as RequestAdditionalPresignedUrLsResponse,
        TasksCreateResponseMetadata as TasksCreateResponseMetadata,
        TasksCreateResponseStatus as TasksCreateResponseStatus,
        TasksListResponse as TasksListResponse,
        TasksListResponsePageInfo as TasksListResponsePageInfo,
        TotalPage as TotalPage,
        TotalResults as TotalResults,
        UpdatedAt as UpdatedAt,
        UserMetadataValue as UserMetadataValue,
        VideoEmbeddingMetadata as VideoEmbeddingMetadata,
        VideoInputRequestEmbeddingOptionItem as VideoInputRequestEmbeddingOptionItem,
        VideoInputRequestEmbeddingScopeItem as VideoInputRequestEmbeddingScopeItem,
        VideoInputRequestEmbeddingTypeItem as VideoInputRequestEmbeddingTypeItem,
        VideoStream as VideoStream,
    )
    from twelvelabs_embed.api.multipart import (
        AsyncMultipartUploadClient as AsyncMultipartUploadClient,
        ChunkInfo as ChunkInfo,
        CompletedChunk as CompletedChunk,
        CreateAssetUploadResponse as CreateAssetUploadResponse,
        IncompleteUploadSummary as IncompleteUploadSummary,
        MultipartUploadClient as MultipartUploadClient,
        PresignedUrlChunk as PresignedUrlChunk,
        ReportChunkBatchResponse as ReportChunkBatchResponse,
        RequestAdditionalPresignedUrlsResponse as RequestAdditionalPresignedUrlsResponse,
        UploadProgress as UploadProgress,
        UploadResult as UploadResult,
        UploadStatus as UploadStatus,
    )
    from twelvelabs_embed.api.tasks import (
        AsyncAudioInputRequest as AsyncAudioInputRequest,
        AsyncAudioInputRequestSegmentation as AsyncAudioInputRequestSegmentation,
        AsyncDocumentInputRequest as AsyncDocumentInputRequest,
        AsyncDocumentMetadata as AsyncDocumentMetadata,
        AsyncImageInputRequest as AsyncImageInputRequest,
        AsyncImageMetadata as AsyncImageMetadata,
        AsyncTasksClient as AsyncTasksClient,
        AsyncTemporalSegmentation as AsyncTemporalSegmentation,
        AsyncVideoInputRequest as AsyncVideoInputRequest,
        AsyncVideoInputRequestSegmentation as AsyncVideoInputRequestSegmentation,
        DocumentSegmentation as DocumentSegmentation,
        DocumentSequentialSegmentation as DocumentSequentialSegmentation,
        DocumentSpatialSegmentation as DocumentSpatialSegmentation,
        EmbeddingTaskMediaMetadata as EmbeddingTaskMediaMetadata,
        EmbeddingTaskMediaMetadata_Audio as EmbeddingTaskMediaMetadata_Audio,
        EmbeddingTaskMediaMetadata_Document as EmbeddingTaskMediaMetadata_Document,
        EmbeddingTaskMediaMetadata_Image as EmbeddingTaskMediaMetadata_Image,
        EmbeddingTaskMediaMetadata_Video as EmbeddingTaskMediaMetadata_Video,
        EmbeddingTaskResponse as EmbeddingTaskResponse,
        MediaEmbeddingTask as MediaEmbeddingTask,
        TasksClient as TasksClient,
        TasksCreateResponse as TasksCreateResponse,
        TemporalSegmentation as TemporalSegmentation,
        TemporalSegmentation_Dynamic as TemporalSegmentation_Dynamic,
        TemporalSegmentation_Fixed as TemporalSegmentation_Fixed,
        TemporalSegmentationDynamic as TemporalSegmentationDynamic,
        TemporalSegmentationDynamicDynamic as TemporalSegmentationDynamicDynamic,
        TemporalSegmentationFixed as TemporalSegmentationFixed,
        TemporalSegmentationFixedFixed as TemporalSegmentationFixedFixed,
        TimeBasedMetadataEntry as TimeBasedMetadataEntry,
    )
    from twelvelabs_embed.api.v2 import (
        OMIT as OMIT,
        AudioInputRequest as AudioInputRequest,
        AudioSegmentation as AudioSegmentation,
        AudioSegmentationFixed as AudioSegmentationFixed,
        CreateEmbeddingsRequestInputType as CreateEmbeddingsRequestInputType,
        EmbeddingAudioMetadata as EmbeddingAudioMetadata,
        EmbeddingData as EmbeddingData,
        EmbeddingDataEmbeddingOption as EmbeddingDataEmbeddingOption,
        EmbeddingDataEmbeddingScope as EmbeddingDataEmbeddingScope,
        EmbeddingImageMetadata as EmbeddingImageMetadata,
        EmbeddingMediaMetadata as EmbeddingMediaMetadata,
        EmbeddingMediaMetadata_Audio as EmbeddingMediaMetadata_Audio,
        EmbeddingMediaMetadata_Image as EmbeddingMediaMetadata_Image,
        EmbeddingMediaMetadata_MultiInput as EmbeddingMediaMetadata_MultiInput,
        EmbeddingMediaMetadata_TextImage as EmbeddingMediaMetadata_TextImage,
        EmbeddingMediaMetadata_Video as EmbeddingMediaMetadata_Video,
        EmbeddingMultiInputMetadata as EmbeddingMultiInputMetadata,
        EmbeddingOtherMetadata as EmbeddingOtherMetadata,
        EmbeddingSuccessResponse as EmbeddingSuccessResponse,
        EmbeddingTextImageMetadata as EmbeddingTextImageMetadata,
        EmbeddingUsage as EmbeddingUsage,
        EmbeddingVideoMetadata as EmbeddingVideoMetadata,
        ImageInputRequest as ImageInputRequest,
        MediaSource as MediaSource,
        MultiInputMediaSource as MultiInputMediaSource,
        MultiInputMediaSourceMediaType as MultiInputMediaSourceMediaType,
        MultiInputRequest as MultiInputRequest,
        TextImageInputRequest as TextImageInputRequest,
        TextInputRequest as TextInputRequest,
        VideoInputRequest as VideoInputRequest,
        VideoSegmentation as VideoSegmentation,
        VideoSegmentation_Dynamic as VideoSegmentation_Dynamic,
        VideoSegmentation_Fixed as VideoSegmentation_Fixed,
        VideoSegmentationDynamic as VideoSegmentationDynamic,
        VideoSegmentationDynamicDynamic as VideoSegmentationDynamicDynamic,
        VideoSegmentationFixed as VideoSegmentationFixed,
        VideoSegmentationFixedFixed as VideoSegmentationFixedFixed,
    )
    from twelvelabs_embed.batch.jobs import (
        BatchResult as BatchResult,
    )
    from twelvelabs_embed.batch.rate_limiter import (
        RateLimiter as RateLimiter,
    )
    from twelvelabs_embed.client import (
        AsyncTwelveLabs as AsyncTwelveLabs,
        TwelveLabs as TwelveLabs,
    )
    from twelvelabs_embed.environment import (
        TwelveLabsEnvironment as TwelveLabsEnvironment,
    )
    from twelvelabs_embed.errors import (
        ApiConnectionError as ApiConnectionError,
        ApiError as ApiError,
        ApiTimeoutError as ApiTimeoutError,
        AssetFailedError as AssetFailedError,
        BadRequestError as BadRequestError,
        ConfigurationError as ConfigurationError,
        ConflictError as ConflictError,
        ContentTooLargeError as ContentTooLargeError,
        ForbiddenError as ForbiddenError,
        GatewayTimeoutError as GatewayTimeoutError,
        GoneError as GoneError,
        Hint as Hint,
        InternalServerError as InternalServerError,
        InvalidInputError as InvalidInputError,
        InvalidRequestError as InvalidRequestError,
        InvalidResponseError as InvalidResponseError,
        MissingDependencyError as MissingDependencyError,
        MissingFileError as MissingFileError,
        ModelMismatchError as ModelMismatchError,
        NotFoundError as NotFoundError,
        OutcomeUnknownError as OutcomeUnknownError,
        QuotaExhaustedError as QuotaExhaustedError,
        ServerError as ServerError,
        ServiceUnavailableError as ServiceUnavailableError,
        TaskFailedError as TaskFailedError,
        TooManyRequestsError as TooManyRequestsError,
        TwelveLabsError as TwelveLabsError,
        UnauthorizedError as UnauthorizedError,
        UnexpectedError as UnexpectedError,
        UnprocessableEntityError as UnprocessableEntityError,
        UploadError as UploadError,
        Violation as Violation,
        WaitTimeoutError as WaitTimeoutError,
    )
    from twelvelabs_embed.inputs import (
        Audio as Audio,
        Document as Document,
        Dynamic as Dynamic,
        Fixed as Fixed,
        Image as Image,
        Input as Input,
        MultiInput as MultiInput,
        Sequential as Sequential,
        Spatial as Spatial,
        Text as Text,
        TextImage as TextImage,
        TimedText as TimedText,
        Video as Video,
    )
    from twelvelabs_embed.inputs.media import (
        Media as Media,
    )
    from twelvelabs_embed.results.embeddings import (
        Embeddings as Embeddings,
        Match as Match,
        Segment as Segment,
        Usage as Usage,
    )
    from twelvelabs_embed.retry import (
        NO_RETRY as NO_RETRY,
        Clock as Clock,
        RetryPolicy as RetryPolicy,
    )
    from twelvelabs_embed.uploads.progress import (
        Progress as Progress,
    )
    from twelvelabs_embed.validation.routing import (
        Route as Route,
    )

_NAMES_BY_MODULE = {
    "_http.request": "RawResponse RequestOptions",
    "api.assets": (
        "Asset AssetDetail AssetError AssetHls AssetSource AssetThumbnail "
        "AssetTranscriptionEntry AssetTranscriptionInclude AssetTranscriptionResponse "
        "AssetTranscriptionUtterance AssetsClient AsyncAssetsClient TechnicalMetadata "
        "UserMetadata"
    ),
    "api.item_types": (
        "AssetHlsStatus AssetMethod AssetSourceDetails AssetSourceDetailsProvider AssetSourceType "
        "AssetStatus AssetThumbnailStatus AssetTranscriptionError AssetTranscriptionStatus "
        "AssetsCreateRequestMethod AssetsListRequestAssetTypesItem AssetsListResponse "
        "AssetsRetrieveTranscriptionRequestIncludeItem AsyncAudioInputRequestEmbeddingOptionItem "
        "AsyncAudioInputRequestEmbeddingScopeItem AsyncAudioInputRequestEmbeddingTypeItem "
        "AsyncDocumentInputRequestEmbeddingOptionItem AsyncDocumentInputRequestEmbeddingScopeItem "
        "AsyncDocumentInputRequestEmbeddingTypeItem AsyncDocumentMetadataEmbeddingScopesItem "
        "AsyncImageInputRequestEmbeddingOptionItem AsyncImageInputRequestEmbeddingScopeItem "
        "AsyncImageInputRequestEmbeddingTypeItem AsyncImageMetadataEmbeddingScopesItem "
        "AsyncVideoInputRequestEmbeddingOptionItem AsyncVideoInputRequestEmbeddingScopeItem "
        "AsyncVideoInputRequestEmbeddingTypeItem AudioEmbeddingMetadata "
        "AudioInputRequestEmbeddingOptionItem AudioInputRequestEmbeddingScopeItem "
        "AudioInputRequestEmbeddingTypeItem AudioSegmentationStrategy AudioStream ChunkInfoStatus "
        "CompletedChunkProofType CreateAssetUploadRequestType "
        "CreateAsyncEmbeddingRequestInputType CreateAsyncEmbeddingRequestModelName "
        "CreateEmbeddingsRequestModelName CreatedAt DocumentEmbeddingMetadata "
        "DocumentSequentialSegmentationStrategy DocumentSpatialSegmentationStrategy "
        "EmbeddingAudioMetadataEmbeddingScopesItem EmbeddingDataQuadrant EmbeddingDimension "
        "EmbeddingTaskResponseError EmbeddingTaskResponseStatus EmbeddingUsageTruncationReason "
        "EmbeddingVideoMetadataEmbeddingScopesItem ErrorResponse ErrorResponseError ExpiresAt "
        "GetUploadStatusResponse ImageEmbeddingMetadata LimitPerPageSimple "
        "ListIncompleteUploadsResponse MediaEmbeddingTaskAudioEmbedding "
        "MediaEmbeddingTaskDocumentEmbedding MediaEmbeddingTaskImageEmbedding "
        "MediaEmbeddingTaskVideoEmbedding MultipartUploadStatusType PageInfo "
        "RequestAdditionalPresignedUrLsResponse TasksCreateResponseMetadata "
        "TasksCreateResponseStatus TasksListResponse TasksListResponsePageInfo TotalPage "
        "TotalResults UpdatedAt UserMetadataValue VideoEmbeddingMetadata "
        "VideoInputRequestEmbeddingOptionItem VideoInputRequestEmbeddingScopeItem "
        "VideoInputRequestEmbeddingTypeItem VideoStream"
    ),
    "client": "AsyncTwelveLabs TwelveLabs",
    "environment": "TwelveLabsEnvironment",
    "errors": (
        "ApiConnectionError ApiError ApiTimeoutError AssetFailedError BadRequestError "
        "ConfigurationError ConflictError ContentTooLargeError ForbiddenError "
        "GatewayTimeoutError GoneError Hint InternalServerError InvalidInputError "
        "InvalidRequestError InvalidResponseError MissingDependencyError MissingFileError "
        "ModelMismatchError NotFoundError OutcomeUnknownError QuotaExhaustedError ServerError "
        "ServiceUnavailableError TaskFailedError TooManyRequestsError TwelveLabsError "
        "UnauthorizedError UnexpectedError UnprocessableEntityError UploadError Violation "
        "WaitTimeoutError "
    ),
    "batch.rate_limiter": "RateLimiter",
    "inputs": (
        "Audio Document Dynamic Fixed Image Input MultiInput Sequential Spatial Text TextImage "
        "TimedText Video"
    ),
    "batch.jobs": "BatchResult",
    "inputs.media": "Media",
    "api.multipart": (
        "AsyncMultipartUploadClient ChunkInfo CompletedChunk CreateAssetUploadResponse "
        "IncompleteUploadSummary MultipartUploadClient PresignedUrlChunk "
        "ReportChunkBatchResponse RequestAdditionalPresignedUrlsResponse UploadProgress "
        "UploadResult UploadStatus"
    ),
    "_http.pagination": "AsyncPager Page Pager",
    "uploads.progress": "Progress",
    "results.embeddings": "Embeddings Match Segment Usage",
    "retry": "Clock NO_RETRY RetryPolicy",
    "validation.routing": "Route",
    "api.tasks": (
        "AsyncAudioInputRequest AsyncAudioInputRequestSegmentation AsyncDocumentInputRequest "
        "AsyncDocumentMetadata AsyncImageInputRequest AsyncImageMetadata AsyncTasksClient "
        "AsyncTemporalSegmentation AsyncVideoInputRequest AsyncVideoInputRequestSegmentation "
        "DocumentSegmentation DocumentSequentialSegmentation DocumentSpatialSegmentation "
        "EmbeddingTaskMediaMetadata EmbeddingTaskMediaMetadata_Audio "
        "EmbeddingTaskMediaMetadata_Document EmbeddingTaskMediaMetadata_Image "
        "EmbeddingTaskMediaMetadata_Video EmbeddingTaskResponse MediaEmbeddingTask TasksClient "
        "TasksCreateResponse TemporalSegmentation TemporalSegmentationDynamic "
        "TemporalSegmentationDynamicDynamic TemporalSegmentationFixed "
        "TemporalSegmentationFixedFixed TemporalSegmentation_Dynamic TemporalSegmentation_Fixed "
        "TimeBasedMetadataEntry"
    ),
    "api.v2": (
        "OMIT AudioInputRequest AudioSegmentation AudioSegmentationFixed "
        "CreateEmbeddingsRequestInputType EmbeddingAudioMetadata EmbeddingData "
        "EmbeddingDataEmbeddingOption EmbeddingDataEmbeddingScope EmbeddingImageMetadata "
        "EmbeddingMediaMetadata EmbeddingMediaMetadata_Audio EmbeddingMediaMetadata_Image "
        "EmbeddingMediaMetadata_MultiInput EmbeddingMediaMetadata_TextImage "
        "EmbeddingMediaMetadata_Video EmbeddingMultiInputMetadata EmbeddingOtherMetadata "
        "EmbeddingSuccessResponse EmbeddingTextImageMetadata EmbeddingUsage "
        "EmbeddingVideoMetadata ImageInputRequest MediaSource MultiInputMediaSource "
        "MultiInputMediaSourceMediaType MultiInputRequest TextImageInputRequest "
        "TextInputRequest VideoInputRequest VideoSegmentation VideoSegmentationDynamic "
        "VideoSegmentationDynamicDynamic VideoSegmentationFixed VideoSegmentationFixedFixed "
        "VideoSegmentation_Dynamic VideoSegmentation_Fixed"
    ),
}
_MODULES = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names.split()}

__version__ = _version.VERSION
if not TYPE_CHECKING:  # which know the names by their imports
    __all__ = sorted(_MODULES)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(_unknown(name), name=name)
    value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value  # so that this is asked once
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    message = f"module {__name__!r} has no attribute {name!r}"
    near = get_close_matches(name, _MODULES, 1)
    return f"{message}; did you mean {near[0]!r}?" if near else message
