"""Sinks: where vectors go besides the Parquet parts.

    client.bulk.run("archive", "vectors", sink="lancedb:archive.lancedb#vectors")

| address | extra | what it is |
|---|---|---|
| `lancedb:PATH#TABLE` | `lancedb` | a folder, or an address that LanceDB knows, such as `s3://` |
| `qdrant:URL#COLLECTION`, `qdrant:PATH#COLLECTION` | `qdrant` | a server, or Qdrant's local mode |
| `postgresql://HOST/DATABASE#TABLE` | `pgvector` | a server with the extension pgvector |

Other packages add sinks with an entry point, which `open_sink` describes.

`#TABLE` may be omitted and is `vectors` then. Each sink has one row for each vector, with the
columns of a part, those of documents (`start_page`, `end_page`, `quadrant`, `chunk_index`) and
`segment_id`, a UUID derived from the id, the option, the scope, the times and the place in a
document. A table that is older than documents gets their columns with the first of them. When an
item is written again, all its rows are replaced, so writing twice changes nothing. Search indexes
are up to you: which is best depends on how many vectors there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, cast, runtime_checkable

from twelvelabs_embed.bulk.sinks._common import SinkError, split_address
from twelvelabs_embed.errors import InvalidInputError, Violation
from twelvelabs_embed.results.export import ArrowTable

__all__ = ["PrunableSink", "Sink", "SinkError", "open_sink", "split_address"]

ENTRY_POINTS = "twelvelabs_embed.sinks"
"""The group of the entry points of sinks; their names are URL schemes."""

# Like those of other packages, and there also where this package is not installed.
_BUILT_IN = [
    EntryPoint(scheme, f"twelvelabs_embed.bulk.sinks.{sink}.from_address", ENTRY_POINTS)
    for scheme, sink in {
        "lancedb": "lancedb:LanceDBSink",
        "qdrant": "qdrant:QdrantSink",
        "postgresql": "pgvector:PgvectorSink",
        "postgres": "pgvector:PgvectorSink",
    }.items()
]


class Sink(Protocol):
    """Where rows go besides the Parquet parts. Nothing has to be inherited.

    Attributes:
        address: identifies it in run.json, without anything secret
    """

    @property
    def address(self) -> str: ...

    def check(self, model: str, dimensions: int | None) -> None:
        """Reject vectors that do not match those that are there, before they are paid for.

        Raises:
            ModelMismatchError: it has vectors of another model or another length
        """
        ...

    def write(self, table: ArrowTable) -> None:
        """Write the rows of a table that has the columns of `part_files.part_schema`.

        All rows of an id are in one call. When it returns they are durable, and no other rows of
        these ids are left: after a crash, the same ids come again. It is called by one thread at a
        time, before the part with the same rows appears. What it raises ends the run.
        """
        ...

    def close(self) -> None:
        """Close connections."""
        ...


@runtime_checkable
class PrunableSink(Sink, Protocol):
    """A sink from which items can be removed, which a run with `prune` needs."""

    def delete(self, ids: Sequence[str]) -> None:
        """Remove all rows of some ids; ids without any are ignored."""
        ...


def open_sink(address: str) -> Sink:
    """Open the sink of an address. It connects immediately, and nothing is written.

    The scheme of the address selects an entry point of the group `twelvelabs_embed.sinks`: a class
    or function that is called with the address and returns a `Sink`. Such a package has in its
    pyproject.toml:

        [project.entry-points."twelvelabs_embed.sinks"]
        sqlite = "my_package:SqliteSink"

    Args:
        address: as above. A key for Qdrant is taken from the variable `QDRANT_API_KEY`, a password
            for PostgreSQL from the address, `PGPASSWORD` or `~/.pgpass`

    Raises:
        InvalidInputError: no sink has this scheme, or the address is invalid
        SinkError: it cannot be reached, or its table was made for something else
        MissingDependencyError: a package is missing; the message names the extra that brings it.
    """
    scheme, _, rest = address.partition(":")
    sinks = _sinks()
    if scheme not in sinks or not rest.partition("#")[0]:
        raise InvalidInputError([_unknown(scheme, sinks)])
    return cast("Callable[[str], Sink]", sinks[scheme].load())(address)


def _sinks() -> dict[str, EntryPoint]:
    """Return the entry points of all sinks, by scheme; ours are not replaced."""
    return {one.name: one for one in (*entry_points(group=ENTRY_POINTS), *_BUILT_IN)}


def _unknown(scheme: str, sinks: dict[str, EntryPoint]) -> Violation:
    # Not the whole address: it may hold a password.
    allowed = f"a sink is SCHEME:LOCATION#TABLE, and its scheme one of {', '.join(sorted(sinks))}"
    hint = "Write lancedb:PATH#TABLE, qdrant:URL#COLLECTION or postgresql://HOST/DATABASE#TABLE"
    return Violation("sink", f"'{scheme}:…'", allowed, hint)
