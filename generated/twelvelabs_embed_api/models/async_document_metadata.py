# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from typing import Literal

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class AsyncDocumentMetadata(OpenModel):
    """What the service says of a document that a task embedded.

    Attributes:
        input_type (Literal['document']):
        input_url (str | None): Where the document came from, when it was given as a URL.
        input_filename (str | None): The name of the file, when it has one.
        embedding_options (list[str] | None): The options that were asked for.
        embedding_scopes (list[str] | None): The scopes that were asked for.
        embedding_dimension (int | None): How many numbers a vector has. Only of marengo3.5.
    """

    input_type: Literal["document"] = "document"
    input_url: str | None = None
    input_filename: str | None = None
    embedding_options: list[str] | None = None
    embedding_scopes: list[str] | None = None
    embedding_dimension: int | None = None
