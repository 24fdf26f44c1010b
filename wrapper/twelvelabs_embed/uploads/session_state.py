"""The state of an upload session, as the service reports it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from attrs import frozen

from twelvelabs_embed._http import endpoints
from twelvelabs_embed._http.effects import Flow
from twelvelabs_embed._http.list_pages import fetch_page
from twelvelabs_embed._http.request import Connection, RequestOptions
from twelvelabs_embed.errors import UploadError

BATCH = 50
"""How many chunks a report, a request for links and a page have at most, by the contract."""


class SessionClosedError(UploadError):
    """The service takes no more chunks of a session."""

    def __init__(self, upload_id: str, state: str) -> None:
        super().__init__(f"the session is {state}", upload_id=upload_id)
        self.state = state

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.upload_id, self.state)


@frozen
class SessionState:
    """What the service says of a session.

    Attributes:
        session: its state: `active`, `completed`, `failed`, `expired`
        chunks: the states of its chunks, by their index
    """

    session: str
    chunks: Mapping[int, str]

    def with_status(self, status: str) -> list[int]:
        """Return the chunks that have a status, in order."""
        return sorted(index for index, of_chunk in self.chunks.items() if of_chunk == status)


def fetch_state(
    connection: Connection, upload_id: str, options: RequestOptions | None
) -> Flow[SessionState]:
    """Fetch the state of a session and of all its chunks."""
    make = partial(endpoints.get_upload_status, upload_id, page_limit=BATCH)
    chunks: dict[int, str] = {}
    page = yield from fetch_page(
        make, 1, connection, options, items_of=lambda response: response.uploaded_chunks
    )
    while True:
        before = len(chunks)
        chunks.update((item.index, item.status) for item in page.items if item.index)
        # A service that does not say how many pages there are may never end.
        if not page.has_next or len(chunks) == before:
            return SessionState(str(page.response.status or "active"), chunks)
        page = yield from page.fetch_next()
