"""Rules: what is wrong with an input, by input type.

A rule never rejects what the API would accept: where the documents leave a question open, the most
generous reading holds (`limits`), and what cannot be known is a warning, not a violation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from twelvelabs_embed.errors import Violation
from twelvelabs_embed.inputs import Video
from twelvelabs_embed.limits import InputType
from twelvelabs_embed.validation.rules.documents import document_choices, document_file
from twelvelabs_embed.validation.rules.media import (
    duration,
    file_format,
    file_size,
    image_pixels,
    is_silent,
    sound,
    start_in_file,
    upload_size,
    video_pixels,
)
from twelvelabs_embed.validation.rules.multi_input import multi_input
from twelvelabs_embed.validation.rules.options import (
    given_options,
    request_shape,
    text,
    text_warnings,
    vector_options,
)
from twelvelabs_embed.validation.rules.subject import Subject

Rule: TypeAlias = Callable[[Subject], list[Violation]]

RULES: Mapping[InputType, tuple[Rule, ...]] = {
    "text": (text,),
    "image": (file_format, file_size, image_pixels),
    "text_image": (text, file_format, file_size, image_pixels),
    "audio": (given_options, file_format, upload_size, duration, start_in_file),
    "video": (
        given_options,
        file_format,
        upload_size,
        video_pixels,
        duration,
        start_in_file,
        sound,
    ),
    "document": (given_options, document_file, document_choices, upload_size),
    "multi_input": (multi_input,),
}


def find_violations(subject: Subject) -> list[Violation]:
    """Find everything that is wrong with an input."""
    found = [] if subject.terms.shape == "own" else request_shape(subject)
    options = subject.options
    if options.dimension is not None or options.uncertainty or options.auto_truncate:
        found += vector_options(subject)
    for rule in RULES[subject.input.input_type]:
        found += rule(subject)
    return found


def find_warnings(subject: Subject) -> list[str]:
    """Find what could not be checked, and what may have no effect."""
    input, facts = subject.input, subject.facts
    found = list(facts.notes)
    if "max_text_tokens" in subject.terms.limits:
        found = [*text_warnings(subject), *found]
    if isinstance(input, Video) and "visual" in (input.options or ("visual",)) and is_silent(facts):
        found.append(f"{facts.label} has no audio track: expect visual vectors only")
    return found
