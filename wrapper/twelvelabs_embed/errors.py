"""Every error that this library raises.

    TwelveLabsError
    ├── ConfigurationError            no key, or a setting that cannot be
    ├── MissingDependencyError        an extra is not installed; also an ImportError
    ├── InvalidInputError             rejected here, before a byte was sent; also a ValueError
    ├── ModelMismatchError            vectors that cannot be compared; also a ValueError
    ├── ApiConnectionError            no response: connection refused, reset, cut off
    │   └── ApiTimeoutError           no response in time; also a TimeoutError
    ├── InvalidResponseError          a response that is not what the contract promises
    ├── OutcomeUnknownError           no response says whether something was created
    ├── TaskFailedError               the service could not embed a task's media
    ├── AssetFailedError              the service cannot use what was uploaded
    ├── UploadError                   parts of a file could not be uploaded
    ├── WaitTimeoutError              not ready within the time given; also a TimeoutError
    └── ApiError                      a response with a status of 300 or more
        ├── BadRequestError           400
        ├── UnauthorizedError         401
        ├── ForbiddenError            403
        ├── NotFoundError             404
        ├── ConflictError             409
        ├── ContentTooLargeError      413
        ├── TooManyRequestsError      429
        └── ServerError               500 and above
            ├── InternalServerError       500
            ├── ServiceUnavailableError   503
            └── GatewayTimeoutError       504

The classes with a status of their own have the names of the vendor's SDK.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

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
    "Hint",
    "InternalServerError",
    "InvalidInputError",
    "InvalidResponseError",
    "MissingDependencyError",
    "ModelMismatchError",
    "NotFoundError",
    "OutcomeUnknownError",
    "Violation",
    "ServerError",
    "ServiceUnavailableError",
    "TaskFailedError",
    "TooManyRequestsError",
    "TwelveLabsError",
    "UnauthorizedError",
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
    """Parts of a file could not be uploaded.

    What was uploaded stays with the service for a day; uploading the same file again resumes it.

    Attributes:
        upload_id: the session
    """

    def __init__(self, upload_id: str, what: str) -> None:
        super().__init__(upload_id, what)
        self.upload_id = upload_id

    def __str__(self) -> str:
        return f"upload {self.upload_id}: {self.args[1]}"


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


class ApiError(TwelveLabsError):
    """The service answered with an error.

    Where a server repeats what it was sent, `***` stands for the key in all of this.

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
        response: the response
    """

    hint: str | None = None

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response)
        self.response = response
        self.status_code: int = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self.body: Any = _read_body(response)
        says = _find_error(self.body)
        self.code: str | None = _text_or_none(says.get("code"))
        self.message: str | None = _text_or_none(says.get("message"))
        details = says.get("details")
        self.details: Mapping[str, Any] = details if isinstance(details, Mapping) else {}
        self.docs_url: str | None = _text_or_none(says.get("docs_url"))
        self.request_id: str | None = response.headers.get("x-request-id")

    def __str__(self) -> str:
        name = f"{self.status_code} {self.code}" if self.code else str(self.status_code)
        text = _cut(self.message) if self.message else _shorten(self.body)
        parts = [f"{name}: {text}" if text else name]
        if self.request_id:
            parts.append(f"request {self.request_id}")
        if self.attempts > 1:
            parts.append(f"after {self.attempts} attempts")
        told = f"{parts[0]} ({', '.join(parts[1:])})" if parts[1:] else parts[0]
        return f"{told}. {self.hint}" if self.hint else told


class BadRequestError(ApiError):
    """400: the request is not valid."""


class UnauthorizedError(ApiError):
    """401: the key is missing or not accepted."""


class ForbiddenError(ApiError):
    """403: the account may not do this."""


class NotFoundError(ApiError):
    """404: something that the request names does not exist."""


class ConflictError(ApiError):
    """409: the request cannot be done in the present state."""


class ContentTooLargeError(ApiError):
    """413: the body is too large."""


class TooManyRequestsError(ApiError):
    """429: a rate limit is reached."""


class ServerError(ApiError):
    """500 and above: the service, or something in front of it, failed."""


class InternalServerError(ServerError):
    """500: the service failed."""


class ServiceUnavailableError(ServerError):
    """503: the service is not available now."""


class GatewayTimeoutError(ServerError):
    """504: something in front of the service waited too long for it."""


_BY_STATUS: Mapping[int, type[ApiError]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    413: ContentTooLargeError,
    429: TooManyRequestsError,
    500: InternalServerError,
    503: ServiceUnavailableError,
    504: GatewayTimeoutError,
}


def api_error(response: httpx.Response) -> ApiError:
    """Make the error of a response, whose body has been read."""
    fallback = ServerError if response.status_code >= 500 else ApiError
    return _BY_STATUS.get(response.status_code, fallback)(response)


def _read_body(response: httpx.Response) -> Any:
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


def _shorten(body: Any) -> str:
    text = body if isinstance(body, str) else json.dumps(body)
    return _cut(" ".join(text.split()), _SHOWN_CHARACTERS)


def _cut(text: str, longest: int = _LONGEST_MESSAGE) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
