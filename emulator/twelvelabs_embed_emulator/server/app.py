"""The web application: which handler each operation of the contract has."""

from collections.abc import Collection

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from twelvelabs_embed_emulator.contract.loader import JSON, Contract
from twelvelabs_embed_emulator.embedding.embed import embed_sync
from twelvelabs_embed_emulator.embedding.job import Context
from twelvelabs_embed_emulator.endpoints.assets import Assets
from twelvelabs_embed_emulator.endpoints.backend import Backend
from twelvelabs_embed_emulator.endpoints.tasks import GzipBody, Tasks
from twelvelabs_embed_emulator.endpoints.uploads import Uploads
from twelvelabs_embed_emulator.media.sources import Media
from twelvelabs_embed_emulator.server.endpoint import Call, Endpoint, Handler, Resource
from twelvelabs_embed_emulator.server.responses import (
    ResponseHeaders,
    json_response,
    unknown_handler,
)

PREFIX = "/v1.3"

_VARY = {"vary": "Accept-Encoding"}

_NESTED_ERRORS = ("create_embeddings", "create_task", "retrieve_task")
"""The operations whose errors are `{"error": {"code", "message"}}`; those of others are flat."""


def create_app(
    contract: Contract, backend: Backend, *, api_keys: Collection[str] | None
) -> ASGIApp:
    """Return the application that responds as the API would."""
    handlers = Handlers(backend)
    resources: dict[str, Resource] = {}
    for operation in contract.operations:
        handler: Handler | None = getattr(handlers, operation.id, None)
        if handler is not None:
            is_flat = operation.id not in _NESTED_ERRORS
            endpoint = Endpoint(operation, handler, api_keys, is_flat=is_flat)
            resources.setdefault(PREFIX + operation.path, Resource()).add(endpoint)
    known = "; ".join(f"{resource.methods()} {path}" for path, resource in resources.items())
    app = Starlette(
        routes=[Route(path, resource) for path, resource in resources.items()],
        exception_handlers={HTTPException: unknown_handler(known)},
    )
    app.router.redirect_slashes = False
    # Responses are gzip-encoded (seen live). Level 1, as every call takes this time.
    return ResponseHeaders(GZipMiddleware(app, minimum_size=1, compresslevel=1))


class Handlers:
    """The handlers, by the `operationId` of the contract."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        hosts = backend.state.settings.allow_hosts
        self._context = Context(allow_hosts=hosts, assets=self._asset_media)

    # Each of the three applies expiry first: see `Backend.current`.

    @property
    def _assets(self) -> Assets:
        return self._backend.current().assets

    @property
    def _tasks(self) -> Tasks:
        return self._backend.current().tasks

    @property
    def _uploads(self) -> Uploads:
        return self._backend.current().uploads

    def create_embeddings(self, call: Call) -> Response:
        return Response(embed_sync(call.body, self._context), media_type=JSON)

    def _asset_media(self, asset_id: str, field: str) -> Media:
        return self._assets.media(asset_id, field)

    # -------------------------------------------------------------------------------------- tasks

    def create_task(self, call: Call) -> Response:
        task = self._tasks.create(call.body)
        location = f"{call.request.base_url}{PREFIX[1:]}/embed-v2/tasks/{task['_id']}"
        return json_response(task, 202, {"location": location})

    def list_tasks(self, call: Call) -> Response:
        return json_response(self._tasks.list(call.query))

    def retrieve_task(self, call: Call) -> Response:
        task = self._tasks.retrieve(call.id("task_id"))
        if not isinstance(task, GzipBody):
            return json_response(task)
        if "gzip" not in call.request.headers.get("accept-encoding", ""):
            return StreamingResponse(task.chunks(), media_type=JSON, headers=_VARY)
        headers = _VARY | {"content-encoding": "gzip", "content-length": str(task.gzip_bytes)}
        return StreamingResponse(task.gzip_chunks, headers=headers, media_type=JSON)

    # ------------------------------------------------------------------------------------- assets

    def create_asset(self, call: Call) -> Response:
        return json_response(self._assets.create(*call.body), 201)

    def list_assets(self, call: Call) -> Response:
        return json_response(self._assets.list(call.query))

    def retrieve_asset(self, call: Call) -> Response:
        return json_response(self._assets.retrieve(call.id("asset_id")))

    def delete_asset(self, call: Call) -> Response:
        force = call.query.get("force", False)
        self._assets.delete(call.id("asset_id"), force=force)
        return Response(status_code=204)

    def retrieve_transcription(self, call: Call) -> Response:
        include = call.query.get("include", [])
        return json_response(self._assets.transcription(call.id("asset_id"), include))

    def replace_user_metadata(self, call: Call) -> Response:
        return self._set_user_metadata(call, call.body["user_metadata"])

    def update_user_metadata(self, call: Call) -> Response:
        return self._set_user_metadata(call, call.body["user_metadata"], merge=True)

    def delete_user_metadata(self, call: Call) -> Response:
        return self._set_user_metadata(call, {})

    def _set_user_metadata(
        self, call: Call, document: dict[str, object], *, merge: bool = False
    ) -> Response:
        self._assets.set_user_metadata(call.id("asset_id"), document, merge=merge)
        return Response(status_code=204)

    # ------------------------------------------------------------------------------------ uploads

    def create_multipart_upload(self, call: Call) -> Response:
        return json_response(self._uploads.create(call.body), 201)

    def list_incomplete_uploads(self, call: Call) -> Response:
        return json_response(self._uploads.list_incomplete(call.query))

    def report_chunk_batch(self, call: Call) -> Response:
        return json_response(self._uploads.report(call.id("upload_id"), call.body))

    def get_upload_status(self, call: Call) -> Response:
        return json_response(self._uploads.status(call.id("upload_id"), call.query))

    def request_presigned_urls(self, call: Call) -> Response:
        return json_response(self._uploads.presigned_urls(call.id("upload_id"), call.body))
