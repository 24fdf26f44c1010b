"""Commands `assets`: media that is uploaded once and referred to by its id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from itertools import islice
from json import dumps as json_text, loads as json_value
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any

import typer

from twelvelabs_embed.cli import rendering
from twelvelabs_embed.cli.errors import Status, explain
from twelvelabs_embed.cli.help import Command, Group
from twelvelabs_embed.cli.options import (
    AS_JSON,
    LIMIT,
    Kind,
    Service,
    flag,
    option,
    wait_option,
    with_groups,
)
from twelvelabs_embed.cli.progress import Watcher, show_progress
from twelvelabs_embed.cli.session import confirm, connected, reporting_interrupted_uploads, typed
from twelvelabs_embed.errors import ApiError, UnauthorizedError
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.inputs.media_conversion import as_media

if TYPE_CHECKING:
    from twelvelabs_embed import Asset, AssetTranscriptionEntry, AssetTranscriptionUtterance
    from twelvelabs_embed.client import TwelveLabs

app = typer.Typer(cls=Group, no_args_is_help=True)


class Unit(StrEnum):
    """The unit of a transcription."""

    WORDS = "words"
    SENTENCES = "sentences"
    UTTERANCES = "utterances"


_AssetArgument = Annotated[str, typer.Argument(metavar="ID", help="The asset's id.")]
WAIT_UNTIL_READY = wait_option(
    "The maximum wait until it is ready, after the upload; 0: do not wait.", 1800
)


# ------------------------------------------------------------------------------------ the commands


@app.command("list", cls=Command)
@with_groups
def list_assets(
    service: Service,
    type: list[Kind] | None = option(
        "Only these types: image, audio, video or document. May be repeated.", "WORD"
    ),
    name: str | None = option("Only those whose name contains this text.", "TEXT"),
    limit: int = LIMIT,
    json: bool = AS_JSON,
) -> None:
    """List assets, newest first.

    Example: twelvelabs-embed assets list --type video --json
    """
    with connected(service) as client, show_progress("Listing assets"):
        pager = client.assets.list(
            asset_types=[kind.value for kind in type] if type else None,
            filename=name,
            page_limit=min(limit, 50),
        )
        assets = [*islice(pager, limit)]
    documents, total = [as_document(asset) for asset in assets], pager.total_results
    if json:
        rendering.print_json({"assets": documents, "total": total})
        return
    fixed = rendering.FIXED
    table = rendering.new_table(
        id=fixed, status=fixed, type=fixed, created=fixed, name=rendering.FOLD
    )
    for asset in documents:
        table.add_row(
            rendering.plain(asset["id"]),
            rendering.status_cell(asset["status"]),
            rendering.plain(asset["type"]),
            rendering.moment(asset["created_at"]),
            rendering.plain(asset["name"]),
        )
    rendering.show_list(table, len(assets), total, "asset")


@app.command("delete", cls=Command)
@with_groups
def delete_assets(
    service: Service,
    asset_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="The assets' ids.")],
    yes: bool = flag("--yes -y", "Do not ask for confirmation."),
    force: bool = flag("--force", "Also delete an asset that is still referenced."),
) -> None:
    """Delete assets. A failure does not stop the others.

    Example: twelvelabs-embed assets delete ID --yes
    """
    if not yes:
        confirm(f"Delete {rendering.counted(len(asset_ids), 'asset')}?")
    failed = []
    with connected(service) as client, show_progress("Deleting"):
        for asset_id in dict.fromkeys(asset_ids):
            try:
                client.assets.delete(asset_id, force=force or None)
            except UnauthorizedError:  # all would fail
                raise
            except ApiError as error:
                failed.append((asset_id, error))
            else:
                rendering.show_result(f"deleted {asset_id}")
    reports = [(asset_id, report) for asset_id, error in failed if (report := explain(error))]
    for asset_id, report in reports:
        rendering.show_failure(f"{rendering.plain(asset_id)}: {report.title}", report.blocks)
    if reports:
        raise typer.Exit(reports[0][1].status)


@app.command("upload", cls=Command)
@with_groups
def upload_asset(
    service: Service,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="The path of a file, or an http(s) link.")
    ],
    filename: str | None = option("The name of the asset. [default: the name of the file]", "NAME"),
    wait_sec: float = WAIT_UNTIL_READY,
    json: bool = AS_JSON,
) -> None:
    """Upload a file, and print its id, which other commands take as asset:ID.

    Large files are multipart uploads; the same command resumes one that was
    interrupted.

    Example: twelvelabs-embed assets upload film.mkv
    """
    media = as_media(file)
    with connected(service) as client:
        asset = upload(service, client, media, filename, wait_sec)
    deliver_asset(service, asset, json)


@app.command("transcription", cls=Command)
@with_groups
def show_transcription(
    service: Service,
    asset_id: _AssetArgument,
    unit: Unit = option(
        "A line for each of the words, sentences or utterances.",
        "WORD",
        "--by",
        default=Unit.SENTENCES,
    ),
    json: bool = AS_JSON,
) -> None:
    """Print the transcription of audio or video, with times.

    Example: twelvelabs-embed assets transcription ID
    """
    from twelvelabs_embed._http.endpoints import read_message

    with connected(service) as client, show_progress("Fetching the transcription"):
        found = client.assets.retrieve_transcription(asset_id, include=unit.value)
    if json:
        rendering.print_json(found.to_dict())
        return
    if found.status == "failed":
        message = read_message(found.error) or "the service gives no reason"
        rendering.show_failure("There is no transcription", [{"message": message}])
        raise typer.Exit(Status.REJECTED)
    if found.status != "ready":
        rendering.show_result(f"the transcription is {found.status}")
        return
    lines: Sequence[AssetTranscriptionEntry | AssetTranscriptionUtterance]
    lines = getattr(found, unit.value) or []
    has_speakers = unit is Unit.UTTERANCES
    speaker = {"speaker": rendering.FIXED} if has_speakers else {}
    columns = {"start sec": rendering.RIGHT, "end sec": rendering.RIGHT, **speaker}
    table = rendering.new_table(**columns, text=rendering.FOLD)
    for line in lines:
        speakers = [rendering.plain(getattr(line, "speaker", None) or None)] * has_speakers
        times = f"{line.start:.2f}", f"{line.end:.2f}"
        table.add_row(*times, *speakers, rendering.plain(line.value))
    rendering.show_list(table, len(lines), None, unit.value.removesuffix("s"))


@app.command("metadata", cls=Command)
@with_groups
def metadata(
    service: Service,
    asset_id: _AssetArgument,
    values: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME=VALUE]...",
            help="What to set: a text, or a number, true, false or a list in JSON. NAME= removes "
            "a name.",
        ),
    ] = None,
    clear: bool = flag("--clear", "Remove all earlier names."),
    json: bool = AS_JSON,
) -> None:
    """Set your own metadata of an asset, or print it.

    Example: twelvelabs-embed assets metadata ID shoot=5 'tags=["beach", "dog"]'
    """
    changes = dict(map(_parse_value, values or []))
    with connected(service) as client, show_progress("Requesting metadata"):
        if changes and clear:
            client.assets.replace_user_metadata(asset_id, user_metadata=changes)
        elif changes:
            client.assets.update_user_metadata(asset_id, user_metadata=changes)
        elif clear:
            client.assets.delete_user_metadata(asset_id)
        found = client.assets.retrieve(asset_id).user_metadata
    current = found.to_dict() if found else {}
    if json:
        rendering.print_json(current)
        return
    for name, value in current.items():
        rendering.show_result(f"{name}={value if isinstance(value, str) else json_text(value)}")


# ---------------------------------------------------------------------------------------- helpers


def _parse_value(typed: str) -> tuple[str, Any]:
    """Parse `shoot=5` to a name and a value; None without a value, which removes the name."""
    name, equals, value = typed.partition("=")
    if not (name and equals):
        raise typer.BadParameter(f"{typed!r} is not NAME=VALUE.", param_hint="NAME=VALUE")
    try:
        found = json_value(value) if value else None
    except ValueError:
        return name, value
    # JSON has no such number, although Python reads it.
    return name, value if isinstance(found, float) and not isfinite(found) else found


def upload(
    service: Service, client: TwelveLabs, media: Media, filename: str | None, wait_sec: float
) -> Asset:
    """Upload media and wait until it is ready, or for `wait_sec` seconds, unless that is 0."""
    with show_progress(f"Uploading {media.label}", typed=partial(typed, service)) as watcher:
        with reporting_interrupted_uploads(client, watcher, media):
            asset = client.assets.upload(
                media, filename=filename, timeout=0, progress=watcher.update
            )
        if not wait_sec:
            return asset
        asset_id = asset.id
        watcher.print(f"{media.label} is uploaded as asset {asset_id}")
        return client.assets.wait_until_ready(
            asset_id,
            label=media.label,
            timeout=wait_sec,
            callback=_updating(watcher, media.label, asset_id),
        )


def _updating(watcher: Watcher, label: str, asset_id: str) -> Callable[[object], None]:
    """Return a callback for waiting that shows the elapsed time."""
    from time import monotonic

    from twelvelabs_embed.uploads.progress import Progress

    started_sec = monotonic()

    def update(asset: object) -> None:
        watcher.update(Progress("processing", label, 0, 0, monotonic() - started_sec, asset_id))

    return update


def deliver_asset(service: Service, asset: Asset, json: bool) -> None:
    """Print the id of an asset, and the command that uses it."""
    document = as_document(asset)
    if json:
        rendering.print_json(document)
        return
    rendering.show_result(document["id"])
    command = _command_for(document["type"] or "")
    rendering.show_remark(f"Use it: {typed(service, command, f'asset:{asset.id}')}")


def _command_for(media_type: str) -> str:
    """Return the command that embeds media of a MIME type."""
    kind = media_type.partition("/")[0]
    if kind == "text" or media_type == "application/pdf":
        return Kind.DOCUMENT
    return kind if kind in set(Kind) else Kind.VIDEO


def as_document(asset: Asset) -> dict[str, Any]:
    """Build the JSON of an asset."""
    return {
        "id": str(asset.id or ""),
        "status": asset.status or None,
        "type": asset.file_type or None,
        "method": asset.method or None,
        "created_at": asset.created_at or None,
        "name": asset.filename or None,
    }
