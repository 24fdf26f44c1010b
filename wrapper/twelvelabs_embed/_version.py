"""The version of the distribution; pyproject.toml reads it here.

A constant, because asking `importlib.metadata` takes as long as importing a third of httpx, and a
zipped or frozen program has no metadata.
"""

VERSION = "0.1.0"
