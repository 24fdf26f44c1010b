"""Decoding of responses: vectors are read here from JSON to float32.

Importing this module imports numpy and msgspec, which takes longer than the rest of the library:
import it where a response is decoded, not where a client is made.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from twelvelabs_embed.results.embeddings import Embeddings
from twelvelabs_embed.results.segments import Segment, Usage
from twelvelabs_embed.results.vectors import NotFiniteError

if TYPE_CHECKING:
    from twelvelabs_embed.validation.routing import Route

__all__ = ["DecodeError", "decode_embeddings", "read_task_state"]

_Vectors: TypeAlias = npt.NDArray[np.float32]
_Numbers: TypeAlias = npt.NDArray[np.float64]
_EXCERPT_BYTES = 20
_NULL = msgspec.Raw(b"null")

# --- decode ---------------------------------------------------------------------------------------


class DecodeError(ValueError):
    """A body that does not hold what the contract promises. The message says where."""


class _Row(msgspec.Struct, gc=False):  # holds nothing that could refer back to it
    embedding: msgspec.Raw
    embedding_option: str | None = None
    embedding_scope: str | None = None
    start_sec: float | None = None
    end_sec: float | None = None
    embedding_uncertainty: msgspec.Raw = _NULL
    start_page_number: int | None = None
    end_page_number: int | None = None
    quadrant: str | None = None
    chunk_index: int | None = None


class _Usage(msgspec.Struct):
    # Defaults, so that no vectors are lost when the response says less of what they cost.
    input_tokens: dict[str, int] = {}
    truncated: bool = False
    truncation_reason: str | None = None


class _Answer(msgspec.Struct):
    data: list[_Row]
    metadata: dict[str, Any] | None = None
    usage: _Usage | None = None


class _TaskError(msgspec.Struct):
    message: str | None = None


class _TaskState(msgspec.Struct):
    status: str
    error: _TaskError | None = None


_decode_task_state = msgspec.json.Decoder(_TaskState).decode
_decode_answer = msgspec.json.Decoder(_Answer).decode
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
    try:
        decoded = _decode_answer(body)
    except (ValueError, RecursionError) as error:
        raise DecodeError(_explain(error, body)) from error
    rows, usage = decoded.data, decoded.usage
    decode_numbers, segments, has_uncertainties = _numbers_decoder(), list[Segment](), False
    vectors = np.empty((0, 0), np.float32)
    with np.errstate(over="ignore"):  # what does not fit becomes infinite, and is found below
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
            segments.append(
                Segment(
                    row.embedding_option,
                    row.embedding_scope,
                    row.start_sec,
                    row.end_sec,
                    row.start_page_number,
                    row.end_page_number,
                    row.quadrant,
                    row.chunk_index,
                )
            )
            # By identity, which costs next to nothing where no row has any.
            has_uncertainties = has_uncertainties or row.embedding_uncertainty is not _NULL
    if rows and not vectors.size:
        raise DecodeError("row 0: the vector is empty")
    try:
        return Embeddings(
            vectors,
            segments,
            model=model,
            input_type=input_type,
            metadata=decoded.metadata,
            usage=None
            if usage is None
            else Usage(usage.input_tokens, usage.truncated, usage.truncation_reason),
            uncertainties=_decode_uncertainties(rows, vectors) if has_uncertainties else None,
            route=route,
        )
    except NotFiniteError as error:
        raise DecodeError(
            f"row {error.row}, number {error.column}: too large for float32"
        ) from error


def read_task_state(body: bytes) -> _TaskState:
    """Decode the status in a response of `GET /embed-v2/tasks/{task_id}`, not its vectors.

    Raises:
        DecodeError: the body is not JSON, or has no status.
    """
    try:
        return _decode_task_state(body)
    except (ValueError, RecursionError) as error:
        raise DecodeError(_explain(error, body)) from error


def _decode_uncertainties(rows: list[_Row], vectors: _Vectors) -> _Vectors | None:
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
    """The reference decoder: it decides which rows are valid."""
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
