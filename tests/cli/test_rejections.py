"""What a user sees of an input or a command line that is wrong, before anything is sent."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from twelvelabs_embed import InvalidInputError
from twelvelabs_embed.cli import errors
from twelvelabs_embed.cli.messages import as_block, log_text
from twelvelabs_embed.inputs import Audio, Image, Video
from twelvelabs_embed.validation.media_probe import inspect_media
from twelvelabs_embed.validation.routing import RouteName

from tests.cli.runner import PYTHON, Run, rejection
from tests.planning import violations

ROOT = Path(__file__).resolve().parents[2]

# What is typed -> the violations that are shown, a line for each: field, value, allowed, hint.
REJECTED: dict[str, str] = {
    "video film.mkv --fixed-sec 12 --option visuel --option audio --scope clp": (
        "--fixed-sec | 12 s | it is a whole number of seconds, 2 to 10 | Use 10\n"
        "--option | 'visuel' | options of video are visual, audio and transcription | "
        "Did you mean 'visual'?\n"
        "--scope | 'clp' | scopes of video are clip, local and asset | Did you mean 'clip'?"
    ),
    "video film.mkv --dynamic-min-sec 9": (
        "--dynamic-min-sec | 9 s | it is a whole number of seconds, 2 to 5 | Use 5"
    ),
    "audio talk.wav --start-sec 4 --end-sec 3": (
        "--end-sec | 3 s | the end is after the start, which is at 4 s | "
        "Count both from the beginning of the file, or omit --end-sec"
    ),
    "audio talk.wav --start-sec 99": (
        "--start-sec | 99 s | talk.wav is 6 s long | Choose an earlier start"
    ),
    "video missing.mp4": (
        "media | there is no file 'missing.mp4' | a path leads to a file | "
        "Check the path; a relative one starts from the working directory"
    ),
    "video empty.mp4": (
        "media | empty.mp4 is empty | there must be something to embed | Get it again"
    ),
    "video fake.mp4": (
        "media | fake.mp4 is plain text | a video has moving pictures | "
        "For its words: twelvelabs-embed text - < FILE"
    ),
    "image film.mkv": (
        "media | film.mkv is Matroska | an image has to be JPEG or PNG | "
        "Use the command video or audio"
    ),
    "image tiny.png": (
        "media | tiny.png has 64x64 pixels | each side of an image has to have at least 128 | "
        "Use a larger image, or scale it up"
    ),
    "audio film.mkv": (
        "media | film.mkv is Matroska | audio has to be WAV, MP3 or FLAC | "
        "Use the command video with --option audio, or extract the sound: ffmpeg -i FILE FILE.flac"
    ),
    "video silent.mp4 --option audio": (
        "--option | audio | silent.mp4 has no audio track | Add --option visual"
    ),
    "image ftp://example.com/x.jpg": (
        "media | 'ftp://example.com/x.jpg' begins with ftp:// | "
        "the service fetches only http:// and https:// links | "
        "Give such a link, an address in an object store (s3://, gs://, az://), or a path"
    ),
    "image asset:": "media | '' is no id | an asset has an id | Give the asset's id",
    "text -": (
        "text | standard input is not UTF-8 (byte 3) | a text is read as UTF-8 | "
        "Convert it first, for example: iconv -f latin1 -t utf-8"
    ),
    "multi <@hat> --image hut=beach.jpg": (
        "text | it refers to <@hat> | each reference needs a source of that name | "
        "Did you mean 'hut'?\n"
        "hut | the text does not refer to it | a named source is referred to by <@hut> | "
        "Write that into the text, or give the source without a name"
    ),
    "multi <@outfit>": (
        "text | it refers to <@outfit> | each reference needs a source of that name | "
        "Add --image outfit=FILE"
    ),
    "multi": (
        "TEXT | it is empty | there must be something to embed | Give a text, an image or a video"
    ),
    "multi a --video film.mkv": (
        "media | video, with marengo3.0 | only marengo3.5 takes it | "
        "Omit it, or use --model marengo3.5"
    ),
    "multi <@a> --image a=beach.jpg --image a=beach.jpg": (
        "a | two sources are called 'a' | each name refers to one source | "
        "Give each source its own name"
    ),
    "document paper.pdf": (
        "--model | 'marengo3.0' | only marengo3.5 embeds documents | Use --model marengo3.5"
    ),
    "text hi --dimension 256": (
        "--dimension | 256 | only marengo3.5 takes it | Omit --dimension, or use --model marengo3.5"
    ),
    "audio talk.wav --dynamic-min-sec 3": (
        "--fixed-sec or --dynamic-min-sec | dynamic, with marengo3.0 | "
        "of audio, only marengo3.5 takes it | Use --fixed-sec, or use --model marengo3.5"
    ),
    "video film.mkv --model marengo3.5 --type fused": (
        "--type | 'fused' | with marengo3.5 it is made together with time-based metadata | "
        "Give --timed-text, or omit --type"
    ),
    "video film.mkv --timed-text 5-3=x": (
        "--timed-text | '5-3=x' | "
        "it is a start and a later end in seconds, and a text: START-END=TEXT | "
        "For example: '12.5-20=the goal'"
    ),
    "video film.mkv --model marengo3.5 --uncertainty --fixed-sec 5": (
        "--uncertainty | the whole file is embedded, too | only segments have it | Add --scope clip"
    ),
    "document notes.md --model marengo3.5 --max-sentences 2 --overlap-sentences 2": (
        "--overlap-sentences | 2 | "
        "it is a whole number, at least 0 and less than the maximum of 2 | Omit it for none"
    ),
    "document film.mkv --model marengo3.5": (
        "media | film.mkv is Matroska | a document is PDF or text | Use the command video"
    ),
}


# The command, the name of the file, and the name of the file that is like it.
NAMES = {
    "time_based_metadata.jpg": "image",
    "route.jpg": "image",
    "start_sec.wav": "audio",
    "Leave route out.mp4": "video",
    "model='marengo3.5'.png": "image",
}


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_file_is_printed_as_it_is(cli: Run, media: Path, name: str) -> None:
    (media / name).write_bytes(b"not media at all")
    try:
        ran, checked = cli(NAMES[name], name), cli("check", name)
    finally:
        (media / name).unlink()
    assert (ran.status, checked.status) == (1, 1)
    assert f"  value    {name} is plain text\n" in ran.err
    assert f"  value    {name} is plain text\n" in checked.out
    assert f"  value    there is no file {name!r}\n" in cli(NAMES[name], name).err


@pytest.mark.parametrize("typed", REJECTED)
def test_a_bad_input_is_reported_with_field_value_limit_and_hint(cli: Run, typed: str) -> None:
    ran = cli(*typed.split(), stdin=b"caf\xe9")
    assert (ran.status, ran.out, ran.err) == (1, "", rejection(REJECTED[typed]))


# What is typed, and what is shown of it: our own words, or the name of what is wrong, as the words
# around it are typer's, which change.
MISUSED = {
    "text": "TEXT",
    "vidoe x": "vidoe",
    "video film.mkv --optoin visual": "--optoin",
    "video film.mkv --fixed-sec five": "--fixed-sec",
    "video film.mkv --fixed-sec 5 --dynamic-min-sec 3": "it excludes --fixed-sec: give one",
    "document x.pdf --spatial standard --max-sentences 3": "it excludes --max-sentences: give one",
    "document x.txt --overlap-sentences 3": "it needs --max-sentences",
    "text hi --emulator --base-url http://127.0.0.1": "it excludes --base-url: give one of them",
    "text hi --timeout-sec nan": "0.001 to 86,400",
    "text hi --max-retries -1": "it is 0 or more.",
    "run . --out vectors --rpm nan": "it is 1 or more.",
    "text hi --out hi.csv": "'hi.csv' ends neither in .parquet nor in .npy.",
    "text hi --out hi": "'hi' ends neither in .parquet nor in .npy.",
    "text hi --out nowhere/hi.npy": "there is no folder 'nowhere'.",
    "check film.mkv --as cat": "--as",
}


@pytest.mark.parametrize("typed", MISUSED)
def test_a_command_line_that_is_wrong_is_status_2(cli: Run, typed: str) -> None:
    ran = cli(*typed.split())
    assert (ran.status, ran.out) == (2, "")
    usage, *shown = re.sub("[│╭╮╰╯─]", " ", ran.err).split("--help' for help.")
    assert usage.startswith("Usage: twelvelabs-embed ")
    assert MISUSED[typed] in " ".join(" ".join(shown).split())


def test_a_long_message_is_wrapped_where_the_terminal_ends(
    cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    ran = cli("audio", "film.mkv")
    lines = ran.err.splitlines()
    assert max(map(len, lines)) <= 60
    assert lines[-1].startswith(" " * 11)


def test_what_moves_the_cursor_is_not_printed(cli: Run) -> None:
    checked, embedded = cli("check", "evil\x1b[31m.jpg"), cli("image", "evil\x1b[31m.jpg")
    for shown in (checked.out, embedded.err):
        assert "\x1b" not in shown
        assert "evil\\x1b[31m.jpg" in shown


# ------------------------------------------------------------------------------ the words of Python

OTHERS = {
    "gif": b"GIF89a" + bytes(20),
    "html": b"<!doctype html><p>hi",
    "zip": b"PK\x03\x04" + bytes(20),
    "gzip": b"\x1f\x8b\x08" + bytes(20),
    "pdf": b"%PDF-1.7\n",
    "m4a": b"\x00\x00\x00\x20ftypM4A " + bytes(20),
    "ogg": b"OggS" + bytes(40),
    "unknown": bytes(range(200, 256)),
}


def test_no_hint_speaks_of_python(media: Path, tmp_path: Path) -> None:
    for name, data in OTHERS.items():
        (tmp_path / name).write_bytes(data)
    files = [*media.iterdir(), *tmp_path.iterdir(), tmp_path, tmp_path / "missing"]
    inputs = [make(file) for file in files for make in (Image, Audio, Video)]
    routes: list[RouteName | None] = [None, "inline", "url", "asset", "task"]
    blocks = [
        as_block(violation)
        for input, facts in [(input, inspect_media(input)) for input in inputs]
        for route in routes
        for violation in violations(input, facts, route=route)
    ]
    shown = {text for block in blocks for name, text in block.items() if name != "value"}
    assert {"--route", "Omit --route, and it is uploaded"} < shown
    assert len(shown) > 30
    assert [words for words in shown if PYTHON.search(words)] == []


def test_no_note_of_a_failed_attempt_speaks_of_python() -> None:
    operations = (ROOT / "wrapper" / "twelvelabs_embed" / "_http" / "endpoints.py").read_text()
    names = re.findall(r'"((?:embed|assets|multipart_upload)\.[\w.]+)"', operations)
    assert len(names) > 6
    for name in names:
        record = logging.LogRecord("x", 30, "", 0, "%s: attempt %d of 8 failed", (name, 1), None)
        record.operation = name
        text = log_text(record)
        assert not re.search(r"\w\.\w|_", text), text
        assert text.endswith(": attempt 1 of 8 failed")


@pytest.mark.parametrize(
    "settings",
    [
        {"start": float("nan"), "end": float("inf")},
        {"start": -1.0, "end": -2.0},
        {"options": ["audio", "audio", "sound"], "scopes": ["all"]},
    ],
)
def test_no_setting_is_named_as_in_python(settings: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        Video("film.mkv", **settings)
    report = errors.explain(caught.value)
    assert report is not None
    shown = [text for block in report.blocks for text in block.values()]
    assert [words for words in shown if PYTHON.search(words)] == []
    assert {block["field"] for block in report.blocks} <= {
        *("--start-sec", "--end-sec", "--option", "--scope")
    }
