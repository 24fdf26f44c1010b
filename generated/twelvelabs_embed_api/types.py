# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
"""Types that models and endpoints share."""

from collections.abc import Mapping, MutableMapping
from datetime import datetime, timezone
from http import HTTPStatus
from typing import IO, BinaryIO, ClassVar, Generic, Literal, Self, TypeVar

from attrs import define

__all__ = ["UNSET", "File", "FileTypes", "RequestFiles", "Response", "Unset", "read_timestamp"]


class Unset:
    """The type of `UNSET`, which stands for what is not given."""

    _only: ClassVar["Unset | None"] = None

    def __new__(cls) -> Self:
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only  # type: ignore[return-value]

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        return "UNSET"


UNSET: Unset = Unset()

# The types that `httpx.Client(files=)` accepts.
FileContent = IO[bytes] | bytes | str
FileTypes = (
    # (filename, file (or bytes), content_type)
    tuple[str | None, FileContent, str | None]
    # (filename, file (or bytes), content_type, headers)
    | tuple[str | None, FileContent, str | None, Mapping[str, str]]
)
RequestFiles = list[tuple[str, FileTypes]]


@define
class File:
    """A file of a form."""

    payload: BinaryIO
    file_name: str | None = None
    mime_type: str | None = None

    def to_tuple(self) -> FileTypes:
        """Return the file as httpx takes it."""
        return self.file_name, self.payload, self.mime_type


T = TypeVar("T")


@define
class Response(Generic[T]):
    """A response from an endpoint."""

    status_code: HTTPStatus
    content: bytes
    headers: MutableMapping[str, str]
    parsed: T | None


def read_timestamp(text: object) -> datetime | Unset:
    """Read a timestamp, however it is written, as UTC, also without a zone; UNSET if it is none."""
    from dateutil import parser, utils  # not needed before the first timestamp

    if not isinstance(text, str):
        return UNSET
    try:
        timestamp = parser.parse(text, tzinfos=_zone_offset_sec)
        return utils.default_tzinfo(timestamp, timezone.utc).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return UNSET


def _zone_offset_sec(name: str | None, offset_sec: int | None) -> int | None:
    # Names of zones, such as PST, mean different things in different places.
    if name and offset_sec is None:
        raise ValueError(f"the zone {name} is not known")
    return offset_sec
