"""What comes of a request, and what all kinds of input need to make it."""

import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from twelvelabs_embed_emulator.contract import rules as _rules
from twelvelabs_embed_emulator.embedding import vectors as _vectors
from twelvelabs_embed_emulator.embedding.segments import Segment
from twelvelabs_embed_emulator.embedding.vectors import Array
from twelvelabs_embed_emulator.media import sources as _sources

_Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Context:
    """What an endpoint allows, and where media may come from.

    Attributes:
        rules: what the model takes at the endpoint.
        allow_hosts: where media may be fetched from, besides this machine.
        assets: finds the file of an asset.
    """

    rules: _rules.Rules = _rules.SYNC
    allow_hosts: Collection[str] = ()
    assets: _sources.Assets = _sources.no_assets


class Job(NamedTuple):
    """A request that is being worked on.

    Attributes:
        request: a decoded body that the contract and the rules have let pass.
        context: what is allowed, and where media comes from.
        stack: closes what lies in temporary files, when the rows have been read.
    """

    request: Mapping[str, Any]
    context: Context
    stack: ExitStack

    @property
    def kind(self) -> str:
        """The input type."""
        return str(self.request["input_type"])

    @property
    def settings(self) -> _Json:
        """The object of the request that is named like the input type."""
        settings: _Json = self.request[self.kind]
        return settings

    @property
    def field(self) -> str:
        """The name of the media source in the request, for messages."""
        return f"{self.kind}.media_source"

    def load(
        self,
        inline: _rules.SizeLimit,
        remote: _rules.SizeLimit,
        source: _Json | None = None,
        field: str | None = None,
    ) -> _sources.Media:
        """Return the file of the media source; it may lie in a temporary file.

        Args:
            inline: how large base64 may be, decoded.
            remote: how large a URL or an asset may be.
            source: another one of the request than `media_source`.
            field: the name of that other one.
        """
        media = _sources.load(
            source or self.settings["media_source"],
            field=field or self.field,
            inline=inline,
            remote=remote,
            allow_hosts=self.context.allow_hosts,
            assets=self.context.assets,
        )
        return self.stack.enter_context(media)

    def metadata(self, media: _sources.Media | None = None) -> _Json:
        """Return what an answer says of any media."""
        metadata = {"input_type": self.kind}
        if media is not None and media.url is not None:
            metadata["input_url"] = media.url
        if media is not None and media.filename is not None:
            metadata["input_filename"] = media.filename
        return metadata


class Row(NamedTuple):
    """A vector, and what it is the vector of; nothing of this for texts and images.

    Attributes:
        vector: the numbers.
        option: what of the media it describes.
        scope: which part of the media it describes.
        segment: that part, of audio and video.
        place: that part, of documents, as fields of the answer.
        uncertainty: how unsure each number is.
    """

    vector: Array
    option: str | None = None
    scope: str | None = None
    segment: Segment | None = None
    place: Mapping[str, Any] | None = None
    uncertainty: Array | None = None

    def json(self) -> bytes:
        """Return the row as it stands in the answer."""
        rest = {
            "embedding_option": self.option,
            "embedding_scope": self.scope,
            "start_sec": self.segment.start_sec if self.segment else None,
            "end_sec": self.segment.end_sec if self.segment else None,
            **(self.place or {}),
        }
        numbers = _vectors.printed(self.vector)
        if self.uncertainty is not None:
            numbers += b',"embedding_uncertainty":' + _vectors.printed(self.uncertainty)
        return b'{"embedding":' + numbers + b"," + dumps(rest)[1:]


@dataclass(frozen=True)
class Embedded:
    """What came of a request.

    Attributes:
        rows: can be gone through once. Those of a long recording are made one by one: four hours
            of them would take 90 MB as arrays.
        metadata: None for a text.
        tokens: how many of each kind of content were used, for models that tell.
        is_truncated: whether a text was cut off.
    """

    rows: Iterable[Row]
    metadata: _Json | None = None
    tokens: Mapping[str, int] = field(default_factory=dict)
    is_truncated: bool = False

    def data(self) -> Iterator[bytes]:
        """Yield the JSON array of the rows, one row (6 KB) at a time; goes through `rows`."""
        before = b"["
        for row in self.rows:
            yield before + row.json()
            before = b","
        yield b"]" if before == b"," else b"[]"

    def tail(self) -> _Json:
        """Return what stands in the answer beside the rows."""
        tail: _Json = {} if self.metadata is None else {"metadata": self.metadata}
        if self.tokens:
            usage: _Json = {"input_tokens": dict(self.tokens), "truncated": self.is_truncated}
            reason = {"truncation_reason": "model_context_window"} if self.is_truncated else {}
            tail["usage"] = usage | reason
        return tail


def length_in_tokens(kind: str, duration_sec: float) -> dict[str, int]:
    """Return how many tokens audio or video of some length takes."""
    return {kind: math.ceil(_rules.TOKENS_PER_SEC[kind] * duration_sec)}


def dumps(value: _Json) -> bytes:
    """Return `value` as it stands in answers."""
    return json.dumps(value, separators=(",", ":")).encode()
