"""Loader of reports: items, segments and failures of a dataset, read from its parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from twelvelabs_embed.bulk.failures import FailureGroup, FailureGroups, error_paths, read_errors
from twelvelabs_embed.bulk.links import unsigned
from twelvelabs_embed.bulk.numbered_files import Folder
from twelvelabs_embed.bulk.part_files import scan, vectors_of
from twelvelabs_embed.errors import InvalidInputError
from twelvelabs_embed.results.vectors import Vectors, unit
from twelvelabs_embed.search.dataset import DatasetInfo, drop_empty_shards, find_parts
from twelvelabs_embed.search.exact import describe

Integers: TypeAlias = npt.NDArray[np.int64]
Numbers: TypeAlias = npt.NDArray[np.float64]

_LABELS = ("option", "scope")
_TIMES = ("start_sec", "end_sec")
_MAX_FAILURES = 200  # of one code; their count is exact


@frozen
class Summary:
    """What a dataset has.

    Attributes:
        items: how many items were embedded as each input type
        duration_sec: how long audio and video are together
        vectors: how many vectors there are of each option (of what has none, of each input type)
            and scope
    """

    items: Mapping[str, int]
    duration_sec: float
    vectors: Mapping[tuple[str, str | None], int]


@frozen(eq=False, kw_only=True)
class ReportDataset:
    """Items and their segments, one row for each vector.

    Attributes:
        model: the model that made the vectors
        ids: the id of each item
        input_types: what each item was embedded as
        item: the number of the item of each row, shape (N,)
        option, scope: those of each row, or None
        start_sec, end_sec: start and end of each row, shape (N,); NaN except for audio and video
        vectors: shape (N, D), float32, each of the length 1; zeros stay zeros
        summary: what there is, including what a sample omits
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
    summary: Summary

    def __len__(self) -> int:
        return len(self.item)


def load(folders: Sequence[Folder], max_rows: int) -> ReportDataset:
    """Load the items of some folders: all, or a random sample with at most `max_rows` rows.

    The sample is the same each time.

    Raises:
        InvalidInputError: there are no parts, and no failures
        ModelMismatchError: the parts have different models or dimensions
    """
    info = _describe(folders)
    rows_of_items, summary = _summarize(folders)
    sample = _sample_items(rows_of_items, max_rows)
    # The number of each item in the sample; -1 for the others.
    number = np.full(len(rows_of_items), -1)
    number[sample] = np.arange(len(sample))
    return _read(folders, info, np.repeat(number, rows_of_items), summary)


def _describe(folders: Sequence[Folder]) -> DatasetInfo:
    paths: list[Path] = []
    for folder in drop_empty_shards(map(Path, folders)):
        try:
            paths += find_parts(folder)
        except InvalidInputError:
            if not (folder.is_dir() and error_paths(folder)):
                raise
    if paths:
        return describe(paths)
    # Everything failed: the report shows the failures.
    return DatasetInfo(rows=0, dimensions=0, model=None, input_types=(), options=(), scopes=())


def _summarize(folders: Sequence[Folder]) -> tuple[Integers, Summary]:
    """Count the rows of each item, which are adjacent, shape (items,); and what there is."""
    counts: list[int] = []
    types: Counter[str] = Counter()
    vectors: Counter[tuple[str, str | None]] = Counter()
    times: list[Numbers] = [np.empty((0, 2))]
    last_id = None
    for batch in scan(folders, ["id", "input_type", *_LABELS, *_TIMES]):
        ids, input_types = (batch.column(name) for name in ("id", "input_type"))
        ids = ids.to_numpy(zero_copy_only=False)
        starts = np.flatnonzero(np.append(True, ids[1:] != ids[:-1]))
        lengths = np.diff(np.append(starts, len(ids))).tolist()
        options, scopes = (batch.column(name).to_pylist() for name in _LABELS)
        types_of_rows = input_types.to_pylist()
        kinds = [option or kind for option, kind in zip(options, types_of_rows, strict=True)]
        vectors.update(zip(kinds, scopes, strict=True))
        columns = [batch.column(name).to_numpy(zero_copy_only=False) for name in _TIMES]
        times.append(np.stack(columns, axis=1))
        if ids[0] == last_id:  # the batch ended within an item
            counts[-1] += lengths.pop(0)
            starts = starts[1:]
        counts += lengths
        types.update(input_types.take(starts).to_pylist())
        last_id = ids[-1]
    rows_of_items = np.array(counts, np.int64)
    return rows_of_items, Summary(types, _total_sec(np.concatenate(times), rows_of_items), vectors)


