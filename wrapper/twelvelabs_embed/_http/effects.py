"""Effects: what a flow asks its runner to do.

A flow is a generator. It yields an effect and is sent what came of it, or has the error thrown into
it; it returns its result. `runners` performs the effects, blocking or awaited:

    response = yield SendRequest(...)      # httpx.Response, its body read
    yield Sleep(1.5)
    facts = yield RunBlocking(function)    # what the function returned
    results = yield RunConcurrently(flows, concurrency=4)
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
from attrs import field, frozen

from twelvelabs_embed._http.redaction import collect_secrets, without_query

if TYPE_CHECKING:
    from twelvelabs_embed._http.encoding import StreamedBody

T = TypeVar("T")


@frozen
class SendRequest:
    """Send this; give back the answer with its body read.

    Attributes:
        is_external: it goes to another host than the API's: nothing that the client adds by itself
            to requests may come with it
    """

    method: str
    url: str = field(repr=without_query)  # it may be presigned
    headers: httpx.Headers = field(repr=False)  # they hold the key
    params: Mapping[str, Any]
    body: bytes | StreamedBody | None = field(repr=False)
    timeout: httpx.Timeout
    is_external: bool = False

    def secrets(self) -> list[str]:
        """What nobody should see of it, though an answer may repeat it: the key, a signature."""
        query = self.url.partition("?")[2] if self.is_external else ""
        return collect_secrets(self.headers, query)


@frozen
class Sleep:
    """Wait this long.

    Attributes:
        yields_slot: it is before another attempt: what waits may go on in its place
    """

    duration_sec: float
    yields_slot: bool = False


@frozen
class RunBlocking:
    """Do this, which blocks, and give back what it returns: in a thread where others wait."""

    work: Callable[[], Any]


@frozen
class RunConcurrently:
    """Run these flows, some at once, and give back what they returned, in their order.

    When one fails, no other is begun, those that run go on to their end or are cancelled, and its
    error is thrown.
    """

    flows: Iterable[Flow[Any]]
    concurrency: int


Command = SendRequest | Sleep | RunBlocking | RunConcurrently
Flow = Generator[Command, Any, T]
