"""Operations of the API: what to send, and how to decode the response.

Nothing here imports the generated code: one embedding needs none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import IO, TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    import httpx

    from twelvelabs_embed.inputs.media import Media

T = TypeVar("T")


class FormFile(Struct, frozen=True):
    """The file of a form.

    Attributes:
        content: read anew each time that the form is sent
        filename: what the form calls it
        content_type: a MIME type
        report: called with how many bytes of the form were sent, from 0 when it is sent again
        headers: further ones, of its part of the form
    """

    content: Media | IO[bytes]
    filename: str
    content_type: str = "application/octet-stream"
    report: Callable[[int], None] | None = None
    headers: Mapping[str, str] = {}


class MultipartForm(Struct, frozen=True):
    """A multipart form: texts, and perhaps a file with the name `file`."""

    texts: Mapping[str, str]
    file: FormFile | None = None


class Operation(Struct, Generic[T], frozen=True, eq=False):
    """One request of the API and the way to decode its response.

    Attributes:
        name: as users write it, for the log: `embed.v_2.create`
        method: the HTTP method
        path: below the base URL
        parse: decodes a response of status 2xx, or raises ValueError, TypeError or the like
        body: becomes the JSON body, or a form
        params: the query of the URL
        created_resource: what a second request would create twice; empty when it does no harm
        lookup_hint: how to see whether it was created, when no response came
        removes: whether a 404 means that it is done
        template: the path with `{id}` for each id, for the names of spans; the path, if it has none
        media_sec: how much audio and video it embeds, in seconds, as far as it is known
    """

    name: str
    method: str
    path: str
    parse: Callable[[httpx.Response], T]
    body: Mapping[str, Any] | MultipartForm | None = None
    params: Mapping[str, Any] = {}
    created_resource: str = ""
    lookup_hint: str = ""
    removes: bool = False
    template: str = ""
    media_sec: float = 0.0


EMBED_PATH = "/embed-v2"
"""The sync endpoint of embeddings."""
