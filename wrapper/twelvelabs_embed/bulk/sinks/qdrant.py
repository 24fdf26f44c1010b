"""Qdrant sink: a collection on a server, or in the client's local mode."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.bulk.links import split_link
from twelvelabs_embed.bulk.part_files import vectors_of
from twelvelabs_embed.bulk.sinks._common import TABLE, NewRows, SinkError, TableSink, VectorKind
from twelvelabs_embed.results.export import ArrowTable

__all__ = ["QdrantSink"]

_SERVERS = ("http://", "https://")
_POINTS = 256  # a request takes 32 MB, and a vector's numbers are text in it
_TIMEOUT_SEC = 60


class QdrantSink(TableSink):
    """A collection of Qdrant.

    Qdrant normalizes the vectors of a collection that compares by cosine; the Parquet parts have
    them as they came.

    Args:
        location: a server's URL, or a folder for the local mode, which is meant for up to 20,000
            vectors and one process
        collection: the collection's name
        api_key: of the server; `QDRANT_API_KEY` by default

    Raises:
        SinkError: it cannot be reached or opened
        MissingDependencyError: qdrant-client is missing; the extra `qdrant` brings it.
    """

    def __init__(self, location: str, collection: str = TABLE, api_key: str | None = None) -> None:
        qdrant = import_extra("qdrant_client", "qdrant")
        self._models = import_extra("qdrant_client.models", "qdrant")
        self._collection = collection
        self._is_server = location.startswith(_SERVERS)
        self.address = f"qdrant:{_shown(location)}#{collection}"
        with self._connected():
            if self._is_server:
                self._client = qdrant.QdrantClient(
                    url=location,
                    api_key=api_key or os.environ.get("QDRANT_API_KEY"),
                    timeout=_TIMEOUT_SEC,
                    check_compatibility=False,  # only warns, and asks the server once more
                )
            else:
                # Several threads write, though never two concurrently.
                self._client = qdrant.QdrantClient(
                    path=location, force_disable_check_same_thread=True
                )
        try:
            with self._connected():
                self._kind(None)
        except BaseException:
            self.close()
            raise

    def _kind(self, connection: object) -> VectorKind | None:
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
        return VectorKind(model, params.size)  # a point has any payload

    def _replace(self, connection: object, new: NewRows, *, is_new: bool) -> None:
        keys = [str(key) for key in new.keys]
        if is_new:
            self._create(new.kind)
        for begin in range(0, len(keys), _POINTS):
            self._upsert(keys[begin : begin + _POINTS], new.rows.slice(begin, _POINTS))
        self._drop_others(new.items, keys)

    def _create(self, new: VectorKind) -> None:
        models = self._models
        params = models.VectorParams(size=new.dimensions, distance=models.Distance.COSINE)
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

    def _delete(self, connection: object, ids: Sequence[str]) -> None:
        self._drop_others(ids, [])

    def _drop_others(self, items: Sequence[str], keys: Sequence[str]) -> None:
        models = self._models
        old = models.Filter(
            must=[models.FieldCondition(key="id", match=models.MatchAny(any=list(items)))],
            must_not=[models.HasIdCondition(has_id=keys)] if keys else None,
        )
        self._client.delete(self._collection, models.FilterSelector(filter=old), wait=True)

    def close(self) -> None:
        """Close the connections; of the local mode, the folder."""
        self._client.close()

    def _translate(self, error: Exception) -> str | None:
        exceptions: Any = import_extra("qdrant_client.http.exceptions", "qdrant")
        if not isinstance(error, (exceptions.ApiException, OSError, RuntimeError, ValueError)):
            return None
        if self._is_server:
            return "Check that the server runs, and that QDRANT_API_KEY is right if it needs a key"
        return "Check that the folder is writable and that no other process has it open"


def _shown(location: str) -> str:
    """Return a location for display: a folder in full, a URL without a password."""
    if not location.startswith(_SERVERS):
        return str(Path(location).expanduser().absolute())
    url = split_link(location)
    return url._replace(netloc=url.netloc.rpartition("@")[2], query="", fragment="").geturl()
