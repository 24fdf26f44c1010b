"""Observed quotas: what responses say of a quota, and a rate that rejections have reduced."""

from __future__ import annotations

from attrs import frozen

__all__ = ["ReducedRate", "RemainingQuota"]


@frozen
class RemainingQuota:
    """What a response said of one dimension.

    Attributes:
        limit: the whole quota
        left: what remained of it
        seen_sec: when it came
        our_part: how many of our requests may count at a time
        full_rate: requests a second before its paced part began
    """

    limit: float
    left: float
    seen_sec: float
    our_part: float
    full_rate: float


@frozen
class ReducedRate:
    """A rate that was halved and grows again.

    Attributes:
        last_number: of the last permit before
        since_sec: since when it grows
        requests_per_sec: what it was then
        growth_per_sec: by how much it grows in a second
    """

    last_number: int
    since_sec: float
    requests_per_sec: float
    growth_per_sec: float

    def rate(self, now_sec: float) -> float:
        """Return how many requests a second may be sent now."""
        return self.requests_per_sec + self.growth_per_sec * max(0.0, now_sec - self.since_sec)
