"""Effects: what a flow asks its runner to do.

A flow is a generator. It yields an effect and is sent the result, or has the error thrown into it.
`runners` performs the effects, blocking or awaited:

    response = yield SendRequest(...)      # httpx.Response, its body read
    yield Sleep(1.5)
    facts = yield RunBlocking(function)    # what the function returned
    results = yield RunConcurrently(flows, concurrency=4)
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from twelvelabs_embed._http.redaction import collect_secrets, without_query

if TYPE_CHECKING:
    import httpx

    from twelvelabs_embed._http.encoding import StreamedBody

T = TypeVar("T")


class SendRequest(Struct, frozen=True, eq=False):
    """Send a request; the result is its response, the body read.

    Attributes:
        is_external: it goes to another host than the API's: it is sent without anything that an
            HTTP client adds to its requests by itself
        follows_redirects: whether a redirect to the same host is followed
        media_sec: how much audio and video it embeds, in seconds, as far as it is known
    """

    method: str
    url: str
    headers: httpx.Headers
    params: Mapping[str, Any]
    body: bytes | StreamedBody | None
    timeout: httpx.Timeout
    is_external: bool = False
    follows_redirects: bool = False
    media_sec: float = 0.0

    def __repr__(self) -> str:
        return f"SendRequest(method={self.method!r}, url={without_query(self.url)!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        # The URL may be presigned, and the headers hold the key.
        return [("method", self.method), ("url", without_query(self.url))]

    def secrets(self) -> list[str]:
        """Return its key or its signature, which a response may repeat."""
        query = self.url.partition("?")[2] if self.is_external else ""
        return collect_secrets(self.headers, query)


class Sleep(Struct, frozen=True):
    """Wait this long.

    Attributes:
        yields_slot: it is the wait before a retry, so other items may use its slot
    """

    duration_sec: float
    yields_slot: bool = False


class RunBlocking(Struct, frozen=True):
    """Call a function that blocks; the result is its own. An async runner uses a thread."""

    work: Callable[[], Any]


class RunConcurrently(Struct, frozen=True):
    """Run flows concurrently; the result is the list of theirs, in their order.

    When one fails, no other is started, those that run finish or are cancelled, and its error is
    thrown into the flow.
    """

    flows: Iterable[Flow[Any]]
    concurrency: int


class Notify(Struct, frozen=True):
    """Call a user's callback with a value. An async runner awaits what it returns."""

    callback: Callable[[Any], object]
    value: Any


Command = SendRequest | Sleep | RunBlocking | RunConcurrently | Notify
Flow = Generator[Command, Any, T]
