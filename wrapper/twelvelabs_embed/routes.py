"""Which way an input goes to the service: inside a request, by an upload, by a task.

find_route(Video("film.mkv"), facts)    # task: film.mkv is 15 min long, and at most 10 min ...
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import field, frozen

from twelvelabs_embed._units import duration_words, size_words
from twelvelabs_embed.errors import InvalidInputError, Problem
from twelvelabs_embed.inputs import Audio, Input, Text, Video
from twelvelabs_embed.limits import (
    DEFAULT_MODEL,
    Endpoint,
    InputType,
    Limit,
    Via,
    find_limit,
)
from twelvelabs_embed.probing import MediaFacts

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
    the sync endpoint. Whether the way can be gone to its end is for `checks` to say.

    Args:
        input: what is to be embedded
        facts: what `checks.examine` found
        model: what is to embed it
        route: the way that you want

    Raises:
        InvalidInputError: the input cannot go the way that you want
    """
    if route is not None:
        return _forced(input, facts, model, route)
    if isinstance(input, Text):
        return Route("inline", "a text is sent inside the request", "inline")
    via, why = _find_via(input.input_type, facts, model)
    if isinstance(input, (Audio, Video)) and (
        too_long := _too_long(input.input_type, facts, model)
    ):
        via, _ = _find_via(input.input_type, facts, model, endpoint="task")
        return Route("task", too_long, via)
    return Route(via, why, via)


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


def _forced(input: Input, facts: MediaFacts, model: str, route: RouteName) -> Route:
    why = f"route={route!r} was asked for"
    if route not in ("inline", "url", "asset", "task"):
        raise _refusal(route, "it is one of 'inline', 'url', 'asset' and 'task'")
    if isinstance(input, Text) and route != "inline":
        raise _refusal(route, "a text is always sent inside the request")
    if route == "task":
        if not isinstance(input, (Audio, Video)):
            raise _refusal(route, "tasks embed only audio and video")
        return Route(route, why, _find_via(input.input_type, facts, model, endpoint="task")[0])
    if route == "inline" and facts.via != "inline":
        raise _refusal(route, f"{facts.label} is not on this machine")
    if route == "url" and facts.via != "url":
        raise _refusal(route, f"{facts.label} is no link")
    return Route(route, why, route)


def _refusal(route: str, limit: str) -> InvalidInputError:
    return InvalidInputError([Problem("route", repr(route), limit, "Leave route out")])
