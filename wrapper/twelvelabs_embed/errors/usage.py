"""Errors that are raised before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence

from twelvelabs_embed.violations import Violation


class TwelveLabsError(Exception):
    """The base of every error of this library."""

    attempts: int = 0
    """How many times the request was sent. 0 when it never was."""


class ConfigurationError(TwelveLabsError):
    """A key or a setting is missing or cannot be."""


class MissingDependencyError(TwelveLabsError, ImportError):
    """A package is not installed that an extra of this distribution brings.

    Attributes:
        package: the package, as one imports it: `pyarrow`
        extra: the extra that brings it: `arrow`
    """

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(package, extra, name=package)
        self.package = package
        self.extra = extra

    def __str__(self) -> str:
        return (
            f"{self.package} is not installed. The extra [{self.extra}] of twelvelabs-embed brings "
            'it; see "Install" in its README.'
        )


class InvalidInputError(TwelveLabsError, ValueError):
    """An input that the API would reject. Nothing was sent.

    Attributes:
        violations: everything that is wrong with it, not only the first thing
    """

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(violations)
        self.violations = tuple(violations)

    def __str__(self) -> str:
        return "\n".join(str(violation) for violation in self.violations)


class MissingFileError(InvalidInputError, FileNotFoundError):
    """There is no such file. Nothing was sent."""


class ModelMismatchError(TwelveLabsError, ValueError):
    """Vectors of different models, or of different lengths, were to be compared or joined."""
