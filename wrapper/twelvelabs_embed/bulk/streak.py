"""Circuit breaker of a run: errors that end it, at once or in a streak.

They come from what all items share, and not from one of them.
"""

from __future__ import annotations

from twelvelabs_embed.bulk.errors import BulkError, NoResponseError
from twelvelabs_embed.bulk.failures import Failure
from twelvelabs_embed.errors import (
    ApiConnectionError,
    ConfigurationError,
    ForbiddenError,
    ModelMismatchError,
    NotFoundError,
    OutcomeUnknownError,
    ServerError,
    TooManyRequestsError,
    TwelveLabsError,
    UnauthorizedError,
    UploadError,
    is_foreign_response,
    is_gone,
)

FATAL_ERRORS = (
    BulkError,
    ConfigurationError,
    ForbiddenError,
    ModelMismatchError,
    UnauthorizedError,
)
"""All other items would fail with them, too."""


def is_shared(error: TwelveLabsError) -> bool:
    """Return whether all items would fail like this, if several do and none succeeds meanwhile."""
    match error:
        case ApiConnectionError() | ServerError() | TooManyRequestsError():
            return True
        case UploadError() | OutcomeUnknownError():
            cause = error.__cause__
            return not isinstance(cause, TwelveLabsError) or is_shared(cause)
        case _:
            return _is_elsewhere(error)


def _is_elsewhere(error: TwelveLabsError) -> bool:
    """Return whether a response is not the service's, or of another path of it."""
    if isinstance(error, NotFoundError):
        return not is_gone(error)
    return is_foreign_response(error)


class FailureStreak:
    """Failures that are not recorded before an item that was started later succeeds.

    `length` of them end the run.
    """

    def __init__(self, length: int) -> None:
        self._length = length
        self._waiting: list[tuple[float, Failure | None]] = []
        self._error: TwelveLabsError | None = None

    def add(self, now_sec: float, failure: Failure | None, error: TwelveLabsError) -> None:
        """Add a failure, None if it was recorded already, and end the run if the streak is long."""
        self._waiting.append((now_sec, failure))
        self._error = error
        if len(self._waiting) >= self._length:
            self.end()

    def settle(self, started_sec: float) -> list[Failure]:
        """Take the failures before the start of an item that succeeded: their own fault."""
        taken: list[Failure] = []
        while self._waiting and self._waiting[0][0] <= started_sec:
            if (failure := self._waiting.pop(0)[1]) is not None:
                taken.append(failure)
        return taken

    def end(self) -> None:
        """Raise `NoResponseError` if failures wait. None of them is to be recorded."""
        if self._waiting and self._error is not None:
            count = len(self._waiting)
            self._waiting.clear()
            raise NoResponseError(count, self._error) from self._error

    @property
    def is_foreign(self) -> bool:
        """Whether the last failure is a response that is not the service's."""
        return self._error is not None and _is_elsewhere(self._error)
