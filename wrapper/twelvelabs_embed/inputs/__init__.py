"""Inputs: what can be embedded, where its media comes from, and how it is segmented."""

from twelvelabs_embed.inputs.builders import *  # noqa: F403
from twelvelabs_embed.inputs.builders import __all__ as __all__
