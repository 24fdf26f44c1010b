"""Every error that this library raises.

    TwelveLabsError
    ├── ConfigurationError            no key, or a setting that cannot be
    ├── MissingDependencyError        an extra is not installed; also an ImportError
    ├── InvalidInputError             rejected here, before a byte was sent; also a ValueError
    │   └── MissingFileError          there is no such file; also a FileNotFoundError
    ├── ModelMismatchError            vectors that cannot be compared; also a ValueError
    ├── ApiConnectionError            no response: connection refused, reset, cut off
    │   └── ApiTimeoutError           no response in time; also a TimeoutError
    ├── InvalidResponseError          a response that is not what the contract promises
    ├── OutcomeUnknownError           no response says whether something was created
    ├── TaskFailedError               the service could not embed a task's media
    ├── AssetFailedError              the service cannot use what was uploaded
    ├── UploadError                   parts of a file could not be uploaded
    ├── WaitTimeoutError              not ready within the time given; also a TimeoutError
    ├── QuotaExhaustedError           the service asks to wait for longer than the policy allows
    ├── UnexpectedError               of one item of many: what nothing above is
    └── ApiError                      a response with a status of 300 or more
        ├── BadRequestError           400
        │   └── InvalidRequestError   rejected here, as the service would; also an InvalidInputError
        ├── UnauthorizedError         401
        ├── ForbiddenError            403
        ├── NotFoundError             404
        ├── ConflictError             409
        ├── GoneError                 410
        ├── ContentTooLargeError      413
        ├── UnprocessableEntityError  422
        ├── TooManyRequestsError      429
        └── ServerError               500 and above
            ├── InternalServerError       500
            ├── ServiceUnavailableError   503
            └── GatewayTimeoutError       504

The classes with a status of their own have the names of the vendor's SDK.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from twelvelabs_embed._modules import register_submodules
from twelvelabs_embed._text import duration_words
from twelvelabs_embed.violations import Hint, Violation

if TYPE_CHECKING:
    from datetime import datetime

    import httpx

__all__ = [
    "ApiConnectionError",
    "ApiError",
    "ApiTimeoutError",
    "AssetFailedError",
    "BadRequestError",
    "ConfigurationError",
    "ConflictError",
    "ContentTooLargeError",
    "ForbiddenError",
    "GatewayTimeoutError",
    "GoneError",
    "Hint",
    "InternalServerError",
    "InvalidInputError",
    "InvalidRequestError",
    "InvalidResponseError",
    "MissingDependencyError",
    "MissingFileError",
    "ModelMismatchError",
    "NotFoundError",
    "OutcomeUnknownError",
    "QuotaExhaustedError",
    "Violation",
    "ServerError",
    "ServiceUnavailableError",
    "TaskFailedError",
    "TooManyRequestsError",
    "TwelveLabsError",
    "UnauthorizedError",
    "UnexpectedError",
    "UnprocessableEntityError",
    "UploadError",
    "WaitTimeoutError",
]

_SHOWN_CHARACTERS = 300
_LONGEST_MESSAGE = 4000  # characters; more is no sentence


class TwelveLabsError(Exception):
    """The base of every error of this library."""

    attempts: int = 0
    """How many times the request was sent. 0 when it never was."""


class ConfigurationError(TwelveLabsError):
    """A key or a setting is missing or cannot be."""


class MissingDependencyError(TwelveLabsError, ImportError):
    """A package is not installed that an extra of this distribution brings.

    Attributes:
        package: the package, as one imports it: `pyarrow`
        extra: the extra that brings it: `arrow`
    """

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(package, extra, name=package)
        self.package = package
        self.extra = extra

    def __str__(self) -> str:
        return (
            f"{self.package} is not installed. The extra [{self.extra}] of twelvelabs-embed brings "
            'it; see "Install" in its README.'
        )


class InvalidInputError(TwelveLabsError, ValueError):
    """An input that the API would reject. Nothing was sent.

    Attributes:
        violations: everything that is wrong with it, not only the first thing
    """

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(violations)
        self.violations = tuple(violations)

    def __str__(self) -> str:
        return "\n".join(str(violation) for violation in self.violations)


class MissingFileError(InvalidInputError, FileNotFoundError):
    """There is no such file. Nothing was sent."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(violations)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.violations,)


