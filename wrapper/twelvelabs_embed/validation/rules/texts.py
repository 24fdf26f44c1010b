"""Rules of texts."""

from __future__ import annotations

from twelvelabs_embed.errors import Violation
from twelvelabs_embed.inputs import MultiInput, Text, TextImage
from twelvelabs_embed.validation.rules.subject import Subject


def text(subject: Subject) -> list[Violation]:
    """Judge the text of an input that has one."""
    value = getattr(subject.input, "text", None)
    if value is None:
        return []
    found: list[Violation] = []
    if not value:
        allowed = "there must be something to embed"
        found.append(Violation("text", "the text is empty", allowed, code="text.empty"))
    try:
        value.encode()
    except UnicodeEncodeError:
        what = "the text holds half a character (a lone surrogate)"
        allowed, hint = (
            "only whole characters can be sent as UTF-8",
            "Read it again with the right encoding",
        )
        found.append(Violation("text", what, allowed, hint, code="text.lone_surrogate"))
    limit = None if subject.options.auto_truncate else subject.limits.get("max_text_tokens")
    # Only a lower bound of the tokens is certain, because the tokenizer is not public.
    words = len(value.split())
    if limit is not None and words > limit.value:
        allowed = f"it may have at most {limit.value:g} tokens, and each word is at least one"
        hint = "Shorten it, or embed its parts one by one"
        what = f"the text has {words} words"
        found.append(Violation("text", what, allowed, hint, code="text.too_long"))
    return found


def text_warnings(subject: Subject) -> list[str]:
    """Warn of a text that may be too long."""
    input, limit = subject.input, subject.limits.get("max_text_tokens")
    if limit is None or not isinstance(input, (Text, TextImage, MultiInput)) or not input.text:
        return []
    # However a text is divided into tokens, none is shorter than a byte.
    size_bytes = len(input.text.encode(errors="replace"))
    if size_bytes <= limit.value or len(input.text.split()) > limit.value:
        return []
    return [
        f"the text may have more than {limit.value:g} tokens; how they are counted is not public"
    ]
