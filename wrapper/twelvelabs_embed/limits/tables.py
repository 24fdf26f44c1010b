"""Tables of what each model accepts: limits, choices, request shapes, options, document kinds.

A new fact of the API is a new row here. `validation` and `inputs` look limits up and know no number
of their own; where nothing is written for a model, an endpoint or a route, nothing is rejected. A
model that no row knows is sent what `DEFAULT_MODEL` accepts.

Grades say how sure a row is: `documented` by the vendor, seen `live` in a real response, or
`assumed` because the documents leave it open. Where they do, the row has the most generous reading,
since a check must never reject what the API would accept.
"""

from __future__ import annotations

from typing import get_args

from twelvelabs_embed.limits.rows import (
    DEFAULT_MODEL,
    Choices,
    DocumentKind,
    Endpoint,
    InputType,
    Limit,
    OptionName,
    OptionSpec,
    RequestShape,
)

__all__ = [
    "CHOICES",
    "DEFAULT_MODEL",
    "DOCUMENT_KINDS",
    "LIMITS",
    "MODELS",
    "OPTION_SPECS",
    "REQUEST_SHAPES",
]

_NEW = "marengo3.5"
MODELS = (DEFAULT_MODEL, _NEW)
"""The models that rows are about, the oldest first."""

_ONLY_NEW = (_NEW,)
_SYNC: tuple[Endpoint, ...] = ("sync",)
_TASK: tuple[Endpoint, ...] = ("task",)
_ASSET: tuple[Endpoint, ...] = ("asset",)
_MULTIPART: tuple[Endpoint, ...] = ("multipart",)
_IMAGES: tuple[InputType, ...] = ("image", "text_image")
_VIDEO: tuple[InputType, ...] = ("video",)
_RECORDINGS: tuple[InputType, ...] = ("audio", "video")
_SHORT_INPUTS: tuple[InputType, ...] = ("image", "text_image", "audio", "video", "multi_input")

_MB = 1 << 20
_GB = 1 << 30
_MB_READING = "MB is read as 2**20 bytes; the documents do not say whether it is 10**6"
_GB_READING = "GB is read as 2**30 bytes, as the contract does for multipart uploads"
_OF_THE_FILE = f"counted on the file, not on its base64; {_MB_READING}"
_WHOLE_FILE = "of the whole file, whatever part of it start and end choose"
_PORTRAIT = "a portrait video is measured as if it lay on its side"
_TOKENIZER = "the tokenizer is not public; a word is taken for at least one token"
_RATIO = "the long side by the short one"

_TASKS = "facts of 2026-02, create a task"
_FEBRUARY = "contract of 2026-02, "
_NOVEMBER = "contract of 2026-11, "
_PAGE = "reference page 'Create sync embeddings', input requirements; contract of 2026-02, "

