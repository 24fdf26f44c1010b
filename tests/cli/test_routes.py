"""Which way media goes: by itself, by `--route`, and what is shown of it."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from twelvelabs_embed import TwelveLabs
from twelvelabs_embed.uploads import upload
from twelvelabs_embed_emulator import Emulator

from tests.cli.runner import PROGRAM, Run, rejection
from tests.waiting import process_of, wait_until

TOO_LARGE = "large.mp4 has 37 MB, and at most 36 MB can be sent inside a request"
DIRECT_LIMIT = upload.direct_limit
TOO_LONG = "long.mkv is 10 min 1 s long, and at most 10 min go through the sync endpoint"


def assets() -> list[str | None]:
    """What is uploaded."""
    with TwelveLabs() as client:
        return [asset.id for asset in client.assets.list()]


def test_what_is_too_large_for_a_request_is_uploaded_and_deleted_afterwards(cli: Run) -> None:
    ran = cli("video", "large.mp4", "--json")
    assert (ran.status, ran.err) == (0, f"Note: {TOO_LARGE}: it is uploaded first\n")
    route = ran.json["route"]
    assert (route["name"], route["why"], route["via"]) == ("asset", TOO_LARGE, "asset")
    assert route["task_id"] is None
    assert route["asset_id"] not in assets()


def test_what_is_uploaded_may_be_kept_and_embedded_again(cli: Run) -> None:
    kept = cli("image", "beach.jpg", "--route", "asset", "--keep-asset", "--json").json
    asset_id = kept["route"]["asset_id"]
    assert asset_id in assets()
    again = cli("image", f"asset:{asset_id}", "--json")
    assert again.err == ""  # nothing is known of it, which is no news
    assert again.json["embeddings"] == kept["embeddings"]
    assert again.json["route"]["why"] == "it is uploaded already"
    shown = cli("image", f"asset:{asset_id}").out
    assert "\nroute asset: it is uploaded already\n" in shown


def test_what_is_too_long_to_wait_for_is_embedded_by_a_task(cli: Run) -> None:
    ran = cli("video", "long.mkv", "--option", "visual", "--scope", "asset")
    assert ran.status == 0
    assert ran.out.startswith(
        f"long.mkv: 1 vector of 512 numbers (marengo3.0, video)\nroute task: {TOO_LONG}\n"
    )
    note, advice, task, later = ran.err.splitlines()
    assert note == f"Note: {TOO_LONG}: a task embeds it"
    assert advice.startswith("Note: the scope 'asset' makes one vector of 10 min 1 s")
    task_id = re.fullmatch(r"Task (\w+) embeds long.mkv", task)
    assert task_id
    assert later == f"It can be collected later: twelvelabs-embed tasks wait {task_id[1]}"


def test_a_way_that_is_asked_for_is_taken(cli: Run) -> None:
    found = cli("video", "film.mkv", "--json").json
    forced = cli("video", "film.mkv", "--route", "task", "--json").json
    assert forced["embeddings"] == found["embeddings"]
    assert (forced["route"]["name"], found["route"]["name"]) == ("task", "inline")
    shown = cli("video", "film.mkv", "--route", "inline").out
    assert "\nroute inline: you asked for this route\n" in shown


REJECTED = {
    "video large.mp4 --route inline": (
        "media | large.mp4 has 37 MB | at most 36 MB can be sent inside a request | "
        "Omit --route, and it is uploaded"
    ),
    "video long.mkv --route inline": (
        "media | long.mkv is 10 min 1 s long | at most 10 min go through the sync endpoint | "
        "Omit --route, and a task embeds it"
    ),
    "image beach.jpg --route task": (
        "--route | 'task' | with marengo3.0, tasks embed only audio and video | Omit --route"
    ),
    "video film.mkv --route url": "--route | 'url' | film.mkv is no link | Omit --route",
    "video asset:1 --route inline": (
        "--route | 'inline' | asset 1 is not on this machine | Omit --route"
    ),
}


@pytest.mark.parametrize("typed", REJECTED)
def test_a_way_that_cannot_be_gone_is_rejected_with_the_reason(cli: Run, typed: str) -> None:
    ran = cli(*typed.split())
    assert (ran.status, ran.out, ran.err) == (1, "", rejection(REJECTED[typed]))


def test_the_emulator_of_one_call_takes_its_tasks_with_it(
    cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWELVELABS_EMBED_RESUME_DIR", str(tmp_path / "resume"))
    ran = cli("video", "film.mkv", "--route", "task", "--emulator", "--json")
    assert ran.status == 0
    assert "tasks wait" not in ran.err
    assert not (tmp_path / "resume").exists()
    listed = [task["id"] for task in cli("tasks", "list", "--json").json["tasks"]]
    assert ran.json["route"]["task_id"] not in listed


# --------------------------------------------------------------------------- what does not go well


def test_what_is_not_ready_in_time_can_be_collected_later(
    cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Emulator(api_keys=["good"], processing_sec=3600) as slow:
        monkeypatch.setenv("TWELVELABS_BASE_URL", slow.base_url)
        ran = cli("video", "film.mkv", "--route", "task", "--wait-sec", "0")
        assert (ran.status, ran.out) == (3, "")
        task_id = ran.err.split()[1]
        assert re.sub(r"\d s\n", "1 s\n", ran.err).partition("\nNot ready")[2] == (
            " in time\n\n"
            f"  task     {task_id}\n"
            "  value    not ready after 1 s\n"
            "  allowed  --wait-sec says how long to wait\n"
            f"  hint     It continues without you: twelvelabs-embed tasks wait {task_id}\n"
        )
        slow.advance(hours=2)
        later = cli("tasks", "wait", task_id, "--json")
        assert later.status == 0
        assert later.json["embeddings"] == cli("video", "film.mkv", "--json").json["embeddings"]


def test_an_asset_that_is_not_ready_in_time_is_kept(cli: Run) -> None:
    with Emulator(api_keys=["good"], processing_sec=60) as slow:
        address = ("--base-url", slow.base_url)
        ran = cli("image", "beach.jpg", "--route", "asset", "--wait-sec", "0", *address)
        asset_id = cli("assets", "list", "--json", *address).json["assets"][0]["id"]
    assert ran.status == 3
    assert ran.err.startswith(f"Note: asset {asset_id} is kept: it may still be needed\n")
    assert ran.err.endswith(
        "  hint     It continues without you; when twelvelabs-embed assets list "
        f"{' '.join(address)} says ready, embed asset:{asset_id}\n"
    )


@pytest.mark.parametrize(
    ("route", "title", "which"),
    [
        ("task", "The service cannot embed it", "task "),
        ("asset", "The service cannot use the file", "asset"),
    ],
)
def test_what_the_service_cannot_use_is_status_1(
    cli: Run, route: str, title: str, which: str
) -> None:
    ran = cli("video", "fake.mp4", "--no-check", "--route", route)
    assert (ran.status, ran.out) == (1, "")
    report = ran.err[ran.err.index(title) :]
    assert re.match(
        rf"{title}\n\n  {which}    \w+\n  message  \w.+\n  hint     See whether", report
    )


def test_ctrl_c_names_the_task_and_how_to_collect_it(
    environment: dict[str, str], media: Path
) -> None:
    with Emulator(processing_sec=60) as slow:
        environment["TWELVELABS_BASE_URL"] = slow.base_url
        with process_of(
            [PROGRAM, "video", "film.mkv", "--route", "task"],
            env=environment,
            cwd=media,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            task_id = process.stderr.readline().split()[1]
            later = process.stderr.readline().partition(": ")[2]
            # Not in the middle of that line, which would then stand there twice.
            wait_until(lambda: any(seen.path.endswith(task_id) for seen in slow.seen))
            process.send_signal(signal.SIGINT)
            out, err = process.communicate()
        assert (process.returncode, out) == (130, "")
        assert err == f"Task {task_id} continues. To collect it: {later}"
        assert later == f"twelvelabs-embed tasks wait {task_id}\n"


@pytest.mark.parametrize("command", ["video --route asset", "assets upload"])
def test_a_partial_upload_is_resumed(
    cli: Run,
    tmp_path: Path,
    begin_upload: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    begin_upload("film.mkv")
    shutil.copy("film.mkv", tmp_path / "other.mkv")
    max_bytes = 0

    def interrupt(watcher: object, progress: object) -> None:
        if getattr(progress, "done_bytes", 0) > max_bytes:
            raise KeyboardInterrupt

    words = (*command.split(), str(tmp_path / "other.mkv"))
    with monkeypatch.context() as patch:
        patch.setattr("twelvelabs_embed.cli.progress.Watcher.update", interrupt)
        with monkeypatch.context() as large:
            large.setattr(upload, "direct_limit", DIRECT_LIMIT)
            whole = cli(*command.replace("video", "image").split(), "beach.jpg")
        max_bytes = 150_000
        ran = cli(*words)
    assert (whole.status, ran.status) == (130, 130)
    assert whole.err == ""  # it cannot be resumed, although another upload can
    last_note = "other.mkv is partly uploaded; the same command resumes the upload"
    assert ran.err.splitlines()[-1] == f"Note: {last_note}"
    again = cli(*words)
    assert again.status == 0
    assert again.err.startswith("Note: other.mkv: 2 of 3 chunks are there from before\n")
