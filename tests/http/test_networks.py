"""Proxies and certificates: both clients read the network in the same way, on real sockets."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest
from twelvelabs_embed import ApiConnectionError, ApiTimeoutError, ConfigurationError
from twelvelabs_embed._http import network
from twelvelabs_embed._http.effects import SendRequest
from twelvelabs_embed._http.network import Proxies

from tests.clients import ClientKind, both_clients
from tests.http.asking import KEY, ask
from tests.http.network_servers import (
    HOST,
    Seen,
    denying_proxy,
    http_proxy,
    make_certificate,
    service,
    serving,
    socks_proxy,
    speaking,
)

NEEDS_OPENSSL = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes certificates")
NEEDS_SOCKS = pytest.mark.skipif(not find_spec("socksio"), reason="the extra [socks]")
pytestmark = pytest.mark.usefixtures("no_network_settings")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


# --- proxies --------------------------------------------------------------------------------------


@pytest.fixture
def api(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    """A service with TLS; its name leads nowhere but through a proxy."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(service(), certificate) as seen:
        yield seen


@NEEDS_OPENSSL
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize(
    "scheme", ["http", "https", "", pytest.param("socks5h", marks=NEEDS_SOCKS)]
)
def test_a_proxy_of_the_environment_is_used(
    variable: str, scheme: str, way: str, api: Seen, certificate: Path, monkeypatch: Any
) -> None:
    handle = socks_proxy(api.port) if scheme == "socks5h" else http_proxy(api.port)
    with serving(handle, certificate if scheme == "https" else None) as proxy:
        address = f"localhost:{proxy.port}"
        monkeypatch.setenv(variable, f"{scheme}://{address}" if scheme else address)
        assert ask(way, f"https://{HOST}/v1.3") == [0.5, -0.25]
    assert f"{HOST}:443" in proxy.heads[0]
    assert KEY in api.heads[0]
    assert KEY not in "".join(proxy.heads)


