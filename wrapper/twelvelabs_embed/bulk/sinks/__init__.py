"""Where vectors go besides the Parquet parts: LanceDB, Qdrant, PostgreSQL with pgvector.

    client.bulk.run("archive", "vectors", sink="lancedb:archive.lancedb#vectors")

| address | extra | what it is |
|---|---|---|
| `lancedb:PATH#TABLE` | `lancedb` | a folder, or an address that LanceDB knows, such as `s3://` |
| `qdrant:URL#COLLECTION`, `qdrant:PATH#COLLECTION` | `qdrant` | a server, or Qdrant's local mode |
| `postgresql://HOST/DATABASE#TABLE` | `pgvector` | a server with the extension pgvector |

What stands behind `#` is `vectors` when it is left out. Each has one row for each vector, with the
columns of a part, those of documents (`start_page`, `end_page`, `quadrant`, `chunk_index`) and
`segment_id`, a UUID that follows from the id, the option, the scope, the times and the place in a
document. A table that is older than documents gets their columns with the first of them. An item
that comes again replaces all its rows, so writing twice changes nothing. Indexes for searching are
yours to make: which is best depends on how many vectors there are.
"""

from __future__ import annotations

from typing import Protocol

from twelvelabs_embed.bulk.sinks._common import TABLE, SinkError
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.results.export import ArrowTable

__all__ = ["Sink", "SinkError", "open_sink"]


class Sink(Protocol):
    """Where rows go besides the Parquet parts. Nothing is to be inherited.

    Attributes:
        address: names it in run.json, without anything secret
    """

    @property
    def address(self) -> str: ...

    def check(self, model: str, dimensions: int | None) -> None:
        """Refuse vectors that do not go with what is there, before they are paid.

        Raises:
            ModelMismatchError: it has vectors of another model or another length
        """
        ...

    def write(self, table: ArrowTable) -> None:
        """Keep the rows of a table that has the columns of `parts.part_schema`.

        All rows of an id are in one call. When it returns they are kept for good, and no other rows
        of these ids are: after a crash, the same ids come again. It is called by one thread at a
        time, before the part with the same rows appears. What it raises ends the run.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


def open_sink(address: str) -> Sink:
    """The sink that an address names. It is connected to at once, and nothing is written.

    Args:
        address: as above. A key for Qdrant is taken from the variable `QDRANT_API_KEY`, a password
            for PostgreSQL from the address, `PGPASSWORD` or `~/.pgpass`

    Raises:
        InvalidInputError: there is no such kind of sink, or the address cannot be
        SinkError: it cannot be reached, or its table was not made for vectors of ours
        MissingDependencyError: a package is missing; the message names the extra that brings it.
    """
    kind, _, rest = address.partition(":")
    place, _, table = (rest if "#" in rest else f"{rest}#").rpartition("#")
    table = table or TABLE
    match kind:
        case "lancedb" if place:
            from twelvelabs_embed.bulk.sinks.lancedb import LanceDBSink

            return LanceDBSink(place, table)
        case "qdrant" if place:
            from twelvelabs_embed.bulk.sinks.qdrant import QdrantSink

            return QdrantSink(place, table)
        case "postgresql" | "postgres" if place:
            from twelvelabs_embed.bulk.sinks.pgvector import PgvectorSink

            return PgvectorSink(f"{kind}:{place}", table)
        case _:
            raise InvalidInputError([_unknown(kind)])


def _unknown(kind: str) -> Violation:
    # Not the whole address: it may hold a password.
    return Violation(
        "sink",
        f"'{kind}:…'",
        "a sink is lancedb:PATH#TABLE, qdrant:URL#COLLECTION or postgresql://…#TABLE",
    )
