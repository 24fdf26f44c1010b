"""The embedding job: a request, and what all input types need to embed it."""

from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import NamedTuple

from twelvelabs_embed_emulator.contract.limits import SizeLimit
from twelvelabs_embed_emulator.contract.rules import SYNC, Rules
from twelvelabs_embed_emulator.contract.strict_json import Json
from twelvelabs_embed_emulator.embedding.stubs import Stubs
from twelvelabs_embed_emulator.embedding.vectors import Array, text_vector
from twelvelabs_embed_emulator.media.sources import AssetLookup, Media, load, no_assets


@dataclass(frozen=True)
class Context:
    """What an endpoint allows, and where media may come from.

    Attributes:
        rules: what the model accepts at the endpoint.
        allow_hosts: the hosts that media may be fetched from, besides this machine.
        assets: finds the file of an asset.
        charge: counts the tokens that a request uses.
        stubs: the vectors and errors that a test wants.
        text_vector: returns the vector of a text.
    """

    rules: Rules = SYNC
    allow_hosts: Collection[str] = ()
    assets: AssetLookup = no_assets
    charge: Callable[[Mapping[str, int]], None] = lambda tokens: None
    stubs: Stubs = field(default_factory=Stubs)
    text_vector: Callable[[str], Array] = text_vector


class Job(NamedTuple):
    """A request that is being embedded.

    Attributes:
        request: a decoded body, valid by the contract and the rules.
        context: what is allowed, and where media comes from.
        stack: closes temporary files when the rows have been read.
        fixed: the fixed vectors of the media that was loaded.
    """

    request: Json
    context: Context
    stack: ExitStack
    fixed: list[Array]

    @property
    def kind(self) -> str:
        """The input type."""
        return str(self.request["input_type"])

    @property
    def settings(self) -> Json:
        """The object of the request that is named like the input type."""
        settings: Json = self.request[self.kind]
        return settings

    @property
    def field(self) -> str:
        """The name of the media source in the request, for messages."""
        return f"{self.kind}.media_source"

    def load(
        self,
        inline: SizeLimit,
        remote: SizeLimit,
        source: Json | None = None,
        field: str | None = None,
    ) -> Media:
        """Return the file of the media source, or of another `source` in the request.

        Args:
            inline: the maximum size of base64, decoded.
            remote: the maximum size of a URL or an asset.
            source: another source than `media_source`.
            field: the name of that other one.
        """
        opened = load(
            source or self.settings["media_source"],
            field=field or self.field,
            inline=inline,
            remote=remote,
            allow_hosts=self.context.allow_hosts,
            assets=self.context.assets,
        )
        media = self.stack.enter_context(opened)
        if (vector := self.context.stubs.of_media(media)) is not None:
            self.fixed.append(vector)
        return media

    def metadata(self, media: Media | None = None) -> Json:
        """Return the metadata that responses contain for all media."""
        metadata = {"input_type": self.kind}
        if media is not None and media.url is not None:
            metadata["input_url"] = media.url
        if media is not None and media.filename is not None:
            metadata["input_filename"] = media.filename
        return metadata
