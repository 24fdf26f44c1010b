"""The limits of texts and media that are the same for all models, and the checks of them.

The contract file cannot express these: they depend on what is inside a text or a file. Each limit
is documented; how it is counted often is not, and then the generous reading is taken (`PARITY.md`).
All checks raise `ApiError`.
"""

from typing import NamedTuple

from twelvelabs_embed_emulator.contract.errors import ApiError, Code, bad_request

MIB = 1024 * 1024  # the documents say "MB"; this is the generous reading


class SizeLimit(NamedTuple):
    """The maximum size of a file, and the error for a larger one."""

    max_bytes: int
    name: str
    status: int
    code: Code

    def check(self, field: str, size_bytes: int) -> None:
        """Raise `ApiError` if a file of `size_bytes` is too large."""
        if size_bytes > self.max_bytes:
            reason = f"{size_bytes} bytes is greater than the maximum of {self.max_bytes} bytes"
            raise ApiError(self.status, self.code, f"{field}: {reason} ({self.name})")


def _too_large(max_mib: int, name: str) -> SizeLimit:
    return SizeLimit(max_mib * MIB, name, 413, "video_filesize_too_large")


IMAGE_SIZE = SizeLimit(32 * MIB, "32 MB", 400, "parameter_invalid")
SOURCE_SIZE = _too_large(32, "32 MB")
"""Of each source of a `multi_input` with marengo3.5."""
INLINE_SIZE = _too_large(36, "36 MB")
"""Of audio and video in base64, counted on the decoded file."""
DIRECT_SIZE = _too_large(200, "200 MB")
"""Of a file that is uploaded in one request. One that is fetched may have `FILE_SIZE`."""
FILE_SIZE = _too_large(4096, "4 GB")
"""Of audio and video by URL or as an asset. Documented for tasks and assets; the documents name no
limit for URLs of the sync endpoint."""
DOCUMENT_SIZE = _too_large(512, "512 MB")
"""Of a document by URL or as an asset, in a task."""

IMAGE_MIN_SIDE_PX = 128
VIDEO_MIN_SIDE_PX = 360
VIDEO_MAX_LONG_SIDE_PX = 5184
VIDEO_MAX_SHORT_SIDE_PX = 2160
VIDEO_MAX_ASPECT_RATIO = 2.4

IMAGE_MAX_PIXELS = 200_000_000
FRAME_MAX_PIXELS = 90_000_000
"""Rules of the emulator: a small file can decompress to more pixels than there is memory."""

TEXT_MAX_TOKENS = 500
"""Of models whose rules say nothing else."""

DIMENSIONS = 512
"""How many numbers a vector has unless `embedding_dimension` asks for fewer (documented)."""

TOKENS_PER_IMAGE = 256
TOKENS_PER_PAGE = 256
TOKENS_PER_SEC = {"audio": 25, "video": 64}
"""Rules of the emulator: what the service counts as a token is not documented."""


def count_words(text: str) -> int:
    """Count the words of `text`, which stand for its tokens."""
    return len(text.split())


def check_text(field: str, text: str, max_tokens: int = TEXT_MAX_TOKENS) -> None:
    """Reject a text that certainly has more than `max_tokens`.

    The tokenizer is not public. A token is hardly ever longer than a word, so more than 500 words
    are more than 500 tokens; fewer words may be, too, and then the emulator accepts them.
    """
    if (count := count_words(text)) > max_tokens:
        raise bad_request(field, f"{count} words are more than the maximum of {max_tokens} tokens")


def check_image(field: str, width_px: int, height_px: int) -> None:
    """Reject an image with a side of less than 128 pixels, or with too many pixels."""
    size = f"{width_px}x{height_px} px"
    if min(width_px, height_px) < IMAGE_MIN_SIDE_PX:
        minimum = f"{IMAGE_MIN_SIDE_PX}x{IMAGE_MIN_SIDE_PX} px"
        raise bad_request(field, f"{size} is less than the minimum of {minimum}")
    if width_px * height_px > IMAGE_MAX_PIXELS:
        reason = f"{size} is more than the {IMAGE_MAX_PIXELS} pixels the emulator reads"
        raise bad_request(field, reason)


def check_frame_size(field: str, width_px: int, height_px: int) -> None:
    """Reject a video whose frames are too small, too large, or too long for their height.

    A portrait video is validated as if it lay on its side.
    """
    size = f"{width_px}x{height_px} px"
    short, long = sorted((width_px, height_px))
    if short < VIDEO_MIN_SIDE_PX:
        reason = f"{size} is less than the minimum of {VIDEO_MIN_SIDE_PX}x{VIDEO_MIN_SIDE_PX} px"
        raise bad_request(field, reason, "video_resolution_too_low")
    if long > VIDEO_MAX_LONG_SIDE_PX or short > VIDEO_MAX_SHORT_SIDE_PX:
        maximum = f"{VIDEO_MAX_LONG_SIDE_PX}x{VIDEO_MAX_SHORT_SIDE_PX} px"
        reason = f"{size} is greater than the maximum of {maximum}"
        raise bad_request(field, reason, "video_resolution_too_high")
    if long > short * VIDEO_MAX_ASPECT_RATIO:
        ratio = f"the aspect ratio of {size} is {long / short:.3f}:1"
        reason = f"{ratio}, more than the maximum of 2.4:1"
        raise bad_request(field, reason, "video_resolution_invalid_aspect_ratio")
