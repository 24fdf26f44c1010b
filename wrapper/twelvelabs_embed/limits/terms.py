"""Look-ups in the tables: what a model accepts of an input at an endpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast, get_args

from msgspec import Struct

from twelvelabs_embed.limits.rows import (
    ChoiceName,
    Choices,
    DocumentKind,
    Endpoint,
    InputType,
    Limit,
    LimitName,
    OptionName,
    OptionSpec,
    RequestShape,
    ShapeName,
    Via,
)
from twelvelabs_embed.limits.tables import (
    CHOICES,
    DEFAULT_MODEL,
    DOCUMENT_KINDS,
    LIMITS,
    MODELS,
    OPTION_SPECS,
    REQUEST_SHAPES,
)

P = ParamSpec("P")
T = TypeVar("T")
_Row = TypeVar("_Row", Limit, Choices, OptionSpec, RequestShape)


class Terms(Struct, frozen=True):
    """What a model accepts of an input at an endpoint, when its media is sent in one way.

    Attributes:
        limits: the limits that are known, by name
        choices: the words that an option may have; of those that are missing, any word
        options: the options that can be chosen
        dimensions: how many numbers a vector may have; any number when none is known
        shape: what the input looks like in the request; None when it is not accepted there
    """

    limits: Mapping[LimitName, Limit]
    choices: Mapping[ChoiceName, tuple[str, ...]]
    options: frozenset[OptionName]
    dimensions: tuple[int, ...]
    shape: ShapeName | None


def _cached(make: Callable[P, T]) -> Callable[P, T]:
    """Cache a function; unlike `lru_cache` itself, with the types of its arguments."""
    return cast(Callable[P, T], lru_cache(maxsize=512)(make))


@_cached
def find_terms(
    input_type: InputType,
    *,
    model: str = DEFAULT_MODEL,
    endpoint: Endpoint = "sync",
    via: Via = "inline",
) -> Terms:
    """Return what a model accepts. One that no row knows has all options and no limits."""
    limits = [row for row in _about(LIMITS, input_type, model, endpoint) if via in row.via]
    choices = _about(CHOICES, input_type, model, endpoint)
    specs = _about(OPTION_SPECS, input_type, model, endpoint)
    options: Iterable[OptionName] = {row.name for row in specs}
    known = model if model in MODELS else DEFAULT_MODEL
    if model not in MODELS:
        options = get_args(OptionName)
    shapes = _about(REQUEST_SHAPES, input_type, known, endpoint)
    return Terms(
        {row.name: row for row in limits},
        {row.name: row.values for row in choices},
        frozenset(options),
        next((row.values for row in specs if row.name == "dimension"), ()),
        next((row.name for row in shapes), None),
    )


def _about(
    rows: Iterable[_Row], input_type: InputType, model: str, endpoint: Endpoint
) -> Sequence[_Row]:
    return [
        row
        for row in rows
        if input_type in row.input_types and model in row.models and endpoint in row.endpoints
    ]


def find_limit(
    name: LimitName,
    input_type: InputType,
    *,
    model: str = DEFAULT_MODEL,
    endpoint: Endpoint = "sync",
    via: Via = "inline",
) -> Limit | None:
    """Return the limit that holds for an input; None when none is known."""
    return find_terms(input_type, model=model, endpoint=endpoint, via=via).limits.get(name)


def direct_limit(input_type: InputType, model: str = DEFAULT_MODEL) -> Limit | None:
    """Return the limit of what can be uploaded in one request."""
    return find_limit("max_size_bytes", input_type, model=model, endpoint="asset", via="asset")


def upload_limit(input_type: InputType, model: str = DEFAULT_MODEL) -> Limit | None:
    """Return the limit of uploads: multipart where that is allowed, otherwise direct."""
    terms = find_terms(input_type, model=model, endpoint="multipart", via="asset")
    return terms.limits.get("max_size_bytes") or direct_limit(input_type, model)


def find_document_kinds(format_name: str | None, *, model: str) -> tuple[DocumentKind, ...]:
    """Return the kinds that a document may be of: all when its format is not known."""
    return tuple(
        kind
        for kind in DOCUMENT_KINDS
        if model in kind.models and (format_name is None or format_name in kind.formats)
    )


def all_choices(name: ChoiceName, input_type: InputType) -> tuple[str, ...]:
    """Return the words that an option may have with any model, in the contract's order."""
    lists = [row.values for row in CHOICES if row.name == name and input_type in row.input_types]
    # The longest has all that the others have; the order of a mere union would be by chance.
    longest = max(lists, key=len, default=())
    return (*longest, *dict.fromkeys(w for words in lists for w in words if w not in longest))


def models_with_option(
    name: OptionName, input_type: InputType, *endpoints: Endpoint
) -> tuple[str, ...]:
    """Return the models with which an option can be chosen, at these endpoints or at any."""
    return tuple(
        model
        for model in MODELS
        if any(
            name in find_terms(input_type, model=model, endpoint=one).options
            for one in endpoints or ("sync", "task")
        )
    )


def models_with_choice(name: ChoiceName, word: str, input_type: InputType) -> tuple[str, ...]:
    """Return the models with which an option of an input may have a word."""
    rows = [row for row in CHOICES if row.name == name and word in row.values]
    return tuple(
        model
        for model in MODELS
        if any(input_type in row.input_types and model in row.models for row in rows)
    )
