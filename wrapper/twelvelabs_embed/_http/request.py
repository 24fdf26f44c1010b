"""Decisions without I/O: generators that yield what to do next and are sent what came of it.

What they yield is in `_steps`.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypedDict, TypeVar

import httpx
from attrs import evolve, field, frozen

from twelvelabs_embed._http.effects import Flow, SendRequest, Sleep
from twelvelabs_embed._http.redaction import (
    SecretHeaders,
    redact_error,
    redact_response,
)
from twelvelabs_embed._http.telemetry import RequestSpan
from twelvelabs_embed.errors import (
    ApiConnectionError,
    ApiError,
    ApiTimeoutError,
    ConfigurationError,
    InvalidResponseError,
    NotFoundError,
    OutcomeUnknownError,
    ServerError,
    TwelveLabsError,
    api_error,
)
from twelvelabs_embed.retry import Clock, RetryPolicy, asked_wait_sec, is_retryable_status

if TYPE_CHECKING:
    # The generated code is not needed before the first call.
    from twelvelabs_embed._http.encoding import StreamedBody
    from twelvelabs_embed._http.endpoints import Operation

T = TypeVar("T")
_log = logging.getLogger("twelvelabs_embed")


class RequestOptions(TypedDict, total=False):
    """Settings of one call. The names are the vendor SDK's.

    Attributes:
        timeout_in_seconds: how long connecting, and each wait for data, may take
        max_retries: how often the request is sent again after a failure; 0 turns retries off
        additional_headers: sent with the request, and stronger than the library's own
        additional_query_parameters: put behind the URL
        additional_body_parameters: put into the JSON body, and stronger than what is there
    """

    timeout_in_seconds: float
    max_retries: int
    additional_headers: Mapping[str, str]
    additional_query_parameters: Mapping[str, Any]
    additional_body_parameters: Mapping[str, Any]


_CONNECT_SEC = 10.0


def as_timeout(timeout: float | httpx.Timeout) -> httpx.Timeout:
    """Seconds for each wait for data; that nobody can be reached is known after ten at most."""
    if isinstance(timeout, httpx.Timeout):
        return timeout
    return httpx.Timeout(timeout, connect=min(timeout, _CONNECT_SEC))


@frozen
class Connection:
    """Where requests go and how: everything about a client but its sockets."""

    base_url: str
    headers: Mapping[str, str] = field(repr=False)  # they hold the key
    timeout: httpx.Timeout
    retry: RetryPolicy
    clock: Clock


@frozen
class RawResponse(Generic[T]):
    """An answer with what HTTP says around it.

    Attributes:
        data: what the call returns without `with_raw_response`
        status_code: the HTTP status
        headers: the answer's headers, names in lower case
        attempts: how many times the request was sent
        http_response: the answer as it came
    """

    data: T
    status_code: int
    headers: Mapping[str, str]
    attempts: int
    http_response: httpx.Response


def call(
    operation: Operation[T], connection: Connection, options: RequestOptions | None
) -> Flow[RawResponse[T]]:
    """Send an operation's request, again if the policy says so, and read the answer.

    Raises:
        ApiError, ApiConnectionError, InvalidResponseError: the last failure, when no retry is left
        OutcomeUnknownError: the request may have created something, and must not be sent again
    """
    options = validate_options(options)
    policy = connection.retry
    if (retries := options.get("max_retries")) is not None:
        policy = evolve(policy, attempts=retries + 1)
    request = _request(operation, connection, options)
    return send(request, operation, policy, connection.clock)


def send(
    request: SendRequest, operation: Operation[T], policy: RetryPolicy, clock: Clock
) -> Flow[RawResponse[T]]:
    """Send a request, again if the policy says so, and read the answer as its operation does."""
    with RequestSpan(operation, request, clock) as span:
        return (yield from _send(request, operation, policy, clock, span))


def _send(
    request: SendRequest,
    operation: Operation[T],
    policy: RetryPolicy,
    clock: Clock,
    span: RequestSpan,
) -> Flow[RawResponse[T]]:
    started_sec, since, attempts = clock.monotonic(), clock.now(), 0
    may_be_done = False
    while True:
        attempts += 1
        span.sent()
        try:
            response: httpx.Response = yield request
            span.answered(response)
            return _read(operation, request, response, attempts)
        except (httpx.RequestError, httpx.InvalidURL, TwelveLabsError) as caught:
            redact_error(caught, request.secrets())
            failure = translate_error(caught)
            try:
                failure.attempts = attempts
                is_retryable = _is_retryable(failure)
                if operation.removes and may_be_done and isinstance(failure, NotFoundError):
                    if _is_json(failure.response):
                        # An attempt before this one has done it, and only the answer was lost.
                        return decode_response(operation, request, failure.response, attempts)
                    is_retryable = True  # a proxy's page, or cut off: it may be done or not
                may_be_done = may_be_done or _may_be_done(failure, caught, request)
                if operation.created_resource and may_be_done:
                    raise _unknown(operation, since, failure) from caught
                wait_sec = _wait_sec(failure, attempts, policy, clock) if is_retryable else None
                spent_sec = clock.monotonic() - started_sec
                if wait_sec is None or spent_sec + wait_sec > policy.total_sec:
                    if failure is caught:
                        raise
                    raise failure from caught
                _log.warning(
                    "%s: attempt %d of %d failed (%s), trying again in %.1f s",
                    *(operation.name, attempts, policy.attempts, failure, wait_sec),
                    extra=span.fields(failure),
                )
                span.retries(failure, wait_sec)
            finally:
                # Its traceback leads here: it would hold all this until the collector comes.
                del failure
        yield Sleep(wait_sec, yields_slot=True)


def validate_options(options: RequestOptions | None) -> RequestOptions:
    options = options or {}
    if unknown := options.keys() - RequestOptions.__annotations__.keys():
        raise ConfigurationError(
            f"request_options has {', '.join(sorted(unknown))}, but knows only "
            f"{', '.join(RequestOptions.__annotations__)}"
        )
    retries = options.get("max_retries")
    if retries is not None and retries < 0:
        raise ConfigurationError(f"request_options['max_retries'] is {retries}, but at least 0 is")
    return options


def _request(
    operation: Operation[T], connection: Connection, options: RequestOptions
) -> SendRequest:
    timeout_sec = options.get("timeout_in_seconds")
    content_type, body = _body(operation, options.get("additional_body_parameters", {}))
    own = {**content_type, **connection.headers}
    return SendRequest(
        method=operation.method,
        url=connection.base_url + operation.path,
        headers=_headers(own, options.get("additional_headers", {})),
        params={**operation.params, **options.get("additional_query_parameters", {})},
        body=body,
        timeout=connection.timeout if timeout_sec is None else as_timeout(timeout_sec),
    )


def _body(
    operation: Operation[T], additional: Mapping[str, Any]
) -> tuple[Mapping[str, str], bytes | StreamedBody | None]:
    """The header that says what the body is, and the body."""
    # Not `from`, which looks for each name anew with each call.
    import twelvelabs_embed._http.encoding as bodies
    import twelvelabs_embed._http.endpoints as operations

    if operation.body is None and not additional:
        return {}, None
    if isinstance(operation.body, operations.MultipartForm):
        texts = {**operation.body.texts, **{name: str(text) for name, text in additional.items()}}
        content_type, form = bodies.encode_form(evolve(operation.body, texts=texts))
        return {"content-type": content_type}, form
    body = {**(operation.body or {}), **additional}
    return {"content-type": "application/json"}, bodies.encode_json(body)


@lru_cache(maxsize=16)
def _own_headers(items: tuple[tuple[str, str], ...]) -> httpx.Headers:
    return SecretHeaders(items)


def _headers(own: Mapping[str, str], additional: Mapping[str, str]) -> httpx.Headers:
    with suppress(UnicodeError, AttributeError, TypeError):
        return _merged_headers(own, additional)
    # Not from httpx's own error: its frames hold the key.
    raise ConfigurationError("a header cannot be sent: names and values are str, and only ASCII")


def _merged_headers(own: Mapping[str, str], additional: Mapping[str, str]) -> httpx.Headers:
    if not additional:  # the same for each call, and nobody changes them
        return _own_headers(tuple(own.items()))
    headers = SecretHeaders(own)
    headers.update(additional)  # whatever the case of the letters
    return headers


def _read(
    operation: Operation[T], request: SendRequest, response: httpx.Response, attempts: int
) -> RawResponse[T]:
    # Redirects are not followed: the key must not reach another host.
    if not response.is_success:
        redact_response(response, request.secrets())
        raise api_error(response)
    return decode_response(operation, request, response, attempts)


def decode_response(
    operation: Operation[T], request: SendRequest, response: httpx.Response, attempts: int
) -> RawResponse[T]:
    try:
        data = operation.parse(response)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        if not redact_response(response, request.secrets()):
            what = f"the answer ({response.status_code}) cannot be read: {error!r}"
            raise InvalidResponseError(what, response) from error
    else:
        return RawResponse(data, response.status_code, response.headers, attempts, response)
    # The error quotes what is masked by now, as do the frames of its traceback: not with that one.
    return decode_response(operation, request, response, attempts)


def translate_error(error: Exception) -> TwelveLabsError:
    match error:
        case TwelveLabsError():
            return error
        case httpx.TimeoutException():
            return ApiTimeoutError(f"no answer in time ({error_text(error)})")
        case httpx.UnsupportedProtocol() | httpx.InvalidURL() | httpx.LocalProtocolError():
            return ConfigurationError(f"the request cannot be sent ({error_text(error)})")
        case _:
            return ApiConnectionError(f"the connection failed ({error_text(error)})")


# No connection was made, so nothing was sent.
_NOT_CONNECTED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


def _may_be_done(failure: TwelveLabsError, caught: Exception, request: SendRequest) -> bool:
    """Whether the service may have done what was asked, though no answer says so."""
    match failure:
        case ApiError():
            # A refusal (the documents say so of 429) has done nothing; a breakdown may have.
            return isinstance(failure, ServerError) or failure.status_code == 408
        case InvalidResponseError():
            return True
        case ApiConnectionError():
            is_cut_short = not isinstance(request.body, bytes) and not getattr(
                request.body, "is_handed_over", True
            )
            return not (isinstance(caught, _NOT_CONNECTED) or is_cut_short)
        case _:
            return False


def _unknown(
    operation: Operation[T], since: datetime, failure: TwelveLabsError
) -> OutcomeUnknownError:
    lookup_hint = operation.lookup_hint.format(since=since.isoformat(timespec="seconds"))
    error = OutcomeUnknownError(operation.created_resource, since, lookup_hint, failure)
    error.attempts = failure.attempts
    return error


def error_text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _wait_sec(
    failure: TwelveLabsError, attempts: int, policy: RetryPolicy, clock: Clock
) -> float | None:
    """How long to wait before the next attempt, in seconds; None if none is left."""
    if attempts >= policy.attempts:
        return None
    asked_sec = asked_wait_sec(failure, clock.now()) if isinstance(failure, ApiError) else None
    return policy.delay_sec(attempts, asked_sec)


def _is_retryable(failure: TwelveLabsError) -> bool:
    match failure:
        case ApiError():
            return is_retryable_status(failure.status_code)
        case InvalidResponseError():
            # Cut off on the way, as proxies do; an answer that is whole but wrong stays wrong.
            return isinstance(failure.__cause__, ValueError) and not _is_json(failure.response)
        case _:
            return isinstance(failure, ApiConnectionError)


def _is_json(response: httpx.Response) -> bool:
    try:
        response.json()
    except (ValueError, RecursionError):
        return False
    return True
