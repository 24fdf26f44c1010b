"""Options of a run: what each item is embedded with, and how the run proceeds."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from twelvelabs_embed._http.request import RequestOptions
from twelvelabs_embed.bulk.report import RunProgress
from twelvelabs_embed.validation.routing import RouteName


@frozen(kw_only=True)
class EmbedOptions:
    """The arguments of `client.embed` for each item, besides the input."""

    model: str
    dimension: int | None
    uncertainty: bool
    auto_truncate: bool
    check: bool
    route: RouteName | None
    keep_asset: bool
    wait_sec: float | None
    request_options: RequestOptions | None


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
