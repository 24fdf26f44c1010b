"""Modules that exist for the sake of code that is written for the vendor's SDK."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable


def register_submodules(module: str, names: Iterable[str]) -> None:
    """Let each name be imported from a module of its own, as in the vendor's SDK.

    `twelvelabs.errors.bad_request_error` has `BadRequestError`. Here that module is another name of
    `twelvelabs_embed.errors`.
    """
    for name in names:
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.partition("_")[0]).lower()
        sys.modules[f"{module}.{words}"] = sys.modules[module]
