"""Options of a run: how it proceeds."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from twelvelabs_embed.bulk.report import RunProgress


@frozen
class RunOptions:
    """How a run proceeds, apart from what affects its vectors.

    Attributes:
        retry_errors: run only what failed before
        limit: how many items to run at most
        progress: is called with the progress
        stop: returns whether to start no more items
    """

    retry_errors: bool = False
    limit: int | None = None
    progress: Callable[[RunProgress], object] | None = None
    stop: Callable[[], bool] | None = None