def _total_sec(times: Numbers, rows_of_items: Integers) -> float:
    """Return the length of all items, each from its first start to its last end."""
    if not len(times):
        return 0.0
    first_rows = np.append(0, np.cumsum(rows_of_items)[:-1])
    starts = np.fmin.reduceat(times[:, 0], first_rows)
    ends = np.fmax.reduceat(times[:, 1], first_rows)
    return float(np.nansum(ends - starts))


def _sample_items(rows_of_items: Integers, max_rows: int) -> Integers:
    """Return the indexes of the items in the sample, in order."""
    if rows_of_items.sum() <= max_rows:
        return np.arange(len(rows_of_items))
    # Items and not rows, so that timelines have no gaps.
    shuffled = np.random.default_rng(0).permutation(len(rows_of_items))
    fits = np.cumsum(rows_of_items[shuffled]) <= max_rows
    fits[0] = True  # one is always shown
    return np.sort(shuffled[fits])


def _read(
    folders: Sequence[Folder], info: DatasetInfo, number: Integers, summary: Summary
) -> ReportDataset:
    """Read the rows of the items in the sample."""
    ids: dict[int, tuple[str, str]] = {}
    labels: dict[str, list[str | None]] = {name: [] for name in _LABELS}
    starts, ends, vectors = (
        [np.empty(0)],
        [np.empty(0)],
        [np.empty((0, info.dimensions), np.float32)],
    )
    for batch, numbers in _batches(folders, number):
        rows = zip(
            numbers.tolist(),
            batch.column("id").to_pylist(),
            batch.column("input_type").to_pylist(),
            strict=True,
        )
        ids.update({item: (unsigned(id), input_type) for item, id, input_type in rows})
        for name in _LABELS:
            labels[name] += batch.column(name).to_pylist()
        starts.append(batch.column("start_sec").to_numpy(zero_copy_only=False))
        ends.append(batch.column("end_sec").to_numpy(zero_copy_only=False))
        vectors.append(unit(vectors_of(batch)))
    return ReportDataset(
        model=info.model or "",
        ids=[id for id, _ in ids.values()],
        input_types=[input_type for _, input_type in ids.values()],
        item=number[number >= 0],
        option=labels["option"],
        scope=labels["scope"],
        start_sec=np.concatenate(starts),
        end_sec=np.concatenate(ends),
        vectors=np.concatenate(vectors),
        summary=summary,
    )


def _batches(folders: Sequence[Folder], number: Integers) -> Iterator[tuple[Any, Integers]]:
    """Yield the rows of the sample in batches, with the numbers of their items."""
    position = 0
    for batch in scan(folders):
        numbers = number[position : position + batch.num_rows]
        position += batch.num_rows
        rows = np.flatnonzero(numbers >= 0)
        if len(rows):
            yield batch.take(rows), numbers[rows]


def group_failures(folders: Sequence[Folder]) -> list[FailureGroup]:
    """Group failures by the code of the error, the most frequent first."""
    groups = FailureGroups(max_failures=_MAX_FAILURES, counts_messages=True)
    for folder in folders:
        for failure in read_errors(folder):
            groups.add(failure)
    return list(groups.groups())
