"""Decoding of responses: JSON is deserialized, and its vectors become float32.

Importing this module imports numpy and msgspec, which takes longer than the rest of the library:
import it where a response is decoded, not where a client is made.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from importlib import import_module
from itertools import starmap
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, cast

import msgspec
import numpy as np

from twelvelabs_embed.results.embeddings import Embeddings
from twelvelabs_embed.results.segments import Segment, Usage
from twelvelabs_embed.results.vectors import NotFiniteError, Vectors

if TYPE_CHECKING:
    from twelvelabs_embed.validation.routing import Route

__all__ = ["DecodeError", "decode_embeddings", "read_task_state"]

_Numbers: TypeAlias = np.ndarray[tuple[Any, ...], np.dtype[np.float64]]
S = TypeVar("S")
E = TypeVar("E")
_EXCERPT_BYTES = 20
# Of bodies up to this size, all numbers are read in one step, and not row by row.
_SMALL_BODY_BYTES = 128 << 10
_NULL = msgspec.Raw(b"null")

# --- decode ---------------------------------------------------------------------------------------


class DecodeError(ValueError):
    """A body that does not hold what the contract promises. The message says where."""


class _Row(msgspec.Struct, Generic[E], gc=False):  # holds nothing that could refer back to it
    embedding: E
    embedding_option: str | None = None
    embedding_scope: str | None = None
    start_sec: float | None = None
    end_sec: float | None = None
    embedding_uncertainty: msgspec.Raw = _NULL
    start_page_number: int | float | None = None
    end_page_number: int | float | None = None
    quadrant: str | None = None
    chunk_index: int | float | None = None


class _EmbedResponse(msgspec.Struct, Generic[E]):
    data: list[_Row[E]]
    # Whatever they are: no vectors are lost for what is said of them beside.
    metadata: Any = None
    usage: Any = None
    error: Any = None  # of a gateway that responds with 200
    message: Any = None


class _TaskState(msgspec.Struct):
    status: str
    error: Any = None
    id: Any = msgspec.field(default=None, name="_id")

    @property
    def message(self) -> str | None:
        """The service's words about a failure, if it gave some."""
        message = self.error.get("message") if isinstance(self.error, dict) else None
        return message if isinstance(message, str) else None


_NO_PAGES = (None, None, None)
_decode_task_state = msgspec.json.Decoder(_TaskState).decode
_decode_body = msgspec.json.Decoder(_EmbedResponse[msgspec.Raw]).decode
_decode_small_body = msgspec.json.Decoder(_EmbedResponse[list[float]]).decode
_decode_floats = msgspec.json.Decoder(list[float]).decode


def decode_embeddings(
    body: bytes, *, model: str = "", input_type: str = "", route: Route | None = None
) -> Embeddings:
    """Decode a successful response of `POST /embed-v2`, or that of a task that is ready.

    Numbers become float32 as numpy makes them: from decimal to float64, and from there to float32.
    Unknown fields are ignored, and options and scopes are kept whatever they are. Beside the body
    and the result this needs memory for one row at a time.

    Args:
        body: of the response
        model, input_type, route: what made it; they become fields of the result

    Raises:
        DecodeError: the body is not JSON, has no list of rows, or a row's vector is not a flat list
            of numbers that fit float32, as many as in the other rows; its uncertainties likewise.
    """
    decoded, vectors = _read_small(body) or _read_by_row(body)
    rows, metadata, segments = decoded.data, decoded.metadata, list[Segment]()
    has_uncertainties = False
    for index, row in enumerate(rows):
        start_page = end_page = chunk = None
        if (row.start_page_number, row.end_page_number, row.chunk_index) != _NO_PAGES:
            start_page, end_page, chunk = _read_pages(row, index)
        segments.append(
            Segment(
                row.embedding_option,
                row.embedding_scope,
                row.start_sec,
                row.end_sec,
                start_page,
                end_page,
                row.quadrant,
                chunk,
            )
        )
        # By identity, which costs next to nothing where no row has any.
        has_uncertainties = has_uncertainties or row.embedding_uncertainty is not _NULL
    if not rows and (decoded.error or decoded.message):
        raise DecodeError("data: no rows, but an error")
    if rows and not vectors.size:
        raise DecodeError("row 0: the vector is empty")
    try:
        return Embeddings(
            vectors,
            segments,
            model=model,
            input_type=input_type,
            metadata=metadata if isinstance(metadata, dict) else None,
            usage=None if decoded.usage is None else _read_usage(decoded.usage),
            uncertainties=_decode_uncertainties(rows, vectors) if has_uncertainties else None,
            route=route,
        )
    except NotFiniteError as error:
        raise DecodeError(
            f"row {error.row}, number {error.column}: too large for float32"
        ) from error


