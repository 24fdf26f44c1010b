"""Validation of requests by the rules of a model: conditions that the contract cannot express.

It happens before any media is opened. What is inside media is validated where it is opened. All
functions here raise `ApiError`.
"""

import json
import re
from collections.abc import Collection, Sequence

from twelvelabs_embed_emulator.contract.errors import ApiError, bad_request
from twelvelabs_embed_emulator.contract.limits import DIMENSIONS
from twelvelabs_embed_emulator.contract.rules import Rules, models_with
from twelvelabs_embed_emulator.contract.strict_json import Json

REFERENCE = re.compile(r"<@([^<>@]+)>")
"""How a text refers to a source by its name."""

_SETTINGS = ("embedding_dimension", "embedding_uncertainty", "auto_truncate")

# The pairs of option and scope of a document, by whether it is a PDF; the first is the default.
_DOCUMENT_PAIRS = {
    True: (("visual", "local"), ("visual", "asset"), ("text", "asset")),
    False: (("text", "asset"), ("text", "local")),
}
_DOCUMENT_NAMES = {True: "a PDF", False: "plain text or Markdown"}
_SEGMENTATION_PAIR = {"spatial": ("visual", "local"), "sequential": ("text", "local")}


def validate(request: Json, rules: Rules) -> None:
    """Reject a request, valid by the contract, that the rules of its model do not allow."""
    kind = request["input_type"]
    if kind not in rules.input_types:
        models = models_with(rules.endpoint, "input_types", kind)
        if not models:
            raise _not_here("input_type", kind)
        accepted = f"{rules.model} takes only {_list(rules.input_types)} here"
        raise bad_request("input_type", f'"{kind}" is for {_list(models)}; {accepted}')
    _validate_model_settings(request, rules)
    settings = request[kind]
    if kind == "multi_input":
        _validate_multi_input(settings, rules)
    if kind in rules.options:
        _validate_av(kind, settings, rules)
    if request.get("embedding_uncertainty"):
        _validate_uncertainty(kind, settings)


def _not_here(field: str, value: object) -> ApiError:
    reason = f"{json.dumps(value)} is in the contract, but not in this emulator"
    return bad_request(field, reason)


def _validate_model_settings(request: Json, rules: Rules) -> None:
    for name in _SETTINGS:
        if name in request and name not in rules.settings:
            models = _list(models_with(rules.endpoint, "settings", name))
            raise bad_request(name, f"is only for {models}, not for {rules.model}")
    dimension = request.get("embedding_dimension", DIMENSIONS)
    if dimension > DIMENSIONS:
        raise _not_here("embedding_dimension", dimension)


def _validate_uncertainty(kind: str, settings: Json) -> None:
    """Reject inputs without uncertainty. Of documents in tasks, see `document_pairs`."""
    if kind == "multi_input":
        kinds = _media_types(settings)
        if kinds and "input_text" in settings:
            raise _no_uncertainty("a text together with media has none; send one of them")
        if "document" in kinds:
            raise _no_uncertainty("documents have none")
    scopes = settings.get("embedding_scope") or ("clip", "asset")
    if kind in ("audio", "video") and "asset" in scopes:
        field = f"{kind}.embedding_scope"
        raise _no_uncertainty(f'the scope "asset" has none; set {field} to ["clip"]')


def _no_uncertainty(reason: str) -> ApiError:
    return bad_request("embedding_uncertainty", reason)


# --------------------------------------------------------------------------------- audio and video


def _validate_av(kind: str, settings: Json, rules: Rules) -> None:
    _validate_choices(f"{kind}.embedding_option", settings, rules.options[kind], rules)
    _validate_choices(f"{kind}.embedding_scope", settings, rules.scopes, rules)
    segmentation = settings.get("segmentation", {})
    shape = "temporal" if "temporal" in segmentation else "bare"
    if "segmentation" in settings and shape != rules.segmentation:
        place = "here, not inside temporal" if shape == "temporal" else "inside temporal"
        raise bad_request(f"{kind}.segmentation", f"{rules.model} has the strategy {place}")
    strategy = segmentation.get("temporal", segmentation).get("strategy", "fixed")
    if strategy not in ("fixed", "dynamic"):
        raise _not_here(f"{kind}.segmentation", strategy)
    _validate_embedding_types(kind, settings, rules)


def _validate_choices(field: str, settings: Json, known: Collection[str], rules: Rules) -> None:
    for choice in settings.get(field.partition(".")[2]) or ():
        if choice not in known:
            reason = f'"{choice}" is not for {rules.model}, which knows {_list(known)}'
            raise bad_request(field, reason)


def _validate_embedding_types(kind: str, settings: Json, rules: Rules) -> None:
    """Reject a fused vector of a single option, and the conditions of some models on it."""
    types, entries = settings.get("embedding_type") or (), settings.get("time_based_metadata")
    field, metadata_field = f"{kind}.embedding_type", f"{kind}.time_based_metadata"
    is_fused = "fused_embedding" in types
    if entries is not None and not rules.is_fused_by_metadata:
        raise bad_request(metadata_field, f"is not for {rules.model}")
    if entries is not None and not is_fused:
        reason = f'goes into fused vectors only; add "fused_embedding" to {field}'
        raise bad_request(metadata_field, reason)
    if is_fused and rules.is_fused_by_metadata and not entries:
        reason = f"is required for fused vectors of {rules.model}"
        raise bad_request(metadata_field, reason, "parameter_not_provided")
    options = settings.get("embedding_option") or rules.options[kind]
    if types and len(options) < 2 and not entries:
        raise bad_request(field, f"is for two options or more; there is only {_list(options)}")
    for at, entry in enumerate(entries or ()):
        if entry["end"] < entry["start"]:
            reason = f"{entry['end']} is less than start, {entry['start']}"
            raise bad_request(f"{metadata_field}[{at}].end", reason)


