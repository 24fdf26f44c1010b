# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from ..model import FreeForm


class CreateAssetUploadResponseUploadHeaders(FreeForm[str]):
    """Headers that each piece is sent with."""
