# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class DocumentEmbeddingMetadata(OpenModel):
    """What the task list says of a document.

    Attributes:
        input_url (str | None): Where the file came from, when it was given as a URL.
        input_filename (str | None): The name of the file, when it has one.
        document_embedding_option (list[str] | None): The options that were asked for.
        document_embedding_scope (list[str] | None): The scopes that were asked for.
    """

    input_url: str | None = None
    input_filename: str | None = None
    document_embedding_option: list[str] | None = None
    document_embedding_scope: list[str] | None = None
