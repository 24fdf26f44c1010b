# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from ..model import FreeForm


class UserMetadata(FreeForm[bool | float | list[str] | None | str]):
    """What you note on an asset. A whole number beyond 53 bits, and an id that shall stay as it is, is better sent as
    a text.

    """
