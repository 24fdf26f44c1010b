"""Upper bound of the tokens that an input counts for in a tokens-per-minute quota."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twelvelabs_embed.limits import DEFAULT_MODEL, find_limit

if TYPE_CHECKING:
    from twelvelabs_embed.inputs import EmbedInput

__all__ = ["max_tokens"]

# What tokenizers put before and after a text, and a space in front of its first word.
_ADDED_TOKENS = 3


def max_tokens(input: EmbedInput, model: str = DEFAULT_MODEL) -> int:
    """Return how many tokens an input's text has at most; 0 for media without text.

    The tokenizer is not public, so this is an upper bound: no token is shorter than a byte of the
    text as tokenizers normalize it, for which NFKD is the longest form. The service rejects texts
    above its limit, so no text counts for more than that.

    Source: the limit `max_text_tokens`. That media has no tokens is assumed: the service counts its
    duration.
    """
    text = input if isinstance(input, str) else getattr(input, "text", None)
    if not isinstance(text, str):
        return 0
    limit = find_limit("max_text_tokens", "text", model=model)
    bound = _longest_bytes(text) + _ADDED_TOKENS
    return bound if limit is None else min(bound, int(limit.value))


def _longest_bytes(text: str) -> int:
    if text.isascii():
        return len(text)
    from unicodedata import normalize

    forms = (text, normalize("NFKD", text))
    return max(len(form.encode(errors="replace")) for form in forms)
