"""Tables of what each model takes: limits, choices, request shapes, options, document kinds.

A new fact of the API is a new row here. `checks` and `inputs` look limits up and know no number of
their own; where nothing is written for a model, an endpoint or a route, nothing is refused. A model
that no row knows is sent what `DEFAULT_MODEL` takes.

Grades say how sure a row is: `documented` by the vendor, seen `live` in a real answer, or `assumed`
because the documents leave it open. Where they do, the row takes the most generous reading, since a
check must never refuse what the API would take.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

__all__ = [
    "DEFAULT_MODEL",
    "DOCUMENT_KINDS",
    "REQUEST_SHAPES",
    "LIMITS",
    "MODELS",
    "OPTION_SPECS",
    "CHOICES",
    "CutName",
    "DocumentKind",
    "Endpoint",
    "RequestShape",
    "ShapeName",
    "Grade",
    "InputType",
    "Limit",
    "LimitName",
    "OptionSpec",
    "OptionName",
    "Choices",
    "Via",
    "ChoiceName",
    "all_choices",
    "find_document_kinds",
    "find_shape",
    "find_limit",
    "find_choices",
    "models_with_option",
    "models_with_choice",
]

InputType: TypeAlias = Literal[
    "text", "image", "text_image", "audio", "video", "multi_input", "document"
]
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
    "max_sources",
    "min_options",
    "min_duration_sec",
    "min_start_sec",
    "min_fixed_sec",
    "max_fixed_sec",
    "min_dynamic_sec",
    "max_dynamic_sec",
]
ChoiceName: TypeAlias = Literal["formats", "options", "scopes", "types", "sources"]

ShapeName: TypeAlias = Literal["own", "multi_input", "temporal"]
"""What an input looks like in a request: `own`, the part that is named after it; the same with the
segmentation inside `temporal`; or the only source of a `multi_input`."""

OptionName: TypeAlias = Literal[
    "dimension",
    "uncertainty",
    "auto_truncate",
    "start",
    "end",
    "segmentation",
    "dynamic",
    "options",
    "scopes",
    "types",
    "time_based_metadata",
]

CutName: TypeAlias = Literal["spatial", "sequential"]
"""How a document is cut, as `segmentation.Spatial` and `Sequential` do it."""

DEFAULT_MODEL = "marengo3.0"
_OLD, _NEW = DEFAULT_MODEL, "marengo3.5"
MODELS = (_OLD, _NEW)
"""The models that rows speak of, the oldest first."""

_MB = 1 << 20
_GB = 1 << 30
_MB_READING = "MB is read as 2**20 bytes; the documents do not say whether it is 10**6"
_GB_READING = "GB is read as 2**30 bytes, as the contract does for uploads in pieces"
_ANY_WAY: tuple[Via, ...] = ("inline", "url", "asset")
_EMBEDDING: tuple[Endpoint, ...] = ("sync", "task")
_IN_TASKS: tuple[Endpoint, ...] = ("task",)
_TASKS = "facts of 2026-02, create a task"
_NOVEMBER = "contract of 2026-11, "
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
class Choices:
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

    name: ChoiceName
    values: tuple[str, ...]
    input_types: tuple[InputType, ...]
    field: str
    grade: Grade
    source: str
    models: tuple[str, ...] = (DEFAULT_MODEL,)
    endpoints: tuple[Endpoint, ...] = _EMBEDDING


@frozen(kw_only=True)
class RequestShape:
    """What an input looks like in a request to a model.

    Attributes:
        name: how it looks
        input_types: the inputs
        models: the models
        endpoint: the endpoint
        grade: how sure it is
        source: where it is written
    """

    name: ShapeName
    input_types: tuple[InputType, ...]
    models: tuple[str, ...]
    endpoint: Endpoint
    grade: Grade = "documented"
    source: str = _NOVEMBER + "model_name"


@frozen(kw_only=True)
class OptionSpec:
    """Where a setting can be chosen.

    Attributes:
        name: the setting; `dynamic` is a segmentation that follows scenes
        input_types: the inputs
        models: the models
        endpoints: the endpoints
        field: where it lies in the request, named as in the contract
        grade: how sure it is
        source: where it is written
    """

    name: OptionName
    input_types: tuple[InputType, ...]
    models: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]
    field: str
    grade: Grade = "documented"
    source: str = _NOVEMBER + "model_name"


@frozen(kw_only=True)
class DocumentKind:
    """What can be asked of one kind of document.

    Attributes:
        title: what people call it
        formats: the formats that it has, by their names in `formats.FORMATS`
        pairs: the options with their scopes that can be asked for; the first is the default
        cut: how it can be cut
        cut_pair: what is cut, an option with a scope
        is_cut_required: whether that pair cannot be asked for without
        uncertain_scopes: the scopes with which it has an uncertainty; None when it never has one
        models: the models that it holds for
        grade: how sure it is
        source: where it is written
        reading: how a question is read that the documents leave open
    """

    title: str
    formats: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    cut: CutName
    cut_pair: tuple[str, str]
    is_cut_required: bool
    uncertain_scopes: tuple[str, ...] | None
    models: tuple[str, ...]
    grade: Grade
    source: str
    reading: str


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
        name="max_text_tokens",
        value=2000,
        unit="tokens",
        input_types=("text", "text_image", "multi_input"),
        field="input_text",
        grade="documented",
        source=_NOVEMBER + "MultiInputRequest",
        reading="the tokenizer is not public; a word is taken for at least one token",
        models=(_NEW,),
        endpoints=("sync",),
    ),
    Limit(
        name="max_text_tokens",
        value=500,
        unit="tokens",
        input_types=("multi_input",),
        field="input_text",
        grade="documented",
        source="reference page 'Create sync embeddings', input requirements, Text",
        reading="so are those of all texts with this model; 2,000 are said of the newer one",
        endpoints=("sync",),
    ),
    Limit(
        name="max_size_bytes",
        value=32 * _MB,
        unit="bytes",
        input_types=("image", "text_image"),
        field="media_source",
        grade="documented",
        source=_NOVEMBER + "ImageInputRequest; it was 5 MB until the middle of 2026",
        reading=_MB_READING,
    ),
    Limit(
        name="max_size_bytes",
        value=32 * _MB,
        unit="bytes",
        input_types=("multi_input",),
        field="media_sources",
        grade="documented",
        source=_NOVEMBER + "MultiInputMediaSource",
        reading=_MB_READING,
        endpoints=("sync",),
    ),
    Limit(
        name="max_size_bytes",
        value=32 * _MB,
        unit="bytes",
        input_types=("image", "text_image", "audio", "video", "multi_input"),
        field="media_sources",
        grade="documented",
        source=_NOVEMBER + "MultiInputMediaSource",
        reading=_MB_READING,
        models=(_NEW,),
        endpoints=("sync",),
    ),
    Limit(
        name="max_size_bytes",
        value=32 * _MB,
        unit="bytes",
        input_types=("image",),
        field="media_source",
        grade="documented",
        source=_NOVEMBER + "AsyncImageInputRequest",
        reading=_MB_READING,
        models=(_NEW,),
        endpoints=("task",),
    ),
    Limit(
        name="max_duration_sec",
        value=30,
        unit="s",
        input_types=("audio", "video", "multi_input"),
        field="media_sources",
        grade="documented",
        source=_NOVEMBER + "MultiInputMediaSource",
        models=(_NEW,),
        endpoints=("sync",),
    ),
    Limit(
        name="max_sources",
        value=10,
        unit="1",
        input_types=("multi_input",),
        field="media_sources",
        grade="documented",
        source=_NOVEMBER + "MultiInputRequest",
        models=MODELS,
        endpoints=("sync",),
    ),
    Limit(
        name="min_options",
        value=2,
        unit="1",
        input_types=("audio", "video"),
        field="embedding_type",
        grade="documented",
        source=_NOVEMBER + "embedding_type",
        reading="options by default count, and so does what is known of parts of the file",
        models=MODELS,
    ),
    Limit(
        name="max_size_bytes",
        value=36 * _MB,
        unit="bytes",
        input_types=("document",),
        via=("inline",),
        field="media_source.base64_string",
        grade="assumed",
        source="as for audio and video: all take the same media source",
        reading=f"counted on the file, not on its base64; {_MB_READING}",
        models=(_NEW,),
        endpoints=("task",),
    ),
    Limit(
        name="max_size_bytes",
        value=512 * _MB,
        unit="bytes",
        input_types=("document",),
        via=("url", "asset"),
        field="media_source",
        grade="documented",
        source=_NOVEMBER + "AsyncDocumentInputRequest",
        reading=_MB_READING,
        models=(_NEW,),
        endpoints=("task",),
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
        name="min_side_px",
        value=128,
        unit="px",
        input_types=("image",),
        field="media_source",
        grade="documented",
        source=_NOVEMBER + "AsyncImageInputRequest",
        models=(_NEW,),
        endpoints=("task",),
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
        models=MODELS,
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
        models=MODELS,
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
        models=MODELS,
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
        models=MODELS,
        endpoints=("task",),
    ),
    Limit(
        name="max_size_bytes",
        value=200 * _MB,
        unit="bytes",
        input_types=("audio", "video", "document"),
        via=("asset",),
        field="file",
        grade="documented",
        source="facts of 2026-02, create an asset by the method direct",
        reading=_MB_READING,
        models=MODELS,
        endpoints=("asset",),
    ),
    Limit(
        name="max_size_bytes",
        value=4 * _GB,
        unit="bytes",
        input_types=("audio", "video"),
        via=("url",),
        field="url",
        grade="documented",
        source="facts of 2026-02, create an asset by the method url",
        reading=_GB_READING,
        models=MODELS,
        endpoints=("asset",),
    ),
    Limit(
        name="max_size_bytes",
        value=10 * _GB,
        unit="bytes",
        input_types=("audio", "video"),
        via=("asset",),
        field="total_size",
        grade="documented",
        source=_NOVEMBER
        + "CreateAssetUploadRequest; 4 GB and only videos until the middle of 2026",
        reading=_GB_READING,
        models=MODELS,
        endpoints=("multipart",),
    ),
    Limit(
        name="max_size_bytes",
        value=32 * _MB,
        unit="bytes",
        input_types=("image",),
        via=("asset", "url"),
        field="file",
        grade="documented",
        source=_NOVEMBER + "ImageInputRequest: more cannot be embedded",
        reading=_MB_READING,
        models=MODELS,
        endpoints=("asset",),
    ),
    Limit(
        name="max_size_bytes",
        value=512 * _MB,
        unit="bytes",
        input_types=("document",),
        via=("url",),
        field="url",
        grade="documented",
        source=_NOVEMBER + "AsyncDocumentInputRequest: more cannot be embedded",
        reading=_MB_READING,
        models=MODELS,
        endpoints=("asset",),
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
        name="min_side_px",
        value=360,
        unit="px",
        input_types=("video",),
        field="media_source",
        grade="documented",
        source=_NOVEMBER + "AsyncVideoInputRequest",
        models=(_NEW,),
        endpoints=("task",),
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
        name="max_long_side_px",
        value=5184,
        unit="px",
        input_types=("video",),
        field="media_source",
        grade="documented",
        source=_NOVEMBER + "AsyncVideoInputRequest",
        reading="a portrait video is measured as if it lay on its side",
        models=(_NEW,),
        endpoints=("task",),
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
        name="max_short_side_px",
        value=2160,
        unit="px",
        input_types=("video",),
        field="media_source",
        grade="documented",
        source=_NOVEMBER + "AsyncVideoInputRequest",
        reading="a portrait video is measured as if it lay on its side",
        models=(_NEW,),
        endpoints=("task",),
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
        name="max_aspect_ratio",
        value=2.4,
        unit="1",
        input_types=("video",),
        field="media_source",
        grade="documented",
        source=_NOVEMBER + "AsyncVideoInputRequest",
        reading="the long side by the short one",
        models=(_NEW,),
        endpoints=("task",),
    ),
    Limit(
        name="min_start_sec",
        value=0,
        unit="s",
        input_types=("audio", "video"),
        field="start_sec",
        grade="documented",
        source="contract of 2026-02, AudioInputRequest and VideoInputRequest",
        models=MODELS,
    ),
    Limit(
        name="min_fixed_sec",
        value=2,
        unit="s",
        input_types=("audio", "video"),
        field="segmentation.fixed.duration_sec",
        grade="documented",
        source="contract of 2026-02, AudioSegmentationFixed and VideoSegmentationFixedFixed",
        models=MODELS,
    ),
    Limit(
        name="max_fixed_sec",
        value=10,
        unit="s",
        input_types=("audio", "video"),
        field="segmentation.fixed.duration_sec",
        grade="documented",
        source="contract of 2026-02, AudioSegmentationFixed and VideoSegmentationFixedFixed",
        models=MODELS,
    ),
    Limit(
        name="min_dynamic_sec",
        value=2,
        unit="s",
        input_types=("video",),
        field="segmentation.dynamic.min_duration_sec",
        grade="documented",
        source="contract of 2026-02, VideoSegmentationDynamicDynamic",
        models=MODELS,
    ),
    Limit(
        name="max_dynamic_sec",
        value=5,
        unit="s",
        input_types=("video",),
        field="segmentation.dynamic.min_duration_sec",
        grade="documented",
        source="contract of 2026-02, VideoSegmentationDynamicDynamic",
        models=MODELS,
    ),
)

CHOICES: tuple[Choices, ...] = (
    Choices(
        name="formats",
        values=("jpeg", "png"),
        input_types=("image", "text_image"),
        field="media_source",
        grade="documented",
        source=_PAGE + "ImageInputRequest",
    ),
    Choices(
        name="formats",
        values=("wav", "mp3", "flac"),
        input_types=("audio",),
        field="media_source",
        grade="documented",
        source=_PAGE + "AudioInputRequest",
    ),
    Choices(
        name="formats",
        values=("jpeg", "png"),
        input_types=("image",),
        field="media_source",
        grade="documented",
        source=_NOVEMBER + "AsyncImageInputRequest",
        models=(_NEW,),
        endpoints=("task",),
    ),
    Choices(
        name="formats",
        values=("wav", "mp3", "flac"),
        input_types=("audio",),
        field="media_source",
        grade="documented",
        source=_NOVEMBER + "AsyncAudioInputRequest",
        models=(_NEW,),
        endpoints=("task",),
    ),
    Choices(
        name="options",
        values=("audio", "transcription"),
        input_types=("audio",),
        field="embedding_option",
        grade="documented",
        source="contract of 2026-02, AudioInputRequest",
    ),
    Choices(
        name="options",
        values=("audio",),
        input_types=("audio",),
        field="embedding_option",
        grade="documented",
        source=_NOVEMBER + "AsyncAudioInputRequest",
        models=(_NEW,),
        endpoints=("task",),
    ),
    Choices(
        name="options",
        values=("visual", "audio", "transcription"),
        input_types=("video",),
        field="embedding_option",
        grade="documented",
        source="contract of 2026-02, VideoInputRequest",
    ),
    Choices(
        name="options",
        values=("visual", "audio"),
        input_types=("video",),
        field="embedding_option",
        grade="documented",
        source=_NOVEMBER + "AsyncVideoInputRequest",
        models=(_NEW,),
        endpoints=("task",),
    ),
    Choices(
        name="options",
        values=("visual", "text"),
        input_types=("document",),
        field="embedding_option",
        grade="documented",
        source=_NOVEMBER + "AsyncDocumentInputRequest",
        models=(_NEW,),
        endpoints=("task",),
    ),
    Choices(
        name="scopes",
        values=("clip", "asset"),
        input_types=("audio", "video"),
        field="embedding_scope",
        grade="documented",
        source="contract of 2026-02, AudioInputRequest and VideoInputRequest",
    ),
    Choices(
        name="scopes",
        values=("clip", "local", "asset"),
        input_types=("audio", "video"),
        field="embedding_scope",
        grade="documented",
        source=_NOVEMBER + "AsyncAudioInputRequest and AsyncVideoInputRequest",
        models=(_NEW,),
        endpoints=("task",),
    ),
    Choices(
        name="scopes",
        values=("local", "asset"),
        input_types=("document",),
        field="embedding_scope",
        grade="documented",
        source=_NOVEMBER + "AsyncDocumentInputRequest",
        models=(_NEW,),
        endpoints=("task",),
    ),
    Choices(
        name="types",
        values=("separate", "fused"),
        input_types=("audio", "video"),
        field="embedding_type",
        grade="documented",
        source=_NOVEMBER + "embedding_type",
        models=MODELS,
    ),
    Choices(
        name="sources",
        values=("image",),
        input_types=("multi_input",),
        field="media_sources.media_type",
        grade="documented",
        source=_NOVEMBER + "MultiInputRequest",
        endpoints=("sync",),
    ),
    Choices(
        name="sources",
        values=("image", "video", "audio", "document"),
        input_types=("multi_input",),
        field="media_sources.media_type",
        grade="documented",
        source=_NOVEMBER + "MultiInputRequest",
        models=(_NEW,),
        endpoints=("sync",),
    ),
)

DOCUMENT_KINDS: tuple[DocumentKind, ...] = (
    DocumentKind(
        title="a PDF",
        formats=("pdf",),
        pairs=(("visual", "local"), ("visual", "asset"), ("text", "asset")),
        cut="spatial",
        cut_pair=("visual", "local"),
        is_cut_required=False,
        uncertain_scopes=None,
        models=(_NEW,),
        grade="documented",
        source=_NOVEMBER + "AsyncDocumentInputRequest",
        reading="a PDF is told by its first bytes, not by its name",
    ),
    DocumentKind(
        title="a text file",
        # What begins like a web page or a drawing may be Markdown.
        formats=("text", "html", "svg"),
        pairs=(("text", "asset"), ("text", "local")),
        cut="sequential",
        cut_pair=("text", "local"),
        is_cut_required=True,
        uncertain_scopes=("local",),
        models=(_NEW,),
        grade="documented",
        source=_NOVEMBER + "AsyncDocumentInputRequest",
        reading="a text is told by its first bytes, not by its name",
    ),
)

_RECORDINGS: tuple[InputType, ...] = ("audio", "video")

REQUEST_SHAPES: tuple[RequestShape, ...] = (
    RequestShape(
        name="own",
        input_types=("text", "image", "text_image", "audio", "video", "multi_input"),
        models=(_OLD,),
        endpoint="sync",
    ),
    RequestShape(name="own", input_types=_RECORDINGS, models=(_OLD,), endpoint="task"),
    RequestShape(name="own", input_types=("multi_input",), models=(_NEW,), endpoint="sync"),
    RequestShape(
        name="multi_input",
        input_types=("text", "image", "text_image", "audio", "video"),
        models=(_NEW,),
        endpoint="sync",
    ),
    RequestShape(name="temporal", input_types=_RECORDINGS, models=(_NEW,), endpoint="task"),
    RequestShape(name="own", input_types=("image", "document"), models=(_NEW,), endpoint="task"),
)

_EVERY_INPUT: tuple[InputType, ...] = (
    "text", "image", "text_image", "audio", "video", "multi_input", "document",
)  # fmt: skip
# What a part of a request has that is named after its input; a `multi_input` has nothing of it.
_OF_THE_PART: tuple[tuple[OptionName, str], ...] = (
    ("start", "start_sec"),
    ("end", "end_sec"),
    ("segmentation", "segmentation"),
    ("options", "embedding_option"),
    ("scopes", "embedding_scope"),
    ("types", "embedding_type"),
)

OPTION_SPECS: tuple[OptionSpec, ...] = (
    OptionSpec(
        name="dimension",
        input_types=_EVERY_INPUT,
        models=(_NEW,),
        endpoints=_EMBEDDING,
        field="embedding_dimension",
    ),
    OptionSpec(
        name="uncertainty",
        input_types=_EVERY_INPUT,
        models=(_NEW,),
        endpoints=_EMBEDDING,
        field="embedding_uncertainty",
    ),
    OptionSpec(
        name="auto_truncate",
        input_types=("text", "text_image", "multi_input"),
        models=(_NEW,),
        endpoints=("sync",),
        field="auto_truncate",
    ),
    *(
        OptionSpec(
            name=name, input_types=_RECORDINGS, models=models, endpoints=endpoints, field=field
        )
        for name, field in _OF_THE_PART
        for models, endpoints in (((_OLD,), _EMBEDDING), ((_NEW,), _IN_TASKS))
    ),
    OptionSpec(
        name="dynamic",
        input_types=("video",),
        models=(_OLD,),
        endpoints=_EMBEDDING,
        field="segmentation.dynamic",
    ),
    OptionSpec(
        name="dynamic",
        input_types=_RECORDINGS,
        models=(_NEW,),
        endpoints=("task",),
        field="segmentation.temporal.dynamic",
    ),
    OptionSpec(
        name="time_based_metadata",
        input_types=_RECORDINGS,
        models=(_NEW,),
        endpoints=("task",),
        field="time_based_metadata",
    ),
    *(
        OptionSpec(
            name=name, input_types=("document",), models=(_NEW,), endpoints=("task",), field=field
        )
        for name, field in _OF_THE_PART[2:5]
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


def find_choices(
    name: ChoiceName,
    input_type: InputType,
    *,
    model: str = DEFAULT_MODEL,
    endpoint: Endpoint = "sync",
) -> tuple[str, ...] | None:
    """The words that a setting of an input may have; None when anything may be."""
    for words in CHOICES:
        if (
            words.name == name
            and input_type in words.input_types
            and model in words.models
            and endpoint in words.endpoints
        ):
            return words.values
    return None


def find_document_kinds(format_name: str | None, *, model: str) -> tuple[DocumentKind, ...]:
    """The kinds that a document may be of: all when its format is not known, none of others."""
    return tuple(
        kind
        for kind in DOCUMENT_KINDS
        if model in kind.models and (format_name is None or format_name in kind.formats)
    )


def all_choices(name: ChoiceName, input_type: InputType) -> tuple[str, ...]:
    """The words that a setting of an input may have with any model, in the contract's order."""
    lists = [
        words.values for words in CHOICES if words.name == name and input_type in words.input_types
    ]
    # The longest has all that the others have; the order of a mere union would be by chance.
    longest = max(lists, key=len, default=())
    return (*longest, *dict.fromkeys(w for words in lists for w in words if w not in longest))


def find_shape(
    input_type: InputType, *, model: str = DEFAULT_MODEL, endpoint: Endpoint = "sync"
) -> ShapeName | None:
    """What an input looks like in a request; None when the model does not take it there."""
    known = model if model in MODELS else DEFAULT_MODEL
    for form in REQUEST_SHAPES:
        if input_type in form.input_types and known in form.models and endpoint == form.endpoint:
            return form.name
    return None


def models_with_option(
    name: OptionName, input_type: InputType, endpoint: Endpoint | None = None
) -> tuple[str, ...]:
    """The models with which a setting of an input can be chosen, at an endpoint or at any."""
    return tuple(
        model
        for model in MODELS
        if any(
            setting.name == name
            and input_type in setting.input_types
            and model in setting.models
            and (endpoint is None or endpoint in setting.endpoints)
            for setting in OPTION_SPECS
        )
    )


def models_with_choice(name: ChoiceName, word: str, input_type: InputType) -> tuple[str, ...]:
    """The models with which a setting of an input may have a word."""
    return tuple(
        model
        for model in MODELS
        if any(
            words.name == name
            and word in words.values
            and input_type in words.input_types
            and model in words.models
            for words in CHOICES
        )
    )
