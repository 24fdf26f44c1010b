"""Datasets to search: the Parquet parts of a run, or a LanceDB table; and what is found there."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias, cast

from attrs import field, frozen

from twelvelabs_embed._files import expand_path
from twelvelabs_embed.bulk.errors import DamagedFileError
from twelvelabs_embed.bulk.numbered_files import opened
from twelvelabs_embed.bulk.part_files import part_paths
from twelvelabs_embed.errors import InvalidInputError, ModelMismatchError, Violation
from twelvelabs_embed.results.export import ArrowTable
from twelvelabs_embed.results.segments import SEGMENT_COLUMNS, Segment

__all__ = ["DatasetInfo", "Hit", "Where", "find_parts"]

Where: TypeAlias = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
"""A folder of parts, or several; one part or several; or a LanceDB table: its folder, or that of
its database."""

DESCRIBED = ("model", "input_type", "option", "scope")
SHOWN = ("id", "input_type", *SEGMENT_COLUMNS)


@frozen
class Hit:
    """A segment that is near to a query, or several neighbouring ones.

    Attributes:
        id: the id of its item
        score: the cosine similarity, from -1 to 1; with `fusion` the score of that
        input_type: what the item was embedded as
        segment: the part of the item that the vector represents; of several, what spans all
        scores: with `fusion`, the cosine similarity by option, of what there is
        merged: how many neighbouring segments it joins
    """

    id: str
    score: float
    input_type: str
    segment: Segment
    scores: Mapping[str, float] = field(factory=dict[str, float])
    merged: int = 1


@frozen(kw_only=True)
class DatasetInfo:
    """What there is to search.

    Attributes:
        rows: how many vectors there are
        dimensions: how many dimensions a vector has
        model: the model that made them; None when there are no rows
        input_types: what the items were embedded as, sorted
        options: the options that occur, sorted; texts and images have none
        scopes: the scopes that occur, sorted; texts and images have none
    """

    rows: int
    dimensions: int
    model: str | None
    input_types: tuple[str, ...]
    options: tuple[str, ...]
    scopes: tuple[str, ...]


@frozen
class PartSource:
    """Parts to search.

    Attributes:
        folder: the folder that a run wrote; None for parts that were given one by one
        paths: these parts
    """

    folder: Path | None
    paths: Sequence[Path] = ()

    def find(self) -> list[Path]:
        """Return the parts that there are now.

        Raises:
            InvalidInputError: there are none
        """
        if self.folder is not None:
            return find_parts(self.folder)
        if missing := [path for path in self.paths if not path.exists()]:
            raise InvalidInputError([no_parts(missing[0], "does not exist")])
        return list(self.paths)


def find_sources(where: Where) -> Path | list[PartSource]:
    """Return the LanceDB table, or the folders and parts to search.

    Raises:
        InvalidInputError: there are none
    """
    given = [where] if isinstance(where, (str, os.PathLike)) else where
    paths = [expand_path(path, "where") for path in given]
    if len(paths) == 1 and (table := _find_lance(paths[0])) is not None:
        return table
    folders = [path.is_dir() for path in paths]
    if all(folders):
        return [PartSource(path) for path in drop_empty_shards(dict.fromkeys(paths))]
    if any(folders):
        raise InvalidInputError(
            [no_parts(paths[folders.index(False)], "is no folder, and others of these are folders")]
        )
    return [PartSource(None, paths)]


def drop_empty_shards(folders: Iterable[Path]) -> list[Path]:
    """Omit folders of runs that had no items, such as shards of a few, if others have vectors."""
    given = list(folders)
    with_parts = [path for path in given if not (path / "run.json").exists() or part_paths(path)]
    return with_parts or given


def find_parts(folder: str | os.PathLike[str]) -> list[Path]:
    """Return the parts of a folder.

    Raises:
        InvalidInputError: there are none
    """
    path = Path(folder)
    paths = part_paths(path) if path.is_dir() else []
    if not paths:
        what = "contains no vectors" if path.is_dir() else "is not a folder"
        raise InvalidInputError([no_parts(path, what)])
    return paths


def no_parts(path: Path, what: str) -> Violation:
    """Describe a path that is not a dataset."""
    return Violation(
        "where",
        f"{str(path)!r} {what}",
        "a dataset is a folder with part-00000.parquet and so on, or a LanceDB table",
        "Give the folder that a run wrote",
    )


def _find_lance(path: Path) -> Path | None:
    """Return the folder of a LanceDB table: this one, or the only table of a database."""
    if path.suffix == ".lance":
        return path
    tables = sorted(path.glob("*.lance")) if path.is_dir() else []
    if len(tables) > 1:
        names = ", ".join(table.name for table in tables)
        hint = f"Give one of them: {tables[0]}"
        raise InvalidInputError(
            [Violation("where", f"{str(path)!r} has {names}", "one table is searched", hint)]
        )
    return tables[0] if tables else None


def describe_parts(paths: Iterable[Path]) -> DatasetInfo:
    """Describe parts, without reading vectors.

    Raises:
        InvalidInputError: one is not a part
        ModelMismatchError: they have different models or dimensions
    """
    values: dict[str, set[str]] = {name: set() for name in DESCRIBED}
    dimensions: dict[int, Path] = {}
    rows = 0
    for path in paths:
        with open_part(path) as file:
            rows += file.metadata.num_rows
            dimensions.setdefault(dimensions_of(file.schema_arrow, path), path)
            table = file.read(DESCRIBED)
        for name, some in values_of(table).items():
            values[name] |= some
    if len(dimensions) > 1:
        lengths = " and ".join(f"{path.name} ({count})" for count, path in dimensions.items())
        raise ModelMismatchError(f"vectors of different dimensions do not mix: {lengths}")
    return as_info(values, rows, next(iter(dimensions), 0))


def values_of(table: ArrowTable) -> dict[str, set[str]]:
    """Return the values that occur in the columns that describe a dataset."""
    return {name: set(table.column(name).unique().drop_null().to_pylist()) for name in DESCRIBED}


def join_infos(infos: Sequence[DatasetInfo]) -> DatasetInfo:
    """Describe several datasets as one.

    Raises:
        ModelMismatchError: they have different models or dimensions
    """
    dimensions = {info.dimensions for info in infos if info.rows}
    if len(dimensions) > 1:
        lengths = " and ".join(map(str, sorted(dimensions)))
        raise ModelMismatchError(f"vectors of different dimensions do not mix: {lengths}")
    values = {
        "model": {info.model for info in infos if info.model is not None},
        "input_type": {value for info in infos for value in info.input_types},
        "option": {value for info in infos for value in info.options},
        "scope": {value for info in infos for value in info.scopes},
    }
    return as_info(values, sum(info.rows for info in infos), max(dimensions, default=0))


def as_info(values: Mapping[str, set[str]], rows: int, dimensions: int) -> DatasetInfo:
    """Describe a dataset whose columns have these values.

    Raises:
        ModelMismatchError: they are of several models
    """
    if len(values["model"]) > 1:
        models = " and ".join(sorted(values["model"]))
        raise ModelMismatchError(f"vectors of different models do not mix: there are {models}")
    return DatasetInfo(
        rows=rows,
        dimensions=dimensions,
        model=next(iter(values["model"]), None),
        input_types=tuple(sorted(values["input_type"])),
        options=tuple(sorted(values["option"])),
        scopes=tuple(sorted(values["scope"])),
    )


@contextmanager
def open_part(path: Path) -> Generator[Any]:
    """Open a part, whose texts are read as dictionaries.

    Raises:
        InvalidInputError: it is not a part
        DamagedFileError: it cannot be read
    """
    try:
        with opened(path, ["id", *DESCRIBED]) as file:
            yield file
    except DamagedFileError as error:
        if isinstance(error.__cause__, KeyError):  # it has no such column
            raise InvalidInputError([no_parts(path, "is not a part")]) from error
        raise


def dimensions_of(schema: Any, path: Path) -> int:
    """Return the dimensions of the vectors of a part or table, after validating its columns."""
    if missing := {*DESCRIBED, *SHOWN, "vector"}.difference(schema.names):
        raise InvalidInputError([no_parts(path, f"has no column {min(missing)}")])
    return cast(int, schema.field("vector").type.list_size)
