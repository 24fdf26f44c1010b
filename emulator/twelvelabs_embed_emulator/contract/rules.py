"""What each model accepts at each endpoint, as data. A new model is a new row in `_RULES`.

`validation` compares requests with these rules; `limits` has what is the same for all models.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from twelvelabs_embed_emulator.contract.errors import bad_request
from twelvelabs_embed_emulator.contract.limits import (
    IMAGE_SIZE,
    MIB,
    SOURCE_SIZE,
    TEXT_MAX_TOKENS,
    SizeLimit,
)
from twelvelabs_embed_emulator.contract.strict_json import Json

Endpoint: TypeAlias = Literal["sync", "task"]
"""`POST /embed-v2` or `POST /embed-v2/tasks`."""

# The segmentation of a request that names none.
_DEFAULTS_3_0: dict[str, Json] = {
    "audio": {"strategy": "fixed", "fixed": {"duration_sec": 6}},
    "video": {"strategy": "dynamic", "dynamic": {"min_duration_sec": 4}},
}
_DYNAMIC: Json = {"strategy": "dynamic", "dynamic": {"min_duration_sec": 2}}
_OPTIONS_3_0: dict[str, tuple[str, ...]] = {
    "audio": ("audio", "transcription"),
    "video": ("visual", "audio", "transcription"),
}


@dataclass(frozen=True)
class Rules:
    """What one model accepts at one endpoint.

    Attributes:
        input_types: the input types that it embeds there.
        min_duration_sec: the minimum duration of audio and video.
        max_duration_sec: the maximum duration of audio and video.
        max_packets: a rule of the emulator: half of them are 240 frames a second, with sound, all
            the time.
        settings: the settings of the whole request that not all models accept, but this one does.
        media_types: the types of sources in a `multi_input`.
        source_size: the maximum size of such a source.
        text_max_tokens: the maximum length of a text.
        pages_per_mb: how many pages a PDF may have for each MB of its size.
        min_pages: how many pages a PDF may have however small it is.
        segmentation: whether a strategy is given as it is, or inside `temporal`.
        default_segmentation: that of audio and video when the request names none.
        options: the embedding options of audio and video; also the default.
        scopes: the embedding scopes of audio and video.
        is_fused_by_metadata: whether a fused vector requires `time_based_metadata`, which other
            models do not accept.
        has_usage: whether responses contain the dimension of vectors, the tokens that were used,
            and in each row the place in a document.
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
    text_max_tokens: int = TEXT_MAX_TOKENS
    pages_per_mb: int = 0
    min_pages: int = 0
    segmentation: Literal["bare", "temporal"] = "bare"
    default_segmentation: Mapping[str, Json] = field(default_factory=lambda: _DEFAULTS_3_0)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _OPTIONS_3_0)
    scopes: tuple[str, ...] = ("clip", "asset")
    is_fused_by_metadata: bool = False
    has_usage: bool = False

    def check_duration(self, field: str, duration_sec: float) -> None:
        """Reject audio and video that is too short or too long, whatever part is embedded."""
        if duration_sec < self.min_duration_sec:
            reason = f"{duration_sec} s is less than the minimum of {self.min_duration_sec:g} s"
            raise bad_request(field, f"the duration of {reason}", "video_duration_too_short")
        if duration_sec > self.max_duration_sec:
            reason = f"{duration_sec} s is greater than the maximum of {self.max_duration_sec:g} s"
            raise bad_request(field, f"the duration of {reason}", "video_duration_too_long")

    def max_pages(self, size_bytes: int) -> int:
        """Return how many pages a PDF of `size_bytes` may have; a started MB counts."""
        return max(self.min_pages, self.pages_per_mb * -(-size_bytes // MIB))


SYNC = Rules(
    "sync",
    "marengo3.0",
    ("text", "image", "text_image", "audio", "video", "multi_input"),
    min_duration_sec=0.0,  # no minimum is documented
    max_duration_sec=600.0,
    max_packets=500_000,
)
TASK = Rules(
    "task",
    "marengo3.0",
    ("audio", "video"),
    min_duration_sec=4.0,
    max_duration_sec=14_400.0,
    max_packets=12_000_000,
)
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
    has_usage=True,
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
    has_usage=True,
)

_RULES = (SYNC, _SYNC_3_5, TASK, _TASK_3_5)


def rules_of(endpoint: Endpoint, model: str) -> Rules:
    """Return the rules of `model`; one that only the contract knows is treated as marengo3.0."""
    known = [rules for rules in _RULES if rules.endpoint == endpoint]
    return next((rules for rules in known if rules.model == model), known[0])


def models_with(endpoint: Endpoint, attribute: str, value: str) -> list[str]:
    """Return the models whose rules have `value` in the tuple named `attribute`."""
    return [
        rules.model
        for rules in _RULES
        if rules.endpoint == endpoint and value in getattr(rules, attribute)
    ]
