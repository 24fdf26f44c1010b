"""`twelvelabs-embed assets` and `twelvelabs-embed uploads`."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from twelvelabs_embed import TwelveLabs
from twelvelabs_embed_emulator import Emulator

from tests.cli.runner import CHUNK_BYTES, PROGRAM, Run, on_terminal
from tests.scripted_server import Response, scripted_server


@pytest.fixture
def asset_id(cli: Run) -> str:
    """An image that is uploaded."""
    return cli("assets", "upload", "beach.jpg").out.strip()


# ----------------------------------------------------------------------------------------- assets


def test_uploading_prints_the_id_and_how_it_is_used(cli: Run) -> None:
    ran = cli("assets", "upload", "beach.jpg")
    asset_id = ran.out.strip()
    assert ran.status == 0
    assert ran.err == (
        f"beach.jpg is uploaded as asset {asset_id}\n"
        f"Use it: twelvelabs-embed image asset:{asset_id}\n"
    )
    used = cli("image", f"asset:{asset_id}", "--json").json["embeddings"]
    assert used == cli("image", "beach.jpg", "--json").json["embeddings"]


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("talk.wav", "audio"),
        ("film.mkv", "video"),
        ("paper.pdf", "document"),
        ("notes.md", "document"),
    ],
)
def test_an_asset_is_for_the_command_of_its_kind(cli: Run, name: str, command: str) -> None:
    ran = cli("assets", "upload", name, "--wait-sec", "0")
    assert ran.err == f"Use it: twelvelabs-embed {command} asset:{ran.out}"


@pytest.mark.parametrize("media_type", [None, "", "application/mxf", "video/mp4"])
def test_what_is_of_an_unknown_type_is_taken_for_a_video(cli: Run, media_type: str | None) -> None:
    asset = {"_id": "a1", "status": "ready", "file_type": media_type}
    with scripted_server(Response(201, asset), Response(body=asset)) as server:
        ran = cli("assets", "upload", "beach.jpg", "--wait-sec", "0", "--base-url", server.base_url)
    later = f"twelvelabs-embed video asset:a1 --base-url {server.base_url}"
    assert (ran.out, ran.err) == ("a1\n", f"Use it: {later}\n")


def test_an_asset_may_have_another_name(cli: Run) -> None:
    ran = cli("assets", "upload", "beach.jpg", "--filename", "sea.jpg", "--json")
    assert ran.json == {
        "id": ran.json["id"],
        "status": "ready",
        "type": "image/jpeg",
        "method": "direct",
        "created_at": ran.json["created_at"],
        "name": "sea.jpg",
    }


def test_a_file_that_cannot_be_uploaded_is_rejected(cli: Run) -> None:
    ran = cli("assets", "upload", "missing.mp4")
    assert (ran.status, ran.out) == (1, "")
    assert "  value    there is no file 'missing.mp4'\n" in ran.err


def test_a_list_has_the_newest_first(cli: Run, asset_id: str) -> None:
    listed = cli("assets", "list", "--limit", "1", "--json").json
    assert [asset["id"] for asset in listed["assets"]] == [asset_id]
    assert listed["total"] >= 1
    row = next(line for line in cli("assets", "list").out.splitlines() if asset_id in line)
    assert row.split()[1:3] == ["ready", "image/jpeg"]
    assert row.split()[-1] == "beach.jpg"
    videos = cli("assets", "list", "--type", "video", "--json").json["assets"]
    assert asset_id not in {asset["id"] for asset in videos}


@pytest.mark.parametrize("columns", ["80", "120"])
def test_the_table_fits_the_terminal(
    cli: Run, asset_id: str, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    out = cli("assets", "list").out
    assert asset_id in out
    assert max(map(len, out.splitlines())) <= int(columns)


def test_deleting_continues_after_a_failure(cli: Run, asset_id: str) -> None:
    ran = cli("assets", "delete", "nowhere", asset_id, asset_id, "--yes")
    assert (ran.status, ran.out) == (1, f"deleted {asset_id}\n")
    assert asset_id not in ran.err  # it is deleted once
    assert ran.err.startswith(
        "nowhere: Rejected by the service\n\n"
        "  status   404 resource_not_exist\n"
        "  message  asset_id: there is no asset nowhere\n"
    )
    assert cli("assets", "delete", asset_id, "--yes").status == 1


def test_deleting_wants_a_yes(
    cli: Run, asset_id: str, environment: dict[str, str], media: Path
) -> None:
    without_terminal = cli("assets", "delete", asset_id)
    assert (without_terminal.status, without_terminal.out) == (2, "")
    assert "without a terminal, add --yes" in without_terminal.err
    words = [PROGRAM, "assets", "delete", asset_id]
    no = on_terminal(words, environment, media, typed=b"n\n")
    assert "Delete 1 asset? [y/N]" in no
    assert "deleted" not in no
    assert f"deleted {asset_id}" in on_terminal(words, environment, media, typed=b"y\n")


def test_a_key_that_is_not_accepted_ends_deleting(
    cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWELVELABS_API_KEY", "bad")
    ran = cli("assets", "delete", "a", "b", "--yes")
    assert ran.status == 4
    assert ran.err.count("The key was not accepted") == 1


def test_what_something_refers_to_is_deleted_with_force(cli: Run, asset_id: str) -> None:
    refers = {"code": "conflict", "message": "used", "docs_url": "https://a.example/409"}
    with scripted_server(Response(409, refers), Response(204)) as server:
        address = ("--base-url", server.base_url)
        kept = cli("assets", "delete", "a1", "--yes", *address)
        gone = cli("assets", "delete", "a1", "--yes", "--force", *address)
    assert (kept.status, gone.status) == (1, 0)
    assert "  docs     https://a.example/409\n" in kept.err
    assert "or add --force" in kept.err
    assert [one.path.partition("a1")[2] for one in server.requests] == ["", "?force=true"]


def test_the_status_of_several_failures_is_that_of_the_first(cli: Run) -> None:
    statuses = {503: 3, 404: 1}
    for first, second in (statuses, reversed(statuses)):
        with scripted_server(Response(first), Response(second)) as server:
            address = ("--base-url", server.base_url, "--max-retries", "0")
            ran = cli("assets", "delete", "a1", "a2", "--yes", *address)
        assert (ran.status, len(server.requests)) == (statuses[first], 2)


def test_what_the_service_does_not_say_is_null(cli: Run) -> None:
    page = Response(body={"data": [{"_id": "a1"}], "page_info": {"total_results": 1}})
    with scripted_server(page) as server:
        address = ("--base-url", server.base_url)
        (asset,) = cli("assets", "list", "--json", *address).json["assets"]
        table = cli("assets", "list", *address)
    unknown = dict.fromkeys(["status", "type", "method", "created_at", "name"])
    assert asset == {"id": "a1", **unknown}
    assert table.out.split()[-5:] == ["a1", *"––––"]


def test_a_list_may_be_of_some_names(cli: Run, asset_id: str) -> None:
    other = cli("assets", "upload", "beach.jpg", "--filename", "Meeting.jpg").out.strip()
    found = cli("assets", "list", "--name", "meet", "--json").json["assets"]
    assert other in {asset["id"] for asset in found}
    assert asset_id not in {asset["id"] for asset in found}


def test_names_and_values_are_noted_on_an_asset(cli: Run, asset_id: str) -> None:
    note = ("assets", "metadata", asset_id)
    noted = cli(*note, "shoot=5", "by=A. B.=C", 'tags=["a"]', "raw=true", "odd=NaN", "--json").json
    assert noted == {"shoot": 5, "by": "A. B.=C", "tags": ["a"], "raw": True, "odd": "NaN"}
    changed = cli(*note, "shoot=6", "raw=", "odd=")
    assert set(changed.out.splitlines()) == {"shoot=6", "by=A. B.=C", 'tags=["a"]'}
    assert cli(*note, "only=1", "--clear").out == "only=1\n"
    assert cli(*note).out == "only=1\n"
    assert cli(*note, "--clear", "--json").json == {}


def test_what_is_no_name_and_value_is_rejected(cli: Run) -> None:
    for word in ("shoot", "=5"):
        ran = cli("assets", "metadata", "a1", word)
        assert ran.status == 2
        assert f"'{word}' is not NAME=VALUE" in ran.err


TRANSCRIPTION = {
    "status": "ready",
    "sentences": [{"start": 0.5, "end": 2, "value": "Hello, everybody. " * 6}],
    "utterances": [{"start": 0.5, "end": 2, "value": "Hello.", "speaker": "A\x1b[31m"}],
}


def test_what_is_said_is_shown_with_its_times(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with scripted_server(Response(body=TRANSCRIPTION)) as server:
        ask = ("assets", "transcription", "a1", "--base-url", server.base_url)
        sentences, utterances, raw = cli(*ask), cli(*ask, "--by", "utterances"), cli(*ask, "--json")
    assert max(map(len, sentences.out.splitlines())) <= 80
    assert sentences.out.splitlines()[3].split()[:3] == ["0.50", "2.00", "Hello,"]
    assert "speaker" not in sentences.out
    assert utterances.out.splitlines()[3].split() == ["0.50", "2.00", "A\\x1b[31m", "Hello."]
    assert raw.json == TRANSCRIPTION
    assert server.requests[1].path.endswith("?include=utterances")


def test_a_transcription_that_is_not_there(cli: Run) -> None:
    failed = Response(body={"status": "failed", "error": {"message": "no speech"}})
    with scripted_server(Response(body={"status": "pending"}), failed) as server:
        ask = ("assets", "transcription", "a1", "--base-url", server.base_url)
        pending, gone = cli(*ask), cli(*ask)
    assert (pending.status, pending.out) == (0, "the transcription is pending\n")
    assert (gone.status, gone.out) == (1, "")
    assert gone.err == "There is no transcription\n\n  message  no speech\n"


# ---------------------------------------------------------------------------------------- uploads


def uploads(cli: Run) -> dict[str, Any]:
    """What is listed, by its id."""
    return {one["id"]: one for one in cli("uploads", "list", "--json").json["uploads"]}


def started(cli: Run) -> dict[str, Any]:
    """The only upload that this machine began."""
    [found] = [one for one in uploads(cli).values() if one["file"]]
    return dict(found)


def test_an_upload_that_was_started_is_listed(
    cli: Run, begin_upload: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_upload("film.mkv")
    size_bytes = Path("film.mkv").stat().st_size
    found = started(cli)
    assert found == {
        "id": found["id"],
        "status": "active",
        "file": str(Path("film.mkv").resolve()),
        "done_chunks": 2,
        "total_chunks": -(-size_bytes // CHUNK_BYTES),
        "done_bytes": 2 * CHUNK_BYTES,
        "total_bytes": size_bytes,
        "expires_at": found["expires_at"],
    }
    for columns in ("80", "120"):
        monkeypatch.setenv("COLUMNS", columns)
        out = cli("uploads", "list").out
        assert max(map(len, out.splitlines())) <= int(columns)
        row = next(line for line in out.splitlines() if found["id"] in line).split()
        assert row[1:4] == [f"2/{found['total_chunks']}", "0.1/0.2", "MB"]
        assert row[-1] == "film.mkv"


def test_uploads_of_other_machines_have_no_file(
    cli: Run,
    begin_upload: Callable[[str], None],
    emulator: Emulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begin_upload("film.mkv")
    here = started(cli)
    monkeypatch.setenv("TWELVELABS_EMBED_RESUME_DIR", str(tmp_path))
    there = uploads(cli)[here["id"]]
    assert there["file"] is None
    for name in ("status", "expires_at"):
        assert there[name] == here[name], name
    assert there["total_chunks"] == here["total_chunks"]
    assert there["total_bytes"] == here["total_bytes"]
    # One chunk is asked for, as only their number is shown.
    # Other tests may have left uploads.
    asked = [one.path for one in emulator.seen if here["id"] in one.path]
    assert asked[-1].endswith(f"{here['id']}?page=1&page_limit=1")
    assert cli("uploads", "resume").status == 1


def test_the_progress_of_an_upload_elsewhere_is_asked_for(cli: Run) -> None:
    listed = {
        "upload_id": "u1",
        "filename": "film.mp4",
        "status": "active",
        "created_at": "2026-11-30T12:00:00Z",
        "expires_at": "2026-12-01T12:00:00Z",
        "total_size": 300,
        "chunk_size": 100,
        "total_chunks": 3,
    }
    pages = Response(body={"data": [listed], "page_info": {"page": 1, "total_page": 1}})
    state = Response(body={"status": "active", "chunks_completed": 2, "uploaded_size": 200})
    unknown = Response(body={"status": "active"})
    shown = []
    for known in (state, unknown):
        with scripted_server(pages, known) as server:
            shown += cli("uploads", "list", "--json", "--base-url", server.base_url).json["uploads"]
    found = {
        **{"id": "u1", "status": "active", "file": None, "expires_at": listed["expires_at"]},
        **{"total_chunks": 3, "total_bytes": 300},
    }
    assert shown == [
        {**found, "done_chunks": 2, "done_bytes": 200},
        {**found, "done_chunks": 0, "done_bytes": 0},
    ]


def test_an_upload_that_the_service_forgot_starts_again(
    cli: Run, begin_upload: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Emulator(api_keys=["good"], chunk_bytes=CHUNK_BYTES) as forgetful:
        port = httpx.URL(forgetful.base_url).port or 0
        monkeypatch.setenv("TWELVELABS_BASE_URL", forgetful.base_url)
        begin_upload("film.mkv")
        forgetful.advance(hours=25)
        assert started(cli)["status"] == "expired"
        assert " expired  film.mkv" in cli("uploads", "list").out
    with Emulator(api_keys=["good"], chunk_bytes=CHUNK_BYTES, port=port):
        assert started(cli)["status"] == "gone"
        assert " gone     film.mkv" in cli("uploads", "list").out
        assert "it is uploaded from the start" in cli("uploads", "resume", "--wait-sec", "0").err


@pytest.mark.parametrize("named", ["nothing", "file", "id"])
def test_an_upload_resumes_where_it_stopped(
    cli: Run, begin_upload: Callable[[str, str], None], named: str
) -> None:
    begin_upload("film.mkv", "Meeting.mkv")
    id = started(cli)["id"]
    words = {"nothing": [], "file": ["film.mkv"], "id": [id]}[named]
    ran = cli("uploads", "resume", *words, "--wait-sec", "0")
    assert ran.status == 0
    assert ran.err == (
        "Note: film.mkv: 2 of 3 chunks are there from before\n"
        f"Use it: twelvelabs-embed video asset:{ran.out}"
    )
    assert id not in uploads(cli)
    with TwelveLabs() as client:
        asset = client.assets.wait_until_ready(ran.out.strip())
    assert (asset.status, asset.filename) == ("ready", "Meeting.mkv")


def test_an_upload_without_a_file_cannot_be_resumed_here(
    cli: Run, begin_upload: Callable[[bytes], None]
) -> None:
    begin_upload(Path("film.mkv").read_bytes())
    (listed,) = cli("uploads", "list", "--json").json["uploads"][:1]
    assert (listed["status"], listed["file"]) == ("active", None)
    assert "there is no incomplete upload" in cli("uploads", "resume").err


def test_uploads_to_another_service_are_not_offered(
    cli: Run, begin_upload: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_upload("film.mkv")
    with Emulator(api_keys=["good"], chunk_bytes=CHUNK_BYTES) as another:
        monkeypatch.setenv("TWELVELABS_BASE_URL", another.base_url)
        assert uploads(cli) == {}
        ran = cli("uploads", "resume")
        assert (ran.status, ran.out) == (1, "")
        assert "there is no incomplete upload" in ran.err


def test_what_is_not_clear_is_rejected(
    cli: Run, begin_upload: Callable[[str], None], tmp_path: Path
) -> None:
    nothing = cli("uploads", "resume", "film.mkv")
    assert (nothing.status, nothing.out) == (1, "")
    assert "  value    'film.mkv' has no incomplete upload\n" in nothing.err
    begin_upload("film.mkv")
    other = shutil.copy("film.mkv", tmp_path / "other.mkv")
    begin_upload(str(other))
    both = cli("uploads", "resume")
    assert both.status == 1
    assert "  value    there are 2 incomplete uploads\n" in both.err
    later = ("--wait-sec", "0", "--json")
    assert cli("uploads", "resume", str(other), *later).json["name"] == "other.mkv"
    assert cli("uploads", "resume", *later).json["name"] == "film.mkv"
