"""What an embedding call gives back: the vectors, and what each of them stands for."""

from __future__ import annotations

import difflib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from math import isfinite
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    SupportsIndex,
    TypeAlias,
    cast,
    final,
    overload,
)

import numpy as np
import numpy.typing as npt
from attrs import asdict, field, frozen

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed.errors import ModelMismatchError

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped,import-not-found,unused-ignore]

    from twelvelabs_embed.validation.routing import Route

__all__ = ["Embeddings", "Match", "Segment", "Usage"]

Vectors: TypeAlias = npt.NDArray[np.float32]
ArrowTable: TypeAlias = Any  # pyarrow.Table: pyarrow has no types
Pooling: TypeAlias = Literal["mean", "mean_by_duration", "max"]


@frozen(repr=False)
class Segment:
    """The part of an input that one vector stands for.

    Attributes:
        option: what it describes: `visual`, `audio`, `transcription`, `text`, or `fused` for all of
            them together; None for text and images
        scope: `clip` for a segment, `page` for a page or its quarter, `chunk` for a piece of a
            text, `asset` for the whole file; None for text and images
        start_sec: where the segment starts, in seconds; only of audio and video
        end_sec: where it ends, in seconds; only of audio and video
        start_page: the first page that it stands for, from 1; only of PDFs
        end_page: the last one, itself included; only of PDFs
        quadrant: the quarter of a page, such as `top_left`; None for whole pages
        chunk_index: which piece of the text, from 0; only of text documents

    Words are plain strings: an API that is newer than this library may send others.
    Source: `EmbeddingData` in the contract.
    """

    option: str | None = None
    scope: str | None = None
    start_sec: float | None = None
    end_sec: float | None = None
    start_page: int | None = None
    end_page: int | None = None
    quadrant: str | None = None
    chunk_index: int | None = None

    def __repr__(self) -> str:
        # Most rows are of no document, and need not say so.
        shown = [
            f"{name}={value!r}"
            for name in (*_SEGMENT_COLUMNS, *DOCUMENT_COLUMNS)
            if (value := getattr(self, name)) is not None or name in _SEGMENT_COLUMNS
        ]
        return f"Segment({', '.join(shown)})"


def _as_tokens(input_tokens: Mapping[str, int]) -> Mapping[str, int]:
    return dict(input_tokens)


@frozen
class Usage:
    """What a request used, as models from `marengo3.5` on say it.

    Attributes:
        input_tokens: how many tokens each kind of content took, such as `{"text": 12}`. Not to be
            changed
        truncated: whether something was cut off to fit
        truncation_reason: why, such as `model_context_window`; None when nothing was cut off

    Source: `EmbeddingUsage` in the contract.
    """

    input_tokens: Mapping[str, int] = field(converter=_as_tokens)
    truncated: bool = False
    truncation_reason: str | None = None


@frozen
class Match:
    """A row that is near to a query.

    Attributes:
        index: the row's index
        score: the cosine similarity, from -1 to 1
        segment: what the row stands for
    """

    index: int
    score: float
    segment: Segment


def _as_vectors(vectors: Vectors) -> Vectors:
    """The same memory where possible, as an array that cannot be written to."""
    if (kind := getattr(vectors, "dtype", type(vectors).__name__)) != np.float32:
        raise TypeError(f"vectors must be a numpy array of float32, not {kind}")
    if vectors.ndim != 2:
        raise ValueError(f"vectors must have the shape (N, D), not {vectors.shape}")
    if len(vectors) and not vectors.size:
        raise ValueError("vectors must have at least one number")
    if not is_finite(vectors):
        raise ValueError("vectors must be finite numbers")
    return _read_only(vectors)


def is_finite(vectors: Vectors) -> bool:
    """Whether all numbers are, found without a second array of the same size."""
    if not vectors.size or (vectors.flags.c_contiguous and isfinite(np.vdot(vectors, vectors))):
        return True
    # The sum of squares is the quickest, but numbers above 10**19 make it infinite, too.
    return isfinite(vectors.min()) and isfinite(vectors.max())


def _read_only(numbers: Vectors) -> Vectors:
    frozen_view = np.ascontiguousarray(numbers).view()
    frozen_view.flags.writeable = False
    return frozen_view


