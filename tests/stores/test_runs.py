"""Runs over object stores: a real S3 server, the emulator, and what is written of it."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from twelvelabs_embed import (
    AsyncTwelveLabs,
    InvalidInputError,
    Media,
    RetryPolicy,
    TwelveLabs,
    Video,
)
from twelvelabs_embed.bulk import dry_run
from twelvelabs_embed.bulk.failures import read_errors
from twelvelabs_embed.cli.app import app
from twelvelabs_embed.errors import Violation
from twelvelabs_embed.inputs.object_stores import LINK_LIFETIME, StoredObject
from twelvelabs_embed.report import write_report
from twelvelabs_embed.validation.media_probe import MediaFacts
from twelvelabs_embed.validation.planning import RequestPlan
from twelvelabs_embed_emulator import Emulator, samples
from typer.testing import CliRunner

from tests.bulk.datasets import failed, written
from tests.scripted_server import Response, scripted_server
from tests.stores.s3_server import SECRET_KEY, S3Server

OK = Response(body={"data": [{"embedding": [0.5, -0.25]}]})
SECRETS = ("X-Amz-Signature", "X-Amz-Credential", SECRET_KEY)


@pytest.fixture
def dataset(s3: S3Server, image: bytes, video: bytes, audio: bytes) -> dict[str, bytes]:
    objects = {"raw/a b.mp4": video, "raw/x+y#1?.jpg": image, "raw/ü/100%.wav": audio}
    s3.fill("media", {**objects, "raw/notes.txt": b"hi"})
    s3.requests.clear()
    return {f"s3://media/{key}": content for key, content in objects.items()}


def assert_no_secrets(*texts: str) -> None:
    for text in texts:
        assert not [secret for secret in SECRETS if secret in text]


def texts_below(folder: Path) -> list[str]:
    return [path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()]


def test_links_are_handed_to_the_service_and_stand_nowhere(
    client: TwelveLabs,
    s3: S3Server,
    dataset: dict[str, bytes],
    tmp_path: Path,
    public_links: None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    out = tmp_path / "out"
    with caplog.at_level(logging.DEBUG):
        report = client.bulk.run("s3://media/raw/", out)
    assert (report.done, report.failed, report.requests) == (3, 0, 3)
    assert written(out).keys() == dataset.keys()
    assert s3.requests["GET link"] == 3
    write_report(out, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text()
    # The emulator, in the same process, fetches the links by httpx.
    logs = [one.getMessage() for one in caplog.records if not one.name.startswith("http")]
    assert any("presigned" in text for text in logs)
    assert_no_secrets(*logs, repr(report), json.dumps(report.as_document()), page)
    assert_no_secrets(*texts_below(out), *texts_below(tmp_path / "resume"))
    again = client.bulk.run("s3://media/raw/", out)
    assert (again.done, again.done_before, again.requests) == (0, 3, 0)


def test_what_the_service_cannot_fetch_is_sent(
    client: TwelveLabs, s3: S3Server, dataset: dict[str, bytes], tmp_path: Path
) -> None:
    report = client.bulk.run("s3://media/raw/", tmp_path / "out")
    assert (report.done, report.requests) == (3, 3)
    assert written(tmp_path / "out").keys() == dataset.keys()
    assert s3.requests["GET link"] == 0
    assert s3.sent_bytes == sum(map(len, dataset.values()))  # checked and sent, read once


@pytest.mark.parametrize("why", ["denied", "expired"])
def test_a_link_that_the_service_cannot_use_is_replaced_by_the_content(
    client: TwelveLabs,
    s3: S3Server,
    dataset: dict[str, bytes],
    tmp_path: Path,
    public_links: None,
    why: str,
) -> None:
    if why == "denied":
        s3.denies_links = True
    else:
        s3.now = lambda: datetime.now(UTC) + LINK_LIFETIME + timedelta(minutes=1)
    report = client.bulk.run("s3://media/raw/", tmp_path / "out", concurrency=1)
    assert (report.done, report.failed) == (3, 0)
    # The first says what is true of all in the bucket.
    assert (report.requests, s3.requests["GET link"]) == (4, 1)


@pytest.mark.parametrize("why", ["denied", "expired"])
def test_a_link_that_was_asked_for_fails_with_the_service_s_reason(
    client: TwelveLabs, s3: S3Server, dataset: dict[str, bytes], tmp_path: Path, why: str
) -> None:
    if why == "denied":
        s3.denies_links = True
    else:
        s3.now = lambda: datetime.now(UTC) + LINK_LIFETIME + timedelta(minutes=1)
    out = tmp_path / "out"
    report = client.bulk.run("s3://media/raw/", out, route="url")
    assert report.failed == 3
    assert failed(out) == dict.fromkeys(dataset, "parameter_invalid")
    assert_no_secrets(*texts_below(out), *(one.message for one in read_errors(out)))


@pytest.mark.parametrize(
    ("has_link", "code", "requests"),
    [(True, "parameter_invalid", 1), (False, "invalid_input", 0)],
)
def test_a_link_that_cannot_be_used_whose_content_cannot_be_sent_is_an_error(
    s3: S3Server,
    dataset: dict[str, bytes],
    tmp_path: Path,
    public_links: None,
    monkeypatch: pytest.MonkeyPatch,
    has_link: bool,
    code: str,
    requests: int,
) -> None:
    """The service's, if it rejected the link; otherwise what is wrong with the content."""
    if not has_link:  # the credentials expire after it was planned
        links = iter(["https://media.example/a.mp4"])
        monkeypatch.setattr(StoredObject, "link", lambda stored: next(links, None))
    too_large = (Violation("media", "300 MB", "at most 200 MB can be uploaded"),)

    def without_link(plan: RequestPlan, facts: MediaFacts) -> RequestPlan:
        return replace(plan, violations=too_large)

    monkeypatch.setattr(RequestPlan, "without_link", without_link)
    rejection = {"error": {"code": "parameter_invalid", "message": "no such link"}}
    with scripted_server(Response(400, rejection)) as server:
        with TwelveLabs("k", base_url=server.base_url) as client:
            client.bulk.run("s3://media/raw/a b.mp4", tmp_path / "out")
        assert len(server.requests) == requests
    assert failed(tmp_path / "out") == {"s3://media/raw/a b.mp4": code}


