"""Estimate of what a run needs: media, requests and vectors, from what was inspected."""

from __future__ import annotations

from math import ceil, floor
from typing import TypeAlias

from attrs import define

from twelvelabs_embed.inputs import Audio, Document, Dynamic, Fixed, Video
from twelvelabs_embed.limits import DEFAULT_MODEL
from twelvelabs_embed.validation.media_facts import MediaFacts
from twelvelabs_embed.validation.planning import RequestPlan

__all__ = ["Estimate"]

_Range: TypeAlias = tuple[int, int | None]


@define
class Estimate:
    """What the items of a run are expected to need.

    The service decides where scenes change and what is said, so vectors have a minimum and a
    maximum. Polls and retries are not counted: requests are a minimum.

    Attributes:
        media_sec: how much audio and video is embedded, in seconds, as far as it is known
        size_bytes: how many bytes of media are sent
        min_requests: how many requests are sent at least
        uploads: how many files are uploaded before
        tasks: how many tasks are created
        min_rows: how many vectors there are at least
        max_rows: how many there are at most; None when that is not known
        unknown: how many items could not be inspected: links and assets
    """

    media_sec: float = 0.0
    size_bytes: int = 0
    min_requests: int = 0
    uploads: int = 0
    tasks: int = 0
    min_rows: int = 0
    max_rows: int | None = 0
    unknown: int = 0

    def add(self, plan: RequestPlan, facts: MediaFacts) -> None:
        """Add an item."""
        is_task = plan.route.name == "task"
        self.media_sec += plan.media_sec
        self.size_bytes += facts.size_bytes or 0
        self.uploads += plan.is_uploaded
        self.tasks += is_task
        # An upload is a request, a task is also retrieved.
        self.min_requests += 1 + plan.is_uploaded + is_task
        self.unknown += facts.via != "inline"
        low, high = _rows(plan, facts)
        self.min_rows += low
        self.max_rows = None if self.max_rows is None or high is None else self.max_rows + high

    def min_hours(
        self, *, rpm: float | None = None, minutes_per_hour: float | None = None
    ) -> float:
        """Return how many hours it takes at least, within quotas.

        Args:
            rpm: how many requests may be sent in any minute
            minutes_per_hour: how many minutes of audio and video may be embedded in any hour
        """
        by_requests = self.min_requests / rpm / 60 if rpm else 0.0
        return max(by_requests, self.media_sec / 60 / minutes_per_hour if minutes_per_hour else 0.0)

    def price(self, per_minute: float) -> float:
        """Return the price of the audio and video, from the price of a minute."""
        return self.media_sec / 60 * per_minute


def _rows(plan: RequestPlan, facts: MediaFacts) -> _Range:
    """Return how many vectors an item has at least and at most."""
    input = plan.input
    if isinstance(input, Document):
        return 1, None
    if not isinstance(input, (Audio, Video)) or plan.terms.shape == "multi_input":
        return 1, 1
    options = input.options or plan.terms.choices.get("options", ())
    scopes, types = input.scopes or ("clip", "asset"), input.types or ("separate",)
    is_separate, is_fused = "separate" in types, "fused" in types
    low, high = _segments(plan)
    # Speech is not certain, and sound is only where there is a track.
    certain = {"visual"} | ({"audio"} if facts.has_audio else set())
    fewest = is_separate * len(certain.intersection(options)) + is_fused
    most = is_separate * len(options) + is_fused
    segments, whole = any(scope != "asset" for scope in scopes), "asset" in scopes
    at_most = None if high is None or not options else most * (high * segments + whole)
    return fewest * (low * segments + whole), at_most


def _segments(plan: RequestPlan) -> _Range:
    span_sec, input = plan.media_sec, plan.input
    if not span_sec or not isinstance(input, (Audio, Video)):
        return 1, None
    match input.segmentation or _default(plan):
        case Fixed(sec=sec):
            return max(floor(span_sec / sec), 1), max(ceil(span_sec / sec), 1)
        case Dynamic(min_sec=sec):
            return 1, max(ceil(span_sec / sec), 1)


def _default(plan: RequestPlan) -> Fixed | Dynamic:
    """Return the segmentation that the service chooses, by its documents."""
    if plan.options.model != DEFAULT_MODEL:
        return Dynamic(2)
    return Fixed(6) if isinstance(plan.input, Audio) else Dynamic(4)
