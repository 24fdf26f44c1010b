"""The API's operations: what to send and how to read the answer, by the generated endpoints.

No other room imports those. Nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from attrs import frozen
from twelvelabs_embed_api import Client
from twelvelabs_embed_api.api.embed import create_embeddings as _create_embeddings
from twelvelabs_embed_api.models import CreateEmbeddingsRequest, EmbeddingSuccessResponse
from twelvelabs_embed_api.types import Unset

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

# The generated code asks a client only whether an unexpected status should raise.
_STRICT = Client(base_url="", raise_on_unexpected_status=True)


@frozen
class Operation(Generic[T]):
    """One request of the API and the way to read its answer.

    Attributes:
        name: as users write it, for the log: `embed.v_2.create`
        method: the HTTP method
        path: below the base URL
        body: what becomes the JSON body
        parse: reads an answer of status 2xx, or raises ValueError, TypeError or the like
    """

    name: str
    method: str
    path: str
    body: Mapping[str, Any]
    parse: Callable[[httpx.Response], T]


def create_embeddings(
    name: str, request: CreateEmbeddingsRequest, parse: Callable[[httpx.Response], T]
) -> Operation[T]:
    """`POST /embed-v2`."""
    kwargs = _create_embeddings._get_kwargs(body=request)
    return Operation(name, kwargs["method"], kwargs["url"], kwargs["json"], parse)


def parse_embeddings(response: httpx.Response) -> EmbeddingSuccessResponse:
    """The answer as the contract's own classes, numbers as they were sent."""
    answer = _create_embeddings._parse_response(client=_STRICT, response=response)
    if answer is None:
        raise ValueError("the answer is empty")
    # Absent and null metadata mean the same; a user should have to know only one of them.
    if isinstance(answer.metadata, Unset):
        answer.metadata = None
    return answer
