"""Every documented limit of what can be embedded, as data: `LIMITS` and `WORDS`.

A new fact of the API is a new row here. `checks` and `inputs` look limits up and know no number of
their own; where nothing is written for a model, an endpoint or a route, nothing is refused.

Grades say how sure a row is: `documented` by the vendor, seen `live` in a real answer, or `assumed`
because the documents leave it open. Where they do, the row takes the most generous reading, since a
check must never refuse what the API would take.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

__all__ = [
    "DEFAULT_MODEL",
    "LIMITS",
    "WORDS",
    "Endpoint",
    "Grade",
    "InputType",
    "Limit",
    "LimitName",
    "WordList",
    "Via",
    "WordListName",
    "find_limit",
    "find_words",
]

InputType: TypeAlias = Literal["text", "image", "text_image", "audio", "video"]
Grade: TypeAlias = Literal["documented", "live", "assumed"]

Endpoint: TypeAlias = Literal["sync", "task", "asset", "multipart"]
"""What the input or its media is sent to: `POST` to `/embed-v2`, `/embed-v2/tasks`, `/assets` or
`/assets/multipart-uploads`."""

Via: TypeAlias = Literal["inline", "url", "asset"]
"""How the media gets there: in the request as base64, by a link, or uploaded before."""

LimitName: TypeAlias = Literal[
    "max_text_tokens",
    "max_size_bytes",
    "max_duration_sec",
    "min_side_px",
    "max_long_side_px",
    "max_short_side_px",
    "max_aspect_ratio",
    "min_duration_sec",
    "min_start_sec",
    "min_fixed_sec",
    "max_fixed_sec",
    "min_dynamic_sec",
    "max_dynamic_sec",
]
WordListName: TypeAlias = Literal["formats", "options", "scopes"]

DEFAULT_MODEL = "marengo3.0"

_MB = 1 << 20
_GB = 1 << 30
_MB_READING = "MB is read as 2**20 bytes; the documents do not say whether it is 10**6"
_GB_READING = "GB is read as 2**30 bytes, as the contract does for uploads in pieces"
_ANY_WAY: tuple[Via, ...] = ("inline", "url", "asset")
_EMBEDDING: tuple[Endpoint, ...] = ("sync", "task")
_TASKS = "facts of 2026-02, create a task"
_PAGE = "reference page 'Create sync embeddings', input requirements; contract of 2026-02, "


@frozen(kw_only=True)
class Limit:
    """One number that an input must not pass.

    Attributes:
        name: what is limited, and from which side
        value: the last value that is allowed, in `unit`
        unit: `tokens`, `bytes`, `s`, `px` or `1` (a ratio)
        input_types: the inputs that it holds for
        field: where it lies in the request, named as in the contract, below the input's section
        grade: how sure it is
        source: where it is written
        reading: how a question is read that the documents leave open; empty when there is none.
            It is `assumed`, whatever the grade of the rest
        models: the models that it holds for
        endpoints: the endpoints that it holds for
        via: the ways of sending media that it holds for
    """

    name: LimitName
    value: float
    unit: str
    input_types: tuple[InputType, ...]
    field: str
    grade: Grade
    source: str
    reading: str = ""
    models: tuple[str, ...] = (DEFAULT_MODEL,)
    endpoints: tuple[Endpoint, ...] = _EMBEDDING
    via: tuple[Via, ...] = _ANY_WAY


@frozen(kw_only=True)
class WordList:
    """The words that one setting may have, or the formats that a file may have.

    Attributes:
        name: the setting
        values: the words, in the order of the contract; formats by their names in `formats.FORMATS`
        input_types: the inputs that it holds for
        field: where it lies in the request, named as in the contract, below the input's section
        grade: how sure it is
        source: where it is written
        models: the models that it holds for
        endpoints: the endpoints that it holds for
    """

    name: WordListName
    values: tuple[str, ...]
    input_types: tuple[InputType, ...]
    field: str
    grade: Grade
    source: str
    models: tuple[str, ...] = (DEFAULT_MODEL,)
    endpoints: tuple[Endpoint, ...] = _EMBEDDING


LIMITS: tuple[Limit, ...] = (
    Limit(
        name="max_text_tokens",
        value=500,
        unit="tokens",
        input_types=("text", "text_image"),
        field="input_text",
        grade="documented",
        source=_PAGE + "TextInputRequest",
        reading="the tokenizer is not public; a word is taken for at least one token",
        endpoints=("sync",),
    ),
    Limit(
        name="max_size_bytes",
        value=5 * _MB,
        unit="bytes",
        input_types=("image", "text_image"),
        field="media_source",
        grade="documented",
        source=_PAGE + "ImageInputRequest",
        reading=_MB_READING,
    ),
    Limit(
        name="min_side_px",
        value=128,
        unit="px",
        input_types=("image", "text_image"),
        field="media_source",
        grade="documented",
        source=_PAGE + "ImageInputRequest",
    ),
    Limit(
        name="max_size_bytes",
        value=36 * _MB,
        unit="bytes",
        input_types=("audio", "video"),
        via=("inline",),
        field="media_source.base64_string",
        grade="documented",
        source=_PAGE + "AudioInputRequest and VideoInputRequest",
        reading=f"counted on the file, not on its base64; {_MB_READING}",
        endpoints=("sync",),
    ),
    Limit(
        name="max_duration_sec",
        value=600,
        unit="s",
        input_types=("audio", "video"),
        field="media_source",
        grade="documented",
        source=_PAGE + "AudioInputRequest and VideoInputRequest",
        reading="of the whole file, whatever part of it start and end choose",
        endpoints=("sync",),
    ),
    Limit(
        name="min_duration_sec",
        value=4,
        unit="s",
        input_types=("audio", "video"),
        field="media_source",
        grade="documented",
        source=_TASKS,
        reading="of the whole file, whatever part of it start and end choose",
        endpoints=("task",),
    ),
    Limit(
        name="max_duration_sec",
        value=4 * 3600,
        unit="s",
        input_types=("audio", "video"),
        field="media_source",
        grade="documented",
        source=_TASKS,
        reading="of the whole file, whatever part of it start and end choose",
        endpoints=("task",),
    ),
    Limit(
        name="max_size_bytes",
        value=36 * _MB,
        unit="bytes",
        input_types=("audio", "video"),
        via=("inline",),
        field="media_source.base64_string",
        grade="assumed",
        source="as for the sync endpoint: both take the same media source",
        reading=f"counted on the file, not on its base64; {_MB_READING}",
        endpoints=("task",),
    ),
    Limit(
        name="max_size_bytes",
        value=4 * _GB,
        unit="bytes",
        input_types=("audio", "video"),
        via=("url", "asset"),
        field="media_source",
        grade="documented",
        source=_TASKS,
        reading=_GB_READING,
        endpoints=("task",),
    ),
    Limit(
        name="max_size_bytes",
        value=200 * _MB,
        unit="bytes",
        input_types=("image", "audio", "video"),
        via=("asset",),
        field="file",
        grade="documented",
        source="facts of 2026-02, create an asset by the method direct",
        reading=_MB_READING,
        endpoints=("asset",),
    ),
    Limit(
        name="max_size_bytes",
        value=4 * _GB,
        unit="bytes",
        input_types=("image", "audio", "video"),
        via=("url",),
        field="url",
        grade="documented",
        source="facts of 2026-02, create an asset by the method url",
        reading=_GB_READING,
        endpoints=("asset",),
    ),
    Limit(
        name="max_size_bytes",
        value=4 * _GB,
        unit="bytes",
        # The only kind that the contract of 2026-02 lets be uploaded in pieces.
        input_types=("video",),
        via=("asset",),
        field="total_size",
        grade="documented",
        source="contract of 2026-02, CreateAssetUploadRequest",
        endpoints=("multipart",),
    ),
    Limit(
        name="min_side_px",
        value=360,
        unit="px",
        input_types=("video",),
        field="media_source",
        grade="documented",
        source=_PAGE + "VideoInputRequest",
    ),
    Limit(
        name="max_long_side_px",
        value=5184,
        unit="px",
        input_types=("video",),
        field="media_source",
        grade="documented",
        source=_PAGE + "VideoInputRequest",
        reading="a portrait video is measured as if it lay on its side",
    ),
    Limit(
        name="max_short_side_px",
        value=2160,
        unit="px",
        input_types=("video",),
        field="media_source",
        grade="documented",
        source=_PAGE + "VideoInputRequest",
        reading="a portrait video is measured as if it lay on its side",
    ),
    Limit(
        name="max_aspect_ratio",
        value=2.4,
        unit="1",
        input_types=("video",),
        field="media_source",
        grade="documented",
        source=_PAGE + "VideoInputRequest",
        reading="the long side by the short one",
    ),
    Limit(
        name="min_start_sec",
        value=0,
        unit="s",
        input_types=("audio", "video"),
        field="start_sec",
        grade="documented",
        source="contract of 2026-02, AudioInputRequest and VideoInputRequest",
    ),
    Limit(
        name="min_fixed_sec",
        value=2,
        unit="s",
        input_types=("audio", "video"),
        field="segmentation.fixed.duration_sec",
        grade="documented",
        source="contract of 2026-02, AudioSegmentationFixed and VideoSegmentationFixedFixed",
    ),
    Limit(
        name="max_fixed_sec",
        value=10,
        unit="s",
        input_types=("audio", "video"),
        field="segmentation.fixed.duration_sec",
        grade="documented",
        source="contract of 2026-02, AudioSegmentationFixed and VideoSegmentationFixedFixed",
    ),
    Limit(
        name="min_dynamic_sec",
        value=2,
        unit="s",
        input_types=("video",),
        field="segmentation.dynamic.min_duration_sec",
        grade="documented",
        source="contract of 2026-02, VideoSegmentationDynamicDynamic",
    ),
    Limit(
        name="max_dynamic_sec",
        value=5,
        unit="s",
        input_types=("video",),
        field="segmentation.dynamic.min_duration_sec",
        grade="documented",
        source="contract of 2026-02, VideoSegmentationDynamicDynamic",
    ),
)

WORDS: tuple[WordList, ...] = (
    WordList(
        name="formats",
        values=("jpeg", "png"),
        input_types=("image", "text_image"),
        field="media_source",
        grade="documented",
        source=_PAGE + "ImageInputRequest",
    ),
    WordList(
        name="formats",
        values=("wav", "mp3", "flac"),
        input_types=("audio",),
        field="media_source",
        grade="documented",
        source=_PAGE + "AudioInputRequest",
    ),
    WordList(
        name="options",
        values=("audio", "transcription"),
        input_types=("audio",),
        field="embedding_option",
        grade="documented",
        source="contract of 2026-02, AudioInputRequest",
    ),
    WordList(
        name="options",
        values=("visual", "audio", "transcription"),
        input_types=("video",),
        field="embedding_option",
        grade="documented",
        source="contract of 2026-02, VideoInputRequest",
    ),
    WordList(
        name="scopes",
        values=("clip", "asset"),
        input_types=("audio", "video"),
        field="embedding_scope",
        grade="documented",
        source="contract of 2026-02, AudioInputRequest and VideoInputRequest",
    ),
)


def find_limit(
    name: LimitName,
    input_type: InputType,
    *,
    model: str = DEFAULT_MODEL,
    endpoint: Endpoint = "sync",
    via: Via = "inline",
) -> Limit | None:
    """The limit that holds for an input; None when none is known."""
    for limit in LIMITS:
        if (
            limit.name == name
            and input_type in limit.input_types
            and model in limit.models
            and endpoint in limit.endpoints
            and via in limit.via
        ):
            return limit
    return None


def find_words(
    name: WordListName,
    input_type: InputType,
    *,
    model: str = DEFAULT_MODEL,
    endpoint: Endpoint = "sync",
) -> tuple[str, ...] | None:
    """The words that a setting of an input may have; None when anything may be."""
    for words in WORDS:
        if (
            words.name == name
            and input_type in words.input_types
            and model in words.models
            and endpoint in words.endpoints
        ):
            return words.values
    return None
