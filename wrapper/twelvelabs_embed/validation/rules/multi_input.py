"""Rules of `MultiInput`: which sources go together, and each source."""

from __future__ import annotations

from msgspec.structs import replace

from twelvelabs_embed._immutable import copy_with
from twelvelabs_embed._text import duration_words, join_words, size_words
from twelvelabs_embed.errors import Hint, Violation
from twelvelabs_embed.inputs import Document, Image, MultiInput, SourceInput, Video
from twelvelabs_embed.limits import find_document_kinds, find_terms, models_with_choice
from twelvelabs_embed.validation.media_facts import MediaFacts
from twelvelabs_embed.validation.rules.common import text
from twelvelabs_embed.validation.rules.documents import document_file
from twelvelabs_embed.validation.rules.media import file_format, image_pixels, video_pixels
from twelvelabs_embed.validation.rules.options import only_with
from twelvelabs_embed.validation.rules.subject import Subject


def multi_input(subject: Subject) -> list[Violation]:
    """Judge the text, the sources together, and each source, whose name is the field."""
    input, facts = subject.input, subject.facts
    assert isinstance(input, MultiInput)
    found = [*text(subject), *_mixture_violations(input, subject)]
    for number, (source, its) in enumerate(zip(input.sources, facts.sources, strict=True), 1):
        name = source.name or f"media {number}"
        own = _source_violations(source.input, its, subject)
        found += [copy_with(violation, field=name) for violation in own]
    return found


def _mixture_violations(input: MultiInput, subject: Subject) -> list[Violation]:
    """Judge which types go together. Source: `MultiInputRequest` of the contract."""
    types = tuple(dict.fromkeys(source.input.input_type for source in input.sources))
    known, model = subject.terms.choices.get("sources"), subject.options.model
    found: list[Violation] = []
    for one in types:
        if known is not None and one not in known:
            models = models_with_choice("sources", one, "multi_input")
            allowed, hint = only_with(models, Hint("text", "Omit it"))
            value, code = f"{one}, with {model}", "sources.wrong_model"
            found.append(Violation("media", value, allowed, hint, code=code))
    if len(types) > 1 and input.text is None:
        value, code = f"there is none beside {join_words(types)}", "text.missing"
        allowed, hint_text = "different types need a text that connects them", "Add a text"
        found.append(Violation("text", value, allowed, hint_text, code=code))
    return found + _document_violations(input, subject.facts, model)


def _document_violations(input: MultiInput, facts: MediaFacts, model: str) -> list[Violation]:
    """Judge documents that have to be alone. One of an unknown kind is a PDF, or it is text."""
    pairs = zip(input.sources, facts.sources, strict=True)
    documents = [its for source, its in pairs if isinstance(source.input, Document)]
    count = len(input.sources)
    is_alone = count == 1 and input.text is None
    if not documents or is_alone or not find_document_kinds(None, model=model):
        return []
    known = [its.format.name for its in documents if its.format is not None]
    if "pdf" in known:
        value = f"there are {count} sources" if count > 1 else "there is a text, too"
        allowed, hint = "a PDF has to be alone", "Embed it by itself"
    elif len(documents) < count:
        return []
    elif len(known) == count:
        value, allowed = "there are only texts", "only texts cannot be combined"
        hint = "Join them into one text"
    else:
        value = "there is nothing but documents"
        allowed, hint = "a PDF has to be alone, and so have texts", "Embed them one by one"
    return [Violation("media", value, allowed, hint, code="sources.not_alone")]


def _source_violations(input: SourceInput, facts: MediaFacts, subject: Subject) -> list[Violation]:
    limits = subject.terms.limits
    terms = find_terms(input.input_type, model=subject.options.model)
    own = replace(subject, input=input, facts=facts, terms=terms)
    found = document_file(own) if isinstance(input, Document) else file_format(own)
    if isinstance(input, Image):
        found += image_pixels(own)
    if isinstance(input, Video):
        found += video_pixels(own)
    largest, longest = limits.get("max_size_bytes"), limits.get("max_duration_sec")
    if largest is not None and (facts.size_bytes or 0) > largest.value:
        value = f"{facts.label} has {size_words(facts.size_bytes or 0)}"
        allowed = f"each source may have at most {size_words(largest.value)}"
        hint = "Use a smaller copy"
        found.append(Violation("media", value, allowed, hint, code="media.too_large"))
    is_measured = not facts.is_estimate
    if longest is not None and is_measured and (facts.duration_sec or 0.0) > longest.value:
        value = f"{facts.label} is {duration_words(facts.duration_sec or 0.0)} long"
        allowed = f"a source may be at most {duration_words(longest.value)} long"
        found.append(Violation("media", value, allowed, "Cut a part out", code="media.too_long"))
    return found
