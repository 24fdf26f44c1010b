"""Which way an input goes to the service: inside a request, by an upload, by a task.

find_route(Video("film.mkv"), facts)    # task: film.mkv is 15 min long, and at most 10 min ...
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from attrs import field, frozen

from twelvelabs_embed._text import duration_words, join_words, size_words
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs.builders import Audio, Document, Input, MultiInput, Text, Video
from twelvelabs_embed.limits.tables import (
    DEFAULT_MODEL,
    MODELS,
    Endpoint,
    InputType,
    Limit,
    OptionName,
    Via,
    find_limit,
    find_shape,
    models_with_option,
)
from twelvelabs_embed.validation.media_probe import MediaFacts

__all__ = ["Route", "RouteName", "find_route"]

RouteName: TypeAlias = Literal["inline", "url", "asset", "task"]


@frozen
class Route:
    """The way that an input went, or is to go, and why.

    Attributes:
        name: `inline`: inside the request; `url`: the service fetches the link; `asset`: uploaded
            before; `task`: by `/embed-v2/tasks`, for what is too long to wait for
        why: the reason, for people
        via: how the media gets there, also for a task: `inline`, `url` or `asset`
        asset_id: the asset that was embedded; it may be deleted since
        task_id: the task that embedded it
    """

    name: RouteName
    why: str
    via: Via
    asset_id: str | None = field(default=None, kw_only=True)
    task_id: str | None = field(default=None, kw_only=True)

    @property
    def endpoint(self) -> Literal["sync", "task"]:
        """What the input is sent to: `sync` or `task`."""
        return "task" if self.name == "task" else "sync"

    def __str__(self) -> str:
        return f"{self.name}: {self.why}"


def find_route(
    input: Input,
    facts: MediaFacts,
    *,
    model: str = DEFAULT_MODEL,
    route: RouteName | None = None,
) -> Route:
    """Decide which way an input goes. Pure: nothing is opened or sent.

    Inline when it fits, uploaded when it is too large for that, by a task when it is too long for
    the sync endpoint, or asks for what only a task does. Whether the way can be gone to its end is
    for `checks` to say.

    Args:
        input: what is to be embedded
        facts: what `checks.inspect_media` found
        model: what is to embed it
        route: the way that you want

    Raises:
        InvalidInputError: the input cannot go the way that you want
    """
    if route is not None:
        return _forced(input, facts, model, route)
    if isinstance(input, Text):
        return Route("inline", "a text is sent inside the request", "inline")
    if isinstance(input, MultiInput):
        return Route("inline", "all parts are sent in one request", "inline")
    via, why = _find_via(input.input_type, facts, model)
    if reason := _needs_task(input, facts, model):
        via, _ = _find_via(input.input_type, facts, model, endpoint="task")
        return Route("task", reason, via)
    return Route(via, why, via)


_OF_RECORDINGS: tuple[OptionName, ...] = (
    "start", "end", "segmentation", "options", "scopes", "types", "time_based_metadata",
)  # fmt: skip


def _chosen_settings(input: Input) -> tuple[OptionName, ...]:
    """The settings of its own that an input has."""
    if not isinstance(input, (Audio, Video, Document)):
        return ()
    attributes = {"start": "start_sec", "end": "end_sec"}
    return tuple(
        name
        for name in _OF_RECORDINGS
        if getattr(input, attributes.get(name, name), None) is not None
    )


def unsupported_options(
    input: Input, model: str, endpoint: Literal["sync", "task"]
) -> tuple[OptionName, ...]:
    """The settings of an input that cannot be chosen with a model at an endpoint."""
    if model not in MODELS:
        return ()
    return tuple(
        name
        for name in _chosen_settings(input)
        if model not in models_with_option(name, input.input_type, endpoint)
    )


def _needs_task(input: Input, facts: MediaFacts, model: str) -> str:
    """Why only a task can embed it; empty when there is no reason."""
    if find_shape(input.input_type, model=model, endpoint="task") is None:
        return ""
    if find_shape(input.input_type, model=model) is None:
        return f"only tasks embed {input.input_type}s with {model}"
    if not isinstance(input, (Audio, Video)):
        return ""
    refused = unsupported_options(input, model, "sync")
    if refused and not unsupported_options(input, model, "task"):
        return f"with {model}, only tasks take {join_words(refused)}"
    return _too_long(input.input_type, facts, model) or _too_large(input.input_type, facts, model)


def upload_limit(input_type: InputType, model: str) -> Limit | None:
    """The limit of what can be uploaded: in pieces where that is allowed, otherwise at once."""
    pieces = find_limit(
        "max_size_bytes", input_type, model=model, endpoint="multipart", via="asset"
    )
    return pieces or direct_limit(input_type, model)


def direct_limit(input_type: InputType, model: str = DEFAULT_MODEL) -> Limit | None:
    """The limit of what can be uploaded at once."""
    return find_limit("max_size_bytes", input_type, model=model, endpoint="asset", via="asset")


def _find_via(
    input_type: InputType, facts: MediaFacts, model: str, endpoint: Endpoint = "sync"
) -> tuple[Via, str]:
    match facts.via:
        case "url":
            return "url", "the service fetches the link"
        case "asset":
            return "asset", "it is uploaded already"
        case _:
            limit = find_limit("max_size_bytes", input_type, model=model, endpoint=endpoint)
    if limit is None or facts.size_bytes is None or facts.size_bytes <= limit.value:
        return "inline", f"{facts.label} fits into the request"
    if "asset" in limit.via:  # uploading it would not help, so that the limit is what to report
        return "inline", f"{facts.label} is sent inside the request"
    allowed = f"at most {size_words(limit.value)} can be sent inside a request"
    return "asset", f"{facts.label} has {size_words(facts.size_bytes)}, and {allowed}"


def _too_long(input_type: InputType, facts: MediaFacts, model: str) -> str:
    limit = find_limit("max_duration_sec", input_type, model=model)
    if limit is None or facts.duration_sec is None or facts.duration_sec <= limit.value:
        return ""
    allowed = f"at most {duration_words(limit.value)} go through the sync endpoint"
    return f"{facts.label} is {duration_words(facts.duration_sec)} long, and {allowed}"


def _too_large(input_type: InputType, facts: MediaFacts, model: str) -> str:
    """Too large for the sync endpoint, however it gets there."""
    limit = find_limit("max_size_bytes", input_type, model=model)
    if limit is None or "asset" not in limit.via or facts.size_bytes is None:
        return ""
    if facts.size_bytes <= limit.value:
        return ""
    allowed = f"at most {size_words(limit.value)} go through the sync endpoint"
    return f"{facts.label} has {size_words(facts.size_bytes)}, and {allowed}"


def _forced(input: Input, facts: MediaFacts, model: str, route: RouteName) -> Route:
    why = f"route={route!r} was asked for"
    if route not in ("inline", "url", "asset", "task"):
        raise _refusal(route, "it is one of 'inline', 'url', 'asset' and 'task'")
    if isinstance(input, Text) and route != "inline":
        raise _refusal(route, "a text is always sent inside the request")
    if isinstance(input, MultiInput) and route != "inline":
        raise _refusal(route, "what is combined is always sent inside the request")
    if route == "task":
        if find_shape(input.input_type, model=model, endpoint="task") is None:
            raise _refusal(route, f"with {model}, tasks embed only {_in_tasks(model)}")
        via = _find_via(input.input_type, facts, model, endpoint="task")[0]
        return Route(route, why, via)
    if find_shape(input.input_type, model=model) is None:
        raise _refusal(route, f"only tasks embed {input.input_type}s")
    if route == "inline" and facts.via != "inline":
        raise _refusal(route, f"{facts.label} is not on this machine")
    if route == "url" and facts.via != "url":
        raise _refusal(route, f"{facts.label} is no link")
    return Route(route, why, route)


def _in_tasks(model: str) -> str:
    known = [kind for kind in get_args(InputType) if find_shape(kind, model=model, endpoint="task")]
    return join_words(known)


def _refusal(route: str, limit: str) -> InvalidInputError:
    return InvalidInputError([Violation("route", repr(route), limit, "Leave route out")])
