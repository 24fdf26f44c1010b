"""Everything that is wrong with an input, found before a byte of it is sent.

    problems = check(Video("match.mp4"))        # [] when nothing speaks against embedding it

A check never refuses what the API would take: where the documents leave a question open, the most
generous reading holds (`limits`), and what cannot be known is a note, not a problem.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from attrs import evolve

from twelvelabs_embed._text import duration_words, join_words, size_words
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs.builders import (
    Audio,
    Document,
    Dynamic,
    Image,
    Input,
    MultiInput,
    Text,
    TextImage,
    Video,
)
from twelvelabs_embed.inputs.media import fault_violation
from twelvelabs_embed.limits.file_signatures import FORMATS, Format
from twelvelabs_embed.limits.tables import (
    DEFAULT_MODEL,
    MODELS,
    ChoiceName,
    Endpoint,
    InputType,
    Limit,
    LimitName,
    find_choices,
    find_document_kinds,
    find_limit,
    find_shape,
    models_with_choice,
    models_with_option,
)
from twelvelabs_embed.validation.document_rules import choice_violations, kinds_of
from twelvelabs_embed.validation.media_probe import NO_MEDIA, MediaFacts, probe
from twelvelabs_embed.validation.routing import (
    Route,
    RouteName,
    find_route,
    unsupported_options,
    upload_limit,
)
from twelvelabs_embed.validation.vector_options import ModelSettings, only_with_words

__all__ = ["check", "inspect_media", "form_violations", "notes", "violations"]

LimitOf: TypeAlias = Callable[[LimitName], Limit | None]


def check(
    input: Input,
    *,
    model: str = DEFAULT_MODEL,
    route: RouteName | None = None,
    dimension: int | None = None,
    uncertainty: bool = False,
    auto_truncate: bool = False,
) -> list[Violation]:
    """Look at an input's media, if it is on this machine, and find everything that is wrong.

    Args:
        input: what is to be embedded
        model: what is to embed it; a model whose limits are not known has none
        route: the way it is to go; the one that `find_route` finds unless given
        dimension, uncertainty, auto_truncate: as for `client.embed`

    Returns:
        All problems; empty when nothing speaks against embedding it.
    """
    settings = ModelSettings(dimension, uncertainty, auto_truncate)
    return violations(input, inspect_media(input), model=model, route=route, settings=settings)


def inspect_media(input: Input) -> MediaFacts:
    """What is known of an input's media, for `violations` and `notes`; nothing for `Text`.

    Of `MultiInput`, each source is in `sources`.
    """
    if isinstance(input, Text):
        return NO_MEDIA
    if isinstance(input, MultiInput):
        sources = tuple(probe(one.input.media, one.input.input_type) for one in input.sources)
        notes = tuple(note for facts in sources for note in facts.notes)
        return MediaFacts(sources=sources, notes=notes)
    return probe(input.media, input.input_type)


def violations(
    input: Input,
    facts: MediaFacts,
    *,
    model: str = DEFAULT_MODEL,
    route: RouteName | None = None,
    settings: ModelSettings | None = None,
) -> list[Violation]:
    """Everything that is wrong with an input whose media is known. Pure: nothing is opened.

    Args:
        input: what is to be embedded
        facts: what `inspect_media` found
        model: what is to embed it; a model whose limits are not known has none
        route: the way it is to go; the one that `find_route` finds unless given
        settings: what was chosen about the vectors
    """
    try:
        way = find_route(input, facts, model=model, route=route)
    except InvalidInputError as error:
        return [*error.violations]
    settings = settings or ModelSettings()
    return [
        *(form_violations(input, model, way) or _model_violations(input, model, way)),
        *settings.violations(input, facts, model, way.endpoint),
        *_content_violations(input, facts, model, way, settings.auto_truncate),
    ]


def form_violations(input: Input, model: str, way: Route) -> list[Violation]:
    """What cannot even be written into a request to a model. It holds without other checks, too."""
    kind = input.input_type
    form = find_shape(kind, model=model, endpoint=way.endpoint)
    if form is None:
        models = [one for one in MODELS if _is_taken(kind, one)]
        names = join_words(models)
        limit = f"only {names} embeds {_PLURALS[kind]}"
        return [Violation("model", repr(model), limit, f"Use model={models[-1]!r}")]
    if form != "multi_input":
        return []
    return [
        Violation(
            name,
            f"with {model}, the sync endpoint embeds a file as a whole",
            "only tasks have that setting",
            "Leave route out, and a task embeds it",
        )
        for name in unsupported_options(input, model, "sync")
    ]


_PLURALS: dict[InputType, str] = {
    "text": "texts",
    "image": "images",
    "text_image": "texts with images",
    "audio": "sounds",
    "video": "videos",
    "multi_input": "what is combined",
    "document": "documents",
}


def _is_taken(kind: InputType, model: str) -> bool:
    return any(find_shape(kind, model=model, endpoint=where) for where in ("sync", "task"))


def _model_violations(input: Input, model: str, way: Route) -> list[Violation]:
    """Settings and words that another model has."""
    if model not in MODELS:
        return []
    kind, endpoint = input.input_type, way.endpoint
    found: list[Violation] = []
    for name in unsupported_options(input, model, endpoint):
        limit, hint = only_with_words(models_with_option(name, kind), f"Leave {name} out")
        found.append(Violation(name, f"it is given, with {model}", limit, hint))
    if isinstance(input, (Audio, Video)) and isinstance(input.segmentation, Dynamic):
        models = models_with_option("dynamic", kind, endpoint)
        if model not in models:
            models = models or models_with_option("dynamic", kind)
            limit, hint = only_with_words(models, "Use Fixed(sec)")
            what = f"{input.segmentation!r}, with {model}"
            found.append(Violation("segmentation", what, f"of {_PLURALS[kind]}, {limit}", hint))
    word_lists: tuple[ChoiceName, ...] = ("options", "scopes", "types")
    for setting in word_lists:
        words: tuple[str, ...] | None = getattr(input, setting, None)
        if words:
            found += _word_violations(setting, words, kind, model, way)
    said = {violation.field for violation in found}
    if isinstance(input, (Audio, Video)) and not said & {"options", "types", "time_based_metadata"}:
        found += _types_violations(input, model, endpoint)
    return found


def _word_violations(
    name: ChoiceName, words: tuple[str, ...], kind: InputType, model: str, way: Route
) -> list[Violation]:
    known = find_choices(name, kind, model=model, endpoint=way.endpoint)
    if known is None:
        return []
    found: list[Violation] = []
    for word in words:
        if word not in known:
            models = tuple(m for m in models_with_choice(name, word, kind) if m != model)
            there = "in tasks" if way.endpoint == "task" else "in the sync endpoint"
            limit = f"{name} of {kind} with {model} {there} are {join_words(known)}"
            hint = "Leave it out" + (f", or use model={models[-1]!r}" if models else "")
            found.append(Violation(name, repr(word), limit, hint))
    return found


def _types_violations(input: Audio | Video, model: str, endpoint: Endpoint) -> list[Violation]:
    """Types of a single option, and fused vectors without the words that a model makes them of."""
    moments, kind = input.time_based_metadata, input.input_type
    is_fused = "fused" in (input.types or ())
    if moments is not None and not is_fused:
        what, limit = "there is no fused vector", "it is for fused vectors alone"
        return [Violation("time_based_metadata", what, limit, "Add types='fused'")]
    if is_fused and moments is None and model in models_with_option("time_based_metadata", kind):
        limit = f"with {model} it is made together with time_based_metadata"
        return [
            Violation("types", "'fused'", limit, "Give time_based_metadata, or leave types out")
        ]
    options = input.options or find_choices("options", kind, model=model, endpoint=endpoint) or ()
    fewest = find_limit("min_options", kind, model=model, endpoint=endpoint)
    if input.types and moments is None and fewest is not None and len(options) < fewest.value:
        what = f"{join_words([repr(one) for one in input.types])} of {join_words(options)}"
        limit = f"it takes at least {fewest.value:g} options"
        return [Violation("types", what, limit, "Leave types out")]
    return []


def _content_violations(
    input: Input, facts: MediaFacts, model: str, way: Route, auto_truncate: bool
) -> list[Violation]:
    limit_of: LimitOf = partial(
        find_limit, input_type=input.input_type, model=model, endpoint=way.endpoint, via=way.via
    )
    text_limit = None if auto_truncate else limit_of("max_text_tokens")
    match input:
        case Text():
            return _text_violations(input.text, text_limit)
        case MultiInput():
            return _combined_violations(input, facts, limit_of, text_limit, model)
        case Document():
            return [
                *_document_violations(facts, model),
                *choice_violations(input, facts, model),
                *_weight_violations(input, facts, limit_of, way, model),
            ]
        case TextImage():
            return [
                *_text_violations(input.text, text_limit),
                *_file_violations(input.input_type, facts, model, way.endpoint),
                *_size_violations(input.input_type, facts, limit_of),
                *_image_pixel_violations(facts, limit_of),
            ]
        case Image():
            return [
                *_file_violations(input.input_type, facts, model, way.endpoint),
                *_size_violations(input.input_type, facts, limit_of),
                *_image_pixel_violations(facts, limit_of),
            ]
        case Audio():
            return [
                *_file_violations(input.input_type, facts, model, way.endpoint),
                *_weight_violations(input, facts, limit_of, way, model),
                *_duration_violations(input, facts, limit_of, way, model),
                *_start_violations(input, facts),
            ]
        case Video():
            return [
                *_file_violations(input.input_type, facts, model, way.endpoint),
                *_weight_violations(input, facts, limit_of, way, model),
                *_video_pixel_violations(facts, limit_of),
                *_duration_violations(input, facts, limit_of, way, model),
                *_start_violations(input, facts),
                *_sound_violations(input, facts),
            ]


def notes(input: Input, facts: MediaFacts, *, model: str = DEFAULT_MODEL) -> list[str]:
    """Return warnings: what could not be checked, and what may have no effect. Pure."""
    found: list[str] = []
    if isinstance(input, (Text, TextImage, MultiInput)) and input.text:
        found += _text_notes(
            input.text, find_limit("max_text_tokens", input.input_type, model=model)
        )
    if not isinstance(input, Text):
        found += facts.notes
    if isinstance(input, Video) and _is_silent(facts) and _wants_pictures(input):
        found.append(f"{facts.label} has no audio track: expect visual vectors only")
    return found


# ----------------------------------------------------------------------------------------- texts


def _text_violations(text: str, limit: Limit | None) -> list[Violation]:
    found: list[Violation] = []
    if not text:
        found.append(Violation("text", "the text is empty", "there must be something to embed"))
    if not _is_whole(text):
        value = "the text holds half a character (a lone surrogate)"
        hint = "Read it again with the right encoding"
        found.append(Violation("text", value, "only whole characters can be sent as UTF-8", hint))
    # Only a lower bound of the tokens is certain, because the tokenizer is not public.
    words = len(text.split())
    if limit is not None and words > limit.value:
        allowed = f"it may have at most {limit.value:g} tokens, and each word is at least one"
        hint = "Shorten it, or embed its parts one by one"
        found.append(Violation("text", f"the text has {words} words", allowed, hint))
    return found


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text_notes(text: str, limit: Limit | None) -> list[str]:
    # However a text is cut into tokens, none is shorter than a byte.
    size_bytes = len(text.encode(errors="replace"))
    if limit is None or size_bytes <= limit.value or len(text.split()) > limit.value:
        return []
    return [
        f"the text may have more than {limit.value:g} tokens; how they are counted is not public"
    ]


# ----------------------------------------------------------------------------- several together


def _combined_violations(
    input: MultiInput, facts: MediaFacts, limit_of: LimitOf, text_limit: Limit | None, model: str
) -> list[Violation]:
    found = _text_violations(input.text, text_limit) if input.text is not None else []
    found += _mixture_violations(input, facts, model)
    for number, (source, its) in enumerate(zip(input.sources, facts.sources, strict=True), 1):
        name = source.name or f"media {number}"
        own = _source_violations(source.input, its, limit_of, model)
        found += [evolve(violation, field=name) for violation in own]
    return found


def _mixture_violations(input: MultiInput, facts: MediaFacts, model: str) -> list[Violation]:
    """Kinds that cannot be combined. Source: `MultiInputRequest` of the contract."""
    kinds = tuple(dict.fromkeys(source.input.input_type for source in input.sources))
    known = find_choices("sources", "multi_input", model=model)
    found: list[Violation] = []
    for kind in kinds:
        if known is not None and kind not in known:
            models = models_with_choice("sources", kind, "multi_input")
            limit, hint = only_with_words(models, "Leave it out")
            found.append(Violation("media", f"{kind}, with {model}", limit, hint))
    if len(kinds) > 1 and input.text is None:
        limit, hint = "different kinds need a text that connects them", "Add a text"
        found.append(Violation("text", f"there is none beside {join_words(kinds)}", limit, hint))
    return found + _paper_violations(input, facts, model)


def _paper_violations(input: MultiInput, facts: MediaFacts, model: str) -> list[Violation]:
    """Documents that have to be alone. One whose kind is not known is a PDF, or it is text."""
    pairs = zip(input.sources, facts.sources, strict=True)
    papers = [its for source, its in pairs if isinstance(source.input, Document)]
    number = len(input.sources)
    is_alone = number == 1 and input.text is None
    if not papers or is_alone or not find_document_kinds(None, model=model):
        return []
    known = [its.format.name for its in papers if its.format is not None]
    if "pdf" in known:
        what = f"there are {number} sources" if number > 1 else "there is a text, too"
        limit, hint = "a PDF has to be alone", "Embed it by itself"
        return [Violation("media", what, limit, hint)]
    if len(papers) < number:
        return []
    if len(known) == number:
        what, limit = "there are only texts", "only texts cannot be combined"
        return [Violation("media", what, limit, "Join them into one Text")]
    what, limit = "there is nothing but documents", "a PDF has to be alone, and so have texts"
    return [Violation("media", what, limit, "Embed them one by one")]


def _source_violations(
    input: Image | Audio | Video | Document, facts: MediaFacts, limit_of: LimitOf, model: str
) -> list[Violation]:
    kind = input.input_type
    found = (
        _document_violations(facts, model)
        if isinstance(input, Document)
        else _file_violations(kind, facts, model, "sync")
    )
    own: LimitOf = partial(find_limit, input_type=kind, model=model, endpoint="sync")
    if isinstance(input, Image):
        found += _image_pixel_violations(facts, own)
    if isinstance(input, Video):
        found += _video_pixel_violations(facts, own)
    limit = limit_of("max_size_bytes")
    if limit is not None and facts.size_bytes is not None and facts.size_bytes > limit.value:
        value = f"{facts.label} has {size_words(facts.size_bytes)}"
        allowed = f"each source may have at most {size_words(limit.value)}"
        found.append(Violation("media", value, allowed, "Take a smaller copy"))
    longest = limit_of("max_duration_sec")
    if longest is not None and (facts.duration_sec or 0.0) > longest.value:
        value = f"{facts.label} is {duration_words(facts.duration_sec or 0.0)} long"
        allowed = f"what is combined may be at most {duration_words(longest.value)} long"
        found.append(Violation("media", value, allowed, "Cut a part out"))
    return found


def _document_violations(facts: MediaFacts, model: str) -> list[Violation]:
    if facts.via != "inline":
        return []
    if facts.fault is not None:
        return [_fault_violation(facts)]
    form = facts.format
    if form is None or not find_document_kinds(None, model=model) or kinds_of(facts, model):
        return []
    is_media = form.kind in ("image", "audio", "video")
    hint = f"Use {form.kind.capitalize()}(…)" if is_media else "Save it as PDF, or as text"
    return [Violation("media", f"{facts.label} is {form.title}", "a document is PDF or text", hint)]


# ----------------------------------------------------------------------------------------- files


def _file_violations(
    input_type: InputType, facts: MediaFacts, model: str, endpoint: Endpoint
) -> list[Violation]:
    """A file of another kind, or one that cannot be read."""
    if facts.via != "inline":
        return []
    if facts.fault in ("missing", "directory", "unreadable", "empty"):
        return [_fault_violation(facts)]
    wrong = (
        _no_video_violations(facts)
        if input_type == "video"
        else _format_violations(input_type, facts, model, endpoint)
    )
    return wrong or ([_fault_violation(facts)] if facts.fault else [])


def _fault_violation(facts: MediaFacts) -> Violation:
    assert facts.fault is not None
    return fault_violation(facts.label, facts.fault, facts.fault_detail)


def _format_violations(
    input_type: InputType, facts: MediaFacts, model: str, endpoint: Endpoint
) -> list[Violation]:
    known = find_choices("formats", input_type, model=model, endpoint=endpoint)
    if known is None:
        return _kind_violations(input_type, facts)
    if facts.format is not None and facts.format.name in known:
        return []
    if facts.format is None and input_type == "audio":
        return []  # an MP3 may begin with anything: only PyAV can say
    what = facts.format.title if facts.format else "of an unknown format"
    titles = [FORMATS[name].title for name in known]
    noun = "audio" if input_type == "audio" else "an image"
    allowed = f"{noun} has to be {', '.join(titles[:-1])} or {titles[-1]}"
    hint = _hint_of_format(facts.format, input_type)
    return [Violation("media", f"{facts.label} is {what}", allowed, hint)]


def _kind_violations(input_type: InputType, facts: MediaFacts) -> list[Violation]:
    """What is no image or sound, whichever formats of them a model takes."""
    form, is_sound = facts.format, input_type == "audio"
    if form is None or form.kind in (("audio", "video") if is_sound else ("image",)):
        return []
    what, noun = f"{facts.label} is {form.title}", "a sound" if is_sound else "an image"
    return [Violation("media", what, f"that is not {noun}", _hint_of_format(form, input_type))]


def _no_video_violations(facts: MediaFacts) -> list[Violation]:
    form = facts.format
    if facts.has_video or form is None:
        return []
    if facts.has_video is None and form.may_hold_video:
        return []
    what = f"{form.title} without a video stream" if form.kind == "video" else form.title
    hint = _hint_of_format(form, "video")
    return [Violation("media", f"{facts.label} is {what}", "a video has moving pictures", hint)]


_HINT_OF_OTHERS = {
    "text": "For the words of a text use Text(…)",
    "html": "It is a web page: find the link of the file itself",
    "zip": "Unpack it",
    "gzip": "Unpack it",
    "pdf": "Turn its pages into pictures",
}


def _hint_of_format(form: Format | None, input_type: InputType) -> str:
    is_image, is_video = input_type in ("image", "text_image"), input_type == "video"
    match form.kind if form else None:
        case "image" if is_image:
            return "Convert it, or give it as a PIL image, which is sent as PNG"
        case "image":
            return "Use Image(…)"
        case "audio" | "video" if is_image:
            return "Use Video(…) or Audio(…)"
        case "audio" | "video" if is_video:
            return "Use Audio(…); it takes WAV, MP3 and FLAC"
        case "video":
            return "Use Video(…, options=['audio']), or extract the sound: ffmpeg -i FILE FILE.flac"
        case "audio":
            return "Convert it: ffmpeg -i FILE FILE.flac"
        case _:
            return (
                _HINT_OF_OTHERS.get(form.name, "") if form else "See whether it is the right file"
            )


def _size_violations(
    input_type: InputType, facts: MediaFacts, limit_of: LimitOf
) -> list[Violation]:
    limit = limit_of("max_size_bytes")
    if limit is None or facts.size_bytes is None or facts.size_bytes <= limit.value:
        return []
    value = f"{facts.label} has {size_words(facts.size_bytes)}"
    if input_type in ("image", "text_image"):
        allowed = f"an image may have at most {size_words(limit.value)}"
        hint = "Make it smaller: fewer pixels, or JPEG of lower quality"
    elif limit.endpoints == ("sync",) and "asset" in limit.via:
        allowed = f"at most {size_words(limit.value)} go through the sync endpoint"
        hint = "Leave route out, and a task embeds it"
    elif "inline" in limit.via:
        allowed = f"at most {size_words(limit.value)} can be sent inside a request"
        hint = "Leave route out, and it is uploaded"
    else:
        allowed = f"a task takes at most {size_words(limit.value)}"
        hint = "Encode it at a lower bit rate, or split it"
    return [Violation("media", value, allowed, hint)]


def _weight_violations(
    input: Audio | Video | Document,
    facts: MediaFacts,
    limit_of: LimitOf,
    way: Route,
    model: str,
) -> list[Violation]:
    """Too large to upload, or for what comes after that."""
    uploading = _upload_violations(input, facts, way, model)
    return uploading or _size_violations(input.input_type, facts, limit_of)


def _upload_violations(
    input: Audio | Video | Document, facts: MediaFacts, way: Route, model: str
) -> list[Violation]:
    if facts.via != "inline" or way.via != "asset" or facts.size_bytes is None:
        return []
    limit = upload_limit(input.input_type, model)
    if limit is None or facts.size_bytes <= limit.value:
        return []
    value = f"{facts.label} has {size_words(facts.size_bytes)}"
    allowed = f"at most {size_words(limit.value)} of {input.input_type} can be uploaded"
    hint = "Give a link to it, encode it at a lower bit rate, or split it"
    return [Violation("media", value, allowed, hint)]


# ---------------------------------------------------------------------------- pictures and time


def _image_pixel_violations(facts: MediaFacts, limit_of: LimitOf) -> list[Violation]:
    limit = limit_of("min_side_px")
    if limit is None or facts.width_px is None or facts.height_px is None:
        return []
    if min(facts.width_px, facts.height_px) >= limit.value:
        return []
    value = f"{facts.label} has {facts.width_px}x{facts.height_px} pixels"
    allowed = f"each side of an image has to have at least {limit.value:g}"
    return [Violation("media", value, allowed, "Take a larger picture, or scale it up")]


def _video_pixel_violations(facts: MediaFacts, limit_of: LimitOf) -> list[Violation]:
    """Of pictures as they are stored, unless they are right as they are shown.

    The documents do not say which size counts when pixels are not square.
    """
    if not facts.width_px or not facts.height_px:
        return []
    shown_px = max(1, round(facts.width_px * facts.pixel_aspect_ratio))
    if not _picture_violations(facts.label, shown_px, facts.height_px, limit_of):
        return []
    return _picture_violations(facts.label, facts.width_px, facts.height_px, limit_of)


def _picture_violations(
    label: str, width_px: int, height_px: int, limit_of: LimitOf
) -> list[Violation]:
    short_px, long_px = sorted((width_px, height_px))
    value = f"{label} has {width_px}x{height_px} pixels"
    found: list[Violation] = []
    low = limit_of("min_side_px")
    if low and short_px < low.value:
        allowed = f"a video has to have at least {low.value:g}x{low.value:g}"
        found.append(Violation("media", value, allowed, "Scale it up, or take a better copy"))
    high_long, high_short = limit_of("max_long_side_px"), limit_of("max_short_side_px")
    if high_long and high_short and (long_px > high_long.value or short_px > high_short.value):
        allowed = f"a video may have at most {high_long.value:g}x{high_short.value:g}"
        found.append(Violation("media", value, allowed, "Scale it down"))
    ratio = limit_of("max_aspect_ratio")
    if ratio and long_px > short_px * ratio.value:
        value = (
            f"the sides of {label} are as {long_px / short_px:.3f} to 1 ({width_px}x{height_px})"
        )
        allowed = f"they may be at most as {ratio.value:g} to 1"
        found.append(Violation("media", value, allowed, "Crop it, or pad it with bars"))
    return found


def _duration_violations(
    input: Audio | Video, facts: MediaFacts, limit_of: LimitOf, way: Route, model: str
) -> list[Violation]:
    if facts.duration_sec is None:
        return []
    value = f"{facts.label} is {duration_words(facts.duration_sec)} long"
    low, high = limit_of("min_duration_sec"), limit_of("max_duration_sec")
    if low is not None and facts.duration_sec < low.value:
        allowed = f"a task takes at least {duration_words(low.value)}"
        hint = "Leave route out: short files need no task"
        if refused := unsupported_options(input, model, "sync"):
            hint = f"Leave {join_words(refused)} out: as a whole, it needs no task"
        return [Violation("media", value, allowed, hint)]
    if high is None or facts.duration_sec <= high.value:
        return []
    if way.endpoint == "sync":
        allowed = f"at most {duration_words(high.value)} go through the sync endpoint"
        return [Violation("media", value, allowed, "Leave route out, and a task embeds it")]
    allowed = f"a task takes at most {duration_words(high.value)}"
    hint = "Split it into shorter files; start and end do not help, since the whole file counts"
    return [Violation("media", value, allowed, hint)]


def _start_violations(input: Audio | Video, facts: MediaFacts) -> list[Violation]:
    duration_sec = facts.duration_sec
    if input.start_sec is None or duration_sec is None or input.start_sec < duration_sec:
        return []
    allowed = f"{facts.label} is {duration_sec:g} s long"
    return [Violation("start", f"{input.start_sec:g} s", allowed, "Take an earlier start")]


def _sound_violations(input: Video, facts: MediaFacts) -> list[Violation]:
    if not _is_silent(facts) or _wants_pictures(input):
        return []
    value = join_words(input.options or ())
    allowed = f"{facts.label} has no audio track"
    return [Violation("options", value, allowed, "Ask for 'visual'")]


def _is_silent(facts: MediaFacts) -> bool:
    return facts.has_video is True and facts.has_audio is False


def _wants_pictures(input: Video) -> bool:
    return input.options is None or "visual" in input.options
