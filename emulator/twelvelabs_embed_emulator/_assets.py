"""Media that is uploaded once and referred to by its id."""

import json
import logging
import mimetypes
from collections.abc import Collection, Mapping
from secrets import token_hex
from typing import IO, Any, NamedTuple, TypeAlias

import httpx
from av.stream import Disposition

from . import _clock, _rules, _sources
from ._clock import Clock
from ._errors import ApiError, refuse
from ._files import Files, pieces_of
from ._media import open_container
from ._sources import Media
from ._store import ClosedError, Row, Store
from ._workers import Workers

_Json: TypeAlias = dict[str, Any]

DIRECT_SIZE = _rules.SizeLimit(200 * 1024 * 1024, "200 MB", 413, "video_filesize_too_large")
"""Of a file that is sent along. One that is fetched may have `_rules.FILE_SIZE`."""
LONGEST_FILENAME = 255  # characters

# What FFmpeg calls a format, and what MIME calls it.
_FORMATS = {
    "jpeg_pipe": "jpeg",
    "png_pipe": "png",
    "mov": "mp4",
    "matroska": "x-matroska",
    "avi": "x-msvideo",
    "mpegts": "mp2t",
    "mp3": "mpeg",
}

_TYPES_BY_NAME = mimetypes.MimeTypes()  # Python's own list: the system's would differ by machine
_TYPES_BY_NAME.add_type("video/x-matroska", ".mkv")
_TYPES_BY_NAME.add_type("audio/flac", ".flac")
_TYPES_BY_NAME.add_type("audio/wav", ".wav")

_log = logging.getLogger(__name__)


class SentFile(NamedTuple):
    """A file that came with a request."""

    filename: str
    size_bytes: int
    content: IO[bytes]


