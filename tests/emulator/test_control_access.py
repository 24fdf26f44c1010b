"""Who may use the control, and the API from a page in a browser."""

import httpx
import pytest
from twelvelabs_embed_emulator import Emulator

from tests.emulator.helpers import TEXT, Upload, control_of, embed, flat_error


@pytest.mark.parametrize("faults", ["", "pass*9"])
def test_pages_in_a_browser_do_not_control_the_emulator(start, faults):
    emulator, _ = start(faults=faults, cors_origins=["http://localhost:3000"])
    with control_of(emulator) as control:
        for origin, status in (("http://localhost:3000", 204), ("https://elsewhere.example", 403)):
            assert control.post("/reset", headers={"origin": origin}).status_code == status


def test_a_client_cannot_pretend_to_be_local(started):
    """The proxy replaces the header, so that this request counts as one of this machine."""
    assert started[2].get("/health", headers={"x-emulator-client": "192.0.2.1"}).status_code == 200


def test_the_control_can_be_off(start):
    emulator, client = start(control="off")
    with control_of(emulator) as control:
        assert control.get("/health").status_code == 404
    assert embed(client).status_code == 200


def test_control_by_an_unknown_word_is_an_error():
    with pytest.raises(ValueError, match="control"):
        Emulator(control="everybody")


def test_a_page_whose_name_resolves_to_this_machine_reads_nothing(start):
    emulator, _ = start()
    with control_of(emulator) as control:
        for host in ("evil.example", "evil.example:8321", "127.0.0.1.evil.example"):
            response = control.get("/requests", headers={"host": host})
            assert flat_error(response)[:2] == (403, "unauthorized")
        for host in ("localhost:8321", "app.localhost", "127.0.0.1", "[::1]:8321"):
            assert control.get("/requests", headers={"host": host}).status_code == 200
    emulator, _ = start(control="any")
    with control_of(emulator) as control:
        assert control.get("/health", headers={"host": "emulator:8321"}).status_code == 200


def test_programs_that_wait_may_ask_for_the_head_alone(started):
    response = started[2].head("/health")
    assert (response.status_code, response.content) == (200, b"")
    assert started[1].head("/assets").status_code == 405


# -------------------------------------------------------------------------------------------- CORS


@pytest.mark.parametrize(
    ("given", "origin", "allowed"),
    [
        ("http://LocalHost:3000/", "http://localhost:3000", "http://localhost:3000"),
        ("http://localhost:3000", "http://localhost:3000", "http://localhost:3000"),
        ("http://localhost:3000", "http://localhost:3001", None),
        ("chrome-extension://abc", "chrome-extension://abc", "chrome-extension://abc"),
        ("null", "null", "null"),  # of a page that is a file
        ("null", "http://localhost:3000", None),
        ("*", "http://localhost:3000", "*"),
    ],
)
def test_an_origin_is_compared_as_browsers_send_it(start, given, origin, allowed):
    _, client = start(cors_origins=given)
    response = client.post("/embed-v2", json=TEXT, headers={"origin": origin})
    assert response.headers.get("access-control-allow-origin") == allowed


@pytest.mark.parametrize("given", ["localhost:3000", "http://localhost:3000/app", "", "**"])
def test_what_is_no_origin_is_an_error(given):
    with pytest.raises(ValueError, match="origin"):
        Emulator(cors_origins=[given])


def test_pages_of_an_origin_may_send_requests(start):
    emulator, client = start(cors_origins=["http://localhost:3000"])
    headers = {
        "origin": "http://localhost:3000",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-api-key",
    }
    preflight = httpx.options(f"{emulator.base_url}/embed-v2", headers=headers)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "http://localhost:3000"
    assert "x-api-key" in preflight.headers["access-control-allow-headers"]
    response = client.post("/embed-v2", json=TEXT, headers={"origin": "http://localhost:3000"})
    assert response.headers["access-control-allow-origin"] == "http://localhost:3000"
    upload = Upload(client, b"x")
    put = httpx.put(
        upload.urls[1],
        content=b"x",
        headers={"origin": "http://localhost:3000", **upload.session["upload_headers"]},
    )
    assert put.headers["access-control-allow-origin"] == "http://localhost:3000"
    assert put.headers["access-control-expose-headers"] == "*"
    other = client.post("/embed-v2", json=TEXT, headers={"origin": "http://elsewhere.example"})
    assert "access-control-allow-origin" not in other.headers


def test_without_the_switch_pages_may_not(client, emulator):
    response = client.post("/embed-v2", json=TEXT, headers={"origin": "http://localhost:3000"})
    assert "access-control-allow-origin" not in response.headers
    assert httpx.options(f"{emulator.base_url}/embed-v2").status_code == 405
