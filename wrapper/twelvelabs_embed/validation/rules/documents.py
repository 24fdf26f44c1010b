"""Rules of documents. What can be asked of one depends on its kind, which is not always known.

A document whose kind is not known, such as a link, is rejected only for what no kind has.
"""

from __future__ import annotations

from twelvelabs_embed._text import join_words
from twelvelabs_embed.errors import Hint, Violation
from twelvelabs_embed.inputs import Document, Sequential
from twelvelabs_embed.limits import DocumentKind, find_document_kinds
from twelvelabs_embed.validation.media_facts import MediaFacts
from twelvelabs_embed.validation.rules.media import fault_violations
from twelvelabs_embed.validation.rules.subject import Subject


def document_file(subject: Subject) -> list[Violation]:
    """Judge whether a file can be read, and is a document."""
    facts, model = subject.facts, subject.options.model
    if facts.via != "inline":
        return []
    if facts.fault is not None:
        return fault_violations(facts)
    format = facts.format
    if format is None or not find_document_kinds(None, model=model) or _kinds_of(facts, model):
        return []
    is_media = format.kind in ("image", "audio", "video")
    hint = Hint("use_input", format.kind.capitalize()) if is_media else "Save it as PDF, or as text"
    value, allowed = f"{facts.label} is {format.title}", "a document is PDF or text"
    return [Violation("media", value, allowed, hint, code="media.wrong_format")]


def _kinds_of(facts: MediaFacts, model: str) -> tuple[DocumentKind, ...]:
    """Return the kinds that a document may be of; none when the model knows none such."""
    return find_document_kinds(facts.format.name if facts.format else None, model=model)


def document_choices(subject: Subject) -> list[Violation]:
    """Judge options, scopes and segmentation together."""
    assert isinstance(subject.input, Document)
    kinds = _kinds_of(subject.facts, subject.options.model)
    found = [_choice_violations(subject.input, kind) for kind in kinds]
    return [violation for violations in found for violation in violations] if all(found) else []


def _choice_violations(input: Document, kind: DocumentKind) -> list[Violation]:
    options: tuple[str, ...] = input.options or kind.pairs[0][:1]
    scopes: tuple[str, ...] = input.scopes or kind.pairs[0][1:]
    pairs = [(option, scope) for option in options for scope in scopes]
    return [*_pair_violations(pairs, kind), *_segmentation_violations(input, pairs, kind)]


def _pair_violations(pairs: list[tuple[str, str]], kind: DocumentKind) -> list[Violation]:
    wrong = [pair for pair in pairs if pair not in kind.pairs]
    if not wrong:
        return []
    value = f"{join_words([_pair_words(pair) for pair in wrong])}, of {kind.title}"
    allowed = f"there are {join_words([_pair_words(pair) for pair in kind.pairs])}"
    hint = _hint_of_pairs(pairs, kind)
    return [Violation("options", value, allowed, hint, code="document.wrong_options")]


def _hint_of_pairs(pairs: list[tuple[str, str]], kind: DocumentKind) -> Hint:
    """Suggest scopes that all options have or, when an option has none, options that exist."""
    options = list(dict.fromkeys(option for option, _ in pairs))
    for _, scope in kind.pairs:
        if all((option, scope) in kind.pairs for option in options):
            return Hint("set", "scopes", scope)
    return Hint("set", "options", kind.pairs[0][0])


def _segmentation_violations(
    input: Document, pairs: list[tuple[str, str]], kind: DocumentKind
) -> list[Violation]:
    use, omit = Hint("use_segmentation", kind.cut), Hint("omit", "segmentation")
    if input.segmentation is None:
        if not kind.is_cut_required or kind.cut_pair not in pairs:
            return []
        value = f"there is none beside {_pair_words(kind.cut_pair)}, of {kind.title}"
        code = "document.no_segmentation"
        return [Violation("segmentation", value, "that has to be divided", use, code=code)]
    given = "sequential" if isinstance(input.segmentation, Sequential) else "spatial"
    value = f"{given}, of {kind.title}"
    if given != kind.cut:
        allowed, hint = f"only {kind.cut} segmentation divides it", Hint("either", use, omit)
    elif kind.cut_pair not in pairs:
        option, scope = kind.cut_pair
        allowed = f"it divides {_pair_words(kind.cut_pair)}"
        hint = Hint("either", Hint("set", "options", option, "scopes", scope), omit)
    else:
        return []
    return [Violation("segmentation", value, allowed, hint, code="document.wrong_segmentation")]


def _pair_words(pair: tuple[str, str]) -> str:
    return f"{pair[0]!r} with scope {pair[1]!r}"


def document_uncertainty(subject: Subject) -> list[Violation]:
    """Judge documents, or parts of them, that have no uncertainty."""
    assert isinstance(subject.input, Document)
    asked = subject.input.scopes
    kinds = _kinds_of(subject.facts, subject.options.model)
    if not kinds or any((asked or one.pairs[0][1:]) == one.uncertain_scopes for one in kinds):
        return []
    scopes = next((kind.uncertain_scopes for kind in kinds if kind.uncertain_scopes), None)
    if scopes is None:
        allowed = f"{join_words([kind.title for kind in kinds])} has none"
        hint = Hint("omit", "uncertainty")
    else:
        allowed = "of documents, only segments of text have it"
        hint = Hint("set", "scopes", scopes[0] if len(scopes) == 1 else scopes)
    return [Violation("uncertainty", "True", allowed, hint, code="uncertainty.wrong_input")]
