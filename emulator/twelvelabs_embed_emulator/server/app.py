"""The web application: which handler each operation of the contract has."""

from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files

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
from twelvelabs_embed_emulator.server.endpoint import (
    Authorize,
    Call,
    Endpoint,
    Handler,
    Resource,
    key_check,
)
from twelvelabs_embed_emulator.server.responses import (
    json_response,
    unknown_handler,
    with_accepted_encodings,
    with_response_headers,
)

PREFIX = "/v1.3"
CONTROL_CONTRACT = files("twelvelabs_embed_emulator.server") / "control.yaml"

_NESTED_ERRORS = ("create_embeddings", "create_task", "retrieve_task")
"""The operations whose errors are `{"error": {"code", "message"}}`; those of others are flat."""

_EMBEDDING = ("create_embeddings", "create_task")
"""The operations that count towards the quota."""


def create_app(
    contract: Contract,
    backend: Backend,
    *,
    api_keys: Collection[str] | None,
    control: Mapping[str, Handler] | None = None,
    authorize_control: Authorize = key_check(None),
) -> ASGIApp:
    """Return the application that responds as the API would, and to the control.

    Args:
        contract: that of the API.
        backend: what has state.
        api_keys: the keys that are accepted; None accepts any.
        control: the handlers of the control; None when there is to be none.
        authorize_control: raises `ApiError` when a request to the control is not allowed.
    """
    resources: dict[str, Resource] = {}
    handlers, store = make_handlers(backend), backend.state.store
    for operation in contract.operations:
        if handler := handlers.get(operation.id):
            endpoint = Endpoint(
                operation=operation,
                handler=handler,
                authorize=key_check(api_keys),
                is_flat=operation.id not in _NESTED_ERRORS,
                enter=store.enter_epoch,
                quota=backend.state.quota if operation.id in _EMBEDDING else None,
                latency_sec=backend.state.settings.latency_sec,
            )
            resources.setdefault(PREFIX + operation.path, Resource()).add(endpoint)
    if control is not None:
        for operation in _control_contract().operations:
            endpoint = Endpoint(
                operation=operation,
                handler=control[operation.id],
                authorize=authorize_control,
                is_flat=True,
                enter=store.leave_epoch,
            )
            resources.setdefault(operation.path, Resource()).add(endpoint)
    known = "; ".join(f"{resource.methods()} {path}" for path, resource in resources.items())
    app = Starlette(
        routes=[Route(path, resource) for path, resource in resources.items()],
        exception_handlers={HTTPException: unknown_handler(known)},
    )
    app.router.redirect_slashes = False
    # Responses are gzip-encoded (seen live). Level 1, as every call takes this time.
    compressed = GZipMiddleware(app, minimum_size=1, compresslevel=1)
    return with_response_headers(with_accepted_encodings(compressed))


@cache
def _control_contract() -> Contract:
    return Contract(CONTROL_CONTRACT, strict_nulls=True)


def make_handlers(backend: Backend) -> dict[str, Handler]:
    """Return the handlers by the `operationId` of the contract."""
    state, assets, tasks, uploads = backend.state, backend.assets, backend.tasks, backend.uploads

    def media(asset_id: str, field: str) -> Media:
        state.apply_expiry()
        return assets.media(asset_id, field)

    def set_user_metadata(call: Call, document: Json, *, merge: bool = False) -> None:
        assets.set_user_metadata(call.id("asset_id"), document, merge=merge)

    context = Context(
        allow_hosts=state.settings.allow_hosts,
        assets=media,
        charge=state.quota.charge,
        stubs=backend.stubs,
        text_vector=backend.text_vector,
    )
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
        "list_indexed_assets": lambda call: assets.references(call.id("asset_id"), call.query),
        "list_entities": lambda call: assets.references(call.id("asset_id"), call.query),
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

    def create_embeddings(call: Call) -> Response:
        return Response(embed_sync(call.body, context), media_type=JSON)

    handlers = {name: current(handler) for name, handler in with_state.items()}
    return handlers | {"create_embeddings": create_embeddings}


def _created_task(call: Call, task: Json) -> Response:
    location = f"{call.request.base_url}{PREFIX[1:]}/embed-v2/tasks/{task['_id']}"
    return json_response(task, 202, {"location": location})


def _task(call: Call, task: Json | GzipBody) -> Json | Response:
    if not isinstance(task, GzipBody):
        return task
    if "gzip" not in call.request.headers.get("accept-encoding", ""):
        return StreamingResponse(task.chunks(), media_type=JSON)
    headers = {
        "vary": "Accept-Encoding",
        "content-encoding": "gzip",
        "content-length": str(task.gzip_bytes),
    }
    return StreamingResponse(task.gzip_chunks, headers=headers, media_type=JSON)
