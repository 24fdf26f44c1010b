# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen as _attrs_frozen

from ..model import OpenModel
from ..models.asset_transcription_status import (
    AssetTranscriptionStatus,
)

if TYPE_CHECKING:
    from ..models.asset_transcription_entry import AssetTranscriptionEntry
    from ..models.asset_transcription_error import AssetTranscriptionError
    from ..models.asset_transcription_utterance import AssetTranscriptionUtterance


@_attrs_frozen(kw_only=True)
class AssetTranscriptionResponse(OpenModel):
    """What is spoken in an asset, in each way that was asked for and is there, when it is ready.

    Attributes:
        status (AssetTranscriptionStatus): Entries are there only when a transcription is ready.
        words (list[AssetTranscriptionEntry] | None): One entry for each word.
        sentences (list[AssetTranscriptionEntry] | None): One entry for each sentence.
        utterances (list[AssetTranscriptionUtterance] | None): One entry for each turn of a speaker.
        error (AssetTranscriptionError | None):
    """

    status: AssetTranscriptionStatus
    words: list[AssetTranscriptionEntry] | None = None
    sentences: list[AssetTranscriptionEntry] | None = None
    utterances: list[AssetTranscriptionUtterance] | None = None
    error: AssetTranscriptionError | None = None
