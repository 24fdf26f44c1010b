# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
from __future__ import annotations

from attrs import frozen as _attrs_frozen

from ..model import OpenModel


@_attrs_frozen(kw_only=True)
class TasksCreateResponseMetadata(OpenModel):
    """What the service settled for the task. Only of marengo3.5.

    Attributes:
        embedding_dimension (int | None): How many numbers its vectors will have.
    """

    embedding_dimension: int | None = None
