"""What comes of a call when requests fail: in words that can be compared."""

from __future__ import annotations

from typing import Any

import httpx
from attrs import frozen
from twelvelabs_embed import RetryPolicy, TwelveLabsError
from twelvelabs_embed_emulator.faults.proxy import Seen

from tests.clients import ClientKind
from tests.faults.layers import Waits, failing
from tests.faults.operations import CALLS, Things

# Only what stalls has to be waited for; all others respond, however busy the machine is.
_STALLS = ("stall", "stall-request", "stall-body", "long-length")
_SHORT_SEC, _LONG_SEC = 2.0, 20.0


@frozen
class Came:
    """What came of a call.

    Attributes:
        outcome: `done`, or the name of the error
        attempts: how many requests were sent
        seen: those that came to the layer
    """

    outcome: str
    attempts: int
    seen: list[Seen]

    @property
    def words(self) -> str:
        """BatchResult and attempts."""
        return f"{self.outcome}, {self.attempts}"


def timeout_sec(script: str) -> float:
    """How long a client waits for a response, so that no more is waited than must be."""
    return _SHORT_SEC if script.startswith(_STALLS) else _LONG_SEC


async def measure(
    operation: str, script: str, things: Things, base_url: str, kind: ClientKind, attempts: int = 4
) -> Came:
    """Call an operation while requests fail by a script."""
    with failing(base_url, script) as (url, layer):
        waits = Waits()
        settings: dict[str, Any] = {
            "base_url": url,
            "clock": waits.clock(),
            "timeout": httpx.Timeout(timeout_sec(script), connect=_LONG_SEC),
            "retry": RetryPolicy(attempts=attempts),
        }
        try:
            async with kind.open(**settings) as client:
                await CALLS[operation](client, things)
        except TwelveLabsError as error:
            outcome, attempts = type(error).__name__, error.attempts
        else:
            outcome, attempts = "done", len(waits) + 1
    return Came(outcome, attempts, list(layer.seen))
