"""`twelvelabs-embed tasks`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from twelvelabs_embed import TwelveLabs, Video, WaitTimeoutError
from twelvelabs_embed.uploads.resume_store import PendingTask, ResumeStore
from twelvelabs_embed_emulator import Emulator

from tests.cli.runner import Run
from tests.scripted_server import Response, scripted_server


def begin(client: TwelveLabs, film: Path) -> str:
    """A task that no test waits for."""
    for _ in range(50):  # on a busy machine, one may be ready when it is first asked for
        try:
            client.embed(Video(film, scopes=["asset"]), route="task", wait_sec=0)
        except WaitTimeoutError as error:
            return error.id
    raise AssertionError("each task was ready at once")


@pytest.fixture(scope="module")
def ready_id(emulator: Emulator, media: Path, resume_dir: Path) -> str:
    """A task that is ready and was not collected."""
    with TwelveLabs("good", base_url=emulator.base_url, resume_dir=resume_dir) as client:
        begin(client, media / "film.mkv")
        task_id = begin(client, media / "film.mkv")
        client.embed.v_2.tasks.wait_for_done(task_id, sleep_interval=0.05)
    return task_id


@pytest.fixture
def task_id(cli: Run) -> str:
    """A task that is still to be collected."""
    with TwelveLabs() as client:
        return begin(client, Path("film.mkv"))


def test_a_list_has_the_newest_first(cli: Run, ready_id: str, task_id: str) -> None:
    with TwelveLabs() as client:
        client.embed.v_2.tasks.wait_for_done(task_id, sleep_interval=0.05)
    ran = cli("tasks", "list", "--limit", "1", "--json")
    assert (ran.status, ran.err) == (0, "")
    [task] = ran.json["tasks"]
    assert ran.json["total"] >= 1
    created_at = datetime.fromisoformat(task["created_at"])
    assert timedelta() <= datetime.now(UTC) - created_at < timedelta(minutes=2)
    assert task == {
        "id": task_id,
        "status": "ready",
        "input_type": "video",
        "model": "marengo3.0",
        "created_at": task["created_at"],
        "updated_at": task["updated_at"],
        "duration_sec": 12.0,
        "name": "film.mkv",
    }


@pytest.mark.parametrize("columns", ["80", "120"])
def test_the_table_fits_the_terminal(
    cli: Run, ready_id: str, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    out = cli("tasks", "list").out
    assert max(map(len, out.splitlines())) <= int(columns)
    row = next(line for line in out.splitlines() if ready_id in line)
    assert row.split()[1:3] == ["ready", "video"]
    assert row.split()[-3:] == ["12.00", "s", "film.mkv"]
    assert f"{datetime.now():%H:%M}"[:2] in row  # of this machine's clock


def test_a_list_has_only_what_is_asked_for(cli: Run, ready_id: str) -> None:
    def listed(*words: str) -> set[str]:
        return {task["id"] for task in cli("tasks", "list", *words, "--json").json["tasks"]}

    soon = f"{datetime.now() + timedelta(minutes=5):%Y-%m-%d %H:%M}"
    assert ready_id in listed("--since", "2026-02-01 14:30", "--until", soon)
    assert listed("--since", soon) == set()
    assert ready_id not in listed("--until", "2026-02-01")
    assert ready_id in listed("--status", "ready")
    assert ready_id not in listed("--status", "failed")


def test_the_number_of_tasks_not_shown_is_shown(cli: Run, ready_id: str) -> None:
    total = cli("tasks", "list", "--json").json["total"]
    ran = cli("tasks", "list", "--limit", "1")
    assert ran.out.endswith(f"and {total - 1} more (see --limit)\n")


def test_an_empty_list_says_so(cli: Run) -> None:
    with Emulator(api_keys=["good"]) as empty:
        for group in ("tasks", "assets", "uploads"):
            ran = cli(group, "list", "--base-url", empty.base_url)
            assert (ran.status, ran.out, ran.err) == (0, f"no {group}\n", "")


def test_a_moment_that_is_none_is_rejected(cli: Run) -> None:
    ran = cli("tasks", "list", "--since", "soon")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        "Rejected; nothing was sent\n\n"
        "  field    --since\n"
        "  value    'soon'\n"
        "  allowed  a moment is written such as '2026-02-01 14:30'\n"
        "  hint     Write it like that\n"
    )


def test_a_task_is_shown_without_its_vectors(cli: Run, ready_id: str) -> None:
    shown = cli("tasks", "show", ready_id, "--json").json
    assert shown["vectors"] == 3
    assert shown["error"] is None
    tasks = cli("tasks", "list", "--json").json["tasks"]
    [listed] = [task for task in tasks if task["id"] == ready_id]
    assert {key: shown[key] for key in listed} == listed
    lines = cli("tasks", "show", ready_id).out.splitlines()
    assert [line.split()[:2] for line in lines[:4]] == [
        ["task", ready_id],
        ["status", "ready"],
        ["kind", "video"],
        ["name", "film.mkv"],
    ]
    assert lines[-1] == f"  collect  twelvelabs-embed tasks wait {ready_id}"


def test_a_task_that_failed_says_why(cli: Run) -> None:
    ran = cli("video", "fake.mp4", "--no-check", "--route", "task")
    task_id = ran.err.split()[1]
    shown = cli("tasks", "show", task_id, "--json").json
    assert (shown["status"], shown["vectors"]) == ("failed", 0)
    assert shown["error"]
    out = cli("tasks", "show", task_id).out
    assert f"\n  message  {shown['error']}\n" in out
    assert "collect" not in out
    waited = cli("tasks", "wait", task_id)
    assert waited.status == 1
    assert waited.err.startswith(f"The service cannot embed it\n\n  task     {task_id}\n")


def test_waiting_brings_what_embedding_brings(cli: Run, task_id: str, tmp_path: Path) -> None:
    wanted = cli("video", "film.mkv", "--scope", "asset", "--json").json
    target = tmp_path / "film.npy"
    ran = cli("tasks", "wait", task_id, "--out", str(target), "--json")
    assert (ran.status, ran.err) == (
        0,
        f"Wrote 3 vectors to {target}, without their segments\n",
    )
    assert ran.json["embeddings"] == wanted["embeddings"]
    assert (ran.json["model"], ran.json["input_type"]) == ("marengo3.0", "video")
    assert ran.json["route"]["task_id"] == task_id
    assert np.load(target).shape == (3, 512)


def test_waiting_knows_the_file_of_a_task_of_this_machine(cli: Run, task_id: str) -> None:
    first, again = cli("tasks", "wait", task_id), cli("tasks", "wait", task_id)
    title = "3 vectors of 512 numbers (marengo3.0, video)\nroute task: it was resumed\n"
    assert first.out.startswith(f"film.mkv: {title}")
    assert again.out.startswith(f"task {task_id}: {title}")  # as on any other machine


def test_a_task_that_does_not_exist(cli: Run) -> None:
    for command in ("show", "wait"):
        ran = cli("tasks", command, "nowhere")
        assert (ran.status, ran.out) == (1, "")
        assert ran.err.startswith("Rejected by the service\n\n  status   404 resource_not_exist\n")


MADE_AT, CHANGED_AT = "2026-11-30T12:00:00Z", "2026-11-30T12:00:30Z"
WITH_TIME = {"embedding_options": [], "embedding_scopes": [], "duration": 12.5}


@pytest.mark.parametrize(
    ("kind", "metadata", "duration_sec", "name"),
    [
        ("video", {**WITH_TIME, "input_filename": "a.mp4"}, 12.5, "a.mp4"),
        ("audio", {**WITH_TIME, "input_url": "https://a/b.wav"}, 12.5, "https://a/b.wav"),
        ("document", {"input_filename": "a.pdf", "input_url": "https://a/b"}, None, "a.pdf"),
        ("image", {}, None, None),
        ("image", None, None, None),
        (None, None, None, None),
    ],
)
def test_all_that_is_known_of_a_task_is_listed_and_shown(
    cli: Run,
    kind: str | None,
    metadata: dict[str, Any] | None,
    duration_sec: float | None,
    name: str | None,
) -> None:
    task = {"_id": "t1", "status": "ready", "created_at": MADE_AT, "updated_at": CHANGED_AT}
    section = {f"{kind}_embedding": {"metadata": metadata}} if kind else {}
    listed = {**task, "model_name": "marengo3.5", **section}
    page = {"data": [listed], "page_info": {"page": 1, "total_page": 3, "total_results": 1_234}}
    of_task = {} if metadata is None else {"metadata": {**metadata, "input_type": kind}}
    rows = [{"embedding": [0.5]}] * 2
    with scripted_server(
        Response(body=page), Response(body={**task, **of_task, "data": rows})
    ) as server:
        address = ("--base-url", server.base_url)
        ran = cli("tasks", "list", "--limit", "1", "--json", *address)
        shown = cli("tasks", "show", "t1", "--json", *address)
    found = {
        **{"id": "t1", "status": "ready", "created_at": MADE_AT, "updated_at": CHANGED_AT},
        **{"input_type": kind, "model": "marengo3.5", "duration_sec": duration_sec, "name": name},
    }
    assert ran.json == {"tasks": [found], "total": 1_234}
    assert [one.path for one in server.requests] == [
        "/v1.3/embed-v2/tasks?page=1&page_limit=1",
        "/v1.3/embed-v2/tasks/t1",
    ]
    known = kind if metadata is not None else None
    assert shown.json == {**found, "model": None, "input_type": known, "vectors": 2, "error": None}


def test_what_this_machine_knows_of_a_task_is_shown(
    cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWELVELABS_EMBED_RESUME_DIR", str(tmp_path))
    task = {"_id": "t1", "status": "processing"}
    page = {"data": [task], "page_info": {"page": 1, "total_page": 1}}
    with scripted_server(Response(body=page), Response(body=task)) as server:
        ResumeStore(tmp_path).save_task(
            PendingTask(
                "t1", server.base_url, "marengo3.5", "video", "film.mkv", None, datetime.now(UTC)
            )
        )
        address = ("--base-url", server.base_url)
        [listed] = cli("tasks", "list", "--json", *address).json["tasks"]
        shown = cli("tasks", "show", "t1", "--json", *address).json
        collect = cli("tasks", "show", "t1", *address).out.splitlines()[-1]
    unknown = dict.fromkeys(("created_at", "updated_at", "duration_sec"))
    known = {"id": "t1", "status": "processing", "input_type": "video", "name": "film.mkv"}
    assert listed == {**known, **unknown, "model": None}
    assert shown == {**known, **unknown, "model": "marengo3.5", "vectors": 0, "error": None}
    assert collect == f"  collect  twelvelabs-embed tasks wait t1 --base-url {server.base_url}"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("list --status done", "--status"),
        ("list --limit 0", "it is 1 or more."),
        ("wait t --wait-sec nan", "0 to 604,800"),
        ("wait t --out x.csv", "'x.csv' ends neither"),
        ("list --emulator", "--emulator"),
    ],
)
def test_a_command_line_that_is_wrong_is_status_2(cli: Run, words: str, message: str) -> None:
    ran = cli("tasks", *words.split())
    assert ran.status == 2
    assert message in " ".join(ran.err.replace("│", " ").split())


def test_narrow_terminals_show_no_year(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = {"_id": "t1", "status": "ready", "created_at": "2026-02-01T12:00:00Z"}
    with scripted_server(Response(body={"data": [listed], "page_info": {}})) as server:
        for columns, shown in (("99", "Feb 01 "), ("100", "2026-02-01 ")):
            monkeypatch.setenv("COLUMNS", columns)
            assert shown in cli("tasks", "list", "--base-url", server.base_url).out


def test_an_address_is_quoted_in_what_to_type(cli: Run) -> None:
    processing = Response(body={"_id": "t1", "status": "processing"})
    with scripted_server(processing) as server:
        address = f"{server.base_url}/a&b"
        ran = cli("tasks", "wait", "t1", "--wait-sec", "0", "--base-url", address)
    assert ran.status == 3
    assert f"tasks wait t1 --base-url '{address}'" in " ".join(ran.err.split())
