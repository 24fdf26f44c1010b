"""The results of an embedding job: rows, metadata and usage, and their JSON."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from twelvelabs_embed_emulator.contract.limits import TOKENS_PER_SEC
from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.embedding.segments import Segment
from twelvelabs_embed_emulator.embedding.vectors import Array, to_json


class Row(NamedTuple):
    """A vector, and the part of the media that it describes, if it describes only a part.

    Attributes:
        vector: the numbers.
        option: the embedding option.
        scope: the embedding scope.
        segment: the part of audio or video.
        place: the part of a document, as fields of the response.
        uncertainty: that of each number.
    """

    vector: Array
    option: str | None = None
    scope: str | None = None
    segment: Segment | None = None
    place: Mapping[str, Any] | None = None
    uncertainty: Array | None = None

    def json(self) -> bytes:
        """Return the row as JSON of the response."""
        rest = {
            "embedding_option": self.option,
            "embedding_scope": self.scope,
            "start_sec": self.segment.start_sec if self.segment else None,
            "end_sec": self.segment.end_sec if self.segment else None,
            **(self.place or {}),
        }
        numbers = to_json(self.vector)
        if self.uncertainty is not None:
            numbers += b',"embedding_uncertainty":' + to_json(self.uncertainty)
        return b'{"embedding":' + numbers + b"," + dumps(rest)[1:]


@dataclass(frozen=True)
class Embedded:
    """The result of a request.

    Attributes:
        rows: can be iterated once. Those of a long video are made one by one: four hours of them
            would take 90 MB as arrays.
        metadata: None for a text.
        tokens: how many of each kind of content were used.
        is_truncated: whether a text was truncated.
    """

    rows: Iterable[Row]
    metadata: Json | None = None
    tokens: Mapping[str, int] = field(default_factory=dict)
    is_truncated: bool = False

    def data(self) -> Iterator[bytes]:
        """Yield the JSON array of the rows, one row (6 KB) at a time; iterates `rows`."""
        before = b"["
        for row in self.rows:
            yield before + row.json()
            before = b","
        yield b"]" if before == b"," else b"[]"

    def tail(self) -> Json:
        """Return the fields of the response beside the rows."""
        tail: Json = {} if self.metadata is None else {"metadata": self.metadata}
        if self.tokens:
            usage: Json = {"input_tokens": dict(self.tokens), "truncated": self.is_truncated}
            reason = {"truncation_reason": "model_context_window"} if self.is_truncated else {}
            tail["usage"] = usage | reason
        return tail


def duration_tokens(kind: str, duration_sec: float) -> dict[str, int]:
    """Return how many tokens audio or video of some duration uses."""
    return {kind: math.ceil(TOKENS_PER_SEC[kind] * duration_sec)}


def dumps(value: Json) -> bytes:
    """Return `value` as JSON of the response."""
    return json.dumps(value, separators=(",", ":")).encode()