class ModelMismatchError(TwelveLabsError, ValueError):
    """Vectors of different models, or of different lengths, were to be compared or joined."""


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
            f"{article} {self.created_resource} may have been created, but the answer did not come "
            f"({self.args[3]}). Look before you try again: {self.lookup_hint}"
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
        return type(self), (self.kind, self.id, self.waited_sec, self.hint)

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


class ApiError(TwelveLabsError):
    """The service answered with an error.

    Where a server repeats what it was sent, `***` stands for the key in all of this.

    The arguments are those of the vendor SDK's class, so that tests can make one.

    Attributes:
        status_code: the HTTP status
        headers: the headers of the response
        body: the response's body: what its JSON holds, otherwise its text
        code: the service's short name of the error, if it gave one
        message: the service's sentence about it, if it gave one
        details: more about it, if the service gave more
        docs_url: the service's page about it, if it names one
        request_id: the id to quote to the vendor's support, if the response has one
        hint: what to do about it, where this library knows
        response: the response; None when there was none
    """

    hint: str | None = None
    response: httpx.Response | None = None

    def __init__(
        self,
        *,
        headers: Mapping[str, str] | None = None,
        status_code: int = 0,
        body: Any = None,
    ) -> None:
        super().__init__()
        self.status_code = status_code
        self.headers: Mapping[str, str] = {} if headers is None else headers
        self.body = body
        says = _find_error(self.body)
        self.code: str | None = _text_or_none(says.get("code"))
        self.message: str | None = _text_or_none(says.get("message"))
        details = says.get("details")
        self.details: Mapping[str, Any] = details if isinstance(details, Mapping) else {}
        self.docs_url: str | None = _text_or_none(says.get("docs_url"))
        self.request_id: str | None = self.headers.get("x-request-id")

    @classmethod
    def from_response(cls, response: httpx.Response) -> Self:
        """Make the error of a response, whose body has been read."""
        error = cls.__new__(cls)
        ApiError.__init__(
            error,
            headers=response.headers,
            status_code=response.status_code,
            body=read_body(response),
        )
        error.response = response
        return error

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.__dict__)

    def __str__(self) -> str:
        name = f"{self.status_code} {self.code}" if self.code else str(self.status_code)
        text = _cut(self.message) if self.message else _shorten(self.body)
        if 300 <= self.status_code < 400 and (target := self.headers.get("location")):
            text = f"a redirect to {_shown_target(target)}, which is not followed, since it would "
            text += "be sent your key; is the base URL right?"
        parts = [f"{name}: {text}" if text else name]
        if self.request_id:
            parts.append(f"request {self.request_id}")
        if self.status_code in (429, 503) and (wait := self.headers.get("retry-after")):
            parts.append(f"Retry-After: {_cut(wait, _SHOWN_CHARACTERS)}")
        if self.attempts > 1:
            parts.append(f"after {self.attempts} attempts")
        shown = f"{parts[0]} ({', '.join(parts[1:])})" if parts[1:] else parts[0]
        return f"{shown}. {self.hint}" if self.hint else shown