# ------------------------------------------------------------------------------------- multi_input


def _validate_multi_input(settings: Json, rules: Rules) -> None:
    sources = settings.get("media_sources") or ()
    text = settings.get("input_text")
    for at, kind in enumerate(_media_types(settings)):
        if kind not in rules.media_types:
            reason = f'"{kind}" is not for {rules.model}, which takes {_list(rules.media_types)}'
            raise bad_request(f"multi_input.media_sources[{at}].media_type", reason)
    if text is None and not sources:
        raise bad_request("multi_input", "has neither input_text nor media_sources")
    if len(kinds := set(_media_types(settings))) > 1 and text is None:
        reason = f"is required for media of several types ({_list(sorted(kinds))})"
        raise bad_request("multi_input.input_text", reason, "parameter_not_provided")
    names = [source["name"] for source in sources if "name" in source]
    for name in names:
        if names.count(name) > 1:
            raise bad_request("multi_input.media_sources", f'two sources have the name "{name}"')
    for name in REFERENCE.findall(text or ""):
        if name not in names:
            reason = f"refers to <@{name}>, and no source has that name"
            raise bad_request("multi_input.input_text", reason)


def validate_document_sources(settings: Json, are_pdfs: Collection[bool]) -> None:
    """Reject a PDF with other content, and text documents with nothing but text.

    Args:
        settings: a `multi_input`.
        are_pdfs: of each document among its sources, whether it is a PDF.
    """
    others = len(settings["media_sources"]) - 1
    if not (others or "input_text" in settings):
        return
    if any(are_pdfs):
        reason = "a PDF must be the only source and goes without input_text"
        raise bad_request("multi_input.media_sources", reason)
    if are_pdfs and len(are_pdfs) == others + 1:
        reason = "all of it is text; send a single document, or add an image, audio or video"
        raise bad_request("multi_input.media_sources", reason)


def _media_types(settings: Json) -> list[str]:
    return [source["media_type"] for source in settings.get("media_sources") or ()]


# ---------------------------------------------------------------------------- documents of tasks


def document_pairs(request: Json, *, is_pdf: bool) -> list[tuple[str, str]]:
    """Return the pairs of option and scope to embed of a document."""
    settings, known, name = request["document"], _DOCUMENT_PAIRS[is_pdf], _DOCUMENT_NAMES[is_pdf]
    if "fused_embedding" in (settings.get("embedding_type") or ()):
        raise bad_request("document.embedding_type", "documents have no fused vectors")
    options = settings.get("embedding_option") or [known[0][0]]
    scopes = settings.get("embedding_scope") or [known[0][1]]
    pairs = [(option, scope) for option in options for scope in scopes]
    for option, scope in pairs:
        if (option, scope) not in known:
            allowed = "; ".join(f"{one} with {other}" for one, other in known)
            reason = f'"{option}" with the scope "{scope}" is not for {name}, which has {allowed}'
            raise bad_request("document.embedding_option", reason)
    _validate_document_segmentation(settings.get("segmentation") or {}, pairs, is_pdf=is_pdf)
    if request.get("embedding_uncertainty") and (is_pdf or scopes != ["local"]):
        reason = 'a PDF has none, and another document only with the scope "local" alone'
        raise _no_uncertainty(reason)
    return pairs


def validate_document_request(request: Json) -> None:
    """Reject a document request that is wrong whatever kind of document its file is."""
    errors: list[ApiError] = []
    for is_pdf in (True, False):
        try:
            document_pairs(request, is_pdf=is_pdf)
        except ApiError as error:
            errors.append(error)
    if len(errors) > 1:
        is_of_pdf = "visual" in (request["document"].get("embedding_option") or ())
        raise errors[0] if is_of_pdf else errors[1]


def _validate_document_segmentation(
    segmentation: Json, pairs: Sequence[tuple[str, str]], *, is_pdf: bool
) -> None:
    field, expected = "document.segmentation", "spatial" if is_pdf else "sequential"
    for kind in segmentation:
        if kind != expected:
            reason = f"is not for {_DOCUMENT_NAMES[is_pdf]}; use {expected}"
            raise bad_request(f"{field}.{kind}", reason)
        if _SEGMENTATION_PAIR[kind] not in pairs:
            option, scope = _SEGMENTATION_PAIR[kind]
            reason = f'needs the option "{option}" and the scope "{scope}"'
            raise bad_request(f"{field}.{kind}", reason)
    if not is_pdf and ("text", "local") in pairs and "sequential" not in segmentation:
        reason = 'is required for the scope "local"'
        raise bad_request(f"{field}.sequential", reason, "parameter_not_provided")
    sequential = segmentation.get("sequential", {"max_sentences": 1})
    overlap, maximum = sequential.get("overlap_sentences", 0), sequential["max_sentences"]
    if overlap >= maximum:
        reason = f"{overlap} is not less than max_sentences, {maximum}"
        raise bad_request(f"{field}.sequential.overlap_sentences", reason)


def _list(names: Collection[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
