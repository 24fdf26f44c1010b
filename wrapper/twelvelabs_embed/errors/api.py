"""Errors that the service responds with: one class for each status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from twelvelabs_embed.errors.operations import InvalidResponseError
from twelvelabs_embed.errors.response_body import (
    SHOWN_CHARACTERS,
    cut_text,
    find_error,
    read_body,
    shorten_body,
    text_or_none,
)
from twelvelabs_embed.errors.usage import InvalidInputError, TwelveLabsError
from twelvelabs_embed.violations import Violation

if TYPE_CHECKING:
    import httpx


BY_STATUS: dict[int, type[ApiError]] = {}
"""The classes that have a status of their own, which they add themselves."""


class ApiError(TwelveLabsError):
    """The service responded with an error.

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
        says = find_error(self.body)
        self.code: str | None = text_or_none(says.get("code"))
        self.message: str | None = text_or_none(says.get("message"))
        details = says.get("details")
        self.details: Mapping[str, Any] = details if isinstance(details, Mapping) else {}
        self.docs_url: str | None = text_or_none(says.get("docs_url"))
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
        return type(self).__new__, (type(self),), self.__dict__  # whatever its __init__ takes

    def __str__(self) -> str:
        name = f"{self.status_code} {self.code}" if self.code else str(self.status_code)
        text = cut_text(self.message) if self.message else shorten_body(self.body)
        if 300 <= self.status_code < 400 and (target := self.headers.get("location")):
            text = f"a redirect to {_shown_target(target)}, which is not followed, since it would "
            text += "be sent your key; is the base URL right?"
        parts = [f"{name}: {text}" if text else name]
        if self.request_id:
            parts.append(f"request {self.request_id}")
        if self.status_code in (429, 503) and (wait := self.headers.get("retry-after")):
            parts.append(f"Retry-After: {cut_text(wait, SHOWN_CHARACTERS)}")
        if self.attempts > 1:
            parts.append(f"after {self.attempts} attempts")
        shown = f"{parts[0]} ({', '.join(parts[1:])})" if parts[1:] else parts[0]
        return f"{shown}. {self.hint}" if self.hint else shown


class _StatusError(ApiError):
    """An error of one status."""

    _class_status: ClassVar[int]

    def __init_subclass__(cls, *, status_code: int | None = None) -> None:
        if status_code is not None:
            cls._class_status = status_code
            BY_STATUS[status_code] = cls

    def __init__(self, body: Any = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(headers=headers, status_code=self._class_status, body=body)


class BadRequestError(_StatusError, status_code=400):
    """400: the request is not valid."""


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


class UnauthorizedError(_StatusError, status_code=401):
    """401: the key is missing or not accepted."""


class ForbiddenError(_StatusError, status_code=403):
    """403: the account may not do this."""


class NotFoundError(_StatusError, status_code=404):
    """404: something that the request names does not exist."""


class ConflictError(_StatusError, status_code=409):
    """409: the request cannot be done in the present state."""


class GoneError(_StatusError, status_code=410):
    """410: it is not there any more."""


class ContentTooLargeError(_StatusError, status_code=413):
    """413: the body is too large."""


class UnprocessableEntityError(_StatusError, status_code=422):
    """422: the request is well-formed, and cannot be done."""


class TooManyRequestsError(_StatusError, status_code=429):
    """429: a rate limit is reached."""


class ServerError(ApiError):
    """500 and above: the service, or something in front of it, failed."""


class InternalServerError(ServerError, _StatusError, status_code=500):
    """500: the service failed."""


class ServiceUnavailableError(ServerError, _StatusError, status_code=503):
    """503: the service is not available now."""


class GatewayTimeoutError(ServerError, _StatusError, status_code=504):
    """504: something in front of the service waited too long for it."""


def api_error(response: httpx.Response) -> ApiError:
    """Make the error of a response, whose body has been read."""
    fallback = ServerError if response.status_code >= 500 else ApiError
    return BY_STATUS.get(response.status_code, fallback).from_response(response)


def is_foreign_response(error: TwelveLabsError) -> bool:
    """Return whether an error is of a response that is not the service's.

    A proxy's page, a redirect, what another server says: the service's own errors have a code.
    """
    match error:
        case ApiError():
            return error.code is None or error.status_code < 400
        case _:
            return isinstance(error, InvalidResponseError)


def is_gone(error: NotFoundError) -> bool:
    """Return whether something does not exist, as the service says; or the path is unknown."""
    return error.code == "resource_not_exist"


def _shown_target(location: str) -> str:
    """Return the target of a redirect without a query and without user and password."""
    scheme, slashes, rest = location.partition("?")[0].partition("//")
    host, slash, path = rest.partition("/")
    shown = f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}"
    return cut_text(shown, SHOWN_CHARACTERS)
