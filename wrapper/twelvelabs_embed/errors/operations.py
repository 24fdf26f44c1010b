"""Errors of connections, and of tasks, uploads and runs."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any

from twelvelabs_embed._text import duration_words
from twelvelabs_embed.errors.usage import TwelveLabsError

if TYPE_CHECKING:
    from datetime import datetime

    import httpx


class ApiConnectionError(TwelveLabsError):
    """The service could not be reached, or the connection broke before the response ended."""


class ApiTimeoutError(ApiConnectionError, TimeoutError):
    """The service did not respond in time."""


class InvalidResponseError(TwelveLabsError):
    """A successful response that cannot be decoded as what the contract promises.

    Attributes:
        response: the response, with secrets redacted to `***`
    """

    def __init__(self, message: str, response: httpx.Response) -> None:
        super().__init__(message, response)
        self.response = response

    def __str__(self) -> str:
        return str(self.args[0])


class OutcomeUnknownError(TwelveLabsError):
    """A request that creates something was sent, and no response says whether it was done.

    It is not sent again, because then there might be two. The failure is the `__cause__`.

    Attributes:
        created_resource: what may have been created: `task`, `asset`, `upload session`
        since: when it was started, by this machine's clock
        lookup_hint: how to see whether it is there
    """

    def __init__(
        self, created_resource: str, since: datetime, lookup_hint: str, failure: TwelveLabsError
    ) -> None:
        super().__init__(created_resource, since, lookup_hint, failure)
        self.created_resource = created_resource
        self.since = since
        self.lookup_hint = lookup_hint

    def __str__(self) -> str:
        article = "an" if self.created_resource[0] in "aeiou" else "a"
        return (
            f"{article} {self.created_resource} may have been created, but the response did not "
            f"come ({self.args[3]}). Look before you try again: {self.lookup_hint}"
        )


class TaskFailedError(TwelveLabsError):
    """The service could not embed what a task was given.

    Attributes:
        task_id: the task
        message: the service's sentence about it, if it gave one
        response: the task as the service reports it; None when there is no more than the message
    """

    def __init__(self, task_id: str, message: str | None, response: Any = None) -> None:
        super().__init__(task_id, message)
        self.task_id = task_id
        self.message = message
        self.response = response

    def __str__(self) -> str:
        return f"task {self.task_id} failed: {self.message or 'the service does not say why'}"


class AssetFailedError(TwelveLabsError):
    """The service took a file but cannot use it.

    Attributes:
        asset_id: the asset
        message: the service's sentence about it, if it gave one
    """

    def __init__(self, asset_id: str, label: str, message: str | None = None) -> None:
        super().__init__(asset_id, label, message)
        self.asset_id = asset_id
        self.message = message

    def __str__(self) -> str:
        why = self.args[2] or "the service does not say why; see whether a player opens the file"
        return f"asset {self.asset_id} ({self.args[1]}) failed: {why}"


class UploadError(TwelveLabsError):
    """A file could not be uploaded.

    What was uploaded stays with the service for a day; uploading the same file again resumes it.

    Attributes:
        message: what happened
        chunk_index: the chunk that failed, from 1, if it is one
        original_error: the error behind it, if there is one
        upload_id: the session; empty before there is one
    """

    def __init__(
        self,
        message: str,
        chunk_index: int | None = None,
        original_error: Exception | None = None,
        *,
        upload_id: str = "",
    ) -> None:
        super().__init__(message, chunk_index, original_error)
        self.message = message
        self.chunk_index = chunk_index
        self.original_error = original_error
        self.upload_id = upload_id

    def __str__(self) -> str:
        return f"upload {self.upload_id}: {self.message}" if self.upload_id else self.message


class WaitTimeoutError(TwelveLabsError, TimeoutError):
    """A task or an asset was not ready within the time that was given. Nothing is lost.

    Attributes:
        kind: `task` or `asset`
        id: its id
        waited_sec: how long it was waited for, in seconds
        hint: how to continue
    """

    def __init__(self, kind: str, id: str, waited_sec: float, hint: str) -> None:
        super().__init__()  # OSError, below TimeoutError, has a meaning of its own for arguments
        self.kind = kind
        self.id = id
        self.waited_sec = waited_sec
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).__new__, (type(self),), self.__dict__

    def __str__(self) -> str:
        return f"{self.kind} {self.id} is not ready after {self.waited_sec:.0f} s. {self.hint}"


class QuotaExhaustedError(TwelveLabsError):
    """A run has ended because the service asks to wait for longer than the retry policy allows.

    What is not done was not sent, or was rejected without being counted: run it again.

    Attributes:
        wait_sec: how long to wait, in seconds
        retry_at: when to run it again, by this machine's clock
    """

    def __init__(self, wait_sec: float, retry_at: datetime) -> None:
        super().__init__(wait_sec, retry_at)
        self.wait_sec = wait_sec
        self.retry_at = retry_at

    def __str__(self) -> str:
        moment = self.retry_at.astimezone().isoformat(" ", "minutes")
        wait = duration_words(round(self.wait_sec))
        return (
            f"the service asks to wait {wait}, such as when a day's quota is used up. "
            f"Run it again at {moment}, or allow longer waits by RetryPolicy(total_sec=...)"
        )


class UnexpectedError(TwelveLabsError):
    """An item of many failed in a way that nothing here expects; the `__cause__` says how."""


def files_exhausted(error: Exception) -> ApiConnectionError | None:
    """Return the temporary error of having too many files or connections open, if it is that."""
    if not isinstance(error, OSError) or error.errno not in (errno.EMFILE, errno.ENFILE):
        return None
    hint = "Raise the limit (ulimit -n), or lower the concurrency"
    return ApiConnectionError(f"too many files are open ({error.strerror}). {hint}")
