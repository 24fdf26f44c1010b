"""What a plan finds of an input, in one call."""

from __future__ import annotations

from typing import Any

from twelvelabs_embed.errors import Violation
from twelvelabs_embed.inputs import Input
from twelvelabs_embed.validation.media_probe import MediaFacts, inspect_media
from twelvelabs_embed.validation.planning import PlanOptions, plan_request


def violations(input: Input, facts: MediaFacts, **options: Any) -> list[Violation]:
    """The violations of an input whose media is known."""
    found = plan_request(input, facts, PlanOptions(**options)).violations
    assert all(isinstance(one.allowed, str) for one in found)
    return list(found)


def warnings(input: Input, facts: MediaFacts, **options: Any) -> list[str]:
    """The warnings of an input whose media is known."""
    return list(plan_request(input, facts, PlanOptions(**options)).warnings)


def check(input: Input, **options: Any) -> list[Violation]:
    """The violations of an input whose media is inspected first."""
    return violations(input, inspect_media(input), **options)
