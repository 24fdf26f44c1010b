"""Rows of the tables of limits: their classes, and the names that they use."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

DEFAULT_MODEL = "marengo3.0"

InputType: TypeAlias = Literal[
    "text", "image", "text_image", "audio", "video", "multi_input", "document"
]
Grade: TypeAlias = Literal["documented", "live", "assumed"]

Endpoint: TypeAlias = Literal["sync", "task", "asset", "multipart"]
"""What the input or its media is sent to: `POST` to `/embed-v2`, `/embed-v2/tasks`, `/assets` or
`/assets/multipart-uploads`."""

Via: TypeAlias = Literal["inline", "url", "asset"]
"""How the media gets there: in the request as base64, by a link, or uploaded before."""

LinkHost: TypeAlias = Literal["public", "private"]
"""Whether a link leads to the internet, or to a host that the service cannot reach."""

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
"""How a document is divided, as `segmentation.Spatial` and `Sequential` do it."""


class Limit(Struct, frozen=True):
    """One number that an input must not pass.

    Attributes:
        name: what is limited, from which side, and in which unit
        value: the last value that is allowed: seconds, bytes, pixels, tokens, or a count
        input_types, models, endpoints: what it holds for
        via: the ways of sending media that it holds for
        field: where it is in the request, named as in the contract, below the input's section
        source: where it is written
        grade: how sure it is
        reading: how a question is read that the documents leave open; empty when there is none.
            It is `assumed`, whatever the grade of the rest
    """

    name: LimitName
    value: float
    input_types: tuple[InputType, ...]
    field: str
    source: str
    via: tuple[Via, ...] = ("inline", "url", "asset")
    models: tuple[str, ...] = (DEFAULT_MODEL,)
    endpoints: tuple[Endpoint, ...] = ("sync", "task")
    grade: Grade = "documented"
    reading: str = ""

    @property
    def unit(self) -> str:
        """The unit of the value: `tokens`, `bytes`, `s`, `px` or `1` (a ratio or a count)."""
        return _UNITS.get(self.name.rpartition("_")[2], "1")


_UNITS = {"tokens": "tokens", "bytes": "bytes", "sec": "s", "px": "px"}


class Choices(Struct, frozen=True):
    """The words that one option may have, or the formats that a file may have.

    Attributes:
        name: the option
        values: the words, in the order of the contract; formats by their names in
            `file_signatures.FORMATS`
        input_types, models, endpoints, field, source, grade: as of a `Limit`
    """

    name: ChoiceName
    values: tuple[str, ...]
    input_types: tuple[InputType, ...]
    field: str
    source: str
    models: tuple[str, ...] = (DEFAULT_MODEL,)
    endpoints: tuple[Endpoint, ...] = ("sync", "task")
    grade: Grade = "documented"


class RequestShape(Struct, frozen=True):
    """What an input looks like in a request to a model.

    Attributes:
        name: how it looks
        input_types, models, endpoints, source, grade: as of a `Limit`
    """

    name: ShapeName
    input_types: tuple[InputType, ...]
    source: str = "contract of 2026-11, model_name"
    models: tuple[str, ...] = (DEFAULT_MODEL,)
    endpoints: tuple[Endpoint, ...] = ("sync", "task")
    grade: Grade = "documented"


class OptionSpec(Struct, frozen=True):
    """Where an option can be chosen.

    Attributes:
        name: the option; `dynamic` is a segmentation that follows scenes
        values: the numbers that it may be; any number where none is listed
        input_types, models, endpoints, field, source, grade: as of a `Limit`
    """

    name: OptionName
    input_types: tuple[InputType, ...]
    field: str
    source: str = "contract of 2026-11, model_name"
    values: tuple[int, ...] = ()
    models: tuple[str, ...] = (DEFAULT_MODEL,)
    endpoints: tuple[Endpoint, ...] = ("sync", "task")
    grade: Grade = "documented"


class DocumentKind(Struct, frozen=True):
    """What can be asked of one kind of document.

    Attributes:
        title: what people call it
        formats: the formats that it has, by their names in `file_signatures.FORMATS`
        pairs: the options with their scopes that can be asked for; the first is the default
        cut: how it can be cut
        cut_pair: what is cut, an option with a scope
        is_cut_required: whether that pair cannot be asked for without
        uncertain_scopes: the scopes with which it has an uncertainty; None when it never has one
        models, source, grade, reading: as of a `Limit`
    """

    title: str
    formats: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    cut: CutName
    cut_pair: tuple[str, str]
    is_cut_required: bool
    uncertain_scopes: tuple[str, ...] | None
    source: str
    models: tuple[str, ...] = (DEFAULT_MODEL,)
    grade: Grade = "documented"
    reading: str = ""
