"""From a request that keeps the contract to the rows and the metadata of the answer."""

from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeAlias

from twelvelabs_embed_emulator.contract import rules as _rules, validation as _requests
from twelvelabs_embed_emulator.contract.rules import Endpoint
from twelvelabs_embed_emulator.embedding import (
    av as _recordings,
    documents as _papers,
    multi_input as _combined,
    vectors as _vectors,
)
from twelvelabs_embed_emulator.embedding.results import Context, Embedded, Job, Row, dumps
from twelvelabs_embed_emulator.embedding.vectors import Array
from twelvelabs_embed_emulator.media.av_files import open_image

__all__ = ["Context", "Embedded", "answer", "embed"]

_Json: TypeAlias = dict[str, Any]


def answer(request: Mapping[str, Any], context: Context) -> bytes:
    """Return the JSON body that answers `request`, a decoded body that the contract has let pass.

    Raises:
        ApiError: the model does not take it, or a limit is broken that no contract can express.
    """
    rules = _rules.rules_of("sync", request["model_name"])
    if request["input_type"] == "text":
        _requests.check(request, rules)
        return _answer_text(request["text"]["input_text"])
    with embed(request, replace(context, rules=rules)) as embedded:
        return _body(embedded)


@lru_cache(maxsize=1024)  # 6 KB each; benchmarks and tests send the same text again and again
def _answer_text(text: str) -> bytes:
    _rules.check_text("text.input_text", text)
    return _body(Embedded([Row(_vectors.text_vector(text))]))


def _body(embedded: Embedded) -> bytes:
    tail = embedded.tail()
    end = b"," + dumps(tail)[1:] if tail else b"}"
    return b"".join([b'{"data":', *embedded.data(), end])


@contextmanager
def embed(request: Mapping[str, Any], context: Context) -> Generator[Embedded, None, None]:
    """Embed the media of `request`; its rows can be read while the `with` lasts.

    Media and what is seen and heard in it lie in temporary files, which are gone afterwards.

    Args:
        request: a decoded body that the contract has let pass, and that is not about a text.
        context: the rules of the model and the endpoint, and where media comes from.

    Raises:
        ApiError: the model does not take it, or a limit is broken that no contract can express.
    """
    rules = context.rules
    _requests.check(request, rules)
    with ExitStack() as stack:
        embedded = _KINDS[rules.endpoint][request["input_type"]](Job(request, context, stack))
        yield _of_model(embedded, request, rules) if rules.is_new else replace(embedded, tokens={})


def _of_model(embedded: Embedded, request: Mapping[str, Any], rules: _rules.Rules) -> Embedded:
    """Return what a model has that lets people choose the length of its vectors."""
    length = request.get("embedding_dimension", _rules.DIMENSIONS)
    is_unsure = request.get("embedding_uncertainty", False)

    def cut(row: Row) -> Row:
        vector = _vectors.in_space_of(row.vector, rules.model)
        unsure = _vectors.uncertainty(vector)[:length] if is_unsure else None
        return row._replace(vector=vector[:length], uncertainty=unsure)

    metadata = (embedded.metadata or {}) | {"embedding_dimension": length}
    return replace(embedded, rows=map(cut, embedded.rows), metadata=metadata)


# ------------------------------------------------------------------------------------------ images


def _image(job: Job) -> Embedded:
    vector, metadata = _image_vector(job)
    return Embedded([Row(vector)], metadata)


def _text_image(job: Job) -> Embedded:
    text = job.settings["input_text"]
    _rules.check_text("text_image.input_text", text)
    look, metadata = _image_vector(job)
    return Embedded([Row(_vectors.combine(_vectors.text_vector(text), look))], metadata)


def _image_of_task(job: Job) -> Embedded:
    vector, metadata = _image_vector(job)
    metadata |= {"embedding_options": ["visual"], "embedding_scopes": ["asset"]}
    tokens = {"image": _rules.TOKENS_PER_IMAGE}
    return Embedded([Row(vector, "visual", "asset")], metadata, tokens)


def _image_vector(job: Job) -> tuple[Array, _Json]:
    media = job.load(_rules.IMAGE_SIZE, _rules.IMAGE_SIZE)
    features = _vectors.look_features(open_image(media, job.field))
    return _vectors.look_vector(features), job.metadata(media)


_KINDS: dict[Endpoint, dict[str, Callable[[Job], Embedded]]] = {
    "sync": {
        "image": _image,
        "text_image": _text_image,
        "audio": _recordings.embed_audio,
        "video": _recordings.embed_video,
        "multi_input": _combined.embed_multi_input,
    },
    "task": {
        "audio": _recordings.embed_audio,
        "video": _recordings.embed_video,
        "image": _image_of_task,
        "document": _papers.embed_document,
    },
}
