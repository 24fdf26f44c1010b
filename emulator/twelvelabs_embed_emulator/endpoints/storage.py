"""The storage host: takes the chunks of uploads, and knows nothing of keys.

It has a port of its own, so that a client that sends its key, or headers of its own, along to a
presigned URL is found out. Its errors are XML, as object stores write them.
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

from twelvelabs_embed_emulator.endpoints.backend import State
from twelvelabs_embed_emulator.endpoints.uploads import HEADERS, NoUploadError, PutChunk
from twelvelabs_embed_emulator.state.files import PIECE_BYTES, Writer

_SECRETS = ("x-api-key", "authorization")
_PATH = re.compile(r"/([0-9a-f]{24})/([0-9]{1,10})", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,15}", re.ASCII)

_log = logging.getLogger(__name__)


class _StorageError(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class Storage:
    """The application that answers on the second port.

    Attributes:
        received_bytes: the length of all chunks that were accepted, each as often as it came.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self.received_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        """Answer a request; nothing that a client sends ends in anything but an answer."""
        try:
            return Response(headers={"etag": f'"{await self._put(request)}"'})
        except _StorageError as error:
            return _xml(error)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except Exception:
            _log.exception("The emulator's storage host failed to answer a request.")
            return _xml(
                _StorageError(500, "InternalError", "The emulator failed; its log says why.")
            )

    async def _put(self, request: Request) -> str:
        """Take a chunk, and return its ETag."""
        _check_method_and_secrets(request)
        upload_id, chunk_index = self._check_url(request)
        _check_headers(request)
        try:
            await run_in_threadpool(self._check_length, request, upload_id)
            chunk = await self._keep(request, upload_id, chunk_index)
        except NoUploadError:
            message = f"Session {upload_id} is not there, or is completed or expired."
            raise _StorageError(404, "NoSuchUpload", message) from None
        self.received_bytes += chunk.size_bytes
        return chunk.etag

    def _check_url(self, request: Request) -> tuple[str, int]:
        """Return what the URL allows: the session and the chunk."""
        path = _PATH.fullmatch(request.url.path)
        expires, signature = (request.query_params.get(key, "") for key in ("expires", "signature"))
        if not path or not _DIGITS.fullmatch(expires):
            raise _StorageError(403, "AccessDenied", "This is no presigned URL.")
        upload_id, chunk_index, expires_ms = path[1], int(path[2]), int(expires)
        if not self._state.signer.is_signed(upload_id, chunk_index, expires_ms, signature):
            raise _StorageError(
                403, "SignatureDoesNotMatch", "The URL was changed, or not made here."
            )
        if self._state.clock.now_ms() >= expires_ms:
            raise _StorageError(403, "AccessDenied", "Request has expired. Ask for another URL.")
        return upload_id, chunk_index

    def _check_length(self, request: Request, upload_id: str) -> None:
        longest = self._state.settled().uploads.longest_chunk(upload_id)
        length = request.headers.get("content-length")
        if length is None:
            message = "Send a Content-Length; chunked bodies are not taken."
            raise _StorageError(411, "MissingContentLength", message)
        if int(length) > longest:
            message = f"{length} bytes are more than the {longest} of a chunk."
            raise _StorageError(400, "EntityTooLarge", message)

    async def _keep(self, request: Request, upload_id: str, chunk_index: int) -> PutChunk:
        digest = md5(usedforsecurity=False)

        def write(writer: Writer, piece: bytes) -> None:
            digest.update(piece)
            writer.write(piece)

        with self._state.files.writing() as writer:
            async for piece in _pieces(request):
                await run_in_threadpool(write, writer, piece)
            writer.finish()
            chunk = PutChunk(
                upload_id, chunk_index, writer.file_id, digest.hexdigest(), writer.size_bytes
            )
            await run_in_threadpool(self._state.uploads.keep_chunk, chunk)
        return chunk


def _check_method_and_secrets(request: Request) -> None:
    for name in _SECRETS:
        if name in request.headers:
            message = f"{name}: the URL is signed. Never send your key to the storage host."
            raise _StorageError(400, "InvalidArgument", message)
    if request.method != "PUT":
        raise _StorageError(405, "MethodNotAllowed", f"{request.method}: chunks are sent with PUT.")


def _check_headers(request: Request) -> None:
    for name, value in HEADERS.items():
        if (found := request.headers.get(name)) != value:
            message = f"{name}: {found!r} is not {value!r}; send the upload_headers of the session."
            raise _StorageError(403, "SignatureDoesNotMatch", message)


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """Gather what comes from the socket, so that there are fewer trips to the store."""
    waiting = bytearray()
    async for data in request.stream():
        waiting += data
        if len(waiting) >= PIECE_BYTES:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)


def _xml(error: _StorageError) -> Response:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{error.code}</Code><Message>{escape(error.message)}</Message></Error>"
    )
    headers = {"allow": "PUT"} if error.status == 405 else None
    return Response(body, error.status, headers, media_type="application/xml")
