"""User metadata of assets: parsing and updates."""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from twelvelabs_embed_emulator.contract.errors import bad_request
from twelvelabs_embed_emulator.contract.strict_json import strict_json

_UserMetadata: TypeAlias = dict[str, Any]

_EMPTY: tuple[Any, ...] = (None, "", [])
"""Values whose keys are dropped."""


def parse(text: str) -> _UserMetadata:
    """Return the user metadata of a form, which is JSON.

    Raises:
        ApiError: it is invalid JSON, or has invalid values.
    """
    try:
        document = strict_json(text)
    except (ValueError, RecursionError) as error:
        raise bad_request("user_metadata", f"not valid JSON: {str(error)[:200]}") from None
    if not isinstance(document, dict):
        raise bad_request("user_metadata", f"{text[:60]} is no JSON object")
    for name, value in document.items():
        if not _is_valid(value):
            reason = f"{json.dumps(value)[:60]} is no text, number, boolean or list of texts"
            raise bad_request(f"user_metadata.{name[:100]}", reason)
    return without_empty(document)


def without_empty(document: Mapping[str, Any]) -> _UserMetadata:
    """Return user metadata without the keys of empty values."""
    return {name: value for name, value in document.items() if value not in _EMPTY}


def merge(known: Mapping[str, Any], changes: Mapping[str, Any]) -> _UserMetadata:
    """Return user metadata with changes: null deletes, other empty values are ignored."""
    kept = {name: value for name, value in known.items() if changes.get(name, name) is not None}
    return kept | without_empty(changes)


def _is_valid(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return value is None or isinstance(value, str | int | float)
