"""Request bodies: JSON, and forms with files."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from . import _contract
from ._assets import DIRECT_SIZE, SentFile
from ._errors import ApiError, refuse
from ._rules import INLINE_SIZE, SizeLimit
from ._strict import strict_json

MAX_JSON_BYTES = (INLINE_SIZE.max_bytes + 2) // 3 * 4 + 1024 * 1024
"""The largest file in base64, and 1 MB for the rest of the request."""
MAX_FORM_BYTES = DIRECT_SIZE.max_bytes + 1024 * 1024


class Form(NamedTuple):
    """The fields of a form: what is text, and the file if there is one.

    Attributes:
        fields: as text, or with the types of the contract, when that has judged them.
        file: the field `file`.
    """

    fields: dict[str, Any]
    file: SentFile | None


# -------------------------------------------------------------------------------------------- JSON


async def read_json(request: Request) -> bytearray:
    """Receive the body of a request, which says that it is JSON.

    Raises:
        ApiError: it says that it is something else, or is too large.
    """
    _check_content_type(request.headers, _contract.JSON)
    body = bytearray()
    async for chunk in _at_most(request, MAX_JSON_BYTES, INLINE_SIZE, "in base64"):
        body += chunk
    return body


def decode(body: bytearray) -> Any:
    """Decode JSON, strictly: UTF-8, no NaN or infinity, no halves of characters."""
    try:
        return strict_json(body.decode())
    except (ValueError, RecursionError) as error:
        raise refuse("body", f"not valid JSON in UTF-8: {str(error)[:200]}") from None


# ------------------------------------------------------------------------------------------- forms


@asynccontextmanager
async def reading_form(request: Request) -> AsyncGenerator[Form, None]:
    """Receive a form. Its file lies in a temporary one, until the block ends.

    Raises:
        ApiError: it is no form, is not in UTF-8, or too large, or a field is given twice.
    """
    _check_content_type(request.headers, _contract.FORM)
    _check_charset(request.headers["content-type"])
    stream = _at_most(request, MAX_FORM_BYTES, DIRECT_SIZE, "in a form")
    parser = MultiPartParser(request.headers, stream, max_files=10, max_fields=100)
    try:
        try:
            form = await parser.parse()
        except (MultiPartException, FormParserError) as error:  # which one depends on starlette
            raise refuse("body", f"not valid {_contract.FORM}: {error}") from None
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
            raise refuse(name[:100], "is given more than once")
        if isinstance(value, str):
            if name == "file":
                raise refuse("file", "is text; send it as a file, with a filename")
            fields[name] = value
        elif name == "file":
            file = _sent_file(value)
        else:
            raise refuse(name[:100], "is a file; send it as text, without a filename")
    return Form(fields, file)


def _sent_file(upload: UploadFile) -> SentFile:
    return SentFile(upload.filename or "", upload.size or 0, upload.file)


# -------------------------------------------------------------------------------------------- both


async def _at_most(
    request: Request, max_bytes: int, file: SizeLimit, how: str
) -> AsyncGenerator[bytes, None]:
    """Yield the body, and refuse it as soon as it is known to be longer than `max_bytes`."""
    problem = f"greater than the maximum of {max_bytes} bytes"
    limit = f"a file of {file.name} {how}, and 1 MB for the rest"
    error = ApiError(413, file.code, f"body: {problem} ({limit})")
    size_bytes = 0
    if int(request.headers.get("content-length", 0)) > max_bytes:
        raise error
    async for chunk in request.stream():
        size_bytes += len(chunk)
        if size_bytes > max_bytes:
            raise error
        yield chunk


def _check_content_type(headers: Headers, wanted: str) -> None:
    content_type = headers.get("content-type", "")
    if content_type.partition(";")[0].strip().lower() != wanted:
        raise refuse("content-type", f'"{content_type}" is not "{wanted}"')
    encoding = headers.get("content-encoding", "identity")
    if encoding != "identity":
        raise refuse("content-encoding", f'"{encoding}" is not accepted; send the body as it is')


def _check_charset(content_type: str) -> None:
    """Refuse what Python would decode, by codecs that do as they like, such as `idna`."""
    _, parameters = parse_options_header(content_type)
    charset = parameters.get(b"charset", b"utf-8").decode("latin-1")
    if charset.lower() not in ("utf-8", "utf8"):
        raise refuse("content-type", f"the charset {charset[:40]!r} is not accepted; send UTF-8")
