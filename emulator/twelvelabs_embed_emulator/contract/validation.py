"""What a model does not take of what the contract allows: conditions between parts of a request.

What each model knows is data of `_rules`; here it is compared with a request, before any media is
opened. What is inside the media is judged where it is opened.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

from twelvelabs_embed_emulator.contract import rules as _rules
from twelvelabs_embed_emulator.contract.errors import refuse
from twelvelabs_embed_emulator.contract.rules import Rules

_Json: TypeAlias = Mapping[str, Any]

REFERENCE = re.compile(r"<@([^<>@]+)>")
"""How a text refers to a source by its name."""

_SETTINGS = ("embedding_dimension", "embedding_uncertainty", "auto_truncate")

# What may be embedded of a document, by whether it is a PDF; the first pair is the default.
_DOCUMENT_PAIRS = {
    True: (("visual", "local"), ("visual", "asset"), ("text", "asset")),
    False: (("text", "asset"), ("text", "local")),
}
_DOCUMENT_NAMES = {True: "a PDF", False: "plain text or Markdown"}
_SEGMENTATION_PAIR = {"spatial": ("visual", "local"), "sequential": ("text", "local")}


def check(request: _Json, rules: Rules) -> None:
    """Refuse what `rules` do not know.

    Args:
        request: a decoded body that the contract has let pass.
        rules: those of its model, and of where it was sent to.

    Raises:
        ApiError: the model does not take this.
    """
    kind = request["input_type"]
    if kind not in rules.input_types:
        models = _rules.models_with(rules.endpoint, "input_types", kind)
        if not models:
            raise refuse("input_type", f'"{kind}" is in the contract, but not in this emulator')
        taken = f"{rules.model} takes only {_list(rules.input_types)} here"
        raise refuse("input_type", f'"{kind}" is for {_list(models)}; {taken}')
    _check_settings(request, rules)
    settings = request[kind]
    if kind == "multi_input":
        _check_multi_input(settings, rules)
    if kind in rules.options:
        _check_recording(kind, settings, rules)
    if request.get("embedding_uncertainty"):
        _check_uncertainty(kind, settings)


def _check_settings(request: _Json, rules: Rules) -> None:
    for name in _SETTINGS:
        if name in request and name not in rules.settings:
            models = _list(_rules.models_with(rules.endpoint, "settings", name))
            raise refuse(name, f"is only for {models}, not for {rules.model}")
    dimension = request.get("embedding_dimension", _rules.DIMENSIONS)
    if dimension > _rules.DIMENSIONS:
        problem = f"{dimension} is greater than the maximum of {_rules.DIMENSIONS}"
        raise refuse("embedding_dimension", problem)


def _check_uncertainty(kind: str, settings: _Json) -> None:
    """Refuse what has no uncertainty. Of documents in tasks, see `document_pairs`."""
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


def _no_uncertainty(problem: str) -> Exception:
    return refuse("embedding_uncertainty", problem)


# --------------------------------------------------------------------------------- audio and video


def _check_recording(kind: str, settings: _Json, rules: Rules) -> None:
    _check_words(f"{kind}.embedding_option", settings, rules.options[kind], rules)
    _check_words(f"{kind}.embedding_scope", settings, rules.scopes, rules)
    form = "temporal" if "temporal" in settings.get("segmentation", {}) else "bare"
    if "segmentation" in settings and form != rules.segmentation:
        either = {
            "bare": f"{rules.model} has the strategy here, not inside temporal",
            "temporal": f"{rules.model} has the strategy inside temporal",
        }
        raise refuse(f"{kind}.segmentation", either[rules.segmentation])
    _check_types(kind, settings, rules)


def _check_words(field: str, settings: _Json, known: Collection[str], rules: Rules) -> None:
    for word in settings.get(field.partition(".")[2]) or ():
        if word not in known:
            problem = f'"{word}" is not for {rules.model}, which knows {_list(known)}'
            raise refuse(field, problem)


def _check_types(kind: str, settings: _Json, rules: Rules) -> None:
    """Refuse fused vectors of a single thing, and of what they need with some models."""
    types, moments = settings.get("embedding_type") or (), settings.get("time_based_metadata")
    field, is_fused = f"{kind}.embedding_type", "fused_embedding" in types
    if moments is not None and not rules.is_fused_by_metadata:
        raise refuse(f"{kind}.time_based_metadata", f"is not for {rules.model}")
    if moments is not None and not is_fused:
        problem = f'goes into fused vectors only; add "fused_embedding" to {field}'
        raise refuse(f"{kind}.time_based_metadata", problem)
    if is_fused and rules.is_fused_by_metadata and not moments:
        problem = f"is required for fused vectors of {rules.model}"
        raise refuse(f"{kind}.time_based_metadata", problem, "parameter_not_provided")
    options = settings.get("embedding_option") or rules.options[kind]
    if types and len(options) < 2 and not moments:
        raise refuse(field, f"is for two options or more; there is only {_list(options)}")
    for at, moment in enumerate(moments or ()):
        if moment["end"] < moment["start"]:
            problem = f"{moment['end']} is less than start, {moment['start']}"
            raise refuse(f"{kind}.time_based_metadata[{at}].end", problem)


# ----------------------------------------------------------------------------------- several inputs


def _check_multi_input(settings: _Json, rules: Rules) -> None:
    sources = settings.get("media_sources") or ()
    text = settings.get("input_text")
    for at, kind in enumerate(_media_types(settings)):
        if kind not in rules.media_types:
            problem = f'"{kind}" is not for {rules.model}, which takes {_list(rules.media_types)}'
            raise refuse(f"multi_input.media_sources[{at}].media_type", problem)
    if text is None and not sources:
        raise refuse("multi_input", "has neither input_text nor media_sources")
    if len(kinds := set(_media_types(settings))) > 1 and text is None:
        problem = f"is required for media of several types ({_list(sorted(kinds))})"
        raise refuse("multi_input.input_text", problem, "parameter_not_provided")
    names = [source["name"] for source in sources if "name" in source]
    for name in names:
        if names.count(name) > 1:
            raise refuse("multi_input.media_sources", f'two sources have the name "{name}"')
    for name in REFERENCE.findall(text or ""):
        if name not in names:
            problem = f"refers to <@{name}>, and no source has that name"
            raise refuse("multi_input.input_text", problem)


def check_documents(settings: _Json, are_pdfs: Collection[bool]) -> None:
    """Refuse a PDF that is not alone, and what is text only, but not just one.

    Args:
        settings: a `multi_input`.
        are_pdfs: of each document among its sources, whether it is a PDF.
    """
    others = len(settings["media_sources"]) - 1
    if any(are_pdfs) and (others or "input_text" in settings):
        problem = "a PDF must be the only source and goes without input_text"
        raise refuse("multi_input.media_sources", problem)
    if are_pdfs and len(are_pdfs) == others + 1 and (others or "input_text" in settings):
        problem = "all of it is text; send a single document, or add an image, audio or video"
        raise refuse("multi_input.media_sources", problem)


def _media_types(settings: _Json) -> list[str]:
    return [source["media_type"] for source in settings.get("media_sources") or ()]


# ---------------------------------------------------------------------------- documents of tasks


def document_pairs(request: _Json, *, is_pdf: bool) -> list[tuple[str, str]]:
    """Return what is to be embedded of a document, as pairs of an option and a scope.

    Raises:
        ApiError: such a document has no such pair, or cannot be cut like this.
    """
    settings = request["document"]
    known, name = _DOCUMENT_PAIRS[is_pdf], _DOCUMENT_NAMES[is_pdf]
    if "fused_embedding" in (settings.get("embedding_type") or ()):
        raise refuse("document.embedding_type", "documents have no fused vectors")
    options = settings.get("embedding_option") or [known[0][0]]
    scopes = settings.get("embedding_scope") or [known[0][1]]
    pairs = [(option, scope) for option in options for scope in scopes]
    for option, scope in pairs:
        if (option, scope) not in known:
            allowed = "; ".join(f"{one} with {other}" for one, other in known)
            problem = f'"{option}" with the scope "{scope}" is not for {name}, which has {allowed}'
            raise refuse("document.embedding_option", problem)
    _check_cut(settings.get("segmentation") or {}, pairs, is_pdf)
    if request.get("embedding_uncertainty") and (is_pdf or scopes != ["local"]):
        problem = 'a PDF has none, and another document only with the scope "local" alone'
        raise _no_uncertainty(problem)
    return pairs


def _check_cut(segmentation: _Json, pairs: Sequence[tuple[str, str]], is_pdf: bool) -> None:
    field, wanted = "document.segmentation", "spatial" if is_pdf else "sequential"
    for cut in segmentation:
        if cut != wanted:
            raise refuse(f"{field}.{cut}", f"is not for {_DOCUMENT_NAMES[is_pdf]}; use {wanted}")
        if _SEGMENTATION_PAIR[cut] not in pairs:
            option, scope = _SEGMENTATION_PAIR[cut]
            problem = f'needs the option "{option}" and the scope "{scope}"'
            raise refuse(f"{field}.{cut}", problem)
    if not is_pdf and ("text", "local") in pairs and "sequential" not in segmentation:
        problem = 'is required for the scope "local"'
        raise refuse(f"{field}.sequential", problem, "parameter_not_provided")
    sequential = segmentation.get("sequential", {"max_sentences": 1})
    overlap, most = sequential.get("overlap_sentences", 0), sequential["max_sentences"]
    if overlap >= most:
        problem = f"{overlap} is not less than max_sentences, {most}"
        raise refuse(f"{field}.sequential.overlap_sentences", problem)


def _list(names: Collection[str]) -> str:
    quoted = [f'"{name}"' for name in names]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if quoted[1:] else quoted)
