"""`twelvelabs-embed check`."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from twelvelabs_embed import Video
from twelvelabs_embed.cli import check
from twelvelabs_embed.inputs import Input
from twelvelabs_embed.validation.media_probe import MediaFacts
from twelvelabs_embed_emulator import samples

from tests.cli.runner import Run


def test_good_files_are_described(cli: Run) -> None:
    ran = cli("check", "beach.jpg", "talk.wav", "film.mkv")
    assert (ran.status, ran.err) == (0, "")
    rows = [line.split() for line in ran.out.splitlines() if "fine" in line]
    ends = ["inline", "fine"]
    assert rows[0][:3] + rows[0][5:] == ["beach.jpg", "image", "JPEG", "320x240", "–", *ends]
    assert rows[1][:3] + rows[1][5:] == ["talk.wav", "audio", "WAV", "–", "6.00", "s", *ends]
    assert rows[2][5:] == ["640x360", "12.00", "s", *ends]


def test_bad_files_are_reported_with_all_violations(cli: Run) -> None:
    ran = cli("check", "film.mkv", "tiny.png", "missing.jpg", "empty.mp4", "fake.mp4")
    assert (ran.status, ran.err) == (1, "")
    assert ran.out.count("1 violation") == 4
    report = ran.out.partition("\ntiny.png\n")[2]
    assert (
        report
        == """\

  field    media
  value    tiny.png has 64x64 pixels
  allowed  each side of an image has to have at least 128
  hint     Use a larger image, or scale it up

missing.jpg

  field    media
  value    there is no file 'missing.jpg'
  allowed  a path leads to a file
  hint     Check the path; a relative one starts from the working directory

empty.mp4

  field    media
  value    empty.mp4 is empty
  allowed  there must be something to embed
  hint     Get it again

fake.mp4

  field    input
  value    fake.mp4 is plain text
  allowed  images, audio and video are recognized by their first bytes
  hint     Say what it is with --as; for its words: twelvelabs-embed text - < FILE

"""
    )


def test_as_forces_the_kind(cli: Run) -> None:
    assert cli("check", "film.mkv", "--as", "video").status == 0
    ran = cli("check", "film.mkv", "--as", "audio")
    assert ran.status == 1
    assert "audio has to be WAV, MP3 or FLAC" in ran.out


def test_json_has_everything(cli: Run) -> None:
    ran = cli("check", "film.mkv", "silent.mp4", "tiny.png", "fake.mp4", "--json")
    assert (ran.status, ran.err) == (1, "")
    film, silent, tiny, fake = ran.json["files"]
    assert film == {
        "file": "film.mkv",
        "input_type": "video",
        "format": "Matroska",
        "size_bytes": film["size_bytes"],
        "width_px": 640,
        "height_px": 360,
        "duration_sec": 12.0,
        "has_video": True,
        "has_audio": True,
        "route": "inline",
        "route_why": "film.mkv fits into the request",
        "violations": [],
        "notes": [],
    }
    assert film["size_bytes"] > 1000
    assert silent["notes"] == ["silent.mp4 has no audio track: expect visual vectors only"]
    (violation,) = tiny["violations"]
    assert violation == {
        "code": "media.too_few_pixels",
        "field": "media",
        "value": "tiny.png has 64x64 pixels",
        "allowed": "each side of an image has to have at least 128",
        "hint": "Use a larger image, or scale it up",
    }
    assert (tiny["route"], tiny["route_why"]) == (None, None)
    assert fake["violations"][0]["hint"].startswith("Say what it is with --as")


def test_the_route_of_a_file_is_shown_with_its_reason(cli: Run) -> None:
    ran = cli("check", "film.mkv", "large.mp4", "long.mkv")
    assert (ran.status, ran.err) == (0, "")
    assert re.findall(r"(\w+) +fine", ran.out) == ["inline", "asset", "task"]
    why = {
        "large.mp4": "asset: large.mp4 has 37 MB, and at most 36 MB can be sent inside a request",
        "long.mkv": "task: long.mkv is 10 min 1 s long, and at most 10 min go through the sync "
        "endpoint",
    }
    blocks = [f"{name}\n\n  route    {words}\n\n" for name, words in why.items()]
    assert ran.out.endswith("".join(blocks))
    found = cli("check", *why, "--json").json["files"]
    assert [f"{one['route']}: {one['route_why']}" for one in found] == list(why.values())


def test_what_a_file_would_be_with_another_model(cli: Run) -> None:
    files = ("paper.pdf", "talk.wav")
    old, new = cli("check", *files), cli("check", *files, "--model", "marengo3.5")
    assert (old.status, new.status) == (1, 0)
    assert "hint     Use --model marengo3.5" in old.out
    assert re.findall(r"(\w+) +fine", new.out) == ["task", "inline"]
    assert cli("check", "notes.md", "--as", "document", "--model", "marengo3.5").status == 0


def test_nothing_is_sent_and_no_key_is_needed(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWELVELABS_API_KEY")
    monkeypatch.setenv("TWELVELABS_BASE_URL", "http://127.0.0.1:9")
    assert cli("check", "film.mkv").status == 0


def test_without_the_media_extra_it_says_so(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    ran = cli("check", "film.mkv")
    assert ran.status == 0
    assert "The extra [media] of twelvelabs-embed brings it" in " ".join(ran.out.split())


@pytest.mark.parametrize("columns", ["80", "120"])
def test_it_fits_the_terminal(cli: Run, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    ran = cli("check", "film.mkv", "beach.jpg", "fake.mp4", "long.mkv")
    assert max(map(len, ran.out.splitlines())) <= int(columns)


@pytest.mark.parametrize("json", [False, True])
@pytest.mark.parametrize(
    "error", [IndexError("list index out of range"), MemoryError(), OSError(5)]
)
def test_whatever_is_unexpected_about_a_file_is_its_own_result(
    cli: Run, error: Exception, json: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspect = check.inspect_media

    def fail(input: Input) -> MediaFacts:
        if isinstance(input, Video):
            raise error
        return inspect(input)

    monkeypatch.setattr(check, "inspect_media", fail)
    ran = cli("check", "beach.jpg", "film.mkv", "talk.wav", *["--json"] * json)
    assert (ran.status, ran.err) == (1, "")
    if json:
        violations = [file["violations"] for file in ran.json["files"]]
        assert [len(one) for one in violations] == [0, 1, 0]
        assert violations[1][0]["code"] == "media.unexpected"
    else:
        assert ran.out.count("fine") == 2
        assert f"film.mkv cannot be inspected ({type(error).__name__}" in ran.out


@pytest.mark.parametrize(("suffix", "kind"), [(".mp3", "audio"), (".ts", "video")])
def test_what_only_ffmpeg_recognizes_is_checked(
    cli: Run, tmp_path: Path, suffix: str, kind: str
) -> None:
    file = getattr(samples, kind)(tmp_path / f"sample{suffix}")
    file.write_bytes(bytes(10_000) + file.read_bytes())
    (found,) = json.loads(cli("check", str(file), "--json").out)["files"]
    assert (found["input_type"], found["violations"]) == (kind, [])
    assert found["duration_sec"] == pytest.approx(12, abs=0.5)
