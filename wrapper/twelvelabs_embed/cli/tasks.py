"""Commands `tasks`: tasks that embed long audio, video and documents."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twelvelabs_embed.cli import output_files, rendering
from twelvelabs_embed.cli.help import Command, Group
from twelvelabs_embed.cli.options import (
    AS_JSON,
    KEEP_ASSET,
    LIMIT,
    Output,
    Service,
    option,
    wait_option,
    with_groups,
)
from twelvelabs_embed.cli.progress import show_progress
from twelvelabs_embed.cli.session import connected, deliver, typed

if TYPE_CHECKING:
    import httpx

    from twelvelabs_embed import EmbeddingTaskResponse, MediaEmbeddingTask
    from twelvelabs_embed.client import TwelveLabs
    from twelvelabs_embed.uploads.resume_store import PendingTask

app = typer.Typer(cls=Group, no_args_is_help=True)


class State(StrEnum):
    """The status of a task."""

    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


_TaskArgument = Annotated[str, typer.Argument(metavar="ID", help="The id of the task.")]


# ------------------------------------------------------------------------------------ the commands


@app.command("list", cls=Command)
@with_groups
def list_tasks(
    service: Service,
    since: str | None = option(
        "Only those created since then, such as '2026-02-01 14:30' or 14:30, in the time "
        "zone of this machine.",
        "TIME",
    ),
    until: str | None = option("Only those created until then.", "TIME"),
    status: State | None = option("Only this status: processing, ready or failed.", "WORD"),
    limit: int = LIMIT,
    json: bool = AS_JSON,
) -> None:
    """List tasks, newest first.

    Example: twelvelabs-embed tasks list --since 2026-02-01 --status ready
    """
    with connected(service) as client, show_progress("Listing tasks"):
        pager = client.embed.v_2.tasks.list(
            started_at=since,
            ended_at=until,
            status=status.value if status else None,
            page_limit=min(limit, 50),
        )
        kept = {task.task_id: task for task in client._resume_store().tasks()}
        tasks = [_listed(task, kept.get(task.id or "")) for task in islice(pager, limit)]
    if json:
        rendering.print_json({"tasks": tasks, "total": pager.total_results})
        return
    fixed, right = rendering.FIXED, rendering.RIGHT
    table = rendering.new_table(
        id=fixed, status=fixed, kind=fixed, created=fixed, duration=right, name=rendering.FOLD
    )
    # Tasks expire after a week: narrow terminals omit the year.
    created = rendering.moment if rendering.console().width >= 100 else rendering.day_and_time
    for task in tasks:
        table.add_row(
            rendering.plain(task["id"]),
            rendering.status_cell(task["status"]),
            task["input_type"] or rendering.NOTHING,
            created(task["created_at"]),
            rendering.duration(task["duration_sec"]),
            rendering.plain(task["name"]),
        )
    rendering.show_list(table, len(tasks), pager.total_results, "task")


@app.command("show", cls=Command)
@with_groups
def show_task(service: Service, task_id: _TaskArgument, json: bool = AS_JSON) -> None:
    """Show the status of a task, without its vectors.

    Example: twelvelabs-embed tasks show ID
    """
    with connected(service) as client, show_progress(f"Retrieving task {task_id}"):
        response, rows = _retrieve(client, task_id)
        task = _retrieved(response, client._resume_store().find_task(task_id))
    message = getattr(response.error, "message", None) or None
    if json:
        rendering.print_json({**task, "vectors": rows, "error": message})
        return
    later = typed(service, "tasks", "wait", task_id)
    fields = {
        "task": task["id"],
        "status": task["status"],
        "message": message or "",
        "kind": task["input_type"] or "",
        "name": task["name"] or "",
        "created": rendering.moment(task["created_at"]),
        "duration": rendering.duration(task["duration_sec"]) if task["duration_sec"] else "",
        "vectors": f"{rows:,}" if rows else "",
        "collect": later if task["status"] != State.FAILED else "",
    }
    rendering.print_fields(rendering.console(), fields.items())


@app.command("wait", cls=Command)
@with_groups
def wait_for_task(
    output: Output,
    service: Service,
    task_id: _TaskArgument,
    model: str | None = option("Its model; known for tasks of this machine.", "NAME"),
    keep_asset: bool = KEEP_ASSET,
    wait_sec: float = wait_option("The maximum wait for the task.", 7200),
) -> None:
    """Wait for a task and collect its vectors, also after a crash or on another machine.

    Example: twelvelabs-embed tasks wait ID --out film.npy
    """
    output_files.require_packages(output.out)
    with connected(service) as client:
        kept = client._resume_store().find_task(task_id)
        label = kept.label if kept else f"task {task_id}"
        with show_progress(f"Embedding {label}", typed=partial(typed, service)) as watcher:
            watcher.task_id = task_id
            embeddings = client.embed.resume(
                task_id,
                model=model,
                keep_asset=keep_asset,
                wait_sec=wait_sec,
                progress=watcher.update,
            )
    deliver(embeddings, label, output)


# ---------------------------------------------------------------------------------------- helpers


def _retrieve(client: TwelveLabs, task_id: str) -> tuple[EmbeddingTaskResponse, int]:
    """Retrieve a task without its vectors, and their count: decoding them takes seconds."""
    from twelvelabs_embed._http import endpoints
    from twelvelabs_embed._http.request import call

    operation = endpoints.retrieve_task("tasks show", task_id, _read_head)
    return client.embed._runner.run(call(operation, client._connection, None)).data


def _read_head(response: httpx.Response) -> tuple[EmbeddingTaskResponse, int]:
    from msgspec import Raw, json

    from twelvelabs_embed import EmbeddingTaskResponse

    parts = json.decode(response.content, type=dict[str, Raw])
    rows = json.decode(parts.pop("data", Raw(b"null")), type=list[Raw] | None) or []
    head = {name: json.decode(part) for name, part in parts.items()}
    return EmbeddingTaskResponse.from_dict(head), len(rows)


def _listed(task: MediaEmbeddingTask, kept: PendingTask | None) -> dict[str, Any]:
    sections = {
        "video": task.video_embedding,
        "audio": task.audio_embedding,
        "document": task.document_embedding,
        "image": task.image_embedding,
    }
    kind, section = next(((kind, found) for kind, found in sections.items() if found), (None, None))
    metadata = section.metadata if section else None
    return _as_document(task, task.model_name or None, kind, metadata, kept)


def _retrieved(task: EmbeddingTaskResponse, kept: PendingTask | None) -> dict[str, Any]:
    metadata = task.metadata or None
    kind = getattr(metadata, "input_type", None)
    return _as_document(task, kept.model if kept else None, kind, metadata, kept)


def _as_document(
    task: MediaEmbeddingTask | EmbeddingTaskResponse,
    model: str | None,
    kind: str | None,
    metadata: Any,
    kept: PendingTask | None,
) -> dict[str, Any]:
    """Build the JSON of a task: what the service reports of it, or this machine has recorded."""
    named = getattr(metadata, "input_filename", None) or getattr(metadata, "input_url", None)
    return {
        "id": task.id or "",
        "status": task.status or "",
        "input_type": kind or (kept.input_type if kept else None),
        "model": model,
        "created_at": task.created_at or None,
        "updated_at": task.updated_at or None,
        "duration_sec": getattr(metadata, "duration", None) or None,
        "name": named or (kept.label if kept else None),
    }
