"""The vendor SDK's `wrapper.multipart_upload_client_wrapper`: the classes of `upload_file`."""

from twelvelabs_embed.api.upload_file import UploadProgress, UploadResult, UploadStatus
from twelvelabs_embed.errors import UploadError

__all__ = ["UploadError", "UploadProgress", "UploadResult", "UploadStatus"]
