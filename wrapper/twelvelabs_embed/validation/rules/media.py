"""Rules of media: its format, size, pixels and duration; whether it can be read and has sound."""

from __future__ import annotations

from collections.abc import Mapping

from twelvelabs_embed._text import duration_words, join_words, size_words
from twelvelabs_embed.errors import Hint, Violation
from twelvelabs_embed.inputs import Audio, Video
from twelvelabs_embed.inputs.faults import fault_violation
from twelvelabs_embed.limits import InputType, find_terms, upload_limit
from twelvelabs_embed.limits.file_signatures import FORMATS, FormatKind
from twelvelabs_embed.validation.media_facts import MediaFacts
from twelvelabs_embed.validation.routing import unsupported_options
from twelvelabs_embed.validation.rules.subject import Subject


def file_format(subject: Subject) -> list[Violation]:
    """Judge whether a file can be read, and is what it is to be embedded as."""
    facts, input_type = subject.facts, subject.input.input_type
    if facts.via != "inline":
        return []
    if facts.fault in ("missing", "directory", "unreadable", "empty"):
        return fault_violations(facts)
    if input_type == "video":
        value, allowed = _no_video(facts), "a video has moving pictures"
    elif (known := subject.terms.choices.get("formats")) is None:
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


# What messages call a file of an input type.
_NOUNS: Mapping[InputType, str] = {"image": "an image", "text_image": "an image", "audio": "audio"}
# The kinds of formats that may hold it; of other types, only a list of formats is known, if any.
_KINDS: Mapping[InputType, tuple[FormatKind, ...]] = {
    "image": ("image",),
    "text_image": ("image",),
    "audio": ("audio", "video"),
}


def _other_kind(facts: MediaFacts, input_type: InputType) -> tuple[str, str]:
    """Describe what is of another kind, whichever formats of its own a model accepts."""
    kinds = _KINDS.get(input_type)
    if kinds is None or facts.format is None or facts.format.kind in kinds:
        return "", ""
    return facts.format.title, f"that is not {_noun(input_type)}"


def _other_format(
    facts: MediaFacts, input_type: InputType, known: tuple[str, ...]
) -> tuple[str, str]:
    if facts.format is not None and facts.format.name in known:
        return "", ""
    if facts.format is None and input_type == "audio":
        return "", ""  # an MP3 may begin with anything: only PyAV can say
    *others, last = (FORMATS[name].title for name in known)
    titles = f"{', '.join(others)} or {last}" if others else last
    allowed = f"{_noun(input_type)} has to be {titles}"
    return facts.format.title if facts.format else "of an unknown format", allowed


def _noun(input_type: InputType) -> str:
    return _NOUNS.get(input_type, f"the {input_type}")


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
_IMAGE_FORMATS = ("jpeg", "png")
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
    if format.kind == "image" and format.name not in _IMAGE_FORMATS:
        return _CONVERT_IMAGE  # whatever it was to be: `Image` does not take it either
    is_sound = format.kind in ("audio", "video") and facts.has_audio and facts.has_video is False
    if is_sound and format.name not in _AUDIO_FORMATS and input_type in _HINTS_FOR_SOUND:
        return _HINTS_FOR_SOUND[input_type]
    return _HINTS.get((format.kind, input_type)) or _HINTS_BY_FORMAT.get(format.name)


_UPLOADED: tuple[InputType, ...] = ("audio", "video", "document")
"""What is uploaded, or embedded by a task, when it is too large for a request."""
_SMALLER: Mapping[InputType, str] = dict.fromkeys(
    ("image", "text_image"), "Make it smaller: fewer pixels, or JPEG of lower quality"
)


def file_size(subject: Subject) -> list[Violation]:
    """Judge the size of a file by the limits of how it is sent."""
    facts, limit = subject.facts, subject.terms.limits.get("max_size_bytes")
    if limit is None or facts.size_bytes is None or facts.size_bytes <= limit.value:
        return []
    size = size_words(limit.value)
    hint: Hint | str
    if (kind := subject.input.input_type) not in _UPLOADED:
        allowed = f"{_noun(kind)} may have at most {size}"
        hint = _SMALLER.get(kind, "Make it smaller")
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


def image_pixels(subject: Subject) -> list[Violation]:
    """Judge the sides of an image."""
    facts, limit = subject.facts, subject.terms.limits.get("min_side_px")
    if limit is None or facts.width_px is None or facts.height_px is None:
        return []
    if min(facts.width_px, facts.height_px) >= limit.value:
        return []
    value = f"{facts.label} has {facts.width_px}x{facts.height_px} pixels"
    allowed = f"each side of an image has to have at least {limit.value:g}"
    hint = "Use a larger image, or scale it up"
    return [Violation("media", value, allowed, hint, code="media.too_few_pixels")]