_get_numbers = attrgetter("embedding")


def _read_small(body: bytes) -> tuple[_EmbedResponse[Any], Vectors] | None:
    """Read a small body at once; None for all that `_read_by_row` has to read, or to explain."""
    if len(body) > _SMALL_BODY_BYTES:
        return None
    try:
        decoded = _decode_small_body(body)
        dimension = len(decoded.data[0].embedding)
        # To float32 as numpy does it, but for numbers that do not fit, which raise OverflowError.
        pack = struct.Struct(f"{dimension}f").pack
        packed = b"".join(starmap(pack, map(_get_numbers, decoded.data)))
        vectors = np.frombuffer(packed, np.float32).reshape(-1, dimension)
    except (ValueError, RecursionError, OverflowError, IndexError, struct.error):
        return None
    return decoded, vectors


def _read_by_row(body: bytes) -> tuple[_EmbedResponse[Any], Vectors]:
    """Read a body of any size, its numbers row by row.

    Raises:
        DecodeError: as `decode_embeddings`
    """
    decoded = _decode(_decode_body, body)
    rows, decode_numbers = decoded.data, _numbers_decoder()
    vectors = np.empty((0, 0), np.float32)
    with np.errstate(over="ignore"):  # what does not fit becomes infinite, and is found later
        for index, row in enumerate(rows):
            try:
                numbers = decode_numbers(row.embedding)
            except ValueError as error:
                raise DecodeError(_explain_number(error, f"row {index}", "embedding")) from error
            if index == 0:
                vectors = np.empty((len(rows), len(numbers)), np.float32)
            if len(numbers) != vectors.shape[1]:
                what = f"{len(numbers)} numbers, where row 0 has {vectors.shape[1]}"
                raise DecodeError(f"row {index}: {what}")
            vectors[index] = numbers
    return decoded, vectors


def read_task_state(body: bytes) -> _TaskState:
    """Decode the status in a response of `GET /embed-v2/tasks/{task_id}`, not its vectors.

    Raises:
        DecodeError: the body is not JSON, or has no status.
    """
    return _decode(_decode_task_state, body)


_MARKS = {b"\xef": "utf-8-sig", b"\xff": "utf-16", b"\xfe": "utf-16"}


def _decode(decode: Callable[[bytes], S], body: bytes) -> S:
    try:
        if mark := _MARKS.get(body[:1]):  # of byte order, with which no JSON begins
            body = body.decode(mark).encode()
        return decode(body)
    except (ValueError, RecursionError) as error:
        raise DecodeError(_explain(error, body)) from error


def _read_pages(row: _Row[Any], index: int) -> tuple[int | None, ...]:
    """Read the numbers of pages and chunks, which may be written as `1.0`."""
    numbers = list[int | None]()
    for name in ("start_page_number", "end_page_number", "chunk_index"):
        number: float | None = getattr(row, name)
        if number is not None and number != int(number):
            raise DecodeError(f"row {index}, {name}: Expected `int | null`, got `float`")
        numbers.append(None if number is None else int(number))
    return tuple(numbers)


def _read_usage(usage: object) -> Usage | None:
    """Read what can be read of the usage."""
    if not isinstance(usage, dict):
        return None
    said = cast("dict[str, Any]", usage)
    tokens, reason = said.get("input_tokens"), said.get("truncation_reason")
    counts = cast("dict[str, Any]", tokens) if isinstance(tokens, dict) else {}
    return Usage(
        {
            kind: int(count)
            for kind, count in counts.items()
            if type(count) in (int, float) and count == int(count)
        },
        said.get("truncated") is True,
        reason if isinstance(reason, str) else None,
    )


