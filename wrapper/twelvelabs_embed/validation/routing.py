"""Routing: how an input is sent, inside a request, by a link, by an upload or by a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, cast, get_args

from msgspec import Struct

from twelvelabs_embed._text import duration_words, join_words, size_words
from twelvelabs_embed.errors import Hint, Violation
from twelvelabs_embed.limits import DEFAULT_MODEL, InputType, OptionName, Terms, Via, find_terms
from twelvelabs_embed.validation.media_facts import MediaFacts

if TYPE_CHECKING:
    from twelvelabs_embed.inputs import Input

__all__ = ["Route", "RouteName", "choose_route", "unsupported_options"]

RouteName: TypeAlias = Literal["inline", "url", "asset", "task"]


class Route(Struct, frozen=True, gc=False):
    """How an input was sent, or is to be sent, and why.

    Attributes:
        name: `inline`: inside the request; `url`: the service fetches the link; `asset`: uploaded
            before; `task`: by `/embed-v2/tasks`, for what is too long for the sync endpoint
        why: the reason, for people
        via: how the media is sent, also for a task: `inline`, `url` or `asset`
        asset_id: the asset that was embedded; it may be deleted since
        task_id: the task that embedded it
    """

    name: RouteName
    why: str
    via: Via
    asset_id: str | None = None
    task_id: str | None = None

    @property
    def endpoint(self) -> Literal["sync", "task"]:
        """What the input is sent to: `sync` or `task`."""
        return "task" if self.name == "task" else "sync"

    def __str__(self) -> str:
        return f"{self.name}: {self.why}"


def choose_route(
    input: Input,
    facts: MediaFacts,
    *,
    model: str = DEFAULT_MODEL,
    route: RouteName | None = None,
) -> tuple[Route, Terms, list[Violation]]:
    """Choose the route of an input. Pure: nothing is opened or sent.

    Inline when it fits, uploaded when it is too large for that, by a task when it is too long for
    the sync endpoint, or has options that only tasks have.

    Args:
        input: what is to be embedded
        facts: what `inspect_media` found
        model: what is to embed it
        route: the route that the user wants

    Returns:
        the route, what the model accepts by it, and what speaks against the one that the user wants
    """
    kind = input.input_type
    terms = find_terms(kind, model=model)
    if kind in ("text", "multi_input"):
        what = "a text is" if kind == "text" else "the sources are"
        why = f"{what} always sent inside the request"
        found = _forced_violations(input, facts, model, terms, route, why) if route else []
        return Route("inline", why, "inline"), terms, found
    if route is None:
        why = _why_task(input, facts, model, terms)
        found, is_task = [], bool(why)
    else:
        found = _forced_violations(input, facts, model, terms, route)
        why, is_task = "you asked for this route", route == "task"
    if is_task:
        via, _ = _choose_via(facts, find_terms(kind, model=model, endpoint="task"))
        terms = find_terms(kind, model=model, endpoint="task", via=via)
        return Route("task", why, via), terms, found
    if route is None:
        via, why = _choose_via(facts, terms)
    else:
        via = cast(Via, route)
    if via != "inline":
        terms = find_terms(kind, model=model, via=via)
    return Route(via, why, via), terms, found


def _choose_via(facts: MediaFacts, terms: Terms) -> tuple[Via, str]:
    if facts.via == "url":
        return "url", "the service fetches the link"
    if facts.via == "asset":
        return "asset", "it is uploaded already"
    if facts.link_host == "public":
        return "url", "the service fetches it from the store, by a presigned link"
    limit = terms.limits.get("max_size_bytes")
    if limit is None or facts.size_bytes is None or facts.size_bytes <= limit.value:
        return "inline", f"{facts.label} fits into the request"
    if "asset" in limit.via:  # an upload would not help, so that the limit is what to report
        return "inline", f"{facts.label} is sent inside the request"
    allowed = f"at most {size_words(limit.value)} can be sent inside a request"
    return "asset", f"{facts.label} has {size_words(facts.size_bytes)}, and {allowed}"


def _why_task(input: Input, facts: MediaFacts, model: str, terms: Terms) -> str:
    """Return why only a task can embed it; empty when there is no reason."""
    kind = input.input_type
    task_terms = find_terms(kind, model=model, endpoint="task")
    if task_terms.shape is None:
        return ""
    if terms.shape is None:
        return f"only tasks embed {input.plural} with {model}"
    if kind not in ("audio", "video"):
        return ""
    unsupported = unsupported_options(input, terms)
    if unsupported and not unsupported_options(input, task_terms):
        return f"with {model}, only tasks take {join_words([*map(_option_noun, unsupported)])}"
    longest, largest = terms.limits.get("max_duration_sec"), terms.limits.get("max_size_bytes")
    if longest is not None and (facts.duration_sec or 0.0) > longest.value:
        what = f"{facts.label} is {duration_words(facts.duration_sec or 0.0)} long"
        return f"{what}, and at most {duration_words(longest.value)} go through the sync endpoint"
    # Too large for the sync endpoint, whether it is uploaded or not.
    if largest is None or "asset" not in largest.via or (facts.size_bytes or 0) <= largest.value:
        return ""
    what = f"{facts.label} has {size_words(facts.size_bytes or 0)}"
    return f"{what}, and at most {size_words(largest.value)} go through the sync endpoint"


def _option_noun(name: str) -> str:
    """Return what a text calls an option that is written differently on the command line."""
    return name.replace("time_based_metadata", "time-based metadata")


def unsupported_options(input: Input, terms: Terms) -> tuple[OptionName, ...]:
    """Return the given options of an input that are not among the terms."""
    given = cast("tuple[OptionName, ...]", input.given_options())
    return given and tuple([name for name in given if name not in terms.options])


def _forced_violations(
    input: Input,
    facts: MediaFacts,
    model: str,
    terms: Terms,
    route: RouteName,
    inline_only: str = "",
) -> list[Violation]:
    """Find what speaks against the route that the user wants."""
    allowed = ""
    if route not in get_args(RouteName):
        allowed = "it is one of 'inline', 'url', 'asset' and 'task'"
    elif inline_only:
        allowed = "" if route == "inline" else inline_only
    elif route == "task":
        if input.input_type not in (embedded := _types_of_tasks(model)):
            allowed = f"with {model}, tasks embed only {join_words(embedded)}"
    elif terms.shape is None:
        allowed = f"only tasks embed {input.plural}"
    elif route == "inline" and facts.via != "inline":
        allowed = f"{facts.label} is not on this machine"
    elif route == "url" and facts.via != "url" and facts.link_host is None:
        allowed = f"{facts.label} is no link"
    if not allowed:
        return []
    hint = Hint("omit", "route")
    return [Violation("route", repr(route), allowed, hint, code="route.not_possible")]


def _types_of_tasks(model: str) -> list[str]:
    types: tuple[InputType, ...] = get_args(InputType)
    return [one for one in types if find_terms(one, model=model, endpoint="task").shape]
