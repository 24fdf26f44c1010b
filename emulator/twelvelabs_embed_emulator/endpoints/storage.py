"""The storage host: receives the chunks of uploads, and knows no keys.

It has a port of its own, so that a client is caught that sends its key, or headers of its own, to a
presigned URL. Its errors are XML, as object stores write them.
"""

import logging
import re
from collections.abc import AsyncIterator
from hashlib import md5
from xml.sax.saxutils import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from twelvelabs_embed_emulator.endpoints.backend import Backend
from twelvelabs_embed_emulator.endpoints.uploads import UPLOAD_HEADERS, NoUploadError, StoredChunk
from twelvelabs_embed_emulator.state.files import CHUNK_BYTES, Writer
from twelvelabs_embed_emulator.state.store import ClosedError

_CREDENTIALS = ("x-api-key", "authorization")
_PATH = re.compile(r"/([0-9a-f]{24})/([0-9]{1,10})", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,15}", re.ASCII)

_log = logging.getLogger(__name__)


class _StorageError(Exception):
    """An error response of the storage host."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def response(self) -> Response:
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{self.code}</Code><Message>{escape(self.message)}</Message></Error>"
        )
        headers = {"allow": "PUT"} if self.status == 405 else None
        return Response(body, self.status, headers, media_type="application/xml")


class Storage:
    """The application on the second port.

    Attributes:
        received_bytes: the length of all chunks that were accepted, including repeated ones.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._used_nonces = set[str]()
        self.received_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        """Return the response to a request; every exception becomes one."""
        try:
            return Response(headers={"etag": f'"{await self._put(request)}"'})
        except _StorageError as error:
            return error.response()
        except ClientDisconnect:
            return Response(status_code=400)  # no client is there to read it
        except Exception:
            _log.exception("The emulator's storage host failed to respond to a request.")
            message = "The emulator failed; its log says why."
            return _StorageError(500, "InternalError", message).response()

    async def _put(self, request: Request) -> str:
        """Store a chunk, and return its ETag."""
        _check_method_and_credentials(request)
        self._backend.state.store.enter_epoch()
        upload_id, chunk_index, nonce = self._verify_url(request)
        _check_upload_headers(request)
        try:
            await run_in_threadpool(self._check_length, request, upload_id)
            chunk = await self._store(request, upload_id, chunk_index)
            self._used_nonces.add(nonce)
        except (NoUploadError, ClosedError):
            message = f"Session {upload_id} is not there, or is completed or expired."
            raise _StorageError(404, "NoSuchUpload", message) from None
        self.received_bytes += chunk.size_bytes
        return chunk.etag

    def _verify_url(self, request: Request) -> tuple[str, int, str]:
        """Return the session and the chunk that the URL allows to put, and its nonce."""
        path, state = _PATH.fullmatch(request.url.path), self._backend.state
        names = ("expires", "nonce", "signature")
        expires, nonce, signature = (request.query_params.get(name, "") for name in names)
        if not path or not _DIGITS.fullmatch(expires):
            raise _StorageError(403, "AccessDenied", "This is no presigned URL.")
        upload_id, chunk_index, expires_ms = path[1], int(path[2]), int(expires)
        if not state.signer.is_signed(upload_id, chunk_index, expires_ms, nonce, signature):
            message = "The URL was changed, or not made here."
            raise _StorageError(403, "SignatureDoesNotMatch", message)
        if state.clock.now_ms() >= expires_ms:
            raise _StorageError(403, "AccessDenied", "Request has expired. Ask for another URL.")
        if nonce in self._used_nonces and not state.settings.reusable_urls:
            message = "A chunk was put to this URL before. Ask for another URL."
            raise _StorageError(403, "AccessDenied", message)
        return upload_id, chunk_index, nonce

    def _check_length(self, request: Request, upload_id: str) -> None:
        self._backend.state.apply_expiry()
        max_bytes = self._backend.uploads.max_chunk_bytes(upload_id)
        length = request.headers.get("content-length")
        if length is None:
            message = "Send a Content-Length; chunked bodies are not taken."
            raise _StorageError(411, "MissingContentLength", message)
        if int(length) > max_bytes:
            message = f"{length} bytes are more than the {max_bytes} of a chunk."
            raise _StorageError(400, "EntityTooLarge", message)

    async def _store(self, request: Request, upload_id: str, chunk_index: int) -> StoredChunk:
        digest = md5(usedforsecurity=False)

        def write(writer: Writer, data: bytes) -> None:
            digest.update(data)
            writer.write(data)

        with self._backend.state.files.create() as writer:
            async for data in _buffered(request):
                await run_in_threadpool(write, writer, data)
            writer.finish()
            chunk = StoredChunk(
                upload_id, chunk_index, writer.file_id, digest.hexdigest(), writer.size_bytes
            )
            await run_in_threadpool(self._backend.uploads.put_chunk, chunk)
        return chunk


def _check_method_and_credentials(request: Request) -> None:
    for name in _CREDENTIALS:
        if name in request.headers:
            message = f"{name}: the URL is signed. Never send your key to the storage host."
            raise _StorageError(400, "InvalidArgument", message)
    if request.method != "PUT":
        raise _StorageError(405, "MethodNotAllowed", f"{request.method}: chunks are sent with PUT.")


def _check_upload_headers(request: Request) -> None:
    for name, value in UPLOAD_HEADERS.items():
        if (found := request.headers.get(name)) != value:
            message = f"{name}: {found!r} is not {value!r}; send the upload_headers of the session."
            raise _StorageError(403, "SignatureDoesNotMatch", message)


async def _buffered(request: Request) -> AsyncIterator[bytes]:
    """Yield the body in larger chunks, so that there are fewer writes to the store."""
    buffer = bytearray()
    async for data in request.stream():
        buffer += data
        if len(buffer) >= CHUNK_BYTES:
            yield bytes(buffer)
            buffer.clear()
    yield bytes(buffer)
