"""`client.embed(...)`: any input in, vectors out."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from twelvelabs_embed_api.models import CreateEmbeddingsRequest

from twelvelabs_embed._drive import AsyncRoom, Room, awaiting, blocking
from twelvelabs_embed._flow import Connection, Do, Flow, RequestOptions, call
from twelvelabs_embed._operations import create_embeddings
from twelvelabs_embed.errors import InvalidInputError
from twelvelabs_embed.inputs import Input, Promotable, Text, promote
from twelvelabs_embed.limits import DEFAULT_MODEL
from twelvelabs_embed.media import Media
from twelvelabs_embed.v2 import AsyncV2Client, V2Client, V2Flows

if TYPE_CHECKING:
    import httpx

    from twelvelabs_embed.results import Embeddings

__all__ = ["AsyncEmbed", "Embed"]

_log = logging.getLogger("twelvelabs_embed")


class EmbedFlows:
    """What `Embed` and `AsyncEmbed` do, written once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.v_2 = V2Flows(connection)

    def __call__(
        self,
        input: Promotable,
        *,
        model: str = DEFAULT_MODEL,
        check: bool = True,
        request_options: RequestOptions | None = None,
    ) -> Flow[Embeddings]:
        """Embed one input.

        Args:
            input: `Text`, `Image`, `TextImage`, `Audio` or `Video`. A `str` is a text; a
                `pathlib.Path`, a `Media` or a PIL image becomes what its content is.
            model: the model's name
            check: find out before sending whether the API would refuse the input
            request_options: settings of this call

        Returns:
            `vectors`, shape (N, D), float32, one row for each segment, option and scope;
            texts and images have one row, with its `vector`, shape (D,). D is 512 for `marengo3.0`.

        Raises:
            InvalidInputError: the input cannot be, or a check refused it; nothing was sent
            ApiError: the service answered with an error
            ApiConnectionError: the service could not be reached
            InvalidResponseError: the answer is not what the contract promises

        Source: `POST /embed-v2` of the contract.
        """
        promoted = promote(input)
        if check:
            yield from _check(promoted, model)
        operation = create_embeddings(
            "embed", _request(promoted, model), lambda response: _read(response, promoted, model)
        )
        answer = yield from call(operation, self._connection, request_options)
        return answer.data


def _check(input: Input, model: str) -> Flow[None]:
    from twelvelabs_embed.checks import examine, notes, problems

    facts = (yield Do(partial(examine, input))) if _is_local(input) else examine(input)
    if found := problems(input, facts, model=model):
        raise InvalidInputError(found)
    for note in notes(input, facts, model=model):
        _log.info("%s", note)


def _is_local(input: Input) -> bool:
    return not isinstance(input, Text) and input.media.is_local


def _request(input: Input, model: str) -> CreateEmbeddingsRequest:
    body: dict[str, Any] = {
        "input_type": input.input_type,
        "model_name": model,
        input.input_type: input.section(_source),
    }
    return CreateEmbeddingsRequest.from_dict(body)


def _source(media: Media) -> dict[str, Any]:
    """The media source as the contract has it; local media is put in while it is sent."""
    match media.kind:
        case "url":
            return {"url": media.value}
        case "asset":
            return {"asset_id": media.value}
        case _:
            return {"base64_string": media}


def _read(response: httpx.Response, input: Input, model: str) -> Embeddings:
    # numpy and msgspec are not needed before the first answer.
    from twelvelabs_embed._wire import decode_embeddings
    from twelvelabs_embed.results import Embeddings

    decoded = decode_embeddings(response.content)
    return Embeddings(
        vectors=decoded.vectors,
        segments=decoded.segments,
        model=model,
        input_type=input.input_type,
        metadata=decoded.metadata,
    )


class Embed(Room[EmbedFlows]):
    """`client.embed`: call it with an input. `client.embed.v_2` has the vendor SDK's style."""

    __call__ = blocking(EmbedFlows.__call__)

    @property
    def v_2(self) -> V2Client:
        """The vendor SDK's calling style."""
        return V2Client(self._flows.v_2, self._driver)


class AsyncEmbed(AsyncRoom[EmbedFlows]):
    """`client.embed`, awaited."""

    __call__ = awaiting(EmbedFlows.__call__)

    @property
    def v_2(self) -> AsyncV2Client:
        """The vendor SDK's calling style, awaited."""
        return AsyncV2Client(self._flows.v_2, self._driver)
