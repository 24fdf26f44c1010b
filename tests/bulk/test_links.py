"""Presigned links: their signatures are no ids, and stand in no file that people pass on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from twelvelabs_embed import TwelveLabs
from twelvelabs_embed.bulk.failures import Failure, read_errors, write_errors
from twelvelabs_embed.bulk.links import (
    LinkIds,
    legacy_ids,
    mask_json,
    mask_links,
    mask_row,
    unsigned,
    unsigned_location,
)
from twelvelabs_embed.bulk.part_files import PartWriter, part_paths, read_parts
from twelvelabs_embed.bulk.sources import Source
from twelvelabs_embed.report import write_report
from twelvelabs_embed.results.embeddings import Embeddings, Segment

from tests.bulk.datasets import written
from tests.scripted_server import Response, ScriptedServer, scripted_server

OK = Response(body={"data": [{"embedding": [0.5, -0.25]}]})
FILM = "https://bucket.example/films/film.mp4"


def digest(query: str) -> str:
    return blake2b(query.encode(errors="replace"), digest_size=6).hexdigest()


def signed(number: int, link: str = FILM) -> str:
    """The link, signed for the `number`th time."""
    return (
        f"{link}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAEXAMPLE%2F2026&"
        f"X-Amz-Date=2026110{number}T000000Z&X-Amz-Expires=3600&X-Amz-Signature=f00dcafe{number:08}"
    )


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (signed(1), FILM),
        (f"{FILM}?AWSAccessKeyId=AKIA&Expires=1793000000&Signature=abc%3D", FILM),
        (f"{FILM}?GoogleAccessId=me@x.iam&Expires=1793000000&Signature=abc", FILM),
        (f"{FILM}?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Signature=ab", FILM),
        (f"{FILM}?sv=2024-11-04&se=2026-12-01T00%3A00Z&sr=b&sp=r&sig=abc%3D", FILM),
        (f"{FILM}?Policy=eyJ&Signature=abc&Key-Pair-Id=K1", FILM),
        (f"{FILM}?OSSAccessKeyId=LT&Expires=1793000000&Signature=abc", FILM),
        (f"{FILM}?token=abc", FILM),
        (f"{FILM}?ex=6612abcd&is=6611abcd&hm={'0a' * 32}", FILM),
        (f"{FILM}?sv=2024-11-04&sip=192.0.2.1&sp=r&sig=abc%3D", FILM),
        (f"{FILM}?hdnts=exp=1793000000~acl=/*~hmac=abcdef", FILM),
        (f"{FILM}?q=0123456789abcdef0123456789abcdef", FILM),
        ("https://user:word@bucket.example/films/film.mp4", FILM),
        (f"{FILM}?{'0123456789abcdef' * 2}", FILM),
        (f"{FILM}?pwd=abc&sid=1", FILM),
        (f"{FILM}#access_token=abc", FILM),
        (f"{FILM}?id=3#token=abc", f"{FILM}?id=3"),
        (f"{FILM};jsessionid=abc", FILM),
        ("https://cdn.example/bcdn_token=abc&expires=1/film.mp4", "https://cdn.example/film.mp4"),
        # What identifies the object stays.
        (f"{FILM}?version=3&sig=abc", f"{FILM}?version=3"),
        (f"{FILM}?id=3", f"{FILM}?id=3"),
        (f"{FILM}?a=1&b=2#t=3", f"{FILM}?a=1&b=2#t=3"),
        (FILM, FILM),
        # No links.
        ("films/what?token=1.mp4", "films/what?token=1.mp4"),
        ("me@home.jpg", "me@home.jpg"),
        ("asset:a?token=b", "asset:a?token=b"),
        # What is no valid link.
        ("https://[a/film?sig=b", "https://[a/film"),
    ],
)
def test_the_id_of_a_link(link: str, expected: str) -> None:
    assert unsigned(link) == LinkIds().id_of(link) == expected


SECRET_NAMES = [
    "signature", "sig", "token", "secret", "auth", "hmac", "hdnea", "policy", "expires",
    "credential", "security", "session", "pass", "jwt", "key-pair-id", "hash", "md5",
    "verify", "nonce", "ticket", "pwd", "bearer", "sessid", "x-amz-date", "x-goog-date",
    "x-oss-date", "x-obs-date", "x-cos-date", "x-bce-date", "x-ms-date", "q-ak", "accessid",
    "AccessKeyId", "wsSecret", "wsTime", "ex", "is", "hm", "pw", "sid", "sip", "se", "sr",
    "sp", "st", "sv", "si", "spr", "srt", "ss", "sdd", "ses", "scid", "sktid", "saoid",
    "suoid",
]  # fmt: skip


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_a_parameter_that_allows_access_is_no_part_of_an_id(name: str) -> None:
    assert unsigned(f"{FILM}?{name}=1&id=3") == f"{FILM}?id=3"
    assert unsigned(f"{FILM};{name}=1?id=3") == f"{FILM}?id=3"


@pytest.mark.parametrize("name", ["id", "version", "v", "page", "exact", "issue", "sort", "sq"])
def test_another_parameter_is_part_of_an_id_unless_it_is_long(name: str) -> None:
    for value in ("", "1", "a" * 16):
        assert unsigned(f"{FILM}?{name}={value}") == f"{FILM}?{name}={value}"
    assert unsigned(f"{FILM}?{name}={'a' * 17}") == FILM


@pytest.mark.parametrize(
    "name",
    [*(f"X-{store}-Signature" for store in ("Amz", "Goog", "OSS", "Obs", "Cos", "Bce")),
     "Signature", "sig", "q-signature"],
)  # fmt: skip
def test_the_signature_of_an_object_store_says_nothing_of_the_object(name: str) -> None:
    """Whose path does, even without a suffix."""
    for query in (f"{name}=abc", f"type=1&{name}=abc"):
        assert unsigned(f"https://bucket.example/film?{query}") == (
            "https://bucket.example/film" + "?type=1" * query.startswith("type")
        )


def test_where_a_link_leads_does_not_change_with_what_signs_it() -> None:
    for link in (
        f"{FILM}?id=3&&sig=a",
        f"{FILM.replace('//', '//me:word@')}?id=3&token={'a' * 40}",
    ):
        assert unsigned_location(link) == f"{FILM}?id=3"
    assert unsigned_location(f"{FILM}?id=3#t=1") == f"{FILM}?id=3#t=1"  # nothing signs it


def test_a_query_that_alone_says_what_a_link_leads_to_is_a_digest() -> None:
    assert unsigned_location("https://[a/film?sig=b") == "https://[a/film"  # no valid link
    for query in ("token=abc", "token=abd", "token=\ud800"):
        assert unsigned(f"https://x.example/get?{query}#t=1") == (
            f"https://x.example/get?{digest(query)}"
        )


def test_a_long_value_that_says_what_a_link_leads_to_is_a_digest_in_any_order() -> None:
    """Otherwise the first one would get the id without it, whichever that is."""
    links = [f"https://x.example/get?type=video&id={letter * 33}&token=t" for letter in "ab"]
    found = [[LinkIds().id_of(link) for link in order] for order in (links, links[::-1])]
    assert found[0] == found[1][::-1]
    assert found[0] == [
        f"https://x.example/get?type=video&{digest(f'id={letter * 33}')}" for letter in "ab"
    ]
    assert [unsigned(id) for id in found[0]] == found[0]
    assert unsigned(links[0].replace("token=t", "token=u")) == found[0][0]


def test_links_that_differ_in_their_signature_alone_keep_apart() -> None:
    ids = LinkIds()
    first, second = f"{FILM}?sig=one", f"{FILM}?sig=two"
    found = [ids.id_of(link) for link in (first, second, first, second)]
    assert found == [FILM, f"{FILM}?{digest('sig=two')}"] * 2
    assert LinkIds().id_of(FILM) == FILM
    assert legacy_ids(first) == [FILM, f"{FILM}?{digest('sig=one')}"]
    assert legacy_ids(f"{FILM}?id=3&sig=one") == [
        f"{FILM}?id=3", f"{FILM}?id=3&{digest('id=3&sig=one')}"
    ]  # fmt: skip
    assert legacy_ids(FILM) == legacy_ids("a?sig=one") == []


def test_what_people_read_is_masked() -> None:
    for number in (1, 2):  # each is another row
        row = {"media": signed(number), "text": f"ä at {FILM}?token=1"}
        masked = {**row, "media": f"{FILM}?***{digest(urlsplit(signed(number)).query)}"}
        assert mask_row(row) == mask_row(masked) == masked
        assert mask_json(json.dumps(row)) == json.dumps(masked, ensure_ascii=False)
    link = FILM.upper()
    assert mask_links(f"cannot fetch {link}?SIG=secret") == (
        f"cannot fetch https{link[5:]}?***{digest('SIG=secret')}"
    )
    expected = f"<{FILM}?id=3&***{digest('id=3&sig=a')}>, ({FILM}?id=3) nor {FILM}"
    assert mask_links(f"<{FILM}?id=3&sig=a>, ({FILM}?id=3) nor {FILM}") == expected
    assert mask_links(expected) == expected


@pytest.mark.parametrize("media", [FILM, f"{FILM}?id=3", "a.mp4?sig=b", "s3://a/b?sig=c", 1, None])
def test_what_nothing_signs_is_shown_as_it_is(media: Any) -> None:
    assert mask_row({"media": media}) == {"media": media}
    assert mask_row(f"at {media}") == f"at {media}"
    text = json.dumps({"media": media, "id": 1}, separators=(",", ":"))
    assert json.loads(mask_json(text)) == {"media": media, "id": 1}


@pytest.mark.parametrize("text", ['["{}"]', "1 {}", '{{"media": "{}"', '"{}"'])
def test_a_row_that_is_no_object_is_masked_as_text(text: str) -> None:
    """Of versions before this one, or of a line that is damaged."""
    assert mask_json(text.format(f"{FILM}?sig=a")) == text.format(f"{FILM}?***{digest('sig=a')}")
    assert mask_row(f"{FILM}#token=a") == FILM


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server(OK) as running:
        yield running


def run(server: ScriptedServer, tmp_path: Path, links: list[str], kind: str = "jsonl") -> int:
    """Run a manifest of links; returns how many requests were sent."""
    source, before = tmp_path / f"m.{kind}", len(server.requests)
    if kind == "csv":
        source.write_text("\n".join(["media", *links]) + "\n")
    else:
        source.write_text("".join(f"{json.dumps({'media': link})}\n" for link in links))
    with TwelveLabs("k", base_url=server.base_url) as client:
        client.bulk.run(source, tmp_path / "out")
    return len(server.requests) - before


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_a_link_that_is_signed_anew_is_not_paid_again(
    kind: str, server: ScriptedServer, tmp_path: Path
) -> None:
    other = "https://bucket.example/films/other.mp4"
    assert run(server, tmp_path, [signed(1), signed(1, other)], kind) == 2
    assert run(server, tmp_path, [signed(2), signed(2, other)], kind) == 0
    assert written(tmp_path / "out") == {FILM: 1, other: 1}
    sent = {request.json["video"]["media_source"]["url"] for request in server.requests}
    assert sent == {signed(1), signed(1, other)}  # links are sent as they are


def test_a_link_that_is_none_is_its_own_failure(server: ScriptedServer, tmp_path: Path) -> None:
    links = [f"https://me:word@[a/film.mp4?sig={word}" for word in ("one", "two")]
    assert run(server, tmp_path, [*links, FILM]) == 1
    assert written(tmp_path / "out") == {FILM: 1}
    found = {failure.id for failure in read_errors(tmp_path / "out")}
    assert found == {"https://[a/film.mp4", f"https://[a/film.mp4?{digest('sig=two')}"}


def test_no_file_of_a_run_has_a_signature(tmp_path: Path) -> None:
    message = f"cannot fetch {signed(1)}"
    bad = Response(400, {"code": "parameter_invalid", "message": message})
    with scripted_server(OK, bad) as server:
        rows = [{"media": signed(1)}, {"media": signed(1, FILM + ".mp4")}]
        rows.append({"media": signed(1) + "&x=1", "type": "nothing"})
        source = tmp_path / "m.jsonl"
        source.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
        with TwelveLabs("k", base_url=server.base_url) as client:
            client.bulk.run(source, tmp_path / "out", concurrency=1)
    out = tmp_path / "out"
    assert len(list(read_errors(out))) == 2
    write_report(out, out / "report.html")
    from pyarrow import parquet

    content = [parquet.read_table(path).to_pylist() for path in out.glob("*.parquet")]
    everything = json.dumps(content, default=str) + (out / "report.html").read_text()
    assert "film.mp4" in everything
    for secret in ("f00dcafe", "AKIAEXAMPLE", "X-Amz-Signature"):
        assert secret not in everything


def test_a_failed_link_that_is_signed_anew_runs_again(tmp_path: Path) -> None:
    bad = Response(400, {"code": "parameter_invalid", "message": "expired"})
    with scripted_server(bad, OK) as server:
        assert run(server, tmp_path, [signed(1)]) == 1
        assert run(server, tmp_path, [signed(1)]) == 0
        assert run(server, tmp_path, [signed(2)]) == 1
    assert written(tmp_path / "out") == {FILM: 1}
    assert not list(read_errors(tmp_path / "out"))


def test_a_dataset_with_signatures_as_ids_is_read(server: ScriptedServer, tmp_path: Path) -> None:
    """As versions before this one wrote it."""
    out = tmp_path / "out"
    assert run(server, tmp_path, [FILM]) == 1  # makes run.json
    part_paths(out)[0].unlink()
    one = Embeddings(np.ones((1, 2), np.float32), [Segment()], model="m", input_type="video")
    PartWriter(out, 2).write([(signed(1), one)])
    failed = signed(1, "https://bucket.example/other.mp4")
    row = json.dumps({"media": failed})
    write_errors(out, [Failure(failed, "video", "c", failed, row, 1, datetime.now(UTC))])
    assert FILM in read_parts(out).items
    assert run(server, tmp_path, [signed(2), failed]) == 0
    assert written(out) == {signed(1): 1}
    (failure,) = read_errors(out)
    assert "f00dcafe" not in repr(failure)
    write_report(out, out / "report.html")
    assert "f00dcafe" not in (out / "report.html").read_text()


def test_a_source_gives_the_same_ids_each_time(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    rows = [{"media": f"{FILM}?sig={n}"} for n in (1, 2)]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    source = Source(path)
    first, second = ([entry.id for entry in source] for _ in range(2))
    assert first == second
    assert len(set(first)) == 2