class Assets:
    """The assets of a store.

    Args:
        store: where they are kept.
        files: the files of that store.
        clock: the emulator's time.
        processing_ms: how long an asset is `processing` at least.
        allow_hosts: where files may be fetched from, besides this machine.
    """

    def __init__(
        self,
        store: Store,
        files: Files,
        clock: Clock,
        *,
        processing_ms: int,
        allow_hosts: Collection[str],
    ) -> None:
        self._store = store
        self._files = files
        self._clock = clock
        self._processing_ms = processing_ms
        self._allow_hosts = allow_hosts
        self._workers = Workers("assets", 4)

    def start(self) -> None:
        """Go on with the assets that an earlier process left unfinished."""
        sql = (
            "select id from asset where outcome is null and status = 'processing'"
            " and (file_id is not null or url is not null) order by number"
        )
        for row in self._store.all(sql):
            self._workers.submit(self._finish, row["id"])

    def stop(self) -> None:
        """Begin no more work."""
        self._workers.stop()

    # ------------------------------------------------------------------------------- operations

    def create(self, fields: Mapping[str, str], file: SentFile | None) -> _Json:
        """Make an asset of a form: a file, or the URL of one, which is fetched afterwards.

        Args:
            fields: the fields of the form that are text; the contract has let them pass.
            file: the field `file`.
        """
        method, url = fields["method"], fields.get("url")
        given = {"file": file, "url": url}
        wanted, other = ("file", "url") if method == "direct" else ("url", "file")
        if given[other] is not None:
            raise refuse(other, f'is not for the method "{method}"', "parameter_unknown")
        if file is not None:
            DIRECT_SIZE.check("file", file.size_bytes)
            filename = _filename(fields, file.filename)
            file_id = self._files.copy(pieces_of(file.content))
            asset_id = self.add(method, filename, file_id=file_id)
        elif url is not None:
            filename = _filename(fields, self._check_url(url))
            asset_id = self.add(method, filename, url=url)
        else:
            problem = f'is required for the method "{method}"'
            raise refuse(wanted, problem, "parameter_not_provided")
        self._workers.submit(self._finish, asset_id)
        return self.retrieve(asset_id) | {"status": "processing"}

    def retrieve(self, asset_id: str) -> _Json:
        """Return what is known of an asset."""
        return _json(self._find(asset_id, "asset_id"))

    def list(self, query: _Json) -> _Json:
        """Return one page of assets, newest first."""
        source = (
            "asset where (:ids is null or id in (select value from json_each(:ids)))"
            " and (:types is null or substr(file_type, 1, instr(file_type, '/') - 1)"
            " in (select value from json_each(:types)))"
        )
        ids, types = query.get("asset_ids"), query.get("asset_types")
        rows, info = self._store.page(
            source, query, ids=ids and json.dumps(ids), types=types and json.dumps(types)
        )
        return {"data": [_json(row) for row in rows], "page_info": info}

    def delete(self, asset_id: str) -> None:
        """Delete an asset, and the session that would upload it."""
        with self._store.transaction():
            asset = self._find(asset_id, "asset_id")
            sql = "select id from task where asset_id = :id and status = 'processing'"
            if task := self._store.first(sql, id=asset_id):
                problem = f"{asset_id} is what task {task['id']} is about, which is processing"
                raise ApiError(409, "parameter_invalid", f"asset_id: {problem}")
            self._files.delete(asset["file_id"])
            chunks = "from chunk where upload_id in (select id from upload where asset_id = :id)"
            for chunk in self._store.all(f"select file_id {chunks}", id=asset_id):
                self._files.delete(chunk["file_id"])
            self._store.run(f"delete {chunks}", id=asset_id)
            self._store.run("delete from upload where asset_id = :id", id=asset_id)
            self._store.run("delete from asset where id = :id", id=asset_id)

    # --------------------------------------------------------------------------- for other rooms

    def media(self, asset_id: str, field: str) -> Media:
        """Return the file of an asset that is ready; `field` is who asks, for messages.

        Raises:
            ApiError: there is no such asset, or it is not ready.
        """
        asset = self._find(asset_id, field)
        if asset["status"] != "ready":
            problem = f"asset {asset_id} is {asset['status']}, and only a ready one can be used"
            raise refuse(field, problem)
        return self._files.media(asset["file_id"], filename=asset["filename"])

    def add(
        self, method: str, filename: str, *, file_id: int | None = None, url: str | None = None
    ) -> str:
        """Make an asset that is still to be looked into, and return its id."""
        asset_id, now_ms = token_hex(12), self._clock.now_ms()
        self._store.run(
            "insert into asset (id, method, filename, file_type, url, file_id, created_ms, due_ms)"
            " values (:id, :method, :filename, :file_type, :url, :file_id, :created_ms, :due_ms)",
            id=asset_id,
            method=method,
            filename=filename,
            file_type=_type_by_name(filename),
            url=url,
            file_id=file_id,
            created_ms=now_ms,
            due_ms=now_ms + self._processing_ms,
        )
        return asset_id

    def receive(self, asset_id: str, file_id: int) -> None:
        """Take the file of an asset whose upload is complete."""
        self._store.run(
            "update asset set file_id = :file_id, due_ms = :due_ms where id = :id",
            file_id=file_id,
            due_ms=self._clock.now_ms() + self._processing_ms,
            id=asset_id,
        )
        self._workers.submit(self._finish, asset_id)

    # -------------------------------------------------------------------------------- background

    def _finish(self, asset_id: str) -> None:
        """Fetch the file, if it was given by URL; find out whether and what media it is."""
        outcome, file_type = "failed", None
        try:
            asset = self._find(asset_id, "asset_id")
            if asset["file_id"] is None:
                self._fetch(asset_id, asset["url"])
                asset = self._find(asset_id, "asset_id")
            outcome, file_type = "ready", _type_by_content(self._files.media(asset["file_id"]))
        except ApiError as error:
            _log.info("Asset %s failed: %s", asset_id, error)
        except ClosedError:
            raise
        except Exception:
            _log.exception("The emulator failed to look into asset %s.", asset_id)
        self._store.run(
            "update asset set outcome = :outcome, file_type = coalesce(:file_type, file_type)"
            " where id = :id",
            outcome=outcome,
            file_type=file_type,
            id=asset_id,
        )

    def _fetch(self, asset_id: str, url: str) -> None:
        with _sources.download(
            url, field="url", limit=_rules.FILE_SIZE, allow_hosts=self._allow_hosts
        ) as media:
            with media.open() as content:
                file_id = self._files.copy(pieces_of(content))
        with self._store.transaction():
            sql = "update asset set file_id = :file_id where id = :id"
            self._store.run(sql, file_id=file_id, id=asset_id)
            if not self._store.first("select 1 from asset where file_id = :id", id=file_id):
                self._files.delete(file_id)  # the asset was deleted meanwhile

    def _find(self, asset_id: str, field: str) -> Row:
        asset = self._store.first("select * from asset where id = :id", id=asset_id)
        if asset is None:
            message = f"{field}: there is no asset {asset_id[:100]}"
            raise ApiError(404, "resource_not_exist", message)
        return asset

    def _check_url(self, url: str) -> str:
        """Check that `url` may be fetched, and return the name of its file."""
        try:
            address = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise refuse("url", f"is no URL: {error}") from None
        _sources.check_host(address, "url", self._allow_hosts)
        return _sources.last_part(url) or address.host


def _json(asset: Row) -> _Json:
    return {
        "_id": asset["id"],
        "method": asset["method"],
        "status": asset["status"],
        "filename": asset["filename"],
        "file_type": asset["file_type"],
        "created_at": _clock.written(asset["created_ms"]),
    }


def _filename(fields: Mapping[str, str], default: str) -> str:
    filename = fields.get("filename", default)
    if not 1 <= len(filename) <= LONGEST_FILENAME:
        problem = f"{len(filename)} characters are not 1 to {LONGEST_FILENAME}"
        raise refuse("filename", f"{problem}; send a filename of that length")
    return filename


def _type_by_name(filename: str) -> str:
    return _TYPES_BY_NAME.guess_type(filename)[0] or "application/octet-stream"


def _type_by_content(media: Media) -> str:
    """Return the MIME type of a media file.

    Raises:
        ApiError: it is no media file that can be read.
    """
    with open_container(media, "file") as container:
        form = container.format.name
        name = form.partition(",")[0]  # mov,mp4,m4a,3gp,3g2,mj2
        subtype = _FORMATS.get(name, name)
        if form.endswith("_pipe") or form == "image2":
            return f"image/{subtype.removesuffix('_pipe')}"
        covers = [one.disposition & Disposition.attached_pic for one in container.streams.video]
        if not all(covers):
            return f"video/{subtype}"
        if container.streams.audio:
            return f"audio/{subtype}"
    raise refuse("file", f"has neither pictures nor sound; it is {form}")