# fmt: off
LIMITS: tuple[Limit, ...] = (
    Limit("max_text_tokens", 500, ("text", "text_image"), "input_text",
          _PAGE + "TextInputRequest", reading=_TOKENIZER, endpoints=_SYNC),
    Limit("max_text_tokens", 2000, ("text", "text_image", "multi_input"), "input_text",
          _NOVEMBER + "MultiInputRequest", reading=_TOKENIZER, models=_ONLY_NEW, endpoints=_SYNC),
    Limit("max_text_tokens", 500, ("multi_input",), "input_text",
          "reference page 'Create sync embeddings', input requirements, Text",
          reading="so are those of all texts with this model; 2,000 are said of the newer one",
          endpoints=_SYNC),
    Limit("max_size_bytes", 32 * _MB, _IMAGES, "media_source",
          _NOVEMBER + "ImageInputRequest; it was 5 MB until the middle of 2026",
          reading=_MB_READING),
    Limit("max_size_bytes", 32 * _MB, ("multi_input",), "media_sources",
          _NOVEMBER + "MultiInputMediaSource", reading=_MB_READING, endpoints=_SYNC),
    Limit("max_size_bytes", 32 * _MB, _SHORT_INPUTS, "media_sources",
          _NOVEMBER + "MultiInputMediaSource", reading=_MB_READING, models=_ONLY_NEW,
          endpoints=_SYNC),
    Limit("max_size_bytes", 32 * _MB, ("image",), "media_source",
          _NOVEMBER + "AsyncImageInputRequest", reading=_MB_READING, models=_ONLY_NEW,
          endpoints=_TASK),
    Limit("max_size_bytes", 36 * _MB, ("document",), "media_source.base64_string",
          "as for audio and video: all take the same media source", grade="assumed",
          reading=_OF_THE_FILE, models=_ONLY_NEW, endpoints=_TASK, via=("inline",)),
    Limit("max_size_bytes", 512 * _MB, ("document",), "media_source",
          _NOVEMBER + "AsyncDocumentInputRequest", reading=_MB_READING, models=_ONLY_NEW,
          endpoints=_TASK, via=("url", "asset")),
    Limit("max_size_bytes", 36 * _MB, _RECORDINGS, "media_source.base64_string",
          _PAGE + "AudioInputRequest and VideoInputRequest", reading=_OF_THE_FILE, endpoints=_SYNC,
          via=("inline",)),
    Limit("max_size_bytes", 36 * _MB, _RECORDINGS, "media_source.base64_string",
          "as for the sync endpoint: both take the same media source", grade="assumed",
          reading=_OF_THE_FILE, models=MODELS, endpoints=_TASK, via=("inline",)),
    Limit("max_size_bytes", 4 * _GB, _RECORDINGS, "media_source",
          _TASKS, reading=_GB_READING, models=MODELS, endpoints=_TASK, via=("url", "asset")),
    Limit("max_size_bytes", 200 * _MB, ("audio", "video", "document"), "file",
          "facts of 2026-02, create an asset by the method direct", reading=_MB_READING,
          models=MODELS, endpoints=_ASSET, via=("asset",)),
    Limit("max_size_bytes", 4 * _GB, _RECORDINGS, "url",
          "facts of 2026-02, create an asset by the method url", reading=_GB_READING,
          models=MODELS, endpoints=_ASSET, via=("url",)),
    Limit("max_size_bytes", 10 * _GB, _RECORDINGS, "total_size",
          _NOVEMBER + "CreateAssetUploadRequest; 4 GB and only videos until the middle of 2026",
          reading=_GB_READING, models=MODELS, endpoints=_MULTIPART, via=("asset",)),
    Limit("max_size_bytes", 32 * _MB, ("image",), "file",
          _NOVEMBER + "ImageInputRequest: more cannot be embedded", reading=_MB_READING,
          models=MODELS, endpoints=_ASSET, via=("asset", "url")),
    Limit("max_size_bytes", 512 * _MB, ("document",), "url",
          _NOVEMBER + "AsyncDocumentInputRequest: more cannot be embedded", reading=_MB_READING,
          models=MODELS, endpoints=_ASSET, via=("url",)),
    Limit("max_duration_sec", 30, ("audio", "video", "multi_input"), "media_sources",
          _NOVEMBER + "MultiInputMediaSource", models=_ONLY_NEW, endpoints=_SYNC),
    Limit("max_duration_sec", 600, _RECORDINGS, "media_source",
          _PAGE + "AudioInputRequest and VideoInputRequest", reading=_WHOLE_FILE, endpoints=_SYNC),
    Limit("max_duration_sec", 4 * 3600, _RECORDINGS, "media_source",
          _TASKS, reading=_WHOLE_FILE, models=MODELS, endpoints=_TASK),
    Limit("max_sources", 10, ("multi_input",), "media_sources",
          _NOVEMBER + "MultiInputRequest", models=MODELS, endpoints=_SYNC),
    Limit("min_options", 2, _RECORDINGS, "embedding_type",
          _NOVEMBER + "embedding_type",
          reading="options by default count, and so does what is known of parts of the file",
          models=MODELS),
    Limit("min_side_px", 128, _IMAGES, "media_source", _PAGE + "ImageInputRequest"),
    Limit("min_side_px", 128, ("image",), "media_source",
          _NOVEMBER + "AsyncImageInputRequest", models=_ONLY_NEW, endpoints=_TASK),
    Limit("min_side_px", 360, _VIDEO, "media_source", _PAGE + "VideoInputRequest"),
    Limit("min_side_px", 360, _VIDEO, "media_source",
          _NOVEMBER + "AsyncVideoInputRequest", models=_ONLY_NEW, endpoints=_TASK),
    Limit("min_duration_sec", 4, _RECORDINGS, "media_source",
          _TASKS, reading=_WHOLE_FILE, models=MODELS, endpoints=_TASK),
    Limit("max_long_side_px", 5184, _VIDEO, "media_source",
          _PAGE + "VideoInputRequest", reading=_PORTRAIT),
    Limit("max_long_side_px", 5184, _VIDEO, "media_source",
          _NOVEMBER + "AsyncVideoInputRequest", reading=_PORTRAIT, models=_ONLY_NEW,
          endpoints=_TASK),
    Limit("max_short_side_px", 2160, _VIDEO, "media_source",
          _PAGE + "VideoInputRequest", reading=_PORTRAIT),
    Limit("max_short_side_px", 2160, _VIDEO, "media_source",
          _NOVEMBER + "AsyncVideoInputRequest", reading=_PORTRAIT, models=_ONLY_NEW,
          endpoints=_TASK),
    Limit("max_aspect_ratio", 2.4, _VIDEO, "media_source",
          _PAGE + "VideoInputRequest", reading=_RATIO),
    Limit("max_aspect_ratio", 2.4, _VIDEO, "media_source",
          _NOVEMBER + "AsyncVideoInputRequest", reading=_RATIO, models=_ONLY_NEW, endpoints=_TASK),
    Limit("min_start_sec", 0, _RECORDINGS, "start_sec",
          _FEBRUARY + "AudioInputRequest and VideoInputRequest", models=MODELS),
    Limit("min_fixed_sec", 2, _RECORDINGS, "segmentation.fixed.duration_sec",
          _FEBRUARY + "AudioSegmentationFixed and VideoSegmentationFixedFixed", models=MODELS),
    Limit("max_fixed_sec", 10, _RECORDINGS, "segmentation.fixed.duration_sec",
          _FEBRUARY + "AudioSegmentationFixed and VideoSegmentationFixedFixed", models=MODELS),
    Limit("min_dynamic_sec", 2, _VIDEO, "segmentation.dynamic.min_duration_sec",
          _FEBRUARY + "VideoSegmentationDynamicDynamic", models=MODELS),
    Limit("max_dynamic_sec", 5, _VIDEO, "segmentation.dynamic.min_duration_sec",
          _FEBRUARY + "VideoSegmentationDynamicDynamic", models=MODELS),
)

