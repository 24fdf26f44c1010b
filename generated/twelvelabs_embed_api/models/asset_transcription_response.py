# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.asset_transcription_status import (
    AssetTranscriptionStatus,
    check_asset_transcription_status,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.asset_transcription_entry import AssetTranscriptionEntry
    from ..models.asset_transcription_error import AssetTranscriptionError
    from ..models.asset_transcription_utterance import AssetTranscriptionUtterance


T = TypeVar("T", bound="AssetTranscriptionResponse")


@_attrs_define
class AssetTranscriptionResponse:
    """What is spoken in an asset, in each way that was asked for and is there, when it is ready.

    Attributes:
        status (AssetTranscriptionStatus): Entries are there only when a transcription is ready.
        words (list[AssetTranscriptionEntry] | Unset): One entry for each word.
        sentences (list[AssetTranscriptionEntry] | Unset): One entry for each sentence.
        utterances (list[AssetTranscriptionUtterance] | Unset): One entry for each turn of a speaker.
        error (AssetTranscriptionError | None | Unset):
    """

    status: AssetTranscriptionStatus
    words: list[AssetTranscriptionEntry] | Unset = UNSET
    sentences: list[AssetTranscriptionEntry] | Unset = UNSET
    utterances: list[AssetTranscriptionUtterance] | Unset = UNSET
    error: AssetTranscriptionError | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.asset_transcription_error import AssetTranscriptionError  # noqa: PLC0415

        status: str = self.status

        words: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.words, Unset):
            words = []
            for words_item_data in self.words:
                words_item = words_item_data.to_dict()
                words.append(words_item)

        sentences: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.sentences, Unset):
            sentences = []
            for sentences_item_data in self.sentences:
                sentences_item = sentences_item_data.to_dict()
                sentences.append(sentences_item)

        utterances: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.utterances, Unset):
            utterances = []
            for utterances_item_data in self.utterances:
                utterances_item = utterances_item_data.to_dict()
                utterances.append(utterances_item)

        error: dict[str, Any] | None | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        elif isinstance(self.error, AssetTranscriptionError):
            error = self.error.to_dict()
        else:
            error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
            }
        )
        if words is not UNSET:
            field_dict["words"] = words
        if sentences is not UNSET:
            field_dict["sentences"] = sentences
        if utterances is not UNSET:
            field_dict["utterances"] = utterances
        if error is not UNSET:
            field_dict["error"] = error

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.asset_transcription_entry import AssetTranscriptionEntry  # noqa: PLC0415
        from ..models.asset_transcription_error import AssetTranscriptionError  # noqa: PLC0415
        from ..models.asset_transcription_utterance import AssetTranscriptionUtterance  # noqa: PLC0415

        d = dict(src_dict)
        status = check_asset_transcription_status(d.pop("status"))

        _words = d.pop("words", UNSET)
        words: list[AssetTranscriptionEntry] | Unset = UNSET
        if _words is not UNSET:
            words = []
            for words_item_data in _words or []:
                if words_item_data is None:
                    words.append(words_item_data)
                    continue
                words_item = AssetTranscriptionEntry.from_dict(words_item_data)

                words.append(words_item)

        _sentences = d.pop("sentences", UNSET)
        sentences: list[AssetTranscriptionEntry] | Unset = UNSET
        if _sentences is not UNSET:
            sentences = []
            for sentences_item_data in _sentences or []:
                if sentences_item_data is None:
                    sentences.append(sentences_item_data)
                    continue
                sentences_item = AssetTranscriptionEntry.from_dict(sentences_item_data)

                sentences.append(sentences_item)

        _utterances = d.pop("utterances", UNSET)
        utterances: list[AssetTranscriptionUtterance] | Unset = UNSET
        if _utterances is not UNSET:
            utterances = []
            for utterances_item_data in _utterances or []:
                if utterances_item_data is None:
                    utterances.append(utterances_item_data)
                    continue
                utterances_item = AssetTranscriptionUtterance.from_dict(utterances_item_data)

                utterances.append(utterances_item)

        def _parse_error(data: object) -> AssetTranscriptionError | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = AssetTranscriptionError.from_dict(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AssetTranscriptionError | None | Unset, data)

        error = _parse_error(d.pop("error", UNSET))

        asset_transcription_response = cls(
            status=status,
            words=words,
            sentences=sentences,
            utterances=utterances,
            error=error,
        )

        asset_transcription_response.additional_properties = d
        return asset_transcription_response

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
