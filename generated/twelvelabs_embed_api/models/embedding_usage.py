# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen as _attrs_frozen

from ..model import OpenModel
from ..models.embedding_usage_truncation_reason import (
    EmbeddingUsageTruncationReason,
)

if TYPE_CHECKING:
    from ..models.embedding_usage_input_tokens import EmbeddingUsageInputTokens


@_attrs_frozen(kw_only=True)
class EmbeddingUsage(OpenModel):
    """What the request used. Only of marengo3.5.

    Attributes:
        input_tokens (EmbeddingUsageInputTokens): How many tokens each kind of content took, such as text, image, audio,
            video or document.
        truncated (bool): Whether something was cut off to fit.
        truncation_reason (EmbeddingUsageTruncationReason | None):
    """

    input_tokens: EmbeddingUsageInputTokens
    truncated: bool
    truncation_reason: EmbeddingUsageTruncationReason | None = None
