"""What flows yield: what is to be done next. A flow itself is a generator of these.

A flow yields `Send` and is sent the `httpx.Response`, or has the transport's error thrown into it;
it yields `Sleep` and is sent nothing; it yields `Do` and is sent what was done; it yields `Gather`
and is sent what several flows returned. It returns its result. `_drive` runs it, blocking or
awaited.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
from attrs import field, frozen

from twelvelabs_embed._secret import find_secrets, without_query

if TYPE_CHECKING:
    from twelvelabs_embed._body import StreamedBody

T = TypeVar("T")


@frozen
class Send:
    """Send this; give back the answer with its body read.

    Attributes:
        is_foreign: it goes to another host than the API's: nothing that the client adds by itself
            to requests may come with it
    """

    method: str
    url: str = field(repr=without_query)  # it may be presigned
    headers: httpx.Headers = field(repr=False)  # they hold the key
    params: Mapping[str, Any]
    body: bytes | StreamedBody | None = field(repr=False)
    timeout: httpx.Timeout
    is_foreign: bool = False

    def secrets(self) -> list[str]:
        """What nobody should see of it, though an answer may repeat it: the key, a signature."""
        query = self.url.partition("?")[2] if self.is_foreign else ""
        return find_secrets(self.headers, query)


@frozen
class Sleep:
    """Wait this long.

    Attributes:
        gives_way: it is before another attempt: what waits may go on in its place
    """

    duration_sec: float
    gives_way: bool = False


@frozen
class Do:
    """Do this, which blocks, and give back what it returns: in a thread where others wait."""

    work: Callable[[], Any]


@frozen
class Gather:
    """Run these flows, some at once, and give back what they returned, in their order.

    When one fails, no other is begun, those that run go on to their end or are cancelled, and its
    error is thrown.
    """

    flows: Iterable[Flow[Any]]
    at_once: int


Command = Send | Sleep | Do | Gather
Flow = Generator[Command, Any, T]
