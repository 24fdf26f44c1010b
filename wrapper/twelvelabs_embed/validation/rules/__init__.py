"""Rules: what is wrong with an input, by input type.

A rule never rejects what the API would accept: where the documents leave a question open, the most
generous reading holds (`limits`), and what cannot be known is a warning, not a violation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from twelvelabs_embed.errors import Violation
from twelvelabs_embed.limits.tables import InputType
from twelvelabs_embed.validation.rules.documents import document_choices, document_file
from twelvelabs_embed.validation.rules.durations import duration, start_in_file
from twelvelabs_embed.validation.rules.files import file_format, file_size, sound, upload_size
from twelvelabs_embed.validation.rules.multi_input import multi_input
from twelvelabs_embed.validation.rules.options import given_options, request_shape, vector_options
from twelvelabs_embed.validation.rules.pixels import image_pixels, video_pixels
from twelvelabs_embed.validation.rules.subject import Subject
from twelvelabs_embed.validation.rules.texts import text, text_warnings

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
    found = [*request_shape(subject), *vector_options(subject)]
    for rule in RULES[subject.input.input_type]:
        found += rule(subject)
    return found


def find_warnings(subject: Subject) -> list[str]:
    """Find what could not be checked, and what may have no effect."""
    found = [*text_warnings(subject), *subject.facts.notes]
    is_video = subject.input.input_type == "video"
    if is_video and subject.is_silent and "visual" in (subject.input_options or ("visual",)):
        found.append(f"{subject.facts.label} has no audio track: expect visual vectors only")
    return found
