"""What a report shows of an archive, read from its parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from twelvelabs_embed.bulk.part_files import (
    Failure,
    Folder,
    error_paths,
    read_errors,
    scan,
    vectors_of,
)
from twelvelabs_embed.errors import InvalidInputError
from twelvelabs_embed.results.vectors import Vectors, unit
from twelvelabs_embed.search.exact import DatasetInfo, describe, find_parts

__all__ = ["Archive", "FailureGroup", "gather", "group_failures"]

Integers: TypeAlias = npt.NDArray[np.int64]
Numbers: TypeAlias = npt.NDArray[np.float64]

_WORDS = ("option", "scope")
_MAX_MESSAGES = 5
_MAX_FAILURES = 200  # of one code; their number is told in full


@frozen(eq=False, kw_only=True)
class Archive:
    """Items and their segments. One row stands for one vector.

    Attributes:
        model: the model that made the vectors
        ids: the id of each item
        input_types: what each item was embedded as
        item: the number of the item of each row, shape (N,)
        option, scope: the word of each row, or None
        start_sec, end_sec: when each row begins and ends, shape (N,); NaN where it is no recording
        vectors: shape (N, D), float32, each of the length 1; zeros stay zeros
        all_rows: how many rows there are when this is a sample, with those that are left out
        all_items: how many items there are, likewise
    """

    model: str
    ids: Sequence[str]
    input_types: Sequence[str]
    item: Integers
    option: Sequence[str | None]
    scope: Sequence[str | None]
    start_sec: Numbers
    end_sec: Numbers
    vectors: Vectors = field(repr=False)
    all_rows: int
    all_items: int

    def __len__(self) -> int:
        return len(self.item)


@frozen
class FailureGroup:
    """What failed for the same reason.

    Attributes:
        code: the short name of the error
        count: how many items
        messages: how often each message came, the most frequent first, at most five
        failures: at most 200 of them, in the order in which they failed
    """

    code: str
    count: int
    messages: Sequence[tuple[str, int]]
    failures: Sequence[Failure]


def gather(folder: Folder, max_rows: int) -> Archive:
    """Read the items of a folder: all, or as many as have `max_rows` rows together.

    Which are taken when there are more is left to chance, but is the same each time.

    Raises:
        InvalidInputError: there are no parts, and nothing that failed
        ModelMismatchError: the parts are of different models or lengths
    """
    folder = Path(folder)
    contents = _look_into(folder)
    rows_of_items = _count_rows(folder)
    taken = _choose_items(rows_of_items, max_rows)
    # The place of each item among those that are taken; -1 for the others.
    place = np.full(len(rows_of_items), -1)
    place[taken] = np.arange(len(taken))
    return _read(folder, contents, np.repeat(place, rows_of_items), len(rows_of_items))


def _look_into(folder: Path) -> DatasetInfo:
    try:
        return describe(find_parts(folder))
    except InvalidInputError:
        if not (folder.is_dir() and error_paths(folder)):
            raise
    # Everything failed, which is worth a report.
    return DatasetInfo(rows=0, dimensions=0, model=None, input_types=(), options=(), scopes=())


def _count_rows(folder: Path) -> Integers:
    """How many rows each item has, shape (items,). The rows of an item lie together."""
    counts: list[int] = []
    last_id = None
    for batch in scan(folder, ["id"]):
        ids = batch.column("id").to_numpy(zero_copy_only=False)
        starts = np.flatnonzero(np.append(True, ids[1:] != ids[:-1]))
        lengths = np.diff(np.append(starts, len(ids))).tolist()
        if ids[0] == last_id:  # the batch ended within an item
            counts[-1] += lengths.pop(0)
        counts += lengths
        last_id = ids[-1]
    return np.array(counts, np.int64)


def _choose_items(rows_of_items: Integers, max_rows: int) -> Integers:
    """The numbers of the items that are taken, in order."""
    if rows_of_items.sum() <= max_rows:
        return np.arange(len(rows_of_items))
    # Items and not rows, so that a timeline has no holes.
    shuffled = np.random.default_rng(0).permutation(len(rows_of_items))
    fits = np.cumsum(rows_of_items[shuffled]) <= max_rows
    fits[0] = True  # one is shown, however long it is
    return np.sort(shuffled[fits])


def _read(folder: Path, contents: DatasetInfo, place: Integers, all_items: int) -> Archive:
    """Read the rows whose item has a place of 0 or more."""
    ids: dict[int, tuple[str, str]] = {}
    words: dict[str, list[str | None]] = {name: [] for name in _WORDS}
    starts, ends, vectors = [np.empty(0)], [np.empty(0)], [_no_vectors(contents)]
    for batch, places in _batches(folder, place):
        rows = zip(
            places.tolist(),
            batch.column("id").to_pylist(),
            batch.column("input_type").to_pylist(),
            strict=True,
        )
        ids.update({item: (id, input_type) for item, id, input_type in rows})
        for name in _WORDS:
            words[name] += batch.column(name).to_pylist()
        starts.append(batch.column("start_sec").to_numpy(zero_copy_only=False))
        ends.append(batch.column("end_sec").to_numpy(zero_copy_only=False))
        vectors.append(unit(vectors_of(batch)))
    return Archive(
        model=contents.model or "",
        ids=[id for id, _ in ids.values()],
        input_types=[input_type for _, input_type in ids.values()],
        item=place[place >= 0],
        option=words["option"],
        scope=words["scope"],
        start_sec=np.concatenate(starts),
        end_sec=np.concatenate(ends),
        vectors=np.concatenate(vectors),
        all_rows=contents.rows,
        all_items=all_items,
    )


def _batches(folder: Path, place: Integers) -> Iterator[tuple[Any, Integers]]:
    """The rows that have a place, batch by batch, and their places."""
    position = 0
    for batch in scan(folder):
        places = place[position : position + batch.num_rows]
        position += batch.num_rows
        rows = np.flatnonzero(places >= 0)
        if len(rows):
            yield batch.take(rows), places[rows]


def _no_vectors(contents: DatasetInfo) -> Vectors:
    return np.empty((0, contents.dimensions), np.float32)


def group_failures(folder: Folder) -> list[FailureGroup]:
    """What failed, by the code of the error, the most frequent first."""
    failures: dict[str, list[Failure]] = defaultdict(list)
    messages: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for failure in read_errors(folder):
        if len(failures[failure.code]) < _MAX_FAILURES:
            failures[failure.code].append(failure)
        messages[failure.code][failure.message] += 1
    groups = [
        FailureGroup(
            code,
            sum(messages[code].values()),
            sorted(messages[code].items(), key=lambda one: -one[1])[:_MAX_MESSAGES],
            some,
        )
        for code, some in failures.items()
    ]
    return sorted(groups, key=lambda group: (-group.count, group.code))