def test_a_proxy_for_plain_http_is_used(way: str, monkeypatch: Any) -> None:
    with serving(service()) as plain, serving(http_proxy(plain.port)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://localhost:{proxy.port}")
        assert ask(way, f"http://{HOST}/v1.3") == [0.5, -0.25]
    assert len(proxy.heads) == len(plain.heads) == 1
    assert f"http://{HOST}/v1.3/embed-v2" in proxy.heads[0]


@NEEDS_OPENSSL
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_password_of_a_proxy_reaches_the_proxy_alone(
    scheme: str, way: str, api: Seen, certificate: Path, monkeypatch: Any
) -> None:
    handle = http_proxy(api.port, "me:pass word")
    with serving(handle, certificate if scheme == "https" else None) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://me:pass%20word@localhost:{proxy.port}")
        assert ask(way, f"https://{HOST}/v1.3") == [0.5, -0.25]
    assert "proxy-authorization" not in "".join(api.heads).lower()


def test_the_password_of_a_proxy_for_plain_http(way: str, monkeypatch: Any) -> None:
    with serving(service()) as plain, serving(http_proxy(plain.port, "me:word")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://me:word@localhost:{proxy.port}")
        assert ask(way, f"http://{HOST}/v1.3") == [0.5, -0.25]


@NEEDS_OPENSSL
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("status", [403, 407])
def test_a_proxy_that_denies_the_connection_is_asked_once(
    status: int, scheme: str, way: str, certificate: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    handle = denying_proxy(status)
    with serving(handle, certificate if scheme == "https" else None) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://me:wrong@localhost:{proxy.port}")
        with pytest.raises(ApiConnectionError, match=f"{status}.*HTTPS_PROXY") as caught:
            ask(way, f"https://{HOST}/v1.3")
    assert (caught.value.attempts, len(proxy.heads)) == (1, 1)


@NEEDS_OPENSSL
def test_a_proxy_that_is_down_for_a_while_is_asked_again(way: str, monkeypatch: Any) -> None:
    with serving(denying_proxy(503)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://localhost:{proxy.port}")
        with pytest.raises(ApiConnectionError):
            ask(way, f"https://{HOST}/v1.3")
    assert len(proxy.heads) == 3


@NEEDS_SOCKS
@pytest.mark.parametrize("response", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x05", b""])
def test_a_proxy_that_is_none_of_socks_is_an_error(
    response: bytes, way: str, monkeypatch: Any
) -> None:
    with serving(speaking(response)) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"socks5://localhost:{proxy.port}")
        with pytest.raises(ApiConnectionError, match="SOCKS"):
            ask(way, f"https://{HOST}/v1.3")


@NEEDS_SOCKS
def test_a_proxy_of_socks_that_is_silent_is_not_waited_for_without_end(
    way: str, monkeypatch: Any
) -> None:
    with serving(speaking(None)) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"socks5://localhost:{proxy.port}")
        with pytest.raises(ApiTimeoutError):
            ask(way, f"https://{HOST}/v1.3", timeout=0.05)


@pytest.mark.parametrize(
    "no_proxy", ["127.0.0.1", "*", "[::1], 127.0.0.0/8", "other, 127.0.0.1", "other 127.0.0.1"]
)
def test_what_is_excepted_is_reached_directly(no_proxy: str, way: str, monkeypatch: Any) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://localhost:1")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    with serving(service()) as plain:
        assert ask(way, f"http://127.0.0.1:{plain.port}/v1.3") == [0.5, -0.25]


@pytest.mark.parametrize(
    ("no_proxy", "url", "is_direct"),
    [
        ("api.example", "https://api.example", True),
        ("example", "https://api.example", True),
        (".example", "https://API.example", True),
        ("*.example", "https://api.example", True),
        ("pi.example", "https://api.example", False),
        ("api.example:443", "https://api.example", True),
        ("api.example:8443", "https://api.example", False),
        ("api.example:8443", "https://api.example:8443", True),
        ("[::1]", "http://[::1]:80", True),
        ("::1", "http://[::1]:80", True),
        ("[::1]:81", "http://[::1]:80", False),
        ("fe80::/10", "http://[fe80::7]", True),
        ("10.0.0.0/8", "http://10.1.2.3", True),
        ("10.0.0.0/8", "http://11.1.2.3", False),
        ("10.0.0.0/8", "http://ten.example", False),
        ("2.3", "http://10.1.2.3", False),
        ("bücher.example", "http://xn--bcher-kva.example", True),
        ("xn--bcher-kva.example", "http://bücher.example", True),
        (" , ,", "http://api.example", False),
        ("", "http://api.example", False),
    ],
)
def test_exceptions(no_proxy: str, url: str, is_direct: bool, monkeypatch: Any) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example:8080")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert (Proxies.from_environment().find(httpx.URL(url)) is None) == is_direct


@pytest.mark.parametrize(
    "address",
    ["socks4://me:secret@localhost:1", "ftp://localhost", "http://", "http://localhost:port"],
)
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_what_cannot_be_honoured_is_an_error_that_names_the_variable(
    address: str, variable: str, way: str, monkeypatch: Any
) -> None:
    monkeypatch.setenv(variable, address)
    with serving(service()) as plain, pytest.raises(ConfigurationError, match=variable) as raised:
        ask(way, f"http://127.0.0.1:{plain.port}/v1.3")
    assert plain.heads == []
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("http://a.example:65535", True),
        ("http://a.example:65536", False),
        ("http://a.example:0", True),
        ("a.example", True),
        ("http://a%20b", False),
        ("http://:80", False),
    ],
)
def test_a_proxy_has_a_host_and_a_port_of_sixteen_bits(address: str, is_one: bool) -> None:
    proxies = Proxies({"all": address}, "")
    if is_one:
        assert proxies.find(httpx.URL("http://b.example")) is not None
    else:
        with pytest.raises(ConfigurationError, match="is no address of a proxy"):
            proxies.find(httpx.URL("http://b.example"))


def test_socks_without_its_package_is_an_error_that_names_both(way: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(network, "find_spec", lambda name: None)
    monkeypatch.setenv("ALL_PROXY", "socks5://localhost:1")
    with pytest.raises(ConfigurationError, match=r"ALL_PROXY.*socksio.*\[socks\]"):
        ask(way, "http://127.0.0.1:1/v1.3")


@both_clients
@pytest.mark.parametrize("is_external", [False, True])
async def test_passwords_of_netrc_are_not_sent(
    kind: ClientKind, is_external: bool, tmp_path: Path, monkeypatch: Any
) -> None:
    """To the API and to the storage, also where a proxy is set."""
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password of-netrc\ndefault login me password x\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://localhost:1")
    with serving(service()) as plain:
        url = f"http://127.0.0.1:{plain.port}/storage"
        timeout = httpx.Timeout(5)
        request = SendRequest("PUT", url, httpx.Headers(), {}, b"x", timeout, is_external)
        async with kind.open() as client:
            await client._runner.run(_flow(request))
    assert "authorization" not in plain.heads[0].lower()


def _flow(request: SendRequest) -> Any:
    return (yield request)


# --- certificates ---------------------------------------------------------------------------------


@NEEDS_OPENSSL
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_untrusted_certificate_is_not_tried_again(
    scheme: str, way: str, api: Seen, certificate: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    """Of the service or of a proxy: `SSL_CERT_FILE` replaces certifi's certificates for both."""
    monkeypatch.setattr("certifi.where", lambda: str(certificate))
    monkeypatch.setenv("SSL_CERT_FILE", str(make_certificate(tmp_path)))
    with serving(http_proxy(api.port), certificate if scheme == "https" else None) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://localhost:{proxy.port}")
        with pytest.raises(ApiConnectionError, match=r"not trusted.*SSL_CERT_FILE") as raised:
            ask(way, f"https://{HOST}/v1.3")
    assert (raised.value.attempts, len(proxy.heads), api.heads) == (1, scheme == "http", [])


@NEEDS_OPENSSL
def test_a_certificate_of_another_name_is_not_tried_again(
    way: str, certificate: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(service(), certificate) as api:
        with pytest.raises(ApiConnectionError, match="not trusted") as raised:
            ask(way, f"https://127.0.0.1:{api.port}/v1.3")
    assert raised.value.attempts == 1


@NEEDS_OPENSSL
def test_an_authority_may_be_in_any_of_several_folders(
    way: str, certificate: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    shutil.copy(certificate, tmp_path / "authority.pem")
    subprocess.run(["openssl", "rehash", tmp_path], check=True)
    monkeypatch.setenv("SSL_CERT_DIR", os.pathsep.join([str(tmp_path / "missing"), str(tmp_path)]))
    with serving(service(), certificate) as api:
        assert ask(way, f"https://localhost:{api.port}/v1.3") == [0.5, -0.25]


@NEEDS_OPENSSL
def test_a_file_of_session_keys_that_cannot_be_written_is_named(
    way: str, certificate: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "missing" / "keys.log"))
    with pytest.raises(ConfigurationError, match=r"SSLKEYLOGFILE is .*keys\.log"):
        ask(way, "https://localhost:1/v1.3")


@NEEDS_OPENSSL
@pytest.mark.parametrize(
    "settings",
    [
        {"maximum_version": ssl.TLSVersion.TLSv1_1},
        # Of TLS 1.3, a server says so only after the handshake, and a reset may overtake it.
        {"verify_mode": ssl.CERT_REQUIRED, "maximum_version": ssl.TLSVersion.TLSv1_2},
    ],
    ids=["an old version", "a certificate of the client"],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1:DeprecationWarning")
def test_tls_that_is_not_agreed_on_is_not_tried_again(
    settings: dict[str, Any], way: str, certificate: Path, monkeypatch: Any
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(service(), certificate, **settings) as api:
        with pytest.raises(ApiConnectionError, match="does not agree on TLS") as raised:
            ask(way, f"https://localhost:{api.port}/v1.3")
    assert raised.value.attempts == 1


def test_a_server_without_tls_is_not_asked_again_for_it(way: str) -> None:
    with serving(speaking(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as plain:
        with pytest.raises(ApiConnectionError, match="does not agree on TLS") as raised:
            ask(way, f"https://localhost:{plain.port}/v1.3")
    assert raised.value.attempts == 1


@pytest.mark.parametrize("content", [None, "folder", b"", b"no certificate"])
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_certificates_that_cannot_be_read_are_an_error_that_names_the_variable(
    content: Any, variable: str, way: str, tmp_path: Path, monkeypatch: Any
) -> None:
    path = tmp_path / "certificates"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    monkeypatch.setenv(variable, str(path))
    with serving(service()) as plain:
        if (variable, content) == ("SSL_CERT_DIR", "folder"):  # may hold none yet
            assert ask(way, f"http://127.0.0.1:{plain.port}/v1.3")
            return
        with pytest.raises(ConfigurationError, match=f"{variable} is .*certificates"):
            ask(way, f"http://127.0.0.1:{plain.port}/v1.3")
    assert plain.heads == []
