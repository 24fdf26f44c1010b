"""Strict JSON decoding: Python's decoder accepts more than JSON allows."""

import json
import math
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
"""A JSON object."""


def strict_json(text: str) -> Any:
    """Decode JSON without NaN, infinity, numbers beyond a float, or lone surrogates.

    Raises:
        ValueError: the text is not valid JSON in that sense.
        RecursionError: it is nested too deeply.
    """
    document = json.loads(text, parse_float=_finite, parse_constant=_finite)
    if "\\ud" in text or "\\uD" in text:  # escaped surrogates are valid in pairs only
        json.dumps(document, ensure_ascii=False).encode()
    return document


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is no finite number")
    return number
