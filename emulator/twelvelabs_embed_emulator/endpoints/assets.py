"""Media that is uploaded once and referred to by its id."""

import json
import logging
import mimetypes
from collections.abc import Collection, Mapping
from secrets import token_hex
from typing import IO, Any, NamedTuple, TypeAlias

import httpx

from twelvelabs_embed_emulator.contract import rules as _rules
from twelvelabs_embed_emulator.contract.errors import ApiError, refuse
from twelvelabs_embed_emulator.endpoints import transcription as _spoken, user_metadata as _notes
from twelvelabs_embed_emulator.endpoints.presigned_urls import Signer
from twelvelabs_embed_emulator.media import metadata as _technical, sources as _sources
from twelvelabs_embed_emulator.media.sources import Media
from twelvelabs_embed_emulator.state import clock as _clock
from twelvelabs_embed_emulator.state.clock import Clock
from twelvelabs_embed_emulator.state.files import Files, pieces_of
from twelvelabs_embed_emulator.state.jobs import Workers
from twelvelabs_embed_emulator.state.store import ClosedError, Row, Store

_Json: TypeAlias = dict[str, Any]

DIRECT_SIZE = _rules.SizeLimit(200 * 1024 * 1024, "200 MB", 413, "video_filesize_too_large")
"""Of a file that is sent along. One that is fetched may have `_rules.FILE_SIZE`."""
LONGEST_FILENAME = 255  # characters

_TYPES_BY_NAME = mimetypes.MimeTypes()  # Python's own list: the system's would differ by machine
_TYPES_BY_NAME.add_type("video/x-matroska", ".mkv")
_TYPES_BY_NAME.add_type("audio/flac", ".flac")
_TYPES_BY_NAME.add_type("audio/wav", ".wav")
_TYPES_BY_NAME.add_type("text/markdown", ".md")

_STREAMED = ("audio", "video")
_PICTURED = ("video", "image", "application")  # of documents, only PDFs have a thumbnail
_MADE = {"processing": "processing", "ready": "ready", "failed": "error"}
_FAULT = "The emulator failed. Its log says why; this is a fault of the emulator."
_SIZES = {
    "image": _rules.IMAGE_SIZE,
    "application": _rules.DOCUMENT_SIZE,
    "text": _rules.DOCUMENT_SIZE,
}
_KIND_OF_TYPE = (
    "(case when file_type = 'application/pdf' or file_type like 'text/%' then 'document'"
    " else substr(file_type, 1, instr(file_type, '/') - 1) end)"
)

_log = logging.getLogger(__name__)


class SentFile(NamedTuple):
    """A file that came with a request."""

    filename: str
    size_bytes: int
    content: IO[bytes]


class Extras(NamedTuple):
    """What may be asked for, or noted, when an asset is created.

    Attributes:
        hls: whether to prepare it for streaming.
        thumbnail: whether to make a small picture of it.
        notes: `user_metadata`.
    """

    hls: bool = False
    thumbnail: bool = False
    notes: Mapping[str, Any] = {}