def test_what_is_wrong_with_the_content_is_not_asked_twice(
    s3: S3Server, dataset: dict[str, bytes], tmp_path: Path, public_links: None
) -> None:
    rejection = {"error": {"code": "video_file_broken", "message": "broken"}}
    with scripted_server(Response(400, rejection)) as server:
        with TwelveLabs("k", base_url=server.base_url, resume_dir=tmp_path / "r") as client:
            client.bulk.run("s3://media/raw/a b.mp4", tmp_path / "out")
        assert len(server.requests) == 1
    assert failed(tmp_path / "out") == {"s3://media/raw/a b.mp4": "video_file_broken"}


@pytest.mark.parametrize("awaited", [False, True])
async def test_a_large_object_is_uploaded(
    emulator: Emulator, client: TwelveLabs, s3: S3Server, tmp_path: Path, awaited: bool
) -> None:
    path = samples.write_padded_video(tmp_path / "a.mp4", 40 << 20)
    s3.fill("media", {"films/large.mp4": path.read_bytes()})
    video = Video(Media.object("s3://media/films/large.mp4"))
    if awaited:
        async with AsyncTwelveLabs("k", base_url=emulator.base_url) as other:
            embeddings = await other.embed(video)
    else:
        embeddings = client.embed(video)
    assert embeddings.route is not None
    assert embeddings.route.name == "asset"
    assert len(embeddings) > 0


def test_a_manifest_names_objects_in_stores(
    client: TwelveLabs, s3: S3Server, dataset: dict[str, bytes], tmp_path: Path
) -> None:
    rows = [
        {"media": "s3://media/raw/a b.mp4", "end": 4},
        {"id": "picture", "media": "s3://media/raw/x+y#1?.jpg", "text": "a beach"},
        {"id": "typed", "type": "audio", "media": "s3://media/raw/ü/100%.wav"},
        {"id": "gone", "media": "s3://media/raw/gone.mp4"},
        {"id": "bad", "media": "s3://media/raw//gone.mp4"},
        {"id": "unknown", "media": "s3://media/raw/film"},
        {"id": "text", "text": "words"},
    ]
    manifest = tmp_path / "items.jsonl"
    manifest.write_text("\n".join(map(json.dumps, rows)))
    report = client.bulk.run(manifest, tmp_path / "out")
    assert written(tmp_path / "out").keys() == {
        "s3://media/raw/a b.mp4",
        "picture",
        "typed",
        "text",
    }
    assert failed(tmp_path / "out") == dict.fromkeys(["gone", "bad", "unknown"], "invalid_input")
    assert report.failed == 3


def test_an_object_that_may_not_be_read_is_its_own_error(
    client: TwelveLabs, s3: S3Server, dataset: dict[str, bytes], tmp_path: Path
) -> None:
    s3.denied_objects.add("raw/a b.mp4")
    report = client.bulk.run("s3://media/raw/", tmp_path / "out")
    assert (report.done, report.failed) == (2, 1)
    assert failed(tmp_path / "out") == {"s3://media/raw/a b.mp4": "invalid_input"}


def test_a_bucket_that_denies_ends_the_run_before_anything_is_sent(
    s3: S3Server, dataset: dict[str, bytes], tmp_path: Path
) -> None:
    s3.denied.add("media")
    with scripted_server(OK) as server:
        with TwelveLabs("k", base_url=server.base_url) as client:
            with pytest.raises(InvalidInputError) as caught:
                client.bulk.run("s3://media/raw/", tmp_path / "out")
        assert not server.requests
    assert [one.field for one in caught.value.violations] == ["source"]


def test_a_key_that_cannot_be_read_fails_its_folder_and_not_the_run(
    client: TwelveLabs, s3: S3Server, image: bytes, tmp_path: Path
) -> None:
    s3.fill("media", {"a//b.jpg": image, "b/1.jpg": image})
    report = client.bulk.run("s3://media", tmp_path / "out")
    assert (report.done, report.failed) == (1, 1)
    assert failed(tmp_path / "out") == {"s3://media/a/": "bad_row"}


