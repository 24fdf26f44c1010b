"""Rules: what is wrong with an input, by input type.

A rule never rejects what the API would accept: where the documents leave a question open, the most
generous reading holds (`limits`), and what cannot be known is a warning, not a violation.

A text needs `common` alone; the other rules, and the inputs that they are about, are imported with
the first input that has media.
"""

from __future__ import annotations

from twelvelabs_embed.errors import Violation
from twelvelabs_embed.validation.rules.common import request_shape, text, text_warnings
from twelvelabs_embed.validation.rules.subject import Subject


def find_violations(subject: Subject) -> list[Violation]:
    """Find everything that is wrong with an input."""
    found = [] if subject.terms.shape == "own" else request_shape(subject)
    options = subject.options
    if options.dimension is not None or options.uncertainty or options.auto_truncate:
        from twelvelabs_embed.validation.rules.options import vector_options

        found += vector_options(subject)
    if subject.input.input_type == "text":
        return found + text(subject)
    from twelvelabs_embed.validation.rules.media_inputs import RULES

    for rule in RULES[subject.input.input_type]:
        found += rule(subject)
    return found


def find_warnings(subject: Subject) -> list[str]:
    """Find what could not be checked, and what may have no effect."""
    input, facts = subject.input, subject.facts
    found = list(facts.notes)
    if "max_text_tokens" in subject.terms.limits:
        found = [*text_warnings(subject), *found]
    if (
        input.input_type == "video"
        and facts.is_silent
        and "visual" in (input.options or ("visual",))
    ):
        found.append(f"{facts.label} has no audio track: expect visual vectors only")
    return found
