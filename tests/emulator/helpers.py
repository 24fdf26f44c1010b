"""What the tests of the emulator share: small functions without state."""

import base64
from pathlib import Path
from typing import Any

import httpx
import numpy as np

MIB = 1024 * 1024
OPENAPI = Path(__file__).parents[2] / "openapi" / "embed-v2.yaml"


def request_body(kind: str, /, **settings: Any) -> dict[str, Any]:
    """Return a request of input type `kind`, whose object holds `settings`."""
    return {"input_type": kind, "model_name": "marengo3.0", kind: settings}


def inline(file: Path | bytes) -> dict[str, str]:
    """Return the media source that carries `file` in base64."""
    data = file if isinstance(file, bytes) else file.read_bytes()
    return {"base64_string": base64.b64encode(data).decode()}


def fixed(duration_sec: object) -> dict[str, Any]:
    return {"strategy": "fixed", "fixed": {"duration_sec": duration_sec}}


def dynamic(min_duration_sec: object) -> dict[str, Any]:
    return {"strategy": "dynamic", "dynamic": {"min_duration_sec": min_duration_sec}}


def rows(response: httpx.Response) -> list[dict[str, Any]]:
    """Return the rows of a good answer."""
    assert response.status_code == 200, response.text
    data: list[dict[str, Any]] = response.json()["data"]
    return data


def vector(response: httpx.Response) -> np.ndarray:
    """Return the vector of an answer with one row."""
    (row,) = rows(response)
    return np.array(row["embedding"])


def spans(response: httpx.Response, option: str, scope: str = "clip") -> list[tuple[float, float]]:
    """Return start and end of the rows of `option` and `scope`, in order of time."""
    return sorted(
        (row["start_sec"], row["end_sec"])
        for row in rows(response)
        if (row["embedding_option"], row["embedding_scope"]) == (option, scope)
    )


def error(response: httpx.Response) -> tuple[int, str, str]:
    """Return status, code and message of a refusal in the nested shape."""
    body = response.json()
    assert set(body) == {"error"}, body
    return response.status_code, body["error"]["code"], body["error"]["message"]


def cosine(first: np.ndarray, second: np.ndarray) -> float:
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))
