"""Options of a request that decide what is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from twelvelabs_embed.limits import DEFAULT_MODEL
from twelvelabs_embed.validation.routing import RouteName

if TYPE_CHECKING:
    from twelvelabs_embed.inputs import Input

Dimension: TypeAlias = Literal[128, 256, 512]
"""How many numbers a vector can have, with models that leave the choice."""


class VectorOptions(Struct, frozen=True, kw_only=True):
    """Options of the vectors, with models that have them.

    Attributes:
        dimension: how many numbers a vector shall have, 128, 256 or 512; 512 when None
        uncertainty: whether each number comes with how uncertain it is
        auto_truncate: whether a text that is too long is truncated instead of rejected. It is not
            sent with media
    """

    dimension: Dimension | None = None
    uncertainty: bool = False
    auto_truncate: bool = False


class PlanOptions(VectorOptions, frozen=True, kw_only=True):
    """Options that decide whether and how an input is sent.

    Attributes:
        model: the model's name
        check: whether to find out before sending whether the API would reject the input
        route: the route that the user wants; None to choose one
        dimension, uncertainty, auto_truncate: as in `VectorOptions`
    """

    model: str = DEFAULT_MODEL
    check: bool = True
    route: RouteName | None = None


def has_text(input: Input) -> bool:
    """Return whether an input has a text."""
    return getattr(input, "text", None) is not None
