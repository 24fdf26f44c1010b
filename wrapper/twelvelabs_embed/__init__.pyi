# The public names and where each lives. twelvelabs_embed/__init__.py reads this file at run time.
from ._flow import (
    RawResponse as RawResponse,
)
from ._flow import (
    RequestOptions as RequestOptions,
)
from .assets import (
    Asset as Asset,
)
from .assets import (
    AssetDetail as AssetDetail,
)
from .assets import (
    AssetError as AssetError,
)
from .assets import (
    AssetHls as AssetHls,
)
from .assets import (
    AssetsClient as AssetsClient,
)
from .assets import (
    AssetSource as AssetSource,
)
from .assets import (
    AssetThumbnail as AssetThumbnail,
)
from .assets import (
    AssetTranscriptionEntry as AssetTranscriptionEntry,
)
from .assets import (
    AssetTranscriptionInclude as AssetTranscriptionInclude,
)
from .assets import (
    AssetTranscriptionResponse as AssetTranscriptionResponse,
)
from .assets import (
    AssetTranscriptionUtterance as AssetTranscriptionUtterance,
)
from .assets import (
    AsyncAssetsClient as AsyncAssetsClient,
)
from .assets import (
    TechnicalMetadata as TechnicalMetadata,
)
from .assets import (
    UserMetadata as UserMetadata,
)
from .client import (
    AsyncTwelveLabs as AsyncTwelveLabs,
)
from .client import (
    TwelveLabs as TwelveLabs,
)
from .errors import (
    ApiConnectionError as ApiConnectionError,
)
from .errors import (
    ApiError as ApiError,
)
from .errors import (
    ApiTimeoutError as ApiTimeoutError,
)
from .errors import (
    AssetFailedError as AssetFailedError,
)
from .errors import (
    BadRequestError as BadRequestError,
)
from .errors import (
    ConfigurationError as ConfigurationError,
)
from .errors import (
    ConflictError as ConflictError,
)
from .errors import (
    ContentTooLargeError as ContentTooLargeError,
)
from .errors import (
    ForbiddenError as ForbiddenError,
)
from .errors import (
    GatewayTimeoutError as GatewayTimeoutError,
)
from .errors import (
    InternalServerError as InternalServerError,
)
from .errors import (
    InvalidInputError as InvalidInputError,
)
from .errors import (
    InvalidResponseError as InvalidResponseError,
)
from .errors import (
    ModelMismatchError as ModelMismatchError,
)
from .errors import (
    NotFoundError as NotFoundError,
)
from .errors import (
    OutcomeUnknownError as OutcomeUnknownError,
)
from .errors import (
    Problem as Problem,
)
from .errors import (
    ServerError as ServerError,
)
from .errors import (
    ServiceUnavailableError as ServiceUnavailableError,
)
from .errors import (
    TaskFailedError as TaskFailedError,
)
from .errors import (
    TooManyRequestsError as TooManyRequestsError,
)
from .errors import (
    TwelveLabsError as TwelveLabsError,
)
from .errors import (
    UnauthorizedError as UnauthorizedError,
)
from .errors import (
    UploadError as UploadError,
)
from .errors import (
    WaitTimeoutError as WaitTimeoutError,
)
from .gate import (
    Gate as Gate,
)
from .inputs import (
    Audio as Audio,
)
from .inputs import (
    Document as Document,
)
from .inputs import (
    Dynamic as Dynamic,
)
from .inputs import (
    Fixed as Fixed,
)
from .inputs import (
    Image as Image,
)
from .inputs import (
    Input as Input,
)
from .inputs import (
    MultiInput as MultiInput,
)
from .inputs import (
    Sequential as Sequential,
)
from .inputs import (
    Spatial as Spatial,
)
from .inputs import (
    Text as Text,
)
from .inputs import (
    TextImage as TextImage,
)
from .inputs import (
    TimedText as TimedText,
)
from .inputs import (
    Video as Video,
)
from .many import (
    Outcome as Outcome,
)
from .media import (
    Media as Media,
)
from .multipart import (
    AsyncMultipartUploadClient as AsyncMultipartUploadClient,
)
from .multipart import (
    ChunkInfo as ChunkInfo,
)
from .multipart import (
    CompletedChunk as CompletedChunk,
)
from .multipart import (
    CreateAssetUploadResponse as CreateAssetUploadResponse,
)
from .multipart import (
    IncompleteUploadSummary as IncompleteUploadSummary,
)
from .multipart import (
    MultipartUploadClient as MultipartUploadClient,
)
from .multipart import (
    PresignedUrlChunk as PresignedUrlChunk,
)
from .multipart import (
    ReportChunkBatchResponse as ReportChunkBatchResponse,
)
from .multipart import (
    RequestAdditionalPresignedUrlsResponse as RequestAdditionalPresignedUrlsResponse,
)
from .paging import (
    AsyncPager as AsyncPager,
)
from .paging import (
    Page as Page,
)
from .paging import (
    Pager as Pager,
)
from .progress import (
    Progress as Progress,
)
from .results import (
    Embeddings as Embeddings,
)
from .results import (
    Match as Match,
)
from .results import (
    Segment as Segment,
)
from .results import (
    Usage as Usage,
)
from .retry import (
    NO_RETRY as NO_RETRY,
)
from .retry import (
    Clock as Clock,
)
from .retry import (
    RetryPolicy as RetryPolicy,
)
from .routes import (
    Route as Route,
)
from .tasks import (
    AsyncAudioInputRequest as AsyncAudioInputRequest,
)
from .tasks import (
    AsyncAudioInputRequestSegmentation as AsyncAudioInputRequestSegmentation,
)
from .tasks import (
    AsyncDocumentInputRequest as AsyncDocumentInputRequest,
)
from .tasks import (
    AsyncDocumentMetadata as AsyncDocumentMetadata,
)
from .tasks import (
    AsyncImageInputRequest as AsyncImageInputRequest,
)
from .tasks import (
    AsyncImageMetadata as AsyncImageMetadata,
)
from .tasks import (
    AsyncTasksClient as AsyncTasksClient,
)
from .tasks import (
    AsyncTemporalSegmentation as AsyncTemporalSegmentation,
)
from .tasks import (
    AsyncVideoInputRequest as AsyncVideoInputRequest,
)
from .tasks import (
    AsyncVideoInputRequestSegmentation as AsyncVideoInputRequestSegmentation,
)
from .tasks import (
    DocumentSegmentation as DocumentSegmentation,
)
from .tasks import (
    DocumentSequentialSegmentation as DocumentSequentialSegmentation,
)
from .tasks import (
    DocumentSpatialSegmentation as DocumentSpatialSegmentation,
)
from .tasks import (
    EmbeddingTaskMediaMetadata as EmbeddingTaskMediaMetadata,
)
from .tasks import (
    EmbeddingTaskMediaMetadata_Audio as EmbeddingTaskMediaMetadata_Audio,
)
from .tasks import (
    EmbeddingTaskMediaMetadata_Document as EmbeddingTaskMediaMetadata_Document,
)
from .tasks import (
    EmbeddingTaskMediaMetadata_Image as EmbeddingTaskMediaMetadata_Image,
)
from .tasks import (
    EmbeddingTaskMediaMetadata_Video as EmbeddingTaskMediaMetadata_Video,
)
from .tasks import (
    EmbeddingTaskResponse as EmbeddingTaskResponse,
)
from .tasks import (
    MediaEmbeddingTask as MediaEmbeddingTask,
)
from .tasks import (
    TasksClient as TasksClient,
)
from .tasks import (
    TasksCreateResponse as TasksCreateResponse,
)
from .tasks import (
    TemporalSegmentation as TemporalSegmentation,
)
from .tasks import (
    TemporalSegmentation_Dynamic as TemporalSegmentation_Dynamic,
)
from .tasks import (
    TemporalSegmentation_Fixed as TemporalSegmentation_Fixed,
)
from .tasks import (
    TemporalSegmentationDynamic as TemporalSegmentationDynamic,
)
from .tasks import (
    TemporalSegmentationDynamicDynamic as TemporalSegmentationDynamicDynamic,
)
from .tasks import (
    TemporalSegmentationFixed as TemporalSegmentationFixed,
)
from .tasks import (
    TemporalSegmentationFixedFixed as TemporalSegmentationFixedFixed,
)
from .tasks import (
    TimeBasedMetadataEntry as TimeBasedMetadataEntry,
)
from .v2 import (
    AudioInputRequest as AudioInputRequest,
)
from .v2 import (
    AudioSegmentation as AudioSegmentation,
)
from .v2 import (
    AudioSegmentationFixed as AudioSegmentationFixed,
)
from .v2 import (
    CreateEmbeddingsRequestInputType as CreateEmbeddingsRequestInputType,
)
from .v2 import (
    EmbeddingAudioMetadata as EmbeddingAudioMetadata,
)
from .v2 import (
    EmbeddingData as EmbeddingData,
)
from .v2 import (
    EmbeddingDataEmbeddingOption as EmbeddingDataEmbeddingOption,
)
from .v2 import (
    EmbeddingDataEmbeddingScope as EmbeddingDataEmbeddingScope,
)
from .v2 import (
    EmbeddingImageMetadata as EmbeddingImageMetadata,
)
from .v2 import (
    EmbeddingMediaMetadata as EmbeddingMediaMetadata,
)
from .v2 import (
    EmbeddingMediaMetadata_Audio as EmbeddingMediaMetadata_Audio,
)
from .v2 import (
    EmbeddingMediaMetadata_Image as EmbeddingMediaMetadata_Image,
)
from .v2 import (
    EmbeddingMediaMetadata_MultiInput as EmbeddingMediaMetadata_MultiInput,
)
from .v2 import (
    EmbeddingMediaMetadata_TextImage as EmbeddingMediaMetadata_TextImage,
)
from .v2 import (
    EmbeddingMediaMetadata_Video as EmbeddingMediaMetadata_Video,
)
from .v2 import (
    EmbeddingMultiInputMetadata as EmbeddingMultiInputMetadata,
)
from .v2 import (
    EmbeddingOtherMetadata as EmbeddingOtherMetadata,
)
from .v2 import (
    EmbeddingSuccessResponse as EmbeddingSuccessResponse,
)
from .v2 import (
    EmbeddingTextImageMetadata as EmbeddingTextImageMetadata,
)
from .v2 import (
    EmbeddingUsage as EmbeddingUsage,
)
from .v2 import (
    EmbeddingVideoMetadata as EmbeddingVideoMetadata,
)
from .v2 import (
    ImageInputRequest as ImageInputRequest,
)
from .v2 import (
    MediaSource as MediaSource,
)
from .v2 import (
    MultiInputMediaSource as MultiInputMediaSource,
)
from .v2 import (
    MultiInputMediaSourceMediaType as MultiInputMediaSourceMediaType,
)
from .v2 import (
    MultiInputRequest as MultiInputRequest,
)
from .v2 import (
    TextImageInputRequest as TextImageInputRequest,
)
from .v2 import (
    TextInputRequest as TextInputRequest,
)
from .v2 import (
    VideoInputRequest as VideoInputRequest,
)
from .v2 import (
    VideoSegmentation as VideoSegmentation,
)
from .v2 import (
    VideoSegmentation_Dynamic as VideoSegmentation_Dynamic,
)
from .v2 import (
    VideoSegmentation_Fixed as VideoSegmentation_Fixed,
)
from .v2 import (
    VideoSegmentationDynamic as VideoSegmentationDynamic,
)
from .v2 import (
    VideoSegmentationDynamicDynamic as VideoSegmentationDynamicDynamic,
)
from .v2 import (
    VideoSegmentationFixed as VideoSegmentationFixed,
)
from .v2 import (
    VideoSegmentationFixedFixed as VideoSegmentationFixedFixed,
)
