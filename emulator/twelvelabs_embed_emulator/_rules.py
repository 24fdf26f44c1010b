"""The limits of texts and media, as data, and the judgement by them.

The contract file cannot say these: they are about what is inside a text or a file. Each limit is
documented; how it is counted often is not, and then the generous reading is taken (`PARITY.md`).
"""

from typing import NamedTuple

from ._errors import ApiError, Code, refuse

_MIB = 1024 * 1024  # the documents say "MB"; this is the generous reading


class SizeLimit(NamedTuple):
    """The largest file, and how the request with a larger one is refused."""

    max_bytes: int
    name: str
    status: int
    code: Code

    def check(self, field: str, size_bytes: int) -> None:
        """Raise `ApiError` when a file of `size_bytes` is too large."""
        if size_bytes > self.max_bytes:
            problem = f"{size_bytes} bytes is greater than the maximum of {self.max_bytes} bytes"
            raise ApiError(self.status, self.code, f"{field}: {problem} ({self.name})")


IMAGE_SIZE = SizeLimit(5 * _MIB, "5 MB", 400, "parameter_invalid")
INLINE_SIZE = SizeLimit(36 * _MIB, "36 MB", 413, "video_filesize_too_large")
"""Of audio and video in base64, counted on the decoded file."""
FILE_SIZE = SizeLimit(4096 * _MIB, "4 GB", 413, "video_filesize_too_large")
"""Of audio and video by URL or as an asset. Documented for tasks and assets; the documents name no
limit for URLs of the sync endpoint."""

TEXT_MAX_TOKENS = 500
IMAGE_MIN_SIDE_PX = 128
VIDEO_MIN_SIDE_PX = 360
VIDEO_MAX_LONG_SIDE_PX = 5184
VIDEO_MAX_SHORT_SIDE_PX = 2160
VIDEO_MAX_ASPECT_RATIO = 2.4

IMAGE_MAX_PIXELS = 90_000_000
"""A rule of the emulator: a small file can unfold to more pixels than there is memory."""


class Rules(NamedTuple):
    """What an endpoint takes, and how long audio and video may be."""

    input_types: tuple[str, ...]
    min_duration_sec: float
    max_duration_sec: float
    max_packets: int
    """A rule of the emulator: half of them are 240 pictures a second, with sound, all the time."""

    def check_duration(self, field: str, duration_sec: float) -> None:
        """Refuse audio and video that is too short or too long, whatever part is to be embedded."""
        if duration_sec < self.min_duration_sec:
            problem = f"{duration_sec} s is less than the minimum of {self.min_duration_sec:g} s"
            raise refuse(field, f"the duration of {problem}", "video_duration_too_short")
        if duration_sec > self.max_duration_sec:
            problem = f"{duration_sec} s is greater than the maximum of {self.max_duration_sec:g} s"
            raise refuse(field, f"the duration of {problem}", "video_duration_too_long")


SYNC = Rules(("text", "image", "text_image", "audio", "video"), 0.0, 600.0, 500_000)
"""`POST /embed-v2`. No minimum is documented."""
TASK = Rules(("audio", "video"), 4.0, 14_400.0, 12_000_000)
"""`POST /embed-v2/tasks`."""


def check_text(field: str, text: str) -> None:
    """Refuse a text that certainly has more than 500 tokens.

    The tokenizer is not public. A token is hardly ever longer than a word, so that more than 500
    words are more than 500 tokens; fewer words may be, too, and then the emulator lets them pass.
    """
    words = len(text.split())
    if words > TEXT_MAX_TOKENS:
        problem = f"{words} words are more than the maximum of {TEXT_MAX_TOKENS} tokens"
        raise refuse(field, problem)


def check_image(field: str, width_px: int, height_px: int) -> None:
    """Refuse an image that has a side of less than 128 pixels."""
    size = f"{width_px}x{height_px} px"
    if min(width_px, height_px) < IMAGE_MIN_SIDE_PX:
        minimum = f"{IMAGE_MIN_SIDE_PX}x{IMAGE_MIN_SIDE_PX} px"
        raise refuse(field, f"{size} is less than the minimum of {minimum}")
    if width_px * height_px > IMAGE_MAX_PIXELS:
        raise refuse(field, f"{size} is more than the {IMAGE_MAX_PIXELS} pixels the emulator reads")


def check_picture_size(field: str, width_px: int, height_px: int) -> None:
    """Refuse a video whose pictures are too small, too large, or too long for their height.

    A portrait video is judged as if it lay on its side.
    """
    size = f"{width_px}x{height_px} px"
    short, long = sorted((width_px, height_px))
    if short < VIDEO_MIN_SIDE_PX:
        minimum = f"{VIDEO_MIN_SIDE_PX}x{VIDEO_MIN_SIDE_PX} px"
        problem = f"{size} is less than the minimum of {minimum}"
        raise refuse(field, problem, "video_resolution_too_low")
    if long > VIDEO_MAX_LONG_SIDE_PX or short > VIDEO_MAX_SHORT_SIDE_PX:
        maximum = f"{VIDEO_MAX_LONG_SIDE_PX}x{VIDEO_MAX_SHORT_SIDE_PX} px"
        problem = f"{size} is greater than the maximum of {maximum}"
        raise refuse(field, problem, "video_resolution_too_high")
    if long > short * VIDEO_MAX_ASPECT_RATIO:
        problem = (
            f"the aspect ratio of {size} is {long / short:.3f}:1, more than the maximum of 2.4:1"
        )
        raise refuse(field, problem, "video_resolution_invalid_aspect_ratio")