def test_a_dry_run_says_what_the_run_then_needs(
    client: TwelveLabs, s3: S3Server, dataset: dict[str, bytes], tmp_path: Path
) -> None:
    expected = dry_run("s3://media/raw/", tmp_path / "out").estimate
    assert expected is not None
    report = client.bulk.run("s3://media/raw/", tmp_path / "out")
    assert expected.media_sec == pytest.approx(report.media_sec, abs=0.1)
    assert expected.size_bytes == sum(map(len, dataset.values()))
    assert expected.min_requests == report.requests
    assert expected.min_rows <= report.rows <= (expected.max_rows or 0)
    assert expected.unknown == 0


def test_ids_do_not_depend_on_the_folder_from_which_a_run_is_started(
    client: TwelveLabs,
    s3: S3Server,
    dataset: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client.bulk.run(["s3://media/raw/a b.mp4"], tmp_path / "out")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    report = client.bulk.run(["s3://media/raw/"], tmp_path / "out")
    assert (report.done_before, report.done) == (1, 2)


def test_the_command_line_takes_a_bucket(
    client: TwelveLabs,
    emulator: Emulator,
    s3: S3Server,
    dataset: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TWELVELABS_API_KEY", "k")
    monkeypatch.setenv("TWELVELABS_BASE_URL", emulator.base_url)
    command = ["run", "s3://media/raw/", "--out", str(tmp_path / "out"), "--json"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["done"] == 3
    assert_no_secrets(result.output)


def test_what_the_service_repeats_of_a_link_is_no_part_of_the_result(
    client: TwelveLabs, s3: S3Server, dataset: dict[str, bytes], public_links: None
) -> None:
    address = "s3://media/raw/a b.mp4"
    embeddings = client.embed(Video(address))
    assert embeddings.route.name == "url"
    assert (embeddings.metadata or {})["input_url"] == address
    assert_no_secrets(repr(embeddings), json.dumps(embeddings.metadata))


def test_ten_thousand_objects_are_counted_by_listing_alone(s3: S3Server, tmp_path: Path) -> None:
    s3.fill("media", {})
    s3.add_empty("media", [f"raw/{number:05}.jpg" for number in range(10_000)])
    s3.requests.clear()
    assert dry_run("s3://media/raw/", check=False).to_run == {"image": 10_000}
    assert s3.requests == {"GET list": 20}  # counted first


def test_links_are_sent_without_reading_the_objects(
    s3: S3Server, tmp_path: Path, public_links: None
) -> None:
    s3.fill("media", {})
    s3.add_empty("media", [f"raw/{number:05}.jpg" for number in range(1200)])
    s3.requests.clear()
    with scripted_server(OK) as server:
        with TwelveLabs("k", base_url=server.base_url, retry=RetryPolicy(attempts=1)) as client:
            report = client.bulk.run("s3://media/raw/", tmp_path / "out", check=False)
        links = {one.json["image"]["media_source"]["url"] for one in server.requests}
    assert (report.done, len(links)) == (1200, 1200)
    assert all("X-Amz-Signature" in link for link in links)
    assert s3.requests == {"GET list": 4}


@pytest.mark.parametrize("by", ["listing", "manifest"])
def test_an_object_that_was_replaced_is_embedded_anew(
    client: TwelveLabs, s3: S3Server, image: bytes, video: bytes, tmp_path: Path, by: str
) -> None:
    s3.fill("media", {"raw/a.jpg": image, "raw/b.mp4": video})
    source = "s3://media/raw/"
    if by == "manifest":
        rows = [{"media": f"s3://media/raw/{name}"} for name in ("a.jpg", "b.mp4")]
        source = str(tmp_path / "items.jsonl")
        Path(source).write_text("\n".join(map(json.dumps, rows)))
    assert client.bulk.run(source, tmp_path / "out").done == 2
    s3.client().put_object(Bucket="media", Key="raw/a.jpg", Body=image + b"more")
    s3.requests.clear()
    report = client.bulk.run(source, tmp_path / "out")
    assert (report.done, report.changed, report.done_before) == (1, 1, 1)
    # One that is the same is not read.
    assert s3.requests["GET object"] == 1
    assert s3.requests["HEAD object"] == (2 if by == "manifest" else 0)
    again = client.bulk.run(source, tmp_path / "out")
    assert (again.done, again.done_before, again.requests) == (0, 2, 0)


def test_an_object_that_is_gone_is_pruned(
    client: TwelveLabs, s3: S3Server, image: bytes, video: bytes, tmp_path: Path
) -> None:
    s3.fill("media", {"raw/a.jpg": image, "raw/b.mp4": video})
    client.bulk.run("s3://media/raw/", tmp_path / "out")
    s3.client().delete_object(Bucket="media", Key="raw/a.jpg")
    client.bulk.run("s3://media/raw/", tmp_path / "out", prune=True)
    assert written(tmp_path / "out").keys() == {"s3://media/raw/b.mp4"}
