"""Exact search by cosine similarity over what a run wrote: Parquet parts, or a LanceDB table.

from twelvelabs_embed import TextImage, TwelveLabs
from twelvelabs_embed.search.exact import search

with TwelveLabs() as client:
    search("vectors", "a dog jumping", client=client)
    search("vectors", TextImage("at night", "beach.jpg"), client=client, scope="clip")
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from twelvelabs_embed._http.methods import spells_out
from twelvelabs_embed.search.dataset import (
    DatasetInfo,
    Hit,
    Where,
    describe_parts,
    find_sources,
    join_infos,
)
from twelvelabs_embed.search.index import Index
from twelvelabs_embed.search.lance_table import LanceTable
from twelvelabs_embed.search.options import SearchArguments, SearchOptions
from twelvelabs_embed.search.queries import Query
from twelvelabs_embed.search.shards import OnProgress

if TYPE_CHECKING:
    from twelvelabs_embed.client import TwelveLabs

__all__ = ["DatasetInfo", "Hit", "describe", "search"]


@spells_out(SearchOptions)
def search(
    where: Where,
    query: Query,
    *,
    client: TwelveLabs | None = None,
    on_progress: OnProgress | None = None,
    **options: Unpack[SearchArguments],
) -> list[Hit]:
    """Find the segments that are nearest to a query by cosine similarity, nearest first.

    The result is exact, as if every vector were compared (a LanceDB table with an index is
    searched by the index). Vectors need not have unit length. Of segments that are equally near,
    the one that was written first comes first. For several queries, keep an `Index` open.

    Args:
        where: the folder that a run wrote, or several, such as those of shards; or some parts, or a
            LanceDB table
        query: `Embeddings` with one vector, or an array of shape (D,), or, with a `client`, any
            input with one vector: a `str`, an `Image`, a `TextImage`
        top: how many, at least 1; fewer when there are fewer
        option: only segments with one of these options: `visual`, `audio`, `transcription`
        scope: only segments with one of these scopes: `clip`, `asset`
        input_type: only items embedded as one of these, such as `video`
        id_prefix: only items whose ids start with this, or with one of these
        start_sec, end_sec: only segments that overlap this range of their item's time
        fusion: ranks moments by all options together: `rrf` by the ranks in each option
            (reciprocal rank fusion), `weighted` by the weighted mean of the similarities, where an
            option that a moment lacks counts as 0. The option of such a hit is None
        weights: with `fusion`, the weight of each option, such as `{"visual": 2, "audio": 1}`;
            those that are not named have none. By default all have the same
        merge_gap_sec: joins segments of an item that are at most so many seconds apart into one
            hit. Segments are taken from the nearest on; when there are `top` hits, those that
            follow extend them, until one would start another or close the gap between two
        max_per_item: how many hits of one item, at most
        client: embeds the query, with the model of the dataset
        on_progress: is called with how many rows are in the index and how many there are, while it
            is made

    Raises:
        InvalidInputError: there are no parts, one decompresses to much more than its size, or no
            segment has such an option, scope or input type
        ModelMismatchError: the query has another model or other dimensions than the dataset, or the
            parts differ among themselves
        ValueError: the query is not one vector, or a number is not possible
        DamagedFileError: a part cannot be read
        MissingDependencyError: pyarrow (extra `bulk`) or lancedb (extra `lancedb`) is missing
        TwelveLabsError: the query could not be embedded
    """
    checked = SearchOptions(**options)
    with Index(where, on_progress=on_progress) as index:
        return index._search([query], client, checked)[0]


def describe(where: Where) -> DatasetInfo:
    """Describe what there is to search. Vectors are not read, so it is fast.

    Raises:
        InvalidInputError: there are no parts, or one decompresses to much more than its size
        ModelMismatchError: the parts have different models or dimensions
        MissingDependencyError: pyarrow (extra `bulk`) or lancedb (extra `lancedb`) is missing
    """
    sources = find_sources(where)
    if isinstance(sources, Path):
        return LanceTable(sources).info
    return join_infos([describe_parts(source.find()) for source in sources])
