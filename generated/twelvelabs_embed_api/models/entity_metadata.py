# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import Any

from ..model import FreeForm


class EntityMetadata(FreeForm[Any]):
    """What you note on an entity."""
