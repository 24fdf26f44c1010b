"""What rules judge: an input with what is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from twelvelabs_embed.limits import Terms
from twelvelabs_embed.validation.media_facts import MediaFacts
from twelvelabs_embed.validation.options import PlanOptions
from twelvelabs_embed.validation.routing import Route

if TYPE_CHECKING:
    from twelvelabs_embed.inputs import Input


class Subject(Struct, frozen=True, eq=False):
    """An input, what is known of its media, how it is to be sent, and what limits that.

    Attributes:
        input: the input
        facts: what is known of its media
        route: how it is to be sent
        terms: what the model accepts by that route
        options: the options of the request
    """

    input: Input
    facts: MediaFacts
    route: Route
    terms: Terms
    options: PlanOptions
