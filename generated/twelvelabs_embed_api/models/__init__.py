# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
"""Contains all the data models used in inputs/outputs"""

from .asset import Asset
from .asset_status import AssetStatus
from .asset_type import AssetType
from .assets_list_response import AssetsListResponse
from .audio_embedding_metadata import AudioEmbeddingMetadata
from .audio_input_request import AudioInputRequest
from .audio_input_request_embedding_option_item import (
    AudioInputRequestEmbeddingOptionItem,
)
from .audio_input_request_embedding_scope_item import (
    AudioInputRequestEmbeddingScopeItem,
)
from .audio_segmentation import AudioSegmentation
from .audio_segmentation_fixed import AudioSegmentationFixed
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
from .embedding_audio_metadata import EmbeddingAudioMetadata
from .embedding_data import EmbeddingData
from .embedding_data_embedding_option import EmbeddingDataEmbeddingOption
from .embedding_data_embedding_scope import EmbeddingDataEmbeddingScope
from .embedding_image_metadata import EmbeddingImageMetadata
from .embedding_other_metadata import EmbeddingOtherMetadata
from .embedding_success_response import EmbeddingSuccessResponse
from .embedding_task_response import EmbeddingTaskResponse
from .embedding_task_response_error import EmbeddingTaskResponseError
from .embedding_text_image_metadata import EmbeddingTextImageMetadata
from .embedding_video_metadata import EmbeddingVideoMetadata
from .error_response import ErrorResponse
from .error_response_error import ErrorResponseError
from .error_response_error_details import ErrorResponseErrorDetails
from .flat_error_response import FlatErrorResponse
from .get_upload_status_response import GetUploadStatusResponse
from .image_input_request import ImageInputRequest
from .incomplete_upload_summary import IncompleteUploadSummary
from .list_incomplete_uploads_response import ListIncompleteUploadsResponse
from .media_embedding_task import MediaEmbeddingTask
from .media_embedding_task_audio_embedding import MediaEmbeddingTaskAudioEmbedding
from .media_embedding_task_video_embedding import MediaEmbeddingTaskVideoEmbedding
from .media_source import MediaSource
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
from .tasks_list_response import TasksListResponse
from .text_image_input_request import TextImageInputRequest
from .text_input_request import TextInputRequest
from .video_embedding_metadata import VideoEmbeddingMetadata
from .video_input_request import VideoInputRequest
from .video_input_request_embedding_option_item import (
    VideoInputRequestEmbeddingOptionItem,
)
from .video_input_request_embedding_scope_item import (
    VideoInputRequestEmbeddingScopeItem,
)
from .video_segmentation_dynamic import VideoSegmentationDynamic
from .video_segmentation_dynamic_dynamic import VideoSegmentationDynamicDynamic
from .video_segmentation_fixed import VideoSegmentationFixed
from .video_segmentation_fixed_fixed import VideoSegmentationFixedFixed

__all__ = (
    "Asset",
    "AssetsListResponse",
    "AssetStatus",
    "AssetType",
    "AudioEmbeddingMetadata",
    "AudioInputRequest",
    "AudioInputRequestEmbeddingOptionItem",
    "AudioInputRequestEmbeddingScopeItem",
    "AudioSegmentation",
    "AudioSegmentationFixed",
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
    "EmbeddingAudioMetadata",
    "EmbeddingData",
    "EmbeddingDataEmbeddingOption",
    "EmbeddingDataEmbeddingScope",
    "EmbeddingImageMetadata",
    "EmbeddingOtherMetadata",
    "EmbeddingSuccessResponse",
    "EmbeddingTaskResponse",
    "EmbeddingTaskResponseError",
    "EmbeddingTextImageMetadata",
    "EmbeddingVideoMetadata",
    "ErrorResponse",
    "ErrorResponseError",
    "ErrorResponseErrorDetails",
    "FlatErrorResponse",
    "GetUploadStatusResponse",
    "ImageInputRequest",
    "IncompleteUploadSummary",
    "ListIncompleteUploadsResponse",
    "MediaEmbeddingTask",
    "MediaEmbeddingTaskAudioEmbedding",
    "MediaEmbeddingTaskVideoEmbedding",
    "MediaSource",
    "MultipartUploadStatusType",
    "PageInfo",
    "PresignedUrlChunk",
    "ReportChunkBatchRequest",
    "ReportChunkBatchResponse",
    "RequestAdditionalPresignedUrlsRequest",
    "RequestAdditionalPresignedUrlsResponse",
    "TasksCreateResponse",
    "TasksListResponse",
    "TaskStatus",
    "TextImageInputRequest",
    "TextInputRequest",
    "VideoEmbeddingMetadata",
    "VideoInputRequest",
    "VideoInputRequestEmbeddingOptionItem",
    "VideoInputRequestEmbeddingScopeItem",
    "VideoSegmentationDynamic",
    "VideoSegmentationDynamicDynamic",
    "VideoSegmentationFixed",
    "VideoSegmentationFixedFixed",
)