class Assets:
    """The assets of a store.

    Args:
        store: where they are kept.
        files: the files of that store.
        clock: the emulator's time.
        signer: says where files of assets lie.
        processing_ms: how long an asset is `processing` at least.
        allow_hosts: where files may be fetched from, besides this machine.
    """

    def __init__(
        self,
        store: Store,
        files: Files,
        clock: Clock,
        *,
        signer: Signer,
        processing_ms: int,
        allow_hosts: Collection[str],
    ) -> None:
        self._store = store
        self._files = files
        self._clock = clock
        self._signer = signer
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

    def wait(self) -> None:
        """Return when nothing is being worked on."""
        self._workers.wait()

    def stop(self) -> None:
        """Begin no more work."""
        self._workers.stop()

    # ------------------------------------------------------------------------------- operations

    def create(self, fields: Mapping[str, Any], file: SentFile | None) -> _Json:
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
        extras = Extras(
            hls=fields.get("enable_hls", False),
            thumbnail=fields.get("enable_thumbnail", False),
            notes=_notes.parse(fields.get("user_metadata", "{}")),
        )
        if file is not None:
            DIRECT_SIZE.check("file", file.size_bytes)
            filename = _filename(fields, file.filename)
            _check_size("file", filename, file.size_bytes)
            file_id = self._files.copy(pieces_of(file.content))
            asset_id = self.add(method, filename, extras, file_id=file_id)
        elif url is not None:
            filename = _filename(fields, self._check_url(url))
            asset_id = self.add(method, filename, extras, url=url)
        else:
            problem = f'is required for the method "{method}"'
            raise refuse(wanted, problem, "parameter_not_provided")
        self._workers.submit(self._finish, asset_id)
        return _json(self._find(asset_id, "asset_id")) | {"status": "processing"}

    def retrieve(self, asset_id: str) -> _Json:
        """Return what is known of an asset."""
        return self._detailed(self._find(asset_id, "asset_id"))

    def list(self, query: _Json) -> _Json:
        """Return one page of assets, newest first."""
        source = (
            "asset where (:ids is null or id in (select value from json_each(:ids)))"
            f" and (:types is null or {_KIND_OF_TYPE} in (select value from json_each(:types)))"
            " and instr(lower(filename), lower(:filename)) > 0"
        )
        ids, types = query.get("asset_ids"), query.get("asset_types")
        rows, info = self._store.page(
            source,
            query,
            ids=ids and json.dumps(ids),
            types=types and json.dumps(types),
            filename=query.get("filename", ""),
        )
        return {"data": [self._detailed(row) for row in rows], "page_info": info}

    def delete(self, asset_id: str, *, force: bool) -> None:
        """Delete an asset, and the session that would upload it.

        Args:
            asset_id: which one.
            force: whether it does not matter that a task is about it; that will fail.
        """
        with self._store.transaction():
            asset = self._find(asset_id, "asset_id")
            sql = "select id from task where asset_id = :id and status = 'processing'"
            if not force and (task := self._store.first(sql, id=asset_id)):
                problem = f"{asset_id} is what task {task['id']} is about, which is processing"
                hint = "wait for it, or send force=true"
                raise ApiError(409, "parameter_invalid", f"asset_id: {problem}; {hint}")
            self._files.delete(asset["file_id"])
            chunks = "from chunk where upload_id in (select id from upload where asset_id = :id)"
            for chunk in self._store.all(f"select file_id {chunks}", id=asset_id):
                self._files.delete(chunk["file_id"])
            self._store.run(f"delete {chunks}", id=asset_id)
            self._store.run("delete from upload where asset_id = :id", id=asset_id)
            self._store.run("delete from asset where id = :id", id=asset_id)

    def note(self, asset_id: str, notes: Mapping[str, Any], *, merge: bool = False) -> None:
        """Note something on an asset, instead of what is noted there, or, with `merge`, besides."""
        with self._store.transaction():
            known = json.loads(self._find(asset_id, "asset_id")["notes"])
            kept = _notes.merged(known, notes) if merge else _notes.replaced(notes)
            sql = "update asset set notes = :notes where id = :id"
            self._store.run(sql, notes=json.dumps(kept), id=asset_id)

    def transcription(self, asset_id: str, include: Collection[str]) -> _Json:
        """Return what is spoken in an asset, cut in the ways that `include` names.

        Raises:
            ApiError: it is none that one could hear something in.
        """
        asset = self._find(asset_id, "asset_id")
        status, kind = asset["status"], asset["file_type"].partition("/")[0]
        if status == "ready" and not json.loads(asset["technical"]).get("has_audio"):
            kind = "silent"
        if kind not in _STREAMED:
            message = f"asset_id: asset {asset_id} has no transcription; it is {asset['file_type']}"
            raise ApiError(404, "resource_not_exist", message)
        if status == "failed":
            return {"status": status, "error": {"message": asset["error"]}}
        if status != "ready":
            return {"status": status}
        cues = _technical.cues(self._files.media(asset["file_id"]))
        return {"status": status} | _spoken.transcription(cues, include or ("words",))

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
        self,
        method: str,
        filename: str,
        extras: Extras,
        *,
        file_id: int | None = None,
        url: str | None = None,
    ) -> str:
        """Make an asset that is still to be looked into, and return its id."""
        asset_id, now_ms = token_hex(12), self._clock.now_ms()
        self._store.run(
            "insert into asset (id, method, filename, file_type, url, file_id, wants_hls,"
            " wants_thumbnail, notes, created_ms, due_ms) values (:id, :method, :filename,"
            " :file_type, :url, :file_id, :hls, :thumbnail, :notes, :created_ms, :due_ms)",
            id=asset_id,
            method=method,
            filename=filename,
            file_type=_type_by_name(filename),
            url=url,
            file_id=file_id,
            hls=extras.hls,
            thumbnail=extras.thumbnail,
            notes=json.dumps(_notes.replaced(extras.notes)),
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
        outcome, file_type, technical = "failed", None, None
        problem: str | None = _FAULT
        try:
            asset = self._find(asset_id, "asset_id")
            if asset["file_id"] is None:
                self._fetch(asset_id, asset["url"])
                asset = self._find(asset_id, "asset_id")
            media = self._files.media(asset["file_id"])
            file_type, technical = _technical.describe(media, asset["filename"])
            _check_size("file", file_type, media.size_bytes)
            outcome, problem = "ready", None
        except ApiError as error:
            problem = error.message
            _log.info("Asset %s failed: %s", asset_id, error)
        except ClosedError:
            raise
        except Exception:
            _log.exception("The emulator failed to look into asset %s.", asset_id)
        self._store.run(
            "update asset set outcome = :outcome, file_type = coalesce(:file_type, file_type),"
            " technical = :technical, error = :error where id = :id",
            outcome=outcome,
            file_type=file_type,
            technical=json.dumps(technical or {}),
            error=problem,
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

    def _detailed(self, asset: Row) -> _Json:
        """Return an asset with what was found out about it."""
        found, status, kind = _json(asset), asset["status"], asset["file_type"].partition("/")[0]
        url, state = self._signer.asset_url(asset["id"]), _MADE[status]
        if asset["wants_hls"] and kind in _STREAMED:
            place = {"manifest_url": f"{url}/hls.m3u8"} if state == "ready" else {}
            found["hls"] = {"status": state} | place
        if asset["wants_thumbnail"] and kind in _PICTURED:
            place = {"representative_url": f"{url}/thumbnail.jpg"} if state == "ready" else {}
            found["thumbnail"] = {"status": state} | place
        if status == "failed":
            found["error"] = {"message": asset["error"]}
        if status == "ready":
            technical = json.loads(asset["technical"])
            found |= {"technical_metadata": technical, "size": technical["file_size_bytes"]}
            lengths = (f"{one}_duration_seconds" for one in ("video", "audio"))
            duration = next((technical[one] for one in lengths if one in technical), None)
            found |= {} if duration is None else {"duration": duration}
        return found

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
    notes = json.loads(asset["notes"])
    return {
        "_id": asset["id"],
        "method": asset["method"],
        "status": asset["status"],
        "filename": asset["filename"],
        "file_type": asset["file_type"],
        "created_at": _clock.written(asset["created_ms"]),
    } | ({"user_metadata": notes} if notes else {})


def _filename(fields: Mapping[str, str], default: str) -> str:
    filename = fields.get("filename", default)
    if not 1 <= len(filename) <= LONGEST_FILENAME:
        problem = f"{len(filename)} characters are not 1 to {LONGEST_FILENAME}"
        raise refuse("filename", f"{problem}; send a filename of that length")
    return filename


def _check_size(field: str, name: str, size_bytes: int) -> None:
    """Refuse a file that is too large for its kind, which a filename or a MIME type tells."""
    kind = (name if "/" in name else _type_by_name(name)).partition("/")[0]
    if kind in _SIZES:
        _SIZES[kind].check(field, size_bytes)


def _type_by_name(filename: str) -> str:
    return _TYPES_BY_NAME.guess_type(filename)[0] or "application/octet-stream"