CHOICES: tuple[Choices, ...] = (
    Choices("formats", ("jpeg", "png"), _IMAGES, "media_source", _PAGE + "ImageInputRequest"),
    Choices("formats", ("wav", "mp3", "flac"), ("audio",), "media_source",
            _PAGE + "AudioInputRequest"),
    Choices("formats", ("jpeg", "png"), ("image",), "media_source",
            _NOVEMBER + "AsyncImageInputRequest", models=_ONLY_NEW, endpoints=_TASK),
    Choices("formats", ("wav", "mp3", "flac"), ("audio",), "media_source",
            _NOVEMBER + "AsyncAudioInputRequest", models=_ONLY_NEW, endpoints=_TASK),
    Choices("options", ("audio", "transcription"), ("audio",), "embedding_option",
            _FEBRUARY + "AudioInputRequest"),
    Choices("options", ("audio",), ("audio",), "embedding_option",
            _NOVEMBER + "AsyncAudioInputRequest", models=_ONLY_NEW, endpoints=_TASK),
    Choices("options", ("visual", "audio", "transcription"), _VIDEO, "embedding_option",
            _FEBRUARY + "VideoInputRequest"),
    Choices("options", ("visual", "audio"), _VIDEO, "embedding_option",
            _NOVEMBER + "AsyncVideoInputRequest", models=_ONLY_NEW, endpoints=_TASK),
    Choices("options", ("visual", "text"), ("document",), "embedding_option",
            _NOVEMBER + "AsyncDocumentInputRequest", models=_ONLY_NEW, endpoints=_TASK),
    Choices("scopes", ("clip", "asset"), _RECORDINGS, "embedding_scope",
            _FEBRUARY + "AudioInputRequest and VideoInputRequest"),
    Choices("scopes", ("clip", "local", "asset"), _RECORDINGS, "embedding_scope",
            _NOVEMBER + "AsyncAudioInputRequest and AsyncVideoInputRequest", models=_ONLY_NEW,
            endpoints=_TASK),
    Choices("scopes", ("local", "asset"), ("document",), "embedding_scope",
            _NOVEMBER + "AsyncDocumentInputRequest", models=_ONLY_NEW, endpoints=_TASK),
    Choices("types", ("separate", "fused"), _RECORDINGS, "embedding_type",
            _NOVEMBER + "embedding_type", models=MODELS),
    Choices("sources", ("image",), ("multi_input",), "media_sources.media_type",
            _NOVEMBER + "MultiInputRequest", endpoints=_SYNC),
    Choices("sources", ("image", "video", "audio", "document"), ("multi_input",),
            "media_sources.media_type", _NOVEMBER + "MultiInputRequest",
            models=_ONLY_NEW, endpoints=_SYNC),
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
        models=_ONLY_NEW,
        source=_NOVEMBER + "AsyncDocumentInputRequest",
        reading="a PDF is recognized by its first bytes, not by its name",
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
        models=_ONLY_NEW,
        source=_NOVEMBER + "AsyncDocumentInputRequest",
        reading="a text is recognized by its first bytes, not by its name",
    ),
)

