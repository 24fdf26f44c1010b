"""Exact search over part files and LanceDB tables, with an index that is kept beside the parts.

| module | contents |
|---|---|
| `exact` | `search` and `describe` |
| `index` | `Index`: a dataset that stays open |
| `queries`, `options`, `filters` | what is asked |
| `quantization`, `ranking` | exact ranks from one byte for each number |
| `fusion`, `moments` | several options as one ranking; neighbouring segments as one hit |
| `snapshots`, `rows`, `lance_table` | a dataset as it is at one time |
| `shards`, `index_files`, `fingerprints` | the files of an index |
"""

from twelvelabs_embed.search.exact import DatasetInfo, Hit, describe, search
from twelvelabs_embed.search.index import Index

__all__ = ["DatasetInfo", "Hit", "Index", "describe", "search"]
