"""`twelvelabs-embed uploads`: what is on its way to the service in pieces."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import frozen

from twelvelabs_embed.cli import rendering
from twelvelabs_embed.cli.assets import WaitUntilReady, deliver_asset, upload
from twelvelabs_embed.cli.help import Command, Group
from twelvelabs_embed.cli.options import AsJson, Service, with_settings
from twelvelabs_embed.cli.progress import watching
from twelvelabs_embed.cli.session import connected
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.inputs.media import Media

if TYPE_CHECKING:
    from datetime import datetime

    from twelvelabs_embed.api.multipart import IncompleteUploadSummary
    from twelvelabs_embed.client import TwelveLabs
    from twelvelabs_embed.uploads.resume_store import UploadEntry

app = typer.Typer(cls=Group, no_args_is_help=True)

_GONE = "gone"  # from the service, though this machine knows of it: the file is uploaded anew


@frozen
class UploadFacts:
    """What is shown of an upload.

    Attributes:
        id: the session
        status: what the service says of it; `gone` when the service does not know it any more
        file: what is uploaded; None when another machine, or another folder, knows
        done_chunks: how many pieces are there
        total_chunks: how many there are to be
        done_bytes: the length of these
        total_bytes: the length of the file
        expires_at: when the service forgets it
    """

    id: str
    status: str
    file: str | None
    done_chunks: int
    total_chunks: int
    done_bytes: int
    total_bytes: int
    expires_at: datetime | None

    @property
    def document(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "id": self.id,
            "status": self.status,
            "file": self.file,
            "done_chunks": self.done_chunks,
            "total_chunks": self.total_chunks,
            "done_bytes": self.done_bytes,
            "total_bytes": self.total_bytes,
            "expires_at": rendering.timestamp(self.expires_at),
        }


# ------------------------------------------------------------------------------------ the commands


@app.command("list", cls=Command)
@with_settings
def list_uploads(settings: Service, json: AsJson = False) -> None:
    """List uploads in pieces that are not complete, newest first.

    Those of other machines are listed without a file.

    Example: twelvelabs-embed uploads list
    """
    with connected(settings) as client, watching("Listing uploads"):
        here = {entry.session.upload_id: entry for entry in _of_this_machine(client)}
        there = {one.upload_id: one for one in client.multipart_upload.list_incomplete_uploads()}
        uploads = [
            _facts_of_entry(here[id], one) if id in here else _facts_of_session(client, one)
            for id, one in there.items()
        ]
    uploads += [_facts_of_entry(entry, None) for id, entry in here.items() if id not in there]
    if json:
        rendering.print_json({"uploads": [one.document for one in uploads]})
        return
    table = rendering.new_table()
    table.add_column("id", no_wrap=True)
    for name in ("pieces", "sent"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("expires", no_wrap=True)
    table.add_column("file", overflow="fold")
    for one in uploads:
        sent, total = map(rendering.megabytes, (one.done_bytes, one.total_bytes))
        table.add_row(
            rendering.plain(one.id),
            f"{one.done_chunks}/{one.total_chunks}",
            f"{sent}/{total} MB",
            rendering.day_and_time(one.expires_at) if one.status == "active" else one.status,
            rendering.plain(Path(one.file).name if one.file else rendering.NOTHING),
        )
    rendering.show_list(table, len(uploads), None, "upload")


@app.command("resume", cls=Command)
@with_settings
def resume_upload(
    settings: Service,
    upload_id: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE|ID]",
            help="The file, or the id of its upload; the only one there is when left out.",
        ),
    ] = None,
    wait_sec: WaitUntilReady = 1800,
    json: AsJson = False,
) -> None:
    """Go on with an upload that this machine began, and print the id of the asset.

    Example: twelvelabs-embed uploads resume film.mkv
    """
    with connected(settings) as client:
        session = _choose(_of_this_machine(client), upload_id).session
        media = Media.file(session.path or "")
        asset = upload(settings, client, media, session.filename, wait_sec)
    deliver_asset(settings, asset, json)


# ------------------------------------------------------------------------------------- their parts


def _of_this_machine(client: TwelveLabs) -> list[UploadEntry]:
    """What the journal has of this service, with a file to go on with."""
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
            value = f"{wanted!r} is not being uploaded" if wanted else "nothing is being uploaded"
            limit = "what is resumed was begun on this machine, in pieces, less than a day ago"
            hint = "Begin anew: twelvelabs-embed assets upload FILE"
        case _:
            value = f"{len(entries)} uploads are open"
            limit = "one is resumed at a time"
            hint = "Name one by its id: " + ", ".join(one.session.upload_id for one in entries)
    raise InvalidInputError([Violation("upload", value, limit, hint)])


def _facts_of_entry(entry: UploadEntry, there: IncompleteUploadSummary | None) -> UploadFacts:
    session = entry.session
    return UploadFacts(
        id=session.upload_id,
        status=there.status if there else _GONE,
        file=session.path,
        done_chunks=entry.done_chunks,
        total_chunks=session.total_chunks,
        done_bytes=entry.done_bytes,
        total_bytes=session.size_bytes,
        expires_at=session.expires_at,
    )


def _facts_of_session(client: TwelveLabs, there: IncompleteUploadSummary) -> UploadFacts:
    """Of a session that this machine knows nothing of: the list does not say how far it is."""
    status = client.multipart_upload.get_status(there.upload_id, page_limit=1).response
    return UploadFacts(
        id=there.upload_id,
        status=there.status,
        file=None,
        done_chunks=status.chunks_completed or 0,
        total_chunks=there.total_chunks,
        done_bytes=status.uploaded_size or 0,
        total_bytes=there.total_size,
        expires_at=there.expires_at or None,
    )
