"""Results: embeddings with their segments.

| module | contents |
|---|---|
| `embeddings` | `Embeddings`: selection, similarity, equality |
| `base` | the data alone, and what compares and joins it |
| `segments` | `Segment`, `Match`, `Usage` |
| `selection` | selection by option and scope |
| `vectors` | arrays: validation, unit length, cosine similarity, pooling |
| `export` | Arrow, Parquet and pandas |
| `notebook` | the view in a notebook |
"""

from twelvelabs_embed.results.embeddings import *  # noqa: F403
from twelvelabs_embed.results.embeddings import __all__ as __all__
