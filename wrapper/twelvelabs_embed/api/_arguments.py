"""Conversion of arguments in the vendor SDK's style to what the generated code takes."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Mapping, Sequence
from typing import IO, Any, TypeAlias, TypeVar

from twelvelabs_embed_api.model import InvalidFieldError, Model, shortened
from twelvelabs_embed_api.types import UNSET, Unset

from twelvelabs_embed._http.endpoints import UserMetadataLike, as_user_metadata
from twelvelabs_embed._http.operation import FormFile
from twelvelabs_embed.errors import InvalidRequestError, Violation
from twelvelabs_embed.validation.links import link_advice

Content: TypeAlias = IO[bytes] | bytes | str
FileLike: TypeAlias = (
    Content
    | tuple[str | None, Content]
    | tuple[str | None, Content, str | None]
    | tuple[str | None, Content, str | None, Mapping[str, str]]
)
"""What the vendor SDK takes for a file: its content, or filename, content, MIME type, headers."""


M = TypeVar("M", bound=Model)
_log = logging.getLogger("twelvelabs_embed")

OMIT: Any = UNSET
"""Stands for an argument that is not given. `None` means the same."""


def given(value: Any) -> Any:
    """Return a value, or None for what stands for it: ours, and that of the vendor's SDK."""
    return None if isinstance(value, Unset) or value is ... else value


def given_parts(input_type: str, parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of a request that are given: the one that the input type names, too.

    Raises:
        InvalidRequestError: that one is missing, or there is no such input type
    """
    present = {name: part for name, part in parts.items() if given(part) is not None}
    if input_type in present:
        return present
    if input_type in parts:
        code, allowed = "parameter_not_provided", f"{input_type}=... is required"
        value = f"input_type is {input_type!r} and {' and '.join(present) or 'nothing'} is given"
        violation = Violation(input_type, value, allowed, f"Pass {input_type}=")
    else:
        code, allowed = "parameter_invalid", f"must be one of {', '.join(parts)}"
        violation = Violation("input_type", repr(input_type), allowed)
    raise InvalidRequestError(code, [violation], is_nested=True)


def build_request(model: type[M], **values: Any) -> M:
    """Make a request of arguments, in which dicts may stand for objects at every level.

    Raises:
        InvalidRequestError: a field has a value that it cannot have, is missing or is not known
    """
    try:
        return model.model_validate(values)
    except InvalidFieldError as error:
        violation = Violation(error.field, shortened(error.value), error.expected)
        is_nested = "Embedding" in model.__name__  # as the service's errors are
        raise InvalidRequestError("parameter_invalid", [violation], is_nested=is_nested) from None


def warn_of_links(part: object) -> None:
    """Log a warning for each link of a request that leads to a page and not to a file."""
    for source in (
        getattr(part, "media_source", None),
        *(getattr(part, "media_sources", None) or ()),
    ):
        if (url := getattr(source, "url", None)) and (advice := link_advice(url)):
            _log.warning("%s", advice)


def as_list(value: str | Sequence[str] | None) -> Any:
    """Convert one or several values to a list, and None to UNSET."""
    if value is None:
        return UNSET
    return [value] if isinstance(value, str) else [*value]


def as_json(value: UserMetadataLike | str | Unset | None) -> str | None:
    """Write user metadata as the form of an upload has it."""
    metadata = given(value)
    if metadata is None or isinstance(metadata, str):
        return metadata or None
    return json.dumps(as_user_metadata(metadata).to_dict())


def as_form_file(file: FileLike) -> FormFile:
    """Convert a file in the vendor SDK's style to that of a form."""
    parts: tuple[Any, ...] = (*(file if isinstance(file, tuple) else (None, file)), None, None)
    filename, content, content_type, headers = parts[:4]
    if isinstance(content, str):
        content = content.encode()
    if isinstance(content, bytes):
        content = io.BytesIO(content)
    named = filename or getattr(content, "name", None)
    return FormFile(
        content,
        named.replace("\\", "/").rpartition("/")[2] if isinstance(named, str) else "upload",
        content_type or "application/octet-stream",
        headers=headers or {},
    )
