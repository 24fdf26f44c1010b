"""What can be chosen about the vectors themselves, with models that let it be chosen."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from twelvelabs_embed.errors import Violation
from twelvelabs_embed.inputs.builders import (
    Audio,
    Document,
    Input,
    MultiInput,
    Text,
    TextImage,
    Video,
)
from twelvelabs_embed.limits.tables import MODELS, Endpoint, OptionName, models_with_option
from twelvelabs_embed.validation.document_rules import uncertainty_violations
from twelvelabs_embed.validation.media_probe import MediaFacts


@frozen
class ModelSettings:
    """Settings of a whole request. Those of one input are its own.

    Attributes:
        dimension: how many numbers a vector shall have; the model decides when None
        uncertainty: whether each number comes with how uncertain it is
        auto_truncate: whether a text that is too long is cut, and not refused. Media has none, so
            that it is left out there
    """

    dimension: int | None = None
    uncertainty: bool = False
    auto_truncate: bool = False

    def fields(self, input: Input) -> dict[str, Any]:
        """What of it stands in a request, at its top."""
        fields: dict[str, Any] = {}
        if self.dimension is not None:
            fields["embedding_dimension"] = self.dimension
        if self.uncertainty:
            fields["embedding_uncertainty"] = True
        if self.auto_truncate and _has_text(input):
            fields["auto_truncate"] = True
        return fields

    def violations(
        self, input: Input, facts: MediaFacts, model: str, endpoint: Endpoint
    ) -> list[Violation]:
        """Everything that is wrong with it for an input, of which `facts` are known."""
        violations: list[Violation] = []
        if self.dimension is not None:
            violations += _dimension_violations(self.dimension)
            violations += _only_with("dimension", self.dimension, input, model, endpoint)
        if self.uncertainty:
            violations += _only_with("uncertainty", True, input, model, endpoint)
            if model in models_with_option("uncertainty", input.input_type, endpoint):
                violations += _uncertain_violations(input, facts, model, endpoint)
        if self.auto_truncate and _has_text(input):
            violations += _only_with("auto_truncate", True, input, model, endpoint)
        return violations


def only_with_words(models: tuple[str, ...], hint: str) -> tuple[str, str]:
    """What is allowed, and the way out, of something that only some models know."""
    if not models:
        return "no model takes it there", hint
    names = " and ".join(models)
    verb = "takes" if len(models) == 1 else "take"
    return f"only {names} {verb} it", f"{hint}, or use model={models[-1]!r}"


def _has_text(input: Input) -> bool:
    if isinstance(input, MultiInput):
        return input.text is not None
    return isinstance(input, (Text, TextImage))


def _dimension_violations(dimension: object) -> list[Violation]:
    if isinstance(dimension, int) and not isinstance(dimension, bool) and dimension >= 1:
        return []
    limit = "it is a whole number of at least 1"
    return [Violation("dimension", repr(dimension), limit, "Write 256, for example")]


def _only_with(
    name: OptionName, value: object, input: Input, model: str, endpoint: Endpoint
) -> list[Violation]:
    known = models_with_option(name, input.input_type, endpoint)
    if model not in MODELS or model in known:
        return []
    limit, hint = only_with_words(
        known or models_with_option(name, input.input_type), f"Leave {name} out"
    )
    return [Violation(name, f"{value!r}", limit, hint)]


def _uncertain_violations(
    input: Input, facts: MediaFacts, model: str, endpoint: Endpoint
) -> list[Violation]:
    """What has no uncertainty. Source: the vendor's description of `embedding_uncertainty`."""
    match input:
        case TextImage():
            what = "text and an image together have none"
        case MultiInput(text=str()) if input.sources:
            what = "text and media together have none"
        case MultiInput() if any(isinstance(one.input, Document) for one in input.sources):
            what = "documents have none"
        case Audio() | Video() if endpoint == "task" and "asset" in (input.scopes or ("asset",)):
            violation = Violation(
                "uncertainty",
                "the whole file is embedded, too",
                "only segments of audio and video have it",
                "Ask for scopes='clip'",
            )
            return [violation]
        case Document():
            return uncertainty_violations(input, facts, model)
        case _:
            return []
    return [Violation("uncertainty", "True", what, "Leave uncertainty out")]
