# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
"""Contains all the data models used in inputs/outputs"""

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
from .audio_input_request_embedding_type_item import AudioInputRequestEmbeddingTypeItem
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
from .document_spatial_segmentation_strategy import DocumentSpatialSegmentationStrategy
from .embedding_audio_metadata import EmbeddingAudioMetadata
from .embedding_data import EmbeddingData
from .embedding_data_embedding_option import EmbeddingDataEmbeddingOption
from .embedding_data_embedding_scope import EmbeddingDataEmbeddingScope
from .embedding_data_quadrant import EmbeddingDataQuadrant
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
from .error_response import ErrorResponse
from .error_response_error import ErrorResponseError
from .error_response_error_details import ErrorResponseErrorDetails
from .flat_error_response import FlatErrorResponse
from .get_upload_status_response import GetUploadStatusResponse
from .image_embedding_metadata import ImageEmbeddingMetadata
from .image_input_request import ImageInputRequest
from .incomplete_upload_summary import IncompleteUploadSummary
from .list_incomplete_uploads_response import ListIncompleteUploadsResponse
from .media_embedding_task import MediaEmbeddingTask
from .media_embedding_task_audio_embedding import MediaEmbeddingTaskAudioEmbedding
from .media_embedding_task_document_embedding import MediaEmbeddingTaskDocumentEmbedding
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
from .temporal_segmentation_dynamic_dynamic import TemporalSegmentationDynamicDynamic
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
from .video_input_request_embedding_type_item import VideoInputRequestEmbeddingTypeItem
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
    "ErrorResponse",
    "ErrorResponseError",
    "ErrorResponseErrorDetails",
    "FlatErrorResponse",
    "GetUploadStatusResponse",
    "ImageEmbeddingMetadata",
    "ImageInputRequest",
    "IncompleteUploadSummary",
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
