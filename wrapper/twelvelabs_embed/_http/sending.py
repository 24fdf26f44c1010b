"""Requests as they are sent: built, retried by the policy, and their responses decoded.

An operation that creates something is not idempotent: where it may be done, it is not sent again.

Nothing here does I/O: `send` is a flow, which yields what to do and is sent what came of it.
"""

from __future__ import annotations

import logging
import re
import ssl
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
from msgspec.structs import replace

from twelvelabs_embed._http.effects import Flow, SendRequest, Sleep
from twelvelabs_embed._http.encoding import StreamedBody, encode_form, encode_json
from twelvelabs_embed._http.operation import MultipartForm, Operation
from twelvelabs_embed._http.raw_response import RawResponse
from twelvelabs_embed._http.redaction import redact_error, redact_response
from twelvelabs_embed._http.request import RequestOptions
from twelvelabs_embed._http.telemetry import RequestSpan
from twelvelabs_embed._http.transport import SecretHeaders
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
    message_of,
)
from twelvelabs_embed.retry import Clock, RetryPolicy, asked_wait_sec, is_retryable_status

if TYPE_CHECKING:
    from twelvelabs_embed._http.request import Connection

T = TypeVar("T")
_log = logging.getLogger("twelvelabs_embed")

_CONNECT_SEC = 10.0
_MAX_REDIRECTS = 10

# --- requests -------------------------------------------------------------------------------------


def build_request(
    operation: Operation[Any], connection: Connection, options: RequestOptions
) -> SendRequest:
    """Build the request of an operation.

    Raises:
        ConfigurationError: a header cannot be sent
        ValueError, InvalidInputError: the body cannot be encoded
    """
    body, headers = operation.body, connection.headers
    additional = options.get("additional_body_parameters")
    encoded: bytes | StreamedBody | None = None
    if isinstance(body, MultipartForm):
        texts = {name: str(text) for name, text in (additional or {}).items()}
        content_type, encoded = encode_form(replace(body, texts={**body.texts, **texts}))
        headers = {"content-type": content_type, **headers}
    elif body is not None or additional:
        encoded = encode_json({**(body or {}), **additional} if additional else body or {})
        headers = {"content-type": "application/json", **headers}
    params = operation.params
    if more := options.get("additional_query_parameters"):
        params = {**params, **more}
    return SendRequest(
        method=operation.method,
        url=connection.base_url + operation.path,
        headers=_build_headers(headers, options.get("additional_headers")),
        params=params,
        body=encoded,
        timeout=timeout_of(connection, options),
        follows_redirects=connection.follows_redirects,
        media_sec=operation.media_sec,
    )


def timeout_of(connection: Connection, options: RequestOptions) -> httpx.Timeout:
    """Return the timeout of a call: seconds for each wait for data, ten at most to connect."""
    seconds = options.get("timeout_in_seconds")
    timeout = connection.timeout if seconds is None else seconds
    return timeout if isinstance(timeout, httpx.Timeout) else _as_timeout(timeout)


# What is the same for each call is made once, which also lets transports recognize it.
@lru_cache(maxsize=16)
def _as_timeout(duration_sec: float) -> httpx.Timeout:
    return httpx.Timeout(duration_sec, connect=min(duration_sec, _CONNECT_SEC))


@lru_cache(maxsize=16)
def _own_headers(items: tuple[tuple[str, str], ...]) -> httpx.Headers:
    return SecretHeaders(items)


def _build_headers(own: Mapping[str, str], additional: Mapping[str, str] | None) -> httpx.Headers:
    try:
        if not additional:
            return _own_headers(tuple(own.items()))
        headers = SecretHeaders(own)
        headers.update(additional)  # whatever the case of the letters
    except (UnicodeError, AttributeError, TypeError):
        pass
    else:
        return headers
    # Not from httpx's own error: its frames hold the key.
    raise ConfigurationError("a header cannot be sent: names and values are str, and only ASCII")


# --- attempts -------------------------------------------------------------------------------------


