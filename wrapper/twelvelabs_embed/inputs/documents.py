"""Documents as inputs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar, Literal, TypeAlias

from attrs import field, frozen

from twelvelabs_embed.errors import Violation
from twelvelabs_embed.inputs.base import MediaBase, SourceOf, given_only
from twelvelabs_embed.inputs.media import Media
from twelvelabs_embed.inputs.segmentation import Sequential, Spatial
from twelvelabs_embed.inputs.validators import (
    choice_violations,
    media_violations,
    segmentation_violations,
    to_choices,
    to_media,
)

DocumentOption: TypeAlias = Literal["visual", "text"]
DocumentScope: TypeAlias = Literal["local", "asset"]


def _to_document_options(
    value: DocumentOption | Collection[DocumentOption] | None,
) -> tuple[DocumentOption, ...] | None:
    return to_choices(value, "options", "document")


def _to_document_scopes(
    value: DocumentScope | Collection[DocumentScope] | None,
) -> tuple[DocumentScope, ...] | None:
    return to_choices(value, "scopes", "document")


@frozen(repr=False)
class Document(MediaBase):
    """A document: a PDF, at most 512 MB, or a text file. `marengo3.5`, by a task.

    Inside a `MultiInput` it goes without a task, and has to be the only source when it is a PDF.

    Args:
        media: a path, a link, bytes, a file object or `Media`
        options: `visual` (pages as pictures), `text` (their text); the service decides when
            omitted
        scopes: `local` (each page or segment), `asset` (the whole document); likewise
        segmentation: `Spatial` for a PDF, `Sequential` for text; likewise

    Raises:
        InvalidInputError: with everything that is wrong.

    Source: `AsyncDocumentInputRequest` of the contract.
    """

    media: Media = field(converter=to_media)
    options: tuple[DocumentOption, ...] | None = field(
        default=None, converter=_to_document_options, kw_only=True
    )
    scopes: tuple[DocumentScope, ...] | None = field(
        default=None, converter=_to_document_scopes, kw_only=True
    )
    segmentation: Spatial | Sequential | None = field(default=None, kw_only=True)
    input_type: ClassVar[Literal["document"]] = "document"
    plural: ClassVar[str] = "documents"

    def _violations(self) -> list[Violation]:
        return [
            *media_violations(self.media),
            *segmentation_violations(self.segmentation, (Spatial, Sequential)),
            *choice_violations("document", options=self.options, scopes=self.scopes),
        ]

    def to_payload(self, source: SourceOf) -> dict[str, Any]:
        """Write the request's `document`; `source` makes the media source."""
        return given_only(
            media_source=source(self.media),
            segmentation=self.segmentation and self.segmentation.to_payload(),
            embedding_option=self.options and list(self.options),
            embedding_scope=self.scopes and list(self.scopes),
        )
