"""Request bodies: JSON, and multipart forms with a file."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, Headers
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from twelvelabs_embed_emulator.contract.errors import ApiError, bad_request
from twelvelabs_embed_emulator.contract.limits import DIRECT_SIZE, INLINE_SIZE, MIB, SizeLimit
from twelvelabs_embed_emulator.contract.loader import FORM, JSON
from twelvelabs_embed_emulator.contract.strict_json import strict_json
from twelvelabs_embed_emulator.endpoints.assets import UploadedFile

MAX_JSON_BYTES = (INLINE_SIZE.max_bytes + 2) // 3 * 4 + MIB
"""The largest file in base64, and 1 MB for the rest of the request."""
MAX_FORM_BYTES = DIRECT_SIZE.max_bytes + MIB


class Form(NamedTuple):
    """A multipart form.

    Attributes:
        fields: the text fields; with the types of the contract, after validation.
        file: the field `file`.
    """

    fields: dict[str, Any]
    file: UploadedFile | None


async def read_json(request: Request) -> bytearray:
    """Read the body of a JSON request.

    Raises:
        ApiError: its content type is another one, or it is too large.
    """
    _check_content_type(request.headers, JSON)
    body = bytearray()
    async for chunk in _bounded(request, MAX_JSON_BYTES, INLINE_SIZE, "in base64"):
        body += chunk
    return body


def decode(body: bytearray) -> Any:
    """Decode JSON, strictly: UTF-8, no NaN or infinity, no lone surrogates."""
    try:
        return strict_json(body.decode())
    except (ValueError, RecursionError) as error:
        raise bad_request("body", f"not valid JSON in UTF-8: {str(error)[:200]}") from None


@asynccontextmanager
async def reading_form(request: Request) -> AsyncGenerator[Form, None]:
    """Read a multipart form. Its file is a temporary one, until the block ends.

    Raises:
        ApiError: it is not a form, not in UTF-8, or too large, or a field is given twice.
    """
    _check_content_type(request.headers, FORM)
    _check_charset(request.headers["content-type"])
    stream = _bounded(request, MAX_FORM_BYTES, DIRECT_SIZE, "in a form")
    parser = MultiPartParser(request.headers, stream, max_files=10, max_fields=100)
    try:
        try:
            form = await parser.parse()
        except (MultiPartException, FormParserError) as error:  # which one depends on starlette
            raise bad_request("body", f"not valid {FORM}: {error}") from None
        yield _form(form)
    finally:
        # Not by `form.close()`, which knows nothing of a file whose end never came.
        for file in parser._files_to_close_on_error:
            file.close()


def _form(form: FormData) -> Form:
    fields: dict[str, Any] = {}
    file = None
    for name, value in form.multi_items():
        if name in fields or (name == "file" and file is not None):
            raise bad_request(name[:100], "is given more than once")
        if isinstance(value, str):
            if name == "file":
                raise bad_request("file", "is text; send it as a file, with a filename")
            fields[name] = value
        elif name == "file":
            file = UploadedFile(value.filename or "", value.size or 0, value.file)
        else:
            raise bad_request(name[:100], "is a file; send it as text, without a filename")
    return Form(fields, file)


async def _bounded(
    request: Request, max_bytes: int, file: SizeLimit, how: str
) -> AsyncGenerator[bytes, None]:
    """Yield the body; raise as soon as it is known to be longer than `max_bytes`."""
    reason = f"greater than the maximum of {max_bytes} bytes"
    limit = f"a file of {file.name} {how}, and 1 MB for the rest"
    error = ApiError(413, file.code, f"body: {reason} ({limit})")
    size_bytes = 0
    if int(request.headers.get("content-length", 0)) > max_bytes:
        raise error
    async for chunk in request.stream():
        size_bytes += len(chunk)
        if size_bytes > max_bytes:
            raise error
        yield chunk


def _check_content_type(headers: Headers, expected: str) -> None:
    content_type = headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != expected:
        raise bad_request("content-type", f'"{content_type}" is not "{expected}"')
    encoding = headers.get("content-encoding", "identity")
    if encoding != "identity":
        reason = f'"{encoding}" is not accepted; send the body as it is'
        raise bad_request("content-encoding", reason)


def _check_charset(content_type: str) -> None:
    """Reject charsets that Python would decode with unsafe codecs, such as `idna`."""
    _, parameters = parse_options_header(content_type)
    charset = parameters.get(b"charset", b"utf-8").decode("latin-1")
    if charset.lower() not in ("utf-8", "utf8"):
        reason = f"the charset {charset[:40]!r} is not accepted; send UTF-8"
        raise bad_request("content-type", reason)
