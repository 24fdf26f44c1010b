"""Planning of requests: one pure decision about route, violations, warnings and payload.

plan = plan_request(input, inspect_media(input), PlanOptions(model="marengo3.5"))
plan.raise_if_invalid()
plan.payload
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from msgspec import Struct
from msgspec.structs import replace

from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.limits import Terms, find_terms
from twelvelabs_embed.validation.media_facts import MediaFacts
from twelvelabs_embed.validation.options import PlanOptions, has_text
from twelvelabs_embed.validation.routing import Route, choose_route
from twelvelabs_embed.validation.rules import find_violations, find_warnings
from twelvelabs_embed.validation.rules.common import request_shape
from twelvelabs_embed.validation.rules.subject import Subject

# A text is planned without the inputs that have media.
if TYPE_CHECKING:
    from twelvelabs_embed.inputs import Input
    from twelvelabs_embed.inputs.base import MediaBase
    from twelvelabs_embed.inputs.media import Media
else:
    Input = Any  # for `inspect.signature`, which evaluates the annotations of a struct

__all__ = ["PlanOptions", "RequestPlan", "plan_request"]


class RequestPlan(Struct, frozen=True, eq=False, kw_only=True):
    """How an input is to be sent.

    Attributes:
        input: what is embedded
        options: the options of the request
        route: how it is sent, and why
        terms: what the model accepts by that route
        is_uploaded: whether its media is to be uploaded before
        violations: everything that is wrong; with `check=False` only what cannot be written
        warnings: what could not be checked, and what may have no effect
        advice: those of the warnings that are probably mistakes
        media_sec: how much audio and video is embedded, in seconds; 0 if that is not known
    """

    input: Input
    options: PlanOptions
    route: Route
    terms: Terms
    is_uploaded: bool
    violations: tuple[Violation, ...]
    warnings: tuple[str, ...]
    advice: tuple[str, ...]
    media_sec: float

    def raise_if_invalid(self) -> None:
        """Raise `InvalidInputError` when there are violations."""
        if self.violations:
            raise InvalidInputError(self.violations)

    @property
    def payload(self) -> dict[str, Any]:
        """The body of the request, in the shape that the model accepts at the endpoint.

        Local media is in it as `Media`, and is encoded while it is sent.
        """
        input, options = self.input, self.options
        kind: str = input.input_type
        if self.terms.shape == "multi_input":
            kind, section = "multi_input", input.to_multi_input(_media_source)
        else:
            section = input.to_payload(_media_source)
        if self.terms.shape == "temporal" and "segmentation" in section:
            section["segmentation"] = {"temporal": section["segmentation"]}
        payload: dict[str, Any] = {"input_type": kind, "model_name": options.model}
        if options.dimension is not None:
            payload["embedding_dimension"] = options.dimension
        if options.uncertainty:
            payload["embedding_uncertainty"] = True
        if options.auto_truncate and has_text(input):
            payload["auto_truncate"] = True
        payload[kind] = section
        return payload

    @property
    def media(self) -> Media:
        """The media of an input that is one file."""
        return self._file.media

    @property
    def _file(self) -> MediaBase:
        return cast("MediaBase", self.input)

    def with_asset(self, asset_id: str) -> RequestPlan:
        """Return the plan for media that is uploaded now."""
        from twelvelabs_embed.inputs.media import Media

        input = self._file.with_media(Media.asset(asset_id))
        return replace(
            self, input=input, route=replace(self.route, asset_id=asset_id), is_uploaded=False
        )

    def with_link(self, link: str) -> RequestPlan:
        """Return the plan for an object in a store that the service fetches by a presigned link."""
        from twelvelabs_embed.inputs.media import Media

        return replace(self, input=self._file.with_media(Media.url(link)))

    def without_link(self, facts: MediaFacts) -> RequestPlan:
        """Return the plan for an object whose link the service could not fetch."""
        return plan_request(self.input, replace(facts, link_host=None), self.options)

    def as_task(self, why: str) -> RequestPlan:
        """Return the plan to send the same by a task."""
        terms = find_terms(self.input.input_type, model=self.options.model, endpoint="task")
        return replace(self, route=replace(self.route, name="task", why=why), terms=terms)


def plan_request(input: Input, facts: MediaFacts, options: PlanOptions) -> RequestPlan:
    """Plan a request. Pure: nothing is opened or sent.

    Args:
        input: what is to be embedded
        facts: what `inspect_media` found
        options: the options of the request; a model whose limits are not known has none
    """
    route, terms, violations = choose_route(input, facts, model=options.model, route=options.route)
    warnings: list[str] = []
    advice: list[str] = []
    if not violations:
        subject = Subject(input=input, facts=facts, route=route, terms=terms, options=options)
        violations = find_violations(subject) if options.check else request_shape(subject)
        if options.check:
            if input.input_type != "text":
                from twelvelabs_embed.validation.rules.advice import find_advice

                advice = find_advice(subject)
            warnings = [*advice, *find_warnings(subject)]
    return RequestPlan(
        input=input,
        options=options,
        route=route,
        terms=terms,
        is_uploaded=route.via == "asset" and facts.via != "asset",
        violations=tuple(violations),
        warnings=tuple(warnings),
        advice=tuple(advice),
        media_sec=0.0 if input.input_type == "text" else _span_sec(input, facts.duration_sec),
    )


def _span_sec(input: Input, duration_sec: float | None) -> float:
    """Return how much of a recording is embedded; 0 if that is not known."""
    if input.input_type != "audio" and input.input_type != "video":
        return 0.0
    ends = [sec for sec in (input.end_sec, duration_sec) if sec is not None]
    return max(min(ends) - (input.start_sec or 0.0), 0.0) if ends else 0.0


def _media_source(media: Media) -> dict[str, Any]:
    """Write a media source with the names of the contract."""
    if media.kind == "url":
        return {"url": media.value}
    if media.kind == "asset":
        return {"asset_id": media.value}
    return {"base64_string": media}
