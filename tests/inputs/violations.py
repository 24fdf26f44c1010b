"""Violations of inputs, and sources of payloads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs.media import Media


def source(media: Media) -> dict[str, Any]:
    return {"here": media}


def rejected(make: Callable[[], object]) -> tuple[Violation, ...]:
    with pytest.raises(InvalidInputError) as caught:
        make()
    for violation in caught.value.violations:  # each has its texts
        assert isinstance(violation.value, str)
        assert isinstance(violation.allowed, str)
    return caught.value.violations


def only_violation(make: Callable[[], object]) -> Violation:
    (violation,) = rejected(make)
    return violation


def fields_of(violations: tuple[Violation, ...]) -> list[str]:
    return [violation.field for violation in violations]
