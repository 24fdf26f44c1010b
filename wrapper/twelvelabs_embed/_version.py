"""The version of the distribution; pyproject.toml reads it here.

A constant, because asking `importlib.metadata` takes as long as importing a third of httpx.
"""

VERSION = "0.1.0"
