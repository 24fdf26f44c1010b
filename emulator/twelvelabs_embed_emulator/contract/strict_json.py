"""JSON as it should be, which is less than what Python reads."""

import json
import math
from typing import Any


def strict_json(text: str) -> Any:
    """Decode JSON: no NaN or infinity, no number beyond a float, no halves of characters.

    Raises:
        ValueError: it is no such JSON.
        RecursionError: it is nested too deeply.
    """
    document = json.loads(text, parse_float=_finite, parse_constant=_finite)
    if "\\ud" in text or "\\uD" in text:  # escaped surrogates: fine in pairs, else no character
        json.dumps(document, ensure_ascii=False).encode()
    return document


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is no finite number")
    return number
