"""What can be asked of a document. That depends on its kind, which is not always known.

What is known of kinds is data of `limits`. A document whose kind is not known, such as a link, is
refused only what no kind has.
"""

from __future__ import annotations

from twelvelabs_embed._text import join_words
from twelvelabs_embed.errors import Violation
from twelvelabs_embed.inputs.builders import Document
from twelvelabs_embed.inputs.segmentation import Sequential
from twelvelabs_embed.limits.tables import DocumentKind, find_document_kinds
from twelvelabs_embed.validation.media_probe import MediaFacts

_CALLS = {"spatial": "Spatial()", "sequential": "Sequential(5)"}


def kinds_of(facts: MediaFacts, model: str) -> tuple[DocumentKind, ...]:
    """The kinds that a document may be of; none when the model knows no documents, or none such."""
    return find_document_kinds(facts.format.name if facts.format else None, model=model)


def choice_violations(input: Document, facts: MediaFacts, model: str) -> list[Violation]:
    """Options, scopes and a segmentation that do not go together, or not with such a document."""
    found = [_choice_violations(input, kind) for kind in kinds_of(facts, model)]
    return [violation for violations in found for violation in violations] if all(found) else []


def _choice_violations(input: Document, kind: DocumentKind) -> list[Violation]:
    options: tuple[str, ...] = input.options or kind.pairs[0][:1]
    scopes: tuple[str, ...] = input.scopes or kind.pairs[0][1:]
    pairs = [(option, scope) for option in options for scope in scopes]
    return [*_pair_violations(pairs, kind), *_cut_violations(input, pairs, kind)]


def _pair_violations(pairs: list[tuple[str, str]], kind: DocumentKind) -> list[Violation]:
    wrong = [pair for pair in pairs if pair not in kind.pairs]
    if not wrong:
        return []
    value = f"{join_words([_pair_words(pair) for pair in wrong])}, of {kind.title}"
    limit = f"there are {join_words([_pair_words(pair) for pair in kind.pairs])}"
    return [Violation("options", value, limit, _hint_of_pairs(pairs, kind))]


def _hint_of_pairs(pairs: list[tuple[str, str]], kind: DocumentKind) -> str:
    """Scopes that all options have or, when an option has none, options that there are."""
    options = list(dict.fromkeys(option for option, _ in pairs))
    for _, scope in kind.pairs:
        if all((option, scope) in kind.pairs for option in options):
            return f"Ask for scopes={scope!r}"
    return f"Ask for options={kind.pairs[0][0]!r}"


def _cut_violations(
    input: Document, pairs: list[tuple[str, str]], kind: DocumentKind
) -> list[Violation]:
    call = _CALLS[kind.cut]
    if input.segmentation is None:
        if not kind.is_cut_required or kind.cut_pair not in pairs:
            return []
        value = f"there is none beside {_pair_words(kind.cut_pair)}, of {kind.title}"
        return [Violation("segmentation", value, "that has to be cut", f"Use {call}, for example")]
    value = f"{input.segmentation!r}, of {kind.title}"
    cut = "sequential" if isinstance(input.segmentation, Sequential) else "spatial"
    if cut != kind.cut:
        limit = f"only {call} cuts it"
        return [Violation("segmentation", value, limit, "Use that, or leave segmentation out")]
    if kind.cut_pair not in pairs:
        option, scope = kind.cut_pair
        hint = f"Ask for options={option!r} and scopes={scope!r}, or leave segmentation out"
        limit = f"it cuts {_pair_words(kind.cut_pair)}"
        return [Violation("segmentation", value, limit, hint)]
    return []


def _pair_words(pair: tuple[str, str]) -> str:
    return f"{pair[0]!r} with scope {pair[1]!r}"


def uncertainty_violations(input: Document, facts: MediaFacts, model: str) -> list[Violation]:
    """Documents, or parts of them, that have no uncertainty."""
    kinds = kinds_of(facts, model)
    if not kinds or any(_is_uncertain(input, kind) for kind in kinds):
        return []
    scopes = next((kind.uncertain_scopes for kind in kinds if kind.uncertain_scopes), None)
    if scopes is None:
        limit = f"{join_words([kind.title for kind in kinds])} has none"
        return [Violation("uncertainty", "True", limit, "Leave uncertainty out")]
    limit = "of documents, only pieces of text have it"
    hint = f"Ask for scopes={scopes[0] if len(scopes) == 1 else scopes!r}"
    return [Violation("uncertainty", "True", limit, hint)]


def _is_uncertain(input: Document, kind: DocumentKind) -> bool:
    scopes: tuple[str, ...] = input.scopes or kind.pairs[0][1:]
    return scopes == kind.uncertain_scopes
