"""What a rejected input says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from twelvelabs_embed.errors import InvalidInputError, Violation


def rejected(make: Callable[[], object]) -> Violation:
    with pytest.raises(InvalidInputError) as caught:
        make()
    (violation,) = caught.value.violations
    return violation
