"""What rules judge: an input with what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import frozen

from twelvelabs_embed.inputs import Input
from twelvelabs_embed.limits.tables import Limit, LimitName, ShapeName
from twelvelabs_embed.validation.media_probe import MediaFacts
from twelvelabs_embed.validation.options import PlanOptions
from twelvelabs_embed.validation.routing import Route


@frozen(kw_only=True)
class Subject:
    """An input, what is known of its media, how it is to be sent, and what limits that.

    Attributes:
        input: the input
        facts: what is known of its media
        route: how it is to be sent
        endpoint: the route's endpoint
        shape: what it looks like in the request; None when the model does not accept it there
        limits: the limits of that, by name
        options: the options of the request
    """

    input: Input
    facts: MediaFacts
    route: Route
    endpoint: Literal["sync", "task"]
    shape: ShapeName | None
    limits: Mapping[LimitName, Limit]
    options: PlanOptions

    @property
    def input_options(self) -> tuple[str, ...] | None:
        """The input's own `options`, such as `visual`."""
        return getattr(self.input, "options", None)

    @property
    def is_silent(self) -> bool:
        """Whether there are pictures and no sound."""
        return self.facts.has_video is True and self.facts.has_audio is False
