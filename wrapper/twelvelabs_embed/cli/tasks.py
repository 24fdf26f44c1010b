"""Commands `tasks`: tasks that embed long audio, video and documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import frozen
from rich.text import Text

from twelvelabs_embed.cli import output_files, rendering
from twelvelabs_embed.cli.help import Command, Group
from twelvelabs_embed.cli.options import (
    AsJson,
    KeepAsset,
    Limit,
    Out,
    Service,
    VectorsAsJson,
    wait_option,
    with_settings,
)
from twelvelabs_embed.cli.progress import show_progress
from twelvelabs_embed.cli.session import connected, deliver, typed

if TYPE_CHECKING:
    from datetime import datetime

    import httpx

    from twelvelabs_embed.api.tasks import EmbeddingTaskResponse, MediaEmbeddingTask
    from twelvelabs_embed.client import TwelveLabs
    from twelvelabs_embed.uploads.resume_store import PendingTask

app = typer.Typer(cls=Group, no_args_is_help=True)


class State(StrEnum):
    """The status of a task."""

    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


@frozen
class TaskFacts:
    """A task as it is printed. None where unknown.

    Attributes:
        id: the id of the task
        status: `processing`, `ready` or `failed`
        input_type: `audio`, `video`, `document` or `image`
        model: its model
        created_at: when it was created
        updated_at: when its status changed last
        duration_sec: how long its media is
        name: the file or link of its media, if the service or this machine knows it
    """

    id: str
    status: str
    input_type: str | None
    model: str | None
    created_at: datetime | None
    updated_at: datetime | None
    duration_sec: float | None
    name: str | None

    @property
    def document(self) -> dict[str, Any]:
        """The JSON of `--json`."""
        return {
            "id": self.id,
            "status": self.status,
            "input_type": self.input_type,
            "model": self.model,
            "created_at": rendering.timestamp(self.created_at),
            "updated_at": rendering.timestamp(self.updated_at),
            "duration_sec": self.duration_sec,
            "name": self.name,
        }


_TaskArgument = Annotated[str, typer.Argument(metavar="ID", help="The id of the task.")]


# ------------------------------------------------------------------------------------ the commands


@app.command("list", cls=Command)
@with_settings
def list_tasks(
    settings: Service,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Only those created since then, such as '2026-02-01 14:30' or 14:30, in the time "
            "zone of this machine.",
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only those created until then.")
    ] = None,
    status: Annotated[
        State | None,
        typer.Option(metavar="WORD", help="Only this status: processing, ready or failed."),
    ] = None,
    limit: Limit = 20,
    json: AsJson = False,
) -> None:
    """List tasks, newest first.

    Example: twelvelabs-embed tasks list --since 2026-02-01 --status ready
    """
    with connected(settings) as client, show_progress("Listing tasks"):
        pager = client.embed.v_2.tasks.list(
            started_at=since,
            ended_at=until,
            status=status.value if status else None,
            page_limit=min(limit, 50),
        )
        kept = {task.task_id: task for task in client._resume_store().tasks()}
        tasks = [_facts_of_listed(task, kept) for task in islice(pager, limit)]
    total = pager.total_results
    if json:
        rendering.print_json({"tasks": [task.document for task in tasks], "total": total})
        return
    table = rendering.new_table()
    for name in ("id", "status", "kind", "created"):
        table.add_column(name, no_wrap=True)
    table.add_column("duration", justify="right", no_wrap=True)
    table.add_column("name", overflow="fold")
    # Tasks expire after a week: narrow terminals omit the year.
    created = rendering.moment if rendering.console().width >= 100 else rendering.day_and_time
    for task in tasks:
        table.add_row(*_cells(task, created))
    rendering.show_list(table, len(tasks), total, "task")


@app.command("show", cls=Command)
@with_settings
def show_task(settings: Service, task_id: _TaskArgument, json: AsJson = False) -> None:
    """Show the status of a task, without its vectors.

    Example: twelvelabs-embed tasks show ID
    """
    with connected(settings) as client, show_progress(f"Retrieving task {task_id}"):
        response, rows = _retrieve(client, task_id)
        task = _facts_of_retrieved(response, client._resume_store().find_task(task_id))
    message = getattr(response.error, "message", None) or None
    if json:
        rendering.print_json({**task.document, "vectors": rows, "error": message})
        return
    later = typed(settings, "tasks", "wait", task_id)
    fields = {
        "task": task.id,
        "status": task.status,
        "message": message or "",
        "kind": task.input_type or "",
        "name": task.name or "",
        "created": rendering.moment(task.created_at),
        "duration": "" if task.duration_sec is None else rendering.duration(task.duration_sec),
        "vectors": f"{rows:,}" if rows else "",
        "collect": later if task.status != State.FAILED else "",
    }
    rendering.print_fields(rendering.console(), fields.items())


@app.command("wait", cls=Command)
@with_settings
def wait_for_task(
    settings: Service,
    task_id: _TaskArgument,
    model: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Its model; known for tasks of this machine."),
    ] = None,
    keep_asset: KeepAsset = False,
    wait_sec: Annotated[float, wait_option("The maximum wait for the task.")] = 7200,
    json: VectorsAsJson = False,
    out: Out = None,
) -> None:
    """Wait for a task and collect its vectors, also after a crash or on another machine.

    Example: twelvelabs-embed tasks wait ID --out film.npy
    """
    if out:
        output_files.require_packages(out)
    with connected(settings) as client:
        kept = client._resume_store().find_task(task_id)
        label = kept.label if kept else f"task {task_id}"
        with show_progress(f"Embedding {label}", typed=partial(typed, settings)) as watcher:
            watcher.task_id = task_id
            embeddings = client.embed.resume(
                task_id,
                model=model,
                keep_asset=keep_asset,
                wait_sec=wait_sec,
                progress=watcher.update,
            )
    deliver(embeddings, label, out=out, json=json)


# -------------------------------------------------------------------------------- facts of a task


def _retrieve(client: TwelveLabs, task_id: str) -> tuple[EmbeddingTaskResponse, int]:
    """Retrieve a task without its vectors, and their count: decoding them takes seconds."""
    from twelvelabs_embed._http import endpoints
    from twelvelabs_embed._http.request import call

    operation = endpoints.retrieve_task("tasks show", task_id, _read_head)
    return client.embed._runner.run(call(operation, client._connection, None)).data


def _read_head(response: httpx.Response) -> tuple[EmbeddingTaskResponse, int]:
    from msgspec import Raw, json

    from twelvelabs_embed.api.tasks import EmbeddingTaskResponse

    parts = json.decode(response.content, type=dict[str, Raw])
    rows = json.decode(parts.pop("data", Raw(b"null")), type=list[Raw] | None) or []
    head = {name: json.decode(part) for name, part in parts.items()}
    return EmbeddingTaskResponse.from_dict({**head, "data": None}), len(rows)


def _facts_of_listed(task: MediaEmbeddingTask, kept: Mapping[str, PendingTask]) -> TaskFacts:
    sections = {
        "video": task.video_embedding,
        "audio": task.audio_embedding,
        "document": task.document_embedding,
        "image": task.image_embedding,
    }
    kind, section = next(((kind, found) for kind, found in sections.items() if found), (None, None))
    metadata = section.metadata if section else None
    kept_task = kept.get(task.id or "")
    return TaskFacts(
        id=task.id or "",
        status=task.status or "",
        input_type=kind or (kept_task.input_type if kept_task else None),
        model=task.model_name or None,
        created_at=task.created_at or None,
        updated_at=task.updated_at or None,
        duration_sec=getattr(metadata, "duration", None) or None,
        name=_name(metadata, kept_task),
    )


def _facts_of_retrieved(task: EmbeddingTaskResponse, kept_task: PendingTask | None) -> TaskFacts:
    metadata = task.metadata or None
    return TaskFacts(
        id=task.id,
        status=task.status,
        input_type=getattr(metadata, "input_type", None)
        or (kept_task.input_type if kept_task else None),
        model=kept_task.model if kept_task else None,
        created_at=task.created_at or None,
        updated_at=task.updated_at or None,
        duration_sec=getattr(metadata, "duration", None) or None,
        name=_name(metadata, kept_task),
    )


def _name(metadata: Any, kept_task: PendingTask | None) -> str | None:
    """Return the name of the media at the service, otherwise the one recorded here."""
    named = getattr(metadata, "input_filename", None) or getattr(metadata, "input_url", None)
    return named or (kept_task.label if kept_task else None)


def _cells(task: TaskFacts, created: Callable[[datetime | None], str]) -> list[str | Text]:
    return [
        rendering.plain(task.id),
        rendering.status_cell(task.status),
        task.input_type or rendering.NOTHING,
        created(task.created_at),
        rendering.duration(task.duration_sec),
        rendering.plain(task.name or rendering.NOTHING),
    ]
