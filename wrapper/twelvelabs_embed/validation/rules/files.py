"""Rules of files: their format, their size, whether they can be read and have sound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from twelvelabs_embed._text import join_words, size_words
from twelvelabs_embed.errors import Hint, Violation
from twelvelabs_embed.inputs.media import fault_violation
from twelvelabs_embed.limits.file_signatures import FORMATS
from twelvelabs_embed.limits.tables import InputType, find_choices
from twelvelabs_embed.validation.media_probe import MediaFacts
from twelvelabs_embed.validation.routing import upload_limit
from twelvelabs_embed.validation.rules.subject import Subject


def file_format(subject: Subject) -> list[Violation]:
    """Judge whether a file can be read, and is what it is to be embedded as."""
    facts, kind = subject.facts, subject.input.input_type
    return format_violations(facts, kind, subject.options.model, subject.endpoint)


def format_violations(
    facts: MediaFacts, input_type: InputType, model: str, endpoint: Literal["sync", "task"]
) -> list[Violation]:
    """Judge a file that is to be embedded as an input of a type."""
    if facts.via != "inline":
        return []
    if facts.fault in ("missing", "directory", "unreadable", "empty"):
        return fault_violations(facts)
    if input_type == "video":
        value, allowed = _no_video(facts), "a video has moving pictures"
    elif (known := find_choices("formats", input_type, model=model, endpoint=endpoint)) is None:
        value, allowed = _other_kind(facts, input_type)
    else:
        value, allowed = _other_format(facts, input_type, known)
    if not value:
        return fault_violations(facts)
    value, hint = f"{facts.label} is {value}", _hint_of_format(facts, input_type)
    return [Violation("media", value, allowed, hint, code="media.wrong_format")]


def fault_violations(facts: MediaFacts) -> list[Violation]:
    """Report the fault of a file, if it has one."""
    if facts.fault is None:
        return []
    return [fault_violation(facts.label, facts.fault, facts.fault_detail)]


def _no_video(facts: MediaFacts) -> str:
    format = facts.format
    if facts.has_video or format is None:
        return ""
    if facts.has_video is None and format.may_hold_video:
        return ""
    return f"{format.title} without a video stream" if format.kind == "video" else format.title


def _other_kind(facts: MediaFacts, input_type: InputType) -> tuple[str, str]:
    """Describe what is no image or audio, whichever formats of them a model accepts."""
    is_audio = input_type == "audio"
    kinds = ("audio", "video") if is_audio else ("image",)
    if facts.format is None or facts.format.kind in kinds:
        return "", ""
    return facts.format.title, f"that is not {'audio' if is_audio else 'an image'}"


def _other_format(
    facts: MediaFacts, input_type: InputType, known: tuple[str, ...]
) -> tuple[str, str]:
    if facts.format is not None and facts.format.name in known:
        return "", ""
    if facts.format is None and input_type == "audio":
        return "", ""  # an MP3 may begin with anything: only PyAV can say
    titles = [FORMATS[name].title for name in known]
    noun = "audio" if input_type == "audio" else "an image"
    allowed = f"{noun} has to be {', '.join(titles[:-1])} or {titles[-1]}"
    return facts.format.title if facts.format else "of an unknown format", allowed


_UNPACK = Hint("text", "Unpack it")
_HINTS_BY_FORMAT: Mapping[str, Hint] = {
    "text": Hint("use_text_of_file"),
    "html": Hint("text", "It is a web page: find the link of the file itself"),
    "zip": _UNPACK,
    "gzip": _UNPACK,
    "pdf": Hint("text", "Turn its pages into pictures"),
}
_USE_IMAGE = Hint("use_input", "Image")
_USE_RECORDING = Hint("use_input", "Video", "Audio")
_USE_AUDIO = Hint("use_input", "Audio", then="; it takes WAV, MP3 and FLAC")
_CONVERT_IMAGE = Hint("convert_to_jpeg")
_CONVERT_AUDIO = Hint("text", "Convert it: ffmpeg -i FILE FILE.flac")
_EXTRACT_AUDIO = Hint(
    "either",
    Hint("use_sound_of_video"),
    Hint("text", "extract the sound: ffmpeg -i FILE FILE.flac"),
)
_AUDIO_FORMATS = ("wav", "mp3", "flac")
_HINTS_FOR_SOUND: Mapping[InputType, Hint] = {
    "audio": _CONVERT_AUDIO,
    "video": Hint("use_input", "Audio", then=" for what is converted: ffmpeg -i FILE FILE.flac"),
}
# What the file is, and what it was to be embedded as.
_HINTS: Mapping[tuple[str, InputType], Hint] = {
    ("image", "image"): _CONVERT_IMAGE,
    ("image", "text_image"): _CONVERT_IMAGE,
    ("image", "audio"): _USE_IMAGE,
    ("image", "video"): _USE_IMAGE,
    ("audio", "image"): _USE_RECORDING,
    ("audio", "text_image"): _USE_RECORDING,
    ("audio", "audio"): _CONVERT_AUDIO,
    ("audio", "video"): _USE_AUDIO,
    ("video", "image"): _USE_RECORDING,
    ("video", "text_image"): _USE_RECORDING,
    ("video", "audio"): _EXTRACT_AUDIO,
    ("video", "video"): _USE_AUDIO,
}


def _hint_of_format(facts: MediaFacts, input_type: InputType) -> Hint | None:
    format = facts.format
    if format is None:
        return Hint("text", "See whether it is the right file")
    is_sound = format.kind in ("audio", "video") and facts.has_audio and facts.has_video is False
    if is_sound and format.name not in _AUDIO_FORMATS and input_type in _HINTS_FOR_SOUND:
        return _HINTS_FOR_SOUND[input_type]
    return _HINTS.get((format.kind, input_type)) or _HINTS_BY_FORMAT.get(format.name)


def file_size(subject: Subject) -> list[Violation]:
    """Judge the size of a file by the limits of how it is sent."""
    facts, limit = subject.facts, subject.limits.get("max_size_bytes")
    if limit is None or facts.size_bytes is None or facts.size_bytes <= limit.value:
        return []
    size = size_words(limit.value)
    hint: Hint | str
    if subject.input.input_type in ("image", "text_image"):
        allowed = f"an image may have at most {size}"
        hint = "Make it smaller: fewer pixels, or JPEG of lower quality"
    elif limit.endpoints == ("sync",) and "asset" in limit.via:
        allowed = f"at most {size} go through the sync endpoint"
        hint = Hint("omit", "route", then=", and a task embeds it")
    elif "inline" in limit.via:
        allowed = f"at most {size} can be sent inside a request"
        hint = Hint("omit", "route", then=", and it is uploaded")
    else:
        allowed = f"a task takes at most {size}"
        hint = "Encode it at a lower bit rate, or split it"
    value = f"{facts.label} has {size_words(facts.size_bytes)}"
    return [Violation("media", value, allowed, hint, code="media.too_large")]


def upload_size(subject: Subject) -> list[Violation]:
    """Judge the size of a file that may be uploaded: for the upload, then for what follows."""
    facts, kind = subject.facts, subject.input.input_type
    if facts.via != "inline" or subject.route.via != "asset" or facts.size_bytes is None:
        return file_size(subject)
    limit = upload_limit(kind, subject.options.model)
    if limit is None or facts.size_bytes <= limit.value:
        return file_size(subject)
    value = f"{facts.label} has {size_words(facts.size_bytes)}"
    allowed = f"at most {size_words(limit.value)} of {kind} can be uploaded"
    hint = "Give a link to it, encode it at a lower bit rate, or split it"
    return [Violation("media", value, allowed, hint, code="media.too_large")]


def sound(subject: Subject) -> list[Violation]:
    """Judge whether a video has the sound that is asked for."""
    options = subject.input_options
    if options is None or "visual" in options or not subject.is_silent:
        return []
    allowed, hint = f"{subject.facts.label} has no audio track", Hint("set", "options", "visual")
    return [Violation("options", join_words(options), allowed, hint, code="options.no_audio")]
