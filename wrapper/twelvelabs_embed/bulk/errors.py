"""Errors that end a run or prevent it. The error of a sink is defined with the sinks."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from twelvelabs_embed.errors import TwelveLabsError

__all__ = [
    "BulkError",
    "DamagedFileError",
    "Difference",
    "FolderError",
    "FolderInUseError",
    "NoResponseError",
    "PruneError",
    "RunChangedError",
]


class BulkError(TwelveLabsError):
    """A run cannot start or continue. What it has written stays, and it can be resumed."""


class FolderError(BulkError):
    """The folder of a run cannot be read or written."""


class DamagedFileError(FolderError):
    """A part or a file of failures cannot be read.

    Attributes:
        path: the file
    """

    def __init__(self, path: Path, error: Exception) -> None:
        super().__init__(path, error)
        self.path = path

    def __str__(self) -> str:
        error = self.args[1]
        reason = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        return (
            f"{self.path} cannot be read ({type(error).__name__}: {reason}). Restore it, or move "
            "it away: the next run embeds its items again"
        )


@contextmanager
def folder_errors(folder: Path) -> Generator[None]:
    """Raise what the file system raises as FolderError."""
    try:
        yield
    except OSError as error:
        raise FolderError(
            f"{folder} cannot be written ({error.strerror or error}). What was written before is "
            "complete; run it again when that is fixed"
        ) from error


class FolderInUseError(BulkError):
    """Another process runs into the same folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        return f"another run is writing to {self.folder}: wait for its end, or use another folder"


class NoResponseError(BulkError):
    """Item after item failed without a usable response.

    Attributes:
        in_a_row: how many failed; they are not recorded as failures and run again next time
        failure: the last failure
    """

    def __init__(self, in_a_row: int, failure: TwelveLabsError) -> None:
        super().__init__(in_a_row, failure)
        self.in_a_row = in_a_row
        self.failure = failure

    def __str__(self) -> str:
        return f"{self.in_a_row} items in a row failed, so the run has ended ({self.failure})"


class PruneError(BulkError):
    """Items that seem to be gone from the source were not removed: the source may not be whole.

    Everything else that the run did is complete.

    Attributes:
        count: how many items would have been removed
        total: how many items there are
        reason: why they were not
        hint: what to do
    """

    def __init__(self, count: int, total: int, reason: str, hint: str) -> None:
        super().__init__(count, total, reason, hint)
        self.count, self.total, self.reason, self.hint = count, total, reason, hint

    def __str__(self) -> str:
        some = f"{self.count:,} of {self.total:,} items"
        return f"{some} are gone from the source, and were not removed: {self.reason}. {self.hint}"


@frozen
class Difference:
    """A setting that is not what it was.

    Attributes:
        name: the setting
        was: the value with which the folder was written
        now: the value of this run
    """

    name: str
    was: str
    now: str

    def __str__(self) -> str:
        return f"{self.name} was {self.was}, now it is {self.now}"


class RunChangedError(BulkError):
    """The folder was written with other settings, whose vectors do not match these.

    Attributes:
        differences: every setting that is not what it was
    """

    def __init__(self, folder: Path, differences: Sequence[Difference]) -> None:
        super().__init__(folder, differences)
        self.folder = folder
        self.differences = tuple(differences)

    def __str__(self) -> str:
        listed = "; ".join(map(str, self.differences))
        return f"{self.folder} was started with other settings: {listed}. Take another folder"
