"""The two clients: `TwelveLabs`, which blocks, and `AsyncTwelveLabs`, which is awaited."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar

from twelvelabs_embed._http.methods import public_name, resource_property
from twelvelabs_embed._http.redaction import SECRET_HEADERS, Secret
from twelvelabs_embed._http.request import Connection, validate_timeout
from twelvelabs_embed._http.runners import AsyncRunner, Runner
from twelvelabs_embed._version import VERSION
from twelvelabs_embed.embed import AsyncEmbed, Embed, EmbedFlows
from twelvelabs_embed.environment import TwelveLabsEnvironment
from twelvelabs_embed.errors import ConfigurationError
from twelvelabs_embed.retry import Clock, RetryPolicy

# Resources, and the generated code that they use, are imported with their first use.
if TYPE_CHECKING:
    from urllib.parse import SplitResult

    import httpx

    from twelvelabs_embed.api.assets import AssetsClient, AssetsFlows, AsyncAssetsClient
    from twelvelabs_embed.api.multipart import (
        AsyncMultipartUploadClient,
        MultipartUploadClient,
        MultipartUploadFlows,
    )
    from twelvelabs_embed.bulk import AsyncBulk, Bulk
    from twelvelabs_embed.uploads.resume_store import ResumeStore
    from twelvelabs_embed.uploads.upload import UploadFlows

__all__ = ["AsyncTwelveLabs", "SecretText", "TwelveLabs"]

DEFAULT_BASE_URL = TwelveLabsEnvironment.DEFAULT.value
# The first is the one that the vendor documents.
KEY_VARIABLES = ("TWELVE_LABS_API_KEY", "TWELVELABS_API_KEY")
BASE_URL_VARIABLE = "TWELVELABS_BASE_URL"
RESUME_DIR_VARIABLE = "TWELVELABS_EMBED_RESUME_DIR"
# The sync endpoint embeds up to ten minutes of video.
DEFAULT_TIMEOUT_SEC = 300.0


_HTTPX_TIMEOUT_SEC = 5.0  # of a client of httpx that was given none

Http = TypeVar("Http", "httpx.Client", "httpx.AsyncClient")


class SecretText(Protocol):
    """A text that is hidden until it is asked for, as pydantic's `SecretStr`."""

    def get_secret_value(self) -> str:
        """Return the text."""
        ...


class _Client(Generic[Http]):
    """The common part of the two clients."""

    @public_name("TwelveLabs")
    def __init__(
        self,
        api_key: str | SecretText | None = None,
        *,
        base_url: str | None = None,
        environment: TwelveLabsEnvironment | None = None,
        timeout: float | httpx.Timeout | None = None,
        retry: RetryPolicy = RetryPolicy(),
        httpx_client: Http | None = None,
        follow_redirects: bool | None = None,
        headers: Mapping[str, str] | None = None,
        resume_dir: str | os.PathLike[str] | None = None,
        clock: Clock = Clock(),
    ) -> None:
        api_key = _as_secret(api_key)  # hidden in tracebacks
        if timeout is None:
            timeout = _timeout_of(httpx_client) or DEFAULT_TIMEOUT_SEC
        if environment is not None:
            base_url = base_url or os.environ.get(BASE_URL_VARIABLE) or environment.value
        self._connection = connection(
            api_key, base_url, timeout, retry, headers, clock, bool(follow_redirects)
        )
        self._resume_dir = resume_dir or os.environ.get(RESUME_DIR_VARIABLE)
        self._opened_resume_store: ResumeStore | None = None
        self._flows = EmbedFlows(self._connection, self._assets, self._resume_store)
        self._make_runner(httpx_client)

    def _make_runner(self, httpx_client: Http | None) -> None:
        """Make the runner of all its resources."""
        raise NotImplementedError

    @property
    def base_url(self) -> str:
        """Where requests go."""
        return self._connection.base_url

    def _resume_store(self) -> ResumeStore:
        if self._opened_resume_store is None:
            from twelvelabs_embed._files import expand_path
            from twelvelabs_embed.uploads.resume_store import ResumeStore

            self._opened_resume_store = ResumeStore(
                expand_path(self._resume_dir, "resume_dir") if self._resume_dir else None
            )
        return self._opened_resume_store

    def _uploads(self) -> UploadFlows:
        from twelvelabs_embed.uploads.upload import UploadFlows

        return UploadFlows(self._connection, self._resume_store())

    def _assets(self) -> AssetsFlows:
        from twelvelabs_embed.api.assets import AssetsFlows

        return AssetsFlows(self._connection, self._uploads)

    def _multipart(self) -> MultipartUploadFlows:
        from twelvelabs_embed.api.multipart import MultipartUploadFlows

        return MultipartUploadFlows(self._connection, self._uploads)

    if not TYPE_CHECKING:  # to type checkers, no other attribute exists

        def __getattr__(self, name: str) -> Any:
            from twelvelabs_embed._vendor_names import OF_CLIENT, missing_attribute

            raise missing_attribute(self, name, OF_CLIENT)

    def __repr__(self) -> str:
        made = getattr(self, "_connection", None)  # not yet, where a traceback shows a failure
        return f"{type(self).__name__}(base_url={made.base_url if made else None!r})"


