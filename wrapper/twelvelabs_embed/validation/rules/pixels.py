"""Rules of the pixels of images and videos."""

from __future__ import annotations

from twelvelabs_embed.errors import Violation
from twelvelabs_embed.validation.rules.subject import Subject


def image_pixels(subject: Subject) -> list[Violation]:
    """Judge the sides of an image."""
    facts, limit = subject.facts, subject.limits.get("min_side_px")
    if limit is None or facts.width_px is None or facts.height_px is None:
        return []
    if min(facts.width_px, facts.height_px) >= limit.value:
        return []
    value = f"{facts.label} has {facts.width_px}x{facts.height_px} pixels"
    allowed = f"each side of an image has to have at least {limit.value:g}"
    hint = "Use a larger image, or scale it up"
    return [Violation("media", value, allowed, hint, code="media.too_few_pixels")]


def video_pixels(subject: Subject) -> list[Violation]:
    """Judge the pictures as they are stored, unless they are right as they are shown.

    The documents do not say which size counts when pixels are not square, nor which of several
    video tracks is embedded: one that is right is enough.
    """
    facts = subject.facts
    if not facts.width_px or not facts.height_px:
        return []
    found = _picture_violations(subject, facts.width_px, facts.height_px)
    shown_px = max(1, round(facts.width_px * facts.pixel_aspect_ratio))
    others = ((shown_px, facts.height_px), *facts.other_sizes_px)
    if found and any(not _picture_violations(subject, *size) for size in others):
        return []
    return found


def _picture_violations(subject: Subject, width_px: int, height_px: int) -> list[Violation]:
    label, limits = subject.facts.label, subject.limits
    short_px, long_px = sorted((width_px, height_px))
    value = f"{label} has {width_px}x{height_px} pixels"
    found: list[Violation] = []
    low = limits.get("min_side_px")
    if low and short_px < low.value:
        allowed = f"a video has to have at least {low.value:g}x{low.value:g}"
        hint = "Scale it up, or use a better copy"
        found.append(Violation("media", value, allowed, hint, code="media.too_few_pixels"))
    high_long, high_short = limits.get("max_long_side_px"), limits.get("max_short_side_px")
    if high_long and high_short and (long_px > high_long.value or short_px > high_short.value):
        allowed = f"a video may have at most {high_long.value:g}x{high_short.value:g}"
        hint = "Scale it down"
        found.append(Violation("media", value, allowed, hint, code="media.too_many_pixels"))
    ratio = limits.get("max_aspect_ratio")
    if ratio and long_px > short_px * ratio.value:
        value = (
            f"the sides of {label} are as {long_px / short_px:.3f} to 1 ({width_px}x{height_px})"
        )
        allowed = f"they may be at most as {ratio.value:g} to 1"
        hint = "Crop it, or pad it with bars"
        found.append(Violation("media", value, allowed, hint, code="media.aspect_ratio"))
    return found
