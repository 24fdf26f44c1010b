"""Options of a search: what may be found, and how it is ranked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import isfinite
from typing import Literal, TypeAlias, TypedDict, get_args

from msgspec import Struct

from twelvelabs_embed._text import did_you_mean

Filter: TypeAlias = str | Collection[str] | None
"""The allowed values, one or several; None allows any."""

Fusion: TypeAlias = Literal["rrf", "weighted"]
"""`rrf`: reciprocal rank fusion. `weighted`: the weighted mean of the cosine similarities."""

_FUSIONS: tuple[Fusion, ...] = get_args(Fusion)


class SearchArguments(TypedDict, total=False):
    """Keyword arguments of `search` and `Index.search`: `SearchOptions`, each with a default."""

    top: int
    option: Filter
    scope: Filter
    input_type: Filter
    id_prefix: Filter
    start_sec: float | None
    end_sec: float | None
    fusion: Fusion | None
    weights: Mapping[str, float] | None
    merge_gap_sec: float | None
    max_per_item: int | None


class SearchOptions(Struct, frozen=True, kw_only=True):
    """Options of a search, described at `search`. What depends on the dataset is validated later.

    Raises:
        ValueError: one of them is not possible
    """

    top: int = 10
    option: Filter = None
    scope: Filter = None
    input_type: Filter = None
    id_prefix: Filter = None
    start_sec: float | None = None
    end_sec: float | None = None
    fusion: Fusion | None = None
    weights: Mapping[str, float] | None = None
    merge_gap_sec: float | None = None
    max_per_item: int | None = None

    @property
    def groups_hits(self) -> bool:
        """Whether a hit may stand for several segments, or others of its item are omitted."""
        return self.merge_gap_sec is not None or self.max_per_item is not None

    def __post_init__(self) -> None:
        fusion, gap_sec = self.fusion, self.merge_gap_sec
        if self.top < 1:
            raise ValueError(f"top must be at least 1, not {self.top}")
        if fusion is not None and fusion not in _FUSIONS:
            near = did_you_mean(str(fusion), _FUSIONS)
            raise ValueError(f"fusion must be one of {', '.join(_FUSIONS)}, not {fusion!r}. {near}")
        if self.weights is not None and fusion is None:
            raise ValueError(
                "weights need a fusion: pass fusion='weighted' or fusion='rrf' as well"
            )
        if gap_sec is not None and not (isfinite(gap_sec) and gap_sec >= 0):
            raise ValueError(f"merge_gap_sec must be at least 0, not {gap_sec}")
        if self.max_per_item is not None and self.max_per_item < 1:
            raise ValueError(f"max_per_item must be at least 1, not {self.max_per_item}")
