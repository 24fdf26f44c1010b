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
    from twelvelabs_embed_api.models import (
        Asset as Asset,
        AssetError as AssetError,
        AssetHls as AssetHls,
        AssetHlsStatus as AssetHlsStatus,
        AssetMethod as AssetMethod,
        AssetsListResponse as AssetsListResponse,
        AssetSource as AssetSource,
        AssetSourceDetails as AssetSourceDetails,
        AssetSourceDetailsProvider as AssetSourceDetailsProvider,
        AssetSourceType as AssetSourceType,
        AssetStatus as AssetStatus,
        AssetThumbnail as AssetThumbnail,
        AssetThumbnailStatus as AssetThumbnailStatus,
        AssetTranscriptionEntry as AssetTranscriptionEntry,
        AssetTranscriptionError as AssetTranscriptionError,
        AssetTranscriptionInclude as AssetTranscriptionInclude,
        AssetTranscriptionResponse as AssetTranscriptionResponse,
        AssetTranscriptionStatus as AssetTranscriptionStatus,
        AssetTranscriptionUtterance as AssetTranscriptionUtterance,
        AsyncAudioInputRequest as AsyncAudioInputRequest,
        AsyncAudioInputRequestEmbeddingOptionItem as AsyncAudioInputRequestEmbeddingOptionItem,
        AsyncAudioInputRequestEmbeddingScopeItem as AsyncAudioInputRequestEmbeddingScopeItem,
        AsyncAudioInputRequestEmbeddingTypeItem as AsyncAudioInputRequestEmbeddingTypeItem,
        AsyncDocumentInputRequest as AsyncDocumentInputRequest,
        AsyncDocumentInputRequestEmbeddingOptionItem as AsyncDocumentInputRequestEmbeddingOptionItem,  # noqa: E501
        AsyncDocumentInputRequestEmbeddingScopeItem as AsyncDocumentInputRequestEmbeddingScopeItem,
        AsyncDocumentInputRequestEmbeddingTypeItem as AsyncDocumentInputRequestEmbeddingTypeItem,
        AsyncDocumentMetadata as AsyncDocumentMetadata,
        AsyncImageInputRequest as AsyncImageInputRequest,
        AsyncImageInputRequestEmbeddingOptionItem as AsyncImageInputRequestEmbeddingOptionItem,
        AsyncImageInputRequestEmbeddingScopeItem as AsyncImageInputRequestEmbeddingScopeItem,
        AsyncImageInputRequestEmbeddingTypeItem as AsyncImageInputRequestEmbeddingTypeItem,
        AsyncImageMetadata as AsyncImageMetadata,
        AsyncTemporalSegmentation as AsyncTemporalSegmentation,
        AsyncVideoInputRequest as AsyncVideoInputRequest,
        AsyncVideoInputRequestEmbeddingOptionItem as AsyncVideoInputRequestEmbeddingOptionItem,
        AsyncVideoInputRequestEmbeddingScopeItem as AsyncVideoInputRequestEmbeddingScopeItem,
        AsyncVideoInputRequestEmbeddingTypeItem as AsyncVideoInputRequestEmbeddingTypeItem,
        AudioEmbeddingMetadata as AudioEmbeddingMetadata,
        AudioInputRequest as AudioInputRequest,
        AudioInputRequestEmbeddingOptionItem as AudioInputRequestEmbeddingOptionItem,
        AudioInputRequestEmbeddingScopeItem as AudioInputRequestEmbeddingScopeItem,
        AudioInputRequestEmbeddingTypeItem as AudioInputRequestEmbeddingTypeItem,
        AudioSegmentation as AudioSegmentation,
        AudioSegmentationFixed as AudioSegmentationFixed,
        AudioStream as AudioStream,
        ChunkInfo as ChunkInfo,
        ChunkInfoStatus as ChunkInfoStatus,
        CompletedChunk as CompletedChunk,
        CompletedChunkProofType as CompletedChunkProofType,
        CreateAssetUploadRequestType as CreateAssetUploadRequestType,
        CreateAssetUploadResponse as CreateAssetUploadResponse,
        CreateAsyncEmbeddingRequestInputType as CreateAsyncEmbeddingRequestInputType,
        CreateAsyncEmbeddingRequestModelName as CreateAsyncEmbeddingRequestModelName,
        CreateEmbeddingsRequestInputType as CreateEmbeddingsRequestInputType,
        CreateEmbeddingsRequestModelName as CreateEmbeddingsRequestModelName,
        DocumentEmbeddingMetadata as DocumentEmbeddingMetadata,
        DocumentSegmentation as DocumentSegmentation,
        DocumentSequentialSegmentation as DocumentSequentialSegmentation,
        DocumentSpatialSegmentation as DocumentSpatialSegmentation,
        DocumentSpatialSegmentationStrategy as DocumentSpatialSegmentationStrategy,
        EmbeddingAudioMetadata as EmbeddingAudioMetadata,
        EmbeddingData as EmbeddingData,
        EmbeddingDataEmbeddingOption as EmbeddingDataEmbeddingOption,
        EmbeddingDataEmbeddingScope as EmbeddingDataEmbeddingScope,
        EmbeddingDataQuadrant as EmbeddingDataQuadrant,
        EmbeddingImageMetadata as EmbeddingImageMetadata,
        EmbeddingMultiInputMetadata as EmbeddingMultiInputMetadata,
        EmbeddingOtherMetadata as EmbeddingOtherMetadata,
        EmbeddingSuccessResponse as EmbeddingSuccessResponse,
        EmbeddingTaskResponse as EmbeddingTaskResponse,
        EmbeddingTaskResponseError as EmbeddingTaskResponseError,
        EmbeddingTextImageMetadata as EmbeddingTextImageMetadata,
        EmbeddingUsage as EmbeddingUsage,
        EmbeddingUsageTruncationReason as EmbeddingUsageTruncationReason,
        EmbeddingVideoMetadata as EmbeddingVideoMetadata,
        Entity as Entity,
        EntityStatus as EntityStatus,
        ErrorResponse as ErrorResponse,
        ErrorResponseError as ErrorResponseError,
        GetUploadStatusResponse as GetUploadStatusResponse,
        ImageEmbeddingMetadata as ImageEmbeddingMetadata,
        ImageInputRequest as ImageInputRequest,
        IncompleteUploadSummary as IncompleteUploadSummary,
        IndexedAssetSummary as IndexedAssetSummary,
        IndexedAssetSummaryIndex as IndexedAssetSummaryIndex,
        ListIncompleteUploadsResponse as ListIncompleteUploadsResponse,
        MediaEmbeddingTask as MediaEmbeddingTask,
        MediaEmbeddingTaskAudioEmbedding as MediaEmbeddingTaskAudioEmbedding,
        MediaEmbeddingTaskDocumentEmbedding as MediaEmbeddingTaskDocumentEmbedding,
        MediaEmbeddingTaskImageEmbedding as MediaEmbeddingTaskImageEmbedding,
        MediaEmbeddingTaskVideoEmbedding as MediaEmbeddingTaskVideoEmbedding,
        MediaSource as MediaSource,
        MultiInputMediaSource as MultiInputMediaSource,
        MultiInputMediaSourceMediaType as MultiInputMediaSourceMediaType,
        MultiInputRequest as MultiInputRequest,
        MultipartUploadStatusType as MultipartUploadStatusType,
        PageInfo as PageInfo,
        PresignedUrlChunk as PresignedUrlChunk,
        ReportChunkBatchResponse as ReportChunkBatchResponse,
        RequestAdditionalPresignedUrlsResponse as RequestAdditionalPresignedUrlsResponse,
        TasksCreateResponse as TasksCreateResponse,
        TasksCreateResponseMetadata as TasksCreateResponseMetadata,
        TasksListResponse as TasksListResponse,
        TechnicalMetadata as TechnicalMetadata,
        TemporalSegmentationDynamic as TemporalSegmentationDynamic,
        TemporalSegmentationDynamicDynamic as TemporalSegmentationDynamicDynamic,
        TemporalSegmentationFixed as TemporalSegmentationFixed,
        TemporalSegmentationFixedFixed as TemporalSegmentationFixedFixed,
        TextImageInputRequest as TextImageInputRequest,
        TextInputRequest as TextInputRequest,
        TimeBasedMetadataEntry as TimeBasedMetadataEntry,
        UserMetadata as UserMetadata,
        VideoEmbeddingMetadata as VideoEmbeddingMetadata,
        VideoInputRequest as VideoInputRequest,
        VideoInputRequestEmbeddingOptionItem as VideoInputRequestEmbeddingOptionItem,
        VideoInputRequestEmbeddingScopeItem as VideoInputRequestEmbeddingScopeItem,
        VideoInputRequestEmbeddingTypeItem as VideoInputRequestEmbeddingTypeItem,
        VideoSegmentationDynamic as VideoSegmentationDynamic,
        VideoSegmentationDynamicDynamic as VideoSegmentationDynamicDynamic,
        VideoSegmentationFixed as VideoSegmentationFixed,
        VideoSegmentationFixedFixed as VideoSegmentationFixedFixed,
        VideoStream as VideoStream,
    )

    from twelvelabs_embed._http.pagination import (
        AsyncPager as AsyncPager,
        Page as Page,
        Pager as Pager,
    )
    from twelvelabs_embed._http.raw_response import (
        RawResponse as RawResponse,
    )
    from twelvelabs_embed._http.request import (
        RequestOptions as RequestOptions,
    )
    from twelvelabs_embed.api.assets import (
        AssetDetail as AssetDetail,
        AssetsClient as AssetsClient,
        AsyncAssetsClient as AsyncAssetsClient,
    )
    from twelvelabs_embed.api.item_types import (
        AssetsCreateRequestMethod as AssetsCreateRequestMethod,
        AssetsListRequestAssetTypesItem as AssetsListRequestAssetTypesItem,
        AssetsRetrieveTranscriptionRequestIncludeItem as AssetsRetrieveTranscriptionRequestIncludeItem,  # noqa: E501
        AsyncDocumentMetadataEmbeddingScopesItem as AsyncDocumentMetadataEmbeddingScopesItem,
        AsyncImageMetadataEmbeddingScopesItem as AsyncImageMetadataEmbeddingScopesItem,
        AudioSegmentationStrategy as AudioSegmentationStrategy,
        CreatedAt as CreatedAt,
        DocumentSequentialSegmentationStrategy as DocumentSequentialSegmentationStrategy,
        EmbeddingAudioMetadataEmbeddingScopesItem as EmbeddingAudioMetadataEmbeddingScopesItem,
        EmbeddingDimension as EmbeddingDimension,
        EmbeddingTaskResponseStatus as EmbeddingTaskResponseStatus,
        EmbeddingVideoMetadataEmbeddingScopesItem as EmbeddingVideoMetadataEmbeddingScopesItem,
        ExpiresAt as ExpiresAt,
        LimitPerPageSimple as LimitPerPageSimple,
        RequestAdditionalPresignedUrLsResponse as RequestAdditionalPresignedUrLsResponse,
        TasksCreateResponseStatus as TasksCreateResponseStatus,
        TasksListResponsePageInfo as TasksListResponsePageInfo,
        TotalPage as TotalPage,
        TotalResults as TotalResults,
        UpdatedAt as UpdatedAt,
        UserMetadataValue as UserMetadataValue,
    )
    from twelvelabs_embed.api.multipart import (
        AsyncMultipartUploadClient as AsyncMultipartUploadClient,
        MultipartUploadClient as MultipartUploadClient,
        UploadProgress as UploadProgress,
        UploadResult as UploadResult,
        UploadStatus as UploadStatus,
    )
    from twelvelabs_embed.api.tasks import (
        AsyncAudioInputRequestSegmentation as AsyncAudioInputRequestSegmentation,
        AsyncTasksClient as AsyncTasksClient,
        AsyncVideoInputRequestSegmentation as AsyncVideoInputRequestSegmentation,
        EmbeddingTaskMediaMetadata as EmbeddingTaskMediaMetadata,
        EmbeddingTaskMediaMetadata_Audio as EmbeddingTaskMediaMetadata_Audio,
        EmbeddingTaskMediaMetadata_Document as EmbeddingTaskMediaMetadata_Document,
        EmbeddingTaskMediaMetadata_Image as EmbeddingTaskMediaMetadata_Image,
        EmbeddingTaskMediaMetadata_Video as EmbeddingTaskMediaMetadata_Video,
        TasksClient as TasksClient,
        TemporalSegmentation as TemporalSegmentation,
        TemporalSegmentation_Dynamic as TemporalSegmentation_Dynamic,
        TemporalSegmentation_Fixed as TemporalSegmentation_Fixed,
    )
    from twelvelabs_embed.api.v2 import (
        OMIT as OMIT,
        EmbeddingMediaMetadata as EmbeddingMediaMetadata,
        EmbeddingMediaMetadata_Audio as EmbeddingMediaMetadata_Audio,
        EmbeddingMediaMetadata_Image as EmbeddingMediaMetadata_Image,
        EmbeddingMediaMetadata_MultiInput as EmbeddingMediaMetadata_MultiInput,
        EmbeddingMediaMetadata_TextImage as EmbeddingMediaMetadata_TextImage,
        EmbeddingMediaMetadata_Video as EmbeddingMediaMetadata_Video,
        VideoSegmentation as VideoSegmentation,
        VideoSegmentation_Dynamic as VideoSegmentation_Dynamic,
        VideoSegmentation_Fixed as VideoSegmentation_Fixed,
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
    from twelvelabs_embed.errors import *  # noqa: F403  # all that it lists
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

_GENERATED = "twelvelabs_embed_api.models"
_NAMES_BY_MODULE = {
    "_http.raw_response": "RawResponse",
    "_http.request": "RequestOptions",
    "api.assets": "AssetDetail AssetsClient AsyncAssetsClient",
    "api.item_types": (
        "AssetsCreateRequestMethod AssetsListRequestAssetTypesItem "
        "AssetsRetrieveTranscriptionRequestIncludeItem AsyncDocumentMetadataEmbeddingScopesItem "
        "AsyncImageMetadataEmbeddingScopesItem AudioSegmentationStrategy CreatedAt "
        "DocumentSequentialSegmentationStrategy EmbeddingAudioMetadataEmbeddingScopesItem "
        "EmbeddingDimension EmbeddingTaskResponseStatus EmbeddingVideoMetadataEmbeddingScopesItem "
        "ExpiresAt LimitPerPageSimple RequestAdditionalPresignedUrLsResponse "
        "TasksCreateResponseStatus TasksListResponsePageInfo TotalPage TotalResults UpdatedAt "
        "UserMetadataValue"
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
        "WaitTimeoutError"
    ),
    "batch.rate_limiter": "RateLimiter",
    "inputs": (
        "Audio Document Dynamic Fixed Image Input MultiInput Sequential Spatial Text TextImage "
        "TimedText Video"
    ),
    "batch.jobs": "BatchResult",
    "inputs.media": "Media",
    "api.multipart": (
        "AsyncMultipartUploadClient MultipartUploadClient UploadProgress UploadResult UploadStatus"
    ),
    "_http.pagination": "AsyncPager Page Pager",
    "uploads.progress": "Progress",
    "results.embeddings": "Embeddings Match Segment Usage",
    "retry": "Clock NO_RETRY RetryPolicy",
    "validation.routing": "Route",
    "api.tasks": (
        "AsyncAudioInputRequestSegmentation AsyncTasksClient AsyncVideoInputRequestSegmentation "
        "EmbeddingTaskMediaMetadata EmbeddingTaskMediaMetadata_Audio "
        "EmbeddingTaskMediaMetadata_Document EmbeddingTaskMediaMetadata_Image "
        "EmbeddingTaskMediaMetadata_Video TasksClient TemporalSegmentation "
        "TemporalSegmentation_Dynamic TemporalSegmentation_Fixed"
    ),
    "api.v2": (
        "OMIT EmbeddingMediaMetadata EmbeddingMediaMetadata_Audio EmbeddingMediaMetadata_Image "
        "EmbeddingMediaMetadata_MultiInput EmbeddingMediaMetadata_TextImage "
        "EmbeddingMediaMetadata_Video VideoSegmentation VideoSegmentation_Dynamic "
        "VideoSegmentation_Fixed"
    ),
    _GENERATED: (
        "Asset AssetError AssetHls AssetHlsStatus AssetMethod AssetSource AssetSourceDetails "
        "AssetSourceDetailsProvider AssetSourceType AssetStatus AssetThumbnail "
        "AssetThumbnailStatus AssetTranscriptionEntry AssetTranscriptionError "
        "AssetTranscriptionInclude AssetTranscriptionResponse AssetTranscriptionStatus "
        "AssetTranscriptionUtterance AssetsListResponse AsyncAudioInputRequest "
        "AsyncAudioInputRequestEmbeddingOptionItem AsyncAudioInputRequestEmbeddingScopeItem "
        "AsyncAudioInputRequestEmbeddingTypeItem AsyncDocumentInputRequest "
        "AsyncDocumentInputRequestEmbeddingOptionItem AsyncDocumentInputRequestEmbeddingScopeItem "
        "AsyncDocumentInputRequestEmbeddingTypeItem AsyncDocumentMetadata AsyncImageInputRequest "
        "AsyncImageInputRequestEmbeddingOptionItem AsyncImageInputRequestEmbeddingScopeItem "
        "AsyncImageInputRequestEmbeddingTypeItem AsyncImageMetadata AsyncTemporalSegmentation "
        "AsyncVideoInputRequest AsyncVideoInputRequestEmbeddingOptionItem "
        "AsyncVideoInputRequestEmbeddingScopeItem AsyncVideoInputRequestEmbeddingTypeItem "
        "AudioEmbeddingMetadata AudioInputRequest AudioInputRequestEmbeddingOptionItem "
        "AudioInputRequestEmbeddingScopeItem AudioInputRequestEmbeddingTypeItem AudioSegmentation "
        "AudioSegmentationFixed AudioStream ChunkInfo ChunkInfoStatus CompletedChunk "
        "CompletedChunkProofType CreateAssetUploadRequestType CreateAssetUploadResponse "
        "CreateAsyncEmbeddingRequestInputType CreateAsyncEmbeddingRequestModelName "
        "CreateEmbeddingsRequestInputType CreateEmbeddingsRequestModelName "
        "DocumentEmbeddingMetadata DocumentSegmentation DocumentSequentialSegmentation "
        "DocumentSpatialSegmentation DocumentSpatialSegmentationStrategy EmbeddingAudioMetadata "
        "EmbeddingData EmbeddingDataEmbeddingOption EmbeddingDataEmbeddingScope "
        "EmbeddingDataQuadrant EmbeddingImageMetadata EmbeddingMultiInputMetadata "
        "EmbeddingOtherMetadata EmbeddingSuccessResponse EmbeddingTaskResponse "
        "EmbeddingTaskResponseError EmbeddingTextImageMetadata EmbeddingUsage "
        "EmbeddingUsageTruncationReason EmbeddingVideoMetadata Entity EntityStatus ErrorResponse "
        "ErrorResponseError GetUploadStatusResponse ImageEmbeddingMetadata ImageInputRequest "
        "IncompleteUploadSummary IndexedAssetSummary IndexedAssetSummaryIndex "
        "ListIncompleteUploadsResponse MediaEmbeddingTask MediaEmbeddingTaskAudioEmbedding "
        "MediaEmbeddingTaskDocumentEmbedding MediaEmbeddingTaskImageEmbedding "
        "MediaEmbeddingTaskVideoEmbedding MediaSource MultiInputMediaSource "
        "MultiInputMediaSourceMediaType MultiInputRequest MultipartUploadStatusType PageInfo "
        "PresignedUrlChunk ReportChunkBatchResponse RequestAdditionalPresignedUrlsResponse "
        "TasksCreateResponse TasksCreateResponseMetadata TasksListResponse TechnicalMetadata "
        "TemporalSegmentationDynamic TemporalSegmentationDynamicDynamic TemporalSegmentationFixed "
        "TemporalSegmentationFixedFixed TextImageInputRequest TextInputRequest "
        "TimeBasedMetadataEntry UserMetadata VideoEmbeddingMetadata VideoInputRequest "
        "VideoInputRequestEmbeddingOptionItem VideoInputRequestEmbeddingScopeItem "
        "VideoInputRequestEmbeddingTypeItem VideoSegmentationDynamic "
        "VideoSegmentationDynamicDynamic VideoSegmentationFixed VideoSegmentationFixedFixed "
        "VideoStream"
    ),
}
_MODULES = {name: module for module, names in _NAMES_BY_MODULE.items() for name in names.split()}

__version__ = _version.VERSION
if not TYPE_CHECKING:  # which know the names by their imports
    __all__ = sorted(_MODULES)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(_unknown(name), name=name)
    module = _MODULES[name]
    path = module if module == _GENERATED else f"{__name__}.{module}"
    value = getattr(import_module(path), name)
    globals()[name] = value  # so that this is asked once
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    message = f"module {__name__!r} has no attribute {name!r}"
    near = get_close_matches(name, _MODULES, 1)
    return f"{message}; did you mean {near[0]!r}?" if near else message
