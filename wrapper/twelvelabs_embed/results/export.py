"""Export of embeddings to Arrow, Parquet and pandas, and import from Arrow and Parquet."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
from msgspec.structs import asdict

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._files import atomic_path, expand_path
from twelvelabs_embed.results.segments import (
    ALL_COLUMNS,
    DOCUMENT_COLUMNS,
    SEGMENT_COLUMNS,
    Segment,
    Usage,
)

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped,import-not-found,unused-ignore]

    from twelvelabs_embed.results.base import EmbeddingsBase
    from twelvelabs_embed.results.vectors import Vectors

ArrowTable: TypeAlias = Any  # pyarrow.Table: pyarrow has no types

_SCHEMA_KEY = b"twelvelabs_embed"
_KINDS = {"option": "string", "scope": "string", "start_sec": "float64", "end_sec": "float64"}


def to_arrow(embeddings: EmbeddingsBase) -> ArrowTable:
    """Build the table of `Embeddings.to_arrow`."""
    pa = import_extra("pyarrow", "arrow")
    columns = {
        **arrow_columns(embeddings.segments, _KINDS),
        "vector": arrow_vectors(embeddings.vectors),
        **document_columns(embeddings.segments),
    }
    if embeddings.uncertainties is not None:
        columns["uncertainty"] = arrow_vectors(embeddings.uncertainties)
    metadata = {_SCHEMA_KEY: json.dumps(_metadata(embeddings))}
    return pa.table(columns).replace_schema_metadata(metadata)


def from_arrow(table: ArrowTable) -> dict[str, Any]:
    """Read the arguments of `Embeddings` from a table that `to_arrow` built."""
    arguments = _read_metadata(table)
    if arguments.get("usage") is not None:
        arguments["usage"] = Usage(**arguments["usage"])
    columns = [name for name in table.column_names if name in ALL_COLUMNS]
    rows = zip(*(table.column(name).to_pylist() for name in columns), strict=True)
    if "uncertainty" in table.column_names:
        arguments["uncertainties"] = _numpy_vectors(table, "uncertainty")
    return {
        "vectors": _numpy_vectors(table, "vector"),
        "segments": [Segment(**dict(zip(columns, values, strict=True))) for values in rows],
        **arguments,
    }


def to_parquet(embeddings: EmbeddingsBase, path: str | os.PathLike[str]) -> None:
    """Write the file of `Embeddings.to_parquet`."""
    parquet = import_extra("pyarrow.parquet", "arrow")
    table = to_arrow(embeddings)
    with atomic_path(expand_path(path, "path")) as temporary:
        parquet.write_table(table, temporary, use_dictionary=["option", "scope"])


def from_parquet(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read the arguments of `Embeddings` from a file that `to_parquet` wrote."""
    parquet = import_extra("pyarrow.parquet", "arrow")
    with parquet.ParquetFile(expand_path(path, "path")) as file:
        return from_arrow(file.read())


def to_pandas(embeddings: EmbeddingsBase) -> pandas.DataFrame:
    """Build the frame of `Embeddings.to_pandas`."""
    pd = import_extra("pandas", "pandas")
    segments = embeddings.segments
    columns: dict[str, Any] = {
        name: [getattr(segment, name) for segment in segments] for name in SEGMENT_COLUMNS
    }
    for name in ("start_sec", "end_sec"):  # numbers also where all are missing
        columns[name] = np.array(columns[name], dtype=np.float64)
    columns["vector"] = list(embeddings.vectors)
    if any(segment.is_of_document for segment in segments):
        for name, kind in DOCUMENT_COLUMNS.items():
            values = [getattr(segment, name) for segment in segments]
            columns[name] = pd.array(values, "Int64") if kind == "int64" else values
    if embeddings.uncertainties is not None:
        columns["uncertainty"] = list(embeddings.uncertainties)
    frame = pd.DataFrame(columns)
    frame.attrs.update(_metadata(embeddings))
    return cast("pandas.DataFrame", frame)


# --- columns --------------------------------------------------------------------------------------


def arrow_columns(segments: Sequence[Segment], kinds: dict[str, str]) -> dict[str, Any]:
    """Build an Arrow array for each field of segments that `kinds` names, of the type it gives."""
    pa = import_extra("pyarrow", "arrow")
    return {
        name: pa.array([getattr(segment, name) for segment in segments], kind)
        for name, kind in kinds.items()
    }


def segment_columns(segments: Sequence[Segment]) -> dict[str, Any]:
    """Build the columns that describe segments, those of documents included."""
    return arrow_columns(segments, {**_KINDS, **DOCUMENT_COLUMNS})


def document_columns(segments: Sequence[Segment]) -> dict[str, Any]:
    """Build the columns of documents; none where no segment is of one."""
    if not any(segment.is_of_document for segment in segments):
        return {}
    return arrow_columns(segments, DOCUMENT_COLUMNS)


def arrow_vectors(vectors: Vectors) -> Any:
    """Build a column of fixed-size lists, which shares the memory of the vectors."""
    pa = import_extra("pyarrow", "arrow")
    kind = pa.list_(pa.float32(), vectors.shape[1])
    if not vectors.size:  # from_arrays knows no lists of length 0
        return pa.array([], kind)
    return pa.FixedSizeListArray.from_arrays(pa.array(vectors.reshape(-1)), type=kind)


def _numpy_vectors(table: ArrowTable, name: str) -> Vectors:
    lists = table.column(name).combine_chunks()
    numbers: Vectors = lists.flatten().to_numpy()
    return numbers.reshape(len(lists), lists.type.list_size)


# --- metadata -------------------------------------------------------------------------------------


def _metadata(embeddings: EmbeddingsBase) -> dict[str, Any]:
    """Build the JSON document of what applies to all embeddings."""
    document = {name: getattr(embeddings, name) for name in ("model", "input_type", "metadata")}
    return document if embeddings.usage is None else {**document, "usage": asdict(embeddings.usage)}


def _read_metadata(table: ArrowTable) -> dict[str, Any]:
    missing = {*SEGMENT_COLUMNS, "vector"}.difference(table.column_names)
    schema_metadata: dict[bytes, bytes] = table.schema.metadata or {}
    document = schema_metadata.get(_SCHEMA_KEY)
    vector_type = None if missing else table.schema.field("vector").type
    if document is None or not hasattr(vector_type, "list_size"):
        raise ValueError("the table was not made by Embeddings.to_arrow")
    return cast("dict[str, Any]", json.loads(document))
