"""Assets: media that is uploaded once and referred to by its id."""

import json
import logging
import mimetypes
from collections.abc import Collection, Mapping
from secrets import token_hex
from typing import IO, Any, NamedTuple

from twelvelabs_embed_emulator.contract import limits
from twelvelabs_embed_emulator.contract.errors import (
    INTERNAL_ERROR,
    ApiError,
    bad_request,
    not_found,
)
from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.endpoints import user_metadata
from twelvelabs_embed_emulator.endpoints.transcription import transcription
from twelvelabs_embed_emulator.media import sources
from twelvelabs_embed_emulator.media.sources import Media
from twelvelabs_embed_emulator.state.clock import format_timestamp
from twelvelabs_embed_emulator.state.jobs import JobRunner
from twelvelabs_embed_emulator.state.state import State
from twelvelabs_embed_emulator.state.store import ClosedError, Row, page_info

_FILENAME_MAX_CHARACTERS = 255
_UNCHECKED_MS = 10_000
"""After this time a client may use an asset that no response has reported as ready."""

_TYPES_BY_NAME = mimetypes.MimeTypes()  # Python's own list: the system's would differ by machine
_TYPES_BY_NAME.add_type("video/x-matroska", ".mkv")
_TYPES_BY_NAME.add_type("audio/flac", ".flac")
_TYPES_BY_NAME.add_type("audio/wav", ".wav")
_TYPES_BY_NAME.add_type("text/markdown", ".md")

_WITH_HLS = ("audio", "video")
_WITH_THUMBNAIL = ("video", "image", "application")  # of documents, only PDFs have one
_DERIVATIVE_STATUS = {"processing": "processing", "ready": "ready", "failed": "error"}
_SIZES = {
    "image": limits.IMAGE_SIZE,
    "application": limits.DOCUMENT_SIZE,
    "text": limits.DOCUMENT_SIZE,
}
_ASSET_TYPE = (
    "(case when file_type = 'application/pdf' or file_type like 'text/%' then 'document'"
    " else substr(file_type, 1, instr(file_type, '/') - 1) end)"
)

_log = logging.getLogger(__name__)


class UploadedFile(NamedTuple):
    """A file in a form."""

    filename: str
    size_bytes: int
    content: IO[bytes]


class Extras(NamedTuple):
    """What can be requested or set when an asset is created."""

    hls: bool = False
    thumbnail: bool = False
    user_metadata: Mapping[str, Any] = {}


