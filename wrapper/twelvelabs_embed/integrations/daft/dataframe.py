"""Dataframes with a column of vectors: `embed`, and the function that embeds a batch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias, Unpack
from uuid import uuid4

import numpy as np
from attrs import frozen

from twelvelabs_embed._extras import import_extra
from twelvelabs_embed._http.methods import spells_out
from twelvelabs_embed.batch.jobs import BatchResult, ConcurrencyConfig
from twelvelabs_embed.batch.rate_limiter import RateLimiter
from twelvelabs_embed.bulk.failures import code_of
from twelvelabs_embed.bulk.row_settings import Defaults, Row, RunArguments, item_options
from twelvelabs_embed.bulk.rows import COLUMNS, InvalidRow, RowReader, clean
from twelvelabs_embed.client import DEFAULT_TIMEOUT_SEC, connection
from twelvelabs_embed.errors import ConfigurationError
from twelvelabs_embed.integrations.daft.cluster_rate_limiter import WINDOW_SEC
from twelvelabs_embed.integrations.daft.engine import Settings, embed_all
from twelvelabs_embed.limits import InputType
from twelvelabs_embed.results.embeddings import Embeddings
from twelvelabs_embed.results.export import arrow_vectors, segment_columns
from twelvelabs_embed.results.segments import DOCUMENT_COLUMNS
from twelvelabs_embed.retry import Clock, RetryPolicy
from twelvelabs_embed.sending import EmbedOptions

# daft.DataFrame. Any, because pyright takes `daft` for this package when it looks at it alone.
DataFrame: TypeAlias = Any

__all__ = ["embed"]


@spells_out(EmbedOptions, Defaults, omit="progress")
def embed(
    df: DataFrame,
    column: str,
    *,
    type: InputType | None = None,
    out: str = "embeddings",
    error: str = "error",
    concurrency: int = 16,
    rpm: float | None = None,
    dimensions: int | None = None,
    batch_size: int | None = None,
    api_key: str | None = None,
    base_url: str | None = None,
    timeout_sec: float = DEFAULT_TIMEOUT_SEC,
    **item: Unpack[RunArguments],
) -> DataFrame:
    """Embed a column, on Daft's native runner or on Ray. A failed row does not stop the others.

    Nothing is sent before the dataframe is collected, shown or written, and everything is sent
    again each time it is: `collect()` it once. Daft runs the rows of one partition on one node, so
    split what is in memory with `into_partitions` for a cluster. When a node dies, Daft repeats the
    tasks that ran on it: their rows are charged again, and appear once.

    Args:
        df: the dataframe
        column: texts; or paths and links of media, which must be readable on every node; or structs
            with the columns of a manifest (`type`, `text`, `media`, `start`, ...)
        type: what texts, paths and links are embedded as; structs have their own type, or it is
            detected
        out: the name of the new column of vectors
        error: the name of the new column of errors
        concurrency: the maximum number of concurrent requests in the whole cluster; also of items
            in each process
        rpm: the maximum of requests per minute, in the whole cluster and in every minute, counting
            retries. Queries with the same key and `rpm` share it. Without it, the rate limit that
            the service's headers state applies
        model: the model's name
        dimensions: D, how many numbers the model's vectors have; otherwise `dimension` or 512
        batch_size: the maximum number of rows in a batch of Daft; four times `concurrency` when
            omitted
        start, end, segmentation, options, scopes: of audio and video, where the row has no own ones
        dimension, uncertainty, auto_truncate, check, route, keep_asset, wait_sec, request_options:
            as for `client.embed`
        api_key, base_url: otherwise those of the environment of this process. They travel with the
            query to the workers
        timeout_sec: the maximum wait for data, in seconds

    Returns:
        the dataframe with two more columns: `out`, a list of structs `option`, `scope` (string),
        `start_sec`, `end_sec` (double; these four null for texts and images), `start_page`,
        `end_page`, `quadrant` and `chunk_index` (integers, `quadrant` string; null except for pages
        and chunks of documents) and `vector` (fixed-size list of D float32), null when the row
        failed; and `error`, a struct of `code` and `message`, null when it did not

    Raises:
        ConfigurationError: the column, a name or a number is invalid, or there is no key
        InvalidInputError: the settings are valid neither for audio nor for video
        MissingDependencyError: daft is missing; the extra `daft` brings it
    """
    daft = import_extra("daft", "daft")
    _check_columns(df, column, type, (out, error))
    options, defaults = item_options(item)
    if dimensions is None:
        dimensions = options.dimension or 512
    if dimensions < 1:
        raise ConfigurationError(f"dimensions is {dimensions}, but a vector has at least 1 number")
    ConcurrencyConfig(concurrency=concurrency, rate_limiter=RateLimiter(rpm))  # validates them
    connected = connection(api_key, base_url, timeout_sec, RetryPolicy(), None, Clock(), False)
    settings = Settings(
        query=uuid4().hex,
        api_key=connected.headers["x-api-key"],
        base_url=connected.base_url,
        timeout_sec=timeout_sec,
        concurrency=concurrency,
        rpm=rpm,
        window_sec=WINDOW_SEC,
        type=type,
        dimensions=dimensions,
        defaults=defaults.as_row(),
        options=options,
    )
    # In one process, so that there is one engine; without a pool of actors, so that Daft repeats
    # the tasks of a dead node.
    function = daft.func.batch(
        return_dtype=_dtype(dimensions),
        batch_size=batch_size or 4 * concurrency,
        use_process=False,
    )(_embed_rows)
    both = f"_{settings.query}"
    df = df.with_column(both, function(df[column], settings))
    vectors, errors = df[both].get("embeddings"), df[both].get("error")
    return df.with_columns({out: vectors, error: errors}).exclude(both)


def _check_columns(
    df: DataFrame, column: str, type: InputType | None, new: tuple[str, str]
) -> None:
    names = df.column_names
    if column not in names:
        raise ConfigurationError(f"column is {column!r}, but there are {', '.join(names)}")
    for name in new:
        if name in names or new.count(name) > 1:
            raise ConfigurationError(
                f"{name!r} would be there twice: rename it with out=... or error=..."
            )
    dtype: Any = df.schema()[column].dtype
    if dtype.is_struct():
        if type is not None:
            raise ConfigurationError(
                f"type is {type!r}, but {column!r} has structs: set the field type of each"
            )
        if unknown := sorted(set(dtype.fields).difference(COLUMNS)):
            raise ConfigurationError(
                f"{column!r} has {', '.join(unknown)}, but fields are {', '.join(COLUMNS)}"
            )
    elif not dtype.is_string():
        raise ConfigurationError(f"{column!r} is of {dtype}, but it must be of strings or structs")
    elif type is None or type == "text_image":
        raise ConfigurationError(
            f"type is {type}, but {column!r} has strings: give text, image, audio, video or "
            "document; for a text with a picture, make a struct of text and media"
        )


def _dtype(dimensions: int) -> Any:
    DataType = import_extra("daft", "daft").DataType  # noqa: N806
    text, number = DataType.string(), DataType.float64()
    vector = DataType.fixed_size_list(DataType.float32(), dimensions)
    kinds = {"string": text, "int64": DataType.int64()}
    pages = {name: kinds[kind] for name, kind in DOCUMENT_COLUMNS.items()}
    segment = {"option": text, "scope": text, "start_sec": number, "end_sec": number, **pages}
    return DataType.struct(
        {
            "embeddings": DataType.list(DataType.struct({**segment, "vector": vector})),
            "error": DataType.struct({"code": text, "message": text}),
        }
    )


# -------------------------------------------------------------------------------- a batch of rows


@frozen
class _Failure:
    code: str
    message: str


_Result: TypeAlias = Embeddings | _Failure


def _embed_rows(column: Any, settings: Settings) -> Any:
    """Embed a batch. Daft calls it in several threads at once."""
    reader = RowReader(Path(), "", "row", settings.defaults)
    values = column.to_pylist()
    entries = [reader.read(_row(value, settings.type), i + 1) for i, value in enumerate(values)]
    inputs = {
        i: entry.input for i, entry in enumerate(entries) if not isinstance(entry, InvalidRow)
    }
    embedded = dict(zip(inputs, embed_all(list(inputs.values()), settings), strict=True))
    results = [
        _Failure(entry.code, entry.message)
        if isinstance(entry, InvalidRow)
        else _result(embedded[i], settings.dimensions)
        for i, entry in enumerate(entries)
    ]
    return _as_array(results, settings.dimensions)


def _row(value: Any, type: InputType | None) -> Row:
    if type is None:
        return value or {}
    return {"type": type, "text" if type == "text" else "media": value}


def _result(result: BatchResult, dimensions: int) -> _Result:
    if result.error is not None:
        return _Failure(code_of(result.error), clean(str(result.error)))
    embeddings = result.unwrap()
    found = embeddings.vectors.shape[1]
    if len(embeddings) and found != dimensions:
        message = f"its vectors have {found} dimensions: give dimensions={found}"
        return _Failure("other_dimensions", message)
    return embeddings


def _as_array(results: Sequence[_Result], dimensions: int) -> Any:
    """Build a `pyarrow.StructArray` of the results."""
    pa = import_extra("pyarrow", "daft")
    done = [result for result in results if isinstance(result, Embeddings)]
    segments = [segment for embeddings in done for segment in embeddings.segments]
    vectors = [embeddings.vectors for embeddings in done if len(embeddings)]
    vectors = vectors or [np.zeros((0, dimensions), np.float32)]
    columns = {**segment_columns(segments), "vector": arrow_vectors(np.concatenate(vectors))}
    starts: list[int | None] = []
    count = 0
    for result in results:
        starts.append(count if isinstance(result, Embeddings) else None)
        count += len(result) if isinstance(result, Embeddings) else 0
    lists = pa.LargeListArray.from_arrays(
        pa.array([*starts, count]),
        pa.StructArray.from_arrays([*columns.values()], [*columns]),
    )
    errors = pa.array(
        [
            {"code": result.code, "message": result.message}
            if isinstance(result, _Failure)
            else None
            for result in results
        ],
        pa.struct([("code", pa.string()), ("message", pa.string())]),
    )
    return pa.StructArray.from_arrays([lists, errors], ["embeddings", "error"])
