"""What is to come of each operation under each fault: the table of docs/faults.md, as data."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from tests.faults.operations import CREATES, EMPTY

UNKNOWN = "OutcomeUnknownError, 1"


@frozen
class Row:
    """The outcomes of a fault that happens once: what, and after how many attempts.

    Attributes:
        reads: operations that response with something, and of which more than one do no harm
        changes: operations that respond with nothing, and of which more than one do no harm
        created_resource: operations that create something with each request
        for_ever: of `create_embeddings` with three attempts, when the fault does not end
    """

    reads: str
    changes: str
    created_resource: str
    for_ever: str


def _passes(for_ever: str, changes: str = "done, 2", created_resource: str = UNKNOWN) -> Row:
    """Of a fault that is over with the next attempt."""
    return Row("done, 2", changes, created_resource, f"{for_ever}, 3")


_NEVER = "done, 1"  # what takes a while but comes, and what there is nothing of without a body

ROWS: Mapping[str, Row] = {
    "400": Row(*["BadRequestError, 1"] * 4),
    "408": _passes("ApiError"),
    "429:3": _passes("TooManyRequestsError", created_resource="done, 2"),
    "500": _passes("InternalServerError"),
    "503": _passes("ServiceUnavailableError"),
    "504": _passes("GatewayTimeoutError"),
    "html": _passes("ServerError"),
    "html:200": _passes("InvalidResponseError"),
    "redirect": Row(*["ApiError, 1"] * 4),
    "reset-before": _passes("ApiConnectionError"),
    "reset-during": _passes("ApiConnectionError"),
    "reset": _passes("ApiConnectionError"),
    "stall-request:3": _passes("ApiTimeoutError"),
    "stall": _passes("ApiTimeoutError"),
    "stall-body": _passes("ApiTimeoutError", _NEVER),
    "slow-head:0.02": Row(*[_NEVER] * 4),
    "slow-body:0.02": Row(*[_NEVER] * 4),
    "truncated": _passes("ApiConnectionError", _NEVER),
    # What is left of the body may come before the client has seen that it cannot read it.
    "short-length": _passes("InvalidResponseError, 3 or ApiConnectionError", _NEVER),
    "long-length": _passes("ApiTimeoutError"),
    "gzip": _passes("ApiConnectionError", _NEVER),
    "garbage:0.2": _passes("InvalidResponseError"),
}
"""The outcomes by the fault's script, which is how it is typed."""


def expected(operation: str, script: str, awaited: bool) -> set[str]:
    """What may come of a call; more than one thing where it depends on who is faster."""
    row = ROWS[script]
    if operation in EMPTY:
        # A 204 has no length that could be wrong.
        has_length = operation != "delete_asset" or script != "long-length"
        return {row.changes if has_length else _NEVER}
    if operation in CREATES:
        # A body that is still being sent when the connection breaks was certainly not acted on.
        is_cut = operation == "create_asset" and script in ("reset-before", "reset-during")
        return {row.created_resource, "done, 2"} if is_cut else {row.created_resource}
    # httpx takes what is left of the response for the next one, which costs an attempt.
    return {"done, 3"} if script == "short-length" and not awaited else {row.reads}