def send(
    request: SendRequest, operation: Operation[T], policy: RetryPolicy, clock: Clock
) -> Flow[RawResponse[T]]:
    """Send a request, with retries by the policy, and decode the response."""
    with RequestSpan(operation=operation, request=request, clock=clock) as span:
        started_sec, may_be_done = clock.monotonic(), False
        started_at = clock.now() if operation.created_resource else None
        while True:
            span.attempts += 1
            span.sent_bytes += len(request.body or b"")
            span.response = None
            try:
                response: httpx.Response = yield request
                if request.follows_redirects and response.has_redirect_location:
                    response = yield from _follow_redirects(request, response)
                span.response = response
                if not response.is_success:
                    redact_response(response, request.secrets())
                    raise api_error(response)
                return decode_response(operation, request, response, span.attempts)
            except (httpx.RequestError, httpx.InvalidURL, TwelveLabsError) as caught:
                redact_error(caught, request.secrets())
                failure = translate_error(caught)
                try:
                    failure.attempts = span.attempts
                    is_retryable = _is_retryable(failure) and not (
                        _untrusted(caught) or _tls_mismatch(caught) or _is_denied_by_proxy(caught)
                    )
                    if operation.removes and may_be_done and isinstance(failure, NotFoundError):
                        found = failure.response
                        if found is not None and _is_json(found):
                            # An earlier attempt removed it, and only the response was lost.
                            return decode_response(operation, request, found, span.attempts)
                        is_retryable = True  # a proxy's page, or cut off: it may be done or not
                    may_be_done = may_be_done or _may_be_done(failure, caught, request)
                    if started_at is not None and may_be_done:
                        raise _outcome_unknown(operation, started_at, failure) from caught
                    delay_sec = (
                        _delay_sec(failure, policy, clock, clock.monotonic() - started_sec)
                        if is_retryable
                        else None
                    )
                    if delay_sec is None:
                        if failure is caught:
                            raise
                        raise failure from caught
                    span.record_retry(failure, delay_sec, policy.attempts)
                finally:
                    # Its traceback leads here: it would hold all this until the collector comes.
                    del failure
            yield Sleep(delay_sec, yields_slot=True)


def _follow_redirects(request: SendRequest, response: httpx.Response) -> Flow[httpx.Response]:
    """Send a request to where it is redirected; to another host it is not: it has the key."""
    for _ in range(_MAX_REDIRECTS):
        target = _same_host_redirect(request, response)
        if target is None:
            break
        request = replace(request, url=target, params={})
        response = yield request
    return response


def _same_host_redirect(request: SendRequest, response: httpx.Response) -> str | None:
    keeps_request = response.status_code in (307, 308) or request.method == "GET"
    if not (response.has_redirect_location and keeps_request):
        return None
    source = httpx.URL(request.url)
    try:
        target = source.join(response.headers["location"])
    except httpx.InvalidURL:
        return None
    places = [(url.scheme, url.host, url.port) for url in (source, target)]
    return str(target) if places[0] == places[1] else None


def _delay_sec(
    failure: TwelveLabsError, policy: RetryPolicy, clock: Clock, spent_sec: float
) -> float | None:
    """Return the wait before the next attempt, in seconds; None if none is left."""
    if failure.attempts >= policy.attempts:
        return None
    asked_sec = asked_wait_sec(failure, clock.now()) if isinstance(failure, ApiError) else None
    delay_sec = policy.delay_sec(failure.attempts, asked_sec)
    # It would only be rejected again before it may be sent.
    needed_sec = max(delay_sec, asked_sec or 0.0)
    return delay_sec if spent_sec + needed_sec <= policy.total_sec else None


def _is_retryable(failure: TwelveLabsError) -> bool:
    match failure:
        case ApiError():
            return is_retryable_status(failure.status_code)
        case InvalidResponseError():
            # Cut off on the way, as proxies do; a complete response that is wrong stays wrong.
            return isinstance(failure.__cause__, ValueError) and not _is_json(failure.response)
        case _:
            return isinstance(failure, ApiConnectionError)


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
    """Return whether the service may have done what was asked, though no response says so."""
    match failure:
        case ApiError():
            # A 4xx (the documents say so of 429) has done nothing; a server error may have, and
            # so may what a proxy says when it has not waited for the service.
            return isinstance(failure, ServerError) or failure.status_code in (408, 460, 499)
        case InvalidResponseError():
            return True
        case ApiConnectionError():
            is_cut_short = not isinstance(request.body, bytes) and not getattr(
                request.body, "is_handed_over", True
            )
            return not (isinstance(caught, _NOT_CONNECTED) or is_cut_short)
        case _:
            return False


