# Generated from openapi/embed-v2.yaml by scripts/regenerate: do not edit.
"""Contains some shared types for properties"""

from collections.abc import Mapping, MutableMapping
from http import HTTPStatus
from typing import IO, BinaryIO, Generic, Literal, TypeVar

from attrs import define


class Unset:
    def __bool__(self) -> Literal[False]:
        return False


UNSET: Unset = Unset()

# The types that `httpx.Client(files=)` can accept, copied from that library.
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
    """Contains information for file uploads"""

    payload: BinaryIO
    file_name: str | None = None
    mime_type: str | None = None

    def to_tuple(self) -> FileTypes:
        """Return a tuple representation that httpx will accept for multipart/form-data"""
        return self.file_name, self.payload, self.mime_type


T = TypeVar("T")


@define
class Response(Generic[T]):
    """A response from an endpoint"""

    status_code: HTTPStatus
    content: bytes
    headers: MutableMapping[str, str]
    parsed: T | None


__all__ = ["UNSET", "File", "FileTypes", "RequestFiles", "Response", "Unset"]

from datetime import datetime, timezone


def read_timestamp(text: object) -> datetime | Unset:
    """A moment in UTC, however it is written; UNSET if it is none. Without a zone it is taken for UTC."""
    from dateutil import parser, utils  # not needed before the first timestamp

    if not isinstance(text, str):
        return UNSET
    try:
        moment = parser.parse(text, tzinfos=_zone_offset_sec)
        return utils.default_tzinfo(moment, timezone.utc).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return UNSET


def _zone_offset_sec(name: str | None, offset_sec: int | None) -> int | None:
    # Names of zones, such as PST, mean different things in different places.
    if name and offset_sec is None:
        raise ValueError(f"the zone {name} is not known")
    return offset_sec
