# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from ..model import FreeForm


class EmbeddingUsageInputTokens(FreeForm[int]):
    """How many tokens each kind of content took, such as text, image, audio, video or document."""
