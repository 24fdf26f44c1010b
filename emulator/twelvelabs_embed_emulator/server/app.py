"""The web application: what each operation of the contract does."""

from collections.abc import Collection

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from twelvelabs_embed_emulator.contract.loader import JSON, Contract
from twelvelabs_embed_emulator.embedding.embed import Context, answer
from twelvelabs_embed_emulator.endpoints.backend import State
from twelvelabs_embed_emulator.endpoints.tasks import Result
from twelvelabs_embed_emulator.media.sources import Media
from twelvelabs_embed_emulator.server.endpoint import (
    Call,
    Endpoint,
    Handler,
    Resource,
    Stamp,
    answer_unknown,
    json_response,
)

PREFIX = "/v1.3"

_VARY = {"vary": "Accept-Encoding"}

_NESTED = ("create_embeddings", "create_task", "retrieve_task")
"""The operations whose errors are `{"error": {"code", "message"}}`; those of others are flat."""


def create_app(
    contract: Contract,
    state: State,
    *,
    api_keys: Collection[str] | None,
    allow_hosts: Collection[str],
) -> ASGIApp:
    """Return the application that answers as the API would; see `Emulator` for the arguments."""
    operations = _Operations(state, allow_hosts)
    resources: dict[str, Resource] = {}
    for operation in contract.operations:
        handler: Handler | None = getattr(operations, operation.id, None)
        if handler is not None:
            is_flat = operation.id not in _NESTED
            endpoint = Endpoint(operation, handler, api_keys, is_flat=is_flat)
            resources.setdefault(PREFIX + operation.path, Resource()).add(endpoint)
    known = "; ".join(f"{resource.methods()} {path}" for path, resource in resources.items())
    app = Starlette(
        routes=[Route(path, resource) for path, resource in resources.items()],
        exception_handlers={HTTPException: answer_unknown(known)},
    )
    app.router.redirect_slashes = False
    # Answers are gzip-encoded (seen live). Level 1: this is on the way of every call.
    return Stamp(GZipMiddleware(app, minimum_size=1, compresslevel=1))


class _Operations:
    """The operations, by the names that the contract gives them."""

    def __init__(self, state: State, allow_hosts: Collection[str]) -> None:
        self._state = state
        self._context = Context(allow_hosts=allow_hosts, assets=self._asset)

    def create_embeddings(self, call: Call) -> Response:
        return Response(answer(call.body, self._context), media_type=JSON)

    def _asset(self, asset_id: str, field: str) -> Media:
        return self._now().assets.media(asset_id, field)

    def _now(self) -> State:
        return self._state.settled()

    # -------------------------------------------------------------------------------------- tasks

    def create_task(self, call: Call) -> Response:
        task = self._now().tasks.create(call.body)
        location = f"{call.request.base_url}{PREFIX[1:]}/embed-v2/tasks/{task['_id']}"
        return json_response(task, 202, {"location": location})

    def list_tasks(self, call: Call) -> Response:
        return json_response(self._now().tasks.list(call.query))

    def retrieve_task(self, call: Call) -> Response:
        task = self._now().tasks.retrieve(call.id("task_id"))
        if not isinstance(task, Result):
            return json_response(task)
        if "gzip" not in call.request.headers.get("accept-encoding", ""):
            return StreamingResponse(task.pieces(), media_type=JSON, headers=_VARY)
        headers = _VARY | {"content-encoding": "gzip", "content-length": str(task.gzip_bytes)}
        return StreamingResponse(task.gzip_pieces, headers=headers, media_type=JSON)

    # ------------------------------------------------------------------------------------- assets

    def create_asset(self, call: Call) -> Response:
        return json_response(self._now().assets.create(*call.body), 201)

    def list_assets(self, call: Call) -> Response:
        return json_response(self._now().assets.list(call.query))

    def retrieve_asset(self, call: Call) -> Response:
        return json_response(self._now().assets.retrieve(call.id("asset_id")))

    def delete_asset(self, call: Call) -> Response:
        force = call.query.get("force", False)
        self._now().assets.delete(call.id("asset_id"), force=force)
        return Response(status_code=204)

    def retrieve_transcription(self, call: Call) -> Response:
        include = call.query.get("include", [])
        return json_response(self._now().assets.transcription(call.id("asset_id"), include))

    def replace_user_metadata(self, call: Call) -> Response:
        self._now().assets.note(call.id("asset_id"), call.body["user_metadata"])
        return Response(status_code=204)

    def update_user_metadata(self, call: Call) -> Response:
        self._now().assets.note(call.id("asset_id"), call.body["user_metadata"], merge=True)
        return Response(status_code=204)

    def delete_user_metadata(self, call: Call) -> Response:
        self._now().assets.note(call.id("asset_id"), {})
        return Response(status_code=204)

    # ------------------------------------------------------------------------------------ uploads

    def create_multipart_upload(self, call: Call) -> Response:
        return json_response(self._now().uploads.create(call.body), 201)

    def list_incomplete_uploads(self, call: Call) -> Response:
        return json_response(self._now().uploads.list_incomplete(call.query))

    def report_chunk_batch(self, call: Call) -> Response:
        return json_response(self._now().uploads.report(call.id("upload_id"), call.body))

    def get_upload_status(self, call: Call) -> Response:
        return json_response(self._now().uploads.status(call.id("upload_id"), call.query))

    def request_presigned_urls(self, call: Call) -> Response:
        return json_response(self._now().uploads.presigned_urls(call.id("upload_id"), call.body))