class _StatusError(ApiError):
    """An error of one status."""

    _STATUS_CODE: ClassVar[int]

    def __init__(self, body: Any = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(headers=headers, status_code=self._STATUS_CODE, body=body)


class BadRequestError(_StatusError):
    """400: the request is not valid."""

    _STATUS_CODE = 400


class InvalidRequestError(InvalidInputError, BadRequestError):
    """A call in the vendor SDK's style that the service would reject. Nothing was sent.

    It is a `BadRequestError`, too, with the body that the service would send, because code that is
    written for the vendor's SDK catches that.

    Attributes:
        violations: everything that is wrong with it
    """

    def __init__(self, code: str, violations: Sequence[Violation], *, is_nested: bool) -> None:
        self.violations = tuple(violations)
        error = {"code": code, "message": InvalidInputError.__str__(self)}
        BadRequestError.__init__(self, {"error": error} if is_nested else error)

    def __str__(self) -> str:
        return InvalidInputError.__str__(self)


class UnauthorizedError(_StatusError):
    """401: the key is missing or not accepted."""

    _STATUS_CODE = 401


class ForbiddenError(_StatusError):
    """403: the account may not do this."""

    _STATUS_CODE = 403


class NotFoundError(_StatusError):
    """404: something that the request names does not exist."""

    _STATUS_CODE = 404


class ConflictError(_StatusError):
    """409: the request cannot be done in the present state."""

    _STATUS_CODE = 409


class GoneError(_StatusError):
    """410: it is not there any more."""

    _STATUS_CODE = 410


class ContentTooLargeError(_StatusError):
    """413: the body is too large."""

    _STATUS_CODE = 413


class UnprocessableEntityError(_StatusError):
    """422: the request is well-formed, and cannot be done."""

    _STATUS_CODE = 422


class TooManyRequestsError(_StatusError):
    """429: a rate limit is reached."""

    _STATUS_CODE = 429


class ServerError(ApiError):
    """500 and above: the service, or something in front of it, failed."""


class InternalServerError(ServerError, _StatusError):
    """500: the service failed."""

    _STATUS_CODE = 500


class ServiceUnavailableError(ServerError, _StatusError):
    """503: the service is not available now."""

    _STATUS_CODE = 503


class GatewayTimeoutError(ServerError, _StatusError):
    """504: something in front of the service waited too long for it."""

    _STATUS_CODE = 504


_BY_STATUS: Mapping[int, type[ApiError]] = {
    error._STATUS_CODE: error
    for error in (
        BadRequestError,
        UnauthorizedError,
        ForbiddenError,
        NotFoundError,
        ConflictError,
        GoneError,
        ContentTooLargeError,
        UnprocessableEntityError,
        TooManyRequestsError,
        InternalServerError,
        ServiceUnavailableError,
        GatewayTimeoutError,
    )
}
register_submodules(__name__, [error.__name__ for error in _BY_STATUS.values()])


def api_error(response: httpx.Response) -> ApiError:
    """Make the error of a response, whose body has been read."""
    fallback = ServerError if response.status_code >= 500 else ApiError
    return _BY_STATUS.get(response.status_code, fallback).from_response(response)


def _restore(kind: type[ApiError], attributes: Mapping[str, Any]) -> ApiError:
    error = kind.__new__(kind)
    error.__dict__.update(attributes)
    return error


def message_of(response: httpx.Response) -> str:
    """Return what a response says that was to be none of an error; empty if nothing.

    The service's words, or a gateway's, which have other names, or the beginning of the body.
    """
    body = read_body(response)
    error = _find_error(body)
    names = ("code", "message") if "message" in error else ("code", "error", "detail")
    words = [_text_or_none(error.get(name)) for name in names]
    if any(words[1:]):
        return _cut(": ".join(filter(None, words)), _SHOWN_CHARACTERS)
    match body:
        case {"data": [*_]} | None:
            return ""
        case str() if body.lstrip()[:1] in ("{", "["):  # cut off
            return ""
        case _:
            return _shorten(body)


def files_exhausted(error: Exception) -> ApiConnectionError | None:
    """Return the temporary error of having too many files or connections open, if it is that."""
    if not isinstance(error, OSError) or error.errno not in (errno.EMFILE, errno.ENFILE):
        return None
    hint = "Raise the limit (ulimit -n), or lower the concurrency"
    return ApiConnectionError(f"too many files are open ({error.strerror}). {hint}")


def is_foreign_answer(error: TwelveLabsError) -> bool:
    """Whether an error is of a response that is not the service's.

    A proxy's page, a redirect, the answer of another server: the service's own errors have a code.
    """
    match error:
        case ApiError():
            return error.code is None or error.status_code < 400
        case _:
            return isinstance(error, InvalidResponseError)


def is_gone(error: NotFoundError) -> bool:
    """Whether the service says that something does not exist; otherwise the path is unknown."""
    return error.code == "resource_not_exist"


def read_body(response: httpx.Response) -> Any:
    """Return what the JSON of a response holds; its text if it is none."""
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        return response.text


def _find_error(body: Any) -> Mapping[str, Any]:
    """The part of a body that holds code and message, in either of the two shapes."""
    match body:
        case {"error": {"code": _} | {"message": _}}:
            return cast(Mapping[str, Any], body["error"])
        case {**flat}:
            return cast(Mapping[str, Any], flat)
        case _:
            return {}


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _shown_target(location: str) -> str:
    """The target of a redirect without a query and without user and password."""
    scheme, slashes, rest = location.partition("?")[0].partition("//")
    place, slash, path = rest.partition("/")
    return _cut(
        "".join((scheme, slashes, place.rpartition("@")[2], slash, path)), _SHOWN_CHARACTERS
    )


def _shorten(body: Any) -> str:
    text = body if isinstance(body, str) else json.dumps(body)
    return _cut(" ".join(text.split()), _SHOWN_CHARACTERS)


def _cut(text: str, longest: int = _LONGEST_MESSAGE) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
