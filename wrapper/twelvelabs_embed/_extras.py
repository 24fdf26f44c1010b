"""Optional dependencies, each brought by an extra of the distribution."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from twelvelabs_embed.errors import MissingDependencyError


def import_extra(module: str, extra: str) -> Any:
    """Import a module that an extra brings.

    Raises:
        MissingDependencyError: it is not installed
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:  # other ImportErrors say best themselves what is wrong
        raise MissingDependencyError(module.partition(".")[0], extra) from error
