"""Qdrant sink: a collection on a server, or in the client's local mode."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.bulk.part_files import vectors_of
from twelvelabs_embed.bulk.sinks._common import (
    TABLE,
    SinkError,
    VectorKind,
    check_match,
    fit_rows,
    item_ids,
    kind_of,
    segment_ids,
    split_address,
)
from twelvelabs_embed.results.export import ArrowTable

__all__ = ["QdrantSink"]

_POINTS = 256  # a request takes 32 MB, and a vector's numbers are text in it
_TIMEOUT_SEC = 60


class QdrantSink:
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
        self._is_server = location.startswith(("http://", "https://"))
        self.address = f"qdrant:{_shown(location)}#{collection}"
        with self._translate_errors():
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
            self._kind()
        except BaseException:
            self.close()
            raise

    @classmethod
    def from_address(cls, address: str) -> Self:
        """Open the sink of `qdrant:URL#COLLECTION` or `qdrant:PATH#COLLECTION`."""
        return cls(*split_address(address))

    def check(self, model: str, dimensions: int | None) -> None:
        """Reject vectors that do not match those that are there. See `Sink`."""
        if (present := self._kind()) is not None:
            check_match(self.address, present, VectorKind(model, dimensions))

    def _kind(self) -> VectorKind | None:
        """Return the kind of its vectors; None when there is no collection yet."""
        with self._translate_errors():
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
        return VectorKind(model, params.size)

    def write(self, table: ArrowTable) -> None:
        """Replace all points of the items. See `Sink`.

        Old segments are deleted after the new ones are there: concurrent searches miss nothing.
        """
        new, present = kind_of(table), self._kind()
        if present is not None:
            check_match(self.address, present, new)
        if not len(table):
            return
        keys = [str(key) for key in segment_ids(table)]
        rows, _ = fit_rows(table, None)  # a point has any payload
        with self._translate_errors():
            if present is None:
                self._create(new)
            for begin in range(0, len(rows), _POINTS):
                self._upsert(keys[begin : begin + _POINTS], rows.slice(begin, _POINTS))
            self._drop_others(item_ids(table), keys)

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
    def _translate_errors(self) -> Generator[None]:
        exceptions: Any = import_extra("qdrant_client.http.exceptions", "qdrant")
        try:
            yield
        except (exceptions.ApiException, OSError, RuntimeError, ValueError) as error:
            hint = (
                "Check that the server runs, and that QDRANT_API_KEY is right if it needs a key"
                if self._is_server
                else "Check that the folder is writable and that no other process has it open"
            )
            raise SinkError(self.address, error, hint) from error


def _shown(location: str) -> str:
    """A location for display: a folder in full, a URL without a password."""
    parts = urlsplit(location)
    if parts.scheme not in ("http", "https"):
        return str(Path(location).expanduser().absolute())
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