class Assets:
    """The assets of a state, and the jobs that fetch and describe their files."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._store = state.store
        self._files = state.files
        self._settings = state.settings
        self.jobs = JobRunner("assets", 4, state.store)
        self._unreported = dict[str, int]()  # assets, until a response says that they have ended

    def wait_until_idle(self) -> None:
        """Return when no job is running; who waits for that may use all that is ready."""
        self.jobs.wait()
        self._unreported.clear()

    def reset(self) -> None:
        """Forget what was reported of assets that no longer exist."""
        self._unreported.clear()

    def start(self) -> None:
        """Resume the assets that an earlier process left unfinished."""
        sql = (
            "select id from asset where outcome is null and status = 'processing'"
            " and (file_id is not null or url is not null) order by number"
        )
        for row in self._store.all(sql):
            self.jobs.submit(self._process, row["id"])

    # ------------------------------------------------------------------------------- operations

    def create(self, fields: Mapping[str, Any], file: UploadedFile | None) -> Json:
        """Create an asset from a form with a file, or with the URL of one, which a job fetches.

        Args:
            fields: the text fields of the form, valid by the contract.
            file: the field `file`.
        """
        method, url = fields["method"], fields.get("url")
        if method not in ("direct", "url"):
            raise bad_request("method", f'"{method}" is in the contract, but not in this emulator')
        given = {"file": file, "url": url}
        required, other = ("file", "url") if method == "direct" else ("url", "file")
        if given[other] is not None:
            raise bad_request(other, f'is not for the method "{method}"', "parameter_unknown")
        extras = Extras(
            hls=fields.get("enable_hls", True),
            thumbnail=fields.get("enable_thumbnail", True),
            user_metadata=user_metadata.parse(fields.get("user_metadata", "{}")),
        )
        if file is not None:
            limits.DIRECT_SIZE.check("file", file.size_bytes)
            filename = filename_from(fields, _last_part(file.filename))
            _check_size("file", _type_by_name(filename), file.size_bytes)
            file_id = self._files.copy(file.content)
            asset_id = self.add(method, filename, extras, file_id=file_id)
        elif url is not None:
            filename = filename_from(fields, self._filename_of(url))
            asset_id = self.add(method, filename, extras, url=url)
        else:
            reason = f'is required for the method "{method}"'
            raise bad_request(required, reason, "parameter_not_provided")
        self.jobs.submit(self._process, asset_id)
        return _summary(self._find(asset_id)) | {"status": "processing"}

    def retrieve(self, asset_id: str) -> Json:
        """Return an asset."""
        return self._details(self._find(asset_id))

    def list(self, query: Json) -> Json:
        """Return one page of assets, newest first."""
        source = (
            "asset where (:ids is null or id in (select value from json_each(:ids)))"
            f" and (:types is null or {_ASSET_TYPE} in (select value from json_each(:types)))"
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
        return {"data": [self._details(row) for row in rows], "page_info": info}

    def references(self, asset_id: str, query: Json) -> Json:
        """Return the page of what refers to an asset: nothing, as there are only assets here."""
        self._find(asset_id)
        return {"data": [], "page_info": page_info(query["page"], query["page_limit"], 0)}

    def delete(self, asset_id: str, *, force: bool) -> None:
        """Delete an asset and its upload session; with `force` also while a task uses it."""
        with self._store.transaction():
            asset = self._find(asset_id)
            sql = "select id from task where asset_id = :id and status = 'processing'"
            if not force and (task := self._store.first(sql, id=asset_id)):
                reason = f"{asset_id} is what task {task['id']} is about, which is processing"
                hint = "wait for it, or send force=true"
                raise ApiError(409, "parameter_invalid", f"asset_id: {reason}; {hint}")
            self._files.delete(asset["file_id"])
            chunks = "from chunk where upload_id in (select id from upload where asset_id = :id)"
            for chunk in self._store.all(f"select file_id {chunks}", id=asset_id):
                self._files.delete(chunk["file_id"])
            self._store.run(f"delete {chunks}", id=asset_id)
            self._store.run("delete from upload where asset_id = :id", id=asset_id)
            self._store.run("delete from asset where id = :id", id=asset_id)

    def set_user_metadata(
        self, asset_id: str, document: Mapping[str, Any], *, merge: bool = False
    ) -> None:
        """Replace the user metadata of an asset or, with `merge`, update it."""
        with self._store.transaction():
            known = json.loads(self._find(asset_id)["user_metadata"])
            if merge:
                document = user_metadata.merge(known, document)
            stored = json.dumps(user_metadata.without_empty(document))
            self._store.update("asset", asset_id, user_metadata=stored)

    def transcription(self, asset_id: str, include: Collection[str]) -> Json:
        """Return the transcription of an asset with sound; `include` names the kinds of entries."""
        asset = self._find(asset_id)
        status, kind = asset["status"], _kind(asset)
        if status == "ready" and not json.loads(asset["technical_metadata"]).get("has_audio"):
            kind = "silent"
        if kind not in _WITH_HLS:
            reason = f"asset {asset_id} has no transcription; it is {asset['file_type']}"
            raise not_found("asset_id", reason)
        if status == "failed":
            return {"status": status, "error": {"message": asset["error"]}}
        if status != "ready":
            return {"status": status}
        from twelvelabs_embed_emulator.media import metadata

        cues = metadata.cues(self._files.media(asset["file_id"]))
        return {"status": status} | transcription(cues, include or ("words",))

    # ----------------------------------------------------------------------- for other endpoints

    def media(self, asset_id: str, field: str) -> Media:
        """Return the file of an asset that is ready; `field` is that of the id, for messages."""
        asset = self._find(asset_id, field)
        if asset["status"] != "ready":
            reason = f"asset {asset_id} is {asset['status']}, and only a ready one can be used"
            raise bad_request(field, reason)
        if self._state.clock.now_ms() < self._unreported.get(asset_id, 0):
            reason = f"no response has said yet that asset {asset_id} is ready"
            raise bad_request(field, f"{reason}; retrieve it until its status is ready")
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
        """Insert an asset that is not processed yet, and return its id."""
        asset_id, now_ms = token_hex(12), self._state.clock.now_ms()
        self._unreported[asset_id] = now_ms + _UNCHECKED_MS
        self._store.insert(
            "asset",
            id=asset_id,
            method=method,
            filename=filename,
            file_type=_type_by_name(filename),
            url=url,
            file_id=file_id,
            wants_hls=extras.hls,
            wants_thumbnail=extras.thumbnail,
            user_metadata=json.dumps(user_metadata.without_empty(extras.user_metadata)),
            created_ms=now_ms,
            due_ms=now_ms + self._settings.processing_ms,
        )
        return asset_id

    def complete_upload(self, asset_id: str, file_id: int) -> None:
        """Set the file of an asset whose upload is complete, and process it."""
        due_ms = self._state.clock.now_ms() + self._settings.processing_ms
        self._unreported[asset_id] = self._state.clock.now_ms() + _UNCHECKED_MS
        self._store.update("asset", asset_id, file_id=file_id, due_ms=due_ms)
        self.jobs.submit(self._process, asset_id)

    # -------------------------------------------------------------------------------- background

    def _process(self, asset_id: str) -> None:
        """Fetch the file, if it was given by URL; find out whether and what media it is."""
        from twelvelabs_embed_emulator.media import metadata  # with the media libraries

        outcome, file_type, technical = "failed", None, None
        error_message: str | None = INTERNAL_ERROR
        try:
            asset = self._find(asset_id)
            if asset["file_id"] is None:
                self._fetch(asset_id, asset["url"])
                asset = self._find(asset_id)
            media = self._files.media(asset["file_id"])
            file_type, technical = metadata.describe(media, asset["filename"])
            _check_size("file", file_type, media.size_bytes)
            outcome, error_message = "ready", None
        except ApiError as error:
            error_message = error.message
            _log.info("Asset %s failed: %s", asset_id, error)
        except ClosedError:
            raise
        except Exception:
            _log.exception("The emulator failed to look into asset %s.", asset_id)
        self._store.update(
            "asset",
            asset_id,
            outcome=outcome,
            technical_metadata=json.dumps(technical or {}),
            error=error_message,
            **({"file_type": file_type} if file_type else {}),
        )

    def _fetch(self, asset_id: str, url: str) -> None:
        with sources.download(
            url, field="url", limit=limits.FILE_SIZE, allow_hosts=self._settings.allow_hosts
        ) as media:
            with media.open() as content:
                file_id = self._files.copy(content)
        with self._store.transaction():
            self._store.update("asset", asset_id, file_id=file_id)
            if not self._store.first("select 1 from asset where file_id = :id", id=file_id):
                self._files.delete(file_id)  # the asset was deleted meanwhile

    def _details(self, asset: Row) -> Json:
        """Return an asset with what processing found out about it."""
        details, status, kind = _summary(asset), asset["status"], _kind(asset)
        if status != "processing":
            self._unreported.pop(asset["id"], None)
        url, state = self._state.signer.asset_url(asset["id"]), _DERIVATIVE_STATUS[status]
        if asset["wants_hls"] and kind in _WITH_HLS:
            place = {"manifest_url": f"{url}/hls.m3u8"} if state == "ready" else {}
            details["hls"] = {"status": state} | place
        if asset["wants_thumbnail"] and kind in _WITH_THUMBNAIL:
            place = {"representative_url": f"{url}/thumbnail.jpg"} if state == "ready" else {}
            details["thumbnail"] = {"status": state} | place
        if status == "failed":
            details["error"] = {"message": asset["error"]}
        if status == "ready":
            technical = json.loads(asset["technical_metadata"])
            details |= {"technical_metadata": technical, "size": technical["file_size_bytes"]}
            names = (f"{one}_duration_seconds" for one in ("video", "audio"))
            duration = next((technical[name] for name in names if name in technical), None)
            details |= {} if duration is None else {"duration": duration}
        return details

    def _find(self, asset_id: str, field: str = "asset_id") -> Row:
        asset = self._store.find("asset", asset_id)
        if asset is None:
            raise not_found(field, f"there is no asset {asset_id[:100]}")
        return asset

    def _filename_of(self, url: str) -> str:
        """Check that `url` may be fetched, and return the name of its file."""
        host = sources.check_url(url, "url", self._settings.allow_hosts)
        return sources.filename_of(url) or host


def filename_from(fields: Mapping[str, str], default: str) -> str:
    """Return the filename in a form, or the default.

    Raises:
        ApiError: it is empty or too long.
    """
    filename = fields.get("filename", default)
    if not 1 <= len(filename) <= _FILENAME_MAX_CHARACTERS:
        reason = f"{len(filename)} characters are not 1 to {_FILENAME_MAX_CHARACTERS}"
        raise bad_request("filename", f"{reason}; send a filename of that length")
    return filename


def _last_part(path: str) -> str:
    """Return the name of a file without the folders that some clients send, also of Windows."""
    return path.replace("\\", "/").rpartition("/")[2] or path


def _summary(asset: Row) -> Json:
    metadata = json.loads(asset["user_metadata"])
    return {
        "_id": asset["id"],
        "method": asset["method"],
        "status": asset["status"],
        "filename": asset["filename"],
        "file_type": asset["file_type"],
        "created_at": format_timestamp(asset["created_ms"]),
    } | ({"user_metadata": metadata} if metadata else {})


def _kind(asset: Row) -> str:
    return str(asset["file_type"]).partition("/")[0]


def _check_size(field: str, mime_type: str, size_bytes: int) -> None:
    """Reject a file that is too large for its type."""
    if limit := _SIZES.get(mime_type.partition("/")[0]):
        limit.check(field, size_bytes)


def _type_by_name(filename: str) -> str:
    return _TYPES_BY_NAME.guess_type(filename)[0] or "application/octet-stream"
