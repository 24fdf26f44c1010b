"""Exact search over part files and LanceDB tables."""

from twelvelabs_embed.search.exact import *  # noqa: F403
from twelvelabs_embed.search.exact import __all__ as __all__
