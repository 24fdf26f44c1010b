"""What each model takes and the limits of texts and media, as data, and the judgement by them.

The contract file cannot say these: they depend on the model, or on what is inside a text or a file.
Each limit is documented; how it is counted often is not, and then the generous reading is taken
(`PARITY.md`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

from twelvelabs_embed_emulator.contract.errors import ApiError, Code, refuse

_Json: TypeAlias = dict[str, Any]

Endpoint: TypeAlias = Literal["sync", "task"]
"""`POST /embed-v2` or `POST /embed-v2/tasks`."""

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


IMAGE_SIZE = SizeLimit(32 * _MIB, "32 MB", 400, "parameter_invalid")
SOURCE_SIZE = SizeLimit(32 * _MIB, "32 MB", 413, "video_filesize_too_large")
"""Of each source of a `multi_input` with marengo3.5."""
INLINE_SIZE = SizeLimit(36 * _MIB, "36 MB", 413, "video_filesize_too_large")
"""Of audio and video in base64, counted on the decoded file."""
FILE_SIZE = SizeLimit(4096 * _MIB, "4 GB", 413, "video_filesize_too_large")
"""Of audio and video by URL or as an asset. Documented for tasks and assets; the documents name no
limit for URLs of the sync endpoint."""
DOCUMENT_SIZE = SizeLimit(512 * _MIB, "512 MB", 413, "video_filesize_too_large")
"""Of a document by URL or as an asset, in a task."""

IMAGE_MIN_SIDE_PX = 128
VIDEO_MIN_SIDE_PX = 360
VIDEO_MAX_LONG_SIDE_PX = 5184
VIDEO_MAX_SHORT_SIDE_PX = 2160
VIDEO_MAX_ASPECT_RATIO = 2.4

IMAGE_MAX_PIXELS = 90_000_000
"""A rule of the emulator: a small file can unfold to more pixels than there is memory."""


# What is done when a request does not say how to cut; which strategy is documented for tasks only.
_BARE_DEFAULTS: dict[str, _Json] = {
    "audio": {"strategy": "fixed", "fixed": {"duration_sec": 6}},
    "video": {"strategy": "dynamic", "dynamic": {"min_duration_sec": 4}},
}
_OPTIONS_3_0: dict[str, tuple[str, ...]] = {
    "audio": ("audio", "transcription"),
    "video": ("visual", "audio", "transcription"),
}


@dataclass(frozen=True)
class Rules:
    """What one model takes at one endpoint.

    Attributes:
        endpoint: where.
        model: its name.
        input_types: what it embeds there.
        min_duration_sec: how long audio and video must be.
        max_duration_sec: how long audio and video may be.
        max_packets: a rule of the emulator: half of them are 240 pictures a second, with sound, all
            the time.
        settings: which settings of the whole request it knows, of those that not all models know.
        media_types: what may be a source of a `multi_input`.
        source_size: how large such a source may be.
        text_max_tokens: how long a text may be.
        pages_per_mb: how many pages a PDF may have for each MB of its size.
        min_pages: how many pages a PDF may have however small it is.
        segmentation: whether a strategy stands as it is, or inside `temporal`.
        default_segmentation: how audio and video are cut when the request does not say so.
        options: what there is to embed of audio and video; also the default.
        scopes: which words for scopes of audio and video it knows.
        is_fused_by_metadata: whether a fused vector needs `time_based_metadata`, which other models
            do not know.
        is_new: whether answers tell the length of vectors and the tokens that were used, and the
            list of tasks uses the names of November 2026.
    """

    endpoint: Endpoint
    model: str
    input_types: tuple[str, ...]
    min_duration_sec: float
    max_duration_sec: float
    max_packets: int
    settings: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ("image",)
    source_size: SizeLimit = IMAGE_SIZE
    text_max_tokens: int = 500
    pages_per_mb: int = 0
    min_pages: int = 0
    segmentation: Literal["bare", "temporal"] = "bare"
    default_segmentation: Mapping[str, _Json] = field(default_factory=lambda: _BARE_DEFAULTS)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _OPTIONS_3_0)
    scopes: tuple[str, ...] = ("clip", "asset")
    is_fused_by_metadata: bool = False
    is_new: bool = False

    def check_duration(self, field: str, duration_sec: float) -> None:
        """Refuse audio and video that is too short or too long, whatever part is to be embedded."""
        if duration_sec < self.min_duration_sec:
            problem = f"{duration_sec} s is less than the minimum of {self.min_duration_sec:g} s"
            raise refuse(field, f"the duration of {problem}", "video_duration_too_short")
        if duration_sec > self.max_duration_sec:
            problem = f"{duration_sec} s is greater than the maximum of {self.max_duration_sec:g} s"
            raise refuse(field, f"the duration of {problem}", "video_duration_too_long")

    def max_pages(self, size_bytes: int) -> int:
        """Return how many pages a PDF of `size_bytes` may have; a MB that has begun counts."""
        return max(self.min_pages, self.pages_per_mb * -(-size_bytes // _MIB))


_DYNAMIC: _Json = {"strategy": "dynamic", "dynamic": {"min_duration_sec": 2}}

SYNC = Rules(
    "sync",
    "marengo3.0",
    ("text", "image", "text_image", "audio", "video", "multi_input"),
    min_duration_sec=0.0,  # no minimum is documented
    max_duration_sec=600.0,
    max_packets=500_000,
)
"""`POST /embed-v2` with marengo3.0."""
TASK = Rules(
    "task",
    "marengo3.0",
    ("audio", "video"),
    min_duration_sec=4.0,
    max_duration_sec=14_400.0,
    max_packets=12_000_000,
)
"""`POST /embed-v2/tasks` with marengo3.0."""

_SYNC_3_5 = Rules(
    "sync",
    "marengo3.5",
    ("multi_input",),
    min_duration_sec=0.0,
    max_duration_sec=30.0,
    max_packets=500_000,
    settings=("embedding_dimension", "embedding_uncertainty", "auto_truncate"),
    media_types=("image", "video", "audio", "document"),
    source_size=SOURCE_SIZE,
    text_max_tokens=2000,
    pages_per_mb=16,
    min_pages=16,
    is_new=True,
)
_TASK_3_5 = Rules(
    "task",
    "marengo3.5",
    ("audio", "video", "document", "image"),
    min_duration_sec=4.0,
    max_duration_sec=14_400.0,
    max_packets=12_000_000,
    settings=("embedding_dimension", "embedding_uncertainty"),
    text_max_tokens=2000,
    pages_per_mb=64,
    min_pages=64,
    segmentation="temporal",
    default_segmentation={"audio": _DYNAMIC, "video": _DYNAMIC},
    options={"audio": ("audio",), "video": ("visual", "audio")},
    scopes=("clip", "local", "asset"),
    is_fused_by_metadata=True,
    is_new=True,
)

_RULES = (SYNC, _SYNC_3_5, TASK, _TASK_3_5)

DIMENSIONS = 512
"""How many numbers a vector has (documented). Which other lengths `embedding_dimension` may ask for
is not documented; here it is any up to this."""

TOKENS_PER_IMAGE = 256
TOKENS_PER_PAGE = 256
TOKENS_PER_SEC = {"audio": 25, "video": 64}
"""Rules of the emulator: what the service counts as a token is not documented."""


def rules_of(endpoint: Endpoint, model: str) -> Rules:
    """Return what `model` takes; one that only the contract knows is treated as marengo3.0."""
    known = [rules for rules in _RULES if rules.endpoint == endpoint]
    return next((rules for rules in known if rules.model == model), known[0])


def models_with(endpoint: Endpoint, attribute: str, value: str) -> list[str]:
    """Return the models whose rules have `value` in the tuple that is called `attribute`."""
    return [
        rules.model
        for rules in _RULES
        if rules.endpoint == endpoint and value in getattr(rules, attribute)
    ]


def words(text: str) -> int:
    """Count the words of `text`, which stand for its tokens."""
    return len(text.split())


def check_text(field: str, text: str, max_tokens: int = SYNC.text_max_tokens) -> None:
    """Refuse a text that certainly has more than `max_tokens`.

    The tokenizer is not public. A token is hardly ever longer than a word, so that more than 500
    words are more than 500 tokens; fewer words may be, too, and then the emulator lets them pass.
    """
    if (count := words(text)) > max_tokens:
        raise refuse(field, f"{count} words are more than the maximum of {max_tokens} tokens")


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
