"""Limits of the API as data: what each model takes at each endpoint; file signatures."""

from twelvelabs_embed.limits.tables import *  # noqa: F403
from twelvelabs_embed.limits.tables import __all__ as __all__
