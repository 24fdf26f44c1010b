"""`scripts/record`: whatever ends it, the earlier recording or the new one is there, whole."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml
from msgspec.structs import replace
from twelvelabs_embed import NO_RETRY, Media, TwelveLabs, UnauthorizedError
from twelvelabs_embed.validation.media_probe import probe

from scripts.recording import record
from scripts.recording.folders import replace_folder
from tests.waiting import TIMEOUT_SEC, process_of

ROOT = Path(__file__).resolve().parents[2]
EMPTY = yaml.safe_dump({"interactions": []})
OLD = {f"test_old_{number}.yaml": EMPTY for number in range(3)}
NEW = {f"test_new_{number}.yaml": EMPTY for number in range(4)}
SMALL_CONTRACT = yaml.safe_dump(
    {"openapi": "3.1.0", "info": {"title": "API", "version": "1"}, "paths": {}}
)

SETUP = """
    import os, signal, sys
    from pathlib import Path
    from scripts.recording import record
    from tests.scripts.test_record import NEW, SMALL_CONTRACT

    record.CASSETTES = Path(sys.argv[1])
    record.MEDIA = record.CASSETTES / "media"
    record.REJECTED = record.CASSETTES / "rejected"
    record.UNFINISHED = record.CASSETTES / "unfinished"
    record.MEDIA_FILES = {}
    sys.argv[1:] = []

    def write(folder):
        folder.mkdir()
        for name, text in NEW.items():
            (folder / name).write_text(text)
        return 0
"""


def script(text: str) -> str:
    return textwrap.dedent(SETUP) + textwrap.dedent(text)


def files(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in folder.iterdir()}


def fill(folder: Path, texts: dict[str, str]) -> Path:
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def cassettes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of cassettes, with an earlier recording."""
    fill(tmp_path / "emulator", OLD)
    monkeypatch.setattr(record, "CASSETTES", tmp_path)
    monkeypatch.setattr(record, "MEDIA", tmp_path / "media")
    monkeypatch.setattr(record, "REJECTED", tmp_path / "rejected")
    monkeypatch.setattr(record, "UNFINISHED", tmp_path / "unfinished")
    monkeypatch.setattr(record, "MEDIA_FILES", {})
    monkeypatch.setattr("sys.argv", ["record"])
    handler = signal.getsignal(signal.SIGTERM)
    yield tmp_path
    signal.signal(signal.SIGTERM, handler)


@pytest.mark.parametrize("ends_by", ["failure", "Ctrl-C", "crash"])
def test_a_recording_that_fails_leaves_the_earlier_one(
    ends_by: str,
    cassettes: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def record_emulator(folder: Path) -> int:
        fill(folder, NEW)
        match ends_by:
            case "Ctrl-C":
                raise KeyboardInterrupt
            case "crash":
                raise OSError("the disk is full")
        return 1

    monkeypatch.setattr(record, "record_emulator", record_emulator)
    if ends_by == "crash":
        with pytest.raises(OSError, match="full"):
            record.main()
    else:
        assert record.main() == (130 if ends_by == "Ctrl-C" else 1)
        assert capsys.readouterr().err == ("stopped\n" if ends_by == "Ctrl-C" else "")
    assert files(cassettes / "emulator") == OLD
    assert files(cassettes / "unfinished") == {}
    if ends_by == "failure":  # the responses may be the reason
        assert files(cassettes / "rejected" / "emulator") == NEW


def test_the_live_service_is_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[object, ...]] = []
    monkeypatch.setattr(record, "record", lambda *words: called.append(words) or 0)
    monkeypatch.setenv("TWELVELABS_API_KEY", "k")
    monkeypatch.delenv("TWELVELABS_BASE_URL", raising=False)
    record.record_live(tmp_path, "https://media.example.com/")
    monkeypatch.setenv("TWELVELABS_BASE_URL", "https://staging.example.com/v1.3/")
    record.record_live(tmp_path, "https://media.example.com/")
    urls = ["https://api.twelvelabs.io/v1.3", "https://staging.example.com/v1.3"]
    assert called == [(tmp_path, url, "k", "https://media.example.com") for url in urls]