def _outcome_unknown(
    operation: Operation[Any], started_at: datetime, failure: TwelveLabsError
) -> OutcomeUnknownError:
    lookup_hint = operation.lookup_hint.format(since=started_at.isoformat(timespec="seconds"))
    error = OutcomeUnknownError(operation.created_resource, started_at, lookup_hint, failure)
    error.attempts = failure.attempts
    return error


# --- responses ------------------------------------------------------------------------------------


def decode_response(
    operation: Operation[T], request: SendRequest, response: httpx.Response, attempts: int
) -> RawResponse[T]:
    """Decode a response of status 2xx, as its operation does.

    Raises:
        InvalidResponseError: it is not what the contract promises
    """
    try:
        data = operation.parse(response)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        if not redact_response(response, request.secrets()):
            what = f"the response ({response.status_code}) cannot be read: {error!r}"
            if says := message_of(response):
                what = f"{what}; it says: {says}"
            raise InvalidResponseError(what, response) from error
    else:
        return RawResponse(data, response.status_code, attempts, response)
    # The error quotes what is masked by now, as do the frames of its traceback: not with that one.
    return decode_response(operation, request, response, attempts)


def _is_json(response: httpx.Response) -> bool:
    try:
        response.json()
    except (ValueError, RecursionError):
        return False
    return True


def translate_error(error: Exception) -> TwelveLabsError:
    """Translate an error of httpx to one of this library's."""
    match error:
        case TwelveLabsError():
            return error
        case httpx.TimeoutException():
            return ApiTimeoutError(f"no response in time ({error_text(error)})")
        case httpx.ConnectError() if reason := _untrusted(error):
            return ApiConnectionError(
                f"the certificate of the server, or of a proxy, is not trusted ({reason}); "
                "SSL_CERT_FILE may name a file with the certificates of your network"
            )
        case httpx.NetworkError() if reason := _tls_mismatch(error):
            return ApiConnectionError(
                f"the server, or a proxy, does not agree on TLS ({reason}); "
                "is the address right, with its port and https:// or http://?"
            )
        case httpx.ProxyError() if _is_denied_by_proxy(error):
            return ApiConnectionError(
                f"the proxy denies the connection ({error}); is the address in HTTPS_PROXY, "
                "HTTP_PROXY or ALL_PROXY right, with its user and password?"
            )
        case httpx.UnsupportedProtocol() | httpx.InvalidURL() | httpx.LocalProtocolError():
            return ConfigurationError(f"the request cannot be sent ({error_text(error)})")
        case _:
            return ApiConnectionError(f"the connection failed ({error_text(error)})")


def _untrusted(error: BaseException) -> str:
    """Return why the certificate of the other side was rejected, if that is the cause."""
    found = _tls_error(error)
    return found.verify_message if isinstance(found, ssl.SSLCertVerificationError) else ""


# What another attempt would meet again: no TLS, another version, a certificate that is required.
_TLS_MISMATCH = re.compile(
    "WRONG_VERSION|UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|HTTP_REQUEST|HANDSHAKE_FAILURE|NO_CIPHER"
    "|UNRECOGNIZED_NAME|UNKNOWN_CA|ACCESS_DENIED|CERTIFICATE"
)


def _tls_mismatch(error: BaseException) -> str:
    """Return why TLS is not possible with the other side, if that is the cause."""
    found = _tls_error(error)
    reason: str = getattr(found, "reason", None) or ""
    return reason.lower().replace("_", " ") if _TLS_MISMATCH.search(reason) else ""


def _tls_error(error: BaseException | None) -> ssl.SSLError | None:
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error


# Of HTTP a status such as 403 or 407, of SOCKS a password; both as httpcore words them.
_DENIED = re.compile(r"4(?!08|29)\d\d\b|Invalid username|Requested ")


def _is_denied_by_proxy(error: Exception) -> bool:
    """Return whether a proxy rejected the connection, as it would again."""
    return isinstance(error, httpx.ProxyError) and bool(_DENIED.match(str(error)))


def error_text(error: Exception) -> str:
    """Return the error's type, and its message if it has one."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
