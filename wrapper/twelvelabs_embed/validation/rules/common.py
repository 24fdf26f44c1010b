"""Rules that inputs share: the shape of their request, and their text."""

from __future__ import annotations

from typing import Literal

from twelvelabs_embed._text import join_words
from twelvelabs_embed.errors import Hint, Violation
from twelvelabs_embed.limits import MODELS, InputType, find_terms
from twelvelabs_embed.validation.routing import unsupported_options
from twelvelabs_embed.validation.rules.subject import Subject


def request_shape(subject: Subject) -> list[Violation]:
    """Judge what cannot be written into a request to a model. It holds without checks, too."""
    kind, model = subject.input.input_type, subject.options.model
    if subject.terms.shape is None:
        models = [one for one in MODELS if _is_embedded(kind, one)]
        allowed = f"only {join_words(models)} embeds {subject.input.plural}"
        hint = Hint("use_model", models[-1])
        return [Violation("model", repr(model), allowed, hint, code="model.wrong_input_type")]
    if subject.terms.shape != "multi_input":
        return []
    value = f"with {model}, the sync endpoint embeds a file as a whole"
    hint = Hint("omit", "route", then=", and a task embeds it")
    return [
        Violation(name, value, "only tasks have that option", hint, code=f"{name}.only_in_tasks")
        for name in unsupported_options(subject.input, subject.terms)
    ]


def _is_embedded(kind: InputType, model: str) -> bool:
    endpoints: tuple[Literal["sync", "task"], ...] = ("sync", "task")
    return any(find_terms(kind, model=model, endpoint=one).shape for one in endpoints)


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
    limit = None if subject.options.auto_truncate else subject.terms.limits.get("max_text_tokens")
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
    value, limit = getattr(subject.input, "text", None), subject.terms.limits.get("max_text_tokens")
    if limit is None or not value:
        return []
    # However a text is divided into tokens, none is shorter than a byte.
    size_bytes = len(value.encode(errors="replace"))
    if size_bytes <= limit.value or len(value.split()) > limit.value:
        return []
    return [
        f"the text may have more than {limit.value:g} tokens; how they are counted is not public"
    ]