@pytest.mark.parametrize("source", ["emulator", "live"])
def test_a_whole_recording_replaces_the_earlier_one(
    source: str, cassettes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = ["--live", "--media-url", "https://media.example.com"] if source == "live" else []
    monkeypatch.setattr("sys.argv", ["record", *live])
    monkeypatch.setattr(record, f"record_{source}", lambda folder, *_: bool(fill(folder, NEW)) - 1)
    assert record.main() == 0
    assert files(cassettes / source) == NEW
    assert files(cassettes / "unfinished") == {}
    assert source == "emulator" or files(cassettes / "emulator") == OLD


def test_the_live_service_needs_media_that_it_can_fetch_and_a_key(
    cassettes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["record", "--live"])
    with pytest.raises(SystemExit) as ended:
        record.main()
    assert ended.value.code == 2
    shown = capsys.readouterr().err
    assert shown.startswith("usage: scripts/record [-h] [--live] [--media-url MEDIA_URL]\n")
    assert shown.endswith("error: --live needs --media-url\n")
    for name in record.KEY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.argv", ["record", "--live", "--media-url", "http://media"])
    with pytest.raises(SystemExit, match="needs a key in TWELVE_LABS_API_KEY or TWELVELABS"):
        record.main()


def test_the_emulator_is_recorded_by_the_replays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While they run, the media is served, and an upload has more chunks than first links."""
    seen: dict[str, object] = {}

    def run(command: list[str], **settings: Any) -> subprocess.CompletedProcess[bytes]:
        env = settings["env"]
        with urlopen(f"{env['RECORD_MEDIA_URL']}/paper.pdf") as response:
            seen["media"] = response.read()
        key, base_url = env["RECORD_API_KEY"], env["RECORD_BASE_URL"]
        with TwelveLabs(key, base_url=base_url) as client:
            size = {"filename": "a.mkv", "type": "video", "total_size": 15 * 1024 * 1024}
            upload = client.multipart_upload.create(**size)
            seen["chunks"] = upload.total_chunks, len(upload.upload_urls or ())
        with TwelveLabs("another key", base_url=base_url, retry=NO_RETRY) as client:
            with pytest.raises(UnauthorizedError):
                client.embed("a dog")
        seen["command"], seen["folder"] = " ".join(command), env["RECORD_FOLDER"]
        seen["environment"] = os.environ.items() <= env.items()
        seen["settings"] = settings | {"env": None}
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr("scripts.recording.record.subprocess.run", run)
    assert record.record_emulator(tmp_path) == 3
    assert seen == {
        "media": (record.MEDIA / "paper.pdf").read_bytes(),
        "chunks": (3, 2),
        "environment": True,
        "settings": {"cwd": ROOT, "env": None, "check": False},
        "command": f"{sys.executable} -m pytest tests/replay -n 0"
        " --ignore tests/replay/test_cassettes.py --record-mode=once",
        "folder": str(tmp_path),
    }


def test_media_that_is_made_is_like_that_of_the_recordings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Encoders differ in bytes, and agree on what they encode."""
    committed = record.MEDIA
    monkeypatch.setattr(record, "UNFINISHED", tmp_path)
    record.make_media(tmp_path / "media")
    names = sorted(one.name for one in committed.iterdir())
    assert sorted(one.name for one in (tmp_path / "media").iterdir()) == names
    for name in names:
        made, kept = tmp_path / "media" / name, committed / name
        if name.endswith(".wav"):  # nothing is encoded
            assert made.read_bytes() == kept.read_bytes()
        facts = [replace(probe(Media.file(one)), size_bytes=0) for one in (made, kept)]
        assert facts[0] == facts[1]


@pytest.mark.parametrize(
    "signals",
    [[signal.SIGINT], [signal.SIGINT] * 2, [signal.SIGTERM], [signal.SIGINT, signal.SIGKILL]],
    ids=lambda signals: " ".join(one.name for one in signals),
)
def test_a_recording_that_is_interrupted_leaves_the_earlier_one(
    signals: list[signal.Signals], cassettes: Path
) -> None:
    """The second signal arrives while the first one is handled: the new cassettes are removed."""
    command = script("""
        def record_emulator(folder):
            write(folder)
            print("recording", flush=True)
            signal.pause()

        def pause_at_removal(event, arguments):
            if event == "shutil.rmtree":
                print("removing", flush=True)
                signal.pause()

        record.record_emulator = record_emulator
        if TWICE:
            sys.addaudithook(pause_at_removal)
        sys.exit(record.main())
    """).replace("TWICE", str(len(signals) > 1))
    settings = {"cwd": ROOT, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with process_of([sys.executable, "-c", command, cassettes], **settings) as process:
        assert process.stdout is not None
        for number, expected in zip(signals, ["recording", "removing"], strict=False):
            assert process.stdout.readline().strip() == expected
            process.send_signal(number)
        status = process.wait(TIMEOUT_SEC)
    assert status == {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -9}[signals[-1]]
    assert files(cassettes / "emulator") == OLD


def test_a_recording_that_is_killed_at_any_moment_leaves_one_that_is_whole(
    cassettes: Path,
) -> None:
    """Killed before each access to the file system, in turn, until one is finished."""
    command = script("""
        import shutil

        FILE_EVENTS = ("open", "os.", "shutil.", "tempfile.", "ctypes.")

        def main_until(event_number):
            seen = 0

            def kill(event, arguments):
                nonlocal seen
                if event.startswith(FILE_EVENTS):
                    seen += 1
                    if seen == event_number:
                        os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(kill)
            return record.main()

        record.record_emulator = write
        record.CONTRACT = record.CASSETTES / "contract.yaml"
        record.CONTRACT.write_text(SMALL_CONTRACT)
        place = record.CASSETTES / "emulator"
        earlier = record.CASSETTES / "earlier"
        place.rename(earlier)
        event_number, status = 0, -1
        while status:
            event_number += 1
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(earlier, place)
            child = os.fork()
            if not child:
                sys.stdout = open(os.devnull, "w")
                os._exit(main_until(event_number))
            status = os.waitpid(child, 0)[1]
            print(*sorted(one.name for one in place.iterdir()), flush=True)
    """)
    result = subprocess.run(
        [sys.executable, "-c", command, cassettes],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    found = result.stdout.splitlines()
    assert {found[0], found[-1]} == {" ".join(OLD), " ".join(NEW)}
    assert set(found) == {" ".join(OLD), " ".join(NEW)}
    assert found.count(" ".join(NEW)) > 1, "not killed after the new recording was in its place"


@pytest.mark.parametrize("is_relative", [False, True])
def test_a_folder_is_replaced_by_another_one(
    is_relative: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    here = Path() if is_relative else tmp_path
    new, place = fill(here / "new", NEW), fill(here / "place", OLD)
    replace_folder(new, place)
    assert (files(place), files(new)) == (NEW, OLD)


def test_a_folder_can_be_put_where_there_is_none(tmp_path: Path) -> None:
    new, place = fill(tmp_path / "new", NEW), tmp_path / "place"
    replace_folder(new, place)
    assert files(place) == NEW
    assert not new.exists()


def test_a_folder_that_cannot_be_replaced_stays(tmp_path: Path) -> None:
    place = fill(tmp_path / "place", OLD)
    with pytest.raises(OSError, match=os.strerror(2)) as caught:
        replace_folder(tmp_path / "none", place)
    assert caught.value.filename == str(place)
    assert files(place) == OLD
