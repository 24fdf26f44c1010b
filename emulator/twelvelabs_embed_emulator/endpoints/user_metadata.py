"""What people note on an asset: `user_metadata`."""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from twelvelabs_embed_emulator.contract.errors import refuse
from twelvelabs_embed_emulator.contract.strict_json import strict_json

_Notes: TypeAlias = dict[str, Any]

_EMPTY: tuple[Any, ...] = (None, "", [])
"""Values that make no key."""


def parse(text: str) -> _Notes:
    """Return the notes that stand in a form, as JSON.

    Raises:
        ApiError: it is no JSON, or not what may be noted.
    """
    try:
        notes = strict_json(text)
    except (ValueError, RecursionError) as error:
        raise refuse("user_metadata", f"not valid JSON: {str(error)[:200]}") from None
    if not isinstance(notes, dict):
        raise refuse("user_metadata", f"{text[:60]} is no JSON object")
    for name, value in notes.items():
        if not _may_be_noted(value):
            problem = f"{json.dumps(value)[:60]} is no text, number, boolean or list of texts"
            raise refuse(f"user_metadata.{name[:100]}", problem)
    return replaced(notes)


def replaced(notes: Mapping[str, Any]) -> _Notes:
    """Return notes without the keys that have no value."""
    return {name: value for name, value in notes.items() if value not in _EMPTY}


def merged(known: Mapping[str, Any], notes: Mapping[str, Any]) -> _Notes:
    """Return the notes that are known, with changes: null deletes, what is empty is ignored."""
    kept = {name: value for name, value in known.items() if notes.get(name, name) is not None}
    return kept | replaced(notes)


def _may_be_noted(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return value is None or isinstance(value, str | int | float)
