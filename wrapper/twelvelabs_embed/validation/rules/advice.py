"""Advice: what the API accepts, and what is probably a mistake all the same."""

from __future__ import annotations

from twelvelabs_embed._text import duration_words
from twelvelabs_embed.inputs import Audio, MultiInput, Text, Video
from twelvelabs_embed.validation.links import link_advice
from twelvelabs_embed.validation.rules.subject import Subject

# Source: the reference page, `embedding_scope`.
_LONGEST_ASSET_SEC = 30.0


def find_advice(subject: Subject) -> list[str]:
    """Find what is probably a mistake, although the API accepts it."""
    input, found = subject.input, list[str]()
    if isinstance(input, Text):
        return found
    for one in [one.input for one in input.sources] if isinstance(input, MultiInput) else [input]:
        if one.media.kind == "url" and (advice := link_advice(str(one.media.value))):
            found.append(advice)
    if not isinstance(input, (Audio, Video)) or input.scopes is None:
        return found
    if input.segmentation is not None and not {"clip", "local"} & {*input.scopes}:
        found.append("segmentation has no effect without the scope 'clip'")
    duration_sec = _embedded_sec(input, subject.facts.duration_sec)
    if "asset" in input.scopes and duration_sec is not None and duration_sec > _LONGEST_ASSET_SEC:
        found.append(
            f"the scope 'asset' makes one vector of {duration_words(duration_sec)}; it is best for "
            "up to 10 to 30 seconds. The scope 'clip' makes one for each segment"
        )
    return found


def text_advice(text: str, *, is_file: bool) -> str:
    """Say that a text is the name of a file or a link, and is embedded as text; empty if not."""
    if text.startswith(("http://", "https://")):
        shown = text.partition("?")[0]  # the query may hold a signature
        return f"{shown!r} is embedded as a text; for what it leads to: Video(url), Image(url) ..."
    if is_file:
        return f"{text!r} is embedded as a text; for the file of that name: pathlib.Path({text!r})"
    return ""


def _embedded_sec(input: Audio | Video, duration_sec: float | None) -> float | None:
    end_sec = input.end_sec if input.end_sec is not None else duration_sec
    return None if end_sec is None else end_sec - (input.start_sec or 0)