def video_pixels(subject: Subject) -> list[Violation]:
    """Judge the pictures as they are stored, unless they are right as they are shown.

    The documents do not say which size counts when pixels are not square, nor which of several
    video tracks is embedded: one that is right is enough.
    """
    facts = subject.facts
    if not facts.width_px or not facts.height_px:
        return []
    found = _picture_violations(subject, facts.width_px, facts.height_px)
    shown_px = max(1, round(facts.width_px * facts.pixel_aspect_ratio))
    others = ((shown_px, facts.height_px), *facts.other_sizes_px)
    if found and any(not _picture_violations(subject, *size) for size in others):
        return []
    return found


def _picture_violations(subject: Subject, width_px: int, height_px: int) -> list[Violation]:
    label, limits = subject.facts.label, subject.terms.limits
    short_px, long_px = sorted((width_px, height_px))
    value = f"{label} has {width_px}x{height_px} pixels"
    found: list[Violation] = []
    low = limits.get("min_side_px")
    if low and short_px < low.value:
        allowed = f"a video has to have at least {low.value:g}x{low.value:g}"
        hint = "Scale it up, or use a better copy"
        found.append(Violation("media", value, allowed, hint, code="media.too_few_pixels"))
    high_long, high_short = limits.get("max_long_side_px"), limits.get("max_short_side_px")
    if high_long and high_short and (long_px > high_long.value or short_px > high_short.value):
        allowed = f"a video may have at most {high_long.value:g}x{high_short.value:g}"
        hint = "Scale it down"
        found.append(Violation("media", value, allowed, hint, code="media.too_many_pixels"))
    ratio = limits.get("max_aspect_ratio")
    if ratio and long_px > short_px * ratio.value:
        value = (
            f"the sides of {label} are as {long_px / short_px:.3f} to 1 ({width_px}x{height_px})"
        )
        allowed = f"they may be at most as {ratio.value:g} to 1"
        hint = "Crop it, or pad it with bars"
        found.append(Violation("media", value, allowed, hint, code="media.aspect_ratio"))
    return found


def duration(subject: Subject) -> list[Violation]:
    """Judge how long a recording is."""
    facts, limits = subject.facts, subject.terms.limits
    sec = None if facts.is_estimate else facts.duration_sec
    low, high = limits.get("min_duration_sec"), limits.get("max_duration_sec")
    if sec is not None and low is not None and sec < low.value:
        code, allowed = "media.too_short", f"a task takes at least {duration_words(low.value)}"
        hint = Hint("omit", "route", then=": short files need no task")
        sync_terms = find_terms(subject.input.input_type, model=subject.options.model)
        if unsupported := unsupported_options(subject.input, sync_terms):
            hint = Hint("omit", *unsupported, then=": as a whole, it needs no task")
    elif sec is None or high is None or sec <= high.value:
        return []
    elif subject.route.endpoint == "task":
        code, allowed = "media.too_long", f"a task takes at most {duration_words(high.value)}"
        hint = Hint("text", "Split it into shorter files: the whole file counts, not a part of it")
    else:
        code = "media.too_long"
        allowed = f"at most {duration_words(high.value)} go through the sync endpoint"
        hint = Hint("omit", "route", then=", and a task embeds it")
    value = f"{facts.label} is {duration_words(sec)} long"
    return [Violation("media", value, allowed, hint, code=code)]


def start_in_file(subject: Subject) -> list[Violation]:
    """Judge whether the start is before the end of the file."""
    assert isinstance(subject.input, (Audio, Video))
    start_sec, duration_sec = subject.input.start_sec, subject.facts.duration_sec
    if start_sec is None or duration_sec is None:
        return []
    if start_sec < duration_sec or subject.facts.is_estimate:
        return []
    allowed, hint = f"{subject.facts.label} is {duration_sec:g} s long", "Choose an earlier start"
    return [Violation("start", f"{start_sec:g} s", allowed, hint, code="start.after_end")]


def sound(subject: Subject) -> list[Violation]:
    """Judge whether a video has the sound that is asked for."""
    assert isinstance(subject.input, Video)
    options = subject.input.options
    if options is None or "visual" in options or not subject.facts.is_silent:
        return []
    allowed, hint = f"{subject.facts.label} has no audio track", Hint("set", "options", "visual")
    return [Violation("options", join_words(options), allowed, hint, code="options.no_audio")]
