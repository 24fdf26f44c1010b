"""Names of the vendor's SDK for values, parts of responses and lists, which annotations use.

Most programs need none of them, so they are imported when they are first used.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from twelvelabs_embed_api.models import (
    AssetHlsStatus,
    AssetMethod,
    AssetsListResponse,
    AssetSourceDetails,
    AssetSourceDetailsProvider,
    AssetSourceType,
    AssetStatus,
    AssetThumbnailStatus,
    AssetTranscriptionError,
    AssetTranscriptionInclude,
    AssetTranscriptionStatus,
    AsyncAudioInputRequestEmbeddingOptionItem,
    AsyncAudioInputRequestEmbeddingScopeItem,
    AsyncAudioInputRequestEmbeddingTypeItem,
    AsyncDocumentInputRequestEmbeddingOptionItem,
    AsyncDocumentInputRequestEmbeddingScopeItem,
    AsyncDocumentInputRequestEmbeddingTypeItem,
    AsyncImageInputRequestEmbeddingOptionItem,
    AsyncImageInputRequestEmbeddingScopeItem,
    AsyncImageInputRequestEmbeddingTypeItem,
    AsyncVideoInputRequestEmbeddingOptionItem,
    AsyncVideoInputRequestEmbeddingScopeItem,
    AsyncVideoInputRequestEmbeddingTypeItem,
    AudioEmbeddingMetadata,
    AudioInputRequestEmbeddingOptionItem,
    AudioInputRequestEmbeddingScopeItem,
    AudioInputRequestEmbeddingTypeItem,
    AudioStream,
    ChunkInfoStatus,
    CompletedChunkProofType,
    CreateAssetUploadRequestType,
    CreateAsyncEmbeddingRequestInputType,
    CreateAsyncEmbeddingRequestModelName,
    CreateEmbeddingsRequestModelName,
    DocumentEmbeddingMetadata,
    DocumentSpatialSegmentationStrategy,
    EmbeddingDataQuadrant,
    EmbeddingTaskResponseError,
    EmbeddingUsageTruncationReason,
    ErrorResponse,
    ErrorResponseError,
    GetUploadStatusResponse,
    ImageEmbeddingMetadata,
    ListIncompleteUploadsResponse,
    MediaEmbeddingTaskAudioEmbedding,
    MediaEmbeddingTaskDocumentEmbedding,
    MediaEmbeddingTaskImageEmbedding,
    MediaEmbeddingTaskVideoEmbedding,
    MultipartUploadStatusType,
    PageInfo,
    RequestAdditionalPresignedUrlsResponse,
    TasksCreateResponseMetadata,
    TasksListResponse,
    TaskStatus,
    VideoEmbeddingMetadata,
    VideoInputRequestEmbeddingOptionItem,
    VideoInputRequestEmbeddingScopeItem,
    VideoInputRequestEmbeddingTypeItem,
    VideoStream,
)

__all__ = [
    "AssetHlsStatus",
    "AssetMethod",
    "AssetSourceDetails",
    "AssetSourceDetailsProvider",
    "AssetSourceType",
    "AssetStatus",
    "AssetThumbnailStatus",
    "AssetTranscriptionError",
    "AssetTranscriptionStatus",
    "AssetsCreateRequestMethod",
    "AssetsListRequestAssetTypesItem",
    "AssetsListResponse",
    "AssetsRetrieveTranscriptionRequestIncludeItem",
    "AsyncAudioInputRequestEmbeddingOptionItem",
    "AsyncAudioInputRequestEmbeddingScopeItem",
    "AsyncAudioInputRequestEmbeddingTypeItem",
    "AsyncDocumentInputRequestEmbeddingOptionItem",
    "AsyncDocumentInputRequestEmbeddingScopeItem",
    "AsyncDocumentInputRequestEmbeddingTypeItem",
    "AsyncDocumentMetadataEmbeddingScopesItem",
    "AsyncImageInputRequestEmbeddingOptionItem",
    "AsyncImageInputRequestEmbeddingScopeItem",
    "AsyncImageInputRequestEmbeddingTypeItem",
    "AsyncImageMetadataEmbeddingScopesItem",
    "AsyncVideoInputRequestEmbeddingOptionItem",
    "AsyncVideoInputRequestEmbeddingScopeItem",
    "AsyncVideoInputRequestEmbeddingTypeItem",
    "AudioEmbeddingMetadata",
    "AudioInputRequestEmbeddingOptionItem",
    "AudioInputRequestEmbeddingScopeItem",
    "AudioInputRequestEmbeddingTypeItem",
    "AudioSegmentationStrategy",
    "AudioStream",
    "ChunkInfoStatus",
    "CompletedChunkProofType",
    "CreateAssetUploadRequestType",
    "CreateAsyncEmbeddingRequestInputType",
    "CreateAsyncEmbeddingRequestModelName",
    "CreateEmbeddingsRequestModelName",
    "CreatedAt",
    "DocumentEmbeddingMetadata",
    "DocumentSequentialSegmentationStrategy",
    "DocumentSpatialSegmentationStrategy",
    "EmbeddingAudioMetadataEmbeddingScopesItem",
    "EmbeddingDataQuadrant",
    "EmbeddingDimension",
    "EmbeddingTaskResponseError",
    "EmbeddingTaskResponseStatus",
    "EmbeddingUsageTruncationReason",
    "EmbeddingVideoMetadataEmbeddingScopesItem",
    "ErrorResponse",
    "ErrorResponseError",
    "ExpiresAt",
    "GetUploadStatusResponse",
    "ImageEmbeddingMetadata",
    "LimitPerPageSimple",
    "ListIncompleteUploadsResponse",
    "MediaEmbeddingTaskAudioEmbedding",
    "MediaEmbeddingTaskDocumentEmbedding",
    "MediaEmbeddingTaskImageEmbedding",
    "MediaEmbeddingTaskVideoEmbedding",
    "MultipartUploadStatusType",
    "PageInfo",
    "RequestAdditionalPresignedUrLsResponse",
    "TasksCreateResponseMetadata",
    "TasksCreateResponseStatus",
    "TasksListResponse",
    "TasksListResponsePageInfo",
    "TotalPage",
    "TotalResults",
    "UpdatedAt",
    "UserMetadataValue",
    "VideoEmbeddingMetadata",
    "VideoInputRequestEmbeddingOptionItem",
    "VideoInputRequestEmbeddingScopeItem",
    "VideoInputRequestEmbeddingTypeItem",
    "VideoStream",
]

AssetsCreateRequestMethod: TypeAlias = Literal["direct", "url"]
AssetsListRequestAssetTypesItem: TypeAlias = Literal["image", "video", "audio", "document"]
AssetsRetrieveTranscriptionRequestIncludeItem: TypeAlias = AssetTranscriptionInclude
AsyncDocumentMetadataEmbeddingScopesItem: TypeAlias = AsyncDocumentInputRequestEmbeddingScopeItem
AsyncImageMetadataEmbeddingScopesItem: TypeAlias = AsyncImageInputRequestEmbeddingScopeItem
AudioSegmentationStrategy: TypeAlias = Literal["fixed"]
CreatedAt: TypeAlias = datetime
ExpiresAt: TypeAlias = datetime
UpdatedAt: TypeAlias = datetime
DocumentSequentialSegmentationStrategy: TypeAlias = Literal["sentence"]
EmbeddingAudioMetadataEmbeddingScopesItem: TypeAlias = AsyncAudioInputRequestEmbeddingScopeItem
EmbeddingVideoMetadataEmbeddingScopesItem: TypeAlias = AsyncVideoInputRequestEmbeddingScopeItem
EmbeddingDimension: TypeAlias = int
LimitPerPageSimple: TypeAlias = int
TotalPage: TypeAlias = int
TotalResults: TypeAlias = int
EmbeddingTaskResponseStatus: TypeAlias = TaskStatus
TasksCreateResponseStatus: TypeAlias = TaskStatus
RequestAdditionalPresignedUrLsResponse: TypeAlias = RequestAdditionalPresignedUrlsResponse
TasksListResponsePageInfo: TypeAlias = PageInfo
UserMetadataValue: TypeAlias = str | int | float | bool | list[str]
