"""Lists that are shortened for readers."""

from collections.abc import Sequence


def some(words: Sequence[str], limit: int) -> str:
    """Join the first words, and count the others: `a, b and 3 more`."""
    more = f" and {len(words) - limit} more" if len(words) > limit else ""
    return ", ".join(words[:limit]) + more