REQUEST_SHAPES: tuple[RequestShape, ...] = (
    RequestShape("own", ("text", *_SHORT_INPUTS), endpoints=_SYNC),
    RequestShape("own", _RECORDINGS, endpoints=_TASK),
    RequestShape("own", ("multi_input",), models=_ONLY_NEW, endpoints=_SYNC),
    RequestShape("multi_input", ("text", *_IMAGES, *_RECORDINGS), models=_ONLY_NEW,
                 endpoints=_SYNC),
    RequestShape("temporal", _RECORDINGS, models=_ONLY_NEW, endpoints=_TASK),
    RequestShape("own", ("image", "document"), models=_ONLY_NEW, endpoints=_TASK),
)

_EVERY_INPUT: tuple[InputType, ...] = get_args(InputType)
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
    OptionSpec("dimension", _EVERY_INPUT, "embedding_dimension", _NOVEMBER + "EmbeddingDimension",
               values=(128, 256, 512), models=_ONLY_NEW),
    OptionSpec("uncertainty", _EVERY_INPUT, "embedding_uncertainty", models=_ONLY_NEW),
    OptionSpec("auto_truncate", ("text", "text_image", "multi_input"), "auto_truncate",
               models=_ONLY_NEW, endpoints=_SYNC),
    *(OptionSpec(name, _RECORDINGS, field) for name, field in _OF_THE_PART),
    *(OptionSpec(name, _RECORDINGS, field, models=_ONLY_NEW, endpoints=_TASK)
      for name, field in _OF_THE_PART),
    OptionSpec("dynamic", _VIDEO, "segmentation.dynamic"),
    OptionSpec("dynamic", _RECORDINGS, "segmentation.temporal.dynamic", models=_ONLY_NEW,
               endpoints=_TASK),
    OptionSpec("time_based_metadata", _RECORDINGS, "time_based_metadata", models=_ONLY_NEW,
               endpoints=_TASK),
    *(OptionSpec(name, ("document",), field, models=_ONLY_NEW, endpoints=_TASK)
      for name, field in _OF_THE_PART[2:5]),
)
# fmt: on
