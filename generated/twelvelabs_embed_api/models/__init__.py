# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
"""Contains all the data models used in inputs/outputs"""

from .audio_input_request import AudioInputRequest
from .audio_input_request_embedding_option_item import (
    AudioInputRequestEmbeddingOptionItem,
)
from .audio_input_request_embedding_scope_item import (
    AudioInputRequestEmbeddingScopeItem,
)
from .audio_segmentation import AudioSegmentation
from .audio_segmentation_fixed import AudioSegmentationFixed
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
from .embedding_text_image_metadata import EmbeddingTextImageMetadata
from .embedding_video_metadata import EmbeddingVideoMetadata
from .error_response import ErrorResponse
from .error_response_error import ErrorResponseError
from .error_response_error_details import ErrorResponseErrorDetails
from .flat_error_response import FlatErrorResponse
from .image_input_request import ImageInputRequest
from .media_source import MediaSource
from .text_image_input_request import TextImageInputRequest
from .text_input_request import TextInputRequest
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
    "AudioInputRequest",
    "AudioInputRequestEmbeddingOptionItem",
    "AudioInputRequestEmbeddingScopeItem",
    "AudioSegmentation",
    "AudioSegmentationFixed",
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
    "EmbeddingTextImageMetadata",
    "EmbeddingVideoMetadata",
    "ErrorResponse",
    "ErrorResponseError",
    "ErrorResponseErrorDetails",
    "FlatErrorResponse",
    "ImageInputRequest",
    "MediaSource",
    "TextImageInputRequest",
    "TextInputRequest",
    "VideoInputRequest",
    "VideoInputRequestEmbeddingOptionItem",
    "VideoInputRequestEmbeddingScopeItem",
    "VideoSegmentationDynamic",
    "VideoSegmentationDynamicDynamic",
    "VideoSegmentationFixed",
    "VideoSegmentationFixedFixed",
)
