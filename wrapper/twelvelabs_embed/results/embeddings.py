"""Embeddings: vectors of one model, and the segment that each represents."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, SupportsIndex, final, overload

import numpy as np

from twelvelabs_embed._immutable import copy_with
from twelvelabs_embed.results.base import (
    EmbeddingsBase,
    check_same_model,
    join_uncertainties,
)
from twelvelabs_embed.results.segments import Match, Segment, Usage
from twelvelabs_embed.results.selection import check_present, count, not_one_vector, span
from twelvelabs_embed.results.vectors import (
    Pooling,
    Vectors,
    as_uncertainties,
    as_vectors,
    cosine,
    nearest_rows,
    pool,
    read_vectors,
    same_uncertainties,
)

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas  # type: ignore[import-untyped,import-not-found,unused-ignore]

    from twelvelabs_embed.results.export import ArrowTable
    from twelvelabs_embed.validation.routing import Route

__all__ = ["Embeddings", "Match", "Segment", "Usage"]


@final
class Embeddings(EmbeddingsBase):
    """Vectors of one model, and the segment that each represents.

    Iterating gives pairs, `for segment, vector in clips`. `len`, slices, masks and `==` work as
    usual; `clips[3]` is again `Embeddings`, with one vector, so that the model is not lost. The
    order is that of the response, of which the API guarantees nothing.

    Attributes:
        vectors: shape (N, D), float32, C-contiguous, finite. It shares the memory of the array
            passed in and is read-only: take `vectors.copy()` to change it
        segments: N of them, in the order of the vectors
        model: the model that made the vectors, such as `marengo3.0`
        input_type: `text`, `image`, `text_image`, `audio`, `video`, `document` or `multi_input`;
            `mixed` after joining several
        metadata: what the service reports of the media; None when it reports nothing. Do not change
            it
        usage: what the request used that all of these came from; None when the service does not
            report it, and after joining embeddings of different usage
        uncertainties: how uncertain each number is, higher for less certain. Shape (N, D), float32,
            read-only; NaN for vectors that have none, None when no vector has any
        route: how the input was sent to the service, and why; None after joining several. `==`
            ignores it

    Raises:
        TypeError: `vectors` or `uncertainties` is not an array of float32.
        ValueError: its shape is not (N, D), there are not N segments, or a number is not finite.
    """

    __slots__ = ()

    def __init__(
        self,
        vectors: Vectors,
        segments: Sequence[Segment],
        *,
        model: str,
        input_type: str,
        metadata: Mapping[str, Any] | None = None,
        usage: Usage | None = None,
        uncertainties: Vectors | None = None,
        route: Route | None = None,
    ) -> None:
        vectors = as_vectors(vectors)
        if len(segments) != len(vectors):
            raise ValueError(f"{len(vectors)} vectors, but {len(segments)} segments")
        if uncertainties is not None:
            uncertainties = as_uncertainties(uncertainties, vectors.shape)
        self._set_fields(
            vectors,
            tuple(segments),
            model,
            input_type,
            None if metadata is None else dict(metadata),
            usage,
            uncertainties,
            route,
        )

    @classmethod
    def concat(cls, parts: Iterable[Embeddings]) -> Embeddings:
        """Join several, in order.

        Metadata and usage are kept where all have the same, and are None otherwise.

        Raises:
            ModelMismatchError: they are of different models or dimensions.
            ValueError: there is nothing to join.
        """
        parts = list(parts)
        if not parts:
            raise ValueError("there is nothing to join")
        # One with vectors, because only these have dimensions to compare with.
        first = next((part for part in parts if len(part)), parts[0])
        for part in parts:
            check_same_model(first, part)
        input_types = {part.input_type for part in parts}
        same_metadata = all(part.metadata == first.metadata for part in parts)
        same_usage = all(part.usage == first.usage for part in parts)
        nonempty = [part for part in parts if len(part)] or [first]
        return cls(
            np.concatenate([part.vectors for part in nonempty]),
            [segment for part in parts for segment in part.segments],
            model=first.model,
            input_type=input_types.pop() if len(input_types) == 1 else "mixed",
            metadata=first.metadata if same_metadata else None,
            usage=first.usage if same_usage else None,
            uncertainties=join_uncertainties(nonempty),
        )

    # --- selection --------------------------------------------------------------------------------

    @property
    def vector(self) -> Vectors:
        """The only vector, shape (D,), float32.

        Raises:
            ValueError: there are none or several. The message lists what there is to select from.
        """
        if len(self) != 1:
            raise ValueError(not_one_vector(self.segments))
        vector: Vectors = self.vectors[0]
        return vector

    def select(
        self,
        *,
        option: str | Iterable[str] | None = None,
        scope: str | Iterable[str] | None = None,
    ) -> Embeddings:
        """Select by option and scope; each may be one value or several.

        Raises:
            ValueError: no embedding has one of the values, or none has both together.
        """
        options = check_present("option", option, [segment.option for segment in self.segments])
        scopes = check_present("scope", scope, [segment.scope for segment in self.segments])
        rows = [
            index
            for index, segment in enumerate(self.segments)
            if (options is None or segment.option in options)
            and (scopes is None or segment.scope in scopes)
        ]
        if not rows and self.segments:
            pairs = sorted({f"{segment.option} with {segment.scope}" for segment in self.segments})
            raise ValueError(
                f"no embedding has the option {option!r} with the scope {scope!r} "
                f"(present: {', '.join(pairs)})"
            )
        return self[rows]

    def __getitem__(
        self, index: SupportsIndex | slice | Sequence[int] | Sequence[bool] | npt.NDArray[Any]
    ) -> Embeddings:
        rows: npt.NDArray[np.intp] = np.atleast_1d(np.arange(len(self))[index])
        if rows.ndim != 1:
            raise IndexError("give one index: a number, a slice, a mask or a list of numbers")
        # A slice shares memory, as it does in numpy.
        selected = index if isinstance(index, slice) else rows
        unsure = None if self.uncertainties is None else self.uncertainties[selected]
        segments = [self.segments[int(row)] for row in rows]
        return self._with_vectors(self.vectors[selected], segments, unsure)

    def __len__(self) -> int:
        return len(self.vectors)

    def __iter__(self) -> Iterator[tuple[Segment, Vectors]]:
        # Pairs, because `for segment, vector in clips` is the usual loop.
        return zip(self.segments, self.vectors, strict=True)

    def __array__(
        self, dtype: npt.DTypeLike | None = None, copy: bool | None = None
    ) -> npt.NDArray[Any]:
        if copy is None:  # numpy.array of version 1 rejects None, and never passes anything else
            return np.asarray(self.vectors, dtype=dtype)
        return np.array(self.vectors, dtype=dtype, copy=copy)

    # --- similarity -------------------------------------------------------------------------------

    def similarity(self, other: Embeddings | npt.NDArray[np.floating[Any]]) -> Vectors:
        """Compute the cosine similarity of each vector with each vector of `other`.

        Args:
            other: `Embeddings`, or an array of shape (M, D) or (D,)

        Returns:
            Shape (N, M), float32, from -1 to 1; 0 for a vector of zeros.

        Raises:
            ModelMismatchError: `other` has another model or other dimensions.
            ValueError: `other` is an array of another shape or type.
        """
        return cosine(self.vectors, self._comparable(other))

    @overload
    def best(self, query: Embeddings | npt.NDArray[np.floating[Any]]) -> Match: ...
    @overload
    def best(
        self, query: Embeddings | npt.NDArray[np.floating[Any]], *, top: int
    ) -> list[Match]: ...
    def best(
        self, query: Embeddings | npt.NDArray[np.floating[Any]], *, top: int | None = None
    ) -> Match | list[Match]:
        """Find the embedding nearest to a query by cosine similarity, or the `top` nearest.

        Of those that are equally near, the first comes first.

        Args:
            query: `Embeddings` with one vector, or an array of shape (D,)
            top: how many, at least 1; fewer when there are fewer

        Raises:
            ModelMismatchError: the query has another model or other dimensions.
            ValueError: the query is not one vector, or there are no embeddings to search.
        """
        if top is not None and top < 1:
            raise ValueError(f"top must be at least 1, not {top}")
        if not len(self):
            raise ValueError("there are no embeddings to search")
        queries = self._comparable(query)
        if len(queries) != 1:
            raise ValueError(f"the query must be one vector, not {len(queries)}")
        scores = cosine(self.vectors, queries)[:, 0]
        nearest = nearest_rows(scores, top or 1)
        matches = [Match(row, float(scores[row]), self.segments[row]) for row in nearest]
        return matches[0] if top is None else matches

    def pool(self, how: Pooling = "mean") -> Embeddings:
        """Pool all of them into one embedding. Select first, so as not to mix clips with the asset.

        Its segment spans all of theirs, has what else they share, and no scope, because the API did
        not make it. It has no uncertainties.

        Args:
            how: `mean`; `mean_by_duration`, where each vector is weighted by its seconds; or `max`,
                the largest of each component

        Raises:
            ValueError: there are no embeddings, or no durations to weight by.
        """
        if not len(self):
            raise ValueError("there are no embeddings to pool")
        pooled = pool(how, self.vectors, self.segments)
        return self._with_vectors(pooled, [span(self.segments)])

    # --- export -----------------------------------------------------------------------------------

    def to_arrow(self) -> ArrowTable:
        """Make a table of one row for each vector. `from_arrow` reads it back without loss.

        Columns: `option`, `scope` (string), `start_sec`, `end_sec` (double), `vector` (fixed-size
        list of D floats; shares memory); where there are segments of documents, also `start_page`,
        `end_page` (int64), `quadrant` (string) and `chunk_index` (int64); where there are
        uncertainties, `uncertainty`, of the type of `vector`. Model, input type, metadata and usage
        are in the metadata of the schema, as JSON under `twelvelabs_embed`.

        Raises:
            MissingDependencyError: pyarrow is missing; the extra `arrow` brings it.
        """
        from twelvelabs_embed.results import export

        return export.to_arrow(self)

    @classmethod
    def from_arrow(cls, table: ArrowTable) -> Embeddings:
        """Read what `to_arrow` made.

        Raises:
            ValueError: the table was not made by `to_arrow`.
        """
        from twelvelabs_embed.results import export

        return cls(**export.from_arrow(table))

    def to_parquet(self, path: str | os.PathLike[str]) -> None:
        """Write a Parquet file with the columns of `to_arrow`.

        The write is atomic; a file that exists is replaced.

        Raises:
            MissingDependencyError: pyarrow is missing; the extra `arrow` brings it.
        """
        from twelvelabs_embed.results import export

        export.to_parquet(self, path)

    @classmethod
    def from_parquet(cls, path: str | os.PathLike[str]) -> Embeddings:
        """Read what `to_parquet` wrote.

        Raises:
            MissingDependencyError: pyarrow is missing; the extra `arrow` brings it.
            ValueError: the file was not written by `to_parquet`.
        """
        from twelvelabs_embed.results import export

        return cls(**export.from_parquet(path))

    def to_pandas(self) -> pandas.DataFrame:
        """Make a frame of one row for each vector, with the columns of `to_arrow`.

        `vector` and `uncertainty` hold arrays of shape (D,), float32. Missing times are NaN; pages
        and indexes are pandas' own `Int64`, which has missing values. `attrs` holds model, input
        type, metadata and, where the service reports it, usage.

        Raises:
            MissingDependencyError: pandas is missing; the extra `pandas` brings it.
        """
        from twelvelabs_embed.results import export

        return export.to_pandas(self)

    # --- equality, pickling, repr -----------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        """Return whether everything but the route is equal."""
        if not isinstance(other, Embeddings):
            return NotImplemented
        return (
            (self.model, self.input_type) == (other.model, other.input_type)
            and self.segments == other.segments
            and (self.metadata, self.usage) == (other.metadata, other.usage)
            and np.array_equal(self.vectors, other.vectors)
            and same_uncertainties(self.uncertainties, other.uncertainties)
        )

    def __reduce__(self) -> tuple[Callable[..., Embeddings], tuple[Any, ...]]:
        # Through the constructor, because an unpickled array is writeable.
        make = partial(
            Embeddings,
            model=self.model,
            input_type=self.input_type,
            metadata=self.metadata,
            usage=self.usage,
            uncertainties=self.uncertainties,
            route=self.route,
        )
        return make, (self.vectors, self.segments)

    def __repr__(self) -> str:
        rows, dimensions = self.vectors.shape
        kinds = [
            ", ".join(f"{count} {value}" for value, count in counts.items())
            for counts in (count(self.segments, "option"), count(self.segments, "scope"))
            if counts
        ]
        about = f"{rows} x {dimensions} {self.model} {self.input_type}"
        return f"<Embeddings {about}{': ' if kinds else ''}{'; '.join(kinds)}>"

    def _repr_html_(self) -> str:
        """Render for a notebook: a line of facts, a picture and the first embeddings."""
        from twelvelabs_embed.results.notebook import as_html

        return as_html(self)

    def _with_vectors(
        self, vectors: Vectors, segments: Sequence[Segment], uncertainties: Vectors | None = None
    ) -> Embeddings:
        return copy_with(self, vectors=vectors, segments=segments, uncertainties=uncertainties)

    def _comparable(self, other: Embeddings | npt.NDArray[Any]) -> Vectors:
        """Return the vectors of `other`, which are validated to be comparable."""
        if not isinstance(other, Embeddings):
            return read_vectors(other, dimensions=self.vectors.shape[1])
        check_same_model(self, other)
        return other.vectors
