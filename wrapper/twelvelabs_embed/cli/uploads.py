"""Commands `uploads`: multipart uploads that are not complete."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twelvelabs_embed.cli import rendering
from twelvelabs_embed.cli.assets import WAIT_UNTIL_READY, deliver_asset, upload
from twelvelabs_embed.cli.help import Command, Group
from twelvelabs_embed.cli.options import AS_JSON, Service, with_groups
from twelvelabs_embed.cli.progress import show_progress
from twelvelabs_embed.cli.session import connected
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs.media_conversion import as_media

if TYPE_CHECKING:
    from twelvelabs_embed import IncompleteUploadSummary
    from twelvelabs_embed.client import TwelveLabs
    from twelvelabs_embed.uploads.resume_store import UploadEntry

app = typer.Typer(cls=Group, no_args_is_help=True)

_GONE = "gone"  # unknown to the service, although recorded here: the file is uploaded again


# ------------------------------------------------------------------------------------ the commands


@app.command("list", cls=Command)
@with_groups
def list_uploads(service: Service, json: bool = AS_JSON) -> None:
    """List incomplete multipart uploads, newest first.

    Those of other machines are listed without a file.

    Example: twelvelabs-embed uploads list
    """
    with connected(service) as client, show_progress("Listing uploads"):
        local = {entry.session.upload_id: entry for entry in _local_uploads(client)}
        remote = {one.upload_id: one for one in client.multipart_upload.list_incomplete_uploads()}
        uploads = [
            _as_document(local[id], one.status) if id in local else _of_other_machine(client, one)
            for id, one in remote.items()
        ]
    uploads += [_as_document(one, _GONE) for id, one in local.items() if id not in remote]
    if json:
        rendering.print_json({"uploads": uploads})
        return
    fixed, right = rendering.FIXED, rendering.RIGHT
    table = rendering.new_table(
        id=fixed, parts=right, sent=right, expires=fixed, file=rendering.FOLD
    )
    for one in uploads:
        sent, total = (rendering.megabytes(one[name]) for name in ("done_bytes", "total_bytes"))
        is_active = one["status"] == "active"
        table.add_row(
            rendering.plain(one["id"]),
            f"{one['done_chunks']}/{one['total_chunks']}",
            f"{sent}/{total} MB",
            rendering.day_and_time(one["expires_at"]) if is_active else one["status"],
            rendering.plain(one["file"] and Path(one["file"]).name),
        )
    rendering.show_list(table, len(uploads), None, "upload")


@app.command("resume", cls=Command)
@with_groups
def resume_upload(
    service: Service,
    upload_id: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE|ID]",
            help="The file, or the id of its upload. [default: the only upload]",
        ),
    ] = None,
    wait_sec: float = WAIT_UNTIL_READY,
    json: bool = AS_JSON,
) -> None:
    """Resume an upload of this machine, and print the id of the asset.

    Example: twelvelabs-embed uploads resume film.mkv
    """
    with connected(service) as client:
        session = _choose(_local_uploads(client), upload_id).session
        media = as_media(session.path or "")
        asset = upload(service, client, media, session.filename, wait_sec)
    deliver_asset(service, asset, json)


# ---------------------------------------------------------------------------------------- helpers


def _local_uploads(client: TwelveLabs) -> list[UploadEntry]:
    """Return the recorded uploads to this service that have a file to resume with."""
    entries = client._resume_store().uploads()
    return [one for one in entries if one.session.base_url == client.base_url and one.session.path]


def _choose(entries: list[UploadEntry], wanted: str | None) -> UploadEntry:
    if wanted is not None:
        path = str(Path(wanted).resolve())
        entries = [
            one for one in entries if wanted == one.session.upload_id or path == one.session.path
        ]
    match entries:
        case [entry]:
            return entry
        case []:
            which = f"{wanted!r} has no" if wanted else "there is no"
            value = f"{which} incomplete upload"
            allowed = "an upload can be resumed on the machine that started it, within a day"
            hint = "Start it again: twelvelabs-embed assets upload FILE"
        case _:
            value = f"there are {len(entries)} incomplete uploads"
            allowed = "one is resumed at a time"
            hint = "Give the id of one: " + ", ".join(one.session.upload_id for one in entries)
    raise InvalidInputError([Violation("upload", value, allowed, hint)])


def _as_document(entry: UploadEntry, status: str) -> dict[str, Any]:
    """Build the JSON of an upload of this machine."""
    session = entry.session
    return {
        "id": session.upload_id,
        "status": status,
        "file": session.path,
        "done_chunks": entry.done_chunks,
        "total_chunks": session.total_chunks,
        "done_bytes": entry.done_bytes,
        "total_bytes": session.size_bytes,
        "expires_at": session.expires_at,
    }


def _of_other_machine(client: TwelveLabs, remote: IncompleteUploadSummary) -> dict[str, Any]:
    """Retrieve an upload of another machine; its progress needs another request."""
    status = client.multipart_upload.get_status(remote.upload_id, page_limit=1).response
    return {
        "id": remote.upload_id,
        "status": remote.status,
        "file": None,
        "done_chunks": status.chunks_completed or 0,
        "total_chunks": remote.total_chunks,
        "done_bytes": status.uploaded_size or 0,
        "total_bytes": remote.total_size,
        "expires_at": remote.expires_at or None,
    }
