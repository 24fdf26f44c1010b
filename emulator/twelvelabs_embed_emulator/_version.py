"""The version of the distribution, the same as that of `twelvelabs_embed`.

A constant: a zipped or frozen program has no metadata that `importlib.metadata` could read.
"""

VERSION = "0.1.0"
