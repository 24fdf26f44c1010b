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

from twelvelabs_embed.bulk.sinks._common import TABLE, SinkError
from twelvelabs_embed.bulk.store import Sink
from twelvelabs_embed.errors import InvalidInputError, Problem

__all__ = ["SinkError", "open_sink"]


def open_sink(address: str) -> Sink:
    """The sink that an address names. It is connected to at once, and nothing is written.

    Args:
        address: as above. A key for Qdrant is taken from the variable `QDRANT_API_KEY`, a password
            for PostgreSQL from the address, `PGPASSWORD` or `~/.pgpass`

    Raises:
        InvalidInputError: there is no such kind of sink, or the address cannot be
        SinkError: it cannot be reached, or its table was not made for vectors of ours
        ImportError: a package is missing; the message names the extra that brings it.
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


def _unknown(kind: str) -> Problem:
    # Not the whole address: it may hold a password.
    return Problem(
        "sink",
        f"'{kind}:…'",
        "a sink is lancedb:PATH#TABLE, qdrant:URL#COLLECTION or postgresql://…#TABLE",
    )
