"""Embedding of a request by its input type."""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import lru_cache

from twelvelabs_embed_emulator.contract import limits
from twelvelabs_embed_emulator.contract.rules import Rules, rules_of
from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.contract.validation import validate
from twelvelabs_embed_emulator.embedding import vectors
from twelvelabs_embed_emulator.embedding.job import Context, Job
from twelvelabs_embed_emulator.embedding.results import Embedded, Row, dumps

_NO_PLACE = dict.fromkeys(("start_page_number", "end_page_number", "quadrant", "chunk_index"))
"""The part of a document, in rows of other inputs with marengo3.5."""


def embed_sync(request: Json, context: Context) -> bytes:
    """Return the JSON body of the response to `request`, a decoded body valid by the contract.

    Raises:
        ApiError: the model does not accept it, or a limit is violated.
    """
    rules = rules_of("sync", request["model_name"])
    if request["input_type"] == "text":
        validate(request, rules)
        context.charge({"text": limits.count_words(request["text"]["input_text"])})
        text = request["text"]["input_text"]
        if (vector := context.stubs.of_text(text)) is not None:
            return _response_body(Embedded([Row(vector)]))
        return _text_response(text, context.text_vector)
    with embed(request, replace(context, rules=rules)) as embedded:
        return _response_body(embedded)


@lru_cache(maxsize=1024)  # 6 KB each; benchmarks and tests send the same text again and again
def _text_response(text: str, text_vector: Callable[[str], vectors.Array]) -> bytes:
    limits.check_text("text.input_text", text)
    return _response_body(Embedded([Row(text_vector(text))]))


def _response_body(embedded: Embedded) -> bytes:
    tail = embedded.tail()
    end = b"," + dumps(tail)[1:] if tail else b"}"
    return b"".join([b'{"data":', *embedded.data(), end])


@contextmanager
def embed(request: Json, context: Context) -> Generator[Embedded, None, None]:
    """Embed the media of `request`; its rows can be read within the `with` block.

    Media and the features of it are in temporary files, which are deleted afterwards.

    Args:
        request: a decoded body, valid by the contract, of another input type than text.
        context: the rules of the model and the endpoint, and where media comes from.

    Raises:
        ApiError: the model does not accept it, or a limit is violated.
    """
    from twelvelabs_embed_emulator.embedding.input_types import EMBED  # with the media libraries

    rules = context.rules
    validate(request, rules)
    with ExitStack() as stack:
        job = Job(request, context, stack, [])
        embedded = EMBED[rules.endpoint][request["input_type"]](job)
        context.charge(embedded.tokens)
        if job.fixed:
            rows = (row._replace(vector=job.fixed[-1]) for row in embedded.rows)
            embedded = replace(embedded, rows=rows)
        if rules.has_usage:
            yield _for_model(embedded, request, rules)
        else:
            yield replace(embedded, tokens={})


def _for_model(embedded: Embedded, request: Json, rules: Rules) -> Embedded:
    """Return the result of a model with a choice of dimension and uncertainty."""
    dimension = request.get("embedding_dimension", limits.DIMENSIONS)
    has_uncertainty = request.get("embedding_uncertainty", False)

    def adapt(row: Row) -> Row:
        vector = vectors.in_space_of(row.vector, rules.model)
        uncertainty = vectors.uncertainty(vector)[:dimension] if has_uncertainty else None
        place = {**_NO_PLACE, **(row.place or {})}
        return row._replace(vector=vector[:dimension], uncertainty=uncertainty, place=place)

    metadata = (embedded.metadata or {}) | {"embedding_dimension": dimension}
    return replace(embedded, rows=map(adapt, embedded.rows), metadata=metadata)
