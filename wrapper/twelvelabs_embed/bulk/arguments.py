"""Arguments of runs and dry runs: what each item is embedded with."""

from __future__ import annotations

from typing import cast

from twelvelabs_embed.bulk.row_settings import DefaultArguments, Defaults
from twelvelabs_embed.sending import EmbedArguments, EmbedOptions, ItemArguments, embed_options

__all__ = ["RunArguments", "item_options"]


class RunArguments(ItemArguments, DefaultArguments, total=False):
    """Keyword arguments of `client.bulk.run` and `dry_run`: those of each item."""


def item_options(arguments: RunArguments) -> tuple[EmbedOptions, Defaults]:
    """Return the options of each item, and the settings that the source does not give.

    Raises:
        TypeError: there is no such argument
    """
    names = Defaults.__struct_fields__
    rest = {name: value for name, value in arguments.items() if name not in names}
    given = {name: value for name, value in arguments.items() if name in names}
    return embed_options(cast(EmbedArguments, rest)), Defaults(**cast(DefaultArguments, given))
