"""What can be chosen about the vectors themselves, with models that let it be chosen."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from twelvelabs_embed._document_rules import uncertainty_problems
from twelvelabs_embed.errors import Problem
from twelvelabs_embed.inputs import Audio, Document, Input, MultiInput, Text, TextImage, Video
from twelvelabs_embed.limits import MODELS, Endpoint, SettingName, models_with_setting
from twelvelabs_embed.probing import MediaFacts


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

    def problems(
        self, input: Input, facts: MediaFacts, model: str, endpoint: Endpoint
    ) -> list[Problem]:
        """Everything that is wrong with it for an input, of which `facts` are known."""
        problems: list[Problem] = []
        if self.dimension is not None:
            problems += _dimension_problems(self.dimension)
            problems += _only_with("dimension", self.dimension, input, model, endpoint)
        if self.uncertainty:
            problems += _only_with("uncertainty", True, input, model, endpoint)
            if model in models_with_setting("uncertainty", input.input_type, endpoint):
                problems += _uncertain_problems(input, facts, model, endpoint)
        if self.auto_truncate and _has_text(input):
            problems += _only_with("auto_truncate", True, input, model, endpoint)
        return problems


def only_with_words(models: tuple[str, ...], way_out: str) -> tuple[str, str]:
    """What is allowed, and the way out, of something that only some models know."""
    if not models:
        return "no model takes it there", way_out
    names = " and ".join(models)
    verb = "takes" if len(models) == 1 else "take"
    return f"only {names} {verb} it", f"{way_out}, or use model={models[-1]!r}"


def _has_text(input: Input) -> bool:
    if isinstance(input, MultiInput):
        return input.text is not None
    return isinstance(input, (Text, TextImage))


def _dimension_problems(dimension: object) -> list[Problem]:
    if isinstance(dimension, int) and not isinstance(dimension, bool) and dimension >= 1:
        return []
    limit = "it is a whole number of at least 1"
    return [Problem("dimension", repr(dimension), limit, "Write 256, for example")]


def _only_with(
    name: SettingName, value: object, input: Input, model: str, endpoint: Endpoint
) -> list[Problem]:
    known = models_with_setting(name, input.input_type, endpoint)
    if model not in MODELS or model in known:
        return []
    limit, way_out = only_with_words(
        known or models_with_setting(name, input.input_type), f"Leave {name} out"
    )
    return [Problem(name, f"{value!r}", limit, way_out)]


def _uncertain_problems(
    input: Input, facts: MediaFacts, model: str, endpoint: Endpoint
) -> list[Problem]:
    """What has no uncertainty. Source: the vendor's description of `embedding_uncertainty`."""
    match input:
        case TextImage():
            what = "text and an image together have none"
        case MultiInput(text=str()) if input.sources:
            what = "text and media together have none"
        case MultiInput() if any(isinstance(one.input, Document) for one in input.sources):
            what = "documents have none"
        case Audio() | Video() if endpoint == "task" and "asset" in (input.scopes or ("asset",)):
            problem = Problem(
                "uncertainty",
                "the whole file is embedded, too",
                "only segments of audio and video have it",
                "Ask for scopes='clip'",
            )
            return [problem]
        case Document():
            return uncertainty_problems(input, facts, model)
        case _:
            return []
    return [Problem("uncertainty", "True", what, "Leave uncertainty out")]