class TwelveLabs(_Client["httpx.Client"]):
    """A client that blocks. It keeps connections open; use it in a `with` or close it.

    Threads may share one.

    Args:
        api_key: your key, as text or as pydantic's `SecretStr`; otherwise TWELVE_LABS_API_KEY or
            TWELVELABS_API_KEY of the environment
        base_url: otherwise TWELVELABS_BASE_URL of the environment, otherwise the public service
        environment: a name for a base URL, as in the vendor's SDK; used when there is no other
        timeout: seconds for each wait for data (connecting takes ten at most), or `httpx.Timeout`;
            300 if None, or the timeout that you gave your `httpx_client`
        retry: how failures are retried; `NO_RETRY` turns it off
        httpx_client: your own `httpx.Client`, which you close. Without it, proxies and certificates
            come from the environment
        follow_redirects: whether redirects are followed to the same host. To another, they never
            are: the key does not go there
        headers: sent with every request, but never to the storage that uploads go to
        resume_dir: where running uploads and tasks are recorded, to resume them after a crash;
            otherwise TWELVELABS_EMBED_RESUME_DIR of the environment, otherwise a folder in
            your cache folder
        clock: time, for tests that do not wait

    Raises:
        ConfigurationError: no key, or an invalid key, URL or timeout
    """

    def _make_runner(self, httpx_client: httpx.Client | None) -> None:
        self._runner = Runner(httpx_client, self._connection.clock)

    @resource_property
    def embed(self) -> Embed:
        """Embeds: call it with an input."""
        return Embed(self._flows, self._runner)

    @resource_property
    def assets(self) -> AssetsClient:
        """Uploads, lists and deletes media."""
        from twelvelabs_embed.api.assets import AssetsClient

        return AssetsClient(self._assets(), self._runner)

    @resource_property
    def bulk(self) -> Bulk:
        """Embeds whole datasets into a folder of Parquet part files."""
        from twelvelabs_embed.bulk import Bulk, BulkFlows

        return Bulk(BulkFlows(self._flows), self._runner)

    @resource_property
    def multipart_upload(self) -> MultipartUploadClient:
        """Uploads files in chunks, by `upload_file` or call by call; as in the vendor's SDK."""
        from twelvelabs_embed.api.multipart import MultipartUploadClient, MultipartUploadFlows

        return MultipartUploadClient(
            MultipartUploadFlows(self._connection, self._uploads), self._runner
        )

    def close(self) -> None:
        """Close the connections, unless you passed an `httpx_client`, which you close."""
        self._runner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncTwelveLabs(_Client["httpx.AsyncClient"]):
    """A client that is awaited. It keeps connections open; use it in an `async with` or close it.

    Takes what `TwelveLabs` takes; `httpx_client` is an `httpx.AsyncClient`.
    """

    def _make_runner(self, httpx_client: httpx.AsyncClient | None) -> None:
        self._runner = AsyncRunner(httpx_client, self._connection.clock)

    @resource_property
    def embed(self) -> AsyncEmbed:
        """Embeds: await it with an input."""
        return AsyncEmbed(self._flows, self._runner)

    @resource_property
    def assets(self) -> AsyncAssetsClient:
        """Uploads, lists and deletes media; awaited."""
        from twelvelabs_embed.api.assets import AsyncAssetsClient

        return AsyncAssetsClient(self._assets(), self._runner)

    @resource_property
    def bulk(self) -> AsyncBulk:
        """Embeds whole datasets into a folder of Parquet part files; awaited."""
        from twelvelabs_embed.bulk import AsyncBulk, BulkFlows

        return AsyncBulk(BulkFlows(self._flows), self._runner)

    @resource_property
    def multipart_upload(self) -> AsyncMultipartUploadClient:
        """Uploads files in chunks, by `upload_file` or call by call; as in the vendor's SDK."""
        from twelvelabs_embed.api.multipart import AsyncMultipartUploadClient, MultipartUploadFlows

        return AsyncMultipartUploadClient(
            MultipartUploadFlows(self._connection, self._uploads), self._runner
        )

    async def close(self) -> None:
        """Close the connections, unless you passed an `httpx_client`, which you close."""
        await self._runner.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def connection(
    api_key: str | None,
    base_url: str | None,
    timeout: float | httpx.Timeout,
    retry: RetryPolicy,
    headers: Mapping[str, str] | None,
    clock: Clock,
    follows_redirects: bool,
) -> Connection:
    """Make a client's connection from its arguments and the environment."""
    validate_timeout("timeout", timeout)
    return Connection(
        base_url=_base_url(base_url),
        headers={
            "user-agent": _user_agent(),
            **{name.lower(): _masked(name, value) for name, value in (headers or {}).items()},
            "x-api-key": _api_key(api_key),
        },
        timeout=timeout,
        retry=retry,
        clock=clock,
        follows_redirects=follows_redirects,
    )


