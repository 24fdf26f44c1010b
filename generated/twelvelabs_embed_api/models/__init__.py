# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
"""The data models. Each is imported when it is first used: a request needs few of them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .asset import Asset
    from .asset_error import AssetError
    from .asset_hls import AssetHls
    from .asset_hls_status import AssetHlsStatus
    from .asset_method import AssetMethod
    from .asset_source import AssetSource
    from .asset_source_details import AssetSourceDetails
    from .asset_source_details_provider import AssetSourceDetailsProvider
    from .asset_source_type import AssetSourceType
    from .asset_status import AssetStatus
    from .asset_thumbnail import AssetThumbnail
    from .asset_thumbnail_status import AssetThumbnailStatus
    from .asset_transcription_entry import AssetTranscriptionEntry
    from .asset_transcription_error import AssetTranscriptionError
    from .asset_transcription_include import AssetTranscriptionInclude
    from .asset_transcription_response import AssetTranscriptionResponse
    from .asset_transcription_status import AssetTranscriptionStatus
    from .asset_transcription_utterance import AssetTranscriptionUtterance
    from .asset_type import AssetType
    from .assets_list_response import AssetsListResponse
    from .async_audio_input_request import AsyncAudioInputRequest
    from .async_audio_input_request_embedding_option_item import (
        AsyncAudioInputRequestEmbeddingOptionItem,
    )
    from .async_audio_input_request_embedding_scope_item import (
        AsyncAudioInputRequestEmbeddingScopeItem,
    )
    from .async_audio_input_request_embedding_type_item import (
        AsyncAudioInputRequestEmbeddingTypeItem,
    )
    from .async_document_input_request import AsyncDocumentInputRequest
    from .async_document_input_request_embedding_option_item import (
        AsyncDocumentInputRequestEmbeddingOptionItem,
    )
    from .async_document_input_request_embedding_scope_item import (
        AsyncDocumentInputRequestEmbeddingScopeItem,
    )
    from .async_document_input_request_embedding_type_item import (
        AsyncDocumentInputRequestEmbeddingTypeItem,
    )
    from .async_document_metadata import AsyncDocumentMetadata
    from .async_image_input_request import AsyncImageInputRequest
    from .async_image_input_request_embedding_option_item import (
        AsyncImageInputRequestEmbeddingOptionItem,
    )
    from .async_image_input_request_embedding_scope_item import (
        AsyncImageInputRequestEmbeddingScopeItem,
    )
    from .async_image_input_request_embedding_type_item import (
        AsyncImageInputRequestEmbeddingTypeItem,
    )
    from .async_image_metadata import AsyncImageMetadata
    from .async_temporal_segmentation import AsyncTemporalSegmentation
    from .async_video_input_request import AsyncVideoInputRequest
    from .async_video_input_request_embedding_option_item import (
        AsyncVideoInputRequestEmbeddingOptionItem,
    )
    from .async_video_input_request_embedding_scope_item import (
        AsyncVideoInputRequestEmbeddingScopeItem,
    )
    from .async_video_input_request_embedding_type_item import (
        AsyncVideoInputRequestEmbeddingTypeItem,
    )
    from .audio_embedding_metadata import AudioEmbeddingMetadata
    from .audio_input_request import AudioInputRequest
    from .audio_input_request_embedding_option_item import (
        AudioInputRequestEmbeddingOptionItem,
    )
    from .audio_input_request_embedding_scope_item import (
        AudioInputRequestEmbeddingScopeItem,
    )
    from .audio_input_request_embedding_type_item import (
        AudioInputRequestEmbeddingTypeItem,
    )
    from .audio_segmentation import AudioSegmentation
    from .audio_segmentation_fixed import AudioSegmentationFixed
    from .audio_stream import AudioStream
    from .chunk_info import ChunkInfo
    from .chunk_info_status import ChunkInfoStatus
    from .completed_chunk import CompletedChunk
    from .completed_chunk_proof_type import CompletedChunkProofType
    from .create_asset_request import CreateAssetRequest
    from .create_asset_request_method import CreateAssetRequestMethod
    from .create_asset_upload_request import CreateAssetUploadRequest
    from .create_asset_upload_request_type import CreateAssetUploadRequestType
    from .create_asset_upload_response import CreateAssetUploadResponse
    from .create_asset_upload_response_upload_headers import (
        CreateAssetUploadResponseUploadHeaders,
    )
    from .create_async_embedding_request import CreateAsyncEmbeddingRequest
    from .create_async_embedding_request_input_type import (
        CreateAsyncEmbeddingRequestInputType,
    )
    from .create_async_embedding_request_model_name import (
        CreateAsyncEmbeddingRequestModelName,
    )
    from .create_embeddings_request import CreateEmbeddingsRequest
    from .create_embeddings_request_input_type import CreateEmbeddingsRequestInputType
    from .create_embeddings_request_model_name import CreateEmbeddingsRequestModelName
    from .document_embedding_metadata import DocumentEmbeddingMetadata
    from .document_segmentation import DocumentSegmentation
    from .document_sequential_segmentation import DocumentSequentialSegmentation
    from .document_spatial_segmentation import DocumentSpatialSegmentation
    from .document_spatial_segmentation_strategy import (
        DocumentSpatialSegmentationStrategy,
    )
    from .embedding_audio_metadata import EmbeddingAudioMetadata
    from .embedding_data import EmbeddingData
    from .embedding_data_embedding_option import EmbeddingDataEmbeddingOption
    from .embedding_data_embedding_scope import EmbeddingDataEmbeddingScope
    from .embedding_data_quadrant import EmbeddingDataQuadrant
    from .embedding_dimension import EmbeddingDimension
    from .embedding_image_metadata import EmbeddingImageMetadata
    from .embedding_multi_input_metadata import EmbeddingMultiInputMetadata
    from .embedding_other_metadata import EmbeddingOtherMetadata
    from .embedding_success_response import EmbeddingSuccessResponse
    from .embedding_task_response import EmbeddingTaskResponse
    from .embedding_task_response_error import EmbeddingTaskResponseError
    from .embedding_text_image_metadata import EmbeddingTextImageMetadata
    from .embedding_usage import EmbeddingUsage
    from .embedding_usage_input_tokens import EmbeddingUsageInputTokens
    from .embedding_usage_truncation_reason import EmbeddingUsageTruncationReason
    from .embedding_video_metadata import EmbeddingVideoMetadata
    from .entities_list_response import EntitiesListResponse
    from .entity import Entity
    from .entity_metadata import EntityMetadata
    from .entity_status import EntityStatus
    from .error_response import ErrorResponse
    from .error_response_error import ErrorResponseError
    from .error_response_error_details import ErrorResponseErrorDetails
    from .flat_error_response import FlatErrorResponse
    from .get_upload_status_response import GetUploadStatusResponse
    from .image_embedding_metadata import ImageEmbeddingMetadata
    from .image_input_request import ImageInputRequest
    from .incomplete_upload_summary import IncompleteUploadSummary
    from .indexed_asset_summary import IndexedAssetSummary
    from .indexed_asset_summary_index import IndexedAssetSummaryIndex
    from .indexed_assets_list_response import IndexedAssetsListResponse
    from .list_incomplete_uploads_response import ListIncompleteUploadsResponse
    from .media_embedding_task import MediaEmbeddingTask
    from .media_embedding_task_audio_embedding import MediaEmbeddingTaskAudioEmbedding
    from .media_embedding_task_document_embedding import (
        MediaEmbeddingTaskDocumentEmbedding,
    )
    from .media_embedding_task_image_embedding import MediaEmbeddingTaskImageEmbedding
    from .media_embedding_task_video_embedding import MediaEmbeddingTaskVideoEmbedding
    from .media_source import MediaSource
    from .multi_input_media_source import MultiInputMediaSource
    from .multi_input_media_source_media_type import MultiInputMediaSourceMediaType
    from .multi_input_request import MultiInputRequest
    from .multipart_upload_status_type import MultipartUploadStatusType
    from .page_info import PageInfo
    from .presigned_url_chunk import PresignedUrlChunk
    from .report_chunk_batch_request import ReportChunkBatchRequest
    from .report_chunk_batch_response import ReportChunkBatchResponse
    from .request_additional_presigned_urls_request import (
        RequestAdditionalPresignedUrlsRequest,
    )
    from .request_additional_presigned_urls_response import (
        RequestAdditionalPresignedUrlsResponse,
    )
    from .task_status import TaskStatus
    from .tasks_create_response import TasksCreateResponse
    from .tasks_create_response_metadata import TasksCreateResponseMetadata
    from .tasks_list_response import TasksListResponse
    from .technical_metadata import TechnicalMetadata
    from .temporal_segmentation_dynamic import TemporalSegmentationDynamic
    from .temporal_segmentation_dynamic_dynamic import (
        TemporalSegmentationDynamicDynamic,
    )
    from .temporal_segmentation_fixed import TemporalSegmentationFixed
    from .temporal_segmentation_fixed_fixed import TemporalSegmentationFixedFixed
    from .text_image_input_request import TextImageInputRequest
    from .text_input_request import TextInputRequest
    from .time_based_metadata_entry import TimeBasedMetadataEntry
    from .user_metadata import UserMetadata
    from .user_metadata_request import UserMetadataRequest
    from .video_embedding_metadata import VideoEmbeddingMetadata
    from .video_input_request import VideoInputRequest
    from .video_input_request_embedding_option_item import (
        VideoInputRequestEmbeddingOptionItem,
    )
    from .video_input_request_embedding_scope_item import (
        VideoInputRequestEmbeddingScopeItem,
    )
    from .video_input_request_embedding_type_item import (
        VideoInputRequestEmbeddingTypeItem,
    )
    from .video_segmentation_dynamic import VideoSegmentationDynamic
    from .video_segmentation_dynamic_dynamic import VideoSegmentationDynamicDynamic
    from .video_segmentation_fixed import VideoSegmentationFixed
    from .video_segmentation_fixed_fixed import VideoSegmentationFixedFixed
    from .video_stream import VideoStream

__all__ = (
    "Asset",
    "AssetError",
    "AssetHls",
    "AssetHlsStatus",
    "AssetMethod",
    "AssetsListResponse",
    "AssetSource",
    "AssetSourceDetails",
    "AssetSourceDetailsProvider",
    "AssetSourceType",
    "AssetStatus",
    "AssetThumbnail",
    "AssetThumbnailStatus",
    "AssetTranscriptionEntry",
    "AssetTranscriptionError",
    "AssetTranscriptionInclude",
    "AssetTranscriptionResponse",
    "AssetTranscriptionStatus",
    "AssetTranscriptionUtterance",
    "AssetType",
    "AsyncAudioInputRequest",
    "AsyncAudioInputRequestEmbeddingOptionItem",
    "AsyncAudioInputRequestEmbeddingScopeItem",
    "AsyncAudioInputRequestEmbeddingTypeItem",
    "AsyncDocumentInputRequest",
    "AsyncDocumentInputRequestEmbeddingOptionItem",
    "AsyncDocumentInputRequestEmbeddingScopeItem",
    "AsyncDocumentInputRequestEmbeddingTypeItem",
    "AsyncDocumentMetadata",
    "AsyncImageInputRequest",
    "AsyncImageInputRequestEmbeddingOptionItem",
    "AsyncImageInputRequestEmbeddingScopeItem",
    "AsyncImageInputRequestEmbeddingTypeItem",
    "AsyncImageMetadata",
    "AsyncTemporalSegmentation",
    "AsyncVideoInputRequest",
    "AsyncVideoInputRequestEmbeddingOptionItem",
    "AsyncVideoInputRequestEmbeddingScopeItem",
    "AsyncVideoInputRequestEmbeddingTypeItem",
    "AudioEmbeddingMetadata",
    "AudioInputRequest",
    "AudioInputRequestEmbeddingOptionItem",
    "AudioInputRequestEmbeddingScopeItem",
    "AudioInputRequestEmbeddingTypeItem",
    "AudioSegmentation",
    "AudioSegmentationFixed",
    "AudioStream",
    "ChunkInfo",
    "ChunkInfoStatus",
    "CompletedChunk",
    "CompletedChunkProofType",
    "CreateAssetRequest",
    "CreateAssetRequestMethod",
    "CreateAssetUploadRequest",
    "CreateAssetUploadRequestType",
    "CreateAssetUploadResponse",
    "CreateAssetUploadResponseUploadHeaders",
    "CreateAsyncEmbeddingRequest",
    "CreateAsyncEmbeddingRequestInputType",
    "CreateAsyncEmbeddingRequestModelName",
    "CreateEmbeddingsRequest",
    "CreateEmbeddingsRequestInputType",
    "CreateEmbeddingsRequestModelName",
    "DocumentEmbeddingMetadata",
    "DocumentSegmentation",
    "DocumentSequentialSegmentation",
    "DocumentSpatialSegmentation",
    "DocumentSpatialSegmentationStrategy",
    "EmbeddingAudioMetadata",
    "EmbeddingData",
    "EmbeddingDataEmbeddingOption",
    "EmbeddingDataEmbeddingScope",
    "EmbeddingDataQuadrant",
    "EmbeddingDimension",
    "EmbeddingImageMetadata",
    "EmbeddingMultiInputMetadata",
    "EmbeddingOtherMetadata",
    "EmbeddingSuccessResponse",
    "EmbeddingTaskResponse",
    "EmbeddingTaskResponseError",
    "EmbeddingTextImageMetadata",
    "EmbeddingUsage",
    "EmbeddingUsageInputTokens",
    "EmbeddingUsageTruncationReason",
    "EmbeddingVideoMetadata",
    "EntitiesListResponse",
    "Entity",
    "EntityMetadata",
    "EntityStatus",
    "ErrorResponse",
    "ErrorResponseError",
    "ErrorResponseErrorDetails",
    "FlatErrorResponse",
    "GetUploadStatusResponse",
    "ImageEmbeddingMetadata",
    "ImageInputRequest",
    "IncompleteUploadSummary",
    "IndexedAssetsListResponse",
    "IndexedAssetSummary",
    "IndexedAssetSummaryIndex",
    "ListIncompleteUploadsResponse",
    "MediaEmbeddingTask",
    "MediaEmbeddingTaskAudioEmbedding",
    "MediaEmbeddingTaskDocumentEmbedding",
    "MediaEmbeddingTaskImageEmbedding",
    "MediaEmbeddingTaskVideoEmbedding",
    "MediaSource",
    "MultiInputMediaSource",
    "MultiInputMediaSourceMediaType",
    "MultiInputRequest",
    "MultipartUploadStatusType",
    "PageInfo",
    "PresignedUrlChunk",
    "ReportChunkBatchRequest",
    "ReportChunkBatchResponse",
    "RequestAdditionalPresignedUrlsRequest",
    "RequestAdditionalPresignedUrlsResponse",
    "TasksCreateResponse",
    "TasksCreateResponseMetadata",
    "TasksListResponse",
    "TaskStatus",
    "TechnicalMetadata",
    "TemporalSegmentationDynamic",
    "TemporalSegmentationDynamicDynamic",
    "TemporalSegmentationFixed",
    "TemporalSegmentationFixedFixed",
    "TextImageInputRequest",
    "TextInputRequest",
    "TimeBasedMetadataEntry",
    "UserMetadata",
    "UserMetadataRequest",
    "VideoEmbeddingMetadata",
    "VideoInputRequest",
    "VideoInputRequestEmbeddingOptionItem",
    "VideoInputRequestEmbeddingScopeItem",
    "VideoInputRequestEmbeddingTypeItem",
    "VideoSegmentationDynamic",
    "VideoSegmentationDynamicDynamic",
    "VideoSegmentationFixed",
    "VideoSegmentationFixedFixed",
    "VideoStream",
)

_MODULES = {
    "Asset": ".asset",
    "AssetError": ".asset_error",
    "AssetHls": ".asset_hls",
    "AssetHlsStatus": ".asset_hls_status",
    "AssetMethod": ".asset_method",
    "AssetSource": ".asset_source",
    "AssetSourceDetails": ".asset_source_details",
    "AssetSourceDetailsProvider": ".asset_source_details_provider",
    "AssetSourceType": ".asset_source_type",
    "AssetStatus": ".asset_status",
    "AssetThumbnail": ".asset_thumbnail",
    "AssetThumbnailStatus": ".asset_thumbnail_status",
    "AssetTranscriptionEntry": ".asset_transcription_entry",
    "AssetTranscriptionError": ".asset_transcription_error",
    "AssetTranscriptionInclude": ".asset_transcription_include",
    "AssetTranscriptionResponse": ".asset_transcription_response",
    "AssetTranscriptionStatus": ".asset_transcription_status",
    "AssetTranscriptionUtterance": ".asset_transcription_utterance",
    "AssetType": ".asset_type",
    "AssetsListResponse": ".assets_list_response",
    "AsyncAudioInputRequest": ".async_audio_input_request",
    "AsyncAudioInputRequestEmbeddingOptionItem": ".async_audio_input_request_embedding_option_item",
    "AsyncAudioInputRequestEmbeddingScopeItem": ".async_audio_input_request_embedding_scope_item",
    "AsyncAudioInputRequestEmbeddingTypeItem": ".async_audio_input_request_embedding_type_item",
    "AsyncDocumentInputRequest": ".async_document_input_request",
    "AsyncDocumentInputRequestEmbeddingOptionItem": ".async_document_input_request_embedding_option_item",
    "AsyncDocumentInputRequestEmbeddingScopeItem": ".async_document_input_request_embedding_scope_item",
    "AsyncDocumentInputRequestEmbeddingTypeItem": ".async_document_input_request_embedding_type_item",
    "AsyncDocumentMetadata": ".async_document_metadata",
    "AsyncImageInputRequest": ".async_image_input_request",
    "AsyncImageInputRequestEmbeddingOptionItem": ".async_image_input_request_embedding_option_item",
    "AsyncImageInputRequestEmbeddingScopeItem": ".async_image_input_request_embedding_scope_item",
    "AsyncImageInputRequestEmbeddingTypeItem": ".async_image_input_request_embedding_type_item",
    "AsyncImageMetadata": ".async_image_metadata",
    "AsyncTemporalSegmentation": ".async_temporal_segmentation",
    "AsyncVideoInputRequest": ".async_video_input_request",
    "AsyncVideoInputRequestEmbeddingOptionItem": ".async_video_input_request_embedding_option_item",
    "AsyncVideoInputRequestEmbeddingScopeItem": ".async_video_input_request_embedding_scope_item",
    "AsyncVideoInputRequestEmbeddingTypeItem": ".async_video_input_request_embedding_type_item",
    "AudioEmbeddingMetadata": ".audio_embedding_metadata",
    "AudioInputRequest": ".audio_input_request",
    "AudioInputRequestEmbeddingOptionItem": ".audio_input_request_embedding_option_item",
    "AudioInputRequestEmbeddingScopeItem": ".audio_input_request_embedding_scope_item",
    "AudioInputRequestEmbeddingTypeItem": ".audio_input_request_embedding_type_item",
    "AudioSegmentation": ".audio_segmentation",
    "AudioSegmentationFixed": ".audio_segmentation_fixed",
    "AudioStream": ".audio_stream",
    "ChunkInfo": ".chunk_info",
    "ChunkInfoStatus": ".chunk_info_status",
    "CompletedChunk": ".completed_chunk",
    "CompletedChunkProofType": ".completed_chunk_proof_type",
    "CreateAssetRequest": ".create_asset_request",
    "CreateAssetRequestMethod": ".create_asset_request_method",
    "CreateAssetUploadRequest": ".create_asset_upload_request",
    "CreateAssetUploadRequestType": ".create_asset_upload_request_type",
    "CreateAssetUploadResponse": ".create_asset_upload_response",
    "CreateAssetUploadResponseUploadHeaders": ".create_asset_upload_response_upload_headers",
    "CreateAsyncEmbeddingRequest": ".create_async_embedding_request",
    "CreateAsyncEmbeddingRequestInputType": ".create_async_embedding_request_input_type",
    "CreateAsyncEmbeddingRequestModelName": ".create_async_embedding_request_model_name",
    "CreateEmbeddingsRequest": ".create_embeddings_request",
    "CreateEmbeddingsRequestInputType": ".create_embeddings_request_input_type",
    "CreateEmbeddingsRequestModelName": ".create_embeddings_request_model_name",
    "DocumentEmbeddingMetadata": ".document_embedding_metadata",
    "DocumentSegmentation": ".document_segmentation",
    "DocumentSequentialSegmentation": ".document_sequential_segmentation",
    "DocumentSpatialSegmentation": ".document_spatial_segmentation",
    "DocumentSpatialSegmentationStrategy": ".document_spatial_segmentation_strategy",
    "EmbeddingAudioMetadata": ".embedding_audio_metadata",
    "EmbeddingData": ".embedding_data",
    "EmbeddingDataEmbeddingOption": ".embedding_data_embedding_option",
    "EmbeddingDataEmbeddingScope": ".embedding_data_embedding_scope",
    "EmbeddingDataQuadrant": ".embedding_data_quadrant",
    "EmbeddingDimension": ".embedding_dimension",
    "EmbeddingImageMetadata": ".embedding_image_metadata",
    "EmbeddingMultiInputMetadata": ".embedding_multi_input_metadata",
    "EmbeddingOtherMetadata": ".embedding_other_metadata",
    "EmbeddingSuccessResponse": ".embedding_success_response",
    "EmbeddingTaskResponse": ".embedding_task_response",
    "EmbeddingTaskResponseError": ".embedding_task_response_error",
    "EmbeddingTextImageMetadata": ".embedding_text_image_metadata",
    "EmbeddingUsage": ".embedding_usage",
    "EmbeddingUsageInputTokens": ".embedding_usage_input_tokens",
    "EmbeddingUsageTruncationReason": ".embedding_usage_truncation_reason",
    "EmbeddingVideoMetadata": ".embedding_video_metadata",
    "EntitiesListResponse": ".entities_list_response",
    "Entity": ".entity",
    "EntityMetadata": ".entity_metadata",
    "EntityStatus": ".entity_status",
    "ErrorResponse": ".error_response",
    "ErrorResponseError": ".error_response_error",
    "ErrorResponseErrorDetails": ".error_response_error_details",
    "FlatErrorResponse": ".flat_error_response",
    "GetUploadStatusResponse": ".get_upload_status_response",
    "ImageEmbeddingMetadata": ".image_embedding_metadata",
    "ImageInputRequest": ".image_input_request",
    "IncompleteUploadSummary": ".incomplete_upload_summary",
    "IndexedAssetSummary": ".indexed_asset_summary",
    "IndexedAssetSummaryIndex": ".indexed_asset_summary_index",
    "IndexedAssetsListResponse": ".indexed_assets_list_response",
    "ListIncompleteUploadsResponse": ".list_incomplete_uploads_response",
    "MediaEmbeddingTask": ".media_embedding_task",
    "MediaEmbeddingTaskAudioEmbedding": ".media_embedding_task_audio_embedding",
    "MediaEmbeddingTaskDocumentEmbedding": ".media_embedding_task_document_embedding",
    "MediaEmbeddingTaskImageEmbedding": ".media_embedding_task_image_embedding",
    "MediaEmbeddingTaskVideoEmbedding": ".media_embedding_task_video_embedding",
    "MediaSource": ".media_source",
    "MultiInputMediaSource": ".multi_input_media_source",
    "MultiInputMediaSourceMediaType": ".multi_input_media_source_media_type",
    "MultiInputRequest": ".multi_input_request",
    "MultipartUploadStatusType": ".multipart_upload_status_type",
    "PageInfo": ".page_info",
    "PresignedUrlChunk": ".presigned_url_chunk",
    "ReportChunkBatchRequest": ".report_chunk_batch_request",
    "ReportChunkBatchResponse": ".report_chunk_batch_response",
    "RequestAdditionalPresignedUrlsRequest": ".request_additional_presigned_urls_request",
    "RequestAdditionalPresignedUrlsResponse": ".request_additional_presigned_urls_response",
    "TaskStatus": ".task_status",
    "TasksCreateResponse": ".tasks_create_response",
    "TasksCreateResponseMetadata": ".tasks_create_response_metadata",
    "TasksListResponse": ".tasks_list_response",
    "TechnicalMetadata": ".technical_metadata",
    "TemporalSegmentationDynamic": ".temporal_segmentation_dynamic",
    "TemporalSegmentationDynamicDynamic": ".temporal_segmentation_dynamic_dynamic",
    "TemporalSegmentationFixed": ".temporal_segmentation_fixed",
    "TemporalSegmentationFixedFixed": ".temporal_segmentation_fixed_fixed",
    "TextImageInputRequest": ".text_image_input_request",
    "TextInputRequest": ".text_input_request",
    "TimeBasedMetadataEntry": ".time_based_metadata_entry",
    "UserMetadata": ".user_metadata",
    "UserMetadataRequest": ".user_metadata_request",
    "VideoEmbeddingMetadata": ".video_embedding_metadata",
    "VideoInputRequest": ".video_input_request",
    "VideoInputRequestEmbeddingOptionItem": ".video_input_request_embedding_option_item",
    "VideoInputRequestEmbeddingScopeItem": ".video_input_request_embedding_scope_item",
    "VideoInputRequestEmbeddingTypeItem": ".video_input_request_embedding_type_item",
    "VideoSegmentationDynamic": ".video_segmentation_dynamic",
    "VideoSegmentationDynamicDynamic": ".video_segmentation_dynamic_dynamic",
    "VideoSegmentationFixed": ".video_segmentation_fixed",
    "VideoSegmentationFixedFixed": ".video_segmentation_fixed_fixed",
    "VideoStream": ".video_stream",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULES[name], __name__), name)
    globals()[name] = value  # so that the next look-up finds it
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
