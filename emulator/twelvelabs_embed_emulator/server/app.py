"""The web application: which handler each operation of the contract has."""

from collections.abc import Collection

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from twelvelabs_embed_emulator.contract.loader import JSON, Contract
from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.embedding.embed import embed_sync
from twelvelabs_embed_emulator.embedding.job import Context
from twelvelabs_embed_emulator.endpoints.backend import Backend
from twelvelabs_embed_emulator.endpoints.tasks import GzipBody
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
    handlers = make_handlers(backend)
    resources: dict[str, Resource] = {}
    for operation in contract.operations:
        if handler := handlers.get(operation.id):
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


def make_handlers(backend: Backend) -> dict[str, Handler]:
    """Return the handlers by the `operationId` of the contract."""
    state, assets, tasks, uploads = backend.state, backend.assets, backend.tasks, backend.uploads

    def media(asset_id: str, field: str) -> Media:
        state.apply_expiry()
        return assets.media(asset_id, field)

    def set_user_metadata(call: Call, document: Json, *, merge: bool = False) -> None:
        assets.set_user_metadata(call.id("asset_id"), document, merge=merge)

    context = Context(allow_hosts=state.settings.allow_hosts, assets=media)
    with_state: dict[str, Handler] = {
        "create_task": lambda call: _created_task(call, tasks.create(call.body)),
        "list_tasks": lambda call: tasks.list(call.query),
        "retrieve_task": lambda call: _task(call, tasks.retrieve(call.id("task_id"))),
        "create_asset": lambda call: assets.create(*call.body),
        "list_assets": lambda call: assets.list(call.query),
        "retrieve_asset": lambda call: assets.retrieve(call.id("asset_id")),
        "delete_asset": lambda call: assets.delete(
            call.id("asset_id"), force=call.query.get("force", False)
        ),
        "retrieve_transcription": lambda call: assets.transcription(
            call.id("asset_id"), call.query.get("include", [])
        ),
        "replace_user_metadata": lambda call: set_user_metadata(call, call.body["user_metadata"]),
        "update_user_metadata": lambda call: set_user_metadata(
            call, call.body["user_metadata"], merge=True
        ),
        "delete_user_metadata": lambda call: set_user_metadata(call, {}),
        "create_multipart_upload": lambda call: uploads.create(call.body),
        "list_incomplete_uploads": lambda call: uploads.list_incomplete(call.query),
        "report_chunk_batch": lambda call: uploads.report(call.id("upload_id"), call.body),
        "get_upload_status": lambda call: uploads.status(call.id("upload_id"), call.query),
        "request_presigned_urls": lambda call: uploads.presigned_urls(
            call.id("upload_id"), call.body
        ),
    }

    def current(handler: Handler) -> Handler:
        """Return the handler that first does what should have happened by now."""

        def handle(call: Call) -> Response | Json | None:
            state.apply_expiry()
            return handler(call)

        return handle

    return {name: current(handler) for name, handler in with_state.items()} | {
        "create_embeddings": lambda call: Response(embed_sync(call.body, context), media_type=JSON)
    }


def _created_task(call: Call, task: Json) -> Response:
    location = f"{call.request.base_url}{PREFIX[1:]}/embed-v2/tasks/{task['_id']}"
    return json_response(task, 202, {"location": location})


def _task(call: Call, task: Json | GzipBody) -> Json | Response:
    if not isinstance(task, GzipBody):
        return task
    if "gzip" not in call.request.headers.get("accept-encoding", ""):
        return StreamingResponse(task.chunks(), media_type=JSON, headers=_VARY)
    headers = _VARY | {"content-encoding": "gzip", "content-length": str(task.gzip_bytes)}
    return StreamingResponse(task.gzip_chunks, headers=headers, media_type=JSON)
