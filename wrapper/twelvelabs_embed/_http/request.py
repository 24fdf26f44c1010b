"""One call of the API: its options, its connection, and `call`, which makes the flow of it.

Imported with the client. `sending`, and with it httpx, is imported by the first call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn, TypedDict, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from twelvelabs_embed._http.effects import Flow
from twelvelabs_embed.errors import ConfigurationError
from twelvelabs_embed.retry import Clock, Pacer, RetryPolicy

if TYPE_CHECKING:
    import httpx

    from twelvelabs_embed._http.operation import Operation
    from twelvelabs_embed._http.raw_response import RawResponse

T = TypeVar("T")


class RequestOptions(TypedDict, total=False):
    """Settings of one call. The names are the vendor SDK's.

    Attributes:
        timeout_in_seconds: how long connecting, and each wait for data, may take
        max_retries: how often the request is sent again after a failure; 0 turns retries off
        additional_headers: sent with the request; they override the library's own
        additional_query_parameters: added to the query of the URL
        additional_body_parameters: added to the JSON body; they override what is there
        chunk_size: without effect; in the vendor's SDK it is for downloads
    """

    timeout_in_seconds: float
    max_retries: int
    additional_headers: Mapping[str, str]
    additional_query_parameters: Mapping[str, Any]
    additional_body_parameters: Mapping[str, Any]
    chunk_size: int


class Connection(Struct, frozen=True, eq=False):
    """Where requests go and how: everything about a client but its sockets.

    Attributes:
        base_url: of the API, without a slash at its end
        headers: sent with every request, but never to another host; secret ones are `Secret`
        timeout: seconds for each wait for data (connecting takes ten at most), or httpx's own type
        retry: how failures are retried
        clock: time
        follows_redirects: whether redirects to the same host are followed
        poll_pacer: the pace of all waits for tasks and assets
    """

    base_url: str
    headers: Mapping[str, str]
    timeout: float | httpx.Timeout
    retry: RetryPolicy
    clock: Clock
    follows_redirects: bool = False
    poll_pacer: Pacer = field(default_factory=Pacer)

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a client and its connection cannot be pickled, because they hold the API key: make a "
            "client in each process"
        )


def call(
    operation: Operation[T], connection: Connection, options: RequestOptions | None
) -> Flow[RawResponse[T]]:
    """Send an operation's request, with retries by the policy, and decode the response.

    Raises:
        ApiError, ApiConnectionError, InvalidResponseError: the last failure, when no retry is left
        OutcomeUnknownError: the request may have created something, and must not be sent again
    """
    # Not `from`, which looks for each name anew with each call.
    import twelvelabs_embed._http.sending as sending

    policy = connection.retry
    if options:
        validate_options(options)
        policy = retry_policy(connection, options)
    request = sending.build_request(operation, connection, options or {})
    return sending.send(request, operation, policy, connection.clock)


def validate_options(options: RequestOptions) -> None:
    """Raise ConfigurationError for unknown options, other types, and numbers out of bounds."""
    given: Any = options
    if not isinstance(given, Mapping):
        raise ConfigurationError(
            f"request_options is of type {type(given).__name__}, but must be a dict"
        )
    if unknown := options.keys() - RequestOptions.__annotations__.keys():
        raise ConfigurationError(
            f"request_options has {', '.join(sorted(unknown))}, but knows only "
            f"{', '.join(RequestOptions.__annotations__)}"
        )
    retries: Any = options.get("max_retries")
    is_count = isinstance(retries, int) and not isinstance(retries, bool) and retries >= 0
    if retries is not None and not is_count:
        raise ConfigurationError(
            f"request_options['max_retries'] is {retries!r}, but must be a whole number from 0 on"
        )
    for name in ("additional_query_parameters", "additional_body_parameters"):
        value: Any = options.get(name)
        if value is not None and not isinstance(value, Mapping):
            kind = type(value).__name__
            raise ConfigurationError(
                f"request_options[{name!r}] is of type {kind}, but must be a dict"
            )
    timeout = options.get("timeout_in_seconds")
    if timeout is not None:
        validate_timeout("request_options['timeout_in_seconds']", timeout)


def validate_timeout(name: str, timeout: float | httpx.Timeout) -> None:
    """Raise ConfigurationError for a timeout that is not a number above 0."""
    whole: Any = timeout
    parts: list[Any] = [*whole.as_dict().values()] if hasattr(whole, "as_dict") else [whole]
    for part in parts:
        is_number = isinstance(part, (int, float)) and not isinstance(part, bool)
        if part is not None and not (is_number and 0 < part < float("inf")):
            raise ConfigurationError(
                f"{name} is {part!r}; it must be a number of seconds above 0, or an httpx.Timeout "
                "(httpx.Timeout(None) waits without limit)"
            )


def retry_policy(connection: Connection, options: RequestOptions) -> RetryPolicy:
    """Return the connection's retry policy with the retries that the options ask for."""
    retries = options.get("max_retries")
    return connection.retry if retries is None else replace(connection.retry, attempts=retries + 1)