def _masked(name: str, value: str) -> str:
    return Secret(value) if name.lower() in SECRET_HEADERS else value


def _as_secret(given: str | SecretText | None) -> str | None:
    if given is not None and not isinstance(given, str):
        read = getattr(given, "get_secret_value", None)
        text = read() if callable(read) else None
        if not isinstance(text, str):
            # Only the type is shown: the value may be a key.
            kind = type(given).__name__
            raise ConfigurationError(
                f"api_key is of type {kind}; it must be a str, or have get_secret_value()"
            )
        given = text
    return Secret(given) if given else None


def _timeout_of(given: httpx.Client | httpx.AsyncClient | None) -> httpx.Timeout | None:
    """Return the timeout that a client of httpx was given; None if it has httpx's own."""
    if given is None or set(given.timeout.as_dict().values()) == {_HTTPX_TIMEOUT_SEC}:
        return None
    return given.timeout


def _api_key(given: str | None) -> str:
    found = map(Secret, filter(None, (given, *map(os.environ.get, KEY_VARIABLES))))
    key = next((Secret(key.strip()) for key in found if key.strip()), None)
    if key is None:
        raise ConfigurationError(
            f"No API key: in Python pass api_key=..., or set {KEY_VARIABLES[0]}. "
            "Without an account, use the emulator: twelvelabs-embed emulator, or --emulator"
        )
    if not (key.isascii() and key.isprintable()):
        # The value is not shown: it may be a real key with one wrong character.
        raise ConfigurationError("The API key has characters that no HTTP header can carry.")
    return key


def _base_url(given: str | None) -> str:
    text = given or os.environ.get(BASE_URL_VARIABLE) or DEFAULT_BASE_URL
    # Of what is wrong the end is not shown: it may hold a password.
    shown = repr(text.partition("@")[0].partition("//")[0] + "//…" if "@" in text else text)
    url = _split_url(text)
    if url is None:
        raise ConfigurationError(
            f"the base URL {shown} is no URL that starts with https:// or http:// and a host"
        )
    if "@" in url.netloc:
        raise ConfigurationError(
            "the base URL has a user or a password, which would be shown and recorded with it; "
            "give headers={'authorization': ...} instead"
        )
    if "?" in text or "#" in text:
        raise ConfigurationError(
            f"the base URL {shown} has a query or a fragment, but paths are added to its end; "
            "use request_options={'additional_query_parameters': ...} for a query"
        )
    return text.rstrip("/")


def _split_url(text: str) -> SplitResult | None:
    """Split a URL of HTTP that has a host; None if it is none."""
    from urllib.parse import urlsplit

    try:
        url = urlsplit(text)
        is_whole = url.scheme in ("http", "https") and url.hostname and url.port != 0
    except ValueError:
        return None
    return url if is_whole and text.isprintable() else None


def _user_agent() -> str:
    python = ".".join(map(str, sys.version_info[:3]))
    return f"twelvelabs-embed/{VERSION} python/{python}"
