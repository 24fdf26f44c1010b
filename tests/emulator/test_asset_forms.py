"""Forms that create no asset, and the sizes of files."""

import socket

import httpx
import pytest

from tests.emulator.helpers import FILE, MIB, ended, error, fields, flat_error, form_of

URL = "http://127.0.0.1:9/a.mp4"

WRONG = {
    "parameter_not_provided": [
        ({}, [FILE], "method: is required"),
        ({"method": "direct"}, [], 'file: is required for the method "direct"'),
        ({"method": "url"}, [], 'url: is required for the method "url"'),
    ],
    "parameter_invalid": [
        ({"method": "mail"}, [FILE], 'method: "mail" is not "direct" or "url"'),
        ({"method": "direct", "filename": ""}, [FILE], 'filename: "" is shorter than 1 character'),
        ({"method": "direct", "filename": "a" * 256}, [FILE], "is longer than 255 characters"),
        (
            {"method": "direct"},
            [("file", ("a" * 256, b""))],
            "filename: 256 characters are not 1 to 255; send a filename of that length",
        ),
        ({"method": "direct"}, [FILE, FILE], "file: is given more than once"),
        (
            {"method": "direct"},
            [("filename", ("a", b"a")), FILE],
            "filename: is a file; send it as text, without a filename",
        ),
        (
            {"method": "direct", "file": "content"},
            [],
            "file: is text; send it as a file, with a filename",
        ),
        ({"method": "url", "url": "ftp://127.0.0.1/x"}, [], "url: the scheme 'ftp'"),
        ({"method": "url", "url": "http://[::1"}, [], "url: is no URL: "),
        (
            {"method": "url", "url": "https://media.example.com/a.mp4"},
            [],
            "url: the emulator fetches from this machine only, not from 'media.example.com'",
        ),
    ],
    "parameter_unknown": [
        ({"method": "direct", "url": URL}, [FILE], 'url: is not for the method "direct"'),
        ({"method": "url", "url": URL}, [FILE], 'file: is not for the method "url"'),
        ({"method": "direct", "colour": "red"}, [FILE], "colour: is not a known parameter"),
    ],
}


@pytest.mark.parametrize(
    ("code", "data", "files", "message"),
    [pytest.param(code, *row, id=row[2]) for code, rows in WRONG.items() for row in rows],
)
def test_invalid_forms_are_rejected(client, code, data, files, message):
    response = client.post("/assets", files=[*fields(data), *files])
    status, found, text = flat_error(response)
    assert (status, found) == (400, code)
    assert message in text


@pytest.mark.parametrize("length", [1, 255])
def test_the_shortest_and_the_longest_filename(client, length):
    files = [("file", ("a" * length, b"content"))]
    response = client.post("/assets", data={"method": "direct"}, files=files)
    assert response.json()["filename"] == "a" * length


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", ""])
def test_a_body_that_is_not_a_form_is_rejected(client, kind):
    response = client.post("/assets", content=b"{}", headers={"content-type": kind})
    assert flat_error(response)[0] == 400


def test_a_form_that_is_cut_off_is_rejected(client):
    headers = {"content-type": "multipart/form-data; boundary=x"}
    body = b'--x\r\ncontent-disposition: form-data; name="method"\r\n\r\ndirect\r\n--y'
    assert flat_error(client.post("/assets", content=body, headers=headers))[0] == 400


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8"])
def test_a_form_may_be_named_as_utf_8(client, charset):
    headers = {"content-type": f"multipart/form-data; boundary=x; charset={charset}"}
    response = client.post("/assets", content=form_of(1), headers=headers)
    assert (response.status_code, response.json()["filename"]) == (201, "a.mp4")


@pytest.mark.parametrize(
    "body",
    [b"--y\r\n", b"--x\r\n\r\n\r\n--x--", b"--x\r\nbad header: 1\r\n\r\n\r\n--x--"],
    ids=["another boundary", "no headers", "a bad header"],
)
def test_a_form_that_cannot_be_parsed_is_rejected(client, body):
    headers = {"content-type": "multipart/form-data; boundary=x"}
    status, _, message = flat_error(client.post("/assets", content=body, headers=headers))
    assert status == 400
    assert message.startswith("body: not valid multipart/form-data")


# ------------------------------------------------------------------------------------------- sizes


@pytest.mark.parametrize("size_bytes", [200 * MIB + 1, 202 * MIB])
def test_a_file_of_more_than_200_mb_is_rejected(client, size_bytes):
    headers = {"content-type": "multipart/form-data; boundary=x"}
    response = client.post("/assets", content=form_of(size_bytes), headers=headers)
    status, code, message = error(response)  # nested, as the vendor's SDK needs it
    assert (status, code) == (413, "video_filesize_too_large")
    assert "200 MB" in message


def test_an_image_of_more_than_32_mb_is_rejected_by_its_name_or_its_content(client, sample):
    largest = sample("image", ".jpg").read_bytes().ljust(32 * MIB, b"\0")
    files = {"file": ("a.jpg", largest)}
    created = client.post("/assets", data={"method": "direct"}, files=files)
    asset = ended(client, f"/assets/{created.json()['_id']}")
    assert asset["technical_metadata"]["image_width"] == 640
    content = largest + b"\0"
    named, unnamed = (
        client.post("/assets", data={"method": "direct"}, files={"file": (name, content)})
        for name in ("a.jpg", "a.bin")
    )
    assert flat_error(named)[:2] == (400, "parameter_invalid")
    asset = ended(client, f"/assets/{unnamed.json()['_id']}")
    assert (asset["status"], asset["file_type"]) == ("failed", "image/jpeg")
    assert "32 MB" in asset["error"]["message"]


def test_a_form_that_is_announced_too_large_is_rejected_before_it_comes(emulator):
    url = httpx.URL(emulator.base_url)
    head = (
        b"POST /v1.3/assets HTTP/1.1\r\nhost: x\r\nx-api-key: k\r\ncontent-length: 999999999\r\n"
        b"content-type: multipart/form-data; boundary=x\r\n\r\n"
    )
    with socket.create_connection((url.host, url.port), timeout=10) as connection:
        connection.sendall(head)
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_file_of_200_mb_is_taken(client):
    headers = {"content-type": "multipart/form-data; boundary=x"}
    response = client.post("/assets", content=form_of(200 * MIB), headers=headers)
    assert response.status_code == 201
    client.delete(f"/assets/{response.json()['_id']}")
