"""Logs beside the parts: running tasks, and versions that servers give of links."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from twelvelabs_embed.bulk import item_embedder
from twelvelabs_embed.bulk.fingerprints import Fingerprint
from twelvelabs_embed.bulk.item_embedder import LinkVersions
from twelvelabs_embed.bulk.item_index import ItemIndex
from twelvelabs_embed.bulk.task_log import TaskLog, read_tasks

FOUND = Fingerprint(5, 6, "etag:1", "row")


def loaded(folder: Path) -> TaskLog:
    log = TaskLog(folder)
    log.load(ItemIndex())
    return log


def test_a_task_is_a_line_until_another_line_ends_it(tmp_path: Path) -> None:
    log = TaskLog(tmp_path)
    log.save("a", "t1", FOUND)
    log.save("a", "t1", FOUND)  # known already
    log.save("b", "t2")
    log.save("none", None)
    log.save("b", None)
    path = tmp_path / "tasks.jsonl"
    lines = [json.loads(line) for line in path.read_bytes().split(b"\n") if line]
    assert lines == [
        {"id": "a", "task_id": "t1", "source_version": "etag:1", "row_hash": "row"},
        {"id": "b", "task_id": "t2"},
        {"id": "b", "task_id": None},
    ]
    assert read_tasks(tmp_path) == {"a": "t1"}
    with path.open("ab") as file:
        file.write(b'\n{"id": "c", "task')  # cut off by a crash
    log = loaded(tmp_path)
    log.save("d", "t4")
    assert read_tasks(tmp_path) == {"a": "t1", "d": "t4"}
    assert [log.get(id, FOUND) for id in "abcd"] == ["t1", None, None, "t4"]


@pytest.mark.parametrize(
    ("saved", "found", "is_taken"),
    [
        (FOUND, FOUND, True),
        (FOUND, Fingerprint(9, 9, "etag:1", "row"), True),
        (FOUND, Fingerprint(5, 6, "etag:2", "row"), False),
        (FOUND, Fingerprint(5, 6, "etag:1", "other"), False),
        (FOUND, Fingerprint(5, 6, None, "row"), True),  # a link's is not always known
        (Fingerprint(row_hash="row"), FOUND, True),
        (Fingerprint(row_hash="row"), Fingerprint(row_hash="other"), False),
        (None, FOUND, True),
        (Fingerprint(version="etag:2"), FOUND, True),  # of an earlier version
    ],
)
def test_a_task_is_collected_if_it_is_of_what_the_item_is_now(
    saved: Fingerprint | None, found: Fingerprint, is_taken: bool, tmp_path: Path
) -> None:
    log = TaskLog(tmp_path)
    log.save("a", "t1", saved)
    expected = "t1" if is_taken else None
    assert (log.get("a", found), loaded(tmp_path).get("a", found)) == (expected, expected)


# ------------------------------------------------------------------------------------------- links

LINK = "https://a.example/a.mp4?sig=secret"


class Server:
    """Responds to requests for versions."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *responses: Any) -> None:
        self.asked: list[tuple[str, str, str | None]] = []
        self.responses = list(responses)
        self.settings: list[dict[str, Any]] = []
        make = httpx.Client

        def client(**settings: Any) -> httpx.Client:
            self.settings.append(settings)
            return make(transport=httpx.MockTransport(self.respond), **settings)

        monkeypatch.setattr(httpx, "Client", client)

    def respond(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((request.method, str(request.url), request.headers.get("range")))
        response = self.responses.pop(0)
        if isinstance(response, Exception):
            raise response
        return response


def versioned(status: int = 200, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers=named)


BOTH = {"etag": '"1"', "last_modified": "Mon, 30 Nov 2026 12:00:00 GMT"}


@pytest.mark.parametrize(
    ("headers", "version"),
    [
        (BOTH, 'etag:"1"'),
        ({"last_modified": BOTH["last_modified"]}, f"last-modified:{BOTH['last_modified']}"),
        ({"etag": "a" * 5000}, "etag:" + "a" * 200),
        ({"etag": ""}, None),
        ({}, None),
    ],
)
def test_the_version_of_a_link_is_that_of_its_server(
    headers: dict[str, str], version: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server(monkeypatch, versioned(**headers), versioned(302, location="/b"), versioned())
    versions = LinkVersions()
    assert versions.ask(LINK) == version
    assert versions.ask(LINK) is None
    assert server.asked == [
        ("HEAD", LINK, None),
        ("HEAD", LINK, None),
        ("HEAD", "https://a.example/b", None),
    ]
    assert server.settings == [{"timeout": 5.0, "follow_redirects": True, "max_redirects": 5}]
    versions.close()
    assert versions._client().is_closed


def test_links_that_are_signed_for_get_are_asked_for_a_byte(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server(monkeypatch, versioned(403), versioned(206, etag="1"), *[versioned(403)] * 2)
    versions = LinkVersions()
    assert [versions.ask(LINK), versions.ask(LINK)] == ["etag:1", None]
    assert server.asked == [("HEAD", LINK, None), ("GET", LINK, "bytes=0-0")] * 2


def test_a_server_that_does_not_respond_is_asked_three_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert item_embedder._MAX_FAILURES == 3
    error = httpx.ConnectError("refused")
    server = Server(monkeypatch, *[error] * 3, versioned(etag="1"))
    versions = LinkVersions()
    assert [versions.ask(LINK) for _ in range(5)] == [None] * 5
    assert len(server.asked) == 3
    assert versions.ask("https://b.example/a.mp4") == "etag:1"
    assert versions.ask("http://[1") is None
