"""Faults of files: why media cannot be embedded, whatever its format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from twelvelabs_embed._text import shorten_middle
from twelvelabs_embed.errors import Hint, Violation

__all__ = ["Fault", "StoreError", "fault_of", "fault_violation"]

Fault: TypeAlias = Literal[
    "missing",
    "directory",
    "unreadable",
    "empty",
    "broken",
    "truncated",
    "encrypted",
    "object_missing",
    "object_unreadable",
]


class StoreError(OSError):
    """An object in a store cannot be read, or a store not listed.

    Attributes:
        fault: `object_missing` or `object_unreadable`
        what: what is wrong, for the message
        address: what cannot be listed; empty for an object
    """

    def __init__(self, fault: Fault, what: str, address: str = "") -> None:
        super().__init__(fault, what)
        self.fault: Fault = fault
        self.what = what
        self.address = address


def fault_of(error: OSError | ValueError) -> tuple[Fault, str]:
    """Return why a file cannot be read, and more about that for the message."""
    if isinstance(error, StoreError):
        return error.fault, error.what
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return "missing", shorten_middle(str(error.filename or ""))
        case IsADirectoryError():
            return "directory", ""
        case OSError():
            return "unreadable", error.strerror or type(error).__name__
        case _:
            return "unreadable", str(error)


_FAULTS: Mapping[Fault, tuple[str, str, Hint | str]] = {
    "missing": (
        "there is no file {detail}",
        "a path leads to a file",
        "Check the path; a relative one starts from the working directory",
    ),
    "directory": ("{label} is a directory", "one file is embedded", "Name a file in it"),
    "unreadable": (
        "{label} cannot be read{because}",
        "it is read to be sent",
        "Check that it is a file and that you may read it",
    ),
    "empty": ("{label} is empty", "there must be something to embed", Hint("get_again")),
    "truncated": (
        "{label} is cut off{because}",
        "a file has to be whole",
        "Copy, download or export it again",
    ),
    "encrypted": (
        "{label} is encrypted",
        "it has to be readable without a key",
        "Give a copy without copy protection",
    ),
    "object_missing": ("{text}", "an address leads to an object", "Check the bucket and the key"),
    "object_unreadable": (
        "{text}",
        "an object is read to be checked and sent",
        "Check the credentials in the environment and the policy of the bucket",
    ),
    "broken": (
        "{label} is broken or no media file{because}",
        "it has to be readable",
        "See whether a player opens it; convert it or export it again",
    ),
}


def fault_violation(label: str, fault: Fault, detail: str = "") -> Violation:
    """Return the violation of media that cannot be embedded, whatever its format."""
    because = f" ({detail})" if detail else ""
    value, allowed, hint = _FAULTS[fault]
    value = value.format(label=label, because=because, detail=repr(detail or label), text=detail)
    return Violation("media", value, allowed, hint, code=f"media.{fault}")
