"""Networks: the proxies and certificates that the environment names, for both clients.

What cannot be honoured is a `ConfigurationError` that names the variable, before anything is sent.
`~/.netrc` is not read: it may hold passwords that are meant for others.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from urllib.request import getproxies, getproxies_environment, proxy_bypass

import httpcore
import httpx
from msgspec import Struct

from twelvelabs_embed._http.redaction import Secret
from twelvelabs_embed.errors import ConfigurationError

__all__ = ["Proxies", "check_not_mocked", "is_socks", "tls_context"]

_SOCKS = ("socks5", "socks5h")


def is_socks(proxy: httpx.Proxy | None) -> bool:
    """Return whether a proxy speaks SOCKS."""
    return proxy is not None and proxy.url.scheme in _SOCKS


class Proxies(Struct, frozen=True, eq=False):
    """The proxies of the environment: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`.

    Upper or lower case; on macOS and Windows the system's settings where no variable is set.

    Attributes:
        addresses: a proxy by the scheme of the URLs that it is for: `http`, `https` or `all`;
            with its password, if it has one
        no_proxy: hosts that are reached directly, as `NO_PROXY` has them
    """

    addresses: Mapping[str, str]
    no_proxy: str
    _found: dict[tuple[str, str, int | None], httpx.Proxy | None] = {}

    @classmethod
    def from_environment(cls) -> Proxies:
        found = getproxies()
        no_proxy = found.pop("no", "")
        schemes = ("http", "https", "all")
        return cls({one: Secret(found[one]) for one in schemes if found.get(one)}, no_proxy)

    def find(self, url: httpx.URL) -> httpx.Proxy | None:
        """Return the proxy for a URL; None when it is reached directly.

        Raises:
            ConfigurationError: the variable does not name a proxy that can be used
        """
        if not self.addresses:
            return None
        key = (url.scheme, url.host, url.port)
        if key not in self._found:
            self._found[key] = self._find(url)
        return self._found[key]

    def _find(self, url: httpx.URL) -> httpx.Proxy | None:
        scheme = url.scheme if url.scheme in self.addresses else "all"
        if scheme not in self.addresses or self._is_direct(url):
            return None
        return _as_proxy(_variable(scheme), self.addresses[scheme])

    def _is_direct(self, url: httpx.URL) -> bool:
        if not getproxies_environment():
            return bool(proxy_bypass(url.host))  # by the system's settings
        port = url.port or {"http": 80, "https": 443}.get(url.scheme)
        entries = self.no_proxy.lower().replace(",", " ").split()
        hosts = {url.host.lower(), url.raw_host.decode("ascii")}  # `bücher.example` is two names
        return any(_is_named(one, host, port) for one in entries for host in hosts)


def _is_named(entry: str, host: str, port: int | None) -> bool:
    """Return whether an entry of `NO_PROXY` means a host: `*`, a domain, an address, a network."""
    if entry == "*":
        return True
    bare, bracket, rest = entry.removeprefix("[").partition("]")
    if not bracket:
        bare, _, rest = entry.partition(":") if entry.count(":") == 1 else (entry, "", "")
    if (wanted_port := rest.removeprefix(":")) and wanted_port != str(port):
        return False
    try:
        address = ip_address(host)
    except ValueError:
        domain = bare.removeprefix("*").removeprefix(".").removesuffix(".")
        host = host.removesuffix(".")
        return host == domain or host.endswith(f".{domain}")
    try:
        return address in ip_network(bare, strict=False)
    except ValueError:  # a name, which no address has
        return False


def _as_proxy(variable: str, address: str) -> httpx.Proxy:
    try:
        url = httpx.URL(address if "://" in address else f"http://{address}")
    except httpx.InvalidURL:
        url = httpx.URL()
    if not url.host or "%20" in url.host or (url.port or 0) >= 1 << 16:
        # Not shown: it may hold a password.
        raise ConfigurationError(
            f"{variable} is no address of a proxy, such as http://proxy.example.com:8080"
        )
    if url.scheme in _SOCKS and find_spec("socksio") is None:
        raise ConfigurationError(
            f"{variable} names a SOCKS proxy, for which the package socksio is not installed: "
            "the extra [socks] of twelvelabs-embed brings it"
        )
    if url.scheme not in ("http", "https", *_SOCKS):
        raise ConfigurationError(
            f"{variable} names a proxy of the kind {url.scheme}://, "
            "but only http, https, socks5 and socks5h can be used"
        )
    return httpx.Proxy(url, ssl_context=tls_context() if url.scheme == "https" else None)


def _variable(scheme: str) -> str:
    """Return the variable that names the proxy, as it is written in the environment."""
    names = [name for name in os.environ if name.lower() == f"{scheme}_proxy"]
    return min(names, key=str.isupper, default="the system's setting")


def tls_context(*, is_used: bool = True) -> ssl.SSLContext:
    """Return httpx's context: certifi's certificates, or those of `SSL_CERT_FILE`, `SSL_CERT_DIR`.

    Args:
        is_used: False for http:// alone: certifi's certificates, which take longer to read than a
            call, are omitted, so that no server would be trusted

    Raises:
        ConfigurationError: the variable does not name certificates
    """
    given = [os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")]
    if not is_used and not any(given):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return _tls_context(*given)


@lru_cache(maxsize=4)  # `many` opens a client for each run
def _tls_context(
    cert_file: str | None, cert_dir: str | None, key_log: str | None
) -> ssl.SSLContext:
    variable, path = ("SSL_CERT_FILE", cert_file) if cert_file else ("SSL_CERT_DIR", cert_dir)
    try:
        folders = (cert_dir or "").split(os.pathsep)
        if cert_dir and not cert_file and not any(map(os.path.isdir, folders)):
            os.listdir(folders[0])  # of folders that are missing, no certificates would be read
        return httpx.create_ssl_context()
    except OSError as error:  # also of ssl, for what holds no certificate
        reason = error.strerror or type(error).__name__
        if key_log is not None and error.filename == key_log:
            variable, path = "SSLKEYLOGFILE", key_log
    raise ConfigurationError(f"{variable} is {path!r}, which cannot be used ({reason})")


_MOCKS = ("respx", "pytest_httpx")


def check_not_mocked(url: str) -> None:
    """Raise where a test mocks what would not be asked, so that the user's key would leave.

    Both transports bypass `httpx.Client`; the awaited one is not of httpx at all.

    Raises:
        ConfigurationError: respx or pytest-httpx is active, and the URL is not of this machine
    """
    mocks = (
        httpx.AsyncHTTPTransport.handle_async_request.__module__,
        httpcore.AsyncConnectionPool.handle_async_request.__module__,
        httpx.Client._transport_for_url.__module__,
    )
    for name in mocks:
        if name.startswith(_MOCKS):
            break
    else:
        return
    if httpx.URL(url).host not in ("127.0.0.1", "localhost", "::1"):
        raise ConfigurationError(
            f"{name.partition('.')[0]} mocks httpx, but this is sent by something else: awaited "
            "calls, `many` and the calls of several threads by aiohttp. Give "
            "httpx_client=httpx.AsyncClient(), or httpx.Client(), so that no request leaves this "
            "machine; or use the emulator"
        )
