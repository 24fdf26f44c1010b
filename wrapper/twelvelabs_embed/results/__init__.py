"""Results: vectors with their segments, export to Arrow, Parquet and pandas, and notebooks."""

from twelvelabs_embed.results.embeddings import *  # noqa: F403
from twelvelabs_embed.results.embeddings import __all__ as __all__
