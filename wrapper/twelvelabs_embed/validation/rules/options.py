"""Rules of options: those of an input, and those of the vectors, with each model."""

from __future__ import annotations

from twelvelabs_embed._text import join_words
from twelvelabs_embed.errors import Hint, Violation
from twelvelabs_embed.inputs import (
    Audio,
    Document,
    Dynamic,
    MultiInput,
    TextImage,
    Video,
)
from twelvelabs_embed.inputs.validators import is_int
from twelvelabs_embed.limits import (
    MODELS,
    ChoiceName,
    OptionName,
    models_with_choice,
    models_with_option,
)
from twelvelabs_embed.validation.options import has_text
from twelvelabs_embed.validation.routing import unsupported_options
from twelvelabs_embed.validation.rules.documents import document_uncertainty
from twelvelabs_embed.validation.rules.subject import Subject


def only_with(models: tuple[str, ...], hint: Hint) -> tuple[str, Hint]:
    """Return what is allowed and the hint, of what only some models accept."""
    if not models:
        return "no model takes it there", hint
    verb = "takes" if len(models) == 1 else "take"
    use_model = Hint("use_model", models[-1])
    return f"only {' and '.join(models)} {verb} it", Hint("either", hint, use_model)


def given_options(subject: Subject) -> list[Violation]:
    """Judge the options of an input that another model has."""
    input, model = subject.input, subject.options.model
    if model not in MODELS or not isinstance(input, (Audio, Video, Document)):
        return []
    if subject.terms.shape in (None, "multi_input"):
        return []  # `request_shape` has judged them
    kind, found = input.input_type, list[Violation]()
    for name in unsupported_options(input, subject.terms):
        allowed, hint = only_with(models_with_option(name, kind), Hint("omit", name))
        value, code = f"it is given, with {model}", f"{name}.wrong_model"
        found.append(Violation(name, value, allowed, hint, code=code))
    if isinstance(input.segmentation, Dynamic) and "dynamic" not in subject.terms.options:
        models = models_with_option("dynamic", kind, subject.route.endpoint)
        models = models or models_with_option("dynamic", kind)
        allowed, hint = only_with(models, Hint("use_segmentation", "fixed"))
        value, allowed = f"dynamic, with {model}", f"of {input.plural}, {allowed}"
        code = "segmentation.wrong_model"
        found.append(Violation("segmentation", value, allowed, hint, code=code))
    choices: tuple[ChoiceName, ...] = ("options", "scopes", "types")
    for choice in choices:
        if words := getattr(input, choice, None):
            found += _choice_violations(choice, words, subject)
    if isinstance(input, Document) or not (input.types or input.time_based_metadata):
        return found
    judged = {violation.field for violation in found}
    if not judged & {"options", "types", "time_based_metadata"}:
        found += _type_violations(input, subject)
    return found


def _choice_violations(
    name: ChoiceName, words: tuple[str, ...], subject: Subject
) -> list[Violation]:
    kind, model = subject.input.input_type, subject.options.model
    known = subject.terms.choices.get(name)
    if known is None:
        return []
    where = "in tasks" if subject.route.endpoint == "task" else "in the sync endpoint"
    allowed = f"{name} of {kind} with {model} {where} are {join_words(known)}"
    found: list[Violation] = []
    for word in words:
        if word not in known:
            models = [one for one in models_with_choice(name, word, kind) if one != model]
            hint = Hint("text", "Omit it")
            if models:
                hint = Hint("either", hint, Hint("use_model", models[-1]))
            code = f"{name}.wrong_model"
            found.append(Violation(name, repr(word), allowed, hint, code=code))
    return found


def _type_violations(input: Audio | Video, subject: Subject) -> list[Violation]:
    """Judge types of a single option, and fused vectors without the texts that they need."""
    kind, model, types = input.input_type, subject.options.model, input.types or ()
    timed, omit_types = input.time_based_metadata, Hint("omit", "types")
    if timed is not None and "fused" not in types:
        value, allowed = "there is no fused vector", "it is for fused vectors alone"
        hint, code = Hint("set", "types", "fused"), "time_based_metadata.not_fused"
        return [Violation("time_based_metadata", value, allowed, hint, code=code)]
    if timed is not None or not types:
        return []
    if "fused" in types and model in models_with_option("time_based_metadata", kind):
        allowed = f"with {model} it is made together with time-based metadata"
        hint = Hint("either", Hint("give", "time_based_metadata"), omit_types)
        return [Violation("types", "'fused'", allowed, hint, code="types.no_time_based_metadata")]
    minimum = subject.terms.limits.get("min_options")
    options = input.options or subject.terms.choices.get("options", ())
    if minimum is None or len(options) >= minimum.value:
        return []
    value = f"{join_words([repr(one) for one in types])} of {join_words(options)}"
    allowed = f"it takes at least {minimum.value:g} options"
    return [Violation("types", value, allowed, omit_types, code="types.too_few_options")]


def vector_options(subject: Subject) -> list[Violation]:
    """Judge the options of the vectors."""
    options, found = subject.options, list[Violation]()
    if options.dimension is not None:
        found += _dimension_violations(options.dimension, subject.terms.dimensions)
        found += _only_with("dimension", options.dimension, subject)
    if options.uncertainty:
        found += _only_with("uncertainty", True, subject)
        if options.model in MODELS and "uncertainty" in subject.terms.options:
            found += _uncertainty_violations(subject)
    if options.auto_truncate and has_text(subject.input):
        found += _only_with("auto_truncate", True, subject)
    return found


def _dimension_violations(dimension: object, known: tuple[int, ...]) -> list[Violation]:
    if is_int(dimension) and (dimension in known if known else dimension >= 1):
        return []
    allowed = "it is a whole number of at least 1"
    if known:
        allowed = f"dimensions are {join_words([str(one) for one in known])}"
    hint = "Write 256, for example"
    return [Violation("dimension", repr(dimension), allowed, hint)]


def _only_with(name: OptionName, value: object, subject: Subject) -> list[Violation]:
    if name in subject.terms.options:
        return []
    kind = subject.input.input_type
    models = models_with_option(name, kind, subject.route.endpoint) or models_with_option(
        name, kind
    )
    allowed, hint = only_with(models, Hint("omit", name))
    return [Violation(name, f"{value!r}", allowed, hint, code=f"{name}.wrong_model")]


def _uncertainty_violations(subject: Subject) -> list[Violation]:
    """Judge what has no uncertainty, by the vendor's description of `embedding_uncertainty`."""
    is_task = subject.route.endpoint == "task"
    match subject.input:
        case TextImage():
            allowed = "text and an image together have none"
        case MultiInput(text=str()) if subject.input.sources:
            allowed = "text and media together have none"
        case MultiInput() if any(isinstance(one.input, Document) for one in subject.input.sources):
            allowed = "documents have none"
        case Audio(scopes=scopes) | Video(scopes=scopes) if is_task and "asset" in (
            scopes or ("asset",)
        ):
            value, allowed = "the whole file is embedded, too", "only segments have it"
            hint, code = Hint("set", "scopes", "clip"), "uncertainty.not_of_files"
            return [Violation("uncertainty", value, allowed, hint, code=code)]
        case Document():
            return document_uncertainty(subject)
        case _:
            return []
    hint, code = Hint("omit", "uncertainty"), "uncertainty.wrong_input"
    return [Violation("uncertainty", "True", allowed, hint, code=code)]
