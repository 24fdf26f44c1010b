"""Rules of inputs with media, by their type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from twelvelabs_embed.errors import Violation
from twelvelabs_embed.limits import InputType
from twelvelabs_embed.validation.rules.common import text
from twelvelabs_embed.validation.rules.documents import document_choices, document_file
from twelvelabs_embed.validation.rules.media import (
    duration,
    file_format,
    file_size,
    image_pixels,
    sound,
    start_in_file,
    upload_size,
    video_pixels,
)
from twelvelabs_embed.validation.rules.multi_input import multi_input
from twelvelabs_embed.validation.rules.options import given_options
from twelvelabs_embed.validation.rules.subject import Subject

Rule: TypeAlias = Callable[[Subject], list[Violation]]

RULES: Mapping[InputType, tuple[Rule, ...]] = {
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
