"""Names of the vendor's SDK for values, parts of responses and lists, which annotations use.

Most programs need none of them, so they are imported when they are first used.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from twelvelabs_embed_api.models import (
    AssetTranscriptionInclude,
    AsyncAudioInputRequestEmbeddingScopeItem,
    AsyncDocumentInputRequestEmbeddingScopeItem,
    AsyncImageInputRequestEmbeddingScopeItem,
    AsyncVideoInputRequestEmbeddingScopeItem,
    PageInfo,
    RequestAdditionalPresignedUrlsResponse,
    TaskStatus,
)

__all__ = [
    "AssetsCreateRequestMethod",
    "AssetsListRequestAssetTypesItem",
    "AssetsRetrieveTranscriptionRequestIncludeItem",
    "AsyncDocumentMetadataEmbeddingScopesItem",
    "AsyncImageMetadataEmbeddingScopesItem",
    "AudioSegmentationStrategy",
    "CreatedAt",
    "DocumentSequentialSegmentationStrategy",
    "EmbeddingAudioMetadataEmbeddingScopesItem",
    "EmbeddingDimension",
    "EmbeddingTaskResponseStatus",
    "EmbeddingVideoMetadataEmbeddingScopesItem",
    "ExpiresAt",
    "LimitPerPageSimple",
    "RequestAdditionalPresignedUrLsResponse",
    "TasksCreateResponseStatus",
    "TasksListResponsePageInfo",
    "TotalPage",
    "TotalResults",
    "UpdatedAt",
    "UserMetadataValue",
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
