"""Vectors into a collection of Qdrant: a server, or the client's local mode."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.bulk.part_files import vectors_of
from twelvelabs_embed.bulk.sinks._common import (
    TABLE,
    Held,
    SinkError,
    fit_rows,
    held_by,
    item_ids,
    refuse_others,
    segment_ids,
)
from twelvelabs_embed.results.export import ArrowTable

__all__ = ["QdrantSink"]

_POINTS = 256  # a request takes 32 MB, and a vector's numbers are text in it
_TIMEOUT_SEC = 60


class QdrantSink:
    """A collection of Qdrant.

    Qdrant keeps the vectors of a collection that compares by cosine at the length 1; the Parquet
    parts have them as they came.

    Args:
        location: a server's URL, or a folder for the local mode, which is meant for up to 20,000
            vectors and one process
        collection: the collection's name
        api_key: of the server; `QDRANT_API_KEY` when it is left out

    Raises:
        SinkError: it cannot be reached or opened
        MissingDependencyError: qdrant-client is missing; the extra `qdrant` brings it.
    """

    def __init__(self, location: str, collection: str = TABLE, api_key: str | None = None) -> None:
        qdrant = import_extra("qdrant_client", "qdrant")
        self._models = import_extra("qdrant_client.models", "qdrant")
        self._collection = collection
        self._is_server = location.startswith(("http://", "https://"))
        self.address = f"qdrant:{_shown(location)}#{collection}"
        with self._telling():
            if self._is_server:
                self._client = qdrant.QdrantClient(
                    url=location,
                    api_key=api_key or os.environ.get("QDRANT_API_KEY"),
                    timeout=_TIMEOUT_SEC,
                    check_compatibility=False,  # only warns, and asks the server once more
                )
            else:
                # Not always the same thread writes, though never two at once.
                self._client = qdrant.QdrantClient(
                    path=location, force_disable_check_same_thread=True
                )
        try:
            self._held()
        except BaseException:
            self.close()
            raise

    def check(self, model: str, dimensions: int | None) -> None:
        """Refuse vectors that do not go with those that are there. See `Sink`."""
        if (held := self._held()) is not None:
            refuse_others(self.address, held, Held(model, dimensions))

    def _held(self) -> Held | None:
        """What the collection has; None when there is no collection yet."""
        with self._telling():
            if not self._client.collection_exists(self._collection):
                return None
            params = self._client.get_collection(self._collection).config.params.vectors
            points, _ = self._client.scroll(self._collection, limit=1, with_payload=["model"])
        model = (points[0].payload or {}).get("model") if points else None
        if not isinstance(params, self._models.VectorParams) or (points and model is None):
            raise SinkError(
                self.address,
                "a collection of this name is there, made for something else",
                "Name another collection behind the #",
            )
        return Held(model, params.size)

    def write(self, table: ArrowTable) -> None:
        """Replace all points of the items. See `Sink`.

        Old segments go after the new ones are there, so those who search meanwhile miss nothing.
        """
        comes, held = held_by(table), self._held()
        if held is not None:
            refuse_others(self.address, held, comes)
        if not len(table):
            return
        keys = [str(key) for key in segment_ids(table)]
        rows, _ = fit_rows(table, None)  # a point takes any payload
        with self._telling():
            if held is None:
                self._create(comes)
            for begin in range(0, len(rows), _POINTS):
                self._upsert(keys[begin : begin + _POINTS], rows.slice(begin, _POINTS))
            self._drop_others(item_ids(table), keys)

    def _create(self, comes: Held) -> None:
        models = self._models
        params = models.VectorParams(size=comes.dimensions, distance=models.Distance.COSINE)
        self._client.create_collection(self._collection, vectors_config=params)
        if self._is_server:  # the local mode has no indexes
            keyword = models.PayloadSchemaType.KEYWORD
            self._client.create_payload_index(self._collection, "id", keyword, wait=True)

    def _upsert(self, keys: list[str], table: ArrowTable) -> None:
        points = self._models.Batch(
            ids=keys,
            vectors=vectors_of(table).tolist(),
            payloads=table.drop_columns("vector").to_pylist(),
        )
        self._client.upsert(self._collection, points, wait=True)

    def _drop_others(self, items: list[str], keys: list[str]) -> None:
        models = self._models
        old = models.Filter(
            must=[models.FieldCondition(key="id", match=models.MatchAny(any=items))],
            must_not=[models.HasIdCondition(has_id=keys)],
        )
        self._client.delete(self._collection, models.FilterSelector(filter=old), wait=True)

    def close(self) -> None:
        """Close the connections; of the local mode, the folder."""
        self._client.close()

    @contextmanager
    def _telling(self) -> Generator[None]:
        exceptions: Any = import_extra("qdrant_client.http.exceptions", "qdrant")
        try:
            yield
        except (exceptions.ApiException, OSError, RuntimeError, ValueError) as error:
            hint = (
                "See that the server runs, and that QDRANT_API_KEY is right if it needs a key"
                if self._is_server
                else "See that the folder can be written and that no other process has it open"
            )
            raise SinkError(self.address, error, hint) from error


def _shown(location: str) -> str:
    """A location for reading: a folder in full, a URL without a password."""
    parts = urlsplit(location)
    if parts.scheme not in ("http", "https"):
        return str(Path(location).expanduser().absolute())
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
