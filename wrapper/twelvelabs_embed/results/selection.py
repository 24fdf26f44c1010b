"""Selection of embeddings by what their segments have, and what several segments share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from twelvelabs_embed._text import closest_match
from twelvelabs_embed.results.segments import Segment


def count(segments: Iterable[Segment], name: str) -> Counter[str]:
    """Count each option or scope, except None."""
    values = (getattr(segment, name) for segment in segments)
    return Counter(value for value in values if value is not None)


def check_present(
    name: str, wanted: str | Iterable[str] | None, found: Sequence[str | None]
) -> set[str] | None:
    """Validate the values to select; None selects all."""
    if wanted is None:
        return None
    values = {wanted} if isinstance(wanted, str) else set(wanted)
    present = sorted({value for value in found if value is not None})
    for value in sorted(values.difference(present)):
        near = closest_match(value, present)
        hint = f"; did you mean {near!r}?" if near else ""
        there = ", ".join(map(repr, present)) or "none"
        raise ValueError(f"no embedding has the {name} {value!r}{hint} ({name}s present: {there})")
    return values


def not_one_vector(segments: Sequence[Segment]) -> str:
    """Explain that there is not one vector, and how to select one."""
    if not segments:
        return "there are no vectors"
    parts = [f"there are {len(segments)} vectors, not one"]
    for name in ("option", "scope"):
        if counts := count(segments, name):
            there = ", ".join(f"{value!r} ({count})" for value, count in counts.items())
            parts.append(f"{name}s present: {there}")
    kinds = Counter((segment.option, segment.scope) for segment in segments)
    single = [kind for kind, count in kinds.items() if count == 1 and None not in kind]
    # The vector of the whole file is the one most often wanted.
    single.sort(key=lambda kind: kind[1] != "asset")
    if single:
        option, scope = single[0]
        parts.append(f'select one with .select(scope="{scope}", option="{option}")')
    else:
        parts.append("select one by its index, [0], or make one with .pool()")
    return "; ".join(parts)


def span(segments: Sequence[Segment]) -> Segment:
    """Return the segment that covers all of these."""

    def known(name: str) -> list[Any]:
        values = (getattr(segment, name) for segment in segments)
        return [value for value in values if value is not None]

    def shared(name: str) -> Any:
        values = {getattr(segment, name) for segment in segments}
        return values.pop() if len(values) == 1 else None

    return Segment(
        option=shared("option"),
        start_sec=min(known("start_sec"), default=None),
        end_sec=max(known("end_sec"), default=None),
        start_page=min(known("start_page"), default=None),
        end_page=max(known("end_page"), default=None),
        quadrant=shared("quadrant"),
        chunk_index=shared("chunk_index"),
    )