def _as_uncertainties(uncertainties: Vectors | None) -> Vectors | None:
    if uncertainties is None:
        return None
    kind = getattr(uncertainties, "dtype", type(uncertainties).__name__)
    if kind != np.float32:
        raise TypeError(f"uncertainties must be a numpy array of float32, not {kind}")
    if np.isinf(uncertainties).any():
        raise ValueError("uncertainties must be finite numbers, or NaN where there are none")
    return _read_only(uncertainties)


def _as_segments(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    return tuple(segments)


def _as_metadata(metadata: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return None if metadata is None else dict(metadata)


@final
@frozen(eq=False, repr=False)
class Embeddings:
    """Vectors of one model, and the segment that each stands for.

    Iterating gives pairs, `for segment, vector in clips`. `len`, slices, masks and `==` work as one
    expects; `clips[3]` is again `Embeddings`, of one row, so that the model is not lost on the way.
    Rows keep the order of the answer, of which the API promises nothing.

    Attributes:
        vectors: shape (N, D), float32, C-contiguous, finite. It shares the memory of the array that
            was given and cannot be written to: take `vectors.copy()` to change it
        segments: N of them, in the order of the rows
        model: the model that made the vectors, such as `marengo3.0`
        input_type: `text`, `image`, `text_image`, `audio`, `video`, `document` or `multi_input`;
            `mixed` after joining several
        metadata: what the service says of the media; None when it says nothing. Not to be changed
        usage: what the request used that all of these rows came from; None when the service does
            not say, and after joining rows of which that differs
        uncertainties: how unsure each number is, higher for less sure. Shape (N, D), float32, not
            to be written to; NaN in rows that have none, None when no row has any
        route: which way the input went to the service, and why; None after joining several. It does
            not count in `==`

    Raises:
        TypeError: `vectors` or `uncertainties` is no array of float32.
        ValueError: its shape is not (N, D), there are not N segments, or a number is not finite.
    """

    vectors: Vectors = field(converter=_as_vectors)
    segments: tuple[Segment, ...] = field(converter=_as_segments)
    model: str = field(kw_only=True)
    input_type: str = field(kw_only=True)
    metadata: Mapping[str, Any] | None = field(default=None, converter=_as_metadata, kw_only=True)
    usage: Usage | None = field(default=None, kw_only=True)
    uncertainties: Vectors | None = field(default=None, converter=_as_uncertainties, kw_only=True)
    route: Route | None = field(default=None, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if len(self.segments) != len(self.vectors):
            raise ValueError(f"{len(self.vectors)} vectors, but {len(self.segments)} segments")
        unsure = self.uncertainties
        if unsure is not None and unsure.shape != self.vectors.shape:
            shapes = f"{self.vectors.shape}, not {unsure.shape}"
            raise ValueError(f"uncertainties must have the shape of the vectors, {shapes}")

    @classmethod
    def concat(cls, parts: Iterable[Embeddings]) -> Embeddings:
        """All rows of several, in order.

        Metadata and usage are kept where all parts have the same, and are None otherwise.

        Raises:
            ModelMismatchError: they are of different models or lengths.
            ValueError: there is nothing to join.
        """
        parts = list(parts)
        if not parts:
            raise ValueError("there is nothing to join")
        # One with rows, because only rows have a length to compare with.
        first = next((part for part in parts if len(part)), parts[0])
        for part in parts:
            _check_same_model(first, part)
        input_types = {part.input_type for part in parts}
        same_metadata = all(part.metadata == first.metadata for part in parts)
        same_usage = all(part.usage == first.usage for part in parts)
        with_rows = [part for part in parts if len(part)] or [first]
        return cls(
            np.concatenate([part.vectors for part in with_rows]),
            [segment for part in parts for segment in part.segments],
            model=first.model,
            input_type=input_types.pop() if len(input_types) == 1 else "mixed",
            metadata=first.metadata if same_metadata else None,
            usage=first.usage if same_usage else None,
            uncertainties=join_uncertainties(with_rows),
        )

    # --- one vector, or some ----------------------------------------------------------------------

    @property
    def vector(self) -> Vectors:
        """The only vector, shape (D,), float32.

        Raises:
            ValueError: there are none or several. The message says what there is to choose from.
        """
        if len(self) != 1:
            raise ValueError(_how_to_choose(self))
        vector: Vectors = self.vectors[0]
        return vector

    def select(
        self,
        *,
        option: str | Iterable[str] | None = None,
        scope: str | Iterable[str] | None = None,
    ) -> Embeddings:
        """The rows with this option and this scope; each may be one value or several.

        Raises:
            ValueError: no row has one of the values, or none has both together.
        """
        options = _check_present("option", option, [segment.option for segment in self.segments])
        scopes = _check_present("scope", scope, [segment.scope for segment in self.segments])
        rows = [
            index
            for index, segment in enumerate(self.segments)
            if (options is None or segment.option in options)
            and (scopes is None or segment.scope in scopes)
        ]
        if not rows and self.segments:
            pairs = sorted({f"{segment.option} with {segment.scope}" for segment in self.segments})
            raise ValueError(
                f"no row has the option {option!r} with the scope {scope!r} "
                f"(present: {', '.join(pairs)})"
            )
        return self[rows]

    def __getitem__(
        self, index: SupportsIndex | slice | Sequence[int] | Sequence[bool] | npt.NDArray[Any]
    ) -> Embeddings:
        rows: npt.NDArray[np.intp] = np.atleast_1d(np.arange(len(self))[index])
        if rows.ndim != 1:
            raise IndexError("rows have one index: a number, a slice, a mask or a list of numbers")
        # A slice shares memory, as it does in numpy.
        wanted = index if isinstance(index, slice) else rows
        unsure = None if self.uncertainties is None else self.uncertainties[wanted]
        segments = [self.segments[int(row)] for row in rows]
        return self._with_rows(self.vectors[wanted], segments, unsure)

    def __len__(self) -> int:
        return len(self.vectors)

    def __iter__(self) -> Iterator[tuple[Segment, Vectors]]:
        # Pairs, because `for segment, vector in clips` is what a loop over rows is written for.
        return zip(self.segments, self.vectors, strict=True)

    def __array__(
        self, dtype: npt.DTypeLike | None = None, copy: bool | None = None
    ) -> npt.NDArray[Any]:
        if copy is None:  # numpy.array of version 1 refuses None, and never passes anything else
            return np.asarray(self.vectors, dtype=dtype)
        return np.array(self.vectors, dtype=dtype, copy=copy)

    # --- comparing --------------------------------------------------------------------------------

    def similarity(self, other: Embeddings | npt.NDArray[np.floating[Any]]) -> Vectors:
        """The cosine similarity of each row with each row of `other`.

        Args:
            other: `Embeddings`, or an array of shape (M, D) or (D,)

        Returns:
            Shape (N, M), float32, from -1 to 1. A vector of zeros is similar to nothing: 0.

        Raises:
            ModelMismatchError: `other` is of another model or another length.
            ValueError: `other` is an array that does not fit.
        """
        return _cosine(self.vectors, _comparable(self, other))

    @overload
    def best(self, query: Embeddings | npt.NDArray[np.floating[Any]]) -> Match: ...
    @overload
    def best(
        self, query: Embeddings | npt.NDArray[np.floating[Any]], *, top: int
    ) -> list[Match]: ...
    def best(
        self, query: Embeddings | npt.NDArray[np.floating[Any]], *, top: int | None = None
    ) -> Match | list[Match]:
        """The row nearest to a query by cosine similarity, or the `top` nearest, nearest first.

        Of rows that are equally near, the first comes first.

        Args:
            query: `Embeddings` of one row, or an array of shape (D,)
            top: how many, at least 1; fewer come when there are fewer rows

        Raises:
            ModelMismatchError: the query is of another model or another length.
            ValueError: the query is not one vector, or there are no rows to find it in.
        """
        if top is not None and top < 1:
            raise ValueError(f"top must be at least 1, not {top}")
        if not len(self):
            raise ValueError("there are no rows to search")
        wanted = _comparable(self, query)
        if len(wanted) != 1:
            raise ValueError(f"the query must be one vector, not {len(wanted)}")
        scores = _cosine(self.vectors, wanted)[:, 0]
        nearest = map(int, np.argsort(-scores, kind="stable")[: top or 1])
        matches = [Match(row, float(scores[row]), self.segments[row]) for row in nearest]
        return matches[0] if top is None else matches

    def pool(self, how: Pooling = "mean") -> Embeddings:
        """One row that stands for all of them. Select first, so as not to mix clips with the asset.

        Its segment spans all of theirs, has what else they share, and no scope, because the API did
        not make it. How unsure it is, nothing says: it has no uncertainties.

        Args:
            how: `mean`; `mean_by_duration`, where each row counts by its seconds; or `max`, the
                largest of each component

        Raises:
            ValueError: there are no rows, or no durations to count by.
        """
        if not len(self):
            raise ValueError("there are no rows to pool")
        if how not in _POOLINGS:
            raise ValueError(f"how must be one of {', '.join(_POOLINGS)}, not {how!r}")
        pooled = _POOLINGS[how](self)
        return self._with_rows(pooled[np.newaxis], [_span(self.segments)])

    # --- taking it elsewhere ----------------------------------------------------------------------

    def to_arrow(self) -> ArrowTable:
        """A table of one row for each vector. `from_arrow` reads it back without loss.

        Columns: `option`, `scope` (string), `start_sec`, `end_sec` (double), `vector` (fixed-size
        list of D floats; shares memory); where a row is of a document, also `start_page`,
        `end_page` (int64), `quadrant` (string) and `chunk_index` (int64); where there are
        uncertainties, `uncertainty`, which is like `vector`. Model, input type, metadata and usage
        are in the metadata of the schema, as JSON under `twelvelabs_embed`.

        Raises:
            MissingDependencyError: pyarrow is missing; the extra `arrow` brings it.
        """
        pa = import_extra("pyarrow", "arrow")
        columns = [
            pa.array([segment.option for segment in self.segments], pa.string()),
            pa.array([segment.scope for segment in self.segments], pa.string()),
            pa.array([segment.start_sec for segment in self.segments], pa.float64()),
            pa.array([segment.end_sec for segment in self.segments], pa.float64()),
            arrow_vectors(self.vectors),
        ]
        table = pa.Table.from_arrays(columns, names=[*_SEGMENT_COLUMNS, "vector"])
        for name, column in document_columns(self.segments).items():
            table = table.append_column(name, column)
        if self.uncertainties is not None:
            table = table.append_column("uncertainty", arrow_vectors(self.uncertainties))
        return table.replace_schema_metadata({_SCHEMA_KEY: json.dumps(self._about())})

    @classmethod
    def from_arrow(cls, table: ArrowTable) -> Embeddings:
        """What `to_arrow` made.

        Raises:
            ValueError: the table is not one of those.
        """
        about = _read_about(table)
        if about.get("usage") is not None:
            about["usage"] = Usage(**about["usage"])
        columns = [name for name in table.column_names if name in _SEGMENT_FIELDS]
        rows = zip(*(table.column(name).to_pylist() for name in columns), strict=True)
        unsure = "uncertainty" in table.column_names
        return cls(
            _numpy_vectors(table, "vector"),
            [Segment(**dict(zip(columns, values, strict=True))) for values in rows],
            uncertainties=_numpy_vectors(table, "uncertainty") if unsure else None,
            **about,
        )

    def to_parquet(self, path: str | os.PathLike[str]) -> None:
        """Writes a Parquet file with the columns of `to_arrow`.

        The file appears whole or not at all; one that exists is replaced.

        Raises:
            MissingDependencyError: pyarrow is missing; the extra `arrow` brings it.
        """
        parquet = import_extra("pyarrow.parquet", "arrow")
        table = self.to_arrow()
        target = Path(path).resolve()  # a link stays a link
        aside = target.with_name(f".{target.name}.{os.urandom(4).hex()}.part")
        try:
            parquet.write_table(table, aside, use_dictionary=["option", "scope"])
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)

    @classmethod
    def from_parquet(cls, path: str | os.PathLike[str]) -> Embeddings:
        """What `to_parquet` wrote.

        Raises:
            MissingDependencyError: pyarrow is missing; the extra `arrow` brings it.
            ValueError: the file is not one of those.
        """
        parquet = import_extra("pyarrow.parquet", "arrow")
        with parquet.ParquetFile(path) as file:
            return cls.from_arrow(file.read())

    def to_pandas(self) -> pandas.DataFrame:
        """A frame of one row for each vector, with the columns of `to_arrow`.

        `vector` and `uncertainty` hold arrays of shape (D,), float32. Times that are missing are
        NaN; pages and indexes are pandas' own `Int64`, which has missing values. `attrs` holds
        model, input type, metadata and, if the service says it, usage.

        Raises:
            MissingDependencyError: pandas is missing; the extra `pandas` brings it.
        """
        pd = import_extra("pandas", "pandas")
        columns: dict[str, Any] = {
            name: [getattr(segment, name) for segment in self.segments] for name in _SEGMENT_COLUMNS
        }
        for name in ("start_sec", "end_sec"):  # numbers also where all are missing
            columns[name] = np.array(columns[name], dtype=np.float64)
        columns["vector"] = list(self.vectors)
        if any(map(_is_of_document, self.segments)):
            for name, kind in DOCUMENT_COLUMNS.items():
                values = [getattr(segment, name) for segment in self.segments]
                columns[name] = pd.array(values, "Int64") if kind == "int64" else values
        if self.uncertainties is not None:
            columns["uncertainty"] = list(self.uncertainties)
        frame = pd.DataFrame(columns)
        frame.attrs.update(self._about())
        return cast("pandas.DataFrame", frame)

    # --- being a value ----------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        """Whether everything is equal, and not only the numbers; the route does not count."""
        if not isinstance(other, Embeddings):
            return NotImplemented
        return (
            (self.model, self.input_type) == (other.model, other.input_type)
            and self.segments == other.segments
            and (self.metadata, self.usage) == (other.metadata, other.usage)
            and np.array_equal(self.vectors, other.vectors)
            and _same_uncertainties(self.uncertainties, other.uncertainties)
        )

    def __reduce__(self) -> tuple[Callable[..., Embeddings], tuple[Any, ...]]:
        # By way of the constructor: a pickled array comes back writeable.
        make = partial(
            Embeddings,
            model=self.model,
            input_type=self.input_type,
            metadata=self.metadata,
            usage=self.usage,
            uncertainties=self.uncertainties,
        )
        return make, (self.vectors, self.segments)

    def __repr__(self) -> str:
        rows, dimensions = self.vectors.shape
        kinds = [
            ", ".join(f"{count} {value}" for value, count in counts.items())
            for counts in (_count(self.segments, "option"), _count(self.segments, "scope"))
            if counts
        ]
        about = f"{rows} x {dimensions} {self.model} {self.input_type}"
        return f"<Embeddings {about}{': ' if kinds else ''}{'; '.join(kinds)}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: a line of facts, a picture and the first rows."""
        from twelvelabs_embed.results.notebook import as_html

        return as_html(self)

    def _with_rows(
        self, vectors: Vectors, segments: Sequence[Segment], uncertainties: Vectors | None = None
    ) -> Embeddings:
        return Embeddings(
            vectors,
            segments,
            model=self.model,
            input_type=self.input_type,
            metadata=self.metadata,
            usage=self.usage,
            uncertainties=uncertainties,
        )

    def _about(self) -> dict[str, Any]:
        """What there is to say of all rows, as JSON has it."""
        about = {"model": self.model, "input_type": self.input_type, "metadata": self.metadata}
        return about if self.usage is None else {**about, "usage": asdict(self.usage)}


# --- choosing rows --------------------------------------------------------------------------------


def _count(segments: Iterable[Segment], name: str) -> Counter[str]:
    """How often each option or scope occurs, apart from None."""
    values = (getattr(segment, name) for segment in segments)
    return Counter(value for value in values if value is not None)


def _check_present(
    name: str, wanted: str | Iterable[str] | None, found: Sequence[str | None]
) -> set[str] | None:
    """The values to select, all of which some row has; None when all rows are wanted."""
    if wanted is None:
        return None
    values = {wanted} if isinstance(wanted, str) else set(wanted)
    present = sorted({value for value in found if value is not None})
    for value in sorted(values.difference(present)):
        near = difflib.get_close_matches(value, present, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        there = ", ".join(map(repr, present)) or "none"
        raise ValueError(f"no row has the {name} {value!r}{hint} ({name}s present: {there})")
    return values


def _how_to_choose(embeddings: Embeddings) -> str:
    if not len(embeddings):
        return "there are no vectors"
    segments = embeddings.segments
    parts = [f"there are {len(segments)} vectors, not one"]
    for name in ("option", "scope"):
        if counts := _count(segments, name):
            there = ", ".join(f"{value!r} ({count})" for value, count in counts.items())
            parts.append(f"{name}s present: {there}")
    kinds = Counter((segment.option, segment.scope) for segment in segments)
    single = [kind for kind, count in kinds.items() if count == 1 and None not in kind]
    # One vector for the whole file is what is most often meant.
    single.sort(key=lambda kind: kind[1] != "asset")
    if single:
        option, scope = single[0]
        parts.append(f'choose one with .select(scope="{scope}", option="{option}")')
    else:
        parts.append("choose one by its index, [0], or make one with .pool()")
    return "; ".join(parts)


# --- uncertainties --------------------------------------------------------------------------------


def join_uncertainties(parts: Sequence[Embeddings]) -> Vectors | None:
    """Those of all rows, NaN in rows of parts without any; None when no part has any."""
    if all(part.uncertainties is None for part in parts):
        return None
    return np.concatenate(
        [
            np.full_like(part.vectors, np.nan) if part.uncertainties is None else part.uncertainties
            for part in parts
        ]
    )


def _same_uncertainties(one: Vectors | None, other: Vectors | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other, equal_nan=True)


# --- comparing ------------------------------------------------------------------------------------


def _check_same_model(one: Embeddings, other: Embeddings) -> None:
    # Without rows there is no length that could differ.
    lengths = {part.vectors.shape[1] for part in (one, other) if len(part)}
    if one.model != other.model or len(lengths) > 1:
        names = [f"{part.model} ({part.vectors.shape[1]} numbers)" for part in (one, other)]
        raise ModelMismatchError(
            f"vectors of different models or lengths do not mix: {' and '.join(names)}"
        )


def _comparable(embeddings: Embeddings, other: object) -> Vectors:
    """The rows of `other`, once it is clear that they can be compared with these."""
    if isinstance(other, Embeddings):
        _check_same_model(embeddings, other)
        return other.vectors
    if not isinstance(other, np.ndarray):
        raise TypeError(f"expected Embeddings or a numpy array, not {type(other).__name__}")
    array = cast("npt.NDArray[Any]", other)
    fits = array.ndim in (1, 2) and array.shape[-1] == embeddings.vectors.shape[1]
    if not fits or array.dtype.kind not in "fiu":
        raise ValueError(
            f"an array of {array.dtype} of the shape {array.shape} cannot be compared with vectors "
            f"of {embeddings.vectors.shape[1]} numbers"
        )
    with np.errstate(over="ignore"):  # what does not fit becomes infinite, and is refused
        return _as_vectors(np.atleast_2d(array).astype(np.float32))


def _cosine(rows: Vectors, others: Vectors) -> Vectors:
    if not len(rows) or not len(others):
        return np.zeros((len(rows), len(others)), np.float32)
    cosine: Vectors = _unit(rows) @ _unit(others).T
    return np.clip(cosine, -1, 1, out=cosine)  # rounding may lead beyond


def _unit(vectors: Vectors) -> Vectors:
    """Each row with the length 1, and zeros as they are."""
    # Squares of very large or small numbers do not fit float32: first make the largest 1.
    largest = np.maximum(vectors.max(axis=1), -vectors.min(axis=1))[:, np.newaxis]
    scaled = np.divide(vectors, largest, out=np.zeros_like(vectors), where=largest > 0)
    lengths = np.sqrt(np.einsum("nd,nd->n", scaled, scaled))[:, np.newaxis]
    unit: Vectors = np.divide(scaled, lengths, out=scaled, where=lengths > 0)
    return unit


# --- pooling --------------------------------------------------------------------------------------


def _mean(embeddings: Embeddings) -> Vectors:
    mean: npt.NDArray[np.float64] = embeddings.vectors.mean(axis=0, dtype=np.float64)
    return mean.astype(np.float32)


def _mean_by_duration(embeddings: Embeddings) -> Vectors:
    durations_sec = [_duration_sec(segment) for segment in embeddings.segments]
    if not sum(durations_sec) > 0:
        raise ValueError("the rows have no durations to count by")
    return np.average(embeddings.vectors, axis=0, weights=durations_sec).astype(np.float32)


def _max(embeddings: Embeddings) -> Vectors:
    largest: Vectors = embeddings.vectors.max(axis=0)
    return largest


_POOLINGS: Mapping[str, Callable[[Embeddings], Vectors]] = {
    "mean": _mean,
    "mean_by_duration": _mean_by_duration,
    "max": _max,
}


def _duration_sec(segment: Segment) -> float:
    if segment.start_sec is None or segment.end_sec is None:
        raise ValueError("a row has no start or end, so no duration to count by")
    return max(segment.end_sec - segment.start_sec, 0.0)


def _span(segments: Sequence[Segment]) -> Segment:
    def said(name: str) -> list[Any]:
        values = (getattr(segment, name) for segment in segments)
        return [value for value in values if value is not None]

    def shared(name: str) -> Any:
        values = {getattr(segment, name) for segment in segments}
        return values.pop() if len(values) == 1 else None

    return Segment(
        option=shared("option"),
        start_sec=min(said("start_sec"), default=None),
        end_sec=max(said("end_sec"), default=None),
        start_page=min(said("start_page"), default=None),
        end_page=max(said("end_page"), default=None),
        quadrant=shared("quadrant"),
        chunk_index=shared("chunk_index"),
    )


# --- arrow ----------------------------------------------------------------------------------------

_SEGMENT_COLUMNS = ("option", "scope", "start_sec", "end_sec")
# There only where a row is of a document: other tables look as they did before there were any.
DOCUMENT_COLUMNS = {
    "start_page": "int64",
    "end_page": "int64",
    "quadrant": "string",
    "chunk_index": "int64",
}
_SEGMENT_FIELDS = (*_SEGMENT_COLUMNS, *DOCUMENT_COLUMNS)
_SCHEMA_KEY = b"twelvelabs_embed"


def arrow_vectors(vectors: Vectors) -> Any:
    pa = import_extra("pyarrow", "arrow")
    kind = pa.list_(pa.float32(), vectors.shape[1])
    if not vectors.size:  # from_arrays knows no lists of length 0
        return pa.array([], kind)
    return pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), type=kind)


def _numpy_vectors(table: ArrowTable, name: str) -> Vectors:
    lists = table.column(name).combine_chunks()
    numbers: Vectors = lists.flatten().to_numpy()
    return numbers.reshape(len(lists), lists.type.list_size)


def _is_of_document(segment: Segment) -> bool:
    """Whether it has what only segments of documents have."""
    # Spelled out: it is asked of each row of an archive.
    return (
        segment.start_page is not None
        or segment.end_page is not None
        or segment.quadrant is not None
        or segment.chunk_index is not None
    )


def document_columns(segments: Sequence[Segment]) -> dict[str, Any]:
    """What tables of documents have besides, as Arrow has it; nothing where no row is of one."""
    pa = import_extra("pyarrow", "arrow")
    if not any(map(_is_of_document, segments)):
        return {}
    return {
        name: pa.array([getattr(segment, name) for segment in segments], kind)
        for name, kind in DOCUMENT_COLUMNS.items()
    }


def _read_about(table: ArrowTable) -> dict[str, Any]:
    """Model, input type and metadata of a table that `to_arrow` made."""
    missing = {*_SEGMENT_COLUMNS, "vector"}.difference(table.column_names)
    schema_metadata: dict[bytes, bytes] = table.schema.metadata or {}
    about = schema_metadata.get(_SCHEMA_KEY)
    vector_type = None if missing else table.schema.field("vector").type
    if about is None or not hasattr(vector_type, "list_size"):
        raise ValueError("the table was not made by Embeddings.to_arrow")
    return cast("dict[str, Any]", json.loads(about))