def _decode_uncertainties(rows: list[_Row[Any]], vectors: Vectors) -> Vectors | None:
    said = [
        (f"row {index}, embedding_uncertainty", index, row.embedding_uncertainty)
        for index, row in enumerate(rows)
        if bytes(row.embedding_uncertainty) != b"null"
    ]
    if not said:
        return None
    decode_numbers = _numbers_decoder()
    uncertainties = np.full(vectors.shape, np.nan, np.float32)
    with np.errstate(over="ignore"):  # as above
        for place, index, raw in said:
            try:
                numbers = decode_numbers(raw)
            except ValueError as error:
                raise DecodeError(_explain_number(error, place)) from error
            if len(numbers) != vectors.shape[1]:
                have = f"{len(numbers)} numbers, where the vector has {vectors.shape[1]}"
                raise DecodeError(f"{place}: {have}")
            uncertainties[index] = numbers
            if np.isinf(uncertainties[index]).any():
                raise DecodeError(f"{place}: a number is too large for float32")
    return uncertainties


def _import_simdjson() -> Any:
    """Import what the extra `fast` installs. Any: types do not depend on what is installed."""
    try:
        return import_module("simdjson")
    except ImportError:
        return None


simdjson = _import_simdjson()


def _numbers_decoder() -> Callable[[msgspec.Raw], _Numbers]:
    """Choose the faster of the two decoders of a vector that is available."""
    if simdjson is None:
        return _decode_numbers
    parser = simdjson.Parser()  # not to be shared between threads, therefore new for each response

    def decode_numbers(raw: msgspec.Raw) -> _Numbers:
        text = bytes(raw)
        # It would read [[1, 2], []] as [1, 2].
        if text.find(b"[", 1) != -1:
            return _decode_numbers(raw)
        try:
            return np.frombuffer(parser.parse(text).as_buffer(of_type="d"))
        except Exception:  # integers beyond 64 bits, and every row that is invalid
            return _decode_numbers(raw)

    return decode_numbers


def _decode_numbers(raw: msgspec.Raw) -> _Numbers:
    """Decode numbers as the reference: it decides which rows are valid."""
    numbers = _decode_floats(raw)
    # By bytes, because numpy takes three times as long to read a list.
    return np.frombuffer(struct.pack(f"{len(numbers)}d", *numbers))


def _explain(error: Exception, body: bytes) -> str:
    """Explain an error of msgspec by the number of the row."""
    if isinstance(error, RecursionError):
        return "the JSON is nested too deeply"
    what, _, path = str(error).partition(" - at `$")
    if path:
        place = re.sub(r"^\.data\[(\d+)\]\.?", r"row \1, ", path.removesuffix("`"))
        return f"{place.removeprefix('.').removesuffix(', ')}: {what}"
    at_byte = re.search(r"\(byte (\d+)\)", what)
    if at_byte is None and what != "Input data was truncated":
        # The wording of msgspec for a text that is not UTF-8 varies from version to version.
        return _explain_encoding(body) or what
    end = int(at_byte[1]) if at_byte else len(body)
    place = f"near row {rows - 1}: " if (rows := body.count(b'"embedding"', 0, end)) else ""
    excerpt = body[end : end + _EXCERPT_BYTES].decode(errors="replace")
    return f"{place}{what}" + (f": {excerpt!r}" if excerpt else "")


def _explain_encoding(body: bytes) -> str:
    """Say where the body is not UTF-8; empty if it is."""
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return f"the text is not UTF-8 (byte {error.start})"
    return ""


def _explain_number(error: ValueError, place: str, otherwise: str = "") -> str:
    """Explain an error in a list of numbers; `otherwise` ends the place when it is no list."""
    what, _, path = str(error).partition(" - at `$[")
    inside = f"number {path.removesuffix(']`')}" if path else otherwise
    return f"{place}{', ' if inside else ''}{inside}: {what}"
