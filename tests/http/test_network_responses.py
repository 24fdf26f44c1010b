"""Responses as networks change them: headers, codings, redirects, pages of gateways."""

from __future__ import annotations

import pytest
from twelvelabs_embed import ApiConnectionError, ApiError, InvalidResponseError, UnauthorizedError

from tests.http.asking import ask
from tests.http.network_servers import OK, service, serving
from tests.scripted_server import Response, scripted_server

pytestmark = pytest.mark.usefixtures("no_network_settings")


def test_a_long_header_of_a_response_is_read(way: str) -> None:
    with serving(service(OK, f"x-long: {'a' * 100_000}\r\n")) as plain:
        assert ask(way, f"http://127.0.0.1:{plain.port}/v1.3") == [0.5, -0.25]


def test_a_header_that_httpx_may_read_is_read_by_the_awaited_client() -> None:
    """httpx reads as much or not, by how the bytes arrive."""
    with serving(service(OK, f"x-long: {'a' * 160_000}\r\n")) as plain:
        assert ask("awaited", f"http://127.0.0.1:{plain.port}/v1.3") == [0.5, -0.25]


def test_a_header_that_is_too_long_is_not_quoted(way: str) -> None:
    with serving(service(OK, f"set-cookie: {'secret' * 50_000}\r\n")) as plain:
        with pytest.raises(ApiConnectionError) as raised:
            ask(way, f"http://127.0.0.1:{plain.port}/v1.3")
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize("coding", ["utf-8", "aws-chunked", "identity", ""])
def test_a_content_coding_that_is_none_is_ignored(coding: str, way: str) -> None:
    with serving(service(OK, f"content-encoding: {coding}\r\n")) as plain:
        assert ask(way, f"http://127.0.0.1:{plain.port}/v1.3") == [0.5, -0.25]


def test_an_error_whose_body_cannot_be_decompressed_has_its_status(way: str) -> None:
    denied = scripted_server(Response(401, b"no gzip", {"content-encoding": "gzip"}))
    with denied as server, pytest.raises(UnauthorizedError) as raised:
        ask(way, server.base_url)
    assert raised.value.attempts == 1


@pytest.mark.parametrize("place", ["https://me:secret@login.example", "//me:secret@login.example"])
def test_the_target_of_a_redirect_has_no_password_and_no_query(place: str, way: str) -> None:
    steps = Response(302, b"", {"location": f"{place}/in?token=secret"})
    with scripted_server(steps) as server, pytest.raises(ApiError) as raised:
        ask(way, server.base_url)
    assert "//login.example/in," in str(raised.value)
    assert "secret" not in str(raised.value)


def test_many_headers_of_a_response_are_read(way: str) -> None:
    head = "".join(f"x-{number}: any\r\n" for number in range(300))
    with serving(service(OK, head)) as plain:
        assert ask(way, f"http://127.0.0.1:{plain.port}/v1.3") == [0.5, -0.25]


@pytest.mark.parametrize(
    "body", [b'{"error": "no such plan"}', b'{"code": 7, "detail": "no such plan"}']
)
def test_a_success_that_is_an_error_of_a_gateway_has_its_words(body: bytes, way: str) -> None:
    with serving(service(body)) as plain, pytest.raises(InvalidResponseError, match="no such plan"):
        ask(way, f"http://127.0.0.1:{plain.port}/v1.3")


def test_a_byte_order_mark_is_passed_over(way: str) -> None:
    with serving(service(b"\xef\xbb\xbf" + OK)) as plain:
        assert ask(way, f"http://127.0.0.1:{plain.port}/v1.3") == [0.5, -0.25]
