"""Polling: waiting until the service has finished a task or prepared an asset."""

from __future__ import annotations

import logging
from collections.abc import Callable
from math import inf
from typing import TypeVar

from msgspec.structs import replace

from twelvelabs_embed._http.effects import Flow, Notify, Sleep
from twelvelabs_embed._http.request import Connection
from twelvelabs_embed.errors import (
    ApiConnectionError,
    ApiError,
    InvalidResponseError,
    TwelveLabsError,
    WaitTimeoutError,
    is_foreign_response,
    read_body,
)
from twelvelabs_embed.retry import is_retryable_status

T = TypeVar("T")
_log = logging.getLogger("twelvelabs_embed")

_FIRST_SLEEP_SEC, _MAX_SLEEP_SEC = 0.5, 10.0


def has_ended(status: object) -> bool:
    """Return whether a task or an asset is done or has failed; other statuses are waited for."""
    return status in ("ready", "failed")


def growing_sleep_sec(attempts: int) -> float:
    """Return the seconds before the next request: short at first, for small files, then longer."""
    longer_sec: float = _FIRST_SLEEP_SEC * 1.5 ** min(attempts - 1, 20)
    return min(longer_sec, _MAX_SLEEP_SEC)


def wait_until(
    fetch: Callable[[Connection], Flow[T]],
    is_done: Callable[[T], bool],
    *,
    connection: Connection,
    kind: str,
    id: str,
    hint: str,
    timeout_sec: float | None,
    sleep_sec: Callable[[int], float] = growing_sleep_sec,
    callback: Callable[[T], object] | None = None,
) -> Flow[T]:
    """Fetch a state repeatedly until it is done.

    Temporary failures do not end the waiting: each request is retried by the connection's policy,
    and after the last retry there is another request after the usual pause, as long as time is
    left. A response that is not the service's, such as a proxy's page, is one of them.

    All waits of a connection have one pace, and their pauses vary: a thousand of them neither poll
    at the same time nor more often than a few.

    Raises:
        WaitTimeoutError: time is up; its cause is the failure of the last request, if it failed
    """
    clock = connection.clock
    started_sec, attempts = clock.monotonic(), 0
    failure: TwelveLabsError | None = None
    while True:
        attempts += 1
        try:
            state = yield from fetch(_with_deadline(connection, timeout_sec, started_sec))
        except (ApiConnectionError, ApiError, InvalidResponseError) as error:
            if not _is_temporary(error):
                raise
            failure = error
            _log.warning("%s %s: polling failed (%s)", kind, id, failure)
        else:
            failure = None
            if callback is not None:
                yield Notify(callback, state)
            if is_done(state):
                return state
        waited_sec = clock.monotonic() - started_sec
        pause_sec = connection.retry.vary_sec(sleep_sec(attempts))
        if timeout_sec is not None and waited_sec + pause_sec > timeout_sec:
            raise WaitTimeoutError(kind, id, waited_sec, hint) from failure
        yield Sleep(pause_sec)
        now_sec = clock.monotonic()
        if delay_sec := connection.poll_pacer.delay_sec(now_sec):
            left_sec = inf if timeout_sec is None else started_sec + timeout_sec - now_sec
            yield Sleep(max(0.0, min(delay_sec, left_sec)))


def _is_temporary(error: TwelveLabsError) -> bool:
    if isinstance(error, ApiError) and not is_foreign_response(error):
        return is_retryable_status(error.status_code)
    if not isinstance(error, InvalidResponseError):
        return True
    # What has an id came from the service, and would come again.
    match read_body(error.response):
        case {"_id": _}:
            return False
        case _:
            return True


def _with_deadline(
    connection: Connection, timeout_sec: float | None, started_sec: float
) -> Connection:
    """Return the connection with retries that end when time is up."""
    if timeout_sec is None:
        return connection
    left_sec = max(0.0, timeout_sec - (connection.clock.monotonic() - started_sec))
    policy = connection.retry
    return replace(connection, retry=replace(policy, total_sec=min(policy.total_sec, left_sec)))
